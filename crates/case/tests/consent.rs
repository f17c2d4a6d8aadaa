//! Consent: asked for, given, taken back, and what it allows, in the fold.

mod support;

use case::event::{Event, Mark, Role, Scope, Shape, Take, needs};
use case::state::{Grant, Proposal};
use case::{State, Stored};
use proptest::prelude::*;
use support::Log;

fn granted(agent: &str, scopes: &[Scope]) -> Event {
    Event::Granted { agent: agent.into(), scopes: scopes.into() }
}

fn revoked(agent: &str, scopes: &[Scope]) -> Event {
    Event::Revoked { agent: agent.into(), scopes: scopes.into() }
}

fn photo(id: &str) -> Event {
    Event::Photo {
        id: id.into(),
        sha: String::new(),
        size: 1,
        w: 1,
        h: 1,
        shot: String::new(),
        warn: vec![],
    }
}

fn drawn(m: &str, marks: usize) -> Event {
    let mark = Mark { shape: Shape::Ring, at: vec![1, 2, 3, 4], text: String::new() };
    Event::Drawn { id: "p".into(), m: m.into(), marks: vec![mark; marks] }
}

#[test]
fn consent_is_for_one_agent_and_one_scope_until_it_is_taken_back() {
    let mut log = Log::default();
    log.li(Event::Asked { scopes: vec![Scope::View, Scope::Guide, Scope::Camera] });
    assert_eq!(log.0.asked.len(), 3);
    log.driver(granted("Li", &[Scope::View, Scope::Guide]));
    assert_eq!(log.0.asked, [Grant { agent: "Li".into(), scope: Scope::Camera, at: 1 }]);
    assert!(log.0.allows("Li", Scope::View) && log.0.allows("Li", Scope::Guide));
    assert!(!log.0.allows("Li", Scope::Camera) && !log.0.allows("Wang", Scope::View));
    // Asked again it asks nothing, granted again it keeps its time.
    log.li(Event::Asked { scopes: vec![Scope::View] });
    log.driver(granted("Li", &[Scope::View]));
    assert_eq!(log.0.grants[0].at, 2);
    // What was asked and is taken back was declined.
    log.driver(revoked("Li", &[Scope::Camera]));
    assert!(log.0.asked.is_empty());
    log.driver(granted("Wang", &[Scope::View]));
    log.driver(revoked("Li", &[]));
    assert!(!log.0.allows("Li", Scope::View) && log.0.allows("Wang", Scope::View));
    log.driver(revoked("", &[]));
    assert!(log.0.grants.is_empty());
    // An agent cannot consent for the driver.
    log.li(granted("Li", &[Scope::View]));
    assert!(log.0.grants.is_empty());
}

#[test]
fn handing_over_and_closing_end_consent() {
    let mut log = Log::default();
    log.li(Event::claimed("Li"));
    log.driver(granted("Li", &[Scope::View]));
    log.li(Event::claimed("Li"));
    assert!(log.0.allows("Li", Scope::View));
    log.say(Role::Agent, "Wang", Event::claimed("Wang"));
    assert!(log.0.grants.is_empty());
    log.driver(granted("Wang", &[Scope::View]));
    log.say(Role::Agent, "Wang", Event::claimed(""));
    assert!(log.0.grants.is_empty());
    log.driver(granted("Wang", &[Scope::View]));
    log.say(Role::Agent, "Wang", Event::closed(case::event::Outcome::Helped));
    assert!(log.0.grants.is_empty());
    log.driver(granted("Wang", &[Scope::View]));
    assert!(log.0.grants.is_empty(), "a closed case grants nothing");
}

#[test]
fn a_step_is_proposed_taken_and_undone() {
    let mut log = Log::default();
    let propose = || Event::Proposed { g: "port".into(), q: "pull".into() };
    log.li(propose());
    assert_eq!(log.0.proposal, None, "without consent it has no effect");
    log.driver(granted("Li", &[Scope::Guide]));
    log.li(propose());
    let (g, q) = ("port".into(), "pull".into());
    let expected = Proposal { o: 3, who: "Li".into(), g, q, at: 3, how: None };
    assert_eq!(log.0.proposal, Some(expected));
    log.driver(Event::Took { o: 2, how: Take::Declined });
    assert_eq!(log.0.proposal.as_ref().unwrap().how, None, "an answer to another one");
    for how in [Take::Accepted, Take::Undone] {
        log.driver(Event::Took { o: 3, how });
        assert_eq!(log.0.proposal.as_ref().unwrap().how, Some(how));
    }
}

#[test]
fn drawings_stick_to_their_photo_and_are_independent() {
    let mut log = Log::default();
    log.driver(photo("p"));
    log.driver(Event::Frozen { id: "p".into() });
    assert_eq!(log.0.still, "p");
    log.li(drawn("a", 1));
    assert!(log.0.photos[0].drawn.is_empty());
    log.driver(granted("Li", &[Scope::Annotate]));
    log.li(drawn("a", 1));
    log.li(drawn("b", 2));
    log.li(drawn("a", 2));
    let names: Vec<&str> = log.0.photos[0].drawn.iter().map(|d| d.m.as_str()).collect();
    assert_eq!(names, ["b", "a"]);
    log.li(drawn("b", 0));
    assert_eq!(log.0.photos[0].drawn.len(), 1);
    // The driver's own marks are another matter, and stay.
    log.driver(Event::Marked { id: "p".into(), marks: vec![] });
    assert_eq!(log.0.photos[0].drawn.len(), 1);
    log.driver(revoked("Li", &[Scope::Annotate]));
    log.li(drawn("a", 0));
    assert_eq!(log.0.photos[0].drawn.len(), 1, "a late one changes nothing");
}

/// What the log says about consent, worked out the slow way.
fn consented(log: &[Stored], agent: &str, scope: Scope) -> bool {
    let mut open = true;
    let mut on = false;
    for s in log {
        let covers = |a: &str, scopes: &[Scope]| {
            (a.is_empty() || a == agent) && (scopes.is_empty() || scopes.contains(&scope))
        };
        match (s.by, s.e.b.event().expect("known")) {
            (Role::Driver, Event::Granted { agent: a, scopes }) => {
                on |= open && a == agent && scopes.contains(&scope);
            }
            (Role::Driver, Event::Revoked { agent: a, scopes }) => on &= !covers(a, scopes),
            (Role::Agent, Event::Claimed { agent: a, .. }) => on &= a == agent,
            (Role::Agent, Event::Closed { .. }) => (open, on) = (false, false),
            (Role::Agent | Role::Driver, Event::Reopened { .. }) => open = true,
            _ => {}
        }
    }
    on
}

proptest! {
    #[test]
    fn the_fold_allows_exactly_what_the_log_granted(log in support::log(60)) {
        let state = State::fold(&log);
        for agent in ["w", "x"] {
            for scope in Scope::ALL {
                prop_assert_eq!(state.allows(agent, *scope), consented(&log, agent, *scope));
            }
        }
    }

    #[test]
    fn without_consent_nothing_that_needs_it_has_an_effect(log in support::log(60)) {
        let mut state = State::default();
        for s in &log {
            let before = State { top: s.o, ..state.clone() };
            let event = s.e.b.event().expect("known");
            let refused = needs(event).is_some_and(|scope| !state.allows(&s.who, scope));
            state.apply(s);
            if refused {
                prop_assert_eq!(&state, &before);
            }
        }
    }
}
