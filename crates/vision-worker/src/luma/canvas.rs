//! The way that is always right: drawn on a 2-D canvas and read back, which costs a copy of all
//! colours.

use crate::browser::{Context2d, OffscreenCanvas, get, set, take_bytes};
use crate::plane::{Weights, gray};
use js_sys::Object;
use wasm_bindgen::prelude::*;

/// A canvas of the size that is tracked.
pub struct Canvas {
    context: Context2d,
    size: (u32, u32),
    rgba: Vec<u8>,
}

impl Canvas {
    /// Of `w` × `h` pixels; `None` where there are no canvases in workers.
    pub fn new(w: usize, h: usize) -> Option<Canvas> {
        let canvas = OffscreenCanvas::new(w as u32, h as u32).ok()?;
        let options = Object::new();
        set(&options, "willReadFrequently", &true.into());
        set(&options, "alpha", &false.into());
        let context = canvas.context("2d", &options).ok().filter(JsValue::is_object)?;
        let context = context.unchecked_into();
        Some(Canvas { context, size: (w as u32, h as u32), rgba: vec![0; 4 * w * h] })
    }

    /// The grey values of a frame, scaled; `false` when it cannot be drawn (it was closed).
    pub fn read(&mut self, frame: &JsValue, weights: Weights, out: &mut [u8]) -> bool {
        let (w, h) = self.size;
        let image =
            self.context.draw(frame, 0, 0, w, h).and_then(|()| self.context.read(0, 0, w, h));
        let Ok(image) = image else { return false };
        if !take_bytes(&get(&image, "data"), &mut self.rgba) {
            return false;
        }
        gray(&self.rgba, weights, out);
        true
    }
}
