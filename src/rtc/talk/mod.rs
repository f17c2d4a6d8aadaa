//! The negotiation of a call: who offers, who yields, what is too old. A pure machine: it hears what
//! the other side says and what the browser has done, and answers with what is to be done next. It
//! knows nothing of pictures, of the browser or of the clock.
//!
//! Perfect negotiation (W3C WebRTC 1.0, section 10.7): when both sides offer at once, the polite one
//! gives way. Three things are added for a line that loses, repeats and delays. A call has
//! generations, each a new connection, and what belongs to an earlier one is dropped. Offers are
//! numbered, and an answer names its offer, so that neither is taken twice or for another. And what
//! was not answered is said again, with the candidates that belong to it.

#[cfg(test)]
mod tests;

use case::live::{Rtc, Signal};
use std::collections::VecDeque;
use std::mem::take;

/// What is said again when nothing came back, milliseconds.
pub const AGAIN: i64 = 3_000;
/// A call this young is not begun anew because the other side asks for one, milliseconds.
const YOUNG: i64 = 5_000;
/// Candidates that are kept, and messages that wait; more is no honest call.
const ROOM: usize = 64;

/// What is to be done next, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// A new connection takes the place of the one there is.
    Build,
    /// Describe this side, as the state of the connection asks; then [`Talk::made`].
    Make,
    /// Take the other side's description; then [`Talk::taken`].
    Take {
        /// It is an offer, and takes back one of our own that is out.
        offer: bool,
        /// The description.
        text: String,
    },
    /// Take a candidate. One that does not fit any more is nothing.
    Add {
        /// The candidate.
        text: String,
        /// Its media line.
        mid: String,
    },
    /// Say this to the other side.
    Say(Signal),
    /// The other side ended the call.
    Over,
}

/// What the browser is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    /// Describing this side, for an offer.
    Offering,
    /// Describing this side, for an answer to the offer of this number.
    Answering(u32),
    /// Taking the other side's offer of this number.
    TakingOffer(u32),
    /// Taking the answer to our offer.
    TakingAnswer,
}

/// An offer that waits for its answer.
#[derive(Clone, Debug)]
struct Offered {
    n: u32,
    text: String,
    /// When it was last said.
    at: i64,
}

/// What was heard.
#[derive(Clone, Debug)]
struct Heard {
    kind: Rtc,
    text: String,
    mid: String,
}

/// One side of a call.
pub struct Talk {
    call: String,
    generation: u32,
    /// Gives way when both offer at once.
    polite: bool,
    /// The browser asked for a negotiation.
    wanted: bool,
    doing: Option<Doing>,
    waiting: VecDeque<Heard>,
    offered: Option<Offered>,
    /// Number of our newest offer.
    ours: u32,
    /// Number of the newest of their offers that was taken.
    theirs: u32,
    /// The offer that was answered, and how.
    answered: Option<(u32, String)>,
    /// A description of theirs is in force: candidates can be taken.
    described: bool,
    /// Candidates that came before it.
    early: Vec<(String, String)>,
    /// Our own candidates of this generation.
    mine: Vec<(String, String)>,
    /// We asked for this generation and have heard nothing of it: since when.
    asked: Option<i64>,
    over: bool,
    born: i64,
}

impl Talk {
    /// One side of a call, in its first or a later generation. A connection is there already.
    pub fn new(call: &str, generation: u32, polite: bool, now: i64) -> Talk {
        Talk {
            call: call.into(),
            generation,
            polite,
            wanted: false,
            doing: None,
            waiting: VecDeque::new(),
            offered: None,
            ours: 0,
            theirs: 0,
            answered: None,
            described: false,
            early: Vec::new(),
            mine: Vec::new(),
            asked: None,
            over: false,
            born: now,
        }
    }

    /// Name of the call.
    pub fn call(&self) -> &str {
        &self.call
    }

