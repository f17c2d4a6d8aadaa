//! A bad network between client and server, drawn from a seed: each direction of each connection has
//! a fate. One that delivers late goes on delivering after its client is gone, so that connections
//! overtake each other.

use server::store::conformance::kit::Random;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::sleep;

/// Bytes that come one by one; all later ones come in one piece again.
const DRIBBLE: usize = 1_500;

/// What becomes of one direction of a connection.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Clean,
    /// Every piece comes so many milliseconds later.
    Delay(u64),
    /// One byte at a time.
    Dribble,
    /// Stops after so many bytes, for so many milliseconds.
    Stall(usize, u64),
    /// The whole connection breaks after so many bytes.
    Cut(usize),
    /// Nothing comes any more after so many bytes, and nobody is told.
    HalfOpen(usize),
    /// All of it comes late, even if nobody is there any more.
    Late(u64),
}

impl Fate {
    fn draw(random: &mut Random) -> Fate {
        let after = random.below(2_500) as usize;
        match random.below(12) {
            0 | 1 => Fate::Delay(1 + random.below(30)),
            2 => Fate::Dribble,
            3 | 4 => Fate::Stall(after, 100 + random.below(900)),
            5 | 6 => Fate::Cut(after),
            7 => Fate::HalfOpen(after),
            8 => Fate::Late(300 + random.below(1_200)),
            _ => Fate::Clean,
        }
    }

    fn index(self) -> usize {
        match self {
            Fate::Clean => 0,
            Fate::Delay(_) => 1,
            Fate::Dribble => 2,
            Fate::Stall(..) => 3,
            Fate::Cut(_) => 4,
            Fate::HalfOpen(_) => 5,
            Fate::Late(_) => 6,
        }
    }
}

/// How often each fate was drawn.
#[derive(Default)]
pub struct Fates([AtomicUsize; 7]);

impl Fates {
    pub fn each(&self) -> [usize; 7] {
        std::array::from_fn(|i| self.0[i].load(Ordering::Relaxed))
    }
}

/// See the module.
pub struct Proxy {
    pub address: SocketAddr,
    pub fates: Arc<Fates>,
    calm: Arc<AtomicBool>,
    run: tokio::task::JoinHandle<()>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.run.abort();
    }
}

impl Proxy {
    /// Before a server; seed 0 is a good network.
    pub async fn open(server: SocketAddr, seed: u64) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("its number");
        let calm = Arc::new(AtomicBool::new(seed == 0));
        let fates = Arc::new(Fates::default());
        let (still, counted) = (calm.clone(), fates.clone());
        let run = tokio::spawn(async move {
            let mut random = Random::new(seed);
            while let Ok((client, _)) = listener.accept().await {
                let fate = |random: &mut Random| {
                    let fate = match still.load(Ordering::Relaxed) {
                        true => Fate::Clean,
                        false => Fate::draw(random),
                    };
                    counted.0[fate.index()].fetch_add(1, Ordering::Relaxed);
                    fate
                };
                let both = [fate(&mut random), fate(&mut random)];
                tokio::spawn(pass(client, server, both));
            }
        });
        Proxy { address, fates, calm, run }
    }

    /// What makes the network good for all connections from then on.
    pub fn calm(&self) -> impl FnOnce() + use<> {
        let calm = self.calm.clone();
        move || calm.store(true, Ordering::Relaxed)
    }
}

async fn pass(client: TcpStream, server: SocketAddr, [up, down]: [Fate; 2]) {
    let Ok(server) = TcpStream::connect(server).await else { return };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let ((from_client, to_client), (from_server, to_server)) =
        (client.into_split(), server.into_split());
    let (cut, is_cut) = watch::channel(false);
    let cut = Arc::new(cut);
    let there = tokio::spawn(pump(from_client, to_server, up, cut.clone(), is_cut.clone()));
    let back = tokio::spawn(pump(from_server, to_client, down, cut, is_cut));
    let _ = (there.await, back.await);
}

/// One direction to its end.
async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    fate: Fate,
    cut: Arc<watch::Sender<bool>>,
    mut is_cut: watch::Receiver<bool>,
) {
    let mut passed = 0;
    let mut piece = vec![0; 16 * 1024];
    loop {
        let read = tokio::select! {
            read = from.read(&mut piece) => read.unwrap_or(0),
            _ = is_cut.wait_for(|c| *c) => return,
        };
        if read == 0 {
            break;
        }
        let bytes = &piece[..read];
        let written = match fate {
            Fate::Clean => to.write_all(bytes).await,
            Fate::Delay(ms) => {
                sleep(Duration::from_millis(ms)).await;
                to.write_all(bytes).await
            }
            Fate::Late(ms) => {
                if passed == 0 {
                    sleep(Duration::from_millis(ms)).await;
                }
                to.write_all(bytes).await
            }
            Fate::Dribble => dribble(&mut to, bytes, DRIBBLE.saturating_sub(passed)).await,
            Fate::Stall(after, ms) if (passed..passed + read).contains(&after) => {
                let (before, rest) = bytes.split_at(after - passed);
                let first = to.write_all(before).await;
                sleep(Duration::from_millis(ms)).await;
                first.and(to.write_all(rest).await)
            }
            Fate::Cut(after) if passed + read > after => {
                let _ = to.write_all(&bytes[..after - passed]).await;
                let _ = cut.send(true);
                return;
            }
            // Taken and never delivered.
            Fate::HalfOpen(after) if passed + read > after => {
                to.write_all(&bytes[..after.saturating_sub(passed)]).await
            }
            Fate::Stall(..) | Fate::Cut(_) | Fate::HalfOpen(_) => to.write_all(bytes).await,
        };
        passed += read;
        if written.is_err() {
            let _ = cut.send(true);
            return;
        }
    }
    // A half open connection is one whose end is not told either.
    match fate {
        Fate::HalfOpen(after) if passed > after => {
            let _ = tokio::time::timeout(Duration::from_secs(5), is_cut.wait_for(|c| *c)).await;
        }
        _ => drop(to.shutdown().await),
    }
}

async fn dribble(to: &mut OwnedWriteHalf, bytes: &[u8], singly: usize) -> std::io::Result<()> {
    let (one_by_one, rest) = bytes.split_at(singly.min(bytes.len()));
    for byte in one_by_one {
        to.write_all(std::slice::from_ref(byte)).await?;
        tokio::task::yield_now().await;
    }
    to.write_all(rest).await
}
