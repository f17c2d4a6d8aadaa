//! What a photo file says of itself before anybody decodes it: format, width, height and
//! orientation, from the first bytes. The phone asks before it decodes and the server before it
//! does, so that a picture of 400 megapixels in 379 KiB costs neither of them anything.
//!
//! It decodes no pixels and trusts nothing: every length is checked against the bytes there are.

/// Longest side that is taken, in pixels.
pub const MAX_SIDE: u32 = 12_000;
/// Most pixels that are taken.
pub const MAX_PIXELS: u64 = 50_000_000;

/// The formats that are taken, told by their first bytes and never by a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// ITU-T T.81.
    Jpeg,
    /// W3C PNG.
    Png,
    /// RFC 9649.
    WebP,
}

/// What the header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Format.
    pub format: Format,
    /// Width in pixels as stored, before turning.
    pub width: u32,
    /// Height in pixels as stored, before turning.
    pub height: u32,
    /// Exif orientation, 1 (upright) to 8.
    pub orientation: u8,
}

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAPhoto {
    /// None of the formats that are taken.
    Format,
    /// The bytes end before the dimensions.
    Short,
    /// The header contradicts the format.
    Broken,
    /// More pixels than are taken.
    TooLarge {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
}

/// Reads the header of a photo. All the bytes may be handed in, or the first of them.
///
/// # Errors
/// [`NotAPhoto`], also for a photo over [`MAX_SIDE`] or [`MAX_PIXELS`].
pub fn probe(bytes: &[u8]) -> Result<Picture, NotAPhoto> {
    let picture = if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        jpeg(bytes)?
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        png(bytes)?
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        webp(bytes)?
    } else if bytes.len() < 12 {
        return Err(NotAPhoto::Short);
    } else {
        return Err(NotAPhoto::Format);
    };
    let Picture { width, height, .. } = picture;
    if width == 0 || height == 0 {
        return Err(NotAPhoto::Broken);
    }
    if width.max(height) > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(NotAPhoto::TooLarge { width, height });
    }
    Ok(picture)
}

fn be16(bytes: &[u8], at: usize) -> Result<u32, NotAPhoto> {
    match bytes.get(at..).and_then(|rest| rest.get(..2)) {
        Some(b) => Ok(u32::from(b[0]) << 8 | u32::from(b[1])),
        None => Err(NotAPhoto::Short),
    }
}

fn be32(bytes: &[u8], at: usize) -> Result<u32, NotAPhoto> {
    Ok(be16(bytes, at)? << 16 | be16(bytes, at.saturating_add(2))?)
}

fn le16(bytes: &[u8], at: usize) -> Result<u32, NotAPhoto> {
    Ok(be16(bytes, at)?.swap_bytes() >> 16)
}

fn le24(bytes: &[u8], at: usize) -> Result<u32, NotAPhoto> {
    let high = bytes.get(at + 2).ok_or(NotAPhoto::Short)?;
    Ok(le16(bytes, at)? | u32::from(*high) << 16)
}

fn le32(bytes: &[u8], at: usize) -> Result<u32, NotAPhoto> {
    Ok(be32(bytes, at)?.swap_bytes())
}

fn jpeg(bytes: &[u8]) -> Result<Picture, NotAPhoto> {
    let mut orientation = 1;
    let mut at = 2;
    loop {
        // Any number of fill bytes may stand before a marker (T.81, B.1.1.2).
        if *bytes.get(at).ok_or(NotAPhoto::Short)? != 0xff {
            return Err(NotAPhoto::Broken);
        }
        while *bytes.get(at).ok_or(NotAPhoto::Short)? == 0xff {
            at += 1;
        }
        let marker = bytes[at];
        at += 1;
        match marker {
            0x01 | 0xd0..=0xd8 => continue,
            // Scan data or the end before any frame header.
            0x00 | 0xd9 | 0xda => return Err(NotAPhoto::Broken),
            _ => {}
        }
        let length = be16(bytes, at)? as usize;
        if length < 2 {
            return Err(NotAPhoto::Broken);
        }
        match marker {
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return Ok(Picture {
                    format: Format::Jpeg,
                    height: be16(bytes, at + 3)?,
                    width: be16(bytes, at + 5)?,
                    orientation,
                });
            }
            0xe1 => {
                let segment = bytes.get(at + 2..at + length).unwrap_or_default();
                if let Some(tiff) = segment.strip_prefix(b"Exif\0\0") {
                    orientation = exif(tiff).unwrap_or(orientation);
                }
            }
            _ => {}
        }
        at += length;
    }
}

fn png(bytes: &[u8]) -> Result<Picture, NotAPhoto> {
    if bytes.len() < 33 {
        return Err(NotAPhoto::Short);
    }
    if &bytes[12..16] != b"IHDR" {
        return Err(NotAPhoto::Broken);
    }
    let mut picture = Picture {
        format: Format::Png,
        width: be32(bytes, 16)?,
        height: be32(bytes, 20)?,
        orientation: 1,
    };
    let mut at = 33usize;
    while let (Ok(length), Some(kind)) = (be32(bytes, at), bytes.get(at + 4..at + 8)) {
        if kind == b"IDAT" {
            break;
        }
        let end = (at + 8).saturating_add(length as usize);
        if kind == b"eXIf" {
            picture.orientation = exif(bytes.get(at + 8..end).unwrap_or_default()).unwrap_or(1);
            break;
        }
        at = end.saturating_add(4).min(bytes.len());
    }
    Ok(picture)
}

