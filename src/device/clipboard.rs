//! Copies a text, with the old way where the new one is absent (embedded views, no secure
//! address).

use super::loose::{call, get, navigator};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlTextAreaElement;

/// Copies the text. `false` when neither way worked; the caller shows the text for copying by hand.
pub async fn copy(text: &str) -> bool {
    if let Some(clipboard) = get(&navigator(), "clipboard") {
        let promise: Option<js_sys::Promise> =
            call(&clipboard, "writeText", &[JsValue::from_str(text)])
                .and_then(|p| p.dyn_into().ok());
        if let Some(promise) = promise
            && wasm_bindgen_futures::JsFuture::from(promise).await.is_ok()
        {
            return true;
        }
    }
    by_hand(text).unwrap_or(false)
}

fn by_hand(text: &str) -> Option<bool> {
    let page = web_sys::window()?.document()?;
    let before = page.active_element();
    let area: HtmlTextAreaElement = page.create_element("textarea").ok()?.unchecked_into();
    area.set_value(text);
    let _ = area.set_attribute("class", "unseen");
    page.body()?.append_child(&area).ok()?;
    area.select();
    let done = call(&page, "execCommand", &[JsValue::from_str("copy")]);
    area.remove();
    if let Some(before) = before.and_then(|b| b.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = before.focus();
    }
    Some(done.is_some_and(|d| d.is_truthy()))
}
