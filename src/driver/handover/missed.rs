//! The number in full when a tap on it brought up no call. The call bar stays where it is below.

use super::copy_button;
use super::ways::drawing;
use crate::call::tel;
use crate::ui::El;
use crate::ui::dom::{el, focus};
use crate::ui::parts::{button, p};
use crate::words::{Key, t};
use leptos::prelude::*;

/// Watches every number on the page, and shows the one that was not dialled. Mounted once.
pub fn missed() -> El {
    let number = RwSignal::new(None::<String>);
    tel::watch(move |digits| {
        let _ = number.try_set(Some(digits));
    });
    el("div").dynamic(move || match number.get() {
        None => el("i").attr("hidden", ""),
        Some(digits) => full(digits, number),
    })
}

fn full(digits: String, number: RwSignal<Option<String>>) -> El {
    let mut dial = String::from("tel:");
    dial.push_str(&digits);
    let close = button("btn lamp wide", t(Key::Close), move || number.set(None));
    let node = close.node().clone();
    leptos::task::spawn_local(async move { focus(&node) });
    el("div")
        .class("missed")
        .attr("role", "alertdialog")
        .attr("aria-label", t(Key::HandDial))
        .add(p("lead", t(Key::HandDial)))
        .add(p("huge", &digits))
        .add(drawing(&dial, &digits))
        .add(copy_button(digits))
        .add(close)
}
