//! What the desk needs of its page: time, waiting, randomness, the two storages, the clipboard.
//! Everything that can be missing is answered with nothing, never with a panic.

use std::cell::RefCell;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Storage, window};

/// This computer's clock, Unix milliseconds.
pub fn device_now() -> i64 {
    js_sys::Date::now() as i64
}

/// Random bytes of the browser's own generator.
fn random() -> [u8; 10] {
    let mut bytes = [0; 10];
    if let Some(crypto) = window().and_then(|w| w.crypto().ok()) {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes
}

/// A new UUID.
pub fn uuid() -> String {
    case::id::uuid7(device_now(), random())
}

/// A whole number below `end`, for spreading retries.
pub fn jitter(end: i32) -> i32 {
    (js_sys::Math::random() * f64::from(end)) as i32
}

thread_local! {
    static SLEEPERS: RefCell<Vec<js_sys::Function>> = const { RefCell::new(Vec::new()) };
}

/// Waits; [`wake`] ends the wait early.
pub async fn sleep(ms: i32) {
    let promise = js_sys::Promise::new(&mut |done, _| {
        if let Some(window) = window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&done, ms);
        }
        SLEEPERS.with_borrow_mut(|all| {
            // A sleeper that woke by itself stays harmless in the list; this keeps the list short.
            if all.len() > 32 {
                all.clear();
            }
            all.push(done);
        });
    });
    let _ = JsFuture::from(promise).await;
}

/// Ends all waits: the network is back, or somebody looks at the page again.
pub fn wake() {
    for done in SLEEPERS.take() {
        let _ = done.call0(&JsValue::NULL);
    }
}

/// Calls `f` whenever `event` happens to `target`, as long as the page lives.
pub fn listen(target: &web_sys::EventTarget, event: &str, f: impl FnMut(web_sys::Event) + 'static) {
    let closure = Closure::<dyn FnMut(web_sys::Event)>::new(f);
    let _ = target.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
    closure.forget();
}

/// Whether somebody can see the page.
pub fn visible() -> bool {
    let document = window().and_then(|w| w.document());
    document.is_none_or(|d| !d.hidden())
}

/// Storage that a reload survives and a closed tab does not: drafts, events on their way.
pub fn tab() -> Option<Storage> {
    window()?.session_storage().ok()?
}

/// Storage of this browser: language and colours.
pub fn browser() -> Option<Storage> {
    window()?.local_storage().ok()?
}

/// Reads one value.
pub fn load(storage: Option<Storage>, key: &str) -> Option<String> {
    storage?.get_item(key).ok()?
}

/// Writes one value, or removes it when empty.
pub fn keep(storage: Option<Storage>, key: &str, value: &str) {
    let Some(storage) = storage else { return };
    let _ = match value {
        "" => storage.remove_item(key),
        value => storage.set_item(key, value),
    };
}

/// Puts a text on the clipboard; whether the browser began to.
pub fn copy(text: &str) -> bool {
    let Some(window) = window() else { return false };
    let navigator: JsValue = window.navigator().into();
    let get = |of: &JsValue, name: &str| js_sys::Reflect::get(of, &JsValue::from_str(name)).ok();
    let Some(clipboard) = get(&navigator, "clipboard").filter(JsValue::is_object) else {
        return false;
    };
    let write = get(&clipboard, "writeText").and_then(|f| f.dyn_into::<js_sys::Function>().ok());
    write.is_some_and(|f| f.call1(&clipboard, &JsValue::from_str(text)).is_ok())
}

/// Gives the person a text as a file; whether the browser took it.
pub fn save(name: &str, kind: &str, text: &str) -> bool {
    let bag = web_sys::BlobPropertyBag::new();
    bag.set_type(&[kind, ";charset=utf-8"].concat());
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&parts, &bag);
    let url = blob.and_then(|blob| web_sys::Url::create_object_url_with_blob(&blob));
    let link = window().and_then(|w| w.document()).and_then(|d| d.create_element("a").ok());
    let link = link.and_then(|e| e.dyn_into::<web_sys::HtmlAnchorElement>().ok());
    let (Ok(url), Some(link)) = (url, link) else { return false };
    link.set_href(&url);
    link.set_download(name);
    link.click();
    // The browser reads it after the click: forgotten too early it would be empty.
    let _ = window().map(|w| {
        let forget = Closure::once_into_js(move || {
            let _ = web_sys::Url::revoke_object_url(&url);
        });
        w.set_timeout_with_callback_and_timeout_and_arguments_0(forget.unchecked_ref(), 60_000)
    });
    true
}

/// The part of the address after `#`, with the `#`.
pub fn hash() -> String {
    window().and_then(|w| w.location().hash().ok()).unwrap_or_default()
}

/// The address of this page, without what follows `#`.
pub fn here() -> String {
    let href = window().and_then(|w| w.location().href().ok()).unwrap_or_default();
    href.split('#').next().unwrap_or_default().into()
}

/// Goes to another screen, as a link does.
pub fn go(hash: &str) {
    if let Some(window) = window() {
        let _ = window.location().set_hash(hash);
    }
}

/// Takes a secret out of the address bar and the history.
pub fn forget_hash() {
    let Some(window) = window() else { return };
    let path = window.location().pathname().unwrap_or_default();
    if let Ok(history) = window.history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&path));
    }
}

/// Moves the keyboard to the first element that fits.
pub fn focus(selector: &str) {
    let found =
        window().and_then(|w| w.document()).and_then(|d| d.query_selector(selector).ok().flatten());
    if let Some(element) = found.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
    }
}
