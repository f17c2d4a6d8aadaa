//! A kept photo: marks with a finger, a note, how far it has come, and the way out of the case.
//! Marks are data over the picture, never in it; each one is in the case as soon as it is drawn.

use super::drag::surface;
use super::{drawn, list, picture};
use crate::device::motion;
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
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};

/// What a finger draws.
#[derive(Clone, Copy, PartialEq)]
enum Tool {
    Shape(Shape),
    /// The number of a step: words that are the next number.
    Step,
    /// An arrow that says which way to pull.
    Pull,
}

/// What the screen remembers.
#[derive(Clone)]
pub struct Drawn {
    /// The marks.
    pub marks: Vec<Mark>,
    /// The mark under the finger.
    draft: Option<Mark>,
    tool: Tool,
    /// Where words are wanted.
    wording: Option<(u16, u16)>,
}

/// One photo and what is drawn on it.
#[derive(Clone)]
pub struct Sheet {
    app: App,
    /// The photo's name in the case; empty while it is being kept.
    pub id: Slot<String>,
    /// What is drawn.
    pub drawn: Slot<Drawn>,
}

impl Sheet {
    /// A photo with the marks it has.
    pub fn new(app: App, id: &str, marks: Vec<Mark>) -> Sheet {
        let drawn = Drawn { marks, draft: None, tool: Tool::Shape(Shape::Arrow), wording: None };
        Sheet { app, id: Slot::new(id.into()), drawn: Slot::new(drawn) }
    }

    /// Writes the marks to the case, all of them anew. A photo that is still being kept gets them
    /// when it is.
    pub fn record(&self) {
        let id = self.id.peek();
        if !id.is_empty() {
            self.app.record(vec![Event::Marked { id, marks: self.drawn.peek().marks }]);
        }
    }

    fn push(&self, mark: Mark) {
        self.drawn.change(|d| d.marks.push(mark));
        self.record();
    }

