//! One connection after the other: dials, says hello, hears, beats, and notices when nobody answers.
//! What comes is handed on; how to dial next is decided in `plan`.

use super::inbox::{Inbox, Piece};
use super::plan::{End, Way};
use super::{Hello, Inner, Live, State, socket, stream};
use crate::case_link::mint;
use crate::case_link::page::{self, Page};
use crate::case_link::time::spawn;
use crate::js;
use case::Node as _;
use case::live::{BEAT, Down, Signal};
use case::wire::{may_have, need};
use std::cell::Cell;
use std::rc::Rc;

/// Milliseconds until a server must have said welcome.
const HELLO: i64 = 5_000;
/// Milliseconds until the answer to a beat of somebody who looks.
const LOOK: i64 = 3_000;
/// Beats without an answer, and milliseconds besides, after which a connection is dead.
const BEATS: i64 = 2;
const GRACE: i64 = 3_000;
/// Milliseconds between two looks whether this tab may have the link.
const TURN: u32 = 1_500;

/// What carries a connection.
pub enum Wire {
    /// A WebSocket.
    Socket(socket::Socket),
    /// An event stream.
    Stream(stream::Stream),
}

impl Wire {
    fn dial(way: Way, hello: &Hello, inbox: &Rc<Inbox>) -> Option<Wire> {
        Some(match way {
            Way::Socket => Wire::Socket(socket::dial(hello, inbox)?),
            Way::Stream => Wire::Stream(stream::dial(hello, inbox)?),
        })
    }

    fn say(&self, signal: Option<Signal>) {
        match self {
            Wire::Socket(socket) => socket.say(signal),
            Wire::Stream(stream) => stream.say(signal),
        }
    }
}

/// Runs as long as the page.
pub fn start(inner: &Rc<Inner>) {
    let live = Live(inner.clone());
    let offline = Cell::new(false);
    // The link lives as long as the page, and so does this.
    std::mem::forget(Page::listen(move || {
        if !page::online() {
            offline.set(true);
        } else if offline.take() {
            live.0.plan.borrow_mut().network();
            live.redial();
        } else if page::visible() {
            live.look();
        }
    }));
    show(State::Off);
    let inner = inner.clone();
    spawn(Box::pin(async move {
        loop {
            let wait = inner.round().await;
            inner.bell.wait(wait).await;
        }
    }));
}

impl Inner {
    fn wanted(&self) -> Option<Hello> {
        self.face.borrow().as_ref().and_then(|face| (face.hello)())
    }

    fn turned(&self) {
        if let Some(face) = &*self.face.borrow() {
            (face.turned)();
        }
    }

    pub(super) fn check(&self) {
        let there = self.with.borrow().clone();
        let hello = self.wanted();
        if self.barred.borrow().as_ref().is_some_and(|(_, barred)| hello.as_ref() != Some(barred)) {
            *self.barred.borrow_mut() = None;
            self.wake();
        }
        let wanted = hello.map(|h| (h.case, h.token)).unwrap_or_default();
        if there != wanted {
            // What was said in one case is not said in another.
            if there.0 != wanted.0 {
                self.latest.borrow_mut().clear();
                self.peers.set(Vec::new());
            }
            self.tails.borrow_mut().clear();
            self.seen.set(0);
            *self.with.borrow_mut() = wanted;
            self.inbox.borrow().push(Piece::Redial);
            self.wake();
        }
    }

    pub(super) fn wake(&self) {
        self.plan.borrow_mut().wake();
        if self.wire.borrow().is_none() {
            self.bell.ring();
        }
    }

    pub(super) fn say(&self, signal: Signal) -> bool {
        let up = matches!(self.state.get_untracked(), State::Up { .. });
        match &*self.wire.borrow() {
            Some(wire) if up => {
                wire.say(Some(signal));
                true
            }
            _ => false,
        }
    }

