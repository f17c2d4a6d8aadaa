//! Who may do what, as three tables: every event, every message of the live link and every path, for
//! everybody there is, in their own case and in a foreign one. The tables are written by hand and
//! never asked of the code; what the code has and the tables have not fails.

use super::common::{OWN, Site, bearer, to_value};
use super::live::link::{Served, Side, receive, send, served, socket};
use axum::http::Method;
use case::event::{Envelope, Event, Scope};
use serde_json::{Value, json};
use server::store::conformance::kit::Device;
use server::store::sample::one_of_each;
use server::token;
use std::collections::HashSet;

/// Somebody who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    /// Without any token.
    Nobody,
    /// The driver of another case.
    Stranger,
    /// With a relative's link to another case.
    ForeignGuest,
    /// With a relative's link to this case.
    Guest,
    /// This case's driver.
    Driver,
    /// An agent without any consent.
    Agent,
    /// An agent whom the driver has allowed everything.
    Trusted,
}

const ALL: [Who; 7] = [
    Who::Nobody,
    Who::Stranger,
    Who::ForeignGuest,
    Who::Guest,
    Who::Driver,
    Who::Agent,
    Who::Trusted,
];

/// Each kind of event: may a driver, an agent without and an agent with consent say it?
const EVENTS: [(&str, bool, bool, bool); 35] = [
    ("opened", true, false, false),
    ("joined", true, false, false),
    ("spoke", true, false, false),
    ("moved", true, false, false),
    ("started", true, false, false),
    ("answered", true, false, false),
    ("ended", true, false, false),
    ("placed words", true, false, false),
    ("placed agent", false, true, true),
    ("photo", true, false, false),
    ("marked", true, false, false),
    ("noted", true, true, true),
    ("dropped", true, false, false),
    ("received", false, false, false),
    ("called", true, false, false),
    ("handed", true, false, false),
    ("said", true, true, true),
    ("read", true, true, true),
    ("power", true, false, false),
    ("crashed", true, false, false),
    ("claimed", false, true, true),
    // In another's name.
    ("claimed other", false, false, false),
    ("asked", false, true, true),
    ("granted", true, false, false),
    ("revoked", true, false, false),
    ("proposed", false, false, true),
    ("took", true, false, false),
    ("frozen", true, false, false),
    ("drawn", false, false, true),
    ("ordered", false, true, true),
    ("halted", false, true, true),
    ("urgent", false, true, true),
    ("closed", false, true, true),
    ("reopened", true, true, true),
    // A kind of a newer build: kept for a driver.
    ("hologram", true, false, false),
];

/// Each path: is it open to a guest, to the driver, to an agent without and with consent? Nobody and
/// whoever is of another case has none of those with a case in them.
const PATHS: [(&str, &str, [bool; 4]); 24] = [
    ("GET", "/v1/cases/{case}/events", [true, true, true, true]),
    ("POST", "/v1/cases/{case}/events", [false, true, true, true]),
    ("GET", "/v1/cases/{case}/log", [false, false, true, true]),
    ("GET", "/v1/cases/{case}/relay", [false, true, false, true]),
    ("GET", "/v1/cases/{case}/stream", [true, true, true, true]),
    ("POST", "/v1/cases/{case}/signals", [true, true, true, true]),
    ("POST", "/v1/cases/{case}/invites", [false, true, false, false]),
    ("POST", "/v1/cases/{case}/code", [false, true, false, false]),
    ("POST", "/v1/cases/{case}/readers", [false, true, false, false]),
    ("DELETE", "/v1/cases/{case}/readers", [false, true, false, false]),
    ("HEAD", "/v1/cases/{case}/photos/{sha}", [true, true, true, true]),
    ("GET", "/v1/cases/{case}/photos/{sha}", [true, true, true, true]),
    ("PUT", "/v1/cases/{case}/photos/{sha}", [false, true, false, false]),
    ("GET", "/v1/desk/me", [false, false, true, true]),
    ("GET", "/v1/desk/cases", [false, false, true, true]),
    ("GET", "/v1/desk/people", [false, false, true, true]),
    ("POST", "/v1/desk/invite", [false, false, true, true]),
    ("POST", "/v1/desk/code", [false, false, true, true]),
    // Open to everybody: what they need is in the body, or they need nothing.
    ("POST", "/v1/join", [true, true, true, true]),
    ("POST", "/v1/desk/setup", [true, true, true, true]),
    ("POST", "/v1/desk/login", [true, true, true, true]),
    ("POST", "/v1/desk/logout", [true, true, true, true]),
    ("GET", "/v1/live", [true, true, true, true]),
    ("GET", "/healthz", [true, true, true, true]),
];

