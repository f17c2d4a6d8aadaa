//! The server of a simulation: a log with the real rules of admission, and the real room. What is in
//! the log survives a crash, the room does not.

use super::super::room::{Commit, Room};
use super::{Flaw, Random};
use crate::store::sqlite::judge::{Writer, answer, refusal};
use crate::store::sqlite::live::Live;
use crate::store::{Incoming, Slice};
use case::event::{Envelope, Role, Stored};
use case::ledger::{self, Known, uses_up};
use case::message::{Answer, Verdict};
use std::collections::HashMap;

/// Events after which a snapshot takes a tail's place; the real number would never be reached.
const TAIL: u64 = 8;

/// When the server dies in the course of a batch.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// It lives.
    No,
    /// Before anything is on disk.
    Before,
    /// After that, and before anybody hears of it.
    After,
}

/// See the module.
pub struct Server {
    /// Gone with a crash.
    pub room: Room,
    /// On disk.
    pub log: Vec<Stored>,
    /// Fold and positions, as the writer keeps them.
    pub live: Live,
    keys: HashMap<String, (u64, Option<Verdict>)>,
    flaw: Flaw,
}

impl Server {
    pub fn new(flaw: Flaw) -> Server {
        let (log, keys) = Default::default();
        Server { room: Room::default(), log, live: Live::default(), keys, flaw }
    }

    /// Takes a batch; `None` when it died and nobody got an answer.
    pub fn append(
        &mut self,
        by: (Role, &str),
        batch: &[Envelope],
        now: i64,
        death: Death,
        random: &mut Random,
    ) -> Option<Vec<Answer>> {
        if death == Death::Before {
            // Answers for what is not there yet are the flaw that this is about.
            let o = |i: usize| self.log.len() as u64 + 1 + i as u64;
            let early = batch.iter().enumerate();
            return (self.flaw == Flaw::AnswersTooEarly)
                .then(|| early.map(|(i, e)| answer(&e.k, Verdict::Ok, o(i), "")).collect());
        }
        let before = self.log.len();
        let mut ledger = ledger::Batch::default();
        let writer = Writer { role: by.0, who: by.1, owner: String::new(), token: None };
        let answers = batch.iter().map(|e| self.one(&writer, e, &mut ledger, now)).collect();
        if death == Death::After {
            return None;
        }
        if self.log.len() > before && !(self.flaw == Flaw::KeepsSilent && random.one_in(3)) {
            let mut grants = self.live.state.grants.clone();
            if self.flaw == Flaw::DeafToRevoke {
                grants.extend(self.room.grants().iter().cloned());
            }
            let (top, epoch) = (self.log.len() as u64, "e");
            let commit = Commit { top, epoch, grants: &grants, events: &self.log[before..] };
            self.room.commit(&commit, now);
        }
        Some(answers)
    }

    fn one(
        &mut self,
        writer: &Writer<'_>,
        e: &Envelope,
        ledger: &mut ledger::Batch,
        now: i64,
    ) -> Answer {
        let last = self.live.positions.get(&e.d).map_or(0, |p| p.1);
        let known = self.keys.get(&e.k).copied();
        if let Some((_, Some(verdict))) = known {
            return answer(&e.k, verdict, 0, "refused before");
        }
        let known = known.map(|(o, _)| Known { o, same_body: true });
        let decided = match self.flaw {
            Flaw::ForgetsKeys => Ok(e.n),
            Flaw::IgnoresOrder if known.is_none() => Ok(e.n),
            _ => ledger.admit(last, known, e.n),
        };
        let refused = match decided {
            Ok(_) => refusal(&self.live, writer, &Incoming::Fine(e.clone())),
            Err((verdict, o)) => {
                if uses_up(last, known, e.n) {
                    self.used(&e.d, e.n);
                }
                return answer(&e.k, verdict, o, "");
            }
        };
        self.used(&e.d, e.n);
        if let Some((verdict, why)) = refused {
            self.keys.insert(e.k.clone(), (0, Some(verdict)));
            return answer(&e.k, verdict, 0, &why);
        }
        let (by, who) = (writer.role, writer.who.into());
        let o = self.log.len() as u64 + 1;
        let stored = Stored { o, rx: now, skew: 0, by, who, e: e.clone() };
        self.live.state.apply(&stored);
        self.log.push(stored);
        self.keys.insert(e.k.clone(), (o, None));
        answer(&e.k, Verdict::Ok, o, "")
    }

    fn used(&mut self, d: &str, n: u64) {
        self.live.positions.insert(d.into(), (String::new(), n));
    }

    /// The log after an offset.
    pub fn slice(&self, after: u64, random: &mut Random) -> Slice {
        let (epoch, top) = (String::from("e"), self.log.len() as u64);
        if after > top || top - after > TAIL {
            let mut snap = self.live.state.clone();
            if self.flaw == Flaw::WrongSnapshot {
                snap.note.push('!');
            }
            return Slice { epoch, top, snap: Some(snap), events: Vec::new() };
        }
        let mut events = self.log[after as usize..].to_vec();
        match self.flaw {
            Flaw::SkipsOne if events.len() > 1 => drop(events.remove(0)),
            Flaw::ChangesWords if events.len() > 1 && random.one_in(4) => {
                events[1].e.b = events[0].e.b.clone();
            }
            _ => {}
        }
        Slice { epoch, top, snap: None, events }
    }

    /// It dies and comes up again with what is on disk.
    pub fn restart(&mut self) {
        self.room = Room::default();
    }

    /// As a seat does before the first of a case comes in.
    pub fn learn(&mut self) {
        if !self.room.knows() {
            self.room.learn(self.log.len() as u64, self.live.state.grants.clone());
        }
    }
}
