//! How often: token buckets by capability and by address, and a budget of failures. In memory;
//! a restart forgives everybody.

use crate::token::Hash;
use governor::clock::{Clock as _, DefaultClock};
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use std::collections::HashMap;
use std::hash::Hash as Key;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Wrong capabilities that an address may try in [`WINDOW`].
const FAILURES: u32 = 20;
/// Time in which failures count together.
const WINDOW: Duration = Duration::from_secs(60);
/// Live connections of all.
const MAX_SOCKETS: u32 = 20_000;
/// Live connections of one address, which may be a whole village behind its operator's NAT.
const MAX_SOCKETS_ADDRESS: u32 = 500;
/// Addresses whose failures are remembered.
const MAX_ADDRESSES: usize = 50_000;

/// Seconds after which to come again.
#[derive(Debug, PartialEq, Eq)]
pub struct TooFast(pub u32);

type Outcome = Result<(), TooFast>;

struct Bucket<K: Key + Eq + Clone>(RateLimiter<K, DashMapStateStore<K>, DefaultClock>);

impl<K: Key + Eq + Clone> Bucket<K> {
    fn new(per_minute: u32, burst: u32) -> Bucket<K> {
        let quota = Quota::per_minute(nonzero(per_minute)).allow_burst(nonzero(burst));
        Bucket(RateLimiter::keyed(quota))
    }

    fn take(&self, key: &K, n: u32) -> Outcome {
        let not_until = match self.0.check_key_n(key, nonzero(n)) {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(not_until)) => not_until,
            // More at once than the bucket ever holds.
            Err(_) => return Err(TooFast(60)),
        };
        let wait = not_until.wait_time_from(DefaultClock::default().now());
        Err(TooFast(wait.as_secs() as u32 + 1))
    }
}

fn nonzero(n: u32) -> NonZeroU32 {
    NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN)
}

#[derive(Default)]
struct Sockets {
    all: u32,
    by_address: HashMap<IpAddr, u32>,
}

/// A live connection, counted for as long as this is kept.
pub struct Socket(Arc<Mutex<Sockets>>, IpAddr);

impl Drop for Socket {
    fn drop(&mut self) {
        let Ok(mut sockets) = self.0.lock() else { return };
        sockets.all = sockets.all.saturating_sub(1);
        if let Some(n) = sockets.by_address.get_mut(&self.1) {
            *n -= 1;
            if *n == 0 {
                sockets.by_address.remove(&self.1);
            }
        }
    }
}

/// All limits of the server.
pub struct Limits {
    batches: Bucket<Hash>,
    events: Bucket<Hash>,
    reads: Bucket<Hash>,
    pieces: Bucket<Hash>,
    address: Bucket<IpAddr>,
    new_cases: Bucket<IpAddr>,
    login_address: Bucket<IpAddr>,
    login_name: Bucket<String>,
    messages: Bucket<[u8; 32]>,
    sockets: Arc<Mutex<Sockets>>,
    failures: Mutex<HashMap<IpAddr, (u32, Instant)>>,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            batches: Bucket::new(240, 240),
            // A phone that comes back from hours without signal has much to tell at once.
            events: Bucket::new(200, 2000),
            reads: Bucket::new(600, 300),
            pieces: Bucket::new(600, 600),
            // One address may be a whole village behind its operator's NAT.
            address: Bucket::new(6000, 3000),
            new_cases: Bucket::new(30, 60),
            login_address: Bucket::new(10, 10),
            login_name: Bucket::new(10, 10),
            // A pose with each picture, and strokes while drawing.
            messages: Bucket::new(3600, 240),
            sockets: Arc::default(),
            failures: Mutex::default(),
        }
    }
}

impl Limits {
    /// Any request to the API. The machine itself is not limited, or a proxy on it would be.
    pub fn request(&self, ip: IpAddr) -> Outcome {
        match ip.is_loopback() {
            true => Ok(()),
            false => self.address.take(&ip, 1),
        }
    }

    /// A batch of events.
    pub fn batch(&self, token: &Hash, events: usize) -> Outcome {
        self.batches.take(token, 1)?;
        self.events.take(token, events.max(1) as u32)
    }

    /// A batch that begins a case.
    pub fn new_case(&self, ip: IpAddr) -> Outcome {
        match ip.is_loopback() {
            true => Ok(()),
            false => self.new_cases.take(&ip, 1),
        }
    }

    /// A read.
    pub fn read(&self, token: &Hash) -> Outcome {
        self.reads.take(token, 1)
    }

    /// A piece of a photo, or a question about one.
    pub fn piece(&self, token: &Hash) -> Outcome {
        self.pieces.take(token, 1)
    }

