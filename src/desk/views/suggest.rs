//! Suggesting a step: a guide and a step of the driver's own region, in the agent's language, with
//! what the driver's side will make of it; then what the driver did with it.

use super::super::clock::time;
use super::super::pack::Guides;
use super::case::Seen;
use crate::journey::lead::{Lead, current, find, lead};
use crate::words::{self, Key, fill, t};
use case::event::{Event, Take};
use guide::{Kind, Pack};
use leptos::prelude::*;

/// The way to safety is not in the list: it is never walked at somebody's word.
const SAFETY: &str = "safety";

/// The choice of a step.
pub fn form(seen: Seen, guides: RwSignal<Guides>) -> impl IntoView {
    move || match guides.get() {
        Guides::Here(pack) => chooser(seen, pack).into_any(),
        Guides::Coming => ().into_any(),
        Guides::Missing => view! { <p class="d-none">{t(Key::DeskJointNoPack)}</p> }.into_any(),
    }
}

fn chooser(seen: Seen, pack: &'static Pack) -> impl IntoView {
    let first = seen.state.with_untracked(|s| current(pack, s));
    let first = first.map(|stand| stand.guide.id.as_str()).filter(|id| *id != SAFETY);
    let g = RwSignal::new(String::from(first.unwrap_or("what")));
    let steps = move || {
        let all = pack.guides.iter().filter(move |guide| guide.id == g.get());
        all.flat_map(|guide| &guide.steps).filter(|step| step.kind != Kind::Gate)
    };
    let opening = move || steps().next().map(|step| step.id.clone()).unwrap_or_default();
    let q = RwSignal::new(untrack(opening));
    let pick = move |event| {
        g.set(event_target_value(&event));
        q.set(untrack(opening));
    };
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        seen.say(Event::Proposed { g: g.get_untracked(), q: q.get_untracked() });
    };
    let verdict = move || {
        let lead = seen.state.with(|s| lead(pack, s, &g.get(), &q.get()));
        match lead {
            Lead::Opens { reached: true, .. } => None,
            Lead::Opens { stand, .. } => {
                Some(fill(Key::DeskJointFirst, &[words::say(&stand.step.say)]))
            }
            Lead::Waits => Some(t(Key::DeskJointWaits).into()),
            Lead::Unknown => Some(t(Key::DeskJointUnknown).into()),
            Lead::Safety => Some(t(Key::DeskJointSafety).into()),
            Lead::Car => Some(t(Key::DeskJointCar).into()),
        }
    };
    let offered = pack.guides.iter().filter(|guide| guide.id != SAFETY);
    view! {
        <form class="d-tray d-suggest" on:submit=send>
            <label><span>{t(Key::DeskJointGuide)}</span>
                <select id="suggest-guide" prop:value=g on:change=pick>
                    {offered.map(|guide| view! {
                        <option value=guide.id.clone() selected=guide.id == g.get_untracked()>{words::say(&guide.title)}</option>
                    }).collect_view()}
                </select>
            </label>
            <label><span>{t(Key::DeskJointStep)}</span>
                <select id="suggest-step" on:change=move |event| q.set(event_target_value(&event))>
                    {move || steps().map(|step| view! { <option value=step.id.clone()>{words::say(&step.say)}</option> }).collect_view()}
                </select>
            </label>
            <p class="d-hint" role="status">{verdict}</p>
            <div class="d-actions"><button class="d-propose">{t(Key::DeskJointSuggest)}</button></div>
        </form>
    }
}

/// What became of the last suggestion, and of one that the server did not take.
pub fn told(seen: Seen, guides: RwSignal<Guides>) -> impl IntoView {
    let proposal = seen.part(|s| s.proposal.clone());
    let title = move |g: &str, q: &str| {
        let found = guides.get().pack().and_then(|pack| find(pack, g, q));
        found.map_or(String::from(q), |(_, step)| words::say(&step.say).into())
    };
    let answered = move |o: u64| {
        seen.case.log.with(|log| {
            let took = |e: &Event| matches!(e, Event::Took { o: of, .. } if *of == o);
            let last = log.iter().rev().find(|s| s.e.b.event().is_some_and(took));
            last.map(|s| time(s.happened())).unwrap_or_default()
        })
    };
    let refused = Memo::new(move |_| {
        seen.case.replica.with(|r| {
            let last = r.refused().iter().rev().find_map(|(e, _)| match e.b.event() {
                Some(Event::Proposed { g, q }) => Some((e.at, g.clone(), q.clone())),
                _ => None,
            });
            // Over as soon as a later one was taken.
            let later = proposal.with(|p| p.as_ref().map_or(0, |p| p.at));
            last.filter(|(at, ..)| *at > later)
        })
    });
    view! {
        <div class="d-suggested" role="status">
            {move || proposal.get().map(|p| {
                let (state, how) = match p.how {
                    _ if p.o == 0 => ("sending", t(Key::DeskJointSending).into()),
                    None => ("waiting", fill(Key::DeskJointWaiting, &[&time(p.at)])),
                    Some(Take::Accepted) => ("taken", fill(Key::DeskJointTaken, &[&answered(p.o)])),
                    Some(Take::Declined) => ("stayed", fill(Key::DeskJointStayed, &[&answered(p.o)])),
                    Some(Take::Undone) => ("undone", fill(Key::DeskJointUndone, &[&answered(p.o)])),
                };
                let what = fill(Key::DeskJointSuggested, &[&title(&p.g, &p.q)]);
                view! { <p data-proposal=state><b>{what}</b>" "<span>{how}</span></p> }
            })}
        </div>
        {move || refused.get().map(|(_, g, q)| view! {
            <p class="d-refused" role="alert">{fill(Key::DeskJointRefused, &[&title(&g, &q)])}</p>
        })}
    }
}
