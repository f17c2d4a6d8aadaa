//! The number in full when a tap on it brought up no call. The call bar stays where it is below.

use super::copy_button;
use super::ways::drawing;
use crate::call::tel;
use crate::ui::El;
use crate::ui::dom::{el, focus, task};
use crate::ui::parts::{button, p};
use crate::ui::slot::Slot;
use crate::words::{Key, t};

/// Watches every number on the page, and shows the one that was not dialled. Mounted once.
pub fn missed() -> El {
    let number = Slot::new(String::new());
    let last = number.clone();
    tel::watch(move |digits| last.set(digits));
    el("div").dynamic(move || match number.get() {
        digits if digits.is_empty() => el("i").attr("hidden", ""),
        digits => full(digits, &number),
    })
}

fn full(digits: String, number: &Slot<String>) -> El {
    let mut dial = String::from("tel:");
    dial.push_str(&digits);
    let number = number.clone();
    let close = button("btn lamp wide", t(Key::Close), move || number.set(String::new()));
    let node = close.node().clone();
    task(async move { focus(&node) });
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
