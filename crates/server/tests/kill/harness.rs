//! The server as a real process, killed with SIGKILL at random moments while clients send and send
//! again; then a checker over what the clients were told and what the data folder has.

use bytes::Bytes;
use case::event::{Envelope, Event};
use case::message::{Answers, Batch, Verdict};
use case::wire::to_json;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use server::store::conformance::kit::{Device, NOW, log, open_event, said};
use server::store::sqlite::{Settings, SqliteStore};
use server::store::{MAX_TAIL, Store as _};
use server::token;
use std::collections::HashMap;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;

/// Events one client writes into a case, so that the log can be read whole; then it opens another.
const MAX_EVENTS: u64 = MAX_TAIL - 10;
/// Time in which a server has to come up again, however busy the machine is.
const UP: Duration = Duration::from_secs(30);

/// What a run came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Kills.
    pub kills: usize,
    /// Clients.
    pub clients: usize,
    /// Events that some client was told are stored.
    pub acknowledged: usize,
    /// Answers that were `dup`: the answer before was lost.
    pub duplicates: u64,
    /// Acknowledged and not there.
    pub lost: usize,
    /// There more than once.
    pub twice: usize,
    /// Not in the order the device wrote them, or not what it wrote.
    pub disorder: usize,
    /// From start of the process to its first answer.
    pub recovery: Vec<Duration>,
}

/// One case of a client: what it wrote and what it was told.
struct Journal {
    device: Device,
    written: Vec<Envelope>,
    acknowledged: HashMap<String, u64>,
    contradictions: usize,
}

struct Server {
    program: PathBuf,
    data: PathBuf,
    address: SocketAddr,
    child: Option<Child>,
}

