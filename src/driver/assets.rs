//! Files that belong to this build: words, packs, pictures. Their names carry a hash and stand in
//! the page; the page itself may have begun to fetch some of them before this code was here.

use crate::device::loose;
use crate::js;
use case::Node as _;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The address of a file of this build.
pub fn url(name: &str) -> Option<String> {
    js::parse(&meta("nw-assets")?)?.field(name)?.text()
}

/// The id of this build; empty in a page that was not built.
pub fn build() -> String {
    meta("nw-build").unwrap_or_default()
}

fn meta(name: &str) -> Option<String> {
    let mut selector = String::from("meta[name=");
    selector.push_str(name);
    selector.push(']');
    let found = crate::ui::dom::page().query_selector(&selector).ok()??;
    found.get_attribute("content")
}

/// The text of a file of this build. `None` when it is neither here nor to be had.
pub async fn text(name: &str) -> Option<String> {
    if let Some(early) = early(name)
        && let Ok(text) = JsFuture::from(early).await
    {
        return text.as_string();
    }
    let url = url(name)?;
    let answer = loose::ask(&js_sys::global(), "fetch", &[JsValue::from_str(&url)]).await?;
    if !loose::get(&answer, "ok")?.is_truthy() {
        return None;
    }
    loose::ask(&answer, "text", &[]).await?.as_string()
}

/// What the page has begun to fetch by itself.
fn early(name: &str) -> Option<js_sys::Promise> {
    loose::get(&loose::get(&js_sys::global(), "nw")?, name)?.dyn_into().ok()
}

/// Fetches the words of a language, unless they are here. `false` when they are not to be had.
pub async fn words(lang: &'static str) -> bool {
    if crate::words::here(lang) {
        return true;
    }
    let name = if lang == "en" { "words-en" } else { "words-zh" };
    let Some(text) = text(name).await else { return false };
    let list = js::parse(&text).and_then(|list| list.items());
    let list = list.map(|items| items.iter().filter_map(case::Node::text).collect());
    list.is_some_and(|list| crate::words::take(lang, list))
}