    fn now(&self, state: State) {
        if self.state.get_untracked() != state {
            self.state.set(state);
            show(state);
        }
    }

    /// One connection, from dialling to its end. The result is the time in milliseconds until the
    /// next one; `None` when only something new makes another one useful.
    async fn round(&self) -> Option<u32> {
        let Some(hello) = self.wanted() else {
            *self.with.borrow_mut() = Default::default();
            self.turn.give();
            self.now(State::Off);
            return None;
        };
        if let Some((until, barred)) = &*self.barred.borrow()
            && *barred == hello
        {
            let left = *until - mint::now();
            if left > 0 {
                return u32::try_from(left).ok();
            }
        }
        let alone = self.face.borrow().as_ref().and_then(|face| face.alone.clone());
        if let Some(name) = alone
            && !self.turn.take(&name, || super::here().redial()).await
        {
            self.now(State::Off);
            return Some(TURN);
        }
        if !page::online() {
            self.now(State::Away);
            return None;
        }
        self.now(State::Away);
        let way = self.plan.borrow().way(mint::now());
        let end = self.talk(way, &hello).await;
        let was_up = matches!(self.state.get_untracked(), State::Up { .. });
        *self.wire.borrow_mut() = None;
        self.now(State::Away);
        self.seen.set(0);
        let wait = self.plan.borrow_mut().ended(way, end, mint::below);
        if let End::Bye(..) = end {
            // A wait for which the server asked is not cut short, and one without end only by
            // coming as somebody else.
            let until = wait.map_or(i64::MAX, |ms| mint::now() + i64::from(ms));
            *self.barred.borrow_mut() = Some((until, hello));
        }
        if was_up {
            self.turned();
        }
        wait
    }

    async fn talk(&self, way: Way, hello: &Hello) -> End {
        let inbox = Rc::new(Inbox::default());
        *self.inbox.borrow_mut() = inbox.clone();
        *self.with.borrow_mut() = (hello.case.clone(), hello.token.clone());
        self.tails.borrow_mut().clear();
        let Some(wire) = Wire::dial(way, hello, &inbox) else { return End::Failed };
        *self.wire.borrow_mut() = Some(wire);
        let began = mint::now();
        let (mut up, mut beat) = (None, i64::from(BEAT));
        // When the last word came, when a beat is due, and when it is too late for a word.
        let (mut due, mut late) = (began + HELLO, began + HELLO);
        loop {
            let now = mint::now();
            if now >= late {
                return end(up, now);
            }
            let piece = inbox.next((due.min(late) - now).max(0) as u32).await;
            let now = mint::now();
            if self.with.borrow().0 != hello.case {
                // Another case is on the screen by now: nothing of this one counts any more.
                return End::Again;
            }
            match piece {
                Some(Piece::End) => return end(up, now),
                Some(Piece::Redial) => return End::Again,
                Some(Piece::Look) if up.is_some() => {
                    self.beat();
                    late = late.min(now + LOOK);
                }
                Some(Piece::Look) => continue,
                Some(Piece::Alive) => late = now + BEATS * beat + GRACE,
                Some(Piece::Text(text)) => {
                    late = late.max(now + BEATS * beat + GRACE);
                    match self.take(&text, hello.floor) {
                        Some(Down::Welcome { beat: every, conn, .. }) => {
                            up = Some(now);
                            beat = i64::from(every).max(1_000);
                            due = now + beat;
                            late = now + BEATS * beat + GRACE;
                            self.welcomed(way, conn, now);
                        }
                        Some(Down::Bye { fault, after, .. }) => return End::Bye(fault, after),
                        _ => {}
                    }
                }
                None => {}
            }
            if up.is_some() && now >= due {
                self.beat();
                due = now + beat;
            }
        }
    }

    fn beat(&self) {
        if let Some(wire) = &*self.wire.borrow() {
            wire.say(None);
        }
    }