impl Server {
    async fn start(&mut self) -> Duration {
        let began = Instant::now();
        let child = Command::new(&self.program)
            .args(["--listen", &self.address.to_string(), "--app", "none", "--data"])
            .arg(&self.data)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        self.child = Some(child.expect("the server starts"));
        while TcpStream::connect(self.address).await.is_err() {
            assert!(began.elapsed() < UP, "the server does not come up");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        began.elapsed()
    }

    fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // SIGKILL: no handler runs, nothing is flushed.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Runs clients against a server that is killed again and again, and checks.
pub async fn run(program: &Path, clients: usize, kills: usize, between: (u64, u64)) -> Outcome {
    let data = std::env::temp_dir().join(format!("nightwatch-kill-{}", token::uuid(NOW)));
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = free.local_addr().expect("its number");
    drop(free);
    let mut server = Server { program: program.into(), data: data.clone(), address, child: None };
    let mut outcome = Outcome { kills, clients, ..Outcome::default() };
    server.start().await;
    let stop = Arc::new(AtomicBool::new(false));
    let duplicates = Arc::new(AtomicU64::new(0));
    let tasks: Vec<_> = (0..clients)
        .map(|_| tokio::spawn(client(address, stop.clone(), duplicates.clone())))
        .collect();
    for _ in 0..kills {
        let random = u64::from_be_bytes(token::random::<8>());
        let pause = between.0 + random % (between.1 - between.0);
        tokio::time::sleep(Duration::from_millis(pause)).await;
        server.kill();
        outcome.recovery.push(server.start().await);
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    stop.store(true, Ordering::Relaxed);
    let mut journals = Vec::new();
    for task in tasks {
        journals.extend(task.await.expect("a client ends"));
    }
    server.kill();
    check(&data, &journals, &mut outcome).await;
    outcome.duplicates = duplicates.load(Ordering::Relaxed);
    let _ = std::fs::remove_dir_all(&data);
    outcome
}

impl Journal {
    fn begin() -> Journal {
        let device = Device::driver(&token::uuid(token::now_ms()));
        let (written, acknowledged) = Default::default();
        Journal { device, written, acknowledged, contradictions: 0 }
    }

    fn is_full(&self) -> bool {
        let n = self.written.len();
        n as u64 >= MAX_EVENTS && self.acknowledged.len() == n
    }
}

async fn client(
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    duplicates: Arc<AtomicU64>,
) -> Vec<Journal> {
    let mut before = Vec::new();
    let mut journal = Journal::begin();
    let mut connection = None;
    let mut i = 0u64;
    while !stop.load(Ordering::Relaxed) {
        if journal.is_full() {
            before.push(std::mem::replace(&mut journal, Journal::begin()));
        }
        if (journal.written.len() as u64) < MAX_EVENTS {
            for _ in 0..1 + i % 3 {
                let event = match journal.written.is_empty() {
                    true => open_event(),
                    false => message(journal.written.len()),
                };
                let envelope = journal.device.next(event);
                journal.written.push(envelope);
            }
        }
        i += 1;
        let pending = |e: &&Envelope| !journal.acknowledged.contains_key(&e.k);
        let batch: Vec<Envelope> =
            journal.written.iter().filter(pending).take(32).cloned().collect();
        let answers = match batch.is_empty() {
            true => None,
            false => send(address, &mut connection, &journal.device, batch).await,
        };
        for answer in answers.into_iter().flat_map(|a| a.answers) {
            match answer.verdict {
                Verdict::Ok | Verdict::Dup => {
                    if answer.verdict == Verdict::Dup {
                        duplicates.fetch_add(1, Ordering::Relaxed);
                    }
                    journal.acknowledged.insert(answer.k, answer.o);
                }
                // Nothing this client sends may be refused.
                Verdict::Conflict | Verdict::Denied | Verdict::Bad => journal.contradictions += 1,
                Verdict::Gap | Verdict::Busy => {}
            }
        }
        let pause = 150 + u64::from(token::random::<1>()[0]);
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }
    before.push(journal);
    before
}

fn message(i: usize) -> Event {
    said(&format!("message {i}: {}", "停".repeat(i % 50)))
}

/// One request on a connection that is made again when it broke. `None` is unknown, not failed.
pub async fn send(
    address: SocketAddr,
    connection: &mut Option<SendRequest<Full<Bytes>>>,
    device: &Device,
    events: Vec<Envelope>,
) -> Option<Answers> {
    if connection.as_ref().is_none_or(SendRequest::is_closed) {
        let stream = TcpStream::connect(address).await.ok()?;
        let (sender, run) = handshake(TokioIo::new(stream)).await.ok()?;
        tokio::spawn(run);
        *connection = Some(sender);
    }
    let batch = Batch { sent: token::now_ms(), events };
    let request = Request::post(format!("/v1/cases/{}/events", device.case))
        .header("host", "localhost")
        .header("authorization", format!("Bearer {}", device.token))
        .body(Full::from(to_json(&batch)))
        .ok()?;
    let answer = async {
        let response = connection.as_mut()?.send_request(request).await.ok()?;
        let good = response.status().is_success();
        let body = response.into_body().collect().await.ok()?.to_bytes();
        good.then(|| serde_json::from_slice(&body).ok())?
    };
    let answer = tokio::time::timeout(Duration::from_secs(10), answer).await;
    if !matches!(answer, Ok(Some(_))) {
        *connection = None;
    }
    answer.ok()?
}

async fn check(data: &Path, journals: &[Journal], outcome: &mut Outcome) {
    let settings = Settings { file: data.join("nightwatch.db"), ..Settings::default() };
    let store = SqliteStore::open(&settings, Arc::new(|_| {})).await.expect("the data is sound");
    for journal in journals {
        outcome.acknowledged += journal.acknowledged.len();
        outcome.disorder += journal.contradictions;
        let case = &journal.device.case;
        if store.slice(case, 0).await.expect("readable").is_none() {
            outcome.lost += journal.acknowledged.len();
            continue;
        }
        let kept = log(&store, case).await;
        let mut times: HashMap<&str, usize> = HashMap::new();
        for stored in &kept {
            *times.entry(&stored.e.k).or_default() += 1;
        }
        outcome.twice += times.values().filter(|n| **n > 1).count();
        let there =
            |k: &str, o: u64| kept.get(o as usize - 1).is_some_and(|s| s.e.k == k && s.o == o);
        let acknowledged = journal.acknowledged.iter();
        outcome.lost += acknowledged.filter(|(k, o)| !there(k, **o)).count();
        // The log is a prefix of what the device wrote, word for word.
        let pairs = kept.iter().zip(&journal.written);
        outcome.disorder += pairs.filter(|(s, e)| s.e != **e).count();
        outcome.disorder += kept.len().saturating_sub(journal.written.len());
    }
    store.close().await;
}
