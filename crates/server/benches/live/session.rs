//! One case of a bench: its driver's and its agent's socket, and what both see.

use case::event::Envelope;
use case::live::{Signal, Up};
use case::message::Batch;
use case::view::Screen;
use case::wire::to_json;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use server::store::conformance::kit::{Device, said};
use server::token;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{WebSocketStream, client_async};

type Socket = WebSocketStream<TcpStream>;

/// What cases saw.
#[derive(Default)]
pub struct Seen {
    passing: Vec<Duration>,
    durable: Vec<Duration>,
    /// Signals sent and come.
    pub signals: usize,
    pub came: usize,
    /// Events acknowledged, never come to the agent, and come more than once.
    pub events: usize,
    pub lost: usize,
    pub twice: usize,
}

impl Seen {
    pub fn add(&mut self, one: Seen) {
        self.passing.extend(one.passing);
        self.durable.extend(one.durable);
        self.signals += one.signals;
        self.came += one.came;
        self.events += one.events;
        self.lost += one.lost;
        self.twice += one.twice;
    }

    pub fn sort(&mut self) {
        self.passing.sort();
        self.durable.sort();
    }

    /// Milliseconds at p50 and p99.
    pub fn passing(&self) -> (f64, f64) {
        figures(&self.passing)
    }

    pub fn durable(&self) -> (f64, f64) {
        figures(&self.durable)
    }

    pub fn wrong(&self) -> usize {
        self.lost + self.twice
    }
}

fn figures(all: &[Duration]) -> (f64, f64) {
    let at = |part: usize| {
        all.get(all.len() * part / 100).map_or(f64::NAN, |d| d.as_secs_f64() * 1000.0)
    };
    (at(50), at(99))
}

/// A case without its sockets.
pub struct Away {
    phone: Device,
    cookie: String,
    /// Offset up to which driver and agent have the log.
    tops: [u64; 2],
}

/// See the module.
pub struct Session {
    away: Away,
    driver: Socket,
    agent: Socket,
}

impl Session {
    /// Shows signs of life until all may begin.
    pub async fn hold(mut self, mut begin: watch::Receiver<bool>) -> Session {
        let mut beat = tokio::time::interval(Duration::from_secs(5));
        loop {
            tokio::select! {
                () = async { drop(begin.wait_for(|b| *b).await) } => return self,
                _ = beat.tick() => {
                    send(&mut self.driver, &Up::Beat {}).await;
                    send(&mut self.agent, &Up::Beat {}).await;
                }
                value = receive(&mut self.driver) => drop(take(&value, &mut self.away.tops[0])),
                value = receive(&mut self.agent) => drop(take(&value, &mut self.away.tops[1])),
            }
        }
    }

    /// Both sockets break without a word.
    pub fn cut(self) -> Away {
        self.away
    }

    /// Works for so many seconds. A signal's text is the time it was sent at.
    pub async fn work(mut self, seconds: u64) -> (Session, Seen) {
        let mut seen = Seen::default();
        let clock = Instant::now();
        // Not all in the same moment.
        let first = u64::from(u16::from_be_bytes(token::random())) % 5000;
        let start = tokio::time::Instant::now() + Duration::from_millis(first % 1000);
        let mut beat = tokio::time::interval_at(start, Duration::from_secs(1));
        let end = tokio::time::sleep(Duration::from_secs(seconds + 3));
        tokio::pin!(end);
        let (mut ticks, mut asked) = (0, None::<Instant>);
        loop {
            tokio::select! {
                () = &mut end => break,
                _ = beat.tick(), if ticks < seconds => {
                    let mut view = Screen::named("fire");
                    view.q = clock.elapsed().as_micros().to_string();
                    send(&mut self.driver, &Up::Signal { s: Signal::Screen { view } }).await;
                    seen.signals += 1;
                    if ticks % 5 == first / 1000 && asked.is_none() {
                        let event: Envelope = self.away.phone.next(said("on the way"));
                        let batch = Batch { sent: token::now_ms(), events: vec![event] };
                        asked = Some(Instant::now());
                        send(&mut self.driver, &Up::Events { id: 1, batch }).await;
                    }
                    if ticks % 4 == 0 {
                        send(&mut self.agent, &Up::Beat {}).await;
                    }
                    ticks += 1;
                }
                value = receive(&mut self.driver) => {
                    seen.twice += take(&value, &mut self.away.tops[0]);
                    if value["t"] == "answers" && let Some(asked) = asked.take() {
                        assert_eq!(value["answers"]["answers"][0]["verdict"], json!("ok"));
                        seen.durable.push(asked.elapsed());
                        seen.events += 1;
                    }
                }
                value = receive(&mut self.agent) => {
                    seen.twice += take(&value, &mut self.away.tops[1]);
                    let sent = value["s"]["view"]["q"].as_str().and_then(|q| q.parse().ok());
                    // What is shown already comes again to who comes anew.
                    if let Some(sent) = sent.map(Duration::from_micros)
                        && sent <= clock.elapsed()
                    {
                        seen.came += 1;
                        seen.passing.push(clock.elapsed() - sent);
                    }
                }
            }
        }
        // All that the phone numbered is in the log, and both have it.
        seen.lost = self.away.tops.iter().map(|top| (self.away.phone.n - top) as usize).sum();
        (self, seen)
    }
}

