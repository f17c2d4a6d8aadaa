//! Logs in and out.

use super::common::{OWN, bearer, site, to_value};
use case::event::{Role, may};
use serde_json::{Value, json};
use server::store::conformance::kit::{Device, NOW, said};
use server::store::sample::one_of_each;
use server::token;
use std::time::{Duration, Instant};

#[tokio::test]
async fn a_batch_is_answered_event_by_event() {
    let site = site().await;
    let mut phone = site.open().await;
    let (a, b) = (phone.next(said("a")), phone.next(said("b")));
    let mut too_long = to_value(&phone.next(said("c")));
    too_long["b"]["text"] = json!("x".repeat(4001));
    let after = phone.next(said("d"));
    let batch =
        vec![to_value(&b), to_value(&a), to_value(&b), too_long, to_value(&after), to_value(&a)];
    let answer = site.events(&phone, batch).await;
    let verdicts: Vec<Value> =
        answer.json()["answers"].as_array().unwrap().iter().map(|a| a["verdict"].clone()).collect();
    assert_eq!(verdicts, ["gap", "ok", "ok", "bad", "ok", "dup"]);
    let mut changed = to_value(&a);
    changed["b"]["text"] = json!("another");
    let answer = site.events(&phone, vec![changed]).await;
    assert_eq!(answer.json()["answers"][0]["verdict"], "conflict");

    let path = format!("/v1/cases/{}/events?after=1", phone.case);
    let tail = site.get(&path, &[("authorization", &bearer(&phone))]).await.json();
    let texts: Vec<&str> = tail["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["e"]["b"]["text"].as_str().unwrap())
        .collect();
    assert_eq!(texts, ["a", "b", "d"]);
    assert_eq!((tail["top"].as_u64(), tail["snap"].is_null()), (Some(4), true));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_the_disk_does_not_take_is_not_acknowledged() {
    let mut site = site().await;
    let mut device = site.open().await;
    site.break_disk().await;
    let event = to_value(&device.next(said("lost")));
    let answer = site.events(&device, vec![event]).await;
    assert_eq!(answer.fault(), (503, "storage".into()));
    assert_eq!(answer.json()["answers"], Value::Null);
    assert!(answer.json()["after"].as_u64().is_some_and(|s| s > 0));
    // What is there can still be read, and whoever watches the server is told.
    let path = format!("/v1/cases/{}/events?after=0&wait=0", device.case);
    let log = site.get(&path, &[("authorization", &bearer(&device))]).await;
    assert_eq!(log.json()["top"], 1);
    let health = site.get("/healthz", &[]).await;
    assert_eq!((health.status.as_u16(), &health.json()["storage"]), (503, &json!("failing")));
}

#[tokio::test]
async fn clocks_that_differ_are_noted_and_change_no_order() {
    let site = site().await;
    let mut phone = site.open().await;
    let path = format!("/v1/cases/{}/events", phone.case);
    let head = [("authorization", bearer(&phone))];
    let head: Vec<(&str, &str)> = head.iter().map(|(n, v)| (*n, v.as_str())).collect();
    for days in [1i64, -1] {
        let mut event = to_value(&phone.next(said("x")));
        let off = token::now_ms() + days * 86_400_000;
        event["at"] = json!(off);
        let body = json!({"sent": off, "events": [event]});
        let answer = site.post(&path, &head, body).await;
        assert_eq!(answer.json()["answers"][0]["verdict"], "ok");
    }
    let tail = site.get(&path, &head).await.json();
    let skews: Vec<i64> = (0..3).map(|i| tail["events"][i]["skew"].as_i64().unwrap_or(0)).collect();
    assert_eq!(skews, [0, -86_400_000, 86_400_000]);
}

/// Every kind of event, by an agent, by the driver, by a device of another case, by nobody.
#[tokio::test]
async fn roles_and_strangers() {
    let site = site().await;
    let mut phone = site.open().await;
    let mut foreign = site.open().await;
    foreign.case = phone.case.clone();
    let cookie = site.agent("Li").await;
    let mut desk = Device::agent(&phone.case, "Li");
    let path = format!("/v1/cases/{}/events", phone.case);
    for event in one_of_each() {
        let tag = event.tag();
        let expected = |role| if may(role, &event) { "ok" } else { "denied" };
        let answer = site.events(&phone.clone(), vec![to_value(&phone.next(event.clone()))]).await;
        assert_eq!(answer.json()["answers"][0]["verdict"], expected(Role::Driver), "driver {tag}");
        let body = json!({"sent": NOW, "events": [to_value(&desk.next(event.clone()))]});
        let answer = site.post(&path, &[("cookie", &cookie), OWN], body.clone()).await;
        assert_eq!(answer.json()["answers"][0]["verdict"], expected(Role::Agent), "agent {tag}");
    }
    for event in one_of_each().into_iter().take(8) {
        let answer =
            site.events(&foreign, vec![to_value(&foreign.clone().next(event.clone()))]).await;
        assert_eq!(answer.fault(), (403, "denied".into()));
        let body = json!({"sent": NOW, "events": [to_value(&desk.clone().next(event))]});
        assert_eq!(site.post(&path, &[], body).await.fault(), (401, "denied".into()));
    }
    let denied = site.get(&path, &[("authorization", &bearer(&foreign))]).await;
    assert_eq!(denied.fault(), (403, "denied".into()));
    assert_eq!(site.get(&path, &[]).await.fault(), (401, "denied".into()));
    let nowhere = format!("/v1/cases/{}/events", token::uuid(NOW));
    let missing = site.get(&nowhere, &[("authorization", &bearer(&phone))]).await;
    assert_eq!(missing.fault(), (404, "missing".into()));
}

#[tokio::test]
async fn a_poll_ends_when_something_happens() {
    let site = site().await;
    let mut phone = site.open().await;
    let cookie = site.agent("Li").await;
    let path = format!("/v1/cases/{}/events", phone.case);
    let poll = format!("{path}?after=1&wait=25");
    let began = Instant::now();
    let head = [("authorization", bearer(&phone))];
    let head: Vec<(&str, &str)> = head.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let agent_says = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let mut desk = Device::agent(&phone.case, "Li");
        let body =
            json!({"sent": token::now_ms(), "events": [to_value(&desk.next(said("we see you")))]});
        site.post(&path, &[("cookie", &cookie), OWN], body).await
    };
    let (tail, _) = tokio::join!(site.get(&poll, &head), agent_says);
    let tail = tail.json();
    assert_eq!(tail["events"][0]["e"]["b"]["text"], "we see you");
    assert_eq!(tail["events"][0]["who"], "Li");
    assert!(began.elapsed() < Duration::from_secs(5));

    let (_, seq) = (0, site.get("/v1/desk/cases?after=0", &[("cookie", &cookie)]).await.json());
    let list = format!("/v1/desk/cases?after={}&wait=25", seq["seq"]);
    let event = to_value(&phone.next(said("here")));
    let say = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        site.events(&phone, vec![event]).await
    };
    let cookie_head = [("cookie", cookie.as_str())];
    let (rows, _) = tokio::join!(site.get(&list, &cookie_head), say);
    assert_eq!(rows.json()["rows"][0]["unread"], 1);
    let quiet = format!("{path}?after=99&wait=0");
    assert!(site.get(&quiet, &head).await.json()["snap"].is_object());
    site.app.hub.close();
    let began = Instant::now();
    let top = format!("{path}?after=3&wait=25");
    assert!(site.get(&top, &head).await.json()["events"].as_array().is_none());
    assert!(began.elapsed() < Duration::from_secs(1), "stopping ends polls");
}

