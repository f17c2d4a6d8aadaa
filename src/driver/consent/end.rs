//! The end of a case in plain words, and the way back for who still needs help.

use crate::driver::app::App;
use crate::react::*;
use crate::ui::dom::computed;
use crate::ui::parts::{button, p};
use crate::ui::{El, el};
use crate::words::{Key, fill, t};
use case::event::Outcome;
use case::state::Status;
use case::{Event, State};

/// The card; empty while the case is open.
pub fn card(app: App) -> El {
    let how = computed(move || app.state.with(how));
    el("div").dynamic(move || {
        let said = how.get();
        if said.is_empty() {
            return el("i").attr("hidden", "");
        }
        let again = move || app.record(vec![Event::Reopened { why: String::new() }]);
        el("section")
            .class("card closed")
            .add(p("head", t(Key::ClosedHead)))
            .add(p("", &said))
            .add(button("btn again", t(Key::ClosedAgain), again))
    })
}

/// How it ended; empty while it has not.
fn how(state: &State) -> String {
    let Some(outcome) = state.outcome.filter(|_| state.status == Status::Done) else {
        return String::new();
    };
    match outcome {
        Outcome::Helped => t(Key::ClosedHelped).into(),
        Outcome::Towed => t(Key::ClosedTowed).into(),
        Outcome::HandedOver => fill(Key::ClosedHanded, &[who(&state.ending)]),
        Outcome::Void if state.ending == "double" => t(Key::ClosedDouble).into(),
        Outcome::Void => t(Key::ClosedVoid).into(),
    }
}

fn who(ending: &str) -> &'static str {
    match ending {
        "fire" => t(Key::ClosedWhoFire),
        "police" => t(Key::ClosedWhoPolice),
        "ambulance" => t(Key::ClosedWhoAmbulance),
        "road" => t(Key::ClosedWhoRoad),
        "operator" => t(Key::ClosedWhoOperator),
        _ => "",
    }
}
