//! Receives what the server and other devices add to the case, while the page is in front and there
//! is a network: by the live link while that is up, else by a long poll. A poll that may have died in
//! a sleep is dialled again.

use super::copy::READ;
use super::http::Ask;
use super::inner::{Inner, TAIL, add};
use super::mint;
use super::page;
use super::plan::{Heard, judge};
use super::records::{self, Edit, Kind, Record};
use crate::js::{self, Js};
use crate::live::here;
use case::state::Status;
use case::wire::{Get as _, Node as _, need, put_int};
use case::{Event, State, Stored};
use std::rc::Rc;

/// Seconds that the server may hold a poll.
const HOLD: i64 = 25;
/// Milliseconds after which a poll is given up.
const PATIENCE: i32 = 35_000;

/// Runs until the handle is dropped.
pub fn start(inner: &Rc<Inner>) {
    let weak = Rc::downgrade(inner);
    let bell = inner.tail_bell.clone();
    super::time::spawn(Box::pin(async move {
        while let Some(inner) = weak.upgrade().filter(|i| !i.closed.get()) {
            let wait = inner.listen().await;
            drop(inner);
            bell.wait(wait).await;
        }
    }));
}

/// What a poll gave: read part by part, so that one part from a newer build does not hide the
/// rest.
pub struct News {
    now: i64,
    epoch: String,
    top: u64,
    snap: Option<(State, String)>,
    events: Vec<(Stored, String)>,
}

impl News {
    /// Reads the body; `None` when it is not a tail.
    pub fn read(text: &str) -> Option<News> {
        News::of(&js::parse(text)?)
    }

    /// As [`News::read`], already parsed.
    pub fn of(json: &Js) -> Option<News> {
        let snap = json.field("snap");
        let events = json.field("events").and_then(|e| e.items());
        Some(News {
            now: need(json, "now").ok()?,
            epoch: need(json, "epoch").ok()?,
            top: need(json, "top").ok()?,
            snap: snap.and_then(|s| Some((State::get(&s).ok()?, text_of(&s)?))),
            events: events
                .unwrap_or_default()
                .iter()
                .filter_map(|e| Some((records::stored(e)?, text_of(e)?)))
                .collect(),
        })
    }

    /// Whether it leaves no hole after this offset.
    pub fn follows(&self, top: u64) -> bool {
        self.snap.is_some() || self.events.first().is_none_or(|(first, _)| first.o <= top + 1)
    }
}

fn text_of(json: &Js) -> Option<String> {
    js_sys::JSON::stringify(&json.0).ok()?.as_string()
}

impl Inner {
    /// One poll. The result is the time in milliseconds until the next one; `None` when only a
    /// change of the page or of the case makes another one useful.
    async fn listen(&self) -> Option<u32> {
        let Some(case) = self.case() else {
            here().check();
            return None;
        };
        let behind = self.take_live(&case).await;
        if !self.shows(&case) {
            return Some(0);
        }
        if !self.known() || !page::visible() || !page::online() {
            return None;
        }
        let linked = here().up();
        if linked && !behind {
            return None;
        }
        let due = self.plans[TAIL].borrow().due(mint::now());
        if due > 0 {
            return Some(due);
        }
        let top = self.replica.borrow().top();
        let floor = self.floor(top);
        self.holding.set(!linked);
        let reply = self.poll(&case, top, if linked { 0 } else { HOLD }).await;
        let stopped = !linked && !self.holding.replace(false);
        if self.closed.get() || !self.shows(&case) {
            return Some(0);
        }
        let (heard, news, took) = match &reply {
            Some(r) => {
                let heard = judge(r.status, r.refusal().as_ref());
                let news = if heard == Heard::Done { News::read(&r.text) } else { None };
                (heard, news, r.took)
            }
            None => (Heard::Nothing, None, 0),
        };
        let Some(news) = news else {
            // Stopped by ourselves, after a sleep or for the live link: on with it at once.
            if reply.is_none() && (stopped || mint::now() - self.woke.get() < 200) {
                return Some(0);
            }
            // A closed case may be gone on purpose.
            let done = self.replica.borrow().settled().status == Status::Done;
            if heard == Heard::Missing && !done {
                self.rewind(&case).await;
            }
            self.not_done(heard, TAIL);
            return Some(self.plans[TAIL].borrow().due(mint::now()));
        };
        let fresh = self.take(&case, news, floor).await;
        // A server that does not hold polls must not be asked without end.
        match fresh || took > 1_000 {
            true => self.plans[TAIL].borrow_mut().good(),
            false => self.plans[TAIL].borrow_mut().bad(mint::now(), 250, mint::below),
        }
        Some(self.plans[TAIL].borrow().due(mint::now()))
    }

