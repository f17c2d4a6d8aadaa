//! Short patterns for the hand. iPhones have no vibration for pages: nothing happens there, so
//! nothing may be told by vibration alone.

use super::loose::{call, navigator};
use wasm_bindgen::JsValue;

/// Milliseconds on, off, on …; `false` when the device cannot.
pub fn buzz(pattern: &[u32]) -> bool {
    let list: js_sys::Array = pattern.iter().map(|ms| JsValue::from(*ms)).collect();
    call(&navigator(), "vibrate", &[list.into()]).is_some_and(|done| done.is_truthy())
}
