//! One connection's place in the room of its case: comes in with the log up to an offset, says what
//! is to be sent next, and leaves when it is dropped. How it is sent is the transport's.

use super::links::{Hall, Links};
use super::room::{Next, Person};
use crate::app::App;
use crate::store::{Slice, Store, StoreError};
use crate::token;
use bytes::Bytes;
use case::live::{Close, Down, MAX_PIECE, Signal};
use case::message::{Fault, Tail};
use case::wire::to_json;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

/// Milliseconds within which those who were connected come back after a stop.
const SPREAD: u32 = 10_000;
/// Milliseconds after which to come back when storage failed.
const AFTER_STORAGE: u32 = 10_000;

/// What a connection is to send.
#[derive(Debug)]
pub enum Say {
    /// This.
    Body(Bytes),
    /// A good-bye; then it ends.
    Bye(Box<Down>),
}

/// See the module.
pub struct Seat {
    links: Arc<Links>,
    hall: Arc<Mutex<Hall>>,
    wake: Arc<Notify>,
    case: String,
    conn: u32,
    first: Option<Slice>,
}

/// A good-bye. Who is to come back gets a time for it, so that not all come at once.
pub fn bye(fault: Close, why: &str) -> Box<Down> {
    let random = u32::from_be_bytes(token::random::<4>());
    let after = match fault {
        Close::Resume | Close::Silent => Some(0),
        Close::Stop => Some(500 + random % SPREAD),
        Close::Slow => Some(5_000 + random % SPREAD),
        Close::Storage => Some(AFTER_STORAGE + random % SPREAD),
        Close::Bad | Close::Version | Close::Denied | Close::Missing => None,
    };
    Box::new(Down::Bye { fault, why: why.into(), after })
}

impl Seat {
    /// Comes into the room of a case with the log up to an offset of a history; empty for the one
    /// that counts.
    ///
    /// # Errors
    /// The good-bye.
    pub async fn take(
        app: &App,
        case: &str,
        person: Person,
        after: u64,
        epoch: &str,
    ) -> Result<Seat, Box<Down>> {
        let links = app.links.clone();
        if links.stopping() {
            return Err(bye(Close::Stop, ""));
        }
        // The room is there before the log is read: a commit in between is not missed.
        let hall = links.hall(case);
        if !links.with(&hall, |room, _| room.knows()) {
            let (top, grants) = found(app.store.grants(case).await)?;
            links.with(&hall, |room, _| room.learn(top, grants));
        }
        let mut slice = found(app.store.slice(case, after).await)?;
        if !epoch.is_empty() && epoch != slice.epoch {
            // An offset of a history that no longer counts says nothing.
            slice = found(app.store.slice(case, 0).await)?;
        }
        let (conn, wake) = links.enter(&hall);
        let first = Some(slice);
        let seat = Seat { links, hall, wake, case: case.into(), conn, first };
        match seat.links.with(&seat.hall, |room, now| room.join(conn, person, 0, now)) {
            true => Ok(seat),
            false => Err(bye(Close::Slow, "too many connections in this case")),
        }
    }

    /// Number of the connection.
    pub fn conn(&self) -> u32 {
        self.conn
    }

    /// A sign of life.
    pub fn hear(&self) {
        self.links.with(&self.hall, |room, now| room.hear(self.conn, now));
    }

    /// Relays a signal, or says why not.
    pub fn signal(&self, signal: &Signal) -> Option<Down> {
        let done = self.links.with(&self.hall, |room, now| room.signal(self.conn, signal, now));
        done.err().map(|(fault, why)| refused(&self.links, signal.tag(), fault, why))
    }

    /// What is to be sent next. Can be dropped at any await without losing anything.
    pub async fn next(&mut self, store: &dyn Store) -> Say {
        loop {
            if self.links.stopping() {
                return Say::Bye(bye(Close::Stop, ""));
            }
            match self.links.with(&self.hall, |room, _| room.next(self.conn)) {
                Next::Message(body) => return Say::Body(body),
                Next::Wait => self.wake.notified().await,
                Next::Close(close) => {
                    if close == Close::Resume {
                        self.links.counts.resumed.fetch_add(1, Ordering::Relaxed);
                    }
                    return Say::Bye(bye(close, ""));
                }
                Next::Behind(after) => {
                    let slice = match self.first.take() {
                        Some(slice) => slice,
                        None => match found(store.slice(&self.case, after).await) {
                            Ok(slice) => slice,
                            Err(bye) => return Say::Bye(bye),
                        },
                    };
                    let (tail, upto) = piece(slice, self.links.now());
                    self.links.with(&self.hall, |room, _| room.caught_up(self.conn, upto));
                    return Say::Body(Bytes::from(to_json(&Down::Tail { tail })));
                }
            }
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.links.left(&self.hall, self.conn);
    }
}

/// A signal that was not taken, counted.
pub fn refused(links: &Links, kind: &str, fault: Fault, why: &str) -> Down {
    links.counts.refused.fetch_add(1, Ordering::Relaxed);
    Down::No { id: 0, kind: kind.into(), fault, why: why.into(), after: None }
}

fn found<T>(read: Result<Option<T>, StoreError>) -> Result<T, Box<Down>> {
    match read {
        Ok(Some(found)) => Ok(found),
        Ok(None) => Err(bye(Close::Missing, "no such case")),
        Err(error) => {
            tracing::error!(%error, "the store failed");
            Err(bye(Close::Storage, "storage failed"))
        }
    }
}

/// As much of the log as is sent at once, and how far it goes.
pub(super) fn piece(slice: Slice, now: i64) -> (Tail, u64) {
    let Slice { epoch, top, snap, mut events } = slice;
    let mut room = MAX_PIECE;
    let snap = match snap {
        Some(snap) => match room.checked_sub(to_json(&snap).len()) {
            Some(left) => {
                room = left;
                Some(Box::new(snap))
            }
            // Too large for here: without anything but `top` it says that it is to be fetched.
            None => return (Tail { now, epoch, top, snap: None, events: Vec::new() }, top),
        },
        None => None,
    };
    let fits = events.iter().take_while(|e| {
        let left = room.checked_sub(to_json(*e).len() + 1);
        room = left.unwrap_or(0);
        left.is_some()
    });
    let fits = fits.count();
    events.truncate(fits);
    let upto = match (events.last(), &snap) {
        (Some(last), _) => last.o,
        (None, Some(snap)) => snap.top,
        (None, None) => top,
    };
    (Tail { now, epoch, top, snap, events }, upto)
}
