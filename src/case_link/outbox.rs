//! Sends what waits: the case on the screen first, then cases left behind, then photos. Driven by
//! the page (start, network, page in front, a new event, a timer), never by the browser's
//! background sync. What to do next is decided in `plan` and `records`; this file carries it out.

use super::copy::READ;
use super::http::Ask;
use super::inner::{Inner, LEFT, NOW, PHOTOS, add};
use super::mint;
use super::page;
use super::plan::{Heard, judge, patience};
use super::records::{self, Fate, Kind, Record};
use super::store::Later;
use super::tabs::grip;
use super::view::Link;
use crate::js::{self, Js};
use case::message::{Answer, Verdict};
use case::wire::{Get as _, Node as _, need, put_int};
use std::rc::Rc;

/// Tries in vain to get the right to send from another tab, before sending without it: that tab
/// may be asleep with it.
const PATIENT: u32 = 8;

/// Runs until the handle is dropped.
pub fn start(inner: &Rc<Inner>) {
    let weak = Rc::downgrade(inner);
    let bell = inner.send_bell.clone();
    super::time::spawn(Box::pin(async move {
        let mut denied = 0;
        while let Some(inner) = weak.upgrade().filter(|i| !i.closed.get()) {
            let wait = inner.round(&mut denied).await;
            drop(inner);
            bell.wait(wait).await;
        }
    }));
}

/// How a try ended.
#[derive(PartialEq)]
pub enum Try {
    /// Nothing is left.
    Empty,
    /// Not now.
    Wait,
}

impl Inner {
    /// Sends all that can be sent now. The result is the time in milliseconds until the next
    /// try; `None` when only something new makes another one useful.
    async fn round(&self, denied: &mut u32) -> Option<u32> {
        let now = !self.replica.borrow().pending().is_empty();
        let left = !self.left.borrow().is_empty();
        let photos = !self.photos_to_send().is_empty();
        let wanted = [now, left, photos];
        let due = |i: usize| wanted[i].then(|| self.plans[i].borrow().due(mint::now()));
        let next = [NOW, LEFT, PHOTOS].into_iter().filter_map(due).min();
        if next? > 0 {
            return next;
        }
        if !page::online() {
            self.set_link(Link::Offline);
            return Some(super::plan::LONGEST);
        }
        let _grip = match grip(&self.name).await {
            Some(grip) => Some(grip),
            None if *denied < PATIENT => {
                *denied += 1;
                return Some(500 + mint::below(500));
            }
            None => None,
        };
        *denied = 0;
        if due(NOW) == Some(0)
            && let Some(case) = self.case()
        {
            self.send_case(&case, NOW).await;
        }
        if due(LEFT) == Some(0) {
            let cases = self.left.borrow().clone();
            for case in cases {
                if self.send_case(&case, LEFT).await == Try::Wait {
                    break;
                }
            }
            self.find_left().await;
            if !self.left.borrow().is_empty() {
                self.plans[LEFT].borrow_mut().bad(mint::now(), 5_000, mint::below);
            }
        }
        if due(PHOTOS) == Some(0) {
            self.send_photos().await;
        }
        self.flying.set(0);
        self.publish_outbox();
        // What came in meanwhile has rung the bell; what failed is in the plans.
        match self.closed.get() {
            true => None,
            false => self.next_try(),
        }
    }

    fn next_try(&self) -> Option<u32> {
        let wanted = [
            !self.replica.borrow().pending().is_empty(),
            !self.left.borrow().is_empty(),
            !self.photos_to_send().is_empty(),
        ];
        let due = |i: usize| wanted[i].then(|| self.plans[i].borrow().due(mint::now()).max(50));
        [NOW, LEFT, PHOTOS].into_iter().filter_map(due).min()
    }

