//! Language and colours of this browser: what was chosen last, else what the browser prefers. The
//! words themselves are fetched from the page's own files.

use super::page;
use crate::words;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, Response, window};

const LANG: &str = "nw-desk-lang";
const THEME: &str = "nw-desk-theme";

/// The language to begin with.
pub fn first() -> &'static str {
    let kept = page::load(page::browser(), LANG);
    let browser = || window().and_then(|w| w.navigator().language());
    words::known(&kept.or_else(browser).unwrap_or_default())
}

/// Fetches the words of a language and changes to it; the other language helps out when its own
/// file is not to be had.
pub async fn speak(lang: &'static str) -> bool {
    if !words::here(lang) {
        let list = fetch(lang).await;
        if !list.is_some_and(|list| words::take(lang, list)) {
            return false;
        }
    }
    words::speak(lang);
    if let Some(root) = root() {
        let _ = root.set_attribute("lang", if lang == "en" { "en" } else { "zh-Hans" });
    }
    true
}

/// Remembers the choice.
pub fn keep_language(lang: &str) {
    page::keep(page::browser(), LANG, lang);
}

/// Whether the page is light now.
pub fn light() -> bool {
    root().and_then(|r| r.get_attribute("data-theme")).is_some_and(|t| t == "light")
}

/// Sets the colours to what was chosen last.
pub fn colours() {
    if page::load(page::browser(), THEME).as_deref() == Some("light") {
        set_light(true);
    }
}

/// Changes between dark and light, and remembers it.
pub fn set_light(light: bool) {
    let theme = if light { "light" } else { "dark" };
    if let Some(root) = root() {
        let _ = root.set_attribute("data-theme", theme);
    }
    page::keep(page::browser(), THEME, theme);
}

fn root() -> Option<Element> {
    window()?.document()?.document_element()
}

/// Where the page keeps a file of its build, as the build wrote it down.
fn address(name: &str) -> Option<String> {
    let meta = window()?.document()?.query_selector("meta[name=nw-assets]").ok()??;
    let assets = crate::js::parse(&meta.get_attribute("content")?)?;
    case::Node::text(&case::Node::field(&assets, name)?)
}

/// The text of a file of this build.
pub async fn file(name: &str) -> Option<String> {
    let answer: JsValue = JsFuture::from(window()?.fetch_with_str(&address(name)?)).await.ok()?;
    let response: Response = answer.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()
}

async fn fetch(lang: &str) -> Option<Vec<String>> {
    crate::js::read(&file(&(String::from("words-desk-") + lang)).await?).ok()
}
