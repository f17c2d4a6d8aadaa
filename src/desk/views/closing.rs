//! Closing a case: how exactly it ended, of the endings that its log allows, and a note in words.
//! Only the agent who has the case closes it; with it every consent ends.

use super::super::say;
use super::actions::{Tray, cancel};
use super::case::Seen;
use crate::words::{Key, t};
use case::closing::Ending;
use case::event::{Event, Outcome};
use case::message::MAX_TEXT;
use leptos::prelude::*;

/// The tray.
pub fn tray(seen: Seen, tray: RwSignal<Tray>) -> impl IntoView {
    let chosen = RwSignal::new(None::<Ending>);
    let note = RwSignal::new(String::new());
    // Anew when the log changes what is allowed, and then alone.
    let allowed = seen
        .part(|s| Ending::ALL.iter().copied().filter(|e| e.allowed(s)).collect::<Vec<Ending>>());
    let close = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let fits = |e: &Ending| allowed.with_untracked(|all| all.contains(e));
        let Some(ending) = chosen.get_untracked().filter(fits) else { return };
        seen.say(Event::Closed {
            outcome: ending.outcome(),
            d: ending.as_str().into(),
            note: note.get_untracked().trim().into(),
        });
        tray.set(Tray::Shut);
    };
    let groups = move || {
        let endings = allowed.get();
        let group = |outcome: &Outcome| {
            let outcome = *outcome;
            let own = endings.iter().copied().filter(move |e| e.outcome() == outcome);
            let radios = own.map(|ending| {
                view! {
                    <label><input type="radio" name="ending" value=ending.as_str() prop:checked=move || chosen.get() == Some(ending)
                        on:change=move |_| chosen.set(Some(ending))/><span>{say::ending(ending)}</span></label>
                }
            });
            view! { <fieldset><legend>{say::outcome(outcome)}</legend>{radios.collect_view()}</fieldset> }
        };
        Outcome::ALL.iter().map(group).collect_view()
    };
    view! {
        <form class="d-tray d-closing" on:submit=close aria-label=t(Key::DeskCloseHow)>
            <p>{t(Key::DeskCloseHow)}</p>
            <div class="d-endings">{groups}</div>
            <label><span>{t(Key::DeskCloseNote)}</span>
                <textarea id="closing" rows="2" maxlength=MAX_TEXT.to_string() prop:value=note
                    on:input=move |e| note.set(event_target_value(&e))></textarea>
            </label>
            <div class="d-actions">
                <button class="d-main d-end" prop:disabled=move || chosen.get().is_none()>{t(Key::DeskCloseGo)}</button>
                {cancel(tray)}
            </div>
        </form>
    }
}
