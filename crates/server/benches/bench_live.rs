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
use session::{Away, Seen, Session};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, mpsc, watch};

/// Hostile sockets.
const HOSTILE: usize = 1_000;
/// Milliseconds within which all come back after a cut.
const BACK: u64 = 10_000;
/// Sockets that are opened at the same time at the beginning.
const OPENING: usize = 100;
/// Time between the last one's coming in and the beginning of work.
const SETTLE: Duration = Duration::from_secs(2);

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
    let places = Arc::new(Semaphore::new(OPENING));
    let opening = house.phones().into_iter().map(|(phone, cookie)| {
        let (places, address) = (places.clone(), house.address);
        async move {
            let _place = places.acquire().await.expect("never closed");
            Away::new(phone, cookie).back(address, 0).await
        }
    });
    let (sessions, opened) = gather(opening).await;
    eprintln!("{opened}");
    let idle = house.memory().saturating_sub(before) as f64 / (2 * cases) as f64;

    let (sessions, calm) = work(&house, sessions, seconds).await;
    let each = house.memory().saturating_sub(before) as f64 / (2 * cases) as f64;
    let what = "1 event in 5 s and 1 signal a second a case";
    println!(
        "| {} sockets, {what} | {calm}; {idle:.1} KiB a socket idle, {each:.1} after work |",
        2 * cases
    );

    let away = sessions.into_iter().map(Session::cut).collect::<Vec<_>>().into_iter();
    let back = away.map(|away| away.back(house.address, BACK));
    let (sessions, storm) = gather(back).await;
    println!("| {} sockets cut, back within 10 s | {storm} |", 2 * cases);

    let hostile = hostile::begin(house.address, HOSTILE);
    let (_, under) = work(&house, sessions, seconds).await;
    let did = hostile.end();
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

/// What it came to that all connections were opened, or opened again.
struct Gathered {
    sockets: usize,
    last: Duration,
    snapshots: usize,
    lost: usize,
}

impl std::fmt::Display for Gathered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Gathered { sockets, last, snapshots, lost } = self;
        let (last, load) = (last.as_secs_f64(), cores::load());
        write!(
            f,
            "{sockets} there, the last after {last:.1} s; {snapshots} by snapshot; {lost} events lost; \
             load average {load}"
        )
    }
}

/// Lets all come in, and keeps those who are there alive until the last one is.
async fn gather<F>(coming: impl Iterator<Item = F>) -> (Vec<Session>, Gathered)
where
    F: Future<Output = (Session, usize, usize)> + Send + 'static,
{
    let began = Instant::now();
    let (go, begin) = watch::channel(false);
    let (tell, mut told) = mpsc::unbounded_channel();
    let mut tasks = Vec::new();
    for one in coming {
        let (tell, begin) = (tell.clone(), begin.clone());
        tasks.push(tokio::spawn(async move {
            let (session, snapshots, lost) = one.await;
            let _ = tell.send((snapshots, lost));
            drop(tell);
            session.hold(begin).await
        }));
    }
    let mut all = Gathered { sockets: 0, last: Duration::ZERO, snapshots: 0, lost: 0 };
    drop(tell);
    while let Some((snapshots, lost)) = told.recv().await {
        all.sockets += 2;
        all.snapshots += snapshots;
        all.lost += lost;
        all.last = began.elapsed();
    }
    tokio::time::sleep(SETTLE).await;
    let _ = go.send(true);
    let mut sessions = Vec::new();
    for task in tasks {
        sessions.push(task.await.expect("everybody comes in"));
    }
    (sessions, all)
}