/// Everybody, with a case, on a server of their own: a server shuts out who tries too often.
struct People {
    phone: Device,
    stranger: Device,
    guest: Device,
    foreign_guest: Device,
    agent: Device,
    trusted: Device,
    cookies: [String; 2],
}

async fn people(site: &Site) -> People {
    let (phone, stranger) = (site.open().await, site.open().await);
    let link = async |to: &Device| {
        let (text, hash) = token::mint();
        assert!(site.app.store.reader(&to.case, hash, token::now_ms()).await.unwrap());
        Device { token: text, case: phone.case.clone(), ..Device::driver(&phone.case) }
    };
    let (guest, foreign_guest) = (link(&phone).await, link(&stranger).await);
    let cookies = [site.agent("Wang").await, site.agent("Li").await];
    let (agent, trusted) = (Device::agent(&phone.case, "Wang"), Device::agent(&phone.case, "Li"));
    let mut phone = phone;
    let stranger = Device { case: phone.case.clone(), ..stranger };
    let consent = Event::Granted { agent: "Li".into(), scopes: Scope::ALL.into() };
    let events = vec![to_value(&phone.next(consent))];
    assert_eq!(site.events(&phone, events).await.json()["answers"][0]["verdict"], "ok");
    People { phone, stranger, guest, foreign_guest, agent, trusted, cookies }
}

impl People {
    fn device(&mut self, who: Who) -> &mut Device {
        match who {
            Who::Nobody | Who::Driver => &mut self.phone,
            Who::Stranger => &mut self.stranger,
            Who::ForeignGuest => &mut self.foreign_guest,
            Who::Guest => &mut self.guest,
            Who::Agent => &mut self.agent,
            Who::Trusted => &mut self.trusted,
        }
    }

    fn cookie(&self, who: Who) -> Option<String> {
        match who {
            Who::Agent => Some(self.cookies[0].clone()),
            Who::Trusted => Some(self.cookies[1].clone()),
            _ => None,
        }
    }

    fn head(&mut self, who: Who) -> Vec<(&'static str, String)> {
        match (who, self.cookie(who)) {
            (Who::Nobody, _) => Vec::new(),
            (_, Some(cookie)) => vec![("cookie", cookie), (OWN.0, OWN.1.into())],
            (_, None) => vec![("authorization", bearer(self.device(who)))],
        }
    }

    fn side(&mut self, who: Who) -> Side {
        let cookie = self.cookie(who).unwrap_or_default();
        let mut device = self.device(who).clone();
        if who == Who::Nobody {
            device.token = String::new();
        }
        Side { device, cookie }
    }
}

fn strs<'a>(head: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    head.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

/// One event of every kind by its name in the table.
fn bodies() -> Vec<(String, Value)> {
    let mut all: Vec<(String, Value)> = Vec::new();
    for event in one_of_each() {
        let value = to_value(&event);
        let mut name = event.tag().to_string();
        if name == "placed" {
            name = format!("placed {}", value["place"]["how"].as_str().unwrap());
        }
        all.push((name, value));
    }
    all.push(("claimed other".into(), json!({"t": "claimed", "agent": "somebody"})));
    all.push(("hologram".into(), json!({"t": "hologram", "rays": 1})));
    all
}

