//! Looking up a fact and putting it, with its source and in the driver's language, into the message
//! that is being written. Nothing is sent by it.

use super::super::facts::{Fact, facts, fits};
use super::super::pack;
use super::super::page;
use super::case::Seen;
use crate::words::{self, Key, t};
use leptos::prelude::*;

/// The search box of the facts.
pub const SEARCH: &str = "#fact";

/// Most facts shown at once.
const MOST: usize = 30;

/// The button and, when open, the list.
pub fn picker(seen: Seen) -> impl IntoView {
    let open = RwSignal::new(false);
    let toggle = move |_| {
        open.update(|o| *o = !*o);
        if open.get_untracked() {
            request_animation_frame(|| page::focus(SEARCH));
        }
    };
    view! {
        <button type="button" class="d-quiet d-facts" aria-expanded=move || open.get().to_string() on:click=toggle>{t(Key::DeskFacts)}</button>
        {move || open.get().then(|| list(seen, open))}
    }
}

fn list(seen: Seen, open: RwSignal<bool>) -> impl IntoView {
    let guides = pack::follow(seen.part(|s| s.region.clone()));
    let typed = RwSignal::new(String::new());
    let found = move || {
        let all = guides.get().pack().map(facts).unwrap_or_default();
        typed
            .with(|typed| all.into_iter().filter(|f| fits(f, typed)).take(MOST).collect::<Vec<_>>())
    };
    let insert = move |fact: &Fact| {
        let lang = seen.state.with_untracked(|s| s.lang.clone());
        let mut draft = seen.case.draft.get_untracked();
        if !draft.is_empty() && !draft.ends_with(char::is_whitespace) {
            draft.push(' ');
        }
        draft.push_str(&fact.quoted(&lang));
        seen.case.type_draft(draft);
        open.set(false);
        page::focus("#say");
    };
    view! {
        <div class="d-tray d-facts-list" role="group" aria-label=t(Key::DeskFacts)>
            <input id="fact" type="search" autocomplete="off" maxlength="80" aria-label=t(Key::DeskFactsFind) placeholder=t(Key::DeskFactsFind)
                prop:value=typed on:input=move |e| typed.set(event_target_value(&e))/>
            <ul>
                <For each=found key=Fact::key children=move |fact| {
                    let (text, source) = (words::say(fact.text).to_owned(), fact.source());
                    view! { <li><button type="button" class="d-fact" on:click=move |_| insert(&fact)>{text}<small>{source}</small></button></li> }
                }/>
            </ul>
        </div>
    }
}