fn webp(bytes: &[u8]) -> Result<Picture, NotAPhoto> {
    let kind = bytes.get(12..16).ok_or(NotAPhoto::Short)?;
    let (width, height) = match kind {
        b"VP8X" => (le24(bytes, 24)? + 1, le24(bytes, 27)? + 1),
        b"VP8L" => {
            if *bytes.get(20).ok_or(NotAPhoto::Short)? != 0x2f {
                return Err(NotAPhoto::Broken);
            }
            let bits = le32(bytes, 21)?;
            ((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1)
        }
        b"VP8 " => {
            let start = bytes.get(23..26).ok_or(NotAPhoto::Short)?;
            if start != [0x9d, 0x01, 0x2a] {
                return Err(NotAPhoto::Broken);
            }
            (le16(bytes, 26)? & 0x3fff, le16(bytes, 28)? & 0x3fff)
        }
        _ => return Err(NotAPhoto::Broken),
    };
    let mut orientation = 1;
    let mut at = 12usize;
    while let (Some(kind), Ok(length)) = (bytes.get(at..at + 4), le32(bytes, at + 4)) {
        let end = (at + 8).saturating_add(length as usize);
        if kind == b"EXIF" {
            let data = bytes.get(at + 8..end).unwrap_or_default();
            let tiff = data.strip_prefix(b"Exif\0\0").unwrap_or(data);
            orientation = exif(tiff).unwrap_or(1);
            break;
        }
        at = end.saturating_add(length as usize & 1).min(bytes.len());
    }
    Ok(Picture { format: Format::WebP, width, height, orientation })
}

/// Tag 0x0112 of the first directory (Exif 2.32, 4.6.4).
fn exif(tiff: &[u8]) -> Option<u8> {
    type Read = fn(&[u8], usize) -> Result<u32, NotAPhoto>;
    let (read16, read32): (Read, Read) = match tiff.get(..4)? {
        b"II*\0" => (le16, le32),
        b"MM\0*" => (be16, be32),
        _ => return None,
    };
    let directory = read32(tiff, 4).ok()? as usize;
    let entries = read16(tiff, directory).ok()? as usize;
    for i in 0..entries {
        let at = directory.checked_add(2 + 12 * i)?;
        if read16(tiff, at).ok()? == 0x0112 {
            let value = read16(tiff, at + 8).ok()?;
            return u8::try_from(value).ok().filter(|v| (1..=8).contains(v));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jpeg_with(orientation: u8, w: u16, h: u16) -> Vec<u8> {
        let mut out = vec![0xff, 0xd8, 0xff, 0xe1, 0, 34];
        out.extend(b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0");
        out.extend([orientation, 0, 0, 0, 0, 0, 0]);
        out.extend([0xff, 0xff, 0xc2, 0, 17, 8]);
        out.extend(h.to_be_bytes());
        out.extend(w.to_be_bytes());
        out
    }

    fn png_with(w: u32, h: u32) -> Vec<u8> {
        let mut out = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        out.extend(w.to_be_bytes());
        out.extend(h.to_be_bytes());
        out.extend([8, 2, 0, 0, 0, 0, 0, 0, 0]);
        out
    }

    #[test]
    fn formats_dimensions_and_orientation() {
        let picture =
            |format, width, height, orientation| Ok(Picture { format, width, height, orientation });
        assert_eq!(probe(&jpeg_with(6, 4000, 3000)), picture(Format::Jpeg, 4000, 3000, 6));
        assert_eq!(probe(&jpeg_with(9, 40, 30)), picture(Format::Jpeg, 40, 30, 1));
        assert_eq!(probe(&png_with(640, 480)), picture(Format::Png, 640, 480, 1));
        let mut webp = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0".to_vec();
        webp.extend([0x7f, 0x02, 0, 0xdf, 0x01, 0]);
        assert_eq!(probe(&webp), picture(Format::WebP, 640, 480, 1));
        let lossy = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x80\x02\xe0\x01";
        assert_eq!(probe(lossy), picture(Format::WebP, 640, 480, 1));
        let lossless = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f\x7f\xc2\x77\x00";
        assert_eq!(probe(lossless), picture(Format::WebP, 640, 480, 1));
    }

    #[test]
    fn bombs_and_other_files_are_refused() {
        let too_large = |width, height| Err(NotAPhoto::TooLarge { width, height });
        assert_eq!(probe(&png_with(20_000, 20_000)), too_large(20_000, 20_000));
        assert_eq!(probe(&png_with(12_001, 1)), too_large(12_001, 1));
        assert_eq!(probe(&png_with(8_000, 8_000)), too_large(8_000, 8_000));
        assert_eq!(probe(&png_with(0, 5)), Err(NotAPhoto::Broken));
        assert_eq!(probe(b"<svg onload=alert(1)>"), Err(NotAPhoto::Format));
        assert_eq!(probe(b"GIF89a          "), Err(NotAPhoto::Format));
        assert_eq!(probe(b""), Err(NotAPhoto::Short));
    }

    #[test]
    fn every_cut_and_every_changed_byte_is_survived() {
        for whole in [jpeg_with(3, 100, 50), png_with(7, 9)] {
            for cut in 0..whole.len() {
                let _ = probe(&whole[..cut]);
                let mut changed = whole.clone();
                for value in [0, 0x7f, 0xff] {
                    changed[cut] = value;
                    let _ = probe(&changed);
                }
            }
        }
    }
}
