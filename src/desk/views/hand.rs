//! Handing a case to a named colleague with words for them, back to the queue, or taking it from
//! somebody by name. The server lets exactly one agent have a case; who came second is told who.

use super::super::model::{Desk, Who};
use super::super::people;
use super::actions::{Tray, button, cancel, me};
use super::case::Seen;
use crate::words::{Key, fill, t};
use case::event::Event;
use case::message::{Colleague, MAX_TEXT};
use leptos::prelude::*;

/// The event that hands the agent's case to somebody, or, with no name, to nobody.
pub fn over(desk: Desk, to: &str, note: &str) -> Event {
    let from = match desk.who.get_untracked() {
        Who::Agent(name) => name,
        _ => String::new(),
    };
    Event::Claimed { agent: to.into(), from, note: note.trim().into() }
}

/// A colleague to choose and a note to write; `give` gets both, with no name for the queue.
pub fn form(
    desk: Desk,
    people: RwSignal<Vec<Colleague>>,
    give: impl Fn(String, String) + Copy + 'static,
) -> impl IntoView {
    let (to, note) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        give(to.get_untracked(), note.get_untracked());
    };
    let others = move || {
        let (me, now) = (desk.agent(), desk.clock.now.get_untracked());
        let others = people.get().into_iter().filter(move |p| p.name != me);
        let options = others.map(move |p| {
            let on = p.seen > 0 && now - p.seen < people::ON_DUTY;
            let label = [&p.name, " · ", t(if on { Key::DeskOn } else { Key::DeskOff })].concat();
            let chosen = p.name == to.get_untracked();
            view! { <option value=p.name selected=chosen>{label}</option> }
        });
        options.collect_view()
    };
    view! {
        <form class="d-hand" on:submit=send>
            <label><span>{t(Key::DeskHandTo)}</span>
                <select id="hand-to" on:change=move |e| to.set(event_target_value(&e))>
                    <option value="">{t(Key::DeskHandQueue)}</option>
                    {others}
                </select>
            </label>
            <label><span>{t(Key::DeskHandNote)}</span>
                <textarea id="hand-note" rows="2" maxlength=MAX_TEXT.to_string() prop:value=note
                    on:input=move |e| note.set(event_target_value(&e))></textarea>
            </label>
            <div class="d-actions"><button class="d-main d-give">{t(Key::DeskHandGo)}</button></div>
        </form>
    }
}

/// Hands the case on the screen over.
pub fn tray(seen: Seen, tray: RwSignal<Tray>) -> impl IntoView {
    let people = people::follow(seen.desk);
    let give = move |to: String, note: String| {
        seen.say(over(seen.desk, &to, &note));
        tray.set(Tray::Shut);
    };
    view! {
        <div class="d-tray" role="group" aria-label=t(Key::DeskHandOver)>
            {form(seen.desk, people, give)}
            <div class="d-actions">{cancel(tray)}</div>
        </div>
    }
}

/// Takes the case from a colleague, by name: whoever else took it meanwhile keeps it.
pub fn take_over(seen: Seen, tray: RwSignal<Tray>) -> impl IntoView {
    let from = seen.state.with_untracked(|s| s.agent.clone());
    let asked = fill(Key::DeskTakeOverAsk, &[&from]);
    let go = move || {
        let (agent, from) = (me(seen), from.clone());
        seen.say(Event::Claimed { agent, from, note: String::new() });
        tray.set(Tray::Shut);
    };
    view! {
        <div class="d-tray">
            <p>{asked}</p>
            <div class="d-actions">{button("d-main", Key::DeskTakeOver, go)}{cancel(tray)}</div>
        </div>
    }
}

/// The words that came with the case.
pub fn told(seen: Seen) -> impl IntoView {
    let handover = seen.part(|s| s.handover.clone());
    move || {
        handover.get().map(|h| {
            let from = fill(Key::DeskHandedBy, &[&h.from, &super::super::clock::time(h.at)]);
            view! { <p class="d-noted d-handed"><b>{from}</b>" "{h.note}</p> }
        })
    }
}
