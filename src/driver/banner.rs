//! A message of the desk that was not read yet: a banner on whatever screen is open.

use super::app::App;
use super::route::Route;
use crate::device::vibration;
use crate::ui::parts::p;
use crate::ui::{El, el};
use crate::words::{Key, t};
use case::State;
use case::event::Role;
use leptos::prelude::*;

/// The newest message of the desk that was not read: its offset, who wrote it, the text.
pub fn unread(state: &State) -> Option<(u64, String, String)> {
    let newest = state.messages.iter().rev().find(|m| m.by != Role::Driver)?;
    (newest.o > state.driver_read).then(|| (newest.o, newest.who.clone(), newest.text.clone()))
}

/// The banner; empty when all is read, and on the screen of messages itself. It stays on the page
/// all the time, because readers of the screen announce only what changes inside a known region.
pub fn banner(app: App) -> El {
    let new = Memo::new(move |_| app.state.with(unread));
    Effect::new(move |_| {
        if new.get().is_some() {
            vibration::buzz(&[200, 100, 200]);
        }
    });
    el("div").class("banner").attr("aria-live", "polite").dynamic(move || match new.get() {
        Some((_, who, text)) if app.route.get() != Route::Messages => {
            let who = if who.is_empty() { String::from(t(Key::Agent)) } else { who };
            el("a")
                .class("message")
                .attr("href", "#messages")
                .add(p("by", &who))
                .add(p("text", &text))
                .add(el("span").class("open").text(t(Key::Answer)))
        }
        _ => el("span"),
    })
}