    /// Messages of a live connection, by who sends them.
    pub fn messages(&self, key: &[u8; 32], n: usize) -> Outcome {
        self.messages.take(key, n.max(1) as u32)
    }

    /// A live connection. The machine itself may have as many as there are.
    pub fn socket(&self, ip: IpAddr) -> Result<Socket, TooFast> {
        let mut sockets = self.sockets.lock().map_err(|_| TooFast(10))?;
        let here = sockets.by_address.get(&ip).copied().unwrap_or(0);
        let crowded = here >= MAX_SOCKETS_ADDRESS && !ip.is_loopback();
        if crowded || sockets.all >= MAX_SOCKETS {
            return Err(TooFast(10));
        }
        sockets.all += 1;
        sockets.by_address.insert(ip, here + 1);
        Ok(Socket(self.sockets.clone(), ip))
    }

    /// A try to log in.
    pub fn login(&self, ip: IpAddr, name: &str) -> Outcome {
        self.login_address.take(&ip, 1)?;
        let name: String = name.chars().take(64).collect();
        self.login_name.take(&name, 1)
    }

    /// Whether an address has failures left.
    pub fn trusted(&self, ip: IpAddr) -> Outcome {
        let Ok(failures) = self.failures.lock() else {
            return Ok(());
        };
        match failures.get(&ip) {
            Some((n, since)) if *n >= FAILURES && since.elapsed() < WINDOW => {
                Err(TooFast((WINDOW - since.elapsed()).as_secs() as u32 + 1))
            }
            _ => Ok(()),
        }
    }

    /// A wrong capability.
    pub fn failed(&self, ip: IpAddr) {
        let Ok(mut failures) = self.failures.lock() else {
            return;
        };
        if failures.len() >= MAX_ADDRESSES {
            failures.retain(|_, (_, since)| since.elapsed() < WINDOW);
        }
        let entry = failures.entry(ip).or_insert((0, Instant::now()));
        if entry.1.elapsed() >= WINDOW {
            *entry = (0, Instant::now());
        }
        entry.0 += 1;
    }

    /// Forgets what no longer matters; called once a minute.
    pub fn forget_old(&self) {
        self.batches.0.retain_recent();
        self.events.0.retain_recent();
        self.reads.0.retain_recent();
        self.pieces.0.retain_recent();
        self.address.0.retain_recent();
        self.new_cases.0.retain_recent();
        self.login_address.0.retain_recent();
        self.login_name.0.retain_recent();
        self.messages.0.retain_recent();
        if let Ok(mut failures) = self.failures.lock() {
            failures.retain(|_, (_, since)| since.elapsed() < WINDOW);
        }
    }
}

/// What stands for one customer of a network: an IPv4 address, or an IPv6 /64.
pub fn prefix(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None if v6.is_loopback() => ip,
            None => {
                let s = v6.segments();
                IpAddr::V6(Ipv6Addr::new(s[0], s[1], s[2], s[3], 0, 0, 0, 0))
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_counted_by_network() {
        let limits = Limits::default();
        let ip = prefix("2001:db8:1:2:3::4".parse().unwrap());
        assert_eq!(ip, prefix("2001:db8:1:2::9".parse().unwrap()));
        for _ in 0..FAILURES {
            assert!(limits.trusted(ip).is_ok());
            limits.failed(ip);
        }
        assert!(limits.trusted(ip).is_err());
        assert!(limits.trusted("192.0.2.1".parse().unwrap()).is_ok());
        let mapped = prefix("::ffff:192.0.2.1".parse().unwrap());
        assert_eq!(mapped, "192.0.2.1".parse::<IpAddr>().unwrap());
    }

    #[test]
    fn an_address_has_so_many_connections_and_gets_them_back() {
        let limits = Limits::default();
        let ip = "192.0.2.7".parse().unwrap();
        let mut open: Vec<Socket> =
            (0..MAX_SOCKETS_ADDRESS).map(|_| limits.socket(ip).ok().unwrap()).collect();
        assert!(limits.socket(ip).is_err());
        assert!(limits.socket("192.0.2.8".parse().unwrap()).is_ok());
        assert!(limits.socket("127.0.0.1".parse().unwrap()).is_ok());
        open.pop();
        assert!(limits.socket(ip).is_ok());
        drop(open);
        assert!(limits.sockets.lock().unwrap().by_address.is_empty());
    }

    #[test]
    fn buckets_say_when_to_come_again() {
        let limits = Limits::default();
        let ip = "192.0.2.7".parse().unwrap();
        let taken = (0..50).filter(|_| limits.login(ip, "a").is_ok()).count();
        assert_eq!(taken, 10);
        let TooFast(after) = limits.login(ip, "b").unwrap_err();
        assert!((1..=7).contains(&after), "{after}");
    }
}
