//! Sockets that mean no good: rubbish, messages that are too long, wrong tokens, other versions,
//! connections that say nothing or one byte at a time. Thrown out, they come again. They have a thread
//! of their own that gives way to the clients who are measured.

use super::cores;
use futures_util::{SinkExt as _, StreamExt as _};
use server::token;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;

/// Milliseconds between two messages of one socket.
const PAUSE: u64 = 250;

/// Hostile sockets at work.
pub struct Hostile {
    stop: Arc<AtomicBool>,
    counts: Arc<[AtomicUsize; 2]>,
    thread: JoinHandle<()>,
}

/// Begins with so many.
pub fn begin(address: SocketAddr, sockets: usize) -> Hostile {
    let (stop, counts) = (Arc::new(AtomicBool::new(false)), Arc::default());
    let (stopped, counted) = (stop.clone(), Arc::clone(&counts));
    let thread = std::thread::spawn(move || {
        cores::give_way();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(all(address, sockets, stopped, counted));
    });
    Hostile { stop, counts, thread }
}

async fn all(
    address: SocketAddr,
    sockets: usize,
    stop: Arc<AtomicBool>,
    counts: Arc<[AtomicUsize; 2]>,
) {
    let mut tasks = JoinSet::new();
    for i in 0..sockets {
        let (stop, counts) = (stop.clone(), counts.clone());
        tasks.spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                one(address, i, &stop, &counts).await;
                tokio::time::sleep(Duration::from_millis(PAUSE + i as u64 % PAUSE)).await;
            }
        });
    }
    while !stop.load(Ordering::Relaxed) {
        tokio::time::sleep(Duration::from_millis(PAUSE)).await;
    }
    tasks.shutdown().await;
}

impl Hostile {
    /// Connections so far.
    #[allow(dead_code)] // Tests wait for them; benches do not.
    pub fn connections(&self) -> usize {
        self.counts[0].load(Ordering::Relaxed)
    }

    /// Ends it; says what was done.
    pub fn end(self) -> String {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().expect("the hostile ones end");
        let [connections, messages] = [0, 1].map(|i| self.counts[i].load(Ordering::Relaxed));
        format!("{connections} connections, {messages} messages")
    }
}

async fn connect(address: SocketAddr, i: usize) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    // Other addresses than the good ones: a server may shut out whole addresses.
    socket.bind((Ipv4Addr::new(127, 0, 0, 2 + (i % 50) as u8), 0).into())?;
    socket.connect(address).await
}

async fn one(address: SocketAddr, i: usize, stop: &AtomicBool, counts: &[AtomicUsize; 2]) {
    let Ok(mut stream) = connect(address, i).await else { return };
    counts[0].fetch_add(1, Ordering::Relaxed);
    let pause = || tokio::time::sleep(Duration::from_millis(PAUSE));
    if i.is_multiple_of(10) {
        // Never comes to the end of its head.
        for byte in b"GET /v1/live HTTP/1.1\r\nhost: x\r\nx-a: ".iter().cycle() {
            if stop.load(Ordering::Relaxed) || stream.write_all(&[*byte]).await.is_err() {
                return;
            }
            counts[1].fetch_add(1, Ordering::Relaxed);
            pause().await;
        }
    }
    let Ok((socket, _)) = client_async(format!("ws://{address}/v1/live"), stream).await else {
        return;
    };
    let (mut out, mut back) = socket.split();
    let read = async { while let Some(Ok(_)) = back.next().await {} };
    let write = async {
        for n in 0.. {
            let text = match (i + n) % 7 {
                0 => "{".repeat(1_000),
                1 => "x".repeat(70_000),
                2 => r#"{"t":"hello","v":99}"#.into(),
                3 => format!(
                    r#"{{"t":"hello","v":1,"case":"{}","token":"{}"}}"#,
                    token::uuid(0),
                    token::mint().0
                ),
                4 => "[".repeat(60_000),
                5 => r#"{"t":"events","id":-1,"batch":{"sent":null,"events":[[[]]]}}"#.into(),
                // Says nothing for as long as it may.
                _ => {
                    tokio::time::sleep(Duration::from_secs(4)).await;
                    continue;
                }
            };
            counts[1].fetch_add(1, Ordering::Relaxed);
            if stop.load(Ordering::Relaxed) || out.send(Message::Text(text.into())).await.is_err() {
                return;
            }
            pause().await;
        }
    };
    tokio::select! {
        () = read => {}
        () = write => {}
    }
}
