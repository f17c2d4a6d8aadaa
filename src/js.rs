//! The browser's own JSON behind `case::Node`: parsing costs no code of ours (see
//! `docs/decisions/0001-json-by-the-browser.md`).

use case::Node;
use wasm_bindgen::{JsCast, JsValue};

/// A value that `JSON.parse` made.
#[derive(Clone, Debug)]
pub struct Js(pub JsValue);

/// Parses JSON text; `None` when it is not JSON.
pub fn parse(text: &str) -> Option<Js> {
    js_sys::JSON::parse(text).ok().map(Js)
}

/// Parses JSON text into a wire type; an error names the part that did not fit.
pub fn read<T: case::Get>(text: &str) -> Result<T, case::Bad> {
    T::get(&parse(text).ok_or(case::Bad("json"))?)
}

impl Node for Js {
    fn field(&self, key: &str) -> Option<Self> {
        let value = js_sys::Reflect::get(&self.0, &JsValue::from_str(key)).ok()?;
        (!value.is_undefined() && !value.is_null()).then_some(Js(value))
    }
    fn text(&self) -> Option<String> {
        self.0.as_string()
    }
    fn int(&self) -> Option<i64> {
        let number = self.0.as_f64()?;
        js_sys::Number::is_safe_integer(&self.0).then_some(number as i64)
    }
    fn flag(&self) -> Option<bool> {
        self.0.as_bool()
    }
    fn items(&self) -> Option<Vec<Self>> {
        let list = self.0.dyn_ref::<js_sys::Array>()?;
        Some(list.iter().map(Js).collect())
    }
    fn keys(&self) -> Option<Vec<String>> {
        let object = self.0.dyn_ref::<js_sys::Object>()?;
        Some(js_sys::Object::keys(object).iter().filter_map(|k| k.as_string()).collect())
    }
}
