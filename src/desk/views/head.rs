//! The head of a case: state, what, number, how old and how silent, its watch line, and what the
//! agent may do with it.

use super::super::ages::stopwatch;
use super::super::clock::{day_time, time};
use super::super::list::Group;
use super::super::page;
use super::super::say;
use super::super::strip::{Strip, WIDTH, strip};
use super::actions;
use super::case::Seen;
use super::glyph::glyph;
use super::present;
use crate::words::{Key, fill, t};
use case::number::grouped;
use leptos::prelude::*;

/// The head.
pub fn head(seen: Seen) -> impl IntoView {
    let group = seen.part(|s| Group::of(s.status, s.red, s.fire));
    let number = seen.part(|s| s.number.clone());
    let agent = seen.part(|s| s.agent.clone());
    let outcome = seen.part(|s| (s.outcome, s.ending.clone(), s.parting.clone()));
    let what = Memo::new(move |_| {
        // The list's own words first, so that list and case say the same.
        let id = seen.case.id.get_value();
        let listed = match seen.live {
            true => seen.desk.rows.with(|rows| rows.get(&id).map(|r| r.what.clone())),
            // The list says how it stands now.
            false => seen.state.with(|s| s.fact("problem")),
        };
        seen.state.with(|s| say::about(s.fire, &listed.unwrap_or_default()))
    });
    let copied = RwSignal::new(false);
    let copy = move |_| copied.set(page::copy(&number.get_untracked()));
    view! {
        <header class="d-head" data-state=move || group.get() as u8>
            <a class="d-back d-quiet" href="#/">{t(Key::DeskBackToList)}</a>
            <h1>
                {move || glyph(group.get())}
                <span class="d-state">{move || say::group(group.get())}</span>
                <span class="d-what">{move || what.get()}</span>
            </h1>
            <p class="d-number">
                <span class="d-sr">{t(Key::DeskNumber)}" "</span>
                <b>{move || grouped(&number.get())}</b>
                <button class="d-quiet" on:click=copy>{move || t(if copied.get() { Key::DeskCopied } else { Key::DeskCopy })}</button>
            </p>
            <p class="d-facts-line">
                {present::present(seen)}
                {move || ages(seen)}
                {move || devices(seen).into_iter().map(|text| view! { <span>{text}</span> }).collect::<Vec<_>>()}
                {move || (!agent.get().is_empty()).then(|| view! { <span class="d-who">{fill(Key::DeskWith, &[&agent.get()])}</span> })}
                {move || {
                    let (outcome, d, note) = outcome.get();
                    outcome.map(|o| {
                        let note = (!note.is_empty()).then(|| view! { <span class="d-parting">{note}</span> });
                        view! { <span class="d-outcome">{say::end(o, &d)}</span>{note} }
                    })
                }}
            </p>
            {watch_line(seen)}
            {actions::actions(seen)}
        </header>
    }
}

fn ages(seen: Seen) -> impl IntoView {
    let opened = seen.part(|s| s.opened);
    let heard = seen.part(|s| s.heard);
    let at = move || day_time(opened.get(), seen.now(), say::tag());
    view! {
        <span title=t(Key::DeskOpenedTitle)>{move || fill(Key::DeskOpened, &[&say::age(seen.now() - opened.get()), &at()])}</span>
        <span class="d-heard" class:d-silent=move || say::silent(heard.get(), seen.now())>
            {move || say::heard(heard.get(), seen.now())}
        </span>
    }
}

/// Language, region, devices and what they said of their power.
fn devices(seen: Seen) -> Vec<String> {
    seen.state.with(|s| {
        let mut out = vec![say::language(&s.lang), say::region(&s.region)];
        out.extend(s.devices.iter().map(|d| say::face(d.face).to_owned()));
        if s.low_power {
            out.push(t(Key::DeskLowPower).into());
        }
        if let Some(percent) = s.percent {
            out.push(fill(Key::DeskPercent, &[&say::int(i64::from(percent))]));
        }
        if s.crashes > 0 {
            out.push(fill(Key::DeskCrashes, &[&say::int(i64::from(s.crashes))]));
        }
        out
    })
}

/// The whole case on one line, its silences as gaps.
fn watch_line(seen: Seen) -> impl IntoView {
    let opened = seen.part(|s| s.opened);
    // To ten seconds: the line moves too little to be drawn every second.
    let now = Memo::new(move |_| seen.desk.clock.now.get() / 10_000 * 10_000 + 10_000);
    let drawn = Memo::new(move |_| seen.case.log.with(|log| strip(opened.get(), now.get(), log)));
    let path = move |part: fn(&Strip) -> String| move || drawn.with(part);
    view! {
        <figure class="d-watch">
            <svg viewBox="0 0 1000 24" preserveAspectRatio="none" role="img" aria-label=move || told(seen)>
                <path class="d-quiet-line" d="M0 12H1000"/>
                <path class="d-heard-line" d=path(|s| lines(&s.heard))/>
                <path class="d-desk-ticks" d=path(|s| ticks(&s.desk, "V20"))/>
                <path class="d-driver-ticks" d=path(|s| ticks(&s.driver, "V4"))/>
            </svg>
            <figcaption>
                <span>{move || time(opened.get())}</span>
                <span>{t(Key::DeskWatchLine)}</span>
                <span>{t(Key::DeskNow)}</span>
            </figcaption>
        </figure>
    }
}

fn told(seen: Seen) -> String {
    let (opened, heard) = seen.state.with(|s| (s.opened, s.heard));
    let now = seen.now() / 60_000 * 60_000;
    fill(Key::DeskWatchTold, &[&stopwatch(now - opened), &say::heard(heard, now)])
}

fn lines(heard: &[(i64, i64)]) -> String {
    let mut out = String::new();
    for (from, to) in heard {
        // A moment alone is still to be seen.
        let to = (*to).max(from + 2).min(WIDTH);
        out.push_str(&["M", &say::int(*from), " 12H", &say::int(to)].concat());
    }
    out
}

fn ticks(at: &[i64], up: &str) -> String {
    at.iter().map(|x| ["M", &say::int(*x), " 12", up].concat()).collect()
}
