//! Agents: made once, logged in, logged out, and not by another site's page.

use super::common::{OWN, Site, site, site_with};
use serde_json::json;
use server::token;

async fn login(site: &Site, name: &str, password: &str) -> super::common::Answer {
    let body = json!({"name": name, "password": password});
    site.post("/v1/desk/login", &[], body).await
}

#[tokio::test]
async fn the_first_agent_and_a_colleague() {
    let site = site().await;
    let (text, hash) = token::mint();
    site.app.store.enrol_token(hash, true, i64::MAX).await.unwrap();
    let setup = async |token: &str, name: &str, password: &str| {
        let body = json!({"name": name, "password": password, "token": token});
        site.post("/v1/desk/setup", &[], body).await
    };
    assert_eq!(setup(&text, "Li", "short").await.fault(), (400, "bad".into()));
    assert_eq!(setup(&text, "", "a good password").await.fault(), (400, "bad".into()));
    assert_eq!(setup("wrong", "Li", "a good password").await.fault(), (410, "expired".into()));
    let made = setup(&text, "Li", "a good password").await;
    assert_eq!((made.status.as_u16(), &made.json()["name"]), (200, &json!("Li")));
    assert_eq!(setup(&text, "Wang", "a good password").await.fault(), (410, "expired".into()));
    let cookie = made.header("set-cookie").split(';').next().unwrap().to_string();
    let invite = site.post("/v1/desk/invite", &[("cookie", &cookie), OWN], json!({})).await.json();
    let token = invite["token"].as_str().unwrap();
    assert_eq!(setup(token, "Li", "a good password").await.fault(), (409, "bad".into()));
    assert_eq!(setup(token, "Wang", "a good password").await.status, 200);
    assert_eq!(site.post("/v1/desk/invite", &[OWN], json!({})).await.fault().0, 401);
}

#[tokio::test]
async fn a_session_begins_and_ends() {
    let site = site().await;
    site.agent("Li").await;
    let unknown = login(&site, "Nobody", "a good password").await;
    let wrong = login(&site, "Li", "a bad password").await;
    assert_eq!(unknown.fault(), (403, "denied".into()));
    assert_eq!(unknown.body, wrong.body);
    let good = login(&site, " Li ", "a good password").await;
    let set = good.header("set-cookie").to_string();
    for part in ["nightwatch=", "HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(set.contains(part), "{set}");
    }
    assert!(!set.contains("Secure"));
    let cookie = set.split(';').next().unwrap();
    let me = site.get("/v1/desk/me", &[("cookie", cookie)]).await;
    assert_eq!(me.json()["name"], "Li");
    assert!(site.get("/v1/desk/cases", &[("cookie", cookie)]).await.status.is_success());
    let out = site.post("/v1/desk/logout", &[("cookie", cookie), OWN], json!({})).await;
    assert_eq!(out.status, 204);
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(site.get("/v1/desk/me", &[("cookie", cookie)]).await.fault().0, 401);
    for path in ["/v1/desk/me", "/v1/desk/cases"] {
        assert_eq!(site.get(path, &[]).await.fault(), (401, "denied".into()));
        let phone = site.open().await;
        let auth = super::common::bearer(&phone);
        assert_eq!(site.get(path, &[("authorization", &auth)]).await.fault().0, 403);
    }
}

#[tokio::test]
async fn guessing_passwords_is_slow() {
    let site = site().await;
    let mut tries = 0;
    while login(&site, "Li", "x").await.status == 403 {
        tries += 1;
        assert!(tries < 50);
    }
    // Ten at once, and one more for every six seconds the test took.
    assert!((10..20).contains(&tries), "{tries}");
    assert_eq!(login(&site, "Li", "x").await.fault(), (429, "slow".into()));
}

#[tokio::test]
async fn another_sites_page_can_do_nothing() {
    let site = site().await;
    let cookie = site.agent("Li").await;
    let phone = site.open().await;
    let path = format!("/v1/cases/{}/events", phone.case);
    let body = json!({"sent": 1, "events": []});
    let heads: [&[(&str, &str)]; 6] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.example"), ("host", "nightwatch.example")],
        &[("origin", "null"), ("host", "nightwatch.example")],
        &[("origin", "https://nightwatch.example.evil"), ("host", "nightwatch.example")],
        &[],
    ];
    for head in heads {
        let mut head = head.to_vec();
        head.push(("cookie", &cookie));
        let answer = site.post(&path, &head, body.clone()).await;
        assert_eq!(answer.fault(), (403, "denied".into()), "{head:?}");
    }
    let own =
        [("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080"), ("cookie", &cookie)];
    assert_eq!(site.post(&path, &own, body).await.status, 200);
}

#[tokio::test]
async fn behind_tls_the_cookie_is_locked_and_hsts_is_sent() {
    let site = site_with("--behind-proxy").await;
    let cookie = site.agent("Li").await;
    assert!(cookie.starts_with("__Host-nightwatch="), "{cookie}");
    let me = site.get("/v1/desk/me", &[("cookie", &cookie)]).await;
    assert!(me.header("set-cookie").contains("; Secure"));
    assert!(me.header("strict-transport-security").starts_with("max-age="));
    // Only the hop that our own proxy wrote counts for limits.
    let phone = site.open().await;
    for i in 0..25 {
        let forwarded = format!("203.0.113.{i}, 198.51.100.7");
        let guess = format!("Bearer {}", token::mint().0);
        let head = [("x-forwarded-for", forwarded.as_str()), ("authorization", &guess)];
        let path = format!("/v1/cases/{}/events", phone.case);
        let status = site.get(&path, &head).await.status.as_u16();
        assert_eq!(status, if i < 20 { 403 } else { 429 }, "{i}");
    }
}

#[tokio::test]
async fn the_whole_log_and_the_colleagues_are_for_agents() {
    let site = site().await;
    let phone = site.open().await;
    let cookie = site.agent("Li").await;
    site.agent("Wang").await;
    let log = format!("/v1/cases/{}/log", phone.case);
    let agent = [("cookie", cookie.as_str())];
    let page = site.get(&log, &agent).await.json();
    assert_eq!((&page["top"], page["events"].as_array().unwrap().len()), (&json!(1), 1));
    let next = site.get(&format!("{log}?after=1"), &agent).await.json();
    assert!(next["events"].is_null() && next["epoch"] == page["epoch"], "{next}");
    let people = site.get("/v1/desk/people", &agent).await.json();
    let names: Vec<_> = people["people"].as_array().unwrap().iter().map(|p| &p["name"]).collect();
    assert_eq!(names, ["Li", "Wang"]);
    assert!(people["people"][0]["seen"].as_i64() > Some(0));
    assert_eq!(site.get("/v1/cases/nothing/log", &agent).await.fault().0, 404);
    assert_eq!(site.get(&format!("{log}?after=x"), &agent).await.fault().0, 400);
    let bearer = super::common::bearer(&phone);
    for path in [log.as_str(), "/v1/desk/people"] {
        assert_eq!(site.get(path, &[]).await.fault(), (401, "denied".into()));
        let device = site.get(path, &[("authorization", &bearer)]).await;
        assert!(matches!(device.fault().0, 401 | 403), "{path}");
    }
}
