//! Credentials of relays: for those who may have a call now, and for nobody else.

use super::common::{OWN, Site, bearer, site, site_with, to_value};
use case::event::{Event, Scope};
use server::store::conformance::kit::Device;
use server::token;

async fn with_relay() -> Site {
    let secret = std::env::temp_dir().join(format!("nightwatch-turn-{}", token::uuid(0)));
    std::fs::write(&secret, "north star\n").unwrap();
    let site = site_with(&format!(
        "--turn turn:a.example:3478 --turn turns:a.example:443 --turn-secret {}",
        secret.display()
    ))
    .await;
    std::fs::remove_file(&secret).unwrap();
    site
}

async fn say(site: &Site, device: &mut Device, event: Event) {
    let envelope = device.next(event);
    let answer = site.events(device, vec![to_value(&envelope)]).await;
    assert_eq!(answer.json()["answers"][0]["verdict"], "ok", "{}", answer.json());
}

fn path(device: &Device) -> String {
    format!("/v1/cases/{}/relay", device.case)
}

#[tokio::test]
async fn whoever_may_have_a_call_gets_credentials_and_nobody_else() {
    let site = with_relay().await;
    let mut phone = site.open().await;
    let stranger = site.open().await;
    let (li, wang) = (site.agent("Li").await, site.agent("Wang").await);
    let (guest, hash) = token::mint();
    assert!(site.app.store.reader(&phone.case, hash, token::now_ms()).await.unwrap());
    let (driver, other) = (bearer(&phone), bearer(&stranger));
    let guest = format!("Bearer {guest}");
    let everybody = [
        ("authorization", driver.as_str()),
        ("cookie", li.as_str()),
        ("cookie", wang.as_str()),
        ("authorization", guest.as_str()),
        ("authorization", other.as_str()),
    ];
    let path = path(&phone);
    let ask = async |step: &str, right: [u16; 5]| {
        for (who, status) in everybody.iter().zip(right) {
            let answer = site.get(&path, &[*who, OWN]).await;
            assert_eq!(answer.status.as_u16(), status, "{step} {who:?}: {}", answer.json());
            assert_eq!(answer.json().get("credential").is_some(), status == 200);
        }
    };
    ask("nothing was allowed", [403; 5]).await;
    let most = Scope::ALL.iter().copied().filter(|s| *s != Scope::Camera).collect();
    say(&site, &mut phone, Event::Granted { agent: "Li".into(), scopes: most }).await;
    ask("all but the camera", [403; 5]).await;
    let camera = || vec![Scope::Camera];
    say(&site, &mut phone, Event::Granted { agent: "Li".into(), scopes: camera() }).await;
    ask("the camera", [200, 200, 403, 403, 403]).await;
    say(&site, &mut phone, Event::Revoked { agent: "Li".into(), scopes: camera() }).await;
    ask("taken back", [403; 5]).await;
    assert_eq!(site.get(&path, &[]).await.status, 401);
    let nowhere = format!("/v1/cases/{}/relay", token::uuid(1));
    assert_eq!(site.get(&nowhere, &[everybody[1], OWN]).await.fault(), (404, "missing".into()));
}

#[tokio::test]
async fn credentials_end_after_ten_minutes_and_name_nobody() {
    let site = with_relay().await;
    let mut phone = site.open().await;
    let scopes = vec![Scope::Camera];
    say(&site, &mut phone, Event::Granted { agent: "Li".into(), scopes }).await;
    let before = token::now_ms() / 1_000;
    let answer = site.get(&path(&phone), &[("authorization", &bearer(&phone))]).await.json();
    let after = token::now_ms() / 1_000;
    assert_eq!(answer["urls"], serde_json::json!(["turn:a.example:3478", "turns:a.example:443"]));
    assert_eq!(answer["seconds"], 600);
    let username = answer["username"].as_str().unwrap();
    let (until, name) = username.split_once(':').unwrap();
    assert!((before + 600..=after + 600).contains(&until.parse().unwrap()), "{username}");
    assert_eq!(name, format!("driver-{}", phone.case));
    // 20 bytes in base64; what they must be is tested beside the code.
    let credential = answer["credential"].as_str().unwrap();
    assert!(credential.len() == 28 && credential.ends_with('='), "{credential}");
}

#[tokio::test]
async fn without_relays_there_are_none_and_a_call_is_tried_without() {
    let site = site().await;
    let mut phone = site.open().await;
    let scopes = vec![Scope::Camera];
    say(&site, &mut phone, Event::Granted { agent: "Li".into(), scopes }).await;
    let answer = site.get(&path(&phone), &[("authorization", &bearer(&phone))]).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (200, serde_json::json!({"seconds": 600})));
}
