//! One case: its head, then what happened and where beside what is said and what was done. It is
//! the same fold as on the driver's phone, cut into panels that each redraw only for their part.

use super::super::link;
use super::super::model::{Desk, Opened, Trouble};
use super::{answers, head, joint, messages, photos, places, timeline, video};
use crate::words::{Key, t};
use case::State;
use case::event::Event;
use leptos::prelude::*;

/// An opened case as the panels see it.
#[derive(Clone, Copy)]
pub struct Seen {
    /// The desk.
    pub desk: Desk,
    /// This page's copy.
    pub case: Opened,
    /// What it comes to.
    pub state: Memo<State>,
    /// Whether this is the case itself and not how it once stood: then nothing can be said in it.
    pub live: bool,
}

impl Seen {
    /// A part of the state that changes only when it does.
    pub fn part<T: Clone + PartialEq + Send + Sync + 'static>(
        self,
        of: impl Fn(&State) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        Memo::new(move |_| self.state.with(|s| of(s)))
    }

    /// Says something in the case.
    pub fn say(self, event: Event) {
        if self.live {
            link::say(self.desk, self.case, event);
        }
    }

    /// The server's time, moved on each second.
    pub fn now(self) -> i64 {
        self.desk.clock.now.get()
    }
}

/// The case on the screen.
pub fn case(desk: Desk, id: &str) -> impl IntoView + use<> {
    let case = desk.case(id);
    let state = Memo::new(move |_| case.state());
    let seen = Seen { desk, case, state, live: true };
    // Redrawn only when it changes what is shown: redrawing would shut what the agent has open.
    let shown = Memo::new(move |_| (case.trouble.get(), case.known.get()));
    view! {
        {move || match shown.get() {
            (Some(Trouble::Missing), _) => apology(Key::DeskCaseMissing).into_any(),
            (Some(Trouble::Denied), _) => apology(Key::DeskCaseDenied).into_any(),
            (None, false) => view! { <p class="d-nothing" role="status">{t(Key::DeskCaseComing)}</p> }.into_any(),
            (None, true) => panels(seen).into_any(),
        }}
    }
}

fn apology(key: Key) -> impl IntoView {
    view! { <p class="d-nothing">{t(key)}" "<a href="#/">{t(Key::DeskBackToList)}</a></p> }
}

/// Every panel of a case.
pub fn panels(seen: Seen) -> impl IntoView {
    view! {
        <article class="d-case">
            {head::head(seen)}
            <div class="d-known">
                <div class="d-where">{video::panel(seen)}{joint::panel(seen)}{places::panel(seen)}{photos::panel(seen)}</div>
                <div class="d-asked-all">{answers::panel(seen)}</div>
            </div>
            <div class="d-talk">{messages::panel(seen)}{timeline::panel(seen)}</div>
        </article>
    }
}
