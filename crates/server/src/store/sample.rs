//! A fixed log with one event of each kind: for tests, and to notice that the fold of a newer build
//! gives something else than the one that made what is on disk.

use super::line;
use crate::token::sha256;
use case::State;
use case::event::{
    Envelope, Event, Face, Goal, Halt, Mark, Outcome, Role, Scope, Shape, Stored, Take, Way,
};
use case::place::{How, Place};
use case::wire::to_json;

/// What this build makes of the fixed log: the state and the desk's line, as a hash.
pub fn mark() -> String {
    let roles = [Role::Driver, Role::Agent, Role::Server];
    let leads_on = Event::Ended {
        g: "x".into(),
        q: "on".into(),
        d: "guide".into(),
        sets: vec![],
        said: "on".into(),
    };
    let events = one_of_each().into_iter().chain([leads_on]);
    let all = roles.iter().flat_map(|by| events.clone().map(|event| (*by, event)));
    let stored = all.zip(1..).map(|((by, event), o)| Stored {
        o,
        rx: 2 * o as i64,
        skew: 1,
        by,
        who: "Li".into(),
        e: Envelope {
            v: case::upcast::VERSION,
            k: o.to_string(),
            d: by.as_str().into(),
            n: o,
            at: o as i64,
            b: event.into(),
        },
    });
    let log: Vec<Stored> = stored.collect();
    // The whole, and each beginning: what a later event covers up shows there.
    let mut text = String::new();
    for end in 1..=log.len() {
        let state = State::fold(&log[..end]);
        text.push_str(&to_json(&state));
        text.push_str(&to_json(&line::row("case", 1, false, &state)));
    }
    case::id::hex(&sha256(text.as_bytes()))
}

/// One event of each kind, always the same.
pub fn one_of_each() -> Vec<Event> {
    let id = String::from("01923456-789a-7fff-bfff-ffffffffffff");
    let sha = "5a".repeat(32);
    let text = || String::from("x");
    vec![
        Event::Opened {
            number: case::number::mint([7; 8]),
            region: "cn".into(),
            lang: "zh".into(),
            face: Face::Phone,
        },
        Event::Joined { face: Face::Car },
        Event::Spoke { lang: "en".into() },
        Event::Moved { region: "de".into() },
        Event::Started { g: text(), ed: text() },
        Event::Answered {
            g: text(),
            q: text(),
            a: text(),
            sets: vec!["fire=no".into(), "place=road".into(), "problem=other".into()],
            skip: false,
            asked: text(),
            said: text(),
        },
        Event::Ended { g: text(), q: text(), d: text(), sets: vec![], said: text() },
        Event::Placed { place: Place::new(How::Words) },
        Event::Placed { place: Place::new(How::Agent) },
        Event::Photo {
            id: id.clone(),
            sha: sha.clone(),
            size: 1,
            w: 1,
            h: 1,
            shot: text(),
            warn: vec![],
        },
        Event::Marked {
            id: id.clone(),
            marks: vec![Mark { shape: Shape::Ring, at: vec![1, 2, 3, 4], text: text() }],
        },
        Event::Noted { id: id.clone(), text: text() },
        Event::Asked { scopes: Scope::ALL.into() },
        Event::Granted { agent: "Li".into(), scopes: vec![Scope::Guide, Scope::Annotate] },
        Event::Proposed { g: text(), q: text() },
        Event::Took { o: 1, how: Take::Accepted },
        Event::Frozen { id: id.clone() },
        Event::Drawn {
            id: id.clone(),
            m: id.clone(),
            marks: vec![Mark { shape: Shape::Stroke, at: vec![1, 2, 3, 4], text: String::new() }],
        },
        Event::Dropped { id },
        Event::Received { sha },
        Event::Called { to: "110".into() },
        Event::Handed { way: Way::Sms },
        Event::Said { text: text() },
        Event::Read { o: 1 },
        Event::Power { low: true, percent: Some(20) },
        Event::Crashed { build: text(), text: text() },
        Event::claimed("Li"),
        Event::Revoked { agent: "Li".into(), scopes: vec![Scope::Guide] },
        Event::Ordered {
            kmh: 30,
            km: 5,
            goal: Goal::Exit,
            stops: vec![Halt::Red],
            facts: vec![text()],
        },
        Event::Halted {},
        Event::Urgent { on: true },
        Event::closed(Outcome::Helped),
        Event::Reopened { why: text() },
    ]
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_mark_is_the_same_every_time() {
        assert_eq!(super::mark(), super::mark());
        assert_eq!(super::mark().len(), 64);
    }
}
