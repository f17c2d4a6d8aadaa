//! A keypad of big keys for cold, wet thumbs: digits, up to four further keys, delete, next. The
//! fields it types into are ordinary ones, so a keyboard and a screen reader work as well.

use crate::ui::El;
use crate::ui::dom::el;
use crate::ui::parts::icon;
use crate::words::{Key, t};
use std::rc::Rc;

/// What a key does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Press {
    /// Types this.
    Type(&'static str),
    /// Takes the last character away.
    Delete,
    /// Goes to the next field.
    Next,
}

const DELETE: &str = "M21 5H8l-6 7 6 7h13zM17 9l-6 6M11 9l6 6";
const NEXT: &str = "M5 12h14M13 6l6 6-6 6";

/// The keypad; empty names among the further keys leave their place free.
pub fn pad(more: [&'static str; 4], press: Rc<dyn Fn(Press)>) -> El {
    let keys = [
        "1", "2", "3", "<", "4", "5", "6", more[0], "7", "8", "9", more[1], more[2], "0", more[3],
        ">",
    ];
    let mut pad = el("div")
        .class("pad")
        .attr("role", "group")
        // The field keeps the focus, so that a keyboard goes on typing into it.
        .on("pointerdown", |e| e.prevent_default());
    for name in keys {
        if name.is_empty() {
            pad = pad.add(el("i"));
            continue;
        }
        let key = el("button").attr("type", "button");
        let (what, key) = match name {
            "<" => (
                Press::Delete,
                key.class("key").attr("aria-label", t(Key::PadDelete)).add(icon(DELETE)),
            ),
            ">" => {
                (Press::Next, key.class("key").attr("aria-label", t(Key::PadNext)).add(icon(NEXT)))
            }
            _ if name.as_bytes()[0].is_ascii_digit() => {
                (Press::Type(name), key.class("key digit").text(name))
            }
            _ => (Press::Type(name), key.class("key").text(name)),
        };
        let press = press.clone();
        pad = pad.add(key.on("click", move |_| press(what)));
    }
    pad
}
