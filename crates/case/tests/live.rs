//! Messages of the live link: both readers and both writers, what is skipped, what is refused.

mod support;

use case::event::{Role, Scope};
use case::live::{Class, Down, Peer, Presence, Rtc, Rung, Signal, Track, Up, read};
use case::message::{Answers, Batch, Fault, Tail};
use case::view::{Field, Fill, Screen};
use case::wire::{Get, to_json};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use support::both_ways;

fn signals() -> Vec<Signal> {
    let t = String::from;
    let mut view = Screen::step("guide", "port", "pull");
    view.fields.push(Field { id: t("plate"), value: t(""), fill: Some(Fill::Valid) });
    vec![
        Signal::Point { id: t("call"), g: t(""), q: t("") },
        Signal::Screen { view },
        Signal::Pose { id: t("p"), track: Track::Locked, h: vec![1_000_000_000; 9] },
        Signal::Stroke { id: t("p"), m: t("m"), from: 2, at: vec![0, 65535] },
        Signal::Cursor { id: t(""), at: vec![1, 2] },
        Signal::Freeze {},
        Signal::Typing { on: true },
        Signal::Rtc {
            call: t("c"),
            generation: 3,
            kind: Rtc::Offer,
            text: t("v=0\r\n"),
            mid: t("0"),
        },
        Signal::Quality { rtt: 80, kbps: 600, lost: 12, rung: Rung::Middle },
    ]
}

fn same<T>(value: &T)
where
    T: Serialize + DeserializeOwned + Get + case::Put + PartialEq + std::fmt::Debug,
{
    let text = to_json(value);
    assert_eq!(&both_ways::<T>(&text), value);
    let node: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(read::<T, Value>(&node), Ok(Some(both_ways(&text))));
}

#[test]
fn every_message_reads_back_both_ways() {
    let t = String::from;
    let (case, token, epoch, d) = (t("c"), t(""), t("1.a"), t("d"));
    same(&Up::Hello { v: 1, case, token, after: 7, epoch: epoch.clone(), d });
    same(&Up::Events { id: 3, batch: Batch { sent: 5, events: vec![] } });
    same(&Up::Beat {});
    same(&Down::Welcome { now: 1, beat: 4000, conn: 2 });
    let answers = Answers { now: 1, epoch: epoch.clone(), answers: vec![] };
    same(&Down::Answers { id: 3, answers });
    same(&Down::Tail { tail: Tail { now: 1, epoch, top: 0, snap: None, events: vec![] } });
    let (who, d, state) = (t("Li"), t(""), Presence::Stale);
    let peer = Peer { conn: 1, by: Role::Agent, who, d, guest: false, state, since: 9 };
    same(&Down::Present { now: 1, peers: vec![peer] });
    let (kind, why) = (t("point"), t("no consent"));
    same(&Down::No { id: 0, kind, fault: Fault::Denied, why, after: None });
    same(&Down::Beat { now: 1 });
    same(&Down::Bye { fault: case::live::Close::Resume, why: t(""), after: Some(500) });
    for s in signals() {
        same(&Up::Signal { s: s.clone() });
        assert_eq!(s.unfit(), None, "{s:?}");
        same(&Down::Signal { from: 1, by: Role::Agent, who: t("Li"), s });
    }
}

#[test]
fn who_may_send_what_and_what_it_needs() {
    let (d, a) = (Role::Driver, Role::Agent);
    let table = [
        ("point", &[a][..], Some(Scope::Guide), Class::Latest),
        ("screen", &[d][..], Some(Scope::View), Class::Latest),
        ("pose", &[d][..], Some(Scope::Annotate), Class::Latest),
        ("stroke", &[a][..], Some(Scope::Annotate), Class::Ephemeral),
        ("cursor", &[a][..], Some(Scope::Annotate), Class::Latest),
        ("freeze", &[a][..], Some(Scope::Freeze), Class::Ephemeral),
        ("typing", &[d, a][..], None, Class::Latest),
        ("rtc", &[d, a][..], Some(Scope::Camera), Class::Ephemeral),
        ("quality", &[d, a][..], None, Class::Latest),
    ];
    for (s, (tag, roles, needs, class)) in signals().iter().zip(table) {
        let may: Vec<Role> = Role::ALL.iter().copied().filter(|r| s.may(*r)).collect();
        assert_eq!((s.tag(), &may[..], s.needs(), s.class()), (tag, roles, needs, class));
    }
}

#[test]
fn kinds_never_heard_of_are_skipped_and_broken_ones_are_refused() {
    let up = |text: &str| read::<Up, Value>(&serde_json::from_str(text).unwrap());
    for skipped in [r#"{"t":"dance"}"#, r#"{"t":"signal","s":{"t":"hologram","x":[1]}}"#] {
        assert_eq!(up(skipped), Ok(None), "{skipped}");
    }
    for broken in [
        "{}",
        "[]",
        "null",
        "3",
        r#"{"t":7}"#,
        r#"{"t":"signal"}"#,
        r#"{"t":"signal","s":{}}"#,
        r#"{"t":"signal","s":{"t":3}}"#,
        r#"{"t":"signal","s":{"t":"cursor","at":["x"]}}"#,
        r#"{"t":"signal","s":{"t":"cursor","at":[65536]}}"#,
        r#"{"t":"hello","v":"1","case":"c"}"#,
        r#"{"t":"events","id":1}"#,
    ] {
        assert!(up(broken).is_err(), "{broken}");
    }
}

#[test]
fn limits_are_limits() {
    let t = |n: usize| "x".repeat(n);
    let point = |id: String| Signal::Point { id, g: t(0), q: t(0) };
    assert!(point(t(128)).unfit().is_none() && point(t(129)).unfit().is_some());
    assert!(point("a b".into()).unfit().is_some() && point("守".into()).unfit().is_some());
    let stroke = |n| Signal::Stroke { id: t(1), m: t(1), from: 0, at: vec![0; n] };
    assert!(stroke(128).unfit().is_none());
    assert!(stroke(130).unfit().is_some() && stroke(3).unfit().is_some());
    let pose = |n| Signal::Pose { id: t(1), track: Track::Lost, h: vec![0; n] };
    assert!(pose(0).unfit().is_none() && pose(9).unfit().is_none() && pose(8).unfit().is_some());
    let rtc = |n| {
        let (call, generation, kind, mid) = (t(1), 0, Rtc::Ice, t(0));
        Signal::Rtc { call, generation, kind, text: t(n), mid }
    };
    assert!(rtc(32 * 1024).unfit().is_none() && rtc(32 * 1024 + 1).unfit().is_some());
    let screen = |n: usize| {
        let field = Field { id: t(1), value: t(0), fill: None };
        let mut view = Screen::named("x");
        view.fields = vec![field; n];
        Signal::Screen { view }
    };
    assert!(screen(64).unfit().is_none() && screen(65).unfit().is_some());
    let mut said = Screen::named("x");
    said.fields.push(Field { id: t(1), value: "free text".into(), fill: None });
    assert!(Signal::Screen { view: said }.unfit().is_some());
}
