//! A device's copy of a case: what the server has ordered, what is still only here, and what
//! both come to. No I/O: the caller stores, sends and hands in what arrives, in any order and
//! as often as it likes.

use crate::event::{Envelope, Role, Stored};
use crate::map::Map;
use crate::message::{Answer, Verdict};
use crate::state::State;

/// A device's copy of one case.
#[derive(Clone, Debug, Default)]
pub struct Replica {
    /// Fold of the gapless prefix of the server's log.
    base: State,
    /// Events of the server that came before the ones they follow.
    early: Map<u64, Stored>,
    /// Written here, not yet acknowledged, in order of `n`.
    pending: Vec<Envelope>,
    /// Acknowledged with an offset that `base` has not reached: shown, not sent again.
    acked: Map<u64, Envelope>,
    /// Refused for good, with the reason; shown to the person, never silently dropped.
    refused: Vec<(Envelope, String)>,
}

impl Replica {
    /// A copy that starts from a snapshot of the server.
    pub fn from_snapshot(base: State) -> Replica {
        Replica { base, ..Replica::default() }
    }

    /// Offset up to which everything is here.
    pub fn top(&self) -> u64 {
        self.base.top
    }

    /// Takes an event of the server. Duplicates and any order are fine.
    pub fn receive(&mut self, stored: Stored) {
        self.pending.retain(|e| e.k != stored.e.k);
        self.refused.retain(|(e, _)| e.k != stored.e.k);
        if stored.o <= self.base.top {
            return;
        }
        self.early.insert(stored.o, stored);
        while let Some(next) = self.early.remove(&(self.base.top + 1)) {
            self.base.apply(&next);
            self.acked.remove(&next.o);
        }
    }

    /// Takes a snapshot that is ahead of what is here; an older one changes nothing.
    pub fn receive_snapshot(&mut self, base: State) {
        if base.top <= self.base.top {
            return;
        }
        self.base = base;
        let top = self.base.top;
        self.early.retain(|o, _| *o > top);
        self.acked.retain(|o, _| *o > top);
        while let Some(next) = self.early.remove(&(self.base.top + 1)) {
            self.base.apply(&next);
        }
    }

    /// Takes an event written on this device (also after a reload, from the device's store).
    pub fn write(&mut self, envelope: Envelope) {
        let known = self.pending.iter().any(|e| e.k == envelope.k)
            || self.acked.values().any(|e| e.k == envelope.k)
            || self.early.values().any(|s| s.e.k == envelope.k);
        if !known {
            let at = self.pending.partition_point(|e| e.n < envelope.n);
            self.pending.insert(at, envelope);
        }
    }

    /// Takes the server's answer to one sent event. A `gap` keeps it pending: the caller sends
    /// again from the number the server expects.
    pub fn answer(&mut self, answer: &Answer) {
        let Some(i) = self.pending.iter().position(|e| e.k == answer.k) else {
            return;
        };
        match answer.verdict {
            Verdict::Ok | Verdict::Dup => {
                let envelope = self.pending.remove(i);
                if answer.o > self.base.top {
                    self.acked.insert(answer.o, envelope);
                }
            }
            Verdict::Gap | Verdict::Busy => {}
            Verdict::Conflict | Verdict::Denied | Verdict::Bad => {
                let envelope = self.pending.remove(i);
                self.refused.push((envelope, answer.why.clone()));
            }
        }
    }

    /// What is still to be sent, in order.
    pub fn pending(&self) -> &[Envelope] {
        &self.pending
    }

    /// What the server refused for good.
    pub fn refused(&self) -> &[(Envelope, String)] {
        &self.refused
    }

    /// Takes a refused event off the list, after the person dealt with it.
    pub fn forget(&mut self, k: &str) {
        self.refused.retain(|(e, _)| e.k != k);
    }

    /// What the screen shows: the server's prefix, then what is only here.
    pub fn state(&self, me: Role) -> State {
        let mut state = self.base.clone();
        for s in self.early.values() {
            state.apply_local(s);
        }
        let mine = self.acked.iter().filter(|(o, _)| !self.early.contains_key(o)).map(|(_, e)| e);
        for e in mine.chain(&self.pending) {
            state.apply_local(&Stored {
                o: 0,
                rx: 0,
                skew: 0,
                by: me,
                who: String::new(),
                e: e.clone(),
            });
        }
        state
    }

    /// The server's part alone.
    pub fn settled(&self) -> &State {
        &self.base
    }
}
