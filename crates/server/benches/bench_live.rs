//! `cargo bench -p server --bench bench-live [-- CASES SECONDS]`: a server of its own process on one
//! core, the clients on another; CASES cases with a driver's and an agent's socket each, one event in
//! 5 s and one signal a second from every driver. Then all sockets are cut and come back within 10 s;
//! then a thousand hostile sockets join. Prints rows of the table of figures, and fails when anything
//! was lost or came twice. Times are printed, never judged.

#[path = "live/cores.rs"]
mod cores;
#[path = "live/hostile.rs"]
mod hostile;
#[path = "live/house.rs"]
mod house;
#[path = "live/session.rs"]
mod session;

use house::House;
use session::{Seen, Session};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Hostile sockets.
const HOSTILE: usize = 1_000;
/// Milliseconds within which all come back after a cut.
const BACK: u64 = 10_000;

fn main() -> ExitCode {
    // `cargo test --benches` asks for a list of tests; there is none here.
    if std::env::args().any(|a| a == "--list") {
        return ExitCode::SUCCESS;
    }
    let mut numbers = std::env::args().filter_map(|a| a.parse().ok());
    let (cases, seconds) = (numbers.next().unwrap_or(200), numbers.next().unwrap_or(10));
    cores::raise_files();
    cores::pin(1);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime.expect("a runtime").block_on(run(cases, seconds as u64)) {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

async fn run(cases: usize, seconds: u64) -> usize {
    let house = House::start(cases).await;
    let before = house.memory();
    let mut sessions = Vec::new();
    for (phone, cookie) in house.phones() {
        sessions.push(Session::open(house.address, phone, cookie).await);
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let idle = house.memory().saturating_sub(before) as f64 / (2 * cases) as f64;

    let (sessions, calm) = work(&house, sessions, seconds).await;
    let each = house.memory().saturating_sub(before) as f64 / (2 * cases) as f64;
    let what = "1 event in 5 s and 1 signal a second a case";
    println!(
        "| {} sockets, {what} | {calm}; {idle:.1} KiB a socket idle, {each:.1} after work |",
        2 * cases
    );

    let (sessions, storm) = storm(&house, sessions).await;
    println!("| {} sockets cut, back within 10 s | {storm} |", 2 * cases);

    let hostile = hostile::begin(house.address, HOSTILE);
    let (_, under) = work(&house, sessions, seconds).await;
    let did = hostile.end().await;
    let ratio = |a: f64, b: f64| b / a;
    println!(
        "| the same with {HOSTILE} hostile sockets ({did}) | {under}; p99 {:.1} times that without \
         them, acknowledged {:.1} times |",
        ratio(calm.seen.passing().1, under.seen.passing().1),
        ratio(calm.seen.durable().1, under.seen.durable().1),
    );
    calm.seen.wrong() + storm.lost + under.seen.wrong()
}

/// What a time of work came to.
struct Work {
    seen: Seen,
    cores: f64,
    load: String,
}

impl std::fmt::Display for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (s, p, d) = (&self.seen, self.seen.passing(), self.seen.durable());
        write!(
            f,
            "passing p50 {:.1} ms, p99 {:.1} ms ({} of {}); acknowledged p50 {:.1} ms, p99 {:.1} ms \
             ({}); {} lost, {} twice; {:.2} cores; load average {}",
            p.0, p.1, s.came, s.signals, d.0, d.1, s.events, s.lost, s.twice, self.cores, self.load
        )
    }
}

async fn work(house: &House, sessions: Vec<Session>, seconds: u64) -> (Vec<Session>, Work) {
    let (began, used) = (Instant::now(), house.processor());
    let tasks: Vec<_> =
        sessions.into_iter().map(|session| tokio::spawn(session.work(seconds))).collect();
    let mut seen = Seen::default();
    let mut back = Vec::new();
    for task in tasks {
        let (session, one) = task.await.expect("a case goes through");
        seen.add(one);
        back.push(session);
    }
    seen.sort();
    let cores = (house.processor() - used).as_secs_f64() / began.elapsed().as_secs_f64();
    (back, Work { seen, cores, load: cores::load() })
}

/// What a cut of all connections came to.
struct Storm {
    sockets: usize,
    last: Duration,
    snapshots: usize,
    lost: usize,
}

impl std::fmt::Display for Storm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Storm { sockets, last, snapshots, lost } = self;
        let last = last.as_secs_f64();
        write!(
            f,
            "{sockets} resumed, the last {last:.1} s after the cut; {snapshots} by snapshot; {lost} lost; \
             load average {}",
            cores::load()
        )
    }
}

async fn storm(house: &House, sessions: Vec<Session>) -> (Vec<Session>, Storm) {
    let cut: Vec<_> = sessions.into_iter().map(Session::cut).collect();
    let began = Instant::now();
    let tasks: Vec<_> =
        cut.into_iter().map(|away| tokio::spawn(away.back(house.address, BACK))).collect();
    let mut storm = Storm { sockets: 0, last: Duration::ZERO, snapshots: 0, lost: 0 };
    let mut back = Vec::new();
    for task in tasks {
        let (session, snapshots, lost) = task.await.expect("everybody comes back");
        storm.sockets += 2;
        storm.snapshots += snapshots;
        storm.lost += lost;
        back.push(session);
    }
    storm.last = began.elapsed();
    (back, storm)
}