    /// The generation it is in.
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// The browser wants to negotiate (`negotiationneeded`).
    pub fn need(&mut self, now: i64) -> Vec<Act> {
        self.wanted = true;
        self.next(now)
    }

    /// This side is described, or could not be.
    pub fn made(&mut self, generation: u32, text: Option<String>, now: i64) -> Vec<Act> {
        if generation != self.generation {
            return Vec::new();
        }
        let mut acts = Vec::new();
        match (self.doing.take(), text) {
            (Some(Doing::Offering), Some(text)) => {
                self.ours += 1;
                acts.push(self.say(Rtc::Offer, &text, &number(self.ours)));
                self.offered = Some(Offered { n: self.ours, text, at: now });
            }
            (Some(Doing::Answering(n)), Some(text)) => {
                acts.push(self.say(Rtc::Answer, &text, &number(n)));
                self.answered = Some((n, text));
            }
            // Not described: nothing is said, and whoever watches over the connection begins anew.
            _ => {}
        }
        acts.extend(self.next(now));
        acts
    }

    /// The other side's description is taken, or could not be.
    pub fn taken(&mut self, generation: u32, good: bool, now: i64) -> Vec<Act> {
        if generation != self.generation {
            return Vec::new();
        }
        let mut acts = Vec::new();
        match self.doing.take() {
            Some(Doing::TakingOffer(n)) if good => {
                acts.extend(self.describe());
                self.doing = Some(Doing::Answering(n));
                acts.push(Act::Make);
            }
            Some(Doing::TakingAnswer) => {
                self.offered = None;
                if good {
                    acts.extend(self.describe());
                }
            }
            _ => {}
        }
        acts.extend(self.next(now));
        acts
    }

    /// A candidate of our own was found.
    pub fn found(&mut self, generation: u32, text: &str, mid: &str) -> Vec<Act> {
        if generation != self.generation || self.over {
            return Vec::new();
        }
        if self.mine.len() < ROOM {
            self.mine.push((text.into(), mid.into()));
        }
        vec![self.say(Rtc::Ice, text, mid)]
    }

    /// Something of this call was heard from the other side.
    pub fn hear(
        &mut self,
        generation: u32,
        kind: Rtc,
        text: &str,
        mid: &str,
        now: i64,
    ) -> Vec<Act> {
        if self.over || generation < self.generation {
            return Vec::new();
        }
        let mut acts = Vec::new();
        if kind == Rtc::End {
            self.over = true;
            return vec![Act::Over];
        }
        if generation > self.generation {
            self.renew(generation, now);
            acts.push(Act::Build);
        }
        if kind != Rtc::Restart {
            self.asked = None;
        }
        if self.waiting.len() < ROOM {
            self.waiting.push_back(Heard { kind, text: text.into(), mid: mid.into() });
        }
        acts.extend(self.next(now));
        acts
    }

    /// Begins anew with a new connection, and asks the other side for the same.
    pub fn restart(&mut self, now: i64) -> Vec<Act> {
        let Some(generation) = self.generation.checked_add(1).filter(|_| !self.over) else {
            return Vec::new();
        };
        self.renew(generation, now);
        self.asked = Some(now);
        vec![Act::Build, self.say(Rtc::Restart, "", "")]
    }

    /// The other side has nothing of this call and asks for it: its page was loaded anew.
    pub fn asked_for(&mut self, now: i64) -> Vec<Act> {
        match &mut self.offered {
            _ if self.over => Vec::new(),
            Some(offered) => {
                offered.at = now;
                self.repeat()
            }
            None if now - self.born < YOUNG => Vec::new(),
            None => self.restart(now),
        }
    }

    /// Ends the call; the other side is told once.
    pub fn end(&mut self) -> Vec<Act> {
        match std::mem::replace(&mut self.over, true) {
            true => Vec::new(),
            false => vec![self.say(Rtc::End, "", "")],
        }
    }

