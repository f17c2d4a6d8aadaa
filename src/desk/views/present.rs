//! How present the driver is, in words, a shape and a running time.

use super::super::ages::stopwatch;
use super::super::near::{Driver, driver};
use super::case::Seen;
use crate::live::here;
use crate::words::{Key, fill, t};
use case::live::Presence;
use leptos::prelude::*;

/// The part of a case's head.
pub fn present(seen: Seen) -> impl IntoView {
    let near = seen.desk.near;
    let of = Memo::new(move |_| driver(near.linked(), &here().peers()));
    let name = move || match of.get() {
        Driver::Unknown => "unknown",
        Driver::Never => "never",
        Driver::Is(state, _) => state.as_str(),
    };
    let told = move || {
        let (key, since) = match of.get() {
            Driver::Unknown => return String::from(t(Key::DeskPresentUnknown)),
            Driver::Never => return t(Key::DeskPresentNone).into(),
            Driver::Is(Presence::Live, _) => return t(Key::DeskPresentLive).into(),
            Driver::Is(Presence::Stale, since) => (Key::DeskPresentStale, since),
            Driver::Is(Presence::Lost, since) => (Key::DeskPresentLost, since),
            Driver::Is(Presence::Gone, since) => (Key::DeskPresentGone, since),
        };
        fill(key, &[&stopwatch(seen.now() - since)])
    };
    view! { <span class="d-present" data-presence=name>{told}</span> }
}
