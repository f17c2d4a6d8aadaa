//! Bodies, tokens and paths that no client of ours sends.

use super::common::{bearer, site, to_value};
use axum::http::Method;
use proptest::prelude::*;
use serde_json::json;
use server::store::conformance::kit::said;
use server::token;

#[tokio::test]
async fn bodies_that_are_none() {
    let site = site().await;
    let phone = site.open().await;
    let path = format!("/v1/cases/{}/events", phone.case);
    let auth = bearer(&phone);
    let head = [("authorization", auth.as_str())];
    let deep = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
    for body in [
        "",
        "{",
        "null",
        "[]",
        "\u{feff}{}",
        "{\"sent\":1}",
        "{\"events\":[]}",
        "{\"sent\":1.5,\"events\":[]}",
        "{\"sent\":\"1\",\"events\":[]}",
        "{\"sent\":1,\"events\":{}}",
        &deep,
    ] {
        let answer = site.ask(Method::POST, &path, &head, body.into()).await;
        assert_eq!(answer.fault(), (400, "bad".into()), "{body:.40}");
    }
    let not_text = vec![0xff, 0xfe, 0, 1];
    let answer = site.ask(Method::POST, &path, &head, not_text).await;
    assert_eq!(answer.fault(), (400, "bad".into()));
    let large = vec![b' '; 256 * 1024 + 1];
    let answer = site.ask(Method::POST, &path, &head, large).await;
    assert_eq!(answer.fault(), (413, "too_large".into()));
    let many = json!({"sent": 1, "events": vec![0; 65]});
    assert_eq!(site.post(&path, &head, many).await.fault(), (413, "too_large".into()));
    for event in [json!(1), json!({}), json!({"v": 0}), json!({"v": 1, "k": "x", "b": []})] {
        let body = json!({"sent": 1, "events": [event]});
        let answer = site.post(&path, &head, body).await;
        assert_eq!(answer.json()["answers"][0]["verdict"], "bad");
    }
    assert!(site.post(&path, &head, json!({"sent": 1, "events": []})).await.status.is_success());
}

#[tokio::test]
async fn paths_and_methods_that_are_none() {
    let site = site().await;
    for path in [
        "/v1",
        "/v1/",
        "/v1/nothing",
        "/v1/cases",
        "/v1/cases/../../etc/passwd/events",
        "/v1/cases/x/events",
        "/v1/cases/%00/events",
    ] {
        let answer = site.get(path, &[]).await;
        assert_eq!(answer.fault().0, 404, "{path}");
    }
    let answer = site.ask(Method::DELETE, "/v1/join", &[], vec![]).await;
    assert_eq!(answer.fault().0, 405);
    let phone = site.open().await;
    let path = format!("/v1/cases/{}/events?after=-1", phone.case);
    let answer = site.get(&path, &[("authorization", &bearer(&phone))]).await;
    assert_eq!(answer.fault(), (400, "bad".into()));
}

#[tokio::test]
async fn guessing_is_stopped_after_twenty() {
    let site = site().await;
    let phone = site.open().await;
    let path = format!("/v1/cases/{}/events", phone.case);
    let mut denied = 0;
    let last = loop {
        let guess = format!("Bearer {}", token::mint().0);
        let answer = site.get(&path, &[("authorization", &guess)]).await;
        if answer.status != 403 {
            break answer;
        }
        denied += 1;
        assert!(denied < 100);
    };
    assert_eq!(denied, 20);
    assert_eq!(last.fault(), (429, "slow".into()));
    assert!((1..=61).contains(&last.header("retry-after").parse::<u32>().unwrap()));
    // From then on the address gets no answer to any guess, a right one included.
    let right = site.get(&path, &[("authorization", &bearer(&phone))]).await;
    assert_eq!(right.fault().0, 429);
}

#[tokio::test]
async fn an_outbox_of_hours_gets_through_and_a_flood_does_not() {
    let site = site().await;
    let mut phone = site.open().await;
    let mut stored = 0;
    let slow = loop {
        let events = (0..64).map(|_| to_value(&phone.next(said("x")))).collect();
        let answer = site.events(&phone, events).await;
        if answer.status != 200 {
            break answer;
        }
        stored += 64;
        assert!(stored < 10_000);
    };
    assert!(stored > 1_500, "{stored}");
    assert_eq!(slow.fault(), (429, "slow".into()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever an event looks like, it gets a verdict, and the next good one is stored.
    #[test]
    fn any_event_gets_a_verdict(text in "\\PC{0,40}", n in -3i64..5, kind in "[a-z_]{0,10}") {
        let value = json!({
            "v": n, "k": text, "d": text, "n": n, "at": n,
            "b": {"t": kind, "text": text, "g": n, "place": {"how": text}, "marks": [text]},
        });
        let _ = server::store::check::incoming(&value);
        let _ = server::store::check::incoming(&value["b"]);
    }
}