    /// Sends what waits of one case, batch after batch.
    pub fn send_case<'a>(&'a self, case: &'a str, which: usize) -> Later<'a, Try> {
        Box::pin(async move {
            let plan = &self.plans[which];
            let mut mended = 0;
            let mut before = String::new();
            loop {
                let waiting = self.shelf.read(case, &[Kind::Pending]).await;
                let readable = |r: &&Record| (READ.envelope)(&r.text).is_some();
                let waiting: Vec<&Record> = waiting.iter().filter(readable).collect();
                if waiting.is_empty() || self.closed.get() {
                    // Another tab may have sent what this one still shows as waiting.
                    if self.shows(case) && !self.replica.borrow().pending().is_empty() {
                        self.load(case).await;
                        self.publish();
                    }
                    return Try::Empty;
                }
                if before == waiting[0].text {
                    // Answered, and waiting all the same: not an answer to what was sent.
                    plan.borrow_mut().bad(mint::now(), 0, mint::below);
                    return Try::Wait;
                }
                before = waiting[0].text.clone();
                let count = plan.borrow().batch(waiting.iter().map(|r| r.text.len()));
                let batch = &waiting[..count.min(waiting.len())];
                if self.shows(case) {
                    self.flying.set(batch.len() as u32);
                    self.publish_outbox();
                }
                let answers = self.send(case, batch, which).await;
                self.flying.set(0);
                let Some((epoch, answers)) = answers.filter(|_| !self.closed.get()) else {
                    self.publish_outbox();
                    return Try::Wait;
                };
                let fates = fates(&answers);
                if !fates.is_empty() {
                    let mut strange = false;
                    let settle = &mut |there: &[Record]| {
                        let edits = records::settle(there, &epoch, &fates, READ);
                        strange = edits.is_none();
                        edits.unwrap_or_default()
                    };
                    let kinds = [Kind::Acked, Kind::Epoch, Kind::Pending, Kind::Refused];
                    self.shelf.change(case, &kinds, settle).await;
                    if strange {
                        // Nothing was filed, so the same may go out again at once, but not
                        // without end.
                        self.rewind(case).await;
                        plan.borrow_mut().bad(mint::now(), 0, mint::below);
                        return Try::Wait;
                    }
                    self.settled(case, &epoch, &answers);
                }
                let trouble = |v: Verdict| answers.iter().find(|a| a.verdict == v);
                let gap = trouble(Verdict::Gap).map(|a| a.o);
                let taken = answers.iter().any(number_taken);
                let stuck = gap.is_some() || taken;
                if stuck && mended < 3 {
                    mended += 1;
                    let mend = &mut |there: &[Record]| {
                        records::mend(there, &epoch, gap, &self.device, READ)
                    };
                    self.shelf.change(case, &Kind::ALL, mend).await;
                    if self.shows(case) {
                        self.load(case).await;
                        self.publish();
                    }
                } else if fates.is_empty() || stuck {
                    // Busy, or answers that mean nothing to us.
                    plan.borrow_mut().bad(mint::now(), 0, mint::below);
                    return Try::Wait;
                }
                self.tell(case);
            }
        })
    }

    fn settled(&self, case: &str, epoch: &str, answers: &[Answer]) {
        if !self.shows(case) {
            return;
        }
        if !epoch.is_empty() {
            *self.epoch.borrow_mut() = epoch.into();
        }
        for answer in answers.iter().filter(|a| fate(a).is_some()) {
            self.replica.borrow_mut().answer(answer);
            if matches!(answer.verdict, Verdict::Ok | Verdict::Dup) {
                add(&mut self.own.borrow_mut(), answer.o);
            }
        }
        self.publish();
        // The first acknowledged event makes the case known: now there is something to hear.
        self.tail_bell.ring();
    }

