//! From a file or a camera picture to the bytes that are kept: looked at before it is decoded,
//! turned upright, scaled down, stripped of everything but pixels. It stores nothing.

use crate::device::file;
use crate::device::loose::{ask, call};
use js_sys::{JSON, Promise};
use vision::header::{NotAPhoto, probe};
use vision::quality::{self, Warning};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, HtmlVideoElement};

/// Longest side that is kept, pixels.
pub const SIDE: u32 = 2048;
/// The same in low-power mode: about a third of the bytes.
pub const SIDE_LOW: u32 = 1280;
/// Bytes in which a header is expected; a longer one is looked for in the whole file.
const HEAD: u32 = 256 * 1024;
/// No camera writes more; it only keeps a wrong file from being read into memory.
const MOST: u32 = 64 * 1024 * 1024;
/// JPEG quality: the print of a dashboard stays sharp at about 300 KB.
const QUALITY: f64 = 0.82;

/// Why a file did not become a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bad {
    /// Not a photo of a kind that is taken.
    Format,
    /// A photo, but damaged.
    Broken,
    /// More pixels than a phone should be asked to decode.
    TooLarge(u32, u32),
}

impl From<NotAPhoto> for Bad {
    fn from(why: NotAPhoto) -> Bad {
        match why {
            NotAPhoto::Format => Bad::Format,
            NotAPhoto::Short | NotAPhoto::Broken => Bad::Broken,
            NotAPhoto::TooLarge { width, height } => Bad::TooLarge(width, height),
        }
    }
}

/// The picture of a file on a canvas, upright, at most `side` pixels wide and high.
///
/// # Errors
/// [`Bad`]; a file with too many pixels is refused by its header, before it is decoded.
pub async fn from_file(blob: &Blob, side: u32) -> Result<HtmlCanvasElement, Bad> {
    let head = file::bytes(blob, HEAD).await.ok_or(Bad::Broken)?;
    let picture = match probe(&head) {
        Err(NotAPhoto::Short) if blob.size() > f64::from(HEAD) => {
            probe(&file::bytes(blob, MOST).await.ok_or(Bad::Broken)?)
        }
        other => other,
    }?;
    // Let the decoder scale, where it can: the full picture need not be in memory.
    let (w, h) = match picture.orientation {
        5..=8 => (picture.height, picture.width),
        _ => (picture.width, picture.height),
    };
    let (to_w, _) = fit(w, h, side);
    let mut wish =
        String::from(r#"{"imageOrientation":"from-image","resizeQuality":"medium","resizeWidth":"#);
    case::wire::put_int(i64::from(to_w), &mut wish);
    wish.push('}');
    let wish = JSON::parse(&wish).map_err(|_| Bad::Broken)?;
    let global: JsValue = js_sys::global().into();
    let mut bitmap = ask(&global, "createImageBitmap", &[blob.into(), wish]).await;
    if bitmap.is_none() {
        bitmap = ask(&global, "createImageBitmap", &[blob.into()]).await;
    }
    let bitmap = bitmap.ok_or(Bad::Broken)?;
    let size: &web_sys::ImageBitmap = bitmap.unchecked_ref();
    let drawn = draw(&bitmap, size.width(), size.height(), side).ok_or(Bad::Broken);
    size.close();
    drawn
}

/// What the camera shows now. `None` while it shows nothing.
pub fn from_video(video: &HtmlVideoElement, side: u32) -> Option<HtmlCanvasElement> {
    draw(video, video.video_width(), video.video_height(), side)
}

/// Anything that can be drawn, of `w` × `h` pixels, on a canvas of at most `side`.
pub fn draw(source: &JsValue, w: u32, h: u32, side: u32) -> Option<HtmlCanvasElement> {
    if w == 0 || h == 0 {
        return None;
    }
    let (w, h) = fit(w, h, side);
    let canvas: HtmlCanvasElement =
        crate::ui::dom::page().create_element("canvas").ok()?.unchecked_into();
    canvas.set_width(w);
    canvas.set_height(h);
    let pen = pen(&canvas)?;
    // What is transparent in a PNG would turn black.
    pen.set_fill_style_str("#fff");
    pen.fill_rect(0.0, 0.0, f64::from(w), f64::from(h));
    call(&pen, "drawImage", &[source.clone(), 0.into(), 0.into(), w.into(), h.into()])?;
    Some(canvas)
}

/// The drawing side of a canvas.
pub fn pen(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    Some(canvas.get_context("2d").ok()??.unchecked_into())
}

/// A size with its long side at most `side`.
pub fn fit(w: u32, h: u32, side: u32) -> (u32, u32) {
    let long = w.max(h);
    if long <= side {
        return (w, h);
    }
    let scaled = |v: u32| ((u64::from(v) * u64::from(side) / u64::from(long)) as u32).max(1);
    (scaled(w), scaled(h))
}

/// What to warn of, judged on a small copy.
pub fn warnings(canvas: &HtmlCanvasElement) -> Vec<Warning> {
    judge(canvas).map(|q| q.warnings()).unwrap_or_default()
}

fn judge(canvas: &HtmlCanvasElement) -> Option<quality::Quality> {
    let (gray, w, h) = gray(canvas, canvas.width(), canvas.height(), quality::SIDE)?;
    quality::measure(&gray, w as usize, h as usize)
}

/// The grey values of anything that can be drawn, of `w` × `h` pixels, in at most `side`, and their
/// width and height.
pub fn gray(source: &JsValue, w: u32, h: u32, side: u32) -> Option<(Vec<u8>, u32, u32)> {
    let small = draw(source, w, h, side)?;
    let (w, h) = (small.width(), small.height());
    let pixels = pen(&small)?.get_image_data(0.0, 0.0, f64::from(w), f64::from(h)).ok()?;
    let gray = quality::gray(&pixels.data());
    discard(&small);
    Some((gray, w, h))
}

/// The bytes that are kept: a JPEG with no metadata, because it is made from pixels only.
pub async fn jpeg(canvas: &HtmlCanvasElement) -> Option<Blob> {
    let made = Promise::new(&mut |done, failed| {
        let asked = call(canvas, "toBlob", &[done.into(), "image/jpeg".into(), QUALITY.into()]);
        if asked.is_none() {
            let _ = failed.call0(&JsValue::NULL);
        }
    });
    wasm_bindgen_futures::JsFuture::from(made).await.ok()?.dyn_into().ok()
}

/// Gives the memory of a canvas back at once; some phones keep it until they run out.
pub fn discard(canvas: &HtmlCanvasElement) {
    canvas.set_width(0);
    canvas.set_height(0);
}
