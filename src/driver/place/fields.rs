//! A few lines to fill in, each with a keypad or the phone's own keyboard, and one button that
//! saves. What the lines mean is handed in.

use super::pad::{Press, pad};
use super::{Done, save};
use crate::driver::app::App;
use crate::journey::brief::int;
use crate::ui::El;
use crate::ui::dom::{el, focus};
use crate::ui::parts::button;
use crate::ui::slot::Slot;
use crate::words::{Key, t};
use case::Event;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

/// One line.
pub struct Field {
    /// What stands above it.
    pub label: Key,
    /// What stands in it while it is empty.
    pub hint: &'static str,
    /// Keys beside the digits; `None`: the phone's own keyboard.
    pub pad: Option<[&'static str; 4]>,
    /// What it begins with.
    pub start: String,
    /// Most characters.
    pub most: u32,
}

/// What the lines come to.
#[derive(Clone, Copy)]
pub struct Reading {
    /// What to record, or what is wrong.
    pub event: fn(&[String]) -> Result<Event, Key>,
    /// The lines said back in words while they are typed.
    pub said: fn(&[String]) -> String,
}

/// What is in the lines, which one is typed into, and what was wrong at the last try.
#[derive(Clone)]
struct Typed {
    lines: Vec<String>,
    active: usize,
    wrong: Option<Key>,
}

type Form = Slot<Typed>;

/// The lines, their keypads, and the button.
pub fn fields(app: App, list: Vec<Field>, reading: Reading, done: Done) -> El {
    let lines: Vec<String> = list.iter().map(|f| f.start.clone()).collect();
    // The first line that is still empty is the one to fill in.
    let active = lines.iter().position(String::is_empty).unwrap_or(0);
    let form: Form = Slot::new(Typed { lines, active, wrong: None });
    let mut nodes: Vec<Element> = Vec::new();
    let mut slots = el("div").class("slots");
    for (i, field) in list.iter().enumerate() {
        let input = input(field, i, &form);
        nodes.push(input.node().clone());
        slots = slots.add(slot(field.label, i, &form).add(input));
    }
    let nodes: Rc<[Element]> = nodes.into();
    let mut pads = el("div");
    for (i, field) in list.iter().enumerate() {
        if let Some(more) = field.pad {
            pads = pads.add(line_pad(more, i, field.most as usize, &form, &nodes));
        }
    }
    let (shown, read) = (form.clone(), form);
    let said = el("p").class("said").attr("role", "status").live(move |e| {
        let Typed { lines, wrong, .. } = shown.get();
        let _ = e.class_list().toggle_with_force("bad", wrong.is_some());
        let text = wrong.map_or_else(|| (reading.said)(&lines), |key| t(key).into());
        e.set_text_content(Some(&text));
    });
    let store = move || {
        let lines: Vec<String> = read.peek().lines.iter().map(|l| l.trim().into()).collect();
        match (reading.event)(&lines) {
            Ok(event) => save(app, event, done.clone()),
            Err(key) => read.change(|typed| typed.wrong = Some(key)),
        }
    };
    el("div").class("form").add(slots).add(said).add(pads).add(button(
        "btn lamp wide",
        t(Key::PlaceSave),
        store,
    ))
}

fn slot(label: Key, i: usize, form: &Form) -> El {
    let form = form.clone();
    el("label").class("slot").add(el("span").text(t(label))).live(move |e| {
        let _ = e.class_list().toggle_with_force("active", form.get().active == i);
    })
}

fn input(field: &Field, i: usize, form: &Form) -> El {
    // With a keypad of its own the field does not call up the phone's.
    let mode = if field.pad.is_some() { "none" } else { "text" };
    let (shown, typed, entered) = (form.clone(), form.clone(), form.clone());
    el("input")
        .attr("inputmode", mode)
        .attr("autocomplete", "off")
        .attr("autocapitalize", "characters")
        .attr("spellcheck", "false")
        .attr("maxlength", &int(i64::from(field.most)))
        .attr("placeholder", field.hint)
        .live(move |e| {
            let text = &shown.get().lines[i];
            if let Some(input) = e.dyn_ref::<HtmlInputElement>().filter(|i| i.value() != *text) {
                input.set_value(text);
            }
        })
        .on("input", move |event| {
            let input = event.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok());
            if let Some(input) = input {
                typed.change(|typed| {
                    typed.wrong = None;
                    typed.lines[i] = input.value();
                });
            }
        })
        .on("focus", move |_| entered.change(|typed| typed.active = i))
}

fn line_pad(
    more: [&'static str; 4],
    i: usize,
    most: usize,
    form: &Form,
    nodes: &Rc<[Element]>,
) -> El {
    let (shown, form, nodes) = (form.clone(), form.clone(), nodes.clone());
    let press = move |what| {
        let mut next = None;
        form.change(|typed| {
            typed.wrong = None;
            let line = &mut typed.lines[i];
            match what {
                Press::Type(key) if line.chars().count() < most => line.push_str(key),
                Press::Type(_) => {}
                Press::Delete => drop(line.pop()),
                Press::Next => next = Some((i + 1) % nodes.len()),
            }
        });
        if let Some(next) = next {
            focus(&nodes[next]);
        }
    };
    pad(more, Rc::new(press)).live(move |e| {
        let _ = e.toggle_attribute_with_force("hidden", shown.get().active != i);
    })
}
