//! A device of a simulation: what it wrote and was told, which it never forgets, and its copy of
//! the case, which a reload throws away.

use super::super::room::Person;
use case::Replica;
use case::event::{Envelope, Event, Role};
use case::message::{Answer, Tail, Verdict};
use std::collections::HashMap;

/// Events of one batch.
const BATCH: usize = 4;

/// See the module.
pub struct Client {
    pub person: Person,
    /// All that was written on it, in order.
    pub written: Vec<Envelope>,
    /// What it was told is stored, and where.
    pub acknowledged: HashMap<String, u64>,
    /// What was refused for good.
    pub denied: usize,
    /// The copy of the case.
    pub replica: Replica,
    /// The connection it speaks over.
    pub conn: Option<u32>,
    told: u64,
}

impl Client {
    pub fn new(key: u8, by: Role, who: &str, guest: bool) -> Client {
        let (who, d) = (who.into(), key.to_string());
        let person = Person { key: [key; 32], by, who, d, guest };
        let (written, acknowledged, replica) = Default::default();
        Client { person, written, acknowledged, denied: 0, replica, conn: None, told: 0 }
    }

    pub fn write(&mut self, event: Event) {
        let n = self.written.len() as u64 + 1;
        let d = self.person.d.clone();
        let e = Envelope { v: 1, k: format!("{d}.{n}"), d, n, at: n as i64, b: event.into() };
        self.written.push(e.clone());
        self.replica.write(e);
    }

    /// What it sends next, after so many that it believes to be under way.
    pub fn batch(&self, before: usize) -> Vec<Envelope> {
        self.replica.pending().iter().skip(before).take(BATCH).cloned().collect()
    }

    /// The page is loaded again. `forgetful`: what it was told was not kept either.
    pub fn reload(&mut self, forgetful: bool) {
        self.replica = Replica::default();
        let known = |e: &&Envelope| forgetful || !self.acknowledged.contains_key(&e.k);
        let again: Vec<Envelope> = self.written.iter().filter(known).cloned().collect();
        for e in again {
            self.replica.write(e);
        }
    }

    /// What is wrong with the answers, if anything.
    pub fn answered(&mut self, answers: &[Answer]) -> Option<String> {
        for a in answers {
            match a.verdict {
                Verdict::Ok | Verdict::Dup => {
                    let before = self.acknowledged.insert(a.k.clone(), a.o);
                    if before.is_some_and(|o| o != a.o) {
                        return Some(format!("{} acknowledged at {before:?} and {}", a.k, a.o));
                    }
                }
                Verdict::Denied => self.denied += 1,
                Verdict::Gap | Verdict::Busy => {}
                Verdict::Conflict | Verdict::Bad => return Some(format!("{a:?} of its own event")),
            }
            self.replica.answer(a);
        }
        None
    }

    /// Takes a tail in.
    pub fn tail(&mut self, tail: Tail) -> Option<String> {
        if let Some(snap) = tail.snap {
            self.replica.receive_snapshot(*snap);
        }
        for stored in tail.events {
            self.replica.receive(stored);
        }
        // A late one of an old connection may be behind, never ahead of what it says.
        let top = self.replica.top();
        let back = top < self.told;
        self.told = top.max(self.told);
        back.then(|| format!("the copy went back to {top}"))
    }

    /// After a reload it begins anew.
    pub fn forget_told(&mut self) {
        self.told = 0;
    }
}
