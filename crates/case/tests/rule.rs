//! Whose case it is, how it may end, and when somebody may drive on.

mod support;

use case::State;
use case::event::{Event, Goal, Halt, Outcome, Role, Take};
use case::rule::{Against, against};
use case::state::Status;
use proptest::prelude::*;
use support::Log;

fn answered(log: &mut Log, sets: &str) {
    let text = String::new;
    log.driver(Event::Answered {
        g: "light".into(),
        q: "colour".into(),
        a: "x".into(),
        sets: vec![sets.into()],
        skip: false,
        asked: text(),
        said: text(),
    });
}

fn order() -> Event {
    Event::Ordered { kmh: 30, km: 5, goal: Goal::Exit, stops: vec![Halt::Red], facts: vec![] }
}

fn take_over(agent: &str, from: &str) -> Event {
    Event::Claimed { agent: agent.into(), from: from.into(), note: String::new() }
}

#[test]
fn the_second_of_two_is_refused_unless_it_names_who_has_it() {
    let mut log = Log::default();
    assert_eq!(against(&log.0, "Li", &Event::claimed("Li")), None);
    log.li(Event::claimed("Li"));
    assert_eq!(against(&log.0, "Wang", &Event::claimed("Wang")), Some(Against::Taken));
    assert_eq!(against(&log.0, "Wang", &take_over("Wang", "Zhao")), Some(Against::Taken));
    assert_eq!(against(&log.0, "Wang", &take_over("Wang", "Li")), None);
    // Sent again it is no second claim.
    assert_eq!(against(&log.0, "Li", &Event::claimed("Li")), None);
}

#[test]
fn only_the_owner_gives_away_and_closes() {
    let mut log = Log::default();
    let to_wang = || Event::Claimed { agent: "Wang".into(), from: "Li".into(), note: "n".into() };
    let all = || [to_wang(), Event::claimed(""), Event::closed(Outcome::Void), order()];
    for event in all() {
        assert_eq!(against(&log.0, "Li", &event), Some(Against::NotYours), "{event:?}");
    }
    log.li(Event::claimed("Li"));
    for event in all() {
        assert_eq!(against(&log.0, "Li", &event), None, "{event:?}");
        assert_eq!(
            against(&log.0, "Wang", &event),
            match event.tag() {
                "claimed" if matches!(&event, Event::Claimed { agent, .. } if agent == "Wang") =>
                    None,
                _ => Some(Against::NotYours),
            }
        );
    }
    log.li(to_wang());
    assert_eq!(log.0.agent, "Wang");
    let handover = log.0.handover.clone().map(|h| (h.from, h.to, h.note));
    assert_eq!(handover, Some(("Li".into(), "Wang".into(), "n".into())));
    log.say(Role::Agent, "Wang", Event::claimed(""));
    assert_eq!((log.0.handover.clone(), log.0.status), (None, Status::Open));
}

#[test]
fn an_ending_fits_its_outcome_and_the_log() {
    let mut log = Log::default();
    log.li(Event::claimed("Li"));
    let close = |outcome, d: &str| Event::Closed { outcome, d: d.into(), note: "ok".into() };
    assert_eq!(against(&log.0, "Li", &close(Outcome::Helped, "solved")), None);
    for (outcome, d) in
        [(Outcome::Towed, "solved"), (Outcome::Helped, "magic"), (Outcome::Helped, "drive-on")]
    {
        assert_eq!(against(&log.0, "Li", &close(outcome, d)), Some(Against::Ending), "{d}");
    }
    log.li(close(Outcome::Helped, "solved"));
    assert_eq!((log.0.ending.as_str(), log.0.parting.as_str()), ("solved", "ok"));
    assert_eq!(against(&log.0, "Li", &close(Outcome::Helped, "")), Some(Against::Closed));
    log.say(Role::Driver, "", Event::Reopened { why: String::new() });
    assert_eq!((log.0.ending.as_str(), log.0.parting.as_str()), ("", ""));
}

#[test]
fn danger_ends_an_order_and_allows_none() {
    for danger in ["fire=yes", "urgency=red", "light-colour=red"] {
        let mut log = Log::default();
        log.li(Event::claimed("Li"));
        log.li(order());
        let o = log.0.top;
        log.say(Role::Driver, "", Event::Took { o, how: Take::Accepted });
        assert_eq!(
            log.0.order.as_ref().map(|x| (x.how, x.open())),
            Some((Some(Take::Accepted), true))
        );
        answered(&mut log, danger);
        assert_eq!(log.0.order.as_ref().map(|x| x.open()), Some(false), "{danger}");
        assert_eq!(against(&log.0, "Li", &order()), Some(Against::Danger), "{danger}");
        // An answer that comes late does not bring it back.
        log.say(Role::Driver, "", Event::Took { o, how: Take::Accepted });
        assert!(!log.0.order.as_ref().is_some_and(|x| x.open()));
    }
    let mut log = Log::default();
    log.li(order());
    log.li(Event::Halted {});
    assert!(log.0.order.is_some_and(|x| x.ended.is_some()));
}

proptest! {
    #[test]
    fn no_order_is_in_force_in_danger_or_after_the_end(log in support::log(40)) {
        let mut state = State::default();
        for stored in &log {
            state.apply(stored);
            let open = state.order.as_ref().is_some_and(|o| o.open());
            prop_assert!(!open || (!state.red && !state.fire && state.status != Status::Done));
        }
    }
}
