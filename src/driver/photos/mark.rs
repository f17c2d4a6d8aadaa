//! A kept photo: marks with a finger, a note, how far it has come, and the way out of the case.
//! Marks are data over the picture, never in it; each one is in the case as soon as it is drawn.

use super::drag::surface;
use super::{list, picture};
use crate::driver::app::App;
use crate::driver::route::Route;
use crate::journey::photo::{self, MARK_WORDS};
use crate::react::*;
use crate::ui::El;
use crate::ui::dom::{el, task};
use crate::ui::parts::{button, h1, icon, link, p, screen as frame};
use crate::ui::slot::Slot;
use crate::words::{Key, t};
use case::Event;
use case::event::{Mark, Shape};
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};

/// What the screen remembers.
#[derive(Clone)]
struct Drawn {
    marks: Vec<Mark>,
    /// The mark under the finger.
    draft: Option<Mark>,
    tool: Shape,
    /// Where words are wanted.
    wording: Option<(u16, u16)>,
}

/// One photo and what is drawn on it.
#[derive(Clone)]
struct Sheet {
    app: App,
    id: String,
    drawn: Slot<Drawn>,
}

impl Sheet {
    /// Writes the marks to the case, all of them anew.
    fn record(&self) {
        self.app
            .record(vec![Event::Marked { id: self.id.clone(), marks: self.drawn.peek().marks }]);
    }

    fn push(&self, mark: Mark) {
        self.drawn.change(|d| d.marks.push(mark));
        self.record();
    }

    fn dragged(&self, points: &[u16], finished: bool) {
        let tool = self.drawn.peek().tool;
        let mark = mark_of(tool, points);
        if let (true, Some(mark)) = (finished, &mark) {
            self.drawn.change(|d| d.draft = None);
            return self.push(mark.clone());
        }
        self.drawn.change(|d| {
            d.draft = mark.filter(|_| !finished);
            if let (true, Shape::Words, [x, y, ..]) = (finished, tool, points) {
                d.wording = Some((*x, *y));
            }
        });
    }
}

/// The screen of one photo.
pub fn screen(app: App, id: &str) -> El {
    let found = app.state.with_untracked(|s| s.photos.iter().find(|p| p.id == id).cloned());
    let Some(photo) = found else {
        let back = link("btn quiet", "#photos", t(Key::Back));
        return frame("screen photos").add(h1(t(Key::PhotoGone))).add(back);
    };
    let drawn = Drawn { marks: photo.marks, draft: None, tool: Shape::Arrow, wording: None };
    let sheet = Sheet { app, id: photo.id, drawn: Slot::new(drawn) };
    let (dragged, shown, worded, of) = (sheet.clone(), sheet.clone(), sheet.clone(), sheet.clone());
    let over = surface(el("div").class("over"), t(Key::PhotoKeys), move |points, finished| {
        dragged.dragged(points, finished);
    });
    let title = t(photo::shot(&photo.shot).title);
    let (w, h) = (photo.w, photo.h);
    let box_ =
        el("div").class("frame-box").add(picture(app, photo.sha, title)).dynamic(move || {
            let Drawn { mut marks, draft, .. } = shown.drawn.get();
            marks.extend(draft);
            photo::marks(w, h, &marks)
        });
    frame("screen photos marking")
        .add(h1(title))
        .add(el("p").live(move |e| {
            let (class, text) = list::progress(app, &of.id);
            let _ = e.set_attribute("class", class);
            e.set_text_content(Some(&text));
        }))
        .add(box_.add(over))
        .add(p("small", t(Key::PhotoMark)))
        .add(tools(&sheet))
        .dynamic(move || words(&worded))
        .add(link("btn lamp wide", "#photos", t(Key::PhotoNext)))
        .add(note(&sheet, &photo.note))
        .add(remove(sheet))
}

fn tools(sheet: &Sheet) -> El {
    let mut tools =
        el("div").class("tools").attr("role", "group").attr("aria-label", t(Key::PhotoMark));
    for (shape, text, drawing) in [
        (Shape::Arrow, Key::PhotoArrow, "M5 19L19 5M9 5h10v10"),
        (Shape::Ring, Key::PhotoRing, "M12 5a9 7 0 1 0 .1 0z"),
        (Shape::Stroke, Key::PhotoStroke, "M4 15c4-9 6 6 9 0s4-6 7-2"),
        (Shape::Words, Key::PhotoWords, "M5 6h14M12 6v13"),
    ] {
        let (chosen, now) = (sheet.drawn.clone(), sheet.drawn.clone());
        let press = move || chosen.change(|d| d.tool = shape);
        tools = tools.add(tool_button(text, drawing, press).live(move |e| {
            let on = if now.get().tool == shape { "true" } else { "false" };
            let _ = e.set_attribute("aria-pressed", on);
        }));
    }
    let (last, now) = (sheet.clone(), sheet.drawn.clone());
    let undo = tool_button(Key::PhotoUndo, "M9 7L4 12l5 5M4 12h11a5 5 0 0 1 0 8", move || {
        last.drawn.change(|d| drop(d.marks.pop()));
        last.record();
    });
    tools.add(undo.live(move |e| {
        let _ = e.toggle_attribute_with_force("disabled", now.get().marks.is_empty());
    }))
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

/// The words for a place on the photo, when they are wanted.
fn words(sheet: &Sheet) -> El {
    let Some(at) = sheet.drawn.get().wording else { return el("i") };
    let input = el("input").attr("maxlength", MARK_WORDS);
    let node: HtmlInputElement = input.node().clone().unchecked_into();
    let sheet = sheet.clone();
    let done = move || {
        let text = String::from(node.value().trim());
        sheet.drawn.change(|d| d.wording = None);
        if !text.is_empty() {
            sheet.push(Mark { shape: Shape::Words, at: vec![at.0, at.1], text });
        }
    };
    el("div")
        .class("form")
        .add(el("label").class("slot").add(el("span").text(t(Key::PhotoWordsWhat))).add(input))
        .add(button("btn wide", t(Key::Done), done))
}

fn note(sheet: &Sheet, start: &str) -> El {
    let area = el("textarea").attr("rows", "2").attr("maxlength", "400").text(start);
    let node: HtmlTextAreaElement = area.node().clone().unchecked_into();
    let Sheet { app, id, .. } = sheet.clone();
    // Kept when the field is left, so that no button stands between the words and the case.
    let area = area.on("change", move |_| {
        app.record(vec![Event::Noted { id: id.clone(), text: node.value().trim().into() }]);
    });
    el("label").class("slot").add(el("span").text(t(Key::PhotoNote))).add(area)
}

fn remove(sheet: Sheet) -> El {
    let sure = Slot::new(false);
    let asked = sure.clone();
    let press = move || {
        if !sure.peek() {
            return sure.set(true);
        }
        let Sheet { app, id, .. } = sheet.clone();
        task(async move {
            if app.write(vec![Event::Dropped { id }]).await {
                app.go(&Route::Photos(String::new()));
            }
        });
    };
    button("btn quiet", "", press).live(move |e| {
        let key = if asked.get() { Key::PhotoDropSure } else { Key::PhotoDrop };
        e.set_text_content(Some(t(key)));
    })
}
