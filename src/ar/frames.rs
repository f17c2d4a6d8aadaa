//! Frames of a running camera, one at a time: the newest when it is asked for, as something that a
//! worker can take over and give back.

use crate::device::loose::{ask, call, get, pause};
use js_sys::{Array, JSON, Promise, Reflect};
use std::cell::Cell;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlVideoElement;

/// Longest side that is tracked, pixels.
const TRACKED: u32 = 640;

/// A frame that belongs to whoever holds it; it is given back to the camera when it is closed.
pub struct Frame(pub JsValue);

impl Frame {
    /// Width and height as it is shown.
    pub fn size(&self) -> (u32, u32) {
        let side = |long: &str, short: &str| {
            let value = get(&self.0, long).or_else(|| get(&self.0, short));
            value.and_then(|v| v.as_f64()).unwrap_or_default() as u32
        };
        (side("displayWidth", "width"), side("displayHeight", "height"))
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        // A camera has few frames: one that is kept stops it. One that was handed on is empty.
        call(&self.0, "close", &[]);
    }
}

thread_local! {
    /// This browser's video frames cannot be drawn or sent: bitmaps from now on.
    static BITMAPS: Cell<bool> = const { Cell::new(false) };
}

/// Video frames turned out to be of no use here. `false`: bitmaps are not either.
pub fn bitmaps() -> bool {
    !BITMAPS.replace(true)
}

/// The size at which a frame is tracked.
pub fn tracked(w: u32, h: u32) -> (u32, u32) {
    let long = w.max(h).max(1);
    if long <= TRACKED {
        return (w, h);
    }
    let scaled = |v: u32| ((v * TRACKED + long / 2) / long).max(1);
    (scaled(w), scaled(h))
}

/// Waits until the camera shows a new picture, at most half a second. `false` when none came: a
/// camera may stand still.
pub async fn next(video: &HtmlVideoElement) -> bool {
    let time = || get(video, "currentTime").and_then(|t| t.as_f64()).unwrap_or_default();
    let before = time();
    let waited = Promise::new(&mut |done, _| {
        if call(video, "requestVideoFrameCallback", &[done.clone().into()]).is_none() {
            call(&js_sys::global(), "requestAnimationFrame", &[done.clone().into()]);
        }
        call(&js_sys::global(), "setTimeout", &[done.into(), 500.into()]);
    });
    // The timer alone calls without a time; a page that is drawn seldom hears of pictures late, and
    // the film's own time tells then.
    let told = JsFuture::from(waited).await;
    told.is_ok_and(|time| !time.is_undefined()) || time() > before
}

/// What the camera shows now. `None` while it shows nothing.
pub async fn take(video: &HtmlVideoElement) -> Option<Frame> {
    if video.video_width() < 2 || video.ready_state() < 2 {
        pause(100).await;
        return None;
    }
    if !BITMAPS.get()
        && let Some(frame) = video_frame(video)
    {
        return Some(frame);
    }
    let global: JsValue = js_sys::global().into();
    ask(&global, "createImageBitmap", &[video.into()]).await.map(Frame)
}

fn video_frame(video: &HtmlVideoElement) -> Option<Frame> {
    let kind = get(&js_sys::global(), "VideoFrame")?;
    let wish = JSON::parse("{}").ok()?;
    let now = get(video, "currentTime")?.as_f64()? * 1e6;
    let _ = Reflect::set(&wish, &"timestamp".into(), &now.into());
    make(&kind, &[video.into(), wish]).map(Frame)
}

/// A new object of a kind that is known by name only.
pub fn make(kind: &JsValue, with: &[JsValue]) -> Option<JsValue> {
    let reflect = get(&js_sys::global(), "Reflect")?;
    let list: Array = with.iter().collect();
    call(&reflect, "construct", &[kind.clone(), list.into()])
}

#[cfg(test)]
mod tests {
    use super::tracked;

    #[test]
    fn the_long_side_is_at_most_640_and_the_shape_is_kept() {
        assert_eq!(tracked(1280, 720), (640, 360));
        assert_eq!(tracked(720, 1280), (360, 640));
        assert_eq!(tracked(640, 480), (640, 480));
        assert_eq!(tracked(320, 240), (320, 240));
        assert_eq!(tracked(1920, 1), (640, 1));
    }
}
