//! A text as a QR code: one SVG path. Made on the phone, so it works with no network.

use case::wire::put_int;
use qrcodegen::{QrCode, QrCodeEcc};

/// Light modules around the code that readers need (ISO/IEC 18004: four).
const QUIET: i32 = 4;

/// The drawing of a code.
pub struct Code {
    /// The dark modules as the `d` of one SVG path.
    pub path: String,
    /// Width and height of the drawing in its own units, the quiet zone included.
    pub size: i32,
}

/// The code of a text; `None` for one that is too long (over 2 KB).
pub fn qr(text: &str) -> Option<Code> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let start = x;
            while x < code.size() && code.get_module(x, y) {
                x += 1;
            }
            if x == start {
                x += 1;
                continue;
            }
            // A row of dark modules is one rectangle: a third of the path of single modules.
            path.push('M');
            put_int(i64::from(start + QUIET), &mut path);
            path.push(' ');
            put_int(i64::from(y + QUIET), &mut path);
            path.push('h');
            put_int(i64::from(x - start), &mut path);
            path.push_str("v1h-");
            put_int(i64::from(x - start), &mut path);
            path.push('z');
        }
    }
    Some(Code { path, size: code.size() + 2 * QUIET })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_covers_exactly_the_dark_modules() {
        let text = "NW 4071 8825 3912 cn EXPRESSWAY G2 K123+400";
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).expect("fits");
        let dark = (0..code.size() * code.size())
            .filter(|i| code.get_module(i % code.size(), i / code.size()))
            .count();
        let drawn = qr(text).expect("fits");
        let runs = drawn.path.split('h').skip(1).step_by(2);
        let sum: usize = runs.filter_map(|r| r.split('v').next()?.parse::<usize>().ok()).sum();
        assert_eq!(sum, dark);
        assert_eq!(drawn.size, code.size() + 8);
        assert!(qr(&"x".repeat(3000)).is_none());
    }
}
