//! Who waits for what: wakes long polls after a commit. Keeps nothing that matters; a wake-up lost
//! here costs one poll's waiting time and never an event.

use crate::store::Notice;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit, watch};
use tokio::time::Instant;

/// Longest wait of one poll.
pub const MAX_WAIT: Duration = Duration::from_secs(25);
/// Polls that may wait at once.
const MAX_WAITING: usize = 10_000;
/// Polls that may wait at once for one case.
const MAX_WAITING_CASE: usize = 32;
/// Cases for which the last sign of life is kept.
const MAX_HEARD: usize = 10_000;

/// See the module.
pub struct Hub {
    cases: Mutex<HashMap<String, watch::Sender<u64>>>,
    heard: Mutex<HashMap<String, i64>>,
    list: watch::Sender<u64>,
    closing: watch::Sender<bool>,
    places: Semaphore,
}

impl Default for Hub {
    fn default() -> Hub {
        Hub {
            cases: Mutex::default(),
            heard: Mutex::default(),
            list: watch::Sender::new(0),
            closing: watch::Sender::new(false),
            places: Semaphore::new(MAX_WAITING),
        }
    }
}

/// A place in the queue of those who wait.
pub struct Waiting<'a> {
    hub: &'a Hub,
    /// The case waited for; `None` for the desk's list.
    case: Option<String>,
    changes: watch::Receiver<u64>,
    closing: watch::Receiver<bool>,
    until: Instant,
    _place: SemaphorePermit<'a>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing in here panics while it holds the lock; if it did, the map is still a map.
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

impl Hub {
    /// A hub that a store can tell of its commits.
    pub fn new() -> Arc<Hub> {
        Arc::new(Hub::default())
    }

    /// Wakes whoever waits for this commit.
    pub fn committed(&self, notice: &Notice) {
        if let Some(sender) = lock(&self.cases).get(&notice.case) {
            sender.send_replace(notice.top);
        }
        self.list.send_if_modified(|seq| {
            let newer = notice.seq > *seq;
            *seq = (*seq).max(notice.seq);
            newer
        });
    }

    /// Begins to wait for a case, before it is read; `None` when too many wait already.
    pub fn wait_case(&self, case: &str, wait: Duration) -> Option<Waiting<'_>> {
        let place = self.places.try_acquire().ok()?;
        let mut cases = lock(&self.cases);
        let sender = cases.entry(case.into()).or_default();
        if sender.receiver_count() >= MAX_WAITING_CASE {
            return None;
        }
        let changes = sender.subscribe();
        drop(cases);
        Some(self.waiting(Some(case.into()), changes, wait, place))
    }

    /// Begins to wait for the desk's list.
    pub fn wait_list(&self, wait: Duration) -> Option<Waiting<'_>> {
        let place = self.places.try_acquire().ok()?;
        Some(self.waiting(None, self.list.subscribe(), wait, place))
    }

    fn waiting<'a>(
        &'a self,
        case: Option<String>,
        changes: watch::Receiver<u64>,
        wait: Duration,
        place: SemaphorePermit<'a>,
    ) -> Waiting<'a> {
        Waiting {
            hub: self,
            case,
            changes,
            closing: self.closing.subscribe(),
            until: Instant::now() + wait.min(MAX_WAIT),
            _place: place,
        }
    }

    /// A device of the driver asked: it is alive even if it has nothing to say.
    pub fn hear(&self, case: &str, now: i64) {
        let mut heard = lock(&self.heard);
        if heard.len() >= MAX_HEARD && !heard.contains_key(case) {
            heard.clear();
        }
        heard.insert(case.into(), now);
    }

    /// When a device of the driver last asked, if that is remembered.
    pub fn heard(&self, case: &str) -> i64 {
        lock(&self.heard).get(case).copied().unwrap_or(0)
    }

    /// Ends every wait: the server stops.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }
}

impl Waiting<'_> {
    /// Waits for the next change; `false` when the time is over or the server stops.
    pub async fn next(&mut self) -> bool {
        tokio::select! {
            changed = self.changes.changed() => changed.is_ok(),
            () = tokio::time::sleep_until(self.until) => false,
            () = async { drop(self.closing.wait_for(|c| *c).await) } => false,
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let Some(case) = &self.case else { return };
        let mut cases = lock(&self.hub.cases);
        // This receiver still counts.
        if cases.get(case).is_some_and(|s| s.receiver_count() <= 1) {
            cases.remove(case);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(case: &str, seq: u64) -> Notice {
        let (epoch, grants, events) = Default::default();
        Notice { case: case.into(), top: seq, seq, epoch, grants, events }
    }

    #[tokio::test]
    async fn a_commit_wakes_its_case_and_the_list() {
        let hub = Hub::new();
        let wait = Duration::from_millis(50);
        let mut mine = hub.wait_case("a", Duration::from_secs(20)).unwrap();
        let mut other = hub.wait_case("b", wait).unwrap();
        let mut list = hub.wait_list(Duration::from_secs(20)).unwrap();
        hub.committed(&notice("a", 1));
        assert!(mine.next().await);
        assert!(list.next().await);
        assert!(!other.next().await);
        drop((mine, other));
        assert!(lock(&hub.cases).is_empty());
    }

    #[tokio::test]
    async fn stopping_ends_every_wait_and_too_many_are_refused() {
        let hub = Hub::new();
        let all: Vec<_> =
            (0..MAX_WAITING_CASE).map(|_| hub.wait_case("a", MAX_WAIT).unwrap()).collect();
        assert!(hub.wait_case("a", MAX_WAIT).is_none());
        hub.close();
        for mut waiting in all {
            assert!(!waiting.next().await);
        }
    }
}
