//! The messages between the driver and the desk. A pure view.

use crate::ui::dom::{El, el};
use crate::ui::parts::p;
use crate::words::{Key, t};
use case::State;
use case::event::Role;

/// The messages in order, each with who wrote it, when, and how far it has come. `clock` turns
/// Unix milliseconds into the time of day.
pub fn thread(state: &State, clock: &dyn Fn(i64) -> String) -> El {
    let mut list = el("ol").class("thread");
    if state.messages.is_empty() {
        return el("div").add(p("more", t(Key::NoMessages)));
    }
    for message in &state.messages {
        let mine = message.by == Role::Driver;
        let who = match message.by {
            Role::Driver => t(Key::Me),
            _ if message.who.is_empty() => t(Key::Agent),
            _ => &message.who,
        };
        let mut line = String::from(who);
        line.push_str(" · ");
        line.push_str(&clock(message.at));
        if mine {
            line.push_str(" · ");
            line.push_str(t(if message.o == 0 { Key::SavedHere } else { Key::Received }));
        }
        list = list.add(
            el("li")
                .class(if mine { "mine" } else { "theirs" })
                .add(p("text", &message.text))
                .add(p("by", &line)),
        );
    }
    list
}
