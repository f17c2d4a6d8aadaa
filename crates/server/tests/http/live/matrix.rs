//! Every signal, from every role, with and without consent, and from another case.

use super::link::{Kind, LIVE, Link, Side, receive, send, served, socket};
use case::event::{Event, Role, Scope};
use case::live::{Rtc, Rung, Signal, Track};
use case::view::Screen;
use serde_json::{Value, json};
use server::token;

fn every() -> Vec<Signal> {
    let id = || String::from("a");
    vec![
        Signal::Point { id: id(), g: id(), q: id() },
        Signal::Screen { view: Screen::named("fire") },
        Signal::Pose { id: id(), track: Track::Lost, h: vec![] },
        Signal::Stroke { id: id(), m: id(), from: 0, at: vec![1, 2] },
        Signal::Cursor { id: id(), at: vec![1, 2] },
        Signal::Freeze {},
        Signal::Typing { on: true },
        Signal::Rtc { call: id(), generation: 0, kind: Rtc::Offer, text: id(), mid: id() },
        Signal::Quality { rtt: 1, kbps: 1, lost: 0, rung: Rung::None },
    ]
}

#[tokio::test]
async fn every_signal_from_every_role_with_and_without_consent() {
    let served = served().await;
    for kind in LIVE {
        let phone = served.site.open().await;
        let (li, wang) = (format!("Li {kind:?}"), format!("Wang {kind:?}"));
        let mut driver = Link::open(&served, &Side::device(&phone), kind, 1, "").await;
        let side = Side::agent(&served, &li, &phone.case).await;
        let mut agent = Link::open(&served, &side, kind, 0, "").await;
        let side = Side::agent(&served, &wang, &phone.case).await;
        let mut other = Link::open(&served, &side, kind, 0, "").await;
        let (text, hash) = token::mint();
        assert!(served.site.app.store.reader(&phone.case, hash, token::now_ms()).await.unwrap());
        let mut guest = Side::device(&phone);
        guest.device.token = text;
        let mut guest = Link::open(&served, &guest, kind, 0, "").await;
        // Who marks the end of what is looked at says nothing else.
        let mut clerk = Link::open(&served, &Side::device(&phone), Kind::Poll, 1, "").await;
        let mut cells = 0;
        for signal in every() {
            for given in [false, true] {
                let scopes = Scope::ALL.to_vec();
                let consent = match given {
                    true => Event::Granted { agent: li.clone(), scopes },
                    false => Event::Revoked { agent: String::new(), scopes },
                };
                clerk.say(consent).await;
                let covered = given || signal.needs().is_none();
                let denied = |may: bool| if may { vec![] } else { vec!["denied".to_string()] };
                let what = format!("{kind:?} {} {given}", signal.tag());

                // The others' windows are emptied first: what is shown already comes with consent.
                agent.seen(&mut clerk).await;
                other.seen(&mut clerk).await;
                guest.seen(&mut clerk).await;
                let may = signal.may(Role::Driver) && covered;
                assert_eq!(driver.signal(&signal).await, denied(may), "{what} driver");
                assert_eq!(agent.seen(&mut clerk).await.len(), usize::from(may), "{what}");
                let all = may && signal.needs().is_none();
                assert_eq!(other.seen(&mut clerk).await.len(), usize::from(all), "{what}");

                driver.seen(&mut clerk).await;
                let may = signal.may(Role::Agent) && covered;
                assert_eq!(agent.signal(&signal).await, denied(may), "{what} agent");
                assert_eq!(driver.seen(&mut clerk).await.len(), usize::from(may), "{what}");
                let may = signal.may(Role::Agent) && signal.needs().is_none();
                assert_eq!(other.signal(&signal).await, denied(may), "{what} another agent");
                assert_eq!(driver.seen(&mut clerk).await.len(), usize::from(may), "{what}");

                assert_eq!(guest.signal(&signal).await, ["denied"], "{what} guest");
                assert_eq!(guest.seen(&mut clerk).await, [Value::Null; 0], "{what} guest");
                assert_eq!(driver.seen(&mut clerk).await, [Value::Null; 0], "{what} guest");
                cells += 4;
            }
        }
        assert_eq!(cells, 72);
    }
}

#[tokio::test]
async fn another_case_s_device_comes_in_nowhere() {
    let served = served().await;
    let (mine, other) = (served.site.open().await, served.site.open().await);
    let mut stranger = Side::device(&other);
    stranger.device.case = mine.case.clone();
    let mut link = socket(&served, &[]).await.unwrap();
    send(&mut link, &stranger.hello(0, "")).await;
    assert_eq!(receive(&mut link).await.unwrap()["fault"], "denied");
    assert_eq!(receive(&mut link).await, None);
    let bearer = crate::common::bearer(&other);
    let head = [("authorization", bearer.as_str())];
    let path = format!("/v1/cases/{}/stream", mine.case);
    assert_eq!(served.site.get(&path, &head).await.fault(), (403, "denied".into()));
    let path = format!("/v1/cases/{}/signals", mine.case);
    let body = json!({"conn": 1, "signals": [{"t": "typing"}]});
    let answer = served.site.post(&path, &head, body.clone()).await;
    assert_eq!(answer.fault(), (403, "denied".into()));
    // One's own case, but somebody else's stream.
    let desk = Side::agent(&served, "Li", &mine.case).await;
    let desk = Link::open(&served, &desk, Kind::Stream, 0, "").await;
    let bearer = crate::common::bearer(&mine);
    let body = json!({"conn": desk.conn, "signals": [{"t": "typing"}]});
    let answer = served.site.post(&path, &[("authorization", bearer.as_str())], body).await;
    assert_eq!(answer.fault(), (404, "missing".into()));
}
