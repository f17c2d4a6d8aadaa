//! Signals, consent, presence and ends, over every transport that has them.

use super::link::{Kind, LIVE, Link, Side, served};
use case::event::{Event, Scope};
use case::live::Signal;
use case::view::Screen;
use serde_json::{Value, json};
use server::token;
use std::time::Duration;

fn screen(name: &'static str) -> Signal {
    Signal::Screen { view: Screen::named(name) }
}

fn granted(agent: &str, scopes: &[Scope]) -> Event {
    Event::Granted { agent: agent.into(), scopes: scopes.to_vec() }
}

#[tokio::test]
async fn a_signal_reaches_the_other_side_with_consent_and_no_longer_without() {
    let served = served().await;
    for (a, b) in LIVE.into_iter().flat_map(|a| LIVE.map(|b| (a, b))) {
        let phone = served.site.open().await;
        let name = format!("Li {a:?} {b:?}");
        let agent = Side::agent(&served, &name, &phone.case).await;
        let mut driver = Link::open(&served, &Side::device(&phone), a, 1, "").await;
        let mut desk = Link::open(&served, &agent, b, 0, "").await;

        assert_eq!(driver.signal(&screen("where")).await, ["denied"], "{a:?}");
        driver.say(granted(&name, &[Scope::View, Scope::Guide])).await;
        assert_eq!(driver.signal(&screen("fire")).await, [""; 0]);
        let got = desk.until(|v| v["t"] == "signal").await;
        let from = (got["from"].as_u64().unwrap() as u32, &got["by"], &got["s"]["view"]["name"]);
        assert_eq!(from, (driver.conn, &json!("driver"), &json!("fire")));

        let point = Signal::Point { id: "more".into(), g: String::new(), q: String::new() };
        assert_eq!(desk.signal(&point).await, [""; 0]);
        let got = driver.until(|v| v["t"] == "signal").await;
        assert_eq!((&got["who"], &got["s"]["id"]), (&json!(name), &json!("more")));

        // What waits for the desk when consent ends does not come any more.
        assert_eq!(driver.signal(&screen("secret")).await, [""; 0]);
        driver.say(Event::Revoked { agent: String::new(), scopes: vec![Scope::View] }).await;
        assert_eq!(driver.signal(&screen("after")).await, ["denied"]);
        if b == Kind::Stream {
            // Nobody reads a stream in a test unless the test does.
            assert_eq!(desk.seen(&mut driver).await, [Value::Null; 0]);
        }
        assert_eq!(desk.signal(&point).await, [""; 0], "the other consent stays");
    }
}

#[tokio::test]
async fn who_comes_later_sees_what_is_shown() {
    let served = served().await;
    let phone = served.site.open().await;
    let agent = Side::agent(&served, "Li", &phone.case).await;
    let mut driver = Link::open(&served, &Side::device(&phone), Kind::Socket, 1, "").await;
    driver.say(granted("Li", &[Scope::View])).await;
    assert_eq!(driver.signal(&screen("fire")).await, [""; 0]);
    for kind in LIVE {
        let mut desk = Link::open(&served, &agent, kind, 0, "").await;
        let got = desk.until(|v| v["t"] == "signal").await;
        assert_eq!(got["s"]["view"]["name"], "fire");
    }
}

