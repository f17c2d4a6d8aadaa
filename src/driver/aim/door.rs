//! The way into pointing and marking, whose code is a file of its own, fetched when its screen is
//! first opened (see `docs/decisions/0006-chunks.md`). Only this file knows what is in it.

use crate::driver::app::App;
use crate::driver::later::{Fetch, Stage, bring, waiting};
use crate::react::*;
use crate::ui::El;
use crate::ui::dom::el;
use crate::ui::parts::{link, screen as frame};
use crate::ui::slot::Slot;
use crate::words::{Key, t};
use std::cell::Cell;

/// Builds the screen.
type Build = fn(App, &str) -> El;

thread_local! {
    static FETCH: Cell<Option<Fetch>> = const { Cell::new(None) };
    static SCREEN: Cell<Option<Build>> = const { Cell::new(None) };
}

/// Tells how the file is fetched.
pub fn set(fetch: Fetch) {
    FETCH.set(Some(fetch));
}

/// Makes the screen known. Must be called inside the file alone, or it is in another one too.
pub fn install() {
    SCREEN.set(Some(super::build));
}

/// The screen, as soon as its code is here; until then a line that says so, and a way on without.
pub fn screen(app: App, rest: &str) -> El {
    if let Some(build) = SCREEN.get() {
        return build(app, rest);
    }
    let rest = String::from(rest);
    let stage = Slot::new(Stage::Coming);
    bring(&stage, FETCH.get());
    el("div").class("grow").dynamic(move || match (stage.get(), SCREEN.get()) {
        (Stage::Here, Some(build)) => untrack(|| build(app, &rest)),
        (Stage::Away, _) => {
            let again = stage.clone();
            frame("screen photos")
                .add(waiting(Stage::Away, move || bring(&again, FETCH.get())))
                .add(link("btn lamp", "#photos/take/", t(Key::Photo)))
        }
        (now, _) => waiting(now, || ()),
    })
}