#[tokio::test]
async fn text_stays_text() {
    let site = site().await;
    let mut phone = site.open().await;
    let nasty = "</script><img src=x onerror=alert(1)>\u{2028}\u{0}'\"&lt;";
    site.events(&phone.clone(), vec![to_value(&phone.next(said(nasty)))]).await;
    let path = format!("/v1/cases/{}/events", phone.case);
    let tail = site.get(&path, &[("authorization", &bearer(&phone))]).await;
    assert_eq!(tail.header("content-type"), "application/json");
    assert_eq!(tail.header("x-content-type-options"), "nosniff");
    assert!(tail.header("content-security-policy").starts_with("default-src 'none'"));
    assert_eq!(tail.json()["events"][1]["e"]["b"]["text"], nasty);
}

#[tokio::test]
async fn a_second_device_joins_once() {
    let site = site().await;
    let car = site.open().await;
    let (invite, hash) = token::mint();
    let path = format!("/v1/cases/{}/invites", car.case);
    let body = json!({"hash": case::id::hex(&hash.0)});
    let made = site.post(&path, &[("authorization", &bearer(&car))], body.clone()).await;
    assert_eq!(made.status, 204);
    let cookie = site.agent("Li").await;
    let by_agent = site.post(&path, &[("cookie", &cookie), OWN], body).await;
    assert_eq!(by_agent.fault(), (403, "denied".into()));

    let mut phone = Device::driver(&car.case);
    let join = |device: &Device, invite: &str| json!({"case": car.case, "invite": invite, "hash": case::id::hex(&device.hash().0)});
    let stranger = Device::driver(&car.case);
    let wrong = site.post("/v1/join", &[], join(&stranger, &"A".repeat(43))).await;
    let good = site.post("/v1/join", &[], join(&phone, &invite)).await;
    assert_eq!(good.status, 204);
    let used = site.post("/v1/join", &[], join(&stranger, &invite)).await;
    let no_token = site.post("/v1/join", &[], join(&stranger, "no token at all")).await;
    for refused in [&wrong, &used, &no_token] {
        assert_eq!(refused.fault(), (410, "expired".into()));
        assert_eq!(refused.body, wrong.body);
    }
    let events = vec![to_value(&phone.next(said("from the phone")))];
    let answer = site.events(&phone, events).await;
    assert_eq!(answer.json()["answers"][0]["o"], 2);
}

