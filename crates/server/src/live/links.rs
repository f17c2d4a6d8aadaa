//! The rooms of all cases somebody is connected to: commits and time reach them here, and whoever
//! has something to send is woken. Knows no sockets.

use super::room::{Commit, Person, Room};
use crate::store::Notice;
use crate::token;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// How often presence is looked at.
const TICK: Duration = Duration::from_secs(1);

/// A room and how to wake those in it.
#[derive(Default)]
pub(super) struct Hall {
    pub(super) room: Room,
    pub(super) wakers: HashMap<u32, Arc<Notify>>,
}

/// What happened since the start, for whoever watches the server.
#[derive(Debug, Default)]
pub struct Counts {
    /// Messages that could not be read.
    pub bad: AtomicU64,
    /// Signals that were not taken.
    pub refused: AtomicU64,
    /// Connections that were too slow and have to resume.
    pub resumed: AtomicU64,
}

/// See the module.
pub struct Links {
    rooms: Mutex<HashMap<String, Arc<Mutex<Hall>>>>,
    last: AtomicU32,
    open: AtomicUsize,
    stopping: AtomicBool,
    began: (Instant, i64),
    /// Counts.
    pub counts: Counts,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What a room has stays sound even if somebody broke down while holding it: the log is on disk.
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

impl Links {
    /// Without anybody.
    pub fn new() -> Arc<Links> {
        Arc::new(Links {
            rooms: Mutex::default(),
            last: AtomicU32::new(0),
            open: AtomicUsize::new(0),
            stopping: AtomicBool::new(false),
            began: (Instant::now(), token::now_ms()),
            counts: Counts::default(),
        })
    }

    /// Unix milliseconds that never jump: presence must not follow a clock that is set.
    pub fn now(&self) -> i64 {
        self.began.1 + self.began.0.elapsed().as_millis() as i64
    }

    /// Lets time pass in every room, until the server stops.
    pub fn run(self: &Arc<Links>) {
        let links = self.clone();
        tokio::spawn(async move {
            while !links.stopping() {
                tokio::time::sleep(TICK).await;
                links.tick();
            }
        });
    }

    fn tick(&self) {
        let halls: Vec<_> = lock(&self.rooms).values().cloned().collect();
        for hall in halls {
            self.with(&hall, |room, now| room.tick(now));
        }
        // A clone elsewhere is somebody about to come in.
        lock(&self.rooms)
            .retain(|_, hall| Arc::strong_count(hall) > 1 || !lock(hall).room.is_empty());
    }

    /// A commit of the store.
    pub fn committed(&self, notice: &Notice) {
        let Notice { top, epoch, grants, events, .. } = notice;
        self.find(&notice.case, |room, now| {
            room.commit(&Commit { top: *top, epoch, grants, events }, now);
        });
    }

    /// A sign of life that came by a request of its own.
    pub fn heard(&self, case: &str, key: &[u8; 32]) {
        self.find(case, |room, now| room.hear_person(key, now));
    }

    /// Ends connections in a case for which there is no right any more.
    pub fn expel(&self, case: &str, whom: impl Fn(&Person) -> bool) {
        self.find(case, |room, _| room.expel(whom));
    }

    /// Ends every connection of an agent's session.
    pub fn expel_session(&self, key: &[u8; 32]) {
        let halls: Vec<_> = lock(&self.rooms).values().cloned().collect();
        for hall in halls {
            self.with(&hall, |room, _| room.expel(|person| person.key == *key));
        }
    }

    /// Does something in a case's room, if there is one.
    pub(crate) fn find<T>(&self, case: &str, f: impl FnOnce(&mut Room, i64) -> T) -> Option<T> {
        let hall = lock(&self.rooms).get(case).cloned()?;
        Some(self.with(&hall, f))
    }

    /// The room of a case; made if there is none.
    pub(super) fn hall(&self, case: &str) -> Arc<Mutex<Hall>> {
        lock(&self.rooms).entry(case.into()).or_default().clone()
    }

    /// Does something in a room and wakes whoever has something to send afterwards.
    pub(super) fn with<T>(&self, hall: &Mutex<Hall>, f: impl FnOnce(&mut Room, i64) -> T) -> T {
        let now = self.now();
        let mut hall = lock(hall);
        let done = f(&mut hall.room, now);
        for conn in hall.room.woken() {
            if let Some(waker) = hall.wakers.get(&conn) {
                waker.notify_one();
            }
        }
        done
    }

    /// A number for a new connection, and what wakes it.
    pub(super) fn enter(&self, hall: &Mutex<Hall>) -> (u32, Arc<Notify>) {
        self.open.fetch_add(1, Ordering::Relaxed);
        let conn = self.last.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        let wake = Arc::new(Notify::new());
        lock(hall).wakers.insert(conn, wake.clone());
        (conn, wake)
    }

    /// The connection is gone.
    pub(super) fn left(&self, hall: &Mutex<Hall>, conn: u32) {
        lock(hall).wakers.remove(&conn);
        self.with(hall, |room, now| room.leave(conn, now));
        self.open.fetch_sub(1, Ordering::Relaxed);
    }

    /// Connections.
    pub fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    /// Whether the server stops.
    pub fn stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// The server stops: every connection says good-bye.
    pub fn close(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        for hall in lock(&self.rooms).values() {
            lock(hall).wakers.values().for_each(|w| w.notify_one());
        }
    }
}
