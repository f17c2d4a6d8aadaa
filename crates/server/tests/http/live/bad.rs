//! Sockets that are used wrongly: answered, counted, and of no consequence to others.

use super::link::{Kind, Link, Side, receive, send, served, socket};
use case::event::Event;
use futures_util::SinkExt as _;
use serde_json::json;
use server::store::conformance::kit::said;
use server::token;
use std::time::{Duration, Instant};
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn a_hello_that_is_none_is_answered_and_ends() {
    let served = served().await;
    let phone = served.site.open().await;
    let side = Side::device(&phone);
    let mut newer = side.hello(0, "");
    newer["v"] = json!(2);
    let mut nobody = side.hello(0, "");
    nobody["token"] = json!("");
    let mut wrong = side.hello(0, "");
    wrong["token"] = json!(token::mint().0);
    let mut rubbish = side.hello(0, "");
    rubbish["token"] = json!("x");
    let mut elsewhere = side.hello(0, "");
    elsewhere["case"] = json!(token::uuid(1));
    let mut no_case = side.hello(0, "");
    no_case["case"] = json!("../..");
    let cases = [
        (newer, "version"),
        (json!({"t": "hello", "v": 9, "other": []}), "version"),
        (nobody, "denied"),
        (wrong, "denied"),
        (rubbish, "denied"),
        (elsewhere, "missing"),
        (no_case, "missing"),
        (json!({"t": "beat"}), "bad"),
        (json!({"t": "hologram"}), "bad"),
        (json!({"t": "hello"}), "bad"),
        (json!([1]), "bad"),
    ];
    for (hello, fault) in cases {
        let mut link = socket(&served, &[]).await.unwrap();
        send(&mut link, &hello).await;
        let bye = receive(&mut link).await.unwrap();
        assert_eq!((&bye["t"], &bye["fault"]), (&json!("bye"), &json!(fault)), "{hello}");
        assert!(bye["after"].is_null(), "not as you are: {bye}");
        assert_eq!(receive(&mut link).await, None);
    }
    // Two of another version, four that are not readable: each counted.
    let counted = served.site.get("/healthz", &[]).await.json()["live"]["bad"].as_u64();
    assert_eq!(counted, Some(6));
    for text in ["", "{", "null", "\u{0}"] {
        let mut link = socket(&served, &[]).await.unwrap();
        link.send(Message::Text(text.into())).await.unwrap();
        assert_eq!(receive(&mut link).await.unwrap()["fault"], "bad", "{text:?}");
    }
}

#[tokio::test]
async fn an_agent_s_cookie_counts_only_from_our_own_page() {
    let served = served().await;
    let phone = served.site.open().await;
    let agent = Side::agent(&served, "Li", &phone.case).await;
    let cookie = ("cookie", agent.cookie.clone());
    let evil = ("origin", String::from("https://evil.example"));
    assert_eq!(socket(&served, &[cookie.clone(), evil.clone()]).await.err(), Some(403));
    assert_eq!(socket(&served, &[evil]).await.err(), Some(403));
    assert_eq!(socket(&served, &[("origin", "null".into())]).await.err(), Some(403));
    let mut link = socket(&served, &[cookie]).await.unwrap();
    send(&mut link, &agent.hello(0, "")).await;
    assert_eq!(receive(&mut link).await.unwrap()["fault"], "denied");
    let plain = served.site.get("/v1/live", &[]).await;
    assert!(plain.status.is_client_error() && plain.json()["fault"] == "bad");
}

#[tokio::test]
async fn no_hello_in_time_ends() {
    let served = served().await;
    let mut link = socket(&served, &[]).await.unwrap();
    let began = Instant::now();
    let bye = receive(&mut link).await.unwrap();
    assert_eq!((&bye["fault"], &bye["after"]), (&json!("silent"), &json!(0)));
    assert!((4..8).contains(&began.elapsed().as_secs()));
}

