//! The line at the top: what there is of each state, the connection with its age, language,
//! colours, and who sits here.

use super::super::ages::stopwatch;
use super::super::api::Call;
use super::super::clock;
use super::super::list::{Counts, Group, count};
use super::super::model::{Desk, Net, Out};
use super::super::route::Route;
use super::super::say;
use super::super::tongue;
use super::glyph::glyph;
use super::help::Help;
use super::invite;
use super::list::Search;
use crate::words::{Key, fill, lang, t};
use leptos::prelude::*;
use leptos::task::spawn_local;

impl Desk {
    /// How many cases there are of each state.
    pub fn counts(self) -> Memo<Counts> {
        Memo::new(move |_| self.rows.with(|rows| count(rows.values())))
    }
}

/// The line.
pub fn bar(desk: Desk, search: Search, help: Help) -> impl IntoView {
    let counts = desk.counts();
    view! {
        <header class="d-bar">
            <span class="d-brand">{t(Key::DeskBrand)}</span>
            <div class="d-counts" role="group" aria-label=t(Key::DeskCounts)>
                {Group::ALL.map(|group| counter(search, counts, group))}
            </div>
            <p class="d-net" role="status" class:d-away=move || desk.net.get() != Net::Live>{move || net(desk)}</p>
            <div class="d-tools">
                <nav class="d-screens" aria-label=t(Key::DeskScreens)>
                    {screen(desk, "#/", Key::DeskList, Route::List)}
                    {screen(desk, "#/wall", Key::DeskWall, Route::Wall)}
                    {screen(desk, "#/shift", Key::DeskShift, Route::Shift)}
                </nav>
                {help.view()}
                {invite::invite(desk)}
                {tongues()}
                <span class="d-agent" title=t(Key::DeskYou)>{move || desk.agent()}</span>
                <button class="d-quiet" on:click=move |_| log_out(desk)>{t(Key::DeskLogOut)}</button>
            </div>
        </header>
    }
}

fn screen(desk: Desk, href: &'static str, key: Key, route: Route) -> impl IntoView {
    let current = move || desk.route.with(|r| *r == route).then_some("page");
    view! { <a class="d-quiet" href=href aria-current=current>{t(key)}</a> }
}

/// A count that filters the list when pressed.
fn counter(search: Search, counts: Memo<Counts>, group: Group) -> impl IntoView {
    let number = Memo::new(move |_| counts.get().of[group as usize]);
    let pressed = move || search.only.get() == Some(group);
    let toggle =
        move |_| search.only.update(|only| *only = (*only != Some(group)).then_some(group));
    view! {
        <button class="d-count" class:d-some=move || { number.get() > 0 } data-state=group as u8 aria-pressed=move || pressed().to_string() on:click=toggle>
            {glyph(group)}<b>{move || say::int(number.get() as i64)}</b><span>{say::group(group)}</span>
        </button>
    }
}

/// The connection in words.
fn net(desk: Desk) -> String {
    let since = |at: i64| (stopwatch(desk.clock.now.get() - at), clock::time(at));
    match desk.net.get() {
        Net::Live => t(Key::DeskLive).into(),
        Net::Away(at) => {
            let (long, when) = since(at);
            fill(Key::DeskAway, &[&long, &when])
        }
        Net::Rubbish(at, part) => {
            let (_, when) = since(at);
            fill(Key::DeskRubbish, &[part, &when])
        }
    }
}

/// Language and colours.
pub fn tongues() -> impl IntoView {
    let light = RwSignal::new(tongue::light());
    let other = if lang() == "en" { "zh" } else { "en" };
    let change = move |_| {
        spawn_local(async move {
            if tongue::speak(other).await {
                tongue::keep_language(other);
            }
        });
    };
    let shade = move |_| {
        tongue::set_light(!light.get_untracked());
        light.set(tongue::light());
    };
    view! {
        <button class="d-quiet" lang=if other == "en" { "en" } else { "zh-Hans" } on:click=change>{say::language(other)}</button>
        <button class="d-quiet" on:click=shade>{move || t(if light.get() { Key::DeskDark } else { Key::DeskLight })}</button>
    }
}

fn log_out(desk: Desk) {
    desk.leave(Out::Left);
    // Whether or not the server hears of it, this page forgets; the session ends by itself.
    spawn_local(async {
        let _ = Call::default().tell("/v1/desk/logout", "{}").await;
    });
}