    /// Says again what was not answered. To be called every second or so.
    pub fn tick(&mut self, now: i64) -> Vec<Act> {
        if self.over {
            return Vec::new();
        }
        match (&mut self.offered, &mut self.asked) {
            (Some(offered), _) if now - offered.at >= AGAIN => {
                offered.at = now;
                self.repeat()
            }
            (None, Some(at)) if now - *at >= AGAIN => {
                *at = now;
                vec![self.say(Rtc::Restart, "", "")]
            }
            _ => Vec::new(),
        }
    }

    fn renew(&mut self, generation: u32, now: i64) {
        let (call, polite) = (take(&mut self.call), self.polite);
        *self = Talk::new(&call, generation, polite, now);
    }

    /// Goes on with what waits, as far as the browser is free.
    fn next(&mut self, now: i64) -> Vec<Act> {
        let mut acts = Vec::new();
        while self.doing.is_none() && !self.over {
            match self.waiting.pop_front() {
                Some(heard) => acts.extend(self.handle(heard, now)),
                None if self.wanted && self.offered.is_none() => {
                    self.wanted = false;
                    self.doing = Some(Doing::Offering);
                    acts.push(Act::Make);
                }
                None => break,
            }
        }
        acts
    }

    fn handle(&mut self, heard: Heard, now: i64) -> Vec<Act> {
        let Heard { kind, text, mid } = heard;
        match kind {
            Rtc::Offer => self.offer(mid.parse().unwrap_or(0), text),
            Rtc::Answer => {
                if self.offered.as_ref().is_none_or(|o| number(o.n) != mid) {
                    return Vec::new();
                }
                self.doing = Some(Doing::TakingAnswer);
                vec![Act::Take { offer: false, text }]
            }
            Rtc::Ice if self.described => vec![Act::Add { text, mid }],
            Rtc::Ice => {
                if self.early.len() < ROOM {
                    self.early.push((text, mid));
                }
                Vec::new()
            }
            // They have nothing of ours yet.
            Rtc::Restart => match &mut self.offered {
                Some(offered) => {
                    offered.at = now;
                    self.repeat()
                }
                None => Vec::new(),
            },
            Rtc::End => Vec::new(),
        }
    }

    fn offer(&mut self, n: u32, text: String) -> Vec<Act> {
        if let Some((_, answer)) = self.answered.as_ref().filter(|(of, _)| *of == n) {
            let mut acts = vec![self.say(Rtc::Answer, answer, &number(n))];
            acts.extend(self.candidates());
            return acts;
        }
        if n <= self.theirs {
            return Vec::new();
        }
        if self.offered.is_some() {
            if !self.polite {
                // Said again when ours is answered, and taken then.
                return Vec::new();
            }
            // Taken back by taking theirs; the browser asks again for what is not said with it.
            self.offered = None;
        }
        self.theirs = n;
        self.doing = Some(Doing::TakingOffer(n));
        vec![Act::Take { offer: true, text }]
    }

    /// A description of theirs is in force: what came before it can be taken.
    fn describe(&mut self) -> Vec<Act> {
        self.described = true;
        take(&mut self.early).into_iter().map(|(text, mid)| Act::Add { text, mid }).collect()
    }

    fn repeat(&self) -> Vec<Act> {
        let Some(offered) = &self.offered else { return Vec::new() };
        let mut acts = vec![self.say(Rtc::Offer, &offered.text, &number(offered.n))];
        acts.extend(self.candidates());
        acts
    }

    fn candidates(&self) -> Vec<Act> {
        self.mine.iter().map(|(text, mid)| self.say(Rtc::Ice, text, mid)).collect()
    }

    fn say(&self, kind: Rtc, text: &str, mid: &str) -> Act {
        Act::Say(Signal::Rtc {
            call: self.call.clone(),
            generation: self.generation,
            kind,
            text: text.into(),
            mid: mid.into(),
        })
    }
}

fn number(n: u32) -> String {
    let mut text = String::new();
    case::wire::put_int(i64::from(n), &mut text);
    text
}
