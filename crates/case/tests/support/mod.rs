//! Random events of every kind, a log to write into, and the two readers and writers held against
//! each other.

#![allow(dead_code, reason = "each file of tests uses a part")]

use case::event::{Body, Event, Face, Goal, Halt, Mark, Outcome, Scope, Shape, Take, Way};
use case::place::{How, Place};
use case::wire::{Get, to_json};
use case::{Envelope, Role, State, Stored};
use proptest::prelude::*;

pub fn small() -> impl Strategy<Value = String> {
    prop_oneof![Just("a".into()), Just("b".into()), Just("c\"\\\n\u{1}路".into())]
}

fn sets() -> impl Strategy<Value = Vec<String>> {
    let one = prop_oneof![
        Just("place=road"),
        Just("fire=yes"),
        Just("fire=no"),
        Just("urgency=red"),
        Just("x=1")
    ];
    prop::collection::vec(one.prop_map(String::from), 0..3)
}

fn place() -> impl Strategy<Value = Place> {
    let how = prop::sample::select(How::ALL);
    let coordinate =
        prop::option::of((-2_000_000_000i64..2_000_000_000, -2_000_000_000i64..2_000_000_000));
    (how, coordinate, prop::option::of(0u32..9_999_999), small()).prop_map(
        |(how, at, post_m, road)| {
            let mut place = Place::new(how);
            (place.lat_e7, place.lon_e7) = (at.map(|a| a.0), at.map(|a| a.1));
            place.post_m = post_m;
            place.road = road;
            place
        },
    )
}

fn mark() -> impl Strategy<Value = Mark> {
    (prop::sample::select(Shape::ALL), prop::collection::vec(any::<u16>(), 0..6), small())
        .prop_map(|(shape, at, text)| Mark { shape, at, text })
}

/// Agents of the random logs; `w` is who speaks in them.
fn agent() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["w", "w", "x"]).prop_map(String::from)
}

fn scopes() -> impl Strategy<Value = Vec<Scope>> {
    prop::collection::vec(prop::sample::select(Scope::ALL), 0..4)
}

/// Consent and what needs it.
pub fn shared() -> impl Strategy<Value = Event> {
    prop_oneof![
        scopes().prop_map(|scopes| Event::Asked { scopes }),
        (agent(), scopes()).prop_map(|(agent, scopes)| Event::Granted { agent, scopes }),
        (prop_oneof![Just(String::new()), agent()], scopes())
            .prop_map(|(agent, scopes)| Event::Revoked { agent, scopes }),
        (small(), small()).prop_map(|(g, q)| Event::Proposed { g, q }),
        (0u64..60, prop::sample::select(Take::ALL)).prop_map(|(o, how)| Event::Took { o, how }),
        small().prop_map(|id| Event::Frozen { id }),
        (small(), small(), prop::collection::vec(mark(), 0..2))
            .prop_map(|(id, m, marks)| Event::Drawn { id, m, marks }),
    ]
}

pub fn event() -> impl Strategy<Value = Event> {
    prop_oneof![3 => alone(), 1 => shared()]
}

