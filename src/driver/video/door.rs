//! The way into the call, whose code is a file of its own, fetched when a driver allows an agent to
//! see the camera (see `docs/decisions/0006-chunks.md`). Only this file knows what is in it.

use crate::driver::app::App;
use crate::driver::later::{Fetch, Stage, bring, waiting};
use crate::journey::lead::safe;
use crate::react::*;
use crate::ui::El;
use crate::ui::dom::{computed, el};
use crate::ui::slot::Slot;
use case::State;
use case::event::Scope;
use std::cell::Cell;

/// Builds the bar of the call with an agent; whether to begin at once.
type Build = fn(App, &str, bool) -> El;

/// A tap on "allow" is good for so long, milliseconds: the code may still have to come.
const TAP: f64 = 30_000.0;

thread_local! {
    static FETCH: Cell<Option<Fetch>> = const { Cell::new(None) };
    static BAR: Cell<Option<Build>> = const { Cell::new(None) };
    static TAPPED: Cell<f64> = const { Cell::new(0.0) };
}

/// Tells how the file is fetched.
pub fn set(fetch: Fetch) {
    FETCH.set(Some(fetch));
}

/// Makes the bar known. Must be called inside the file alone, or it is in another one too.
pub fn install() {
    BAR.set(Some(super::bar));
}

/// The driver has just allowed the camera by a tap on this very device: here it goes on. On another
/// device of the case, and after a reload, it waits for a tap.
pub fn tapped() {
    TAPPED.set(js_sys::Date::now());
}

/// The bar of the call; empty while nobody may see the camera, and until everybody is safe. With it
/// goes the call: nothing is sent that is not allowed at this moment.
pub fn bar(app: App) -> El {
    let who = computed(move || app.state.with(who));
    el("div").dynamic(move || match who.with(String::is_empty) {
        true => el("i").attr("hidden", ""),
        false => untrack(|| arrived(app, who.get_untracked())),
    })
}

/// The agent who may see the camera now.
fn who(state: &State) -> String {
    let mut grants = state.grants.iter().filter(|_| safe(state));
    grants.find(|g| g.scope == Scope::Camera).map(|g| g.agent.clone()).unwrap_or_default()
}

fn arrived(app: App, agent: String) -> El {
    let fresh = move || js_sys::Date::now() - TAPPED.take() < TAP;
    if let Some(build) = BAR.get() {
        return build(app, &agent, fresh());
    }
    let stage = Slot::new(Stage::Coming);
    bring(&stage, FETCH.get());
    el("div").dynamic(move || match (stage.get(), BAR.get()) {
        (Stage::Here, Some(build)) => untrack(|| build(app, &agent, fresh())),
        (now, _) => {
            let again = stage.clone();
            waiting(now, move || bring(&again, FETCH.get()))
        }
    })
}