impl Away {
    /// Before it was ever there: a case with two events.
    pub fn new(phone: Device, cookie: String) -> Away {
        Away { phone, cookie, tops: [2, 2] }
    }

    /// Comes back at some time within so many milliseconds; how many snapshots that took, and how
    /// many events are missing.
    pub async fn back(mut self, address: SocketAddr, within: u64) -> (Session, usize, usize) {
        let mut snapshots = 0;
        let mut sockets = Vec::new();
        for side in 0..2 {
            if within > 0 {
                let random = u64::from(u16::from_be_bytes(token::random()));
                tokio::time::sleep(Duration::from_millis(random % (within / 2))).await;
            }
            let (socket, tail) = self.connect(address, side).await;
            snapshots += usize::from(!tail["tail"]["snap"].is_null());
            take(&tail, &mut self.tops[side]);
            sockets.push(socket);
        }
        let lost = self.tops.iter().map(|top| self.phone.n.saturating_sub(*top) as usize).sum();
        let (agent, driver) = (sockets.pop(), sockets.pop());
        let (Some(driver), Some(agent)) = (driver, agent) else { unreachable!("two were made") };
        (Session { away: self, driver, agent }, snapshots, lost)
    }

    async fn connect(&self, address: SocketAddr, side: usize) -> (Socket, Value) {
        let mut request =
            format!("ws://{address}/v1/live").into_client_request().expect("an address");
        if side == 1 {
            let headers = request.headers_mut();
            headers.insert("cookie", self.cookie.parse().expect("a header"));
            headers.insert("origin", format!("http://{address}").parse().expect("a header"));
        }
        let token = if side == 0 { self.phone.token.clone() } else { String::new() };
        let (d, case, after) = (self.phone.d.clone(), self.phone.case.clone(), self.tops[side]);
        let stream = TcpStream::connect(address).await.expect("the server listens");
        stream.set_nodelay(true).expect("a socket");
        let (mut socket, _) = client_async(request, stream).await.expect("a socket");
        let hello = Up::Hello { v: 1, case, token, after, epoch: String::new(), d };
        send(&mut socket, &hello).await;
        loop {
            let value = receive(&mut socket).await;
            assert_ne!(value["t"], "bye", "{value}");
            if value["t"] == "tail" {
                return (socket, value);
            }
        }
    }
}

/// Takes a tail in; how many of its events came before.
fn take(value: &Value, top: &mut u64) -> usize {
    let mut twice = 0;
    let none = Vec::new();
    for event in value["tail"]["events"].as_array().unwrap_or(&none) {
        let o = event["o"].as_u64().unwrap_or(0);
        match o == *top + 1 {
            true => *top = o,
            false => twice += usize::from(o <= *top),
        }
    }
    twice
}

async fn send(socket: &mut Socket, up: &Up) {
    socket.send(Message::Text(to_json(up).into())).await.expect("the server takes it");
}

async fn receive(socket: &mut Socket) -> Value {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => {
                return serde_json::from_str(&text).expect("JSON");
            }
            Some(Ok(_)) => {}
            other => panic!("{other:?}"),
        }
    }
}
