//! What an agent may do with a case: take it, hand it on, set the urgency, note, let the driver go
//! on, close, open again. What needs words or cannot be taken back lightly opens a tray first.

use super::super::model::Who;
use super::super::route::replay_href;
use super::case::Seen;
use super::{closing, export, hand, order};
use crate::words::{Key, fill, t};
use case::event::Event;
use case::message::MAX_TEXT;
use case::state::Status;
use leptos::prelude::*;

/// What is open under the buttons.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tray {
    /// Nothing.
    Shut,
    /// The note on the case.
    Note,
    /// How it ended.
    Close,
    /// Why it is opened again.
    Reopen,
    /// Taking it from a colleague.
    TakeOver,
    /// Giving it to a colleague or back.
    HandOver,
    /// An order to drive on.
    Order,
    /// The transcript.
    Export,
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
            Tray::Close => closing::tray(seen, tray).into_any(),
            Tray::Reopen => reopen(seen, tray).into_any(),
            Tray::TakeOver => hand::take_over(seen, tray).into_any(),
            Tray::HandOver => hand::tray(seen, tray).into_any(),
            Tray::Order => order::tray(seen, tray).into_any(),
            Tray::Export => export::tray(seen, tray).into_any(),
        }}
        {order::told(seen)}
        {hand::told(seen)}
        {noted(seen)}
        {refused(seen)}
    }
}

/// The name of the agent at this desk.
pub fn me(seen: Seen) -> String {
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
    let take = move || seen.say(Event::claimed(&me(seen)));
    let first = match (status, agent.is_empty()) {
        (Status::Done, _) => {
            button("", Key::DeskReopen, move || toggle(tray, Tray::Reopen)).into_any()
        }
        (_, true) => button("d-main d-take", Key::DeskTake, take).into_any(),
        _ if mine => button("d-hand-over", Key::DeskHandOver, move || toggle(tray, Tray::HandOver))
            .into_any(),
        _ => button("", Key::DeskTakeOver, move || toggle(tray, Tray::TakeOver)).into_any(),
    };
    let open = status != Status::Done;
    let urgent = if red { Key::DeskRedOff } else { Key::DeskRedOn };
    view! {
        {first}
        {open.then(|| button(if red { "" } else { "d-danger" }, urgent, move || seen.say(Event::Urgent { on: !red })))}
        {button("", Key::DeskNote, move || toggle(tray, Tray::Note))}
        {(open && mine && !red).then(|| button("d-order", Key::DeskOrder, move || toggle(tray, Tray::Order)))}
        {(open && mine).then(|| button("d-close", Key::DeskClose, move || toggle(tray, Tray::Close)))}
        {button("d-export", Key::DeskExport, move || toggle(tray, Tray::Export))}
        <a class="d-quiet d-to-replay" href=replay_href(&seen.case.id.get_value())>{t(Key::DeskReplay)}</a>
    }
}

fn toggle(tray: RwSignal<Tray>, to: Tray) {
    tray.update(|open| *open = if *open == to { Tray::Shut } else { to });
}

/// A button.
pub fn button(class: &'static str, key: Key, press: impl Fn() + 'static) -> impl IntoView {
    view! { <button class=class on:click=move |_| press()>{t(key)}</button> }
}

/// Shuts the tray and changes nothing.
pub fn cancel(tray: RwSignal<Tray>) -> impl IntoView {
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
            // A refused suggestion is told where it was made; one who has the case after all knows.
            let agent = seen.state.with(|s| s.agent.clone());
            let here = |e: &case::Envelope| match e.b.event() {
                Some(Event::Proposed { .. }) => false,
                Some(Event::Claimed { agent: to, .. }) => *to != agent,
                _ => true,
            };
            let refused = r.refused().iter().filter(|(e, _)| here(e));
            refused.map(|(e, why)| (e.clone(), why.clone())).collect::<Vec<_>>()
        })
    });
    move || {
        let lines = refused.get().into_iter().map(|(envelope, why)| {
            let has = seen.state.with(|s| s.agent.clone());
            let what = match envelope.b.event() {
                Some(Event::Said { text }) => text.clone(),
                Some(Event::Claimed { agent, .. }) if *agent == me(seen) => {
                    fill(Key::DeskTakenFirst, &[&has])
                }
                Some(Event::Claimed { .. } | Event::Closed { .. } | Event::Ordered { .. })
                    if has != me(seen) =>
                {
                    fill(Key::DeskNotYours, &[&has])
                }
                Some(Event::Claimed { agent, .. }) => fill(Key::DeskNoColleague, &[agent]),
                Some(Event::Ordered { .. }) => t(Key::DeskOrderDanger).into(),
                _ => String::new(),
            };
            let tag = envelope.b.event().map(Event::tag);
            view! { <p class="d-refused" role="alert" data-refused=tag><b>{t(Key::DeskRefused)}</b>" "{what}" "<span class="d-log">{why}</span></p> }
        });
        lines.collect::<Vec<_>>()
    }
}
