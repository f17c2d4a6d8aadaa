//! Everything that happened, newest first, with its offset, its time by the server's clock, and
//! what the device's own clock and a wait on the device add to that.

use super::super::ages;
use super::super::clock::{day_time, zone};
use super::super::list::Group;
use super::super::say;
use super::super::timeline::line;
use super::case::Seen;
use crate::words::{Key, fill, t};
use case::event::{Event, Role, Stored};
use leptos::prelude::*;

/// The panel.
pub fn panel(seen: Seen) -> impl IntoView {
    let log = seen.case.log;
    let since = seen.case.since;
    view! {
        <section class="d-panel d-log-panel">
            <h2>
                {t(Key::DeskTimeline)}
                <b>{move || say::int(seen.state.with(|s| s.top) as i64)}</b>
                <span class="d-zone">{zone()}</span>
            </h2>
            <ol class="d-events" tabindex="0" aria-label=t(Key::DeskTimeline)>
                <For each=move || log.with(|l| l.iter().rev().cloned().collect::<Vec<_>>()) key=|s| s.o
                    children=move |s| entry(seen, &s)/>
                {move || (since.get() > 0).then(|| view! { <li class="d-cut">{fill(Key::DeskTimelineCut, &[&say::int(since.get() as i64)])}</li> })}
            </ol>
        </section>
    }
}

fn entry(seen: Seen, s: &Stored) -> impl IntoView + use<> {
    let who = match s.by {
        Role::Driver => t(Key::DeskDriver).to_owned(),
        Role::Agent if s.who.is_empty() => t(Key::DeskByDesk).to_owned(),
        Role::Agent => s.who.clone(),
        Role::Server => t(Key::DeskServer).to_owned(),
    };
    let mut notes = Vec::new();
    notes.extend(say::clock_gap(s.skew));
    notes.extend(
        ages::delay(s.happened(), s.rx).map(|ms| fill(Key::DeskArrivedLater, &[&say::age(ms)])),
    );
    let grave = match s.e.b.event() {
        Some(Event::Urgent { on: true }) => true,
        Some(Event::Answered { sets, .. } | Event::Ended { sets, .. }) => {
            sets.iter().any(|f| f == "fire=yes" || f == "urgency=red")
        }
        _ => false,
    };
    view! {
        <li data-by=s.by.as_str() class:d-grave=grave>
            <span class="d-o">{say::int(s.o as i64)}</span>
            <time>{day_time(s.happened(), seen.desk.clock.now.get_untracked(), say::tag())}</time>
            <span class="d-by">{who}</span>
            <span class="d-told">{grave.then(|| super::glyph::glyph(Group::Red))}{line(s)}
                {notes.into_iter().map(|n| view! { <em>{n}</em> }).collect::<Vec<_>>()}
            </span>
        </li>
    }
}
