//! Reads the pictures that sets of real pairs come as: binary PGM (`P5`) and PPM (`P6`), eight bits a
//! channel. Nothing else: no text forms, no sixteen bits.

use super::Gray;

/// Pixels of a picture at most.
const MOST: usize = 1 << 26;

/// The grey values of a picture; colours weigh 0.30, 0.59 and 0.11.
///
/// # Errors
/// A sentence on what is wrong with the bytes.
pub fn read(bytes: &[u8]) -> Result<Gray, String> {
    let channels = match bytes.get(..2) {
        Some(b"P5") => 1,
        Some(b"P6") => 3,
        _ => return Err("it does not begin with P5 or P6 (binary PGM or PPM)".to_owned()),
    };
    let mut at = 2;
    let w = number(bytes, &mut at).ok_or("its width is missing")?;
    let h = number(bytes, &mut at).ok_or("its height is missing")?;
    let top = number(bytes, &mut at).ok_or("its greatest value is missing")?;
    if top == 0 || top > 255 {
        return Err(format!("its greatest value is {top}; 1 to 255 are read"));
    }
    let all = w.checked_mul(h).filter(|n| (1..=MOST).contains(n));
    let all = all.ok_or(format!("{w} × {h} pixels; 1 to {MOST} in all are read"))?;
    // One space or line end, and what follows are the values.
    let px = bytes.get(at + 1..).unwrap_or_default();
    if px.len() < all * channels {
        return Err(format!("{} bytes of values, {} are needed", px.len(), all * channels));
    }
    let scale = |v: usize| (v * 255 / top).min(255) as u8;
    let grey = |p: &[u8]| match p {
        [r, g, b] => {
            scale((30 * usize::from(*r) + 59 * usize::from(*g) + 11 * usize::from(*b)) / 100)
        }
        _ => scale(p.first().copied().unwrap_or(0).into()),
    };
    Ok(Gray { w, h, px: px[..all * channels].chunks_exact(channels).map(grey).collect() })
}

/// The next number of the head; spaces and comments before it are left out.
fn number(bytes: &[u8], at: &mut usize) -> Option<usize> {
    loop {
        match bytes.get(*at)? {
            b'#' => *at += bytes[*at..].iter().position(|b| *b == b'\n')?,
            b if b.is_ascii_whitespace() => *at += 1,
            _ => break,
        }
    }
    let digits = bytes[*at..].iter().take_while(|b| b.is_ascii_digit()).take(9).count();
    let text = core::str::from_utf8(&bytes[*at..*at + digits]).ok()?;
    *at += digits;
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grey_and_colour_are_read_with_comments_and_a_smaller_top() {
        let g = read(b"P5\n# made by hand\n2 1\n255\n\x07\xff").unwrap();
        assert_eq!((g.w, g.h, g.px), (2, 1, vec![7, 255]));
        let g = read(b"P6 1 2 255 \x64\x64\x64\xff\x00\x00").unwrap();
        assert_eq!((g.w, g.h, g.px), (1, 2, vec![100, 76]));
        assert_eq!(read(b"P5 1 1 15 \x0f").unwrap().px, [255]);
    }

    #[test]
    fn what_is_no_such_picture_is_refused_with_a_reason() {
        for (bytes, why) in [
            (&b""[..], "P5 or P6"),
            (b"P2 1 1 255 7", "P5 or P6"),
            (b"P5", "width"),
            (b"P5 #", "width"),
            (b"P5 3", "height"),
            (b"P5 3 -1", "height"),
            (b"P5 3 3", "greatest"),
            (b"P5 3 3 65535 ", "greatest"),
            (b"P5 0 3 255 ", "pixels"),
            (b"P5 999999999 999999999 255 ", "pixels"),
            (b"P5 3 3 255", "bytes"),
            (b"P6 3 3 255 12345678", "bytes"),
        ] {
            let e = read(bytes).unwrap_err();
            assert!(e.contains(why), "{e}");
        }
    }
}