    fn welcomed(&self, way: Way, conn: u32, now: i64) {
        self.plan.borrow_mut().welcomed(way, now);
        if let Some(Wire::Stream(stream)) = &*self.wire.borrow() {
            stream.welcomed(conn);
        }
        self.now(State::Up { way, conn });
        for signal in self.latest.borrow().iter() {
            self.say(signal.clone());
        }
        self.turned();
    }

    /// Takes a message; gives it back when the connection itself is meant.
    fn take(&self, text: &str, floor: u64) -> Option<Down> {
        let json = js::parse(text)?;
        if json.field("t")?.text()? == "tail" {
            // Read by the face, part by part.
            let tail = json.field("tail")?;
            self.seen.set(self.seen.get().max(upto(&tail)));
            self.tails.borrow_mut().push_back((floor, tail));
            self.turned();
            return None;
        }
        // A message that this build does not know is skipped, and so is one that cannot be read.
        let down = down(&json)?;
        match &down {
            Down::Present { peers, .. } => self.peers.set(peers.clone()),
            Down::Welcome { now, .. } => self.heard.set(*now),
            Down::Beat { now } => {
                self.heard.set(*now);
                self.turned();
            }
            Down::Signal { .. } => self.tell(&down),
            Down::No { kind, .. } if !kind.is_empty() => self.tell(&down),
            _ => {}
        }
        Some(down)
    }

    fn tell(&self, down: &Down) {
        // Whoever hears may begin or end to hear.
        let ears: Vec<_> = self.ears.borrow().iter().map(|(_, hear)| hear.clone()).collect();
        for hear in ears {
            hear(down);
        }
    }
}

/// For styles, and for whoever looks from outside.
fn show(state: State) {
    let name = match state {
        State::Off => "off",
        State::Away => "away",
        State::Up { way: Way::Socket, .. } => "socket",
        State::Up { way: Way::Stream, .. } => "stream",
    };
    if let Some(root) = crate::ui::dom::page().document_element() {
        let _ = root.set_attribute("data-live", name);
    }
}

/// Reads what may come on a link beside tails. Not by `Down`'s own reading: that of the whole log
/// would come with it, which on this way nobody calls.
fn down(json: &js::Js) -> Option<Down> {
    Some(match json.field("t")?.text()?.as_str() {
        "welcome" => Down::Welcome {
            now: need(json, "now").ok()?,
            beat: need(json, "beat").ok()?,
            conn: need(json, "conn").ok()?,
        },
        "signal" => Down::Signal {
            from: need(json, "from").ok()?,
            by: need(json, "by").ok()?,
            who: may_have(json, "who").ok()?,
            s: need(json, "s").ok()?,
        },
        "present" => {
            Down::Present { now: need(json, "now").ok()?, peers: need(json, "peers").ok()? }
        }
        "no" => Down::No {
            id: may_have(json, "id").ok()?,
            kind: may_have(json, "kind").ok()?,
            fault: need(json, "fault").ok()?,
            why: may_have(json, "why").ok()?,
            after: may_have(json, "after").ok()?,
        },
        "beat" => Down::Beat { now: need(json, "now").ok()? },
        "bye" => Down::Bye {
            fault: need(json, "fault").ok()?,
            why: String::new(),
            after: may_have(json, "after").ok()?,
        },
        _ => return None,
    })
}

fn end(up: Option<i64>, now: i64) -> End {
    up.map_or(End::Failed, |since| End::Broke(now.saturating_sub(since)))
}

/// How far a tail goes. Without anything in it but its top it says that the rest is to be fetched.
fn upto(tail: &js::Js) -> u64 {
    let last = tail.field("events").and_then(|e| e.items()).and_then(|e| e.last().cloned());
    let last = last.and_then(|stored| need(&stored, "o").ok());
    let snap = || need(&tail.field("snap")?, "top").ok();
    last.or_else(snap).or_else(|| need(tail, "top").ok()).unwrap_or(0)
}