#[tokio::test]
async fn every_event_from_everybody() {
    let bodies = bodies();
    let named: HashSet<&str> = bodies.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(named, EVENTS.iter().map(|row| row.0).collect(), "the table has all kinds");
    let mut cells = 0;
    for who in ALL {
        let served = served().await;
        let mut people = people(&served.site).await;
        let head = people.head(who);
        let path = format!("/v1/cases/{}/events", people.phone.case);
        for (name, body) in &bodies {
            let row = EVENTS.iter().find(|row| row.0 == name).unwrap();
            let may = match who {
                Who::Driver => row.1,
                Who::Agent => row.2,
                Who::Trusted => row.3,
                _ => false,
            };
            let mut body = body.clone();
            if name == "claimed" {
                body["agent"] = json!(if who == Who::Trusted { "Li" } else { "Wang" });
            }
            let blank = Event::Said { text: String::new() };
            let envelope: Envelope = people.device(who).next(blank);
            let mut event = to_value(&envelope);
            event["b"] = body;
            let batch = json!({"sent": token::now_ms(), "events": [event]});
            let before = top(&served, &people.phone.case).await;
            let answer = served.site.post(&path, &strs(&head), batch).await;
            let verdict = match answer.status.as_u16() {
                200 => answer.json()["answers"][0]["verdict"].as_str().unwrap().to_string(),
                401 | 403 => "denied".into(),
                // After twenty wrong tokens nobody is listened to from there.
                429 => "denied".into(),
                other => format!("{other}"),
            };
            let expected = if may { "ok" } else { "denied" };
            assert_eq!(verdict, expected, "{who:?} {name}");
            let added = top(&served, &people.phone.case).await - before;
            assert_eq!(added, u64::from(may), "{who:?} {name}: events in the log");
            if who == Who::Trusted && may && matches!(name.as_str(), "claimed" | "closed") {
                // Closing ends all consent; it is given again for what follows.
                let opened = Event::Reopened { why: String::new() };
                let again = Event::Granted { agent: "Li".into(), scopes: Scope::ALL.into() };
                let phone = &mut people.phone;
                let events = vec![to_value(&phone.next(opened)), to_value(&phone.next(again))];
                let answers = served.site.events(phone, events).await.json();
                assert_eq!(answers["answers"][1]["verdict"], "ok");
            }
            cells += 1;
        }
    }
    assert_eq!(cells, ALL.len() * EVENTS.len());
}

async fn top(served: &Served, case: &str) -> u64 {
    served.site.app.store.slice(case, 0).await.unwrap().unwrap().top
}

#[tokio::test]
async fn every_path_for_everybody() {
    // What the server routes and what the table has are the same.
    let routes = include_str!("../../src/http/mod.rs");
    let routed: HashSet<String> = routes
        .split(".route(")
        .skip(1)
        .filter_map(|rest| rest.split('"').nth(1))
        .map(|path| if path == "/healthz" { path.into() } else { format!("/v1{path}") })
        .collect();
    assert_eq!(routed, PATHS.iter().map(|row| row.1.to_string()).collect());
    let verbs = ["get(", "post(", "put(", "delete(", "head("];
    let routed = routes.split("Router::new()").nth(1).unwrap_or_default();
    let methods: usize = verbs.iter().map(|verb| routed.matches(verb).count()).sum();
    assert_eq!(methods, PATHS.len() - 1, "each method is in the table; one path is beside these");

    let mut cells = 0;
    for who in ALL {
        let served = served().await;
        let mut people = people(&served.site).await;
        let head = people.head(who);
        let sha = "5a".repeat(32);
        for (method, path, [guest, driver, agent, trusted]) in PATHS {
            let of_case = path.contains("{case}");
            let open = match who {
                Who::Nobody | Who::Stranger | Who::ForeignGuest if of_case => false,
                // Open to every kind is open to all.
                Who::Nobody | Who::Stranger | Who::ForeignGuest => guest && driver && agent,
                Who::Guest => guest,
                Who::Driver => driver,
                Who::Agent => agent,
                Who::Trusted => trusted,
            };
            let path = path.replace("{case}", &people.phone.case).replace("{sha}", &sha);
            let method: Method = method.parse().unwrap();
            let body = if method == Method::POST {
                br#"{"sent":1,"events":[]}"#.to_vec()
            } else {
                Vec::new()
            };
            // Streams and sockets go on without end; here the head of the answer is enough.
            let status = match path.ends_with("/stream") {
                true => head_of(&served, &path, &head).await,
                false => {
                    served.site.ask(method.clone(), &path, &strs(&head), body).await.status.as_u16()
                }
            };
            let shut = matches!(status, 401 | 403 | 429);
            // To log in is to be refused for what the body says, not for who one is.
            let login = path.ends_with("/login") || path.ends_with("/setup");
            assert!(shut != open || login, "{who:?} {method} {path}: {status}, open: {open}");
            assert_ne!(status, 500, "{who:?} {method} {path}");
            cells += 1;
        }
    }
    assert_eq!(cells, ALL.len() * PATHS.len());
}

