//! What the server of a simulation sends, looked at in the moment it is sent.

use super::super::queue::{MAX_BYTES, MAX_MESSAGES};
use super::super::room::{LOST, Next};
use super::super::seat::piece;
use super::network::Down;
use super::world::{UNDER_WAY, World};
use case::live::{Close, Down as Message};
use std::collections::HashSet;

impl World {
    /// The server sends on one connection what it has next.
    pub(super) fn pump(&mut self, at: usize) -> bool {
        let conn = &self.conns[at];
        if !conn.at_server || conn.down.len() >= UNDER_WAY {
            return false;
        }
        let id = conn.id;
        let (messages, bytes) = self.server.room.load(id);
        if messages > MAX_MESSAGES || bytes > MAX_BYTES {
            self.fault(Some(format!("{messages} messages and {bytes} bytes wait")));
        }
        let tail = match self.server.room.next(id) {
            Next::Wait => {
                let whole = self.conns[at].sent == self.server.log.len() as u64;
                self.fault((!whole).then(|| "idle without the whole log".into()));
                return false;
            }
            Next::Behind(after) => {
                let slice = match self.conns[at].first.take() {
                    Some(slice) => slice,
                    None => self.server.slice(after, &mut self.random),
                };
                let (tail, upto) = piece(slice, self.now);
                self.server.room.caught_up(id, upto);
                tail
            }
            Next::Close(close) => {
                self.close(at, close);
                return false;
            }
            Next::Message(body) => {
                let read = std::str::from_utf8(&body).ok().map(serde_json::from_str::<Message>);
                match read {
                    Some(Ok(Message::Tail { tail })) => tail,
                    Some(Ok(message)) => {
                        self.message(at, message);
                        self.conns[at].down.push_back(Down::Other);
                        return true;
                    }
                    other => {
                        self.fault(Some(format!("not readable: {other:?}")));
                        return false;
                    }
                }
            }
        };
        let conn = &mut self.conns[at];
        if let Some(snap) = &tail.snap {
            self.reached.snapshots += 1;
            conn.sent = snap.top;
        }
        for stored in &tail.events {
            conn.sent += 1;
            if stored.o != conn.sent {
                self.wrong = Some(format!("a hole: {} in the place of {}", stored.o, conn.sent));
                return false;
            }
        }
        conn.down.push_back(Down::Tail(tail));
        true
    }

    fn close(&mut self, at: usize, close: Close) {
        let silent = self.now - self.conns[at].heard >= LOST;
        let fine = close == Close::Resume || (close == Close::Silent && silent);
        self.fault((!fine).then(|| format!("closed with {close:?}")));
        self.reached.resumed += usize::from(close == Close::Resume);
        self.reached.silent += usize::from(close == Close::Silent);
        self.lost_at_server(at);
        self.conns[at].down.push_back(Down::Bye);
        self.sweep();
    }

    fn message(&mut self, at: usize, message: Message) {
        let (id, client) = (self.conns[at].id, self.conns[at].client);
        let to = &self.clients[client];
        let wrong = match message {
            Message::Present { peers, .. } => {
                let mut seen = HashSet::new();
                let once = peers.iter().all(|p| seen.insert((p.d.clone(), p.who.clone())));
                let others = peers.iter().all(|p| p.d != to.person.d);
                (!once || !others).then(|| format!("present: {peers:?}"))
            }
            Message::Signal { from, s, .. } => {
                self.reached.signals += 1;
                self.signals.sent_to(id, to, from, &s, &self.consent)
            }
            other => Some(format!("{other:?} was not asked for")),
        };
        self.fault(wrong);
    }
}