/// What the driver reads out leads the agent who hears it to the case, once.
#[tokio::test]
async fn six_digits_lead_to_the_case() {
    let site = site().await;
    let phone = site.open().await;
    let stranger = site.open().await;
    let cookie = site.agent("Li").await;
    let desk = [("cookie", cookie.as_str()), OWN];
    let path = format!("/v1/cases/{}/code", phone.case);
    let show = async |head: &[(&str, &str)]| site.post(&path, head, json!({})).await;
    assert_eq!(show(&desk).await.fault(), (403, "denied".into()));
    assert_eq!(show(&[]).await.fault(), (401, "denied".into()));
    let foreign = bearer(&stranger);
    assert_eq!(show(&[("authorization", &foreign)]).await.fault(), (403, "denied".into()));
    let own = bearer(&phone);
    let shown = show(&[("authorization", &own)]).await.json();
    let code = shown["code"].as_str().unwrap();
    assert!(shown["until"].as_i64().unwrap() > NOW);
    let take = async |head: &[(&str, &str)], code: &str| {
        site.post("/v1/desk/code", head, json!({"code": code})).await
    };
    assert_eq!(take(&[("authorization", &own)], code).await.fault(), (403, "denied".into()));
    assert_eq!(take(&desk, code).await.json()["case"], phone.case);
    assert_eq!(take(&desk, code).await.fault(), (410, "expired".into()));
    for _ in 1..server::codes::TRIES {
        assert_eq!(take(&desk, "no code").await.fault(), (410, "expired".into()));
    }
    let again = show(&[("authorization", &own)]).await.json();
    let refused = take(&desk, again["code"].as_str().unwrap()).await;
    assert_eq!(refused.fault(), (429, "slow".into()));
    assert!(refused.json()["after"].as_u64().unwrap() > 500);
}

