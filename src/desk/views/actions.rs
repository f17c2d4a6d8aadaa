//! What an agent may do with a case: take it, hand it back, set the urgency, note, close with an
//! outcome, open again. What needs words or cannot be taken back lightly opens a tray first.

use super::super::model::Who;
use super::super::say;
use super::case::Seen;
use crate::words::{Key, fill, t};
use case::event::{Event, Outcome};
use case::message::MAX_TEXT;
use case::state::Status;
use leptos::prelude::*;

/// What is open under the buttons.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tray {
    Shut,
    Note,
    Close,
    Reopen,
    TakeOver,
}

/// The buttons and their tray.
pub fn actions(seen: Seen) -> impl IntoView {
    let tray = RwSignal::new(Tray::Shut);
    let key = seen.part(|s| (s.status, s.red, s.agent.clone()));
    view! {
        <div class="d-actions">{move || buttons(seen, tray, key.get())}</div>
        {move || match tray.get() {
            Tray::Shut => ().into_any(),
            Tray::Note => note(seen, tray).into_any(),
            Tray::Close => close(seen, tray).into_any(),
            Tray::Reopen => reopen(seen, tray).into_any(),
            Tray::TakeOver => take_over(seen, tray).into_any(),
        }}
        {noted(seen)}
        {refused(seen)}
    }
}

fn me(seen: Seen) -> String {
    match seen.desk.who.get_untracked() {
        Who::Agent(name) => name,
        _ => String::new(),
    }
}

fn buttons(
    seen: Seen,
    tray: RwSignal<Tray>,
    (status, red, agent): (Status, bool, String),
) -> impl IntoView {
    let mine = agent == seen.desk.agent();
    let take = move || seen.say(Event::Claimed { agent: me(seen) });
    let first = match (status, agent.is_empty()) {
        (Status::Done, _) => {
            button("", Key::DeskReopen, move || toggle(tray, Tray::Reopen)).into_any()
        }
        (_, true) => button("d-main", Key::DeskTake, take).into_any(),
        _ if mine => {
            button("", Key::DeskHandBack, move || seen.say(Event::Claimed { agent: String::new() }))
                .into_any()
        }
        _ => button("", Key::DeskTakeOver, move || toggle(tray, Tray::TakeOver)).into_any(),
    };
    let open = status != Status::Done;
    let urgent = if red { Key::DeskRedOff } else { Key::DeskRedOn };
    view! {
        {first}
        {open.then(|| button(if red { "" } else { "d-danger" }, urgent, move || seen.say(Event::Urgent { on: !red })))}
        {button("", Key::DeskNote, move || toggle(tray, Tray::Note))}
        {open.then(|| button("", Key::DeskClose, move || toggle(tray, Tray::Close)))}
    }
}

fn toggle(tray: RwSignal<Tray>, to: Tray) {
    tray.update(|open| *open = if *open == to { Tray::Shut } else { to });
}

fn button(class: &'static str, key: Key, press: impl Fn() + 'static) -> impl IntoView {
    view! { <button class=class on:click=move |_| press()>{t(key)}</button> }
}

fn cancel(tray: RwSignal<Tray>) -> impl IntoView {
    button("d-quiet", Key::DeskCancel, move || tray.set(Tray::Shut))
}

fn note(seen: Seen, tray: RwSignal<Tray>) -> impl IntoView {
    let text = RwSignal::new(seen.state.with_untracked(|s| s.note.clone()));
    let save = move || {
        seen.say(Event::Noted { id: String::new(), text: text.get_untracked().trim().into() });
        tray.set(Tray::Shut);
    };
    view! {
        <div class="d-tray">
            <label for="note">{t(Key::DeskNoteLabel)}</label>
            <textarea id="note" rows="3" maxlength=MAX_TEXT.to_string() autofocus prop:value=text
                on:input=move |e| text.set(event_target_value(&e))></textarea>
            <div class="d-actions">{button("d-main", Key::DeskSave, save)}{cancel(tray)}</div>
        </div>
    }
}

fn close(seen: Seen, tray: RwSignal<Tray>) -> impl IntoView {
    let outcomes = Outcome::ALL.iter().map(|outcome| {
        let outcome = *outcome;
        let press = move |_| {
            seen.say(Event::Closed { outcome });
            tray.set(Tray::Shut);
        };
        view! { <button on:click=press>{say::outcome(outcome)}</button> }
    });
    view! {
        <div class="d-tray" role="group" aria-label=t(Key::DeskCloseHow)>
            <p>{t(Key::DeskCloseHow)}</p>
            <div class="d-actions">{outcomes.collect::<Vec<_>>()}{cancel(tray)}</div>
        </div>
    }
}

fn reopen(seen: Seen, tray: RwSignal<Tray>) -> impl IntoView {
    let why = RwSignal::new(String::new());
    let go = move || {
        seen.say(Event::Reopened { why: why.get_untracked().trim().into() });
        tray.set(Tray::Shut);
    };
    view! {
        <div class="d-tray">
            <label for="why">{t(Key::DeskReopenWhy)}</label>
            <input id="why" maxlength="400" autofocus prop:value=why on:input=move |e| why.set(event_target_value(&e))/>
            <div class="d-actions">{button("d-main", Key::DeskReopen, go)}{cancel(tray)}</div>
        </div>
    }
}

fn take_over(seen: Seen, tray: RwSignal<Tray>) -> impl IntoView {
    let from = seen.state.with_untracked(|s| s.agent.clone());
    let go = move || {
        seen.say(Event::Claimed { agent: me(seen) });
        tray.set(Tray::Shut);
    };
    view! {
        <div class="d-tray">
            <p>{fill(Key::DeskTakeOverAsk, &[&from])}</p>
            <div class="d-actions">{button("d-main", Key::DeskTakeOver, go)}{cancel(tray)}</div>
        </div>
    }
}

/// The note on the case, always in sight once there is one.
fn noted(seen: Seen) -> impl IntoView {
    let note = seen.part(|s| s.note.clone());
    move || {
        let text = note.get();
        (!text.is_empty())
            .then(|| view! { <p class="d-noted"><b>{t(Key::DeskNote)}</b>" "{text}</p> })
    }
}

/// What the server refused for good; a message among it can be taken back into the box.
fn refused(seen: Seen) -> impl IntoView {
    let refused = Memo::new(move |_| {
        seen.case.replica.with(|r| {
            // A refused suggestion is told where it was made.
            let here = |e: &case::Envelope| !matches!(e.b.event(), Some(Event::Proposed { .. }));
            let refused = r.refused().iter().filter(|(e, _)| here(e));
            refused.map(|(e, why)| (e.clone(), why.clone())).collect::<Vec<_>>()
        })
    });
    move || {
        let lines = refused.get().into_iter().map(|(envelope, why)| {
            let what = match envelope.b.event() {
                Some(Event::Said { text }) => text.clone(),
                _ => String::new(),
            };
            view! { <p class="d-refused" role="alert"><b>{t(Key::DeskRefused)}</b>" "{what}" "<span class="d-log">{why}</span></p> }
        });
        lines.collect::<Vec<_>>()
    }
}
