//! A case as it stood at each of its events: the same panels over the fold of the log up to there,
//! with the clock of that moment. It is marked as a replay, and nothing can be said in it.

use super::super::clock::{Clock, day_time};
use super::super::history;
use super::super::model::{Desk, Opened};
use super::super::route::case_href;
use super::super::say;
use super::super::timeline::line;
use super::case::{Seen, panels};
use crate::words::{Key, fill, t};
use case::Stored;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The slider's id; keys move it from anywhere on the screen.
pub const SLIDER: &str = "replay-at";

/// The log, or how far it is.
#[derive(Clone)]
enum Log {
    Coming,
    Here(StoredValue<Vec<Stored>>),
    Away,
}

/// The replay of a case.
pub fn replay(desk: Desk, id: &str) -> impl IntoView + use<> {
    let log = RwSignal::new(Log::Coming);
    let wanted = String::from(id);
    let back = case_href(id);
    let id = String::from(id);
    spawn_local(async move {
        let got = match history::whole(&wanted).await {
            Ok(all) if !all.is_empty() => Log::Here(StoredValue::new(all)),
            _ => Log::Away,
        };
        // The replay may have been left meanwhile.
        log.try_set(got);
    });
    view! {
        <article class="d-replay" aria-label=t(Key::DeskReplay)>
            {move || match log.get() {
                Log::Coming => view! { <p class="d-nothing" role="status">{t(Key::DeskCaseComing)}</p> }.into_any(),
                Log::Away => view! { <p class="d-nothing">{t(Key::DeskReplayAway)}" "<a href=back.clone()>{t(Key::DeskReplayBack)}</a></p> }.into_any(),
                Log::Here(all) => player(desk, &id, all, back.clone()).into_any(),
            }}
        </article>
    }
}

fn player(
    desk: Desk,
    id: &str,
    log: StoredValue<Vec<Stored>>,
    back: String,
) -> impl IntoView + use<> {
    let len = log.with_value(Vec::len);
    let at = RwSignal::new(1_usize);
    let (clock, case) = (Clock::stopped(0), Opened::still(id));
    let here = move |n: usize| log.with_value(|all| all.get(n - 1).cloned());
    Effect::new(move |_| {
        let n = at.get();
        log.with_value(|all| case.stand_at(all.get(..n).unwrap_or_default()));
        clock.now.set(here(n).map_or(0, |s| s.happened().max(s.rx)));
    });
    let state = Memo::new(move |_| case.state());
    let seen = Seen { desk: desk.at(clock), case, state, live: false };
    let step = move |by: i64| {
        at.update(|n| *n = (*n as i64 + by).clamp(1, len as i64) as usize);
    };
    let told = move || here(at.get()).map(|s| line(&s)).unwrap_or_default();
    let time =
        move || here(at.get()).map(|s| day_time(s.happened(), 0, say::tag())).unwrap_or_default();
    let position =
        move || fill(Key::DeskReplayAt, &[&say::int(at.get() as i64), &say::int(len as i64)]);
    let slide = move |event| {
        if let Ok(n) = event_target_value(&event).parse::<usize>() {
            at.set(n.clamp(1, len));
        }
    };
    view! {
        <header class="d-replay-bar">
            <b class="d-replay-mark">{t(Key::DeskReplayMark)}</b>
            <button aria-label=t(Key::DeskReplayPrevious) on:click=move |_| step(-1)>"‹"</button>
            <input id=SLIDER type="range" min="1" max=len.to_string() aria-label=t(Key::DeskReplay) aria-valuetext=position
                prop:value=move || at.get().to_string() on:input=slide/>
            <button aria-label=t(Key::DeskReplayNext) on:click=move |_| step(1)>"›"</button>
            <span class="d-replay-n">{position}</span>
            <time>{time}</time>
            <a class="d-quiet" href=back>{t(Key::DeskReplayBack)}</a>
            <p class="d-replay-line" role="status">{told}</p>
        </header>
        {panels(seen)}
    }
}
