//! What the driver answered, guide by guide and in order, with what was asked; what was skipped
//! looks different and says why. Above it the facts that follow.

use super::super::clock::time;
use super::super::say;
use super::case::Seen;
use crate::words::{Key, fill, t};
use case::state::{Answer, Run};
use leptos::prelude::*;

/// The panel.
pub fn panel(seen: Seen) -> impl IntoView {
    let part = seen.part(|s| (s.runs.clone(), s.answers.clone()));
    let facts = seen.part(|s| s.facts(""));
    let all = RwSignal::new(false);
    let ways = seen.part(|s| {
        let calls = s.calls.iter().map(|c| (c.at, c.to.clone(), None));
        let hands = s.hands.iter().map(|h| (h.at, String::new(), Some(h.way)));
        let mut all: Vec<_> = calls.chain(hands).collect();
        all.sort_by_key(|(at, ..)| *at);
        all
    });
    view! {
        <section class="d-panel">
            <h2>{t(Key::DeskAnswers)}</h2>
            <ul class="d-chips">{move || chips(all, facts.get())}</ul>
            {move || {
                let (runs, answers) = part.get();
                guides(&runs, &answers)
            }}
            {move || {
                let ways = ways.get();
                (!ways.is_empty()).then(|| {
                    let items = ways.into_iter().map(|(at, to, way)| {
                        let text = match way {
                            Some(way) => fill(Key::DeskEvHanded, &[say::way(way)]),
                            None => fill(Key::DeskEvCalled, &[&to]),
                        };
                        view! { <li><time>{time(at)}</time><span>{text}</span></li> }
                    });
                    view! { <h3>{t(Key::DeskWays)}</h3><ul class="d-ways">{items.collect::<Vec<_>>()}</ul> }
                })
            }}
        </section>
    }
}

/// Facts with words of their own. The others only repeat answers below; they are shown as they
/// stand in the log when asked for.
fn chips(all: RwSignal<bool>, facts: case::Map<String, String>) -> impl IntoView {
    let mut said = Vec::new();
    let mut raw = Vec::new();
    for (name, value) in facts.iter() {
        let grave = matches!(
            (name.as_str(), value.as_str()),
            ("fire" | "medical", "yes") | ("people", "inside") | ("urgency", "red")
        );
        match say::fact(name, value) {
            Some(words) => said.push((grave, words.to_owned())),
            None => raw.push([name, "=", value].concat()),
        }
    }
    said.sort_by_key(|(grave, _)| !grave);
    let said =
        said.into_iter().map(|(grave, words)| view! { <li class:d-grave=grave>{words}</li> });
    let raw = raw.into_iter().map(|text| view! { <li class="d-log">{text}</li> });
    let raw = raw.collect::<Vec<_>>();
    let more = (!raw.is_empty()).then(|| {
        let count = say::int(raw.len() as i64);
        view! {
            <li class="d-more"><button class="d-quiet" aria-expanded=all.get().to_string() on:click=move |_| all.update(|a| *a = !*a)>
                {fill(Key::DeskFactsMore, &[&count])}
            </button></li>
        }
    });
    let raw = if all.get() { raw } else { Vec::new() };
    view! { {said.collect::<Vec<_>>()}{more}{raw} }
}

fn guides(runs: &[Run], answers: &[Answer]) -> impl IntoView + use<> {
    // Answers of a guide that never began (a log cut short) are shown all the same.
    let mut names: Vec<&str> = runs.iter().map(|r| r.g.as_str()).collect();
    for answer in answers {
        if !names.contains(&answer.g.as_str()) {
            names.push(&answer.g);
        }
    }
    let empty = names.is_empty().then(|| view! { <p class="d-none">{t(Key::DeskNoAnswers)}</p> });
    let blocks = names.into_iter().map(|g| {
        let run = runs.iter().find(|r| r.g == g);
        let mine: Vec<&Answer> = answers.iter().filter(|a| a.g == g).collect();
        guide(g, run, &mine)
    });
    view! { {empty}{blocks.collect::<Vec<_>>()} }
}

fn guide(g: &str, run: Option<&Run>, answers: &[&Answer]) -> impl IntoView + use<> {
    let times = run.map(|r| match r.ended {
        Some(ended) => fill(Key::DeskRunTimes, &[&time(r.began), &say::age(ended - r.began)]),
        None => fill(Key::DeskRunSince, &[&time(r.began)]),
    });
    let end = run.filter(|r| r.ended.is_some()).map(|r| {
        let words = r.said.clone();
        view! { <p class="d-end"><b>{say::disposition(&r.d)}</b>{(!words.is_empty()).then(|| view! { <span>{words}</span> })}</p> }
    });
    let items = answers.iter().map(|a| {
        let asked = if a.asked.is_empty() { a.q.clone() } else { a.asked.clone() };
        let said = if a.said.is_empty() { a.a.clone() } else { a.said.clone() };
        view! {
            <li class:d-skip=a.skip>
                <time>{time(a.at)}</time>
                <span class="d-asked">{asked}</span>
                <b class="d-said">{a.skip.then(|| view! { <i>{t(Key::DeskSkipped)}</i> })}{said}</b>
            </li>
        }
    });
    let items = items.collect::<Vec<_>>();
    view! {
        <h3><span>{say::guide(g)}</span><span class="d-times">{times}</span></h3>
        <ol class="d-answers">{items}</ol>
        {end}
    }
}