    /// Whether the server knows the case, as far as this device has heard.
    pub fn known(&self) -> bool {
        self.replica.borrow().top() > 0 || !self.own.borrow().is_empty()
    }

    /// What the server must have: its own log as far as it is here, and what it acknowledged.
    pub fn floor(&self, top: u64) -> u64 {
        self.own.borrow().iter().fold(top, |floor, o| floor.max(*o))
    }

    /// Asks for the log after an offset.
    pub async fn poll(&self, case: &str, after: u64, hold: i64) -> Option<super::http::Reply> {
        let mut path = super::outbox::case_path(case, "/events?after=");
        put_int(after as i64, &mut path);
        path.push_str("&wait=");
        put_int(hold, &mut path);
        let ask = Ask {
            method: "GET",
            path: &path,
            token: &self.token,
            body: wasm_bindgen::JsValue::UNDEFINED,
            range: None,
            ms: PATIENCE,
        };
        self.tail_slot.ask(ask).await
    }

    /// Takes what a poll gave into the store and the state; `true` when it was anything new. A
    /// log shorter than `floor` is one that lost history.
    pub async fn take(&self, case: &str, news: News, floor: u64) -> bool {
        // The server held the poll and told the time at its end.
        self.heard(news.now, 0);
        let top = self.replica.borrow().top();
        let known = self.epoch.borrow().clone();
        let lost = (!known.is_empty() && known != news.epoch) || news.top < floor;
        if lost {
            self.rewind(case).await;
            return true;
        }
        if news.snap.is_none() && news.events.is_empty() && known == news.epoch {
            return false;
        }
        let mark = |kind, text: &str| Edit::Put(Record { kind, n: 0, text: text.into() });
        let kinds = [Kind::Acked, Kind::Epoch, Kind::Pending, Kind::Refused];
        let (mut strange, mut stale) = (false, false);
        let write = &mut |there: &[Record]| {
            // What was asked for follows from what this tab remembers. Another tab may have
            // rewound since then: added to that, it would leave a hole.
            stale = records::mark(there).unwrap_or_default() != known;
            if stale {
                return Vec::new();
            }
            let Some(mut edits) = records::receive(there, &news.events, READ) else {
                strange = true;
                return Vec::new();
            };
            if let Some((_, text)) = &news.snap {
                edits.push(mark(Kind::Base, text));
            }
            edits.push(mark(Kind::Epoch, &news.epoch));
            edits
        };
        self.shelf.change(case, &kinds, write).await;
        if strange {
            self.rewind(case).await;
            return true;
        }
        if !self.shows(case) {
            return true;
        }
        if stale {
            self.load(case).await;
            self.publish();
            return true;
        }
        *self.epoch.borrow_mut() = news.epoch;
        if let Some((state, _)) = news.snap {
            self.replica.borrow_mut().receive_snapshot(state);
        }
        for (stored, _) in news.events {
            if stored.e.d == self.device {
                add(&mut self.own.borrow_mut(), stored.o);
            }
            if let Some(Event::Received { sha }) = stored.e.b.event() {
                self.photo_arrived(sha);
            }
            self.replica.borrow_mut().receive(stored);
        }
        self.publish();
        self.tell(case);
        self.replica.borrow().top() > top
    }

    /// The server lost history: what this device wrote goes out again, the rest is asked for from
    /// the beginning.
    pub async fn rewind(&self, case: &str) {
        let rewind = &mut |there: &[Record]| records::rewind(there, &self.device, READ);
        self.shelf.change(case, &Kind::ALL, rewind).await;
        if self.shows(case) {
            self.load(case).await;
            self.publish();
            self.send_bell.ring();
        }
        self.tell(case);
    }
}
