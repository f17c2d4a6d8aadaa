//! One photo: from bytes of a stranger to a JPEG of ours. The header is judged before anything is
//! decoded, decoding has limits of its own, and since only pixels are encoded again, nothing else
//! (place, camera, comments, a second file at the end) comes through.

use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageFormat, ImageReader, Limits};
use std::io::Cursor;
use vision::header::{Format, MAX_SIDE, NotAPhoto, probe};

/// Longest side that is kept, in pixels.
pub const KEPT_SIDE: u32 = 2048;
/// Quality of the JPEG that is kept.
const QUALITY: u8 = 82;
/// Bytes that decoding may take.
const MAX_ALLOC: u64 = 160 << 20;

/// Why a photo is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// By its header.
    Header(NotAPhoto),
    /// The header is fine, the rest is not.
    Broken,
}

/// Decodes a photo and encodes it anew, upright and at most [`KEPT_SIDE`] on a side.
///
/// # Errors
/// [`Unfit`].
pub fn remake(bytes: &[u8]) -> Result<Vec<u8>, Unfit> {
    let header = probe(bytes).map_err(Unfit::Header)?;
    let format = match header.format {
        Format::Jpeg => ImageFormat::Jpeg,
        Format::Png => ImageFormat::Png,
        Format::WebP => ImageFormat::WebP,
    };
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_ALLOC);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let picture = reader.decode().map_err(|_| Unfit::Broken)?;
    let mut picture = match picture.width().max(picture.height()) > KEPT_SIDE {
        true => picture.thumbnail(KEPT_SIDE, KEPT_SIDE),
        false => picture,
    };
    if let Some(turn) = Orientation::from_exif(header.orientation) {
        picture.apply_orientation(turn);
    }
    encode(&picture)
}

/// A JPEG of a picture.
///
/// # Errors
/// [`Unfit::Broken`], for sides a JPEG cannot have.
pub fn encode(picture: &DynamicImage) -> Result<Vec<u8>, Unfit> {
    let mut jpeg = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut jpeg, QUALITY);
    picture.to_rgb8().write_with_encoder(encoder).map_err(|_| Unfit::Broken)?;
    Ok(jpeg)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageEncoder as _, Rgb, RgbImage};

    /// Red above, blue below.
    fn flag(w: u32, h: u32) -> DynamicImage {
        DynamicImage::ImageRgb8(RgbImage::from_fn(w, h, |_, y| match y < h / 2 {
            true => Rgb([250, 0, 0]),
            false => Rgb([0, 0, 250]),
        }))
    }

    fn with_orientation(jpeg: &[u8], orientation: u8) -> Vec<u8> {
        let mut out = jpeg[..2].to_vec();
        out.extend([0xff, 0xe1, 0, 34]);
        out.extend(b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0");
        out.extend([orientation, 0, 0, 0, 0, 0, 0]);
        out.extend(&jpeg[2..]);
        out
    }

    #[test]
    fn comes_out_upright_small_and_without_metadata() {
        let jpeg = with_orientation(&encode(&flag(2400, 1200)).unwrap(), 6);
        let made = remake(&jpeg).unwrap();
        assert!(!made.windows(4).any(|w| w == b"Exif"));
        let header = probe(&made).unwrap();
        assert_eq!((header.width, header.height), (1024, 2048));
        let picture = image::load_from_memory(&made).unwrap().to_rgb8();
        // Turned a quarter clockwise, what was above is right.
        assert!(picture.get_pixel(1000, 1000)[0] > 200);
        assert!(picture.get_pixel(20, 1000)[2] > 200);
    }

    #[test]
    fn all_formats_are_taken() {
        for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Jpeg] {
            let mut bytes = Cursor::new(Vec::new());
            flag(64, 48).write_to(&mut bytes, format).unwrap();
            let made = remake(bytes.get_ref()).unwrap();
            assert_eq!(probe(&made).unwrap().width, 64, "{format:?}");
        }
    }

    #[test]
    fn broken_and_false_files_are_refused() {
        let whole = encode(&flag(64, 48)).unwrap();
        assert!(remake(&whole[..30]).is_err());
        assert!(remake(b"<html><script>alert(1)</script></html>").is_err());
        let mut png = Vec::new();
        image::codecs::png::PngEncoder::new(&mut png)
            .write_image(&[0; 3], 1, 1, image::ExtendedColorType::Rgb8)
            .unwrap();
        // The header promises more than the file has.
        png[16..20].copy_from_slice(&9000u32.to_be_bytes());
        assert_eq!(remake(&png), Err(Unfit::Broken));
    }
}