/// A relative reads; every way to write, to invite and to see another case is shut.
#[tokio::test]
async fn a_read_only_link_reads_and_nothing_else() {
    let site = site().await;
    let mut phone = site.open().await;
    let other = site.open().await;
    let (link, hash) = token::mint();
    let case = phone.case.clone();
    let path = |what: &str| format!("/v1/cases/{case}/{what}");
    let own = bearer(&phone);
    let body = json!({"hash": case::id::hex(&hash.0)});
    let cookie = site.agent("Li").await;
    let by_agent = site.post(&path("readers"), &[("cookie", &cookie), OWN], body.clone()).await;
    assert_eq!(by_agent.fault(), (403, "denied".into()));
    let made = site.post(&path("readers"), &[("authorization", &own)], body.clone()).await;
    assert_eq!(made.status, 204);
    let guest = format!("Bearer {link}");
    let head = [("authorization", guest.as_str())];
    assert_eq!(site.get(&path("events?after=0"), &head).await.json()["top"], 1);
    let event = to_value(&phone.next(said("as the driver")));
    let batch = json!({"sent": NOW, "events": [event]});
    assert_eq!(site.post(&path("events"), &head, batch).await.fault(), (403, "denied".into()));
    for what in ["invites", "readers"] {
        let answer = site.post(&path(what), &head, body.clone()).await;
        assert_eq!(answer.fault(), (403, "denied".into()), "{what}");
    }
    let photo = path(&format!("photos/{}", "ab".repeat(32)));
    let put = site.ask(axum::http::Method::PUT, &photo, &head, vec![1, 2, 3]).await;
    assert_eq!(put.fault(), (403, "denied".into()));
    let foreign = format!("/v1/cases/{}/events?after=0", other.case);
    assert_eq!(site.get(&foreign, &head).await.fault(), (403, "denied".into()));
    let end = |auth: String| {
        let (site, path) = (&site, path("readers"));
        async move {
            let head = [("authorization", auth.as_str())];
            site.ask(axum::http::Method::DELETE, &path, &head, Vec::new()).await
        }
    };
    assert_eq!(end(guest.clone()).await.fault(), (403, "denied".into()));
    assert_eq!(end(own).await.status, 204);
    assert_eq!(site.get(&path("events?after=0"), &head).await.fault(), (403, "denied".into()));
}

/// What needs consent is refused without it, and from the moment it is taken back.
#[tokio::test]
async fn without_consent_an_agent_proposes_and_draws_nothing() {
    use case::event::{Event, Scope};
    let site = site().await;
    let mut phone = site.open().await;
    let cookie = site.agent("Li").await;
    let mut desk = Device::agent(&phone.case, "Li");
    let path = format!("/v1/cases/{}/events", phone.case);
    let mut agent = async |event: Event| {
        let body = json!({"sent": NOW, "events": [to_value(&desk.next(event))]});
        let answer = site.post(&path, &[("cookie", &cookie), OWN], body).await;
        answer.json()["answers"][0]["verdict"].as_str().unwrap().to_string()
    };
    let needing = || one_of_each().into_iter().filter(|e| case::event::needs(e).is_some());
    assert_eq!(needing().count(), 2);
    let scopes = vec![Scope::Guide, Scope::Annotate];
    let steps = [
        (None, "denied"),
        (Some(Event::Granted { agent: "Wang".into(), scopes: scopes.clone() }), "denied"),
        (Some(Event::Granted { agent: "Li".into(), scopes: vec![Scope::View] }), "denied"),
        (Some(Event::Granted { agent: "Li".into(), scopes }), "ok"),
        (Some(Event::Revoked { agent: "Li".into(), scopes: vec![] }), "denied"),
    ];
    for (by_driver, expected) in steps {
        if let Some(event) = by_driver {
            let answer = site.events(&phone.clone(), vec![to_value(&phone.next(event))]).await;
            assert_eq!(answer.json()["answers"][0]["verdict"], "ok");
        }
        for event in needing() {
            assert_eq!(agent(event.clone()).await, expected, "{}", event.tag());
        }
    }
}
