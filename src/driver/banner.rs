//! A message of the desk that was not read yet: a banner on whatever screen is open.

use super::app::App;
use super::route::Route;
use crate::device::vibration;
use crate::react::*;
use crate::ui::dom::{computed, watch};
use crate::ui::parts::p;
use crate::ui::{El, el};
use crate::words::{Key, t};
use case::State;
use case::event::Role;

/// The newest message of the desk that was not read: its offset, who wrote it, the text.
pub fn unread(state: &State) -> Option<(u64, String, String)> {
    let newest = state.messages.iter().rev().find(|m| m.by != Role::Driver)?;
    (newest.o > state.driver_read).then(|| (newest.o, newest.who.clone(), newest.text.clone()))
}

/// The offset of the newest unread message as text; empty for none.
pub fn newest(app: App) -> String {
    app.state.with(unread).map(|(o, _, _)| crate::journey::brief::int(o as i64)).unwrap_or_default()
}

fn shown(app: App, newest: &str) -> Option<(u64, String, String)> {
    if newest.is_empty() || app.route.get() == Route::Messages {
        return None;
    }
    app.state.with_untracked(unread)
}

/// The banner; empty when all is read, and on the screen of messages itself. It stays on the page
/// all the time, because readers of the screen announce only what changes inside a known region.
pub fn banner(app: App) -> El {
    let key = computed(move || newest(app));
    watch(move || {
        if !key.get().is_empty() {
            vibration::buzz(&[200, 100, 200]);
        }
    });
    el("div").class("banner").attr("aria-live", "polite").dynamic(move || {
        match shown(app, &key.get()) {
            Some((_, who, text)) => {
                let who = if who.is_empty() { String::from(t(Key::Agent)) } else { who };
                el("a")
                    .class("message")
                    .attr("href", "#messages")
                    .add(p("by", &who))
                    .add(p("text", &text))
                    .add(el("span").class("open").text(t(Key::Answer)))
            }
            _ => el("span"),
        }
    })
}
