//! A client of the live link over each transport, with one face for all of them. It insists on what
//! every one of them promises: no event missing, none twice, all in order.

use crate::common::{OWN, Site, site, to_value};
use axum::body::{Body, BodyDataStream};
use axum::http::Request;
use case::event::Event;
use case::live::Signal;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use server::http;
use server::store::conformance::kit::Device;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use tower::ServiceExt as _;

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Time for anything; a busy machine is slow.
const SOON: Duration = Duration::from_secs(20);

/// A server that also listens.
pub struct Served {
    pub site: Site,
    pub address: SocketAddr,
}

pub async fn served() -> Served {
    let site = site().await;
    site.app.links.run();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = http::router(site.app.clone());
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
    Served { site, address }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Socket,
    Stream,
    Poll,
}

pub const ALL: [Kind; 3] = [Kind::Socket, Kind::Stream, Kind::Poll];
/// Those that carry signals.
pub const LIVE: [Kind; 2] = [Kind::Socket, Kind::Stream];

/// Somebody with a right of their own.
#[derive(Clone)]
pub struct Side {
    pub device: Device,
    /// Empty for a device.
    pub cookie: String,
}

impl Side {
    pub fn device(device: &Device) -> Side {
        Side { device: device.clone(), cookie: String::new() }
    }

    pub async fn agent(served: &Served, name: &str, case: &str) -> Side {
        let cookie = served.site.agent(name).await;
        Side { device: Device::agent(case, name), cookie }
    }

    fn head(&self) -> Vec<(&'static str, String)> {
        match self.cookie.is_empty() {
            true => vec![("authorization", format!("Bearer {}", self.device.token))],
            false => vec![("cookie", self.cookie.clone()), (OWN.0, OWN.1.into())],
        }
    }

    fn token(&self) -> &str {
        if self.cookie.is_empty() { &self.device.token } else { "" }
    }

    pub fn hello(&self, after: u64, epoch: &str) -> Value {
        json!({"t": "hello", "v": 1, "case": self.device.case, "token": self.token(),
            "after": after, "epoch": epoch, "d": self.device.d})
    }
}

