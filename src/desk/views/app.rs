//! The frame: starts the desk, and puts log-in, list and case in their places.

use super::super::broken;
use super::super::keys;
use super::super::link;
use super::super::list::Group;
use super::super::model::{Desk, Who};
use super::super::page;
use super::super::route::{self, Route};
use super::super::tongue;
use super::help::Help;
use super::list::Search;
use super::{bar, case, list, login, replay, shift, wall};
use crate::words::{self, Key, t};
use leptos::prelude::*;

/// Mounts the desk into `#app` as soon as its words are here.
pub fn mount() {
    tongue::colours();
    // Leptos has no executor before its first mount; the browser's own serves.
    wasm_bindgen_futures::spawn_local(async {
        let first = tongue::first();
        // The words lie beside the page; without them it would be a page of blanks.
        for tried in 0.. {
            if tongue::speak(first).await
                || tongue::speak(if first == "en" { "zh" } else { "en" }).await
            {
                break;
            }
            page::sleep(1_000 * (1 + tried).min(10)).await;
        }
        let root =
            web_sys::window().and_then(|w| w.document()).and_then(|d| d.get_element_by_id("app"));
        if let Some(root) = root {
            use wasm_bindgen::JsCast as _;
            root.set_text_content(None);
            mount_to(root.unchecked_into(), app).forget();
        }
    });
}

fn app() -> impl IntoView {
    let desk = Desk::start();
    let search = Search::default();
    let help = Help::default();
    provide_context(desk);
    attend(desk, search, help);
    link::begin(desk);
    link::go_live(desk);
    desk.near.listen(desk);
    move || {
        words::lang();
        broken::prepare(t(Key::DeskBroken));
        let logged_in = Memo::new(move |_| matches!(desk.who.get(), Who::Agent(_)));
        let setting_up = Memo::new(move |_| matches!(desk.route.get(), Route::Setup(_)));
        view! {
            <div class="d-sr" role="status" aria-live="assertive">{announcer(desk)}</div>
            {move || match logged_in.get() && !setting_up.get() {
                true => console(desk, search, help).into_any(),
                false => login::login(desk).into_any(),
            }}
        }
    }
}

/// What the page listens to as long as it lives.
fn attend(desk: Desk, search: Search, help: Help) {
    let Some(window) = web_sys::window() else { return };
    page::listen(&window, "hashchange", move |_| match route::parse(&page::hash()) {
        Route::Setup(token) => {
            page::forget_hash();
            desk.token.set(token.clone());
            desk.route.set(Route::Setup(token));
        }
        other => desk.route.set(other),
    });
    for event in ["online", "pageshow", "focus"] {
        page::listen(&window, event, move |_| link::look_again(desk));
    }
    if let Some(document) = window.document() {
        page::listen(&document, "visibilitychange", move |_| {
            if page::visible() {
                link::look_again(desk);
            }
        });
    }
    keys::listen(desk, search, help);
    // The case on the screen is followed from log-in to log-out, whichever view shows it.
    Effect::new(move |_| {
        let session = matches!(desk.who.get(), Who::Agent(_));
        if let (true, Route::Case(id)) = (session, desk.route.get()) {
            link::follow(desk, id);
        } else {
            crate::live::here().check();
        }
    });
    let counts = desk.counts();
    Effect::new(move |_| {
        let [red, open, ..] = counts.get().of;
        words::lang();
        let mut title = String::new();
        if matches!(desk.who.get(), Who::Agent(_)) {
            if red > 0 {
                title.push('▲');
                title.push_str(&super::super::say::int(red as i64));
                title.push_str(" · ");
            }
            title.push_str(&super::super::say::int(open as i64));
            title.push_str(" · ");
        }
        title.push_str(t(Key::DeskTitle));
        if let Some(document) = web_sys::window().and_then(|w| w.document()) {
            document.set_title(&title);
        }
    });
}

fn console(desk: Desk, search: Search, help: Help) -> impl IntoView {
    let route = Memo::new(move |_| desk.route.get());
    let walled = Memo::new(move |_| route.get() == Route::Wall);
    view! {
        <div class="d-desk" class:d-opened=move || !matches!(route.get(), Route::List) class:d-walled=walled>
            {bar::bar(desk, search, help)}
            {move || match walled.get() {
                true => wall::wall(desk, search).into_any(),
                false => view! {
                    {list::list(desk, search)}
                    <main class="d-pane" tabindex="-1">{move || pane(desk, &route.get())}</main>
                }
                .into_any(),
            }}
        </div>
    }
}

fn pane(desk: Desk, route: &Route) -> AnyView {
    match route {
        Route::Case(id) => case::case(desk, id).into_any(),
        Route::Replay(id) => replay::replay(desk, id).into_any(),
        Route::Shift => shift::shift(desk).into_any(),
        _ => view! { <p class="d-nothing">{t(Key::DeskPickOne)}</p> }.into_any(),
    }
}

/// Tells a screen reader when a case turns red, once for each.
fn announcer(desk: Desk) -> impl IntoView {
    let known = StoredValue::new(None::<Vec<String>>);
    move || {
        let red: Vec<(String, String)> = desk.rows.with(|rows| {
            let red = rows.values().filter(|r| Group::of_row(r) == Group::Red);
            red.map(|r| (r.case.clone(), r.number.clone())).collect()
        });
        let now: Vec<String> = red.iter().map(|(case, _)| case.clone()).collect();
        let before = known.get_value();
        if desk.listed.get() {
            known.set_value(Some(now));
        }
        let fresh = |case: &String| before.as_ref().is_some_and(|b| !b.contains(case));
        red.iter()
            .filter(|(case, _)| fresh(case))
            .map(|(_, number)| words::fill(Key::DeskNewRed, &[&case_number(number)]))
            .collect::<Vec<_>>()
            .join(" ")
    }
}

fn case_number(number: &str) -> String {
    ::case::number::grouped(number)
}