    fn dragged(&self, points: &[u16], finished: bool) {
        let Drawn { tool, marks, .. } = self.drawn.peek();
        let mark = mark_of(tool, points, &marks);
        if let (true, Some(mark)) = (finished, &mark) {
            self.drawn.change(|d| d.draft = None);
            return self.push(mark.clone());
        }
        self.drawn.change(|d| {
            d.draft = mark.filter(|_| !finished);
            if let (true, Tool::Shape(Shape::Words), [x, y, ..]) = (finished, tool, points) {
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
    let sheet = Sheet::new(app, &photo.id, photo.marks);
    let (worded, of) = (sheet.clone(), photo.id.clone());
    let title = t(photo::shot(&photo.shot).title);
    let box_ = el("div").class("frame-box").add(picture(app, photo.sha, title));
    let found = link("btn wide", &["#photos/aim/", id].concat(), t(Key::AimFind));
    let find = found.on("click", |_| motion::ask());
    frame("screen photos marking")
        .add(h1(title))
        .add(el("p").live(move |e| {
            let (class, text) = list::progress(app, &of);
            let _ = e.set_attribute("class", class);
            e.set_text_content(Some(&text));
        }))
        .add(board(box_, photo.w, photo.h, &sheet))
        .add(p("small", t(Key::PhotoMark)))
        .add(tools(&sheet))
        .dynamic(move || words(&worded))
        .add(link("btn lamp wide", "#photos", t(Key::PhotoNext)))
        .add(find)
        .add(note(&sheet, &photo.note))
        .add(remove(sheet, Rc::new(move || app.go(&Route::Photos(String::new())))))
}

/// Lays the marks over a picture of `w` × `h` pixels in its box, and takes what a finger draws.
pub fn board(picture: El, w: u32, h: u32, sheet: &Sheet) -> El {
    let (dragged, shown) = (sheet.clone(), sheet.clone());
    let over = surface(el("div").class("over"), t(Key::PhotoKeys), move |points, finished| {
        dragged.dragged(points, finished);
    });
    let marks = move || {
        let Drawn { mut marks, draft, .. } = shown.drawn.get();
        marks.extend(draft);
        photo::marks(w, h, &marks)
    };
    let (of, id) = (sheet.app, sheet.id.clone());
    picture.dynamic(marks).add(drawn::over(of, w, h, move || id.get())).add(over)
}

/// The tools, and the way back from the last mark.
pub fn tools(sheet: &Sheet) -> El {
    let mut tools =
        el("div").class("tools").attr("role", "group").attr("aria-label", t(Key::PhotoMark));
    for (tool, text, drawing) in [
        (Tool::Shape(Shape::Arrow), Key::PhotoArrow, "M5 19L19 5M9 5h10v10"),
        (Tool::Shape(Shape::Ring), Key::PhotoRing, "M12 5a9 7 0 1 0 .1 0z"),
        (Tool::Shape(Shape::Stroke), Key::PhotoStroke, "M4 15c4-9 6 6 9 0s4-6 7-2"),
        (Tool::Shape(Shape::Words), Key::PhotoWords, "M5 6h14M12 6v13"),
        (Tool::Step, Key::PhotoStep, "M12 3a9 9 0 1 0 .1 0zM10 9l2-1v8"),
        (Tool::Pull, Key::PhotoPull, "M3 12h17M14 6l6 6-6 6M3 8v8"),
    ] {
        let (chosen, now) = (sheet.drawn.clone(), sheet.drawn.clone());
        let press = move || chosen.change(|d| d.tool = tool);
        tools = tools.add(tool_button(text, drawing, press).live(move |e| {
            let on = if now.get().tool == tool { "true" } else { "false" };
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
fn mark_of(tool: Tool, points: &[u16], marks: &[Mark]) -> Option<Mark> {
    if let (Tool::Step, [.., x, y]) = (tool, points) {
        let last = marks.iter().filter_map(|m| m.text.parse::<u8>().ok()).max().unwrap_or(0);
        let mut text = String::new();
        case::wire::put_int(i64::from(last % 99) + 1, &mut text);
        return Some(Mark { shape: Shape::Words, at: vec![*x, *y], text });
    }
    let [x1, y1, .., x2, y2] = points[..] else { return None };
    let ends = vec![x1, y1, x2, y2];
    let (shape, at, text) = match tool {
        Tool::Step | Tool::Shape(Shape::Words) => return None,
        Tool::Shape(Shape::Stroke) => (Shape::Stroke, points.to_vec(), ""),
        Tool::Shape(shape) => (shape, ends, ""),
        Tool::Pull => (Shape::Arrow, ends, t(Key::PhotoPullHere)),
    };
    Some(Mark { shape, at, text: text.into() })
}

/// The words for a place on the photo, when they are wanted.
pub fn words(sheet: &Sheet) -> El {
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
    let (app, id) = (sheet.app, sheet.id.peek());
    // Kept when the field is left, so that no button stands between the words and the case.
    let area = area.on("change", move |_| {
        app.record(vec![Event::Noted { id: id.clone(), text: node.value().trim().into() }]);
    });
    el("label").class("slot").add(el("span").text(t(Key::PhotoNote))).add(area)
}

/// Takes the photo out of the case, when it was said twice; then calls `left`.
pub fn remove(sheet: Sheet, left: Rc<dyn Fn()>) -> El {
    let sure = Slot::new(false);
    let asked = sure.clone();
    let press = move || {
        if !sure.peek() {
            return sure.set(true);
        }
        let (app, id, left) = (sheet.app, sheet.id.peek(), left.clone());
        task(async move {
            if app.write(vec![Event::Dropped { id }]).await {
                left();
            }
        });
    };
    button("btn quiet", "", press).live(move |e| {
        let key = if asked.get() { Key::PhotoDropSure } else { Key::PhotoDrop };
        e.set_text_content(Some(t(key)));
    })
}