    /// Sends one batch. The result is the mark of the server's history and the answers; `None` when
    /// nothing came of it, and the plan knows when to try again.
    async fn send(
        &self,
        case: &str,
        batch: &[&Record],
        which: usize,
    ) -> Option<(String, Vec<Answer>)> {
        let mut body = String::from("{\"sent\":");
        put_int(mint::now(), &mut body);
        body.push_str(",\"events\":[");
        for (i, record) in batch.iter().enumerate() {
            if i > 0 {
                body.push(',');
            }
            body.push_str(&record.text);
        }
        body.push_str("]}");
        let path = case_path(case, "/events");
        let ask = Ask {
            method: "POST",
            path: &path,
            token: &self.token,
            ms: patience(body.len()),
            body: body.into(),
            range: None,
        };
        let reply = self.send_slot.ask(ask).await;
        let heard = match &reply {
            Some(reply) => judge(reply.status, reply.refusal().as_ref()),
            None => Heard::Nothing,
        };
        if heard == Heard::Less && batch.len() == 1 {
            // One event alone that the server cannot read: nothing after it would ever get out.
            let k = (READ.envelope)(&batch[0].text)?.k;
            let why = String::from("not readable, or too large");
            let (verdict, o) = (Verdict::Bad, 0);
            return Some((String::new(), vec![Answer { k, verdict, o, why }]));
        }
        let body = reply.as_ref().filter(|_| heard == Heard::Done);
        let Some((now, epoch, answers)) = body.and_then(|r| read_answers(&r.text)) else {
            self.not_done(heard, which);
            return None;
        };
        self.plans[which].borrow_mut().good();
        self.heard(now, reply.map_or(0, |r| r.took));
        Some((epoch, answers))
    }

    /// Notes a request that came to nothing.
    pub fn not_done(&self, heard: Heard, which: usize) {
        if self.closed.get() {
            return;
        }
        let mut plan = self.plans[which].borrow_mut();
        let now = mint::now();
        match heard {
            Heard::Refused => {
                plan.refused(now, mint::below);
                if which != LEFT {
                    self.set_link(Link::Refused);
                }
            }
            Heard::Later(seconds) => plan.bad(now, seconds.min(600) * 1000, mint::below),
            // An answer of our server, if not the one we want.
            Heard::Less | Heard::Missing | Heard::Never(_) => plan.bad(now, 0, mint::below),
            Heard::Nothing | Heard::Done => {
                plan.bad(now, 0, mint::below);
                self.set_link(Link::Away);
            }
        }
    }
}

/// The path of something of a case.
pub fn case_path(case: &str, rest: &str) -> String {
    let mut path = String::from("/v1/cases/");
    path.push_str(case);
    path.push_str(rest);
    path
}

/// A used number under a key that the server does not know: to be numbered anew, not refused.
fn number_taken(answer: &Answer) -> bool {
    answer.verdict == Verdict::Conflict && answer.o == 0
}

/// What an answer settles; `None` when the event still waits.
fn fate(a: &Answer) -> Option<Fate> {
    match a.verdict {
        Verdict::Ok | Verdict::Dup if a.o > 0 => Some(Fate::At(a.o)),
        Verdict::Denied | Verdict::Bad => Some(Fate::Never(reason(a))),
        Verdict::Conflict if a.o > 0 => Some(Fate::Never(reason(a))),
        _ => None,
    }
}

fn fates(answers: &[Answer]) -> Vec<(String, Fate)> {
    answers.iter().filter_map(|a| Some((a.k.clone(), fate(a)?))).collect()
}

fn reason(answer: &Answer) -> String {
    match answer.why.is_empty() {
        true => answer.verdict.as_str().into(),
        false => answer.why.clone(),
    }
}

/// Reads answers one by one: one that cannot be read leaves its event waiting.
fn read_answers(text: &str) -> Option<(i64, String, Vec<Answer>)> {
    let json = js::parse(text)?;
    let now = need(&json, "now").ok()?;
    let epoch = need(&json, "epoch").ok()?;
    let items = json.field("answers")?.items()?;
    let answers = items.iter().filter_map(|a: &Js| Answer::get(a).ok());
    Some((now, epoch, answers.collect()))
}
