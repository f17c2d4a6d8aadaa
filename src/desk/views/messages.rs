//! The conversation with the driver. Each message of the desk shows how far it came: on its way,
//! stored, read by the driver. What is typed stays in its box over reload and log-out.

use super::super::clock::day_time;
use super::super::page;
use super::super::say;
use super::case::Seen;
use super::facts;
use crate::live::typing;
use crate::words::{Key, fill, t};
use case::event::{Event, Role};
use case::message::MAX_TEXT;
use case::state::Message;
use leptos::html;
use leptos::prelude::*;

/// The panel.
pub fn panel(seen: Seen) -> impl IntoView {
    let messages = seen.part(|s| (s.messages.clone(), s.driver_read));
    let sending = Memo::new(move |_| {
        let said = |r: &case::Replica| {
            r.pending().iter().filter(|e| matches!(e.b.event(), Some(Event::Said { .. }))).count()
        };
        seen.case.replica.with(said)
    });
    let thread = NodeRef::<html::Div>::new();
    let count = Memo::new(move |_| messages.with(|(all, _)| all.len()));
    // New messages come into view; the reader's place in older ones is left when nothing is new.
    Effect::new(move |_| {
        count.get();
        if let Some(thread) = thread.get() {
            request_animation_frame(move || thread.set_scroll_top(thread.scroll_height()));
        }
    });
    read_what_is_seen(seen, messages);
    view! {
        <section class="d-panel d-messages">
            <h2>{t(Key::DeskMessages)}</h2>
            <div class="d-thread" node_ref=thread role="log" tabindex="0" aria-label=t(Key::DeskMessages)>
                {move || (count.get() == 0).then(|| view! { <p class="d-none">{t(Key::DeskNoMessages)}</p> })}
                {move || {
                    let (all, read) = messages.get();
                    // Own messages without an offset: those at the end are still on their way.
                    let first_unsent = all.len().saturating_sub(sending.get());
                    let bubbles = all.iter().enumerate().map(|(i, m)| bubble(seen, m, read, i >= first_unsent));
                    bubbles.collect::<Vec<_>>()
                }}
            </div>
            {move || typing::writer().map(|_| view! { <p class="d-hint d-writing">{t(Key::DeskWriting)}</p> })}
            {compose(seen)}
        </section>
    }
}

/// Tells the driver that the desk has seen the newest message, once it is really on a screen.
fn read_what_is_seen(seen: Seen, messages: Memo<(Vec<Message>, u64)>) {
    let agent_read = seen.part(|s| s.agent_read);
    let newest = Memo::new(move |_| {
        messages.with(|(all, _)| {
            all.iter().filter(|m| m.by == Role::Driver).map(|m| m.o).max().unwrap_or(0)
        })
    });
    let told = StoredValue::new(0_u64);
    Effect::new(move |_| {
        // Looked at again when the clock ticks: the page may have come to the front.
        seen.now();
        let o = newest.get();
        if page::visible() && o > agent_read.get().max(told.get_value()) {
            told.set_value(o);
            seen.say(Event::Read { o });
        }
    });
}

fn bubble(seen: Seen, m: &Message, read: u64, unsent: bool) -> impl IntoView + use<> {
    let mine = m.by == Role::Agent;
    let who = match (mine, m.who.is_empty()) {
        (false, _) => t(Key::DeskDriver).to_owned(),
        (true, true) => seen.desk.agent(),
        (true, false) => m.who.clone(),
    };
    let how_far = mine.then(|| {
        t(match (m.o, unsent) {
            (0, true) => Key::DeskSending,
            (0, false) => Key::DeskStored,
            (o, _) if o <= read => Key::DeskReadByDriver,
            _ => Key::DeskStored,
        })
    });
    let at = m.at;
    view! {
        <div class="d-message" class:d-mine=mine class:d-unsent=mine && m.o == 0 && unsent>
            <p class="d-text">{m.text.clone()}</p>
            <p class="d-meta"><span>{who}</span><time>{day_time(at, seen.desk.clock.now.get_untracked(), say::tag())}</time>{how_far.map(|f| view! { <span class="d-far">{f}</span> })}</p>
        </div>
    }
}

fn compose(seen: Seen) -> impl IntoView {
    let draft = seen.case.draft;
    let blank = Memo::new(move |_| draft.with(|d| d.trim().is_empty()));
    let left = Memo::new(move |_| MAX_TEXT as i64 - draft.with(|d| d.chars().count()) as i64);
    let send = move || {
        if !blank.get_untracked() && left.get_untracked() >= 0 {
            seen.say(Event::Said { text: draft.get_untracked().trim().into() });
            seen.case.type_draft(String::new());
            typing::wrote("");
        }
    };
    let type_in = move |event| {
        let text = event_target_value(&event);
        typing::wrote(&text);
        seen.case.type_draft(text);
    };
    // While an input method composes, Enter picks a character and must not send.
    let key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter"
            && !event.shift_key()
            && !event.is_composing()
            && event.key_code() != 229
        {
            event.prevent_default();
            send();
        }
    };
    view! {
        <form class="d-compose" on:submit=move |e| { e.prevent_default(); send(); }>
            <textarea id="say" rows="2" aria-label=t(Key::DeskMessageLabel) placeholder=t(Key::DeskMessageHint)
                prop:value=draft on:input=type_in on:keydown=key></textarea>
            <button class="d-main" prop:disabled=move || blank.get() || left.get() < 0>{t(Key::DeskSend)}</button>
            {facts::picker(seen)}
            {move || (left.get() < 200).then(|| view! { <p class="d-said" role="status">{fill(Key::DeskLeft, &[&say::int(left.get())])}</p> })}
        </form>
    }
}
