//! The last rung: what it is and where, in words, to the desk.

use super::{Aim, Stage};
use crate::driver::route::Route;
use crate::ui::El;
use crate::ui::dom::{el, task};
use crate::ui::parts::{button, p};
use crate::words::{Key, t};
use case::Event;
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;

/// A field and a button; the way back where there is one.
pub fn view(aim: &Aim) -> El {
    let area = el("textarea").attr("rows", "4").attr("maxlength", "1000");
    let node: HtmlTextAreaElement = area.node().clone().unchecked_into();
    // What was begun is not lost by looking at the picture again.
    node.set_value(&aim.app.draft.get_untracked());
    let (kept, app) = (node.clone(), aim.app);
    let area = area.on("input", move |_| app.draft.set(kept.value()));
    let send = move || {
        let text = String::from(node.value().trim());
        if text.is_empty() {
            return;
        }
        task(async move {
            if app.write(vec![Event::Said { text }]).await {
                app.draft.set(String::new());
                app.go(&Route::Messages);
            }
        });
    };
    let out = el("div")
        .class("form")
        .add(el("label").class("slot").add(el("span").text(t(Key::AimWordsWhat))).add(area))
        .add(button("btn lamp wide", t(Key::AimSend), send));
    if !aim.has_still.peek() {
        return out.add(p("small", t(Key::AimWordsOnly)));
    }
    let stage = aim.stage.clone();
    out.add(button("btn quiet", t(Key::AimPicture), move || stage.set(Stage::Still)))
}