pub async fn socket(served: &Served, head: &[(&'static str, String)]) -> Result<Socket, u16> {
    let mut request = format!("ws://{}/v1/live", served.address).into_client_request().unwrap();
    for (name, value) in head {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    match connect_async(request).await {
        Ok((socket, _)) => Ok(socket),
        Err(tokio_tungstenite::tungstenite::Error::Http(answer)) => Err(answer.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

/// The next message; `None` at the end.
pub async fn receive(socket: &mut Socket) -> Option<Value> {
    loop {
        match timeout(SOON, socket.next()).await.expect("a message in time") {
            Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
            Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
            Some(Ok(_)) => {}
        }
    }
}

pub async fn send(socket: &mut Socket, value: &Value) {
    socket.send(Message::Text(value.to_string().into())).await.unwrap();
}

enum Wire {
    Socket(Box<Socket>),
    Stream(Box<BodyDataStream>, String),
    Poll,
}

/// See the module.
pub struct Link<'a> {
    served: &'a Served,
    pub side: Side,
    wire: Wire,
    pub conn: u32,
    /// How far the log is here, and of which history.
    pub after: u64,
    pub epoch: String,
    /// All events that came.
    pub log: Vec<Value>,
    ids: u32,
}

impl<'a> Link<'a> {
    pub async fn open(
        served: &'a Served,
        side: &Side,
        kind: Kind,
        after: u64,
        epoch: &str,
    ) -> Link<'a> {
        let (side, epoch_known) = (side.clone(), epoch.to_string());
        let wire = match kind {
            Kind::Socket => {
                let mut head = side.head();
                head.push(("origin", format!("http://{}", served.address)));
                let mut socket = socket(served, &head).await.unwrap();
                send(&mut socket, &side.hello(after, epoch)).await;
                Wire::Socket(Box::new(socket))
            }
            Kind::Stream => {
                let d = &side.device.d;
                let path = format!(
                    "/v1/cases/{}/stream?after={after}&epoch={epoch}&d={d}",
                    side.device.case
                );
                let mut request = Request::builder().uri(path);
                for (name, value) in side.head() {
                    request = request.header(name, value);
                }
                let request = request.body(Body::empty()).unwrap();
                let answer = http::router(served.site.app.clone()).oneshot(request).await.unwrap();
                assert_eq!(answer.status(), 200);
                assert_eq!(answer.headers()["content-type"], "text/event-stream");
                assert_eq!(answer.headers()["x-accel-buffering"], "no");
                Wire::Stream(Box::new(answer.into_body().into_data_stream()), String::new())
            }
            Kind::Poll => Wire::Poll,
        };
        let (conn, log) = (0, Vec::new());
        let mut link = Link { served, side, wire, conn, after, epoch: epoch_known, log, ids: 0 };
        if kind != Kind::Poll {
            let welcome = link.down().await.expect("a welcome");
            assert_eq!(welcome["t"], "welcome", "{welcome}");
            assert!(welcome["beat"].as_u64().is_some_and(|b| b > 0));
            link.conn = welcome["conn"].as_u64().unwrap() as u32;
        }
        link
    }

    /// The next message, with tails taken in; `None` at the end.
    pub async fn down(&mut self) -> Option<Value> {
        let value = match &mut self.wire {
            Wire::Socket(socket) => receive(socket).await?,
            Wire::Stream(body, text) => loop {
                if let Some((event, rest)) = text.split_once("\n\n") {
                    let json = event.strip_prefix("data: ").map(serde_json::from_str::<Value>);
                    let rest = rest.to_string();
                    *text = rest;
                    match json {
                        Some(json) => break json.unwrap(),
                        None => continue,
                    }
                }
                let piece = timeout(SOON, body.next()).await.expect("a message in time")?;
                text.push_str(std::str::from_utf8(&piece.unwrap()).unwrap());
            },
            Wire::Poll => {
                let (case, after) = (&self.side.device.case, self.after);
                let path = format!("/v1/cases/{case}/events?after={after}&wait=5");
                let tail = self.ask(&path, None).await;
                json!({"t": "tail", "tail": tail})
            }
        };
        if value["t"] == "tail" {
            self.tail(&value["tail"]);
        }
        Some(value)
    }

    fn tail(&mut self, tail: &Value) {
        let epoch = tail["epoch"].as_str().unwrap();
        if epoch != self.epoch {
            // Another history: from the beginning.
            self.after = if self.epoch.is_empty() { self.after } else { 0 };
            self.epoch = epoch.into();
        }
        if let Some(top) = tail["snap"]["top"].as_u64() {
            self.log.clear();
            self.after = top;
        }
        for event in tail["events"].as_array().unwrap_or(&Vec::new()) {
            assert_eq!(event["o"].as_u64().unwrap(), self.after + 1, "no hole and nothing twice");
            self.after += 1;
            self.log.push(event.clone());
        }
        assert!(self.after <= tail["top"].as_u64().unwrap());
    }

    /// Reads on until something comes.
    pub async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let value = self.down().await.expect("not the end");
            assert_ne!(value["t"], "bye", "{value}");
            if wanted(&value) {
                return value;
            }
        }
    }

    /// Reads on until the log is here up to an offset.
    pub async fn reach(&mut self, top: u64) {
        while self.after < top {
            self.down().await.expect("not the end");
        }
    }

    /// Reads to the good-bye.
    pub async fn end(&mut self) -> Value {
        loop {
            match self.down().await {
                Some(value) if value["t"] == "bye" => return value,
                Some(_) => {}
                None => panic!("no good-bye"),
            }
        }
    }

    async fn ask(&self, path: &str, body: Option<Value>) -> Value {
        let head = self.side.head();
        let head: Vec<(&str, &str)> = head.iter().map(|(n, v)| (*n, v.as_str())).collect();
        match body {
            Some(body) => self.served.site.post(path, &head, body).await.json(),
            None => self.served.site.get(path, &head).await.json(),
        }
    }

    /// Hands in events and gives the verdicts.
    pub async fn give(&mut self, events: Vec<Event>) -> Vec<String> {
        let events: Vec<Value> =
            events.into_iter().map(|e| to_value(&self.side.device.next(e))).collect();
        let batch = json!({"sent": server::token::now_ms(), "events": events});
        let answers = match &mut self.wire {
            Wire::Socket(socket) => {
                self.ids += 1;
                let id = self.ids;
                send(socket, &json!({"t": "events", "id": id, "batch": batch})).await;
                self.until(|v| v["t"] == "answers" && v["id"] == id).await["answers"].clone()
            }
            _ => {
                let path = format!("/v1/cases/{}/events", self.side.device.case);
                self.ask(&path, Some(batch)).await
            }
        };
        let answers = answers["answers"].as_array().expect("answers").clone();
        answers.iter().map(|a| a["verdict"].as_str().unwrap().to_string()).collect()
    }

    /// Hands in one event that is taken.
    pub async fn say(&mut self, event: Event) {
        assert_eq!(self.give(vec![event]).await, ["ok"]);
    }

    /// Sends a signal; the faults it was refused for.
    pub async fn signal(&mut self, signal: &Signal) -> Vec<String> {
        let signal = to_value(signal);
        let no: Vec<Value> = match &mut self.wire {
            Wire::Socket(socket) => {
                send(socket, &json!({"t": "signal", "s": signal})).await;
                send(socket, &json!({"t": "beat"})).await;
                let mut no = Vec::new();
                loop {
                    let value = self.down().await.expect("not the end");
                    match value["t"].as_str() {
                        Some("no") => no.push(value),
                        Some("beat") => break no,
                        _ => {}
                    }
                }
            }
            Wire::Stream(..) => {
                let path = format!("/v1/cases/{}/signals", self.side.device.case);
                let body = json!({"conn": self.conn, "signals": [signal]});
                let answer = self.ask(&path, Some(body)).await;
                assert!(answer["now"].is_i64(), "{answer}");
                answer["no"].as_array().cloned().unwrap_or_default()
            }
            Wire::Poll => panic!("polls carry no signals"),
        };
        no.iter().map(|no| no["fault"].as_str().unwrap().to_string()).collect()
    }

    /// A sign of life.
    pub async fn beat(&mut self) {
        match &mut self.wire {
            Wire::Socket(socket) => send(socket, &json!({"t": "beat"})).await,
            _ => {
                let path = format!("/v1/cases/{}/signals", self.side.device.case);
                self.ask(&path, Some(json!({"conn": self.conn}))).await;
            }
        }
    }

    /// Everything that is under way to this link now: what it has before a mark of its driver.
    pub async fn seen(&mut self, driver: &mut Link<'_>) -> Vec<Value> {
        let mark = server::token::uuid(0);
        driver.say(Event::Said { text: mark.clone() }).await;
        let mut seen = Vec::new();
        loop {
            let value = self.down().await.expect("not the end");
            assert_ne!(value["t"], "bye", "{value}");
            if value["t"] == "tail" && value.to_string().contains(&mark) {
                return seen;
            }
            if value["t"] == "signal" {
                seen.push(value);
            }
        }
    }
}
