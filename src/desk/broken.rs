//! When the page breaks down: says so in a plain box and leaves the rest as it stands. What was
//! typed and not sent lies in the tab's storage and comes back with the reload.

use std::cell::RefCell;
use std::panic::PanicHookInfo;
use wasm_bindgen::JsValue;
use web_sys::window;

thread_local! {
    static TEXT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Keeps the sentence at hand: at the moment of a panic no words can be looked up any more.
pub fn prepare(text: &str) {
    TEXT.with_borrow_mut(|kept| text.clone_into(kept));
}

/// Watches for panics from now on.
pub fn watch() {
    std::panic::set_hook(Box::new(|info| {
        web_sys::console::error_1(&JsValue::from_str(&told(info)));
        show();
    }));
}

fn told(info: &PanicHookInfo) -> String {
    info.to_string()
}

fn show() {
    let Some(document) = window().and_then(|w| w.document()) else { return };
    let (Some(body), Ok(shown)) = (document.body(), document.create_element("p")) else { return };
    let text = TEXT.try_with(|t| t.try_borrow().map(|t| t.clone()).unwrap_or_default());
    let text = text.unwrap_or_default();
    shown.set_text_content(Some(if text.is_empty() {
        "页面出错,请刷新。Please reload the page."
    } else {
        &text
    }));
    let _ = shown.set_attribute("class", "d-broken");
    let _ = shown.set_attribute("role", "alert");
    let _ = body.prepend_with_node_1(&shown);
}