async fn head_of(served: &Served, path: &str, head: &[(&'static str, String)]) -> u16 {
    use tower::ServiceExt as _;
    let mut request = axum::http::Request::builder().uri(path);
    for (name, value) in head {
        request = request.header(*name, value);
    }
    let request = request.body(axum::body::Body::empty()).unwrap();
    let router = server::http::router(served.site.app.clone());
    router.oneshot(request).await.unwrap().status().as_u16()
}

#[tokio::test]
async fn every_message_of_the_live_link_from_everybody() {
    /// What each message leads to for those who come in: guest, driver, agent, trusted agent.
    const UP: [(&str, [&str; 4]); 6] = [
        ("beat", ["beat", "beat", "beat", "beat"]),
        ("events", ["no denied", "answers ok", "answers ok", "answers ok"]),
        (
            "events of another role",
            ["no denied", "answers denied", "answers denied", "answers denied"],
        ),
        ("signal with consent", ["no denied", "no denied", "no denied", "nothing"]),
        ("signal of a driver", ["no denied", "nothing", "no denied", "no denied"]),
        ("hello", ["no bad", "no bad", "no bad", "no bad"]),
    ];
    let inside = [Who::Guest, Who::Driver, Who::Agent, Who::Trusted];
    let mut cells = 0;
    for who in ALL {
        let served = served().await;
        let mut people = people(&served.site).await;
        let side = people.side(who);
        let mut head = vec![("origin", format!("http://{}", served.address))];
        head.extend(people.cookie(who).map(|cookie| ("cookie", cookie)));
        let mut link = socket(&served, &head).await.unwrap();
        send(&mut link, &side.hello(0, "")).await;
        let first = receive(&mut link).await.unwrap();
        let Some(at) = inside.iter().position(|i| *i == who) else {
            assert_eq!(
                (&first["t"], &first["fault"]),
                (&json!("bye"), &json!("denied")),
                "{who:?}"
            );
            assert_eq!(receive(&mut link).await, None, "{who:?}: nothing of the case");
            cells += UP.len();
            continue;
        };
        assert_eq!(first["t"], "welcome", "{who:?}");
        for (name, outcomes) in UP {
            let before = top(&served, &people.phone.case).await;
            let mut event = |event: Event| {
                let envelope = to_value(&people.device(who).next(event));
                json!({"t": "events", "id": 1,
                    "batch": {"sent": token::now_ms(), "events": [envelope]}})
            };
            let up = match name {
                "events" => event(Event::Said { text: "x".into() }),
                "events of another role" => match who {
                    Who::Driver => event(Event::Urgent { on: true }),
                    _ => event(Event::Spoke { lang: "en".into() }),
                },
                "signal with consent" => json!({"t": "signal", "s": {"t": "point", "id": "a"}}),
                "signal of a driver" => json!({"t": "signal", "s": {"t": "screen",
                    "view": to_value(&case::view::Screen::named("fire"))}}),
                "hello" => side.hello(0, ""),
                _ => json!({"t": "beat"}),
            };
            send(&mut link, &up).await;
            // Whatever came of it lies before the answer to a beat.
            if name != "beat" {
                send(&mut link, &json!({"t": "beat"})).await;
            }
            let mut came = "nothing".to_string();
            loop {
                let value = receive(&mut link).await.expect("it goes on");
                match value["t"].as_str().unwrap() {
                    "beat" => break,
                    "no" => came = format!("no {}", value["fault"].as_str().unwrap()),
                    "answers" => {
                        let verdict = &value["answers"]["answers"][0]["verdict"];
                        came = format!("answers {}", verdict.as_str().unwrap());
                    }
                    "bye" => panic!("{who:?} {name}: {value}"),
                    _ => {}
                }
            }
            if name == "beat" {
                came = "beat".into();
            }
            assert_eq!(came, outcomes[at], "{who:?} {name}");
            let added = top(&served, &people.phone.case).await - before;
            assert_eq!(added, u64::from(came == "answers ok"), "{who:?} {name}");
            cells += 1;
        }
    }
    assert_eq!(cells, ALL.len() * UP.len());
}
