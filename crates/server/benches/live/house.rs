//! The server of a bench: a process of its own on the first core, with cases, consent and sessions
//! already in its data folder.

use super::cores;
use case::event::{Event, Scope};
use server::store::Store as _;
use server::store::conformance::kit::{Device, NOW, open_event};
use server::store::sqlite::{Settings, SqliteStore};
use server::token;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;

/// See the module. Ends the server with the run.
pub struct House {
    pub address: SocketAddr,
    child: Child,
    data: PathBuf,
    phones: Vec<(Device, String)>,
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.data);
    }
}

impl House {
    pub async fn start(cases: usize) -> House {
        let data = std::env::temp_dir().join(format!("nightwatch-live-{}", token::uuid(NOW)));
        let phones = prepare(&data, cases).await;
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = free.local_addr().expect("its number");
        drop(free);
        // A child has the core of the thread that starts it.
        cores::pin(0);
        let child = Command::new(env!("CARGO_BIN_EXE_nightwatch-server"))
            .args(["--listen", &address.to_string(), "--app", "none", "--data"])
            .arg(&data)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        cores::pin(1);
        let house = House { address, child: child.expect("the server starts"), data, phones };
        let began = Instant::now();
        while TcpStream::connect(address).await.is_err() {
            assert!(began.elapsed() < Duration::from_secs(30), "the server does not come up");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        house
    }

    /// Each case's driver and its agent's cookie.
    pub fn phones(&self) -> Vec<(Device, String)> {
        self.phones.clone()
    }

    fn proc(&self, name: &str) -> String {
        std::fs::read_to_string(format!("/proc/{}/{name}", self.child.id())).unwrap_or_default()
    }

    /// KiB of memory; 0 where it cannot be asked.
    pub fn memory(&self) -> u64 {
        let status = self.proc("status");
        let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
        line.and_then(|l| l.split_whitespace().next()?.parse().ok()).unwrap_or(0)
    }

    /// Time on processors so far; 0 where it cannot be asked.
    pub fn processor(&self) -> Duration {
        let stat = self.proc("stat");
        // Fields 14 and 15 of all, counted after the name in brackets; ticks are 10 ms on Linux.
        let after = stat.rsplit_once(") ").map_or("", |(_, after)| after);
        let fields = after.split_whitespace().skip(11).take(2);
        let ticks: u64 = fields.filter_map(|f| f.parse::<u64>().ok()).sum();
        Duration::from_millis(10 * ticks)
    }
}

async fn prepare(data: &Path, cases: usize) -> Vec<(Device, String)> {
    std::fs::create_dir_all(data).expect("a folder");
    let file = data.join("nightwatch.db");
    let settings = Settings { file, restored: false, max_pages: None, ballast: 0 };
    let store = Arc::new(SqliteStore::open(&settings, Arc::new(|_| {})).await.expect("a store"));
    let now = token::now_ms();
    let (_, enrol) = token::mint();
    store.enrol_token(enrol, false, i64::MAX).await.expect("a token");
    store.enrol(enrol, "Li", "-", now).await.expect("an agent");
    let mut phones = Vec::new();
    while phones.len() < cases {
        // As many at once as are written in one go.
        let mut some = tokio::task::JoinSet::new();
        for _ in 0..(cases - phones.len()).min(100) {
            some.spawn(case(store.clone(), now));
        }
        phones.extend(some.join_all().await);
    }
    store.close().await;
    phones
}

/// A case with consent, and the cookie of an agent's session.
async fn case(store: Arc<SqliteStore>, now: i64) -> (Device, String) {
    let (cookie, session) = token::mint();
    store.session_begin(session, "Li", now).await.expect("a session");
    let mut phone = Device::driver(&token::uuid(now));
    let consent = Event::Granted { agent: "Li".into(), scopes: vec![Scope::View] };
    let events = [phone.next(open_event()), phone.next(consent)];
    phone.give(&*store, &events).await;
    (phone, format!("nightwatch={cookie}"))
}
