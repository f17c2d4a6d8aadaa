//! A few lines to fill in, each with a keypad or the phone's own keyboard, and one button that
//! saves. What the lines mean is handed in.

use super::pad::{Press, pad};
use super::{Done, save};
use crate::driver::app::App;
use crate::ui::El;
use crate::ui::dom::{el, focus};
use crate::ui::parts::button;
use crate::words::{Key, t};
use case::Event;
use leptos::prelude::*;
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
pub struct Reading {
    /// What to record, or what is wrong.
    pub event: fn(&[String]) -> Result<Event, Key>,
    /// The lines said back in words while they are typed.
    pub said: fn(&[String]) -> String,
}

/// The lines, their keypads, and the button.
pub fn fields(app: App, list: Vec<Field>, reading: Reading, done: Done) -> El {
    let values: Vec<RwSignal<String>> =
        list.iter().map(|f| RwSignal::new(f.start.clone())).collect();
    // The first line that is still empty is the one to fill in.
    let first = list.iter().position(|f| f.start.is_empty()).unwrap_or(0);
    let active = RwSignal::new(first);
    let wrong = RwSignal::new(None::<Key>);
    let inputs: Vec<El> =
        list.iter().enumerate().map(|(i, f)| input(f, i, values[i], active, wrong)).collect();
    let nodes: Rc<Vec<Element>> = Rc::new(inputs.iter().map(|i| i.node().clone()).collect());
    let mut out = el("div").class("form");
    let mut pads = el("div");
    let mut slots = el("div").class("slots");
    for (i, (field, input)) in list.into_iter().zip(inputs).enumerate() {
        slots = slots.add(
            el("label")
                .class("slot")
                .live(move |e| {
                    let _ = e.class_list().toggle_with_force("active", active.get() == i);
                })
                .add(el("span").text(t(field.label)))
                .add(input),
        );
        let Some(more) = field.pad else { continue };
        let (value, nodes, most) = (values[i], nodes.clone(), field.most as usize);
        let press = move |what| match what {
            Press::Type(key) => {
                wrong.set(None);
                value.update(|v| {
                    if v.chars().count() < most {
                        v.push_str(key);
                    }
                });
            }
            Press::Delete => value.update(|v| {
                v.pop();
            }),
            Press::Next => {
                let next = (active.get_untracked() + 1) % nodes.len();
                active.set(next);
                focus(&nodes[next]);
            }
        };
        pads = pads.add(pad(more, Rc::new(press)).live(move |e| {
            let _ = e.toggle_attribute_with_force("hidden", active.get() != i);
        }));
    }
    let typed = values.clone();
    let now = move || -> Vec<String> { typed.iter().map(|v| v.get().trim().to_owned()).collect() };
    let read = now.clone();
    out = out.add(slots).add(el("p").class("said").attr("role", "status").live(move |e| {
        let bad = wrong.get();
        let _ = e.class_list().toggle_with_force("bad", bad.is_some());
        let said = bad.map_or_else(|| (reading.said)(&now()), |key| t(key).into());
        e.set_text_content(Some(&said));
    }));
    let store = move || match untrack(|| (reading.event)(&read())) {
        Ok(event) => save(app, event, done),
        Err(key) => wrong.set(Some(key)),
    };
    out.add(pads).add(button("btn lamp wide", t(Key::PlaceSave), store))
}

fn input(
    field: &Field,
    i: usize,
    value: RwSignal<String>,
    active: RwSignal<usize>,
    wrong: RwSignal<Option<Key>>,
) -> El {
    // With a keypad of its own the field does not call up the phone's.
    let mode = if field.pad.is_some() { "none" } else { "text" };
    el("input")
        .attr("inputmode", mode)
        .attr("autocomplete", "off")
        .attr("autocapitalize", "characters")
        .attr("spellcheck", "false")
        .attr("maxlength", &crate::journey::brief::int(i64::from(field.most)))
        .attr("placeholder", field.hint)
        .live(move |e| {
            let text = value.get();
            if let Some(input) = e.dyn_ref::<HtmlInputElement>().filter(|i| i.value() != text) {
                input.set_value(&text);
            }
        })
        .on("input", move |e| {
            if let Some(input) = e.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok()) {
                wrong.set(None);
                value.set(input.value());
            }
        })
        .on("focus", move |_| active.set(i))
}
