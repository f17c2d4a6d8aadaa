//! The messages with the desk, live: what is shown is recorded as read; an answer is kept on the
//! phone first, like everything else.

use super::app::App;
use super::banner::newest;
use crate::device::loose;
use crate::journey::thread::thread;
use crate::live::typing;
use crate::react::*;
use crate::ui::dom::{computed, leaving, watch};
use crate::ui::parts::{h1, link, p, screen as section};
use crate::ui::{El, el};
use crate::words::{Key, fill, lang, t};
use case::Event;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlTextAreaElement;

/// The screen of messages.
pub fn screen(app: App) -> El {
    // One `read` for each newest message, however often the state changes.
    let newest = computed(move || newest(app));
    watch(move || {
        if let Ok(o) = newest.get().parse() {
            app.record(vec![Event::Read { o }]);
        }
    });
    leaving(|| typing::wrote(""));
    let field = el("textarea")
        .attr("rows", "2")
        .attr("maxlength", "2000")
        .attr("aria-label", t(Key::WriteMessage))
        .attr("placeholder", t(Key::WriteMessage))
        .on("input", move |event| {
            if let Some(area) = area(event.target()) {
                typing::wrote(&area.value());
                app.draft.set(area.value());
            }
        })
        .live(move |it| {
            // Only what differs is written, so that the caret stays while somebody types.
            if let Some(area) = it.dyn_ref::<HtmlTextAreaElement>()
                && area.value() != app.draft.get()
            {
                area.set_value(&app.draft.get_untracked());
            }
        });
    let send = el("button").attr("type", "submit").class("btn lamp").text(t(Key::Send));
    let form = el("form").class("reply").add(field).add(send).on("submit", move |event| {
        event.prevent_default();
        let text = String::from(app.draft.get_untracked().trim());
        if text.is_empty() {
            return;
        }
        // Cleared at once, so that a second tap sends nothing twice; put back when not kept.
        app.draft.set(String::new());
        typing::wrote("");
        crate::ui::dom::task(async move {
            if !app.write(vec![Event::Said { text: text.clone() }]).await {
                app.draft.set(text);
            }
        });
    });
    section("screen messages")
        .add(
            el("div")
                .class("head")
                .add(link("back", "#hub", "‹").attr("aria-label", t(Key::ToHub)))
                .add(p("at", t(Key::ToHub))),
        )
        .add(h1(t(Key::Messages)))
        .add(
            el("div")
                .attr("aria-live", "polite")
                .dynamic(move || app.state.with(|s| thread(s, &clock))),
        )
        .dynamic(|| match typing::writer() {
            Some(who) => p("wait writing", &fill(Key::Writing, &[&who])),
            None => el("i").attr("hidden", ""),
        })
        .add(form)
}

fn area(target: Option<web_sys::EventTarget>) -> Option<HtmlTextAreaElement> {
    target?.dyn_into().ok()
}

/// Unix milliseconds as the time of day, the way the reader writes it.
pub fn clock(at: i64) -> String {
    let date = js_sys::Date::new(&JsValue::from_f64(at as f64));
    let options = js_sys::JSON::parse(r#"{"hour":"2-digit","minute":"2-digit"}"#)
        .unwrap_or(JsValue::UNDEFINED);
    let told = loose::call(&date, "toLocaleTimeString", &[JsValue::from_str(lang()), options]);
    told.and_then(|t| t.as_string()).unwrap_or_default()
}
