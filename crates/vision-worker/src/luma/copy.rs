//! The camera's own way: video has a plane of brightness, and `VideoFrame.copyTo` hands it out
//! without any conversion. Only what is no frame of such a kind (`ImageBitmap`, a frame that lies in
//! the graphics card) has to go another way.

use crate::browser::{Later, VideoFrame, get, pixels, take_bytes};
use crate::plane::{Source, fit};
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

/// Most bytes of a frame: 4096 × 2304 with its colours.
const MOST: f64 = 15e6;

/// A copy under way, and memory for it.
#[derive(Default)]
pub struct Copy {
    buffer: Option<Uint8Array>,
    plane: Vec<u8>,
    size: (usize, usize),
    full: bool,
}

impl Copy {
    /// Begins to copy; `None` when the frame does not have its brightness in a plane of its own.
    pub fn begin(&mut self, frame: &JsValue) -> Option<Later> {
        let can = Reflect::has(frame, &"copyTo".into()).unwrap_or(false);
        let format = get(frame, "format").as_string().filter(|_| can)?;
        // I420, I420A, I422, I444 and NV12, of 8 bits each: names of deeper ones go on with `P`.
        let planar = format.starts_with("I4") || format == "NV12";
        if !planar || format.contains('P') {
            return None;
        }
        let video: &VideoFrame = frame.unchecked_ref();
        let bytes = video.allocation_size().ok().filter(|b| (1.0..=MOST).contains(b))? as u32;
        if self.buffer.as_ref().is_none_or(|b| b.length() != bytes) {
            self.buffer = Some(Uint8Array::new_with_length(bytes));
        }
        let area = get(frame, "visibleRect");
        self.size = (pixels(&area, "width"), pixels(&area, "height"));
        self.full = get(&get(frame, "colorSpace"), "fullRange").as_bool() == Some(true);
        video.copy_to(self.buffer.as_ref()?).ok()
    }

    /// Takes what was copied, scaled; `false` when it does not make sense.
    pub fn end(&mut self, layout: &JsValue, out: &mut [u8], size: (usize, usize)) -> bool {
        let Some(buffer) = &self.buffer else { return false };
        let first = get(layout, "0");
        let (at, stride) = (pixels(&first, "offset"), pixels(&first, "stride"));
        let (w, h) = self.size;
        let bytes = stride * h;
        if bytes == 0 || at + bytes > buffer.length() as usize {
            return false;
        }
        self.plane.resize(bytes, 0);
        let plane = buffer.subarray(at as u32, (at + bytes) as u32);
        if !take_bytes(&plane, &mut self.plane) {
            return false;
        }
        let source = Source { px: &self.plane, stride, w, h, full: self.full };
        fit(&source, out, size.0, size.1)
    }
}