fn alone() -> impl Strategy<Value = Event> {
    let face = || prop::sample::select(Face::ALL);
    prop_oneof![
        (small(), face()).prop_map(|(lang, face)| Event::Opened {
            number: "407188253912".into(),
            region: "cn".into(),
            lang,
            face
        }),
        face().prop_map(|face| Event::Joined { face }),
        small().prop_map(|lang| Event::Spoke { lang }),
        small().prop_map(|region| Event::Moved { region }),
        (small(), small()).prop_map(|(g, ed)| Event::Started { g, ed }),
        (small(), small(), small(), sets(), any::<bool>()).prop_map(|(g, q, a, sets, skip)| {
            Event::Answered { g, q, a, sets, skip, asked: String::new(), said: "是".into() }
        }),
        (small(), small(), sets()).prop_map(|(g, q, sets)| Event::Ended {
            g,
            q,
            d: "rescue".into(),
            sets,
            said: String::new()
        }),
        place().prop_map(|place| Event::Placed { place }),
        (small(), small()).prop_map(|(id, sha)| Event::Photo {
            id,
            sha,
            size: 9,
            w: 4,
            h: 3,
            shot: String::new(),
            warn: vec!["dark".into()]
        }),
        (small(), prop::collection::vec(mark(), 0..3))
            .prop_map(|(id, marks)| Event::Marked { id, marks }),
        (prop_oneof![Just(String::new()), small()], small())
            .prop_map(|(id, text)| Event::Noted { id, text }),
        small().prop_map(|id| Event::Dropped { id }),
        small().prop_map(|sha| Event::Received { sha }),
        small().prop_map(|to| Event::Called { to }),
        prop::sample::select(Way::ALL).prop_map(|way| Event::Handed { way }),
        small().prop_map(|text| Event::Said { text }),
        (0u64..99).prop_map(|o| Event::Read { o }),
        (any::<bool>(), prop::option::of(0u8..101))
            .prop_map(|(low, percent)| Event::Power { low, percent }),
        small().prop_map(|text| Event::Crashed { build: "1".into(), text }),
        (prop_oneof![Just(String::new()), small()], small())
            .prop_map(|(agent, note)| { Event::Claimed { agent, from: String::new(), note } }),
        any::<bool>().prop_map(|on| Event::Urgent { on }),
        prop::sample::select(Outcome::ALL).prop_map(Event::closed),
        (1u16..90, prop::sample::select(Goal::ALL), prop::sample::select(Halt::ALL)).prop_map(
            |(kmh, goal, halt)| Event::Ordered {
                kmh,
                km: 5,
                goal,
                stops: vec![halt],
                facts: vec![]
            }
        ),
        Just(Event::Halted {}),
        small().prop_map(|why| Event::Reopened { why }),
    ]
}

/// An envelope whose key tells device and number.
pub fn envelope(device: &str, n: u64, at: i64, event: Event) -> Envelope {
    Envelope { v: 1, k: format!("{device}-{n}"), d: device.into(), n, at, b: Body::from(event) }
}

/// A server's log: offsets without gaps, any roles and clocks.
pub fn log(max: usize) -> impl Strategy<Value = Vec<Stored>> {
    let one = (event(), prop::sample::select(Role::ALL), 0i64..1_000_000, -100_000i64..100_000);
    prop::collection::vec(one, 0..max).prop_map(|events| {
        let number = |(i, (event, by, at, skew)): (usize, (Event, Role, i64, i64))| {
            let o = i as u64 + 1;
            let device = by.as_str();
            Stored { o, rx: at + 5, skew, by, who: "w".into(), e: envelope(device, o, at, event) }
        };
        events.into_iter().enumerate().map(number).collect()
    })
}

/// A log that is folded as it is written.
#[derive(Default)]
pub struct Log(pub State);

impl Log {
    pub fn say(&mut self, by: Role, who: &str, event: Event) {
        let o = self.0.top + 1;
        let e = envelope(by.as_str(), o, o as i64, event);
        self.0.apply(&Stored { o, rx: 0, skew: 0, by, who: who.into(), e });
    }
    pub fn driver(&mut self, event: Event) {
        self.say(Role::Driver, "", event);
    }
    pub fn li(&mut self, event: Event) {
        self.say(Role::Agent, "Li", event);
    }
}

/// Reads with serde and with `Get`, writes with serde and with `Put`: all must agree.
pub fn both_ways<T>(text: &str) -> T
where
    T: serde::Serialize
        + serde::de::DeserializeOwned
        + Get
        + case::Put
        + PartialEq
        + std::fmt::Debug,
{
    let by_serde: T = serde_json::from_str(text).expect("serde reads it");
    let value: serde_json::Value = serde_json::from_str(text).expect("it is JSON");
    let by_node = T::get(&value).expect("Get reads it");
    assert_eq!(by_serde, by_node);
    assert_eq!(serde_json::to_string(&by_serde).expect("serde writes it"), to_json(&by_node));
    by_node
}
