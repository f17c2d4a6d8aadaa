//! A text as a QR code: one SVG path. Made on the phone, so it works with no network.

use super::qr_grid::encode;
use case::wire::put_int;

/// Light modules around the code that readers need (ISO/IEC 18004: four).
const QUIET: i32 = 4;

/// The drawing of a code.
pub struct Code {
    /// The dark modules as the `d` of one SVG path.
    pub path: String,
    /// Width and height of the drawing in its own units, the quiet zone included.
    pub size: i32,
}

/// The code of a text; `None` for one over 331 bytes.
pub fn qr(text: &str) -> Option<Code> {
    let grid = encode(text.as_bytes())?;
    let size = grid.size as i32;
    let mut path = String::new();
    for y in 0..size {
        let mut x = 0;
        while x < size {
            let start = x;
            while x < size && grid.dark(x as usize, y as usize) {
                x += 1;
            }
            if x == start {
                x += 1;
                continue;
            }
            // A row of dark modules is one rectangle: a third of the path of single modules.
            for (letter, value) in [("M", start + QUIET), (" ", y + QUIET), ("h", x - start)] {
                path.push_str(letter);
                put_int(i64::from(value), &mut path);
            }
            path.push_str("v1h-");
            put_int(i64::from(x - start), &mut path);
            path.push('z');
        }
    }
    Some(Code { path, size: size + 2 * QUIET })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_covers_exactly_the_dark_modules() {
        let text = "NW 4071 8825 3912 cn EXPRESSWAY G2 K123+400";
        let grid = encode(text.as_bytes()).expect("fits");
        let all = (0..grid.size * grid.size).map(|i| (i % grid.size, i / grid.size));
        let dark = all.filter(|(x, y)| grid.dark(*x, *y)).count();
        let drawn = qr(text).expect("fits");
        let runs = drawn.path.split('h').skip(1).step_by(2);
        let sum: usize = runs.filter_map(|r| r.split('v').next()?.parse::<usize>().ok()).sum();
        assert_eq!(sum, dark);
        assert_eq!(drawn.size as usize, grid.size + 8);
    }
}
