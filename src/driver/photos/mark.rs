//! A kept photo: marks with a finger, a note, how far it has come, and the way out of the case.
//! Marks are data over the picture, never in it; each one is in the case as soon as it is drawn.

use super::drag::surface;
use super::{list, picture, take};
use crate::driver::app::App;
use crate::driver::route::Route;
use crate::journey::photo::{self, MARK_WORDS};
use crate::ui::El;
use crate::ui::dom::el;
use crate::ui::parts::{button, h1, icon, link, p, screen as frame};
use crate::words::{Key, t};
use case::Event;
use case::event::{Mark, Shape};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};

/// The screen of one photo.
pub fn screen(app: App, id: &str) -> El {
    let found = app.state.with_untracked(|s| s.photos.iter().find(|p| p.id == id).cloned());
    let Some(photo) = found else {
        return frame("screen photos").add(h1(t(Key::PhotoGone))).add(take::to_list());
    };
    let name = photo.id.clone();
    let marks = RwSignal::new(photo.marks.clone());
    let draft = RwSignal::new(None::<Mark>);
    let tool = RwSignal::new(Shape::Arrow);
    let wording = RwSignal::new(None::<(u16, u16)>);
    let (w, h) = (photo.w, photo.h);
    let store = StoredValue::new(name.clone());
    let record = move || {
        app.record(vec![Event::Marked { id: store.get_value(), marks: marks.get_untracked() }])
    };
    let over = surface(el("div").class("over"), t(Key::PhotoKeys), move |points, finished| {
        let shape = tool.get_untracked();
        let Some(mark) = mark_of(shape, points) else {
            draft.set(None);
            if let (true, [x, y, ..]) = (finished && shape == Shape::Words, points) {
                wording.set(Some((*x, *y)));
            }
            return;
        };
        if finished {
            draft.set(None);
            marks.update(|all| all.push(mark));
            record();
        } else {
            draft.set(Some(mark));
        }
    });
    let title = t(photo::shot(&photo.shot).title);
    let box_ = el("div")
        .class("frame-box")
        .add(picture(app, photo.sha.clone(), title))
        .dynamic(move || {
            let mut all = marks.get();
            all.extend(draft.get());
            photo::marks(w, h, &all)
        })
        .add(over);
    let mut tools =
        el("div").class("tools").attr("role", "group").attr("aria-label", t(Key::PhotoMark));
    for (shape, text, drawing) in [
        (Shape::Arrow, Key::PhotoArrow, "M5 19L19 5M9 5h10v10"),
        (Shape::Ring, Key::PhotoRing, "M12 5a9 7 0 1 0 .1 0z"),
        (Shape::Stroke, Key::PhotoStroke, "M4 15c4-9 6 6 9 0s4-6 7-2"),
        (Shape::Words, Key::PhotoWords, "M5 6h14M12 6v13"),
    ] {
        let press = move || tool.set(shape);
        tools = tools.add(tool_button(text, drawing, press).live(move |e| {
            let on = if tool.get() == shape { "true" } else { "false" };
            let _ = e.set_attribute("aria-pressed", on);
        }));
    }
    let undo = tool_button(Key::PhotoUndo, "M9 7L4 12l5 5M4 12h11a5 5 0 0 1 0 8", move || {
        marks.update(|all| drop(all.pop()));
        record();
    })
    .live(move |e| {
        let _ = e.toggle_attribute_with_force("disabled", marks.with(Vec::is_empty));
    });
    let state_of = name.clone();
    frame("screen photos marking")
        .add(h1(title))
        .add(el("p").class("state").live(move |e| {
            let (class, text) = list::progress(app, &state_of);
            e.set_class_name(class);
            e.set_text_content(Some(&text));
        }))
        .add(box_)
        .add(p("small", t(Key::PhotoMark)))
        .add(tools.add(undo))
        .dynamic(move || match wording.get() {
            None => el("i"),
            Some(at) => words(at, move |text| {
                wording.set(None);
                if !text.is_empty() {
                    marks.update(|all| {
                        all.push(Mark { shape: Shape::Words, at: vec![at.0, at.1], text })
                    });
                    record();
                }
            }),
        })
        .add(link("btn lamp wide", "#photos", t(Key::PhotoNext)))
        .add(note(app, &name, &photo.note))
        .add(remove(app, name))
}

fn tool_button(text: Key, drawing: &str, press: impl FnMut() + 'static) -> El {
    button("btn", "", press).add(icon(drawing)).add(el("span").text(t(text)))
}

/// The mark that these points make; `None` while they make none.
fn mark_of(shape: Shape, points: &[u16]) -> Option<Mark> {
    let [x1, y1, .., x2, y2] = points[..] else { return None };
    let at = match shape {
        Shape::Words => return None,
        Shape::Stroke => points.to_vec(),
        _ => vec![x1, y1, x2, y2],
    };
    Some(Mark { shape, at, text: String::new() })
}

fn words(_at: (u16, u16), done: impl Fn(String) + 'static) -> El {
    let input = el("input").attr("maxlength", &crate::journey::brief::int(MARK_WORDS as i64));
    let node: HtmlInputElement = input.node().clone().unchecked_into();
    el("div")
        .class("form")
        .add(el("label").class("slot").add(el("span").text(t(Key::PhotoWordsWhat))).add(input))
        .add(button("btn wide", t(Key::Done), move || done(node.value().trim().to_owned())))
}

fn note(app: App, id: &str, start: &str) -> El {
    let area = el("textarea").attr("rows", "2").attr("maxlength", "400").text(start);
    let node: HtmlTextAreaElement = area.node().clone().unchecked_into();
    let id = String::from(id);
    // Kept when the field is left, so that no button stands between the words and the case.
    let area = area.on("change", move |_| {
        app.record(vec![Event::Noted { id: id.clone(), text: node.value().trim().to_owned() }]);
    });
    el("label").class("slot").add(el("span").text(t(Key::PhotoNote))).add(area)
}

fn remove(app: App, id: String) -> El {
    let sure = RwSignal::new(false);
    button("btn quiet", "", move || {
        if !sure.get_untracked() {
            return sure.set(true);
        }
        let id = id.clone();
        leptos::task::spawn_local(async move {
            if app.write(vec![Event::Dropped { id }]).await {
                app.go(&Route::Photos(String::new()));
            }
        });
    })
    .live(move |e| {
        e.set_text_content(Some(t(if sure.get() { Key::PhotoDropSure } else { Key::PhotoDrop })))
    })
}
