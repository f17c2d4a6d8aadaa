//! What the browser gives to this worker, as far as it is used here. By hand and not by web-sys:
//! `VideoFrame` is behind a compiler switch there, and a dozen calls do not need a large crate.
//!
//! Everything that may throw is caught; fields of messages are read one by one and never trusted.

use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Milliseconds since the worker began.
    #[wasm_bindgen(js_namespace = performance)]
    pub fn now() -> f64;

    #[wasm_bindgen(js_name = postMessage, catch)]
    fn post_message(message: &JsValue, transfer: &Array) -> Result<(), JsValue>;

    /// Runs a closure when nothing else waits.
    #[wasm_bindgen(js_name = setTimeout)]
    pub fn set_timeout(run: &Closure<dyn FnMut()>, ms: u32);

    /// A `VideoFrame`, or what claims to be one.
    pub type VideoFrame;
    /// Copies all planes; the promise gives where each lies.
    #[wasm_bindgen(method, catch, js_name = copyTo)]
    pub fn copy_to(this: &VideoFrame, buffer: &Uint8Array) -> Result<Later, JsValue>;
    /// Bytes of all planes.
    #[wasm_bindgen(method, catch, js_name = allocationSize)]
    pub fn allocation_size(this: &VideoFrame) -> Result<f64, JsValue>;

    /// A promise.
    pub type Later;
    /// Calls one of the two when it is settled.
    #[wasm_bindgen(method)]
    pub fn then(
        this: &Later,
        done: &Closure<dyn FnMut(JsValue)>,
        failed: &Closure<dyn FnMut(JsValue)>,
    ) -> JsValue;

    /// A canvas that is not on any page.
    pub type OffscreenCanvas;
    /// Of a size in pixels.
    #[wasm_bindgen(constructor, catch)]
    pub fn new(w: u32, h: u32) -> Result<OffscreenCanvas, JsValue>;
    /// A context, or null.
    #[wasm_bindgen(method, catch, js_name = getContext)]
    pub fn context(
        this: &OffscreenCanvas,
        kind: &str,
        options: &JsValue,
    ) -> Result<JsValue, JsValue>;

    /// A 2-D context.
    pub type Context2d;
    /// Draws a frame over a rectangle.
    #[wasm_bindgen(method, catch, js_name = drawImage)]
    pub fn draw(
        this: &Context2d,
        frame: &JsValue,
        x: u32,
        y: u32,
        w: u32,
        h: u32,
    ) -> Result<(), JsValue>;
    /// Reads pixels back.
    #[wasm_bindgen(method, catch, js_name = getImageData)]
    pub fn read(this: &Context2d, x: u32, y: u32, w: u32, h: u32) -> Result<JsValue, JsValue>;
}

/// Sends a message; what is named in `give` goes over and is not copied.
pub fn post(message: &Object, give: Option<&JsValue>) {
    let transfer = give.map_or_else(Array::new, Array::of1);
    if post_message(message, &transfer).is_err() {
        // A frame that was closed meanwhile cannot be handed over; the rest of the message can.
        set(message, "frame", &JsValue::UNDEFINED);
        let _ = post_message(message, &Array::new());
    }
}

/// An answer of kind `t`.
pub fn answer(t: &str) -> Object {
    let o = Object::new();
    set(&o, "t", &t.into());
    o
}

/// Sets a field.
pub fn set(o: &Object, key: &str, value: &JsValue) {
    // Fails on frozen objects only; these are our own.
    let _ = Reflect::set(o, &key.into(), value);
}

/// Reads a field; of what is no object, nothing.
pub fn get(o: &JsValue, key: &str) -> JsValue {
    if !o.is_object() {
        return JsValue::UNDEFINED;
    }
    Reflect::get(o, &key.into()).unwrap_or(JsValue::UNDEFINED)
}

/// A number among the fields; 0 for what is none.
pub fn number(o: &JsValue, key: &str) -> f64 {
    get(o, key).as_f64().filter(|v| v.is_finite()).unwrap_or(0.0)
}

/// A size among the fields, pixels; 0 for what is none.
pub fn pixels(o: &JsValue, key: &str) -> usize {
    // A cast of what is below 0 gives 0.
    number(o, key).min(65_535.0) as usize
}

/// Copies bytes that are exactly as many as `into` takes; `false` when they are not, or no bytes.
pub fn take_bytes(from: &JsValue, into: &mut [u8]) -> bool {
    if !js_sys::ArrayBuffer::is_view(from) {
        return false;
    }
    // Of the views, those of single bytes have as many elements as bytes; a `DataView` has none.
    let view: &Uint8Array = from.unchecked_ref();
    if view.length() as usize != into.len() || view.byte_length() as usize != into.len() {
        return false;
    }
    view.copy_to(into);
    true
}

/// Bytes of memory this worker's wasm holds.
pub fn heap() -> f64 {
    number(&get(&wasm_bindgen::memory(), "buffer"), "byteLength")
}