#[tokio::test]
async fn what_cannot_be_read_is_answered_and_too_much_of_it_ends() {
    let served = served().await;
    let phone = served.site.open().await;
    let mut good = Link::open(&served, &Side::device(&phone), Kind::Socket, 1, "").await;
    let mut link = socket(&served, &[]).await.unwrap();
    send(&mut link, &Side::device(&phone).hello(1, "")).await;
    let bad = [
        "{",
        "7",
        r#"{"t":7}"#,
        r#"{"t":"signal"}"#,
        r#"{"t":"signal","s":{"t":"typing","on":"x"}}"#,
        r#"{"t":"events","id":1}"#,
        r#"{"t":"hello","v":1,"case":"x"}"#,
    ];
    for text in bad {
        link.send(Message::Text(text.into())).await.unwrap();
        // Of a newer client: skipped, and nothing is said of it.
        for text in [r#"{"t":"hologram"}"#, r#"{"t":"signal","s":{"t":"smell"}}"#] {
            link.send(Message::Text(text.into())).await.unwrap();
        }
        send(&mut link, &json!({"t": "beat"})).await;
        let mut no = 0;
        loop {
            let value = receive(&mut link).await.unwrap();
            if value["t"] == "beat" {
                break;
            }
            no += usize::from(value["t"] == "no" && value["fault"] == "bad");
        }
        assert_eq!(no, 1, "{text}");
    }
    link.send(Message::Binary(vec![0, 255].into())).await.unwrap();
    let bye = loop {
        let value = receive(&mut link).await.unwrap();
        if value["t"] != "no" && value["t"] != "present" {
            break value;
        }
    };
    assert_eq!(bye["fault"], "bad");
    good.say(said("all is well")).await;
    assert!(served.site.get("/healthz", &[]).await.json()["live"]["bad"].as_u64() >= Some(8));
}

#[tokio::test]
async fn too_long_ends_one_connection_and_a_bad_event_takes_none_along() {
    let served = served().await;
    let phone = served.site.open().await;
    let mut good = Link::open(&served, &Side::device(&phone), Kind::Socket, 1, "").await;
    for size in [64 * 1024 + 1, 1 << 20] {
        let mut link = socket(&served, &[]).await.unwrap();
        send(&mut link, &Side::device(&phone).hello(1, "")).await;
        assert_eq!(receive(&mut link).await.unwrap()["t"], "welcome");
        // The server may end it before all of it is sent.
        let _ = link.send(Message::Text("x".repeat(size).into())).await;
        while let Some(value) = receive(&mut link).await {
            assert!(value["t"] != "bye" || value["fault"] == "bad", "{value}");
        }
    }
    let long = Event::Said { text: "x".repeat(4001) };
    assert_eq!(good.give(vec![said("a"), long, said("b")]).await, ["ok", "bad", "ok"]);
    assert_eq!(good.give(vec![Event::claimed("")]).await, ["denied"]);
    good.reach(3).await;
}

#[tokio::test]
async fn who_talks_without_end_is_slowed_and_others_are_not() {
    let served = served().await;
    let phone = served.site.open().await;
    let other = served.site.open().await;
    let mut link = socket(&served, &[]).await.unwrap();
    send(&mut link, &Side::device(&phone).hello(1, "")).await;
    for _ in 0..2_000 {
        if link.send(Message::Text(r#"{"t":"beat"}"#.into())).await.is_err() {
            break;
        }
    }
    let (mut beats, mut slow, mut last) = (0, 0, String::new());
    while let Some(value) = receive(&mut link).await {
        beats += usize::from(value["t"] == "beat");
        slow += usize::from(value["t"] == "no" && value["fault"] == "slow");
        last = value["fault"].as_str().unwrap_or("").into();
    }
    assert_eq!(last, "slow");
    assert!(beats < 1_000 && slow >= 1, "{beats} {slow}");
    let mut good = Link::open(&served, &Side::device(&other), Kind::Socket, 1, "").await;
    tokio::time::timeout(Duration::from_secs(5), good.say(said("x"))).await.unwrap();
}

#[tokio::test]
async fn a_case_has_so_many_connections_and_no_more() {
    let served = served().await;
    let phone = served.site.open().await;
    let side = Side::device(&phone);
    let mut links = Vec::new();
    for _ in 0..server::live::room::MAX_CONNECTIONS {
        links.push(Link::open(&served, &side, Kind::Socket, 1, "").await);
    }
    let mut link = socket(&served, &[]).await.unwrap();
    send(&mut link, &side.hello(1, "")).await;
    let bye = receive(&mut link).await.unwrap();
    assert!(bye["fault"] == "slow" && bye["after"].as_u64() >= Some(5_000), "{bye}");
    links.pop();
    for _ in 0..100 {
        let mut link = socket(&served, &[]).await.unwrap();
        send(&mut link, &side.hello(1, "")).await;
        if receive(&mut link).await.unwrap()["t"] == "welcome" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the place is not free again");
}
