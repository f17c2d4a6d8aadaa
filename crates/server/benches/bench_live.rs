//! `cargo bench -p server --bench bench-live [-- CASES SECONDS]`: a server of its own process, CASES
//! cases with a driver's and an agent's socket each, one event in 5 s and one signal a second from
//! every driver; prints one row of the table of figures, and fails when anything was lost.

use case::event::{Envelope, Event, Scope};
use case::live::{Signal, Up};
use case::message::Batch;
use case::view::Screen;
use case::wire::to_json;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use server::store::Store as _;
use server::store::conformance::kit::{Device, NOW, open_event, said};
use server::store::sqlite::{Settings, SqliteStore};
use server::token;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Ends the server with the run.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Server {
    /// KiB of memory; 0 where it cannot be asked.
    fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
        line.and_then(|l| l.split_whitespace().next()?.parse().ok()).unwrap_or(0)
    }
}

/// What one case saw.
#[derive(Default)]
struct Seen {
    passing: Vec<Duration>,
    durable: Vec<Duration>,
    sent: usize,
    lost: usize,
}

fn main() -> ExitCode {
    // `cargo test --benches` asks for a list of tests; there is none here.
    if std::env::args().any(|a| a == "--list") {
        return ExitCode::SUCCESS;
    }
    let mut numbers = std::env::args().filter_map(|a| a.parse().ok());
    let (cases, seconds) = (numbers.next().unwrap_or(200), numbers.next().unwrap_or(10));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime.expect("a runtime").block_on(run(cases, seconds as u64)) {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

async fn run(cases: usize, seconds: u64) -> usize {
    let data = std::env::temp_dir().join(format!("nightwatch-live-{}", token::uuid(NOW)));
    let (phones, cookie) = prepare(&data, cases).await;
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = free.local_addr().expect("its number");
    drop(free);
    let server = Command::new(env!("CARGO_BIN_EXE_nightwatch-server"))
        .args(["--listen", &address.to_string(), "--app", "none", "--data"])
        .arg(&data)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let server = Server(server.expect("the server starts"));
    let began = Instant::now();
    while TcpStream::connect(address).await.is_err() {
        assert!(began.elapsed() < Duration::from_secs(30), "the server does not come up");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let before = server.memory();
    let mut pairs = Vec::new();
    for phone in phones {
        let driver = connect(address, &phone, &phone.token, "").await;
        let agent = connect(address, &phone, "", &cookie).await;
        pairs.push((phone, driver, agent));
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let each = server.memory().saturating_sub(before) as f64 / (2 * cases) as f64;
    let tasks: Vec<_> =
        pairs.into_iter().map(|(p, d, a)| tokio::spawn(one(p, d, a, seconds))).collect();
    let mut all = Seen::default();
    for task in tasks {
        let seen = task.await.expect("a case goes through");
        all.passing.extend(seen.passing);
        all.durable.extend(seen.durable);
        all.sent += seen.sent;
        all.lost += seen.lost;
    }
    drop(server);
    let _ = std::fs::remove_dir_all(&data);
    let (p, d) = (figures(&mut all.passing), figures(&mut all.durable));
    println!(
        "| {} sockets, 1 event in 5 s and 1 signal a second a case | passing p50 {:.1} ms, p99 \
         {:.1} ms ({} of them); acknowledged p50 {:.1} ms, p99 {:.1} ms ({}); {each:.1} KiB a \
         socket; {} of {} lost |",
        2 * cases,
        p.0,
        p.1,
        all.passing.len(),
        d.0,
        d.1,
        all.durable.len(),
        all.lost,
        all.sent
    );
    all.lost
}

fn figures(all: &mut [Duration]) -> (f64, f64) {
    all.sort();
    let at = |part: usize| {
        all.get(all.len() * part / 100).map_or(f64::NAN, |d| d.as_secs_f64() * 1000.0)
    };
    (at(50), at(99))
}

/// A data folder with cases, consent and an agent's session.
async fn prepare(data: &Path, cases: usize) -> (Vec<Device>, String) {
    std::fs::create_dir_all(data).expect("a folder");
    let file = data.join("nightwatch.db");
    let settings = Settings { file, restored: false, max_pages: None, ballast: 0 };
    let store = SqliteStore::open(&settings, Arc::new(|_| {})).await.expect("a store");
    let now = token::now_ms();
    let (text, enrol) = token::mint();
    store.enrol_token(enrol, false, i64::MAX).await.expect("a token");
    store.enrol(enrol, "Li", "-", now).await.expect("an agent");
    drop(text);
    let (cookie, session) = token::mint();
    store.session_begin(session, "Li", now).await.expect("a session");
    let mut phones = Vec::new();
    for _ in 0..cases {
        let mut phone = Device::driver(&token::uuid(now));
        let consent = Event::Granted { agent: "Li".into(), scopes: vec![Scope::View] };
        let events = [phone.next(open_event()), phone.next(consent)];
        phone.give(&store, &events).await;
        phones.push(phone);
    }
    store.close().await;
    (phones, format!("nightwatch={cookie}"))
}

async fn connect(address: SocketAddr, phone: &Device, token: &str, cookie: &str) -> Socket {
    let mut request = format!("ws://{address}/v1/live").into_client_request().expect("an address");
    if !cookie.is_empty() {
        let headers = request.headers_mut();
        headers.insert("cookie", cookie.parse().expect("a header"));
        headers.insert("origin", format!("http://{address}").parse().expect("a header"));
    }
    let (mut socket, _) = connect_async(request).await.expect("a socket");
    let (d, case, token) = (phone.d.clone(), phone.case.clone(), token.into());
    let hello = Up::Hello { v: 1, case, token, after: 2, epoch: String::new(), d };
    send(&mut socket, &hello).await;
    loop {
        let value = receive(&mut socket).await;
        assert_ne!(value["t"], "bye", "{value}");
        if value["t"] == "tail" {
            return socket;
        }
    }
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

/// One case for so many seconds. The signal's text is the time it was sent at.
async fn one(mut phone: Device, mut driver: Socket, mut agent: Socket, seconds: u64) -> Seen {
    let mut seen = Seen::default();
    let clock = Instant::now();
    // Not all in the same moment.
    let first = u64::from(u16::from_be_bytes(token::random())) % 1000;
    let mut beat = tokio::time::interval_at(
        tokio::time::Instant::now() + Duration::from_millis(first),
        Duration::from_secs(1),
    );
    let end = tokio::time::sleep(Duration::from_secs(seconds + 2));
    tokio::pin!(end);
    let (mut ticks, mut events, mut came) = (0, 0, 0);
    let mut asked: Option<Instant> = None;
    loop {
        tokio::select! {
            () = &mut end => break,
            _ = beat.tick(), if ticks < seconds => {
                let mut view = Screen::named("fire");
                view.q = clock.elapsed().as_micros().to_string();
                send(&mut driver, &Up::Signal { s: Signal::Screen { view } }).await;
                if ticks % 5 == first % 5 && asked.is_none() {
                    let event: Envelope = phone.next(said("on the way"));
                    let batch = Batch { sent: token::now_ms(), events: vec![event] };
                    asked = Some(Instant::now());
                    send(&mut driver, &Up::Events { id: 1, batch }).await;
                    events += 1;
                }
                if ticks % 4 == 0 {
                    send(&mut agent, &Up::Beat {}).await;
                }
                ticks += 1;
            }
            value = receive(&mut driver) => {
                if value["t"] == "answers" && let Some(asked) = asked.take() {
                    assert_eq!(value["answers"]["answers"][0]["verdict"], json!("ok"));
                    seen.durable.push(asked.elapsed());
                }
            }
            value = receive(&mut agent) => {
                if value["t"] == "tail" {
                    came += value["tail"]["events"].as_array().map_or(0, Vec::len);
                }
                let sent = value["s"]["view"]["q"].as_str().and_then(|q| q.parse().ok());
                if let Some(sent) = sent {
                    seen.passing.push(clock.elapsed().saturating_sub(Duration::from_micros(sent)));
                }
            }
        }
    }
    (seen.sent, seen.lost) = (events, events - came.min(events));
    seen
}
