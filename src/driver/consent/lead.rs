//! The step that an agent suggests: where it leads, and the way back. Nothing moves without a tap,
//! and the guide's own questions are not passed over.

use crate::driver::app::{App, hash, keep, kept};
use crate::driver::route::Route;
use crate::journey::brief::int;
use crate::journey::lead::{Lead, find, lead, safe};
use crate::journey::stand::Stand;
use crate::react::*;
use crate::ui::dom::{computed, task};
use crate::ui::parts::{button, p};
use crate::ui::{El, el};
use crate::words::{Key, fill, say, t};
use case::event::{Scope, Take};
use case::state::Proposal;
use case::{Event, State};
use guide::Pack;

/// Where this device was when it followed a suggestion: its offset, a space, the address.
const CAME: &str = "led";

/// What is to be shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Nothing,
    Suggested,
    Followed,
}

/// The card; empty when nothing is suggested.
pub fn card(app: App) -> El {
    let key = computed(move || {
        let route = app.route.get();
        let pack = app.content.get().pack();
        app.state.with(|s| key(pack, s, &route))
    });
    el("div").dynamic(move || {
        let empty = key.get().is_empty();
        let route = app.route.get_untracked();
        let Some(pack) = app.content.get_untracked().pack().filter(|_| !empty) else {
            return el("i").attr("hidden", "");
        };
        app.state.with_untracked(|s| match (shown(s, &route), &s.proposal) {
            (Shown::Suggested, Some(proposal)) => suggested(app, pack, s, proposal),
            (Shown::Followed, Some(proposal)) => followed(app, pack, proposal),
            _ => el("i").attr("hidden", ""),
        })
    })
}

/// Different whenever something else is to be shown; empty for nothing.
fn key(pack: Option<&'static Pack>, state: &State, route: &Route) -> String {
    let (Some(pack), Some(proposal)) = (pack, &state.proposal) else { return String::new() };
    let mut key = match shown(state, route) {
        Shown::Nothing => return String::new(),
        Shown::Followed => String::from("followed/"),
        Shown::Suggested => match lead(pack, state, &proposal.g, &proposal.q) {
            Lead::Opens { stand, .. } => stand.key(),
            Lead::Waits => return String::new(),
            Lead::Unknown => String::from("unknown/"),
            Lead::Safety => String::from("safety/"),
            Lead::Car => String::from("car/"),
        },
    };
    key.push('#');
    key.push_str(&int(proposal.o as i64));
    key
}

fn shown(state: &State, route: &Route) -> Shown {
    let Some(proposal) = state.proposal.as_ref().filter(|_| safe(state)) else {
        return Shown::Nothing;
    };
    match proposal.how {
        None if state.allows(&proposal.who, Scope::Guide) => Shown::Suggested,
        Some(Take::Accepted) if matches!(route, Route::Guide(g, _) if *g == proposal.g) => {
            Shown::Followed
        }
        _ => Shown::Nothing,
    }
}

fn suggested(app: App, pack: &'static Pack, state: &State, proposal: &Proposal) -> El {
    let title = find(pack, &proposal.g, &proposal.q).map(|(guide, step)| {
        // A decision between screens has no sentence of its own.
        let sentence = say(&step.say);
        if sentence.is_empty() { say(&guide.title) } else { sentence }
    });
    let why = match lead(pack, state, &proposal.g, &proposal.q) {
        Lead::Opens { stand, reached } => {
            return open(app, proposal, title.unwrap_or_default(), stand, reached);
        }
        Lead::Unknown | Lead::Waits => Key::SuggestUnknown,
        Lead::Safety => Key::SuggestSafety,
        Lead::Car => Key::SuggestCar,
    };
    let head = match title {
        Some(title) => fill(Key::SuggestHead, &[&proposal.who, title]),
        None => fill(Key::SuggestPlain, &[&proposal.who]),
    };
    base(&head).add(p("why", t(why))).add(button(
        "btn stay",
        t(Key::SuggestStay),
        took(app, proposal.o, Take::Declined),
    ))
}

fn open(app: App, proposal: &Proposal, title: &str, stand: Stand, reached: bool) -> El {
    let asks = || p("why", &fill(Key::SuggestFirst, &[say(&stand.step.say)]));
    let to = Route::Guide(proposal.g.clone(), Some(stand.n));
    let o = proposal.o;
    let go = move || {
        let to = to.clone();
        task(async move {
            let here = hash();
            if app.write(vec![Event::Took { o, how: Take::Accepted }]).await {
                keep(CAME, &[&int(o as i64), " ", here.as_str()].concat());
                app.go(&to);
            }
        });
    };
    base(&fill(Key::SuggestHead, &[&proposal.who, title])).maybe((!reached).then(asks)).add(
        el("div").class("two").add(button("btn go", t(Key::SuggestGo), go)).add(button(
            "btn quiet stay",
            t(Key::SuggestStay),
            took(app, o, Take::Declined),
        )),
    )
}

fn followed(app: App, pack: &'static Pack, proposal: &Proposal) -> El {
    let o = proposal.o;
    let title = pack.guides.iter().find(|g| g.id == proposal.g).map_or("", |g| say(&g.title));
    let undo = move || {
        task(async move {
            if app.write(vec![Event::Took { o, how: Take::Undone }]).await {
                app.go(&came(o));
                keep(CAME, "");
            }
        });
    };
    el("div").class("allowed").add(p("", &fill(Key::SuggestWent, &[title]))).add(button(
        "btn quiet undo",
        t(Key::SuggestUndo),
        undo,
    ))
}

/// Where this device was before; the overview where it does not know.
fn came(o: u64) -> Route {
    let kept = kept(CAME).unwrap_or_default();
    match kept.split_once(' ') {
        Some((of, address)) if of == int(o as i64) => Route::parse(address),
        _ => Route::Hub,
    }
}

fn base(head: &str) -> El {
    el("section").class("card asks").attr("aria-label", t(Key::SuggestTitle)).add(p("head", head))
}

fn took(app: App, o: u64, how: Take) -> impl FnMut() {
    move || app.record(vec![Event::Took { o, how }])
}
