//! Bytes of a file that the driver chose, or of a blob.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Event, File, HtmlInputElement};

/// The file chosen in an input, and the input made ready to choose the same one again.
pub fn chosen(event: &Event) -> Option<File> {
    let input: HtmlInputElement = event.target()?.dyn_into().ok()?;
    let file = input.files().and_then(|files| files.get(0));
    input.set_value("");
    file
}

/// At most the first `most` bytes. `None` when the file is gone or may not be read.
pub async fn bytes(blob: &Blob, most: u32) -> Option<Vec<u8>> {
    let part = if blob.size() > f64::from(most) {
        blob.slice_with_f64_and_f64(0.0, f64::from(most)).ok()?
    } else {
        blob.clone()
    };
    let buffer = JsFuture::from(part.array_buffer()).await.ok()?;
    Some(js_sys::Uint8Array::new(&buffer).to_vec())
}