#[tokio::test]
async fn presence_goes_from_live_to_gone_and_the_silent_are_told() {
    for kind in LIVE {
        let served = served().await;
        let phone = served.site.open().await;
        let agent = Side::agent(&served, "Li", &phone.case).await;
        let mut driver = Link::open(&served, &Side::device(&phone), Kind::Socket, 1, "").await;
        let mut desk = Link::open(&served, &agent, kind, 0, "").await;
        driver.until(|v| v["t"] == "present" && v["peers"][0]["state"] == "live").await;
        driver.beat().await;
        driver.until(|v| v["t"] == "beat").await;
        // Time goes on only where the test says so, and not whenever all wait for the network.
        let (hold, held) = std::sync::mpsc::channel::<()>();
        let holding = tokio::task::spawn_blocking(move || held.recv());
        tokio::time::pause();
        let began = tokio::time::Instant::now();
        let mut states: Vec<(String, u64)> = Vec::new();
        while states.last().is_none_or(|(s, _)| s != "gone") {
            driver.beat().await;
            loop {
                let value = driver.down().await.unwrap();
                assert_ne!(value["t"], "bye", "{value}");
                if value["t"] == "beat" {
                    break;
                }
                if value["t"] == "present" {
                    let peer = &value["peers"][0];
                    assert_eq!((&peer["who"], &peer["by"]), (&json!("Li"), &json!("agent")));
                    let state = peer["state"].as_str().unwrap().to_string();
                    let at = began.elapsed().as_secs();
                    if states.last().is_none_or(|(s, _)| *s != state) {
                        states.push((state, at));
                    }
                }
            }
            assert!(began.elapsed() < Duration::from_secs(200), "{states:?}");
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        tokio::time::resume();
        drop(hold);
        assert!(holding.await.unwrap().is_err());
        let names: Vec<&str> = states.iter().map(|(s, _)| s.as_str()).collect();
        assert_eq!(names, ["stale", "lost", "gone"], "{kind:?}");
        for ((_, at), due) in states.iter().zip([10, 45, 120]) {
            assert!((due..due + 6).contains(at), "{states:?}");
        }
        let bye = desk.end().await;
        assert_eq!((&bye["fault"], &bye["after"]), (&json!("silent"), &json!(0)));
        // Back again, it is live at once.
        let mut desk = Link::open(&served, &agent, kind, 0, "").await;
        driver.until(|v| v["t"] == "present" && v["peers"][0]["state"] == "live").await;
        desk.until(|v| v["t"] == "present").await;
    }
}

#[tokio::test]
async fn a_stop_is_said_with_a_time_to_come_again() {
    let served = served().await;
    let phone = served.site.open().await;
    let mut afters = Vec::new();
    let mut links = Vec::new();
    for n in 0..6 {
        links.push(Link::open(&served, &Side::device(&phone), LIVE[n % 2], 1, "").await);
    }
    served.site.app.links.close();
    for mut link in links {
        let bye = link.end().await;
        assert_eq!(bye["fault"], "stop");
        afters.push(bye["after"].as_u64().unwrap());
    }
    assert!(afters.iter().all(|a| (500..=10_500).contains(a)), "{afters:?}");
    assert!(afters.iter().any(|a| *a != afters[0]), "not all at once: {afters:?}");
    let path = format!("/v1/cases/{}/stream", phone.case);
    let head = [("authorization", crate::common::bearer(&phone))];
    let head: Vec<(&str, &str)> = head.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let late = served.site.get(&path, &head).await;
    assert!(String::from_utf8_lossy(&late.body).contains(r#""fault":"stop""#));
    for _ in 0..100 {
        if served.site.app.links.open() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{} still there", served.site.app.links.open());
}

#[tokio::test]
async fn a_right_that_ends_ends_the_connection() {
    let served = served().await;
    let phone = served.site.open().await;
    for kind in LIVE {
        let (text, hash) = token::mint();
        assert!(served.site.app.store.reader(&phone.case, hash, token::now_ms()).await.unwrap());
        let mut guest = Side::device(&phone);
        guest.device.token = text;
        let mut guest = Link::open(&served, &guest, kind, 0, "").await;
        assert_eq!(guest.signal(&Signal::Typing { on: true }).await, ["denied"]);
        let path = format!("/v1/cases/{}/readers", phone.case);
        let bearer = crate::common::bearer(&phone);
        let head = [("authorization", bearer.as_str())];
        let ended = served.site.ask(axum::http::Method::DELETE, &path, &head, Vec::new()).await;
        assert_eq!(ended.status, 204);
        assert_eq!(guest.end().await["fault"], "denied");

        let name = format!("Li {kind:?}");
        let agent = Side::agent(&served, &name, &phone.case).await;
        let mut desk = Link::open(&served, &agent, kind, 0, "").await;
        let head = [("cookie", agent.cookie.as_str()), crate::common::OWN];
        assert_eq!(served.site.post("/v1/desk/logout", &head, json!({})).await.status, 204);
        assert_eq!(desk.end().await["fault"], "denied");
    }
}
