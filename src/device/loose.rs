//! Calls to parts of the browser for which there are no stable types: looked up by name, absent
//! where the browser does not have them.

use wasm_bindgen::{JsCast, JsValue};

/// A member of an object; `None` when there is none.
#[inline(never)]
pub fn get(of: &JsValue, name: &str) -> Option<JsValue> {
    let value = js_sys::Reflect::get(of, &JsValue::from_str(name)).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

/// Calls a method by name. `None` when there is none, or when it throws.
#[inline(never)]
pub fn call(of: &JsValue, name: &str, with: &[JsValue]) -> Option<JsValue> {
    let method: js_sys::Function = get(of, name)?.dyn_into().ok()?;
    let list: js_sys::Array = with.iter().collect();
    method.apply(of, &list).ok()
}

/// Calls a method that promises something, and waits for it. `None` also when it is refused.
pub async fn ask(of: &JsValue, name: &str, with: &[JsValue]) -> Option<JsValue> {
    let promise: js_sys::Promise = call(of, name, with)?.dyn_into().ok()?;
    wasm_bindgen_futures::JsFuture::from(promise).await.ok()
}

/// The browser's `navigator`.
#[inline(never)]
pub fn navigator() -> JsValue {
    get(&js_sys::global(), "navigator").unwrap_or(JsValue::UNDEFINED)
}

/// Waits, milliseconds.
pub async fn pause(ms: i32) {
    let promise = js_sys::Promise::new(&mut |done, _| {
        call(&js_sys::global(), "setTimeout", &[done.into(), JsValue::from(ms)]);
    });
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}
