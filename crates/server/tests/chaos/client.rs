//! A client as a page is one: an outbox that is kept, a copy of the case that is not, and no trust in
//! any connection. It goes on until it has the whole log and nothing waits.

use super::house::Side;
use super::journal::Account;
use super::wire::{self, Came, Wire};
use case::Replica;
use case::event::Envelope;
use case::live::{Down, Signal};
use case::message::{Answers, Batch, Tail, Verdict};
use case::view::Screen;
use case::wire::to_json;
use hyper::Method;
use serde_json::{Value, json};
use server::store::conformance::kit::Random;
use server::store::conformance::kit::said;
use server::token;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Time for all of it; a busy machine is slow.
const DEADLINE: Duration = Duration::from_secs(120);
/// Connections left open behind, as phones do that change networks.
const LEFT_OPEN: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Socket,
    Stream,
    Poll,
}

impl Kind {
    pub const ALL: [Kind; 3] = [Kind::Socket, Kind::Stream, Kind::Poll];
}

/// What a client is to do.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub seed: u64,
    pub kind: Kind,
    /// Events it writes.
    pub events: u64,
    /// Length of the log when all have written theirs.
    pub top: u64,
    /// The point of the protocol at which its page is loaded again; 0 for never.
    pub reload_at: u32,
    /// Leaves old connections open now and then.
    pub rough: bool,
}

/// Why a connection is given up.
enum Over {
    Broken,
    Reload,
}

/// See the module.
pub struct Client {
    address: SocketAddr,
    side: Side,
    plan: Plan,
    random: Random,
    account: Account,
    replica: Replica,
    /// Stays over reloads.
    to_write: u64,
    point: u32,
    conn: u32,
    old: Vec<Wire>,
}

impl Client {
    pub fn new(address: SocketAddr, side: Side, plan: Plan) -> Client {
        let (d, written, hears) = (side.device.d.clone(), side.first.clone(), side.hears);
        let account = Account { d, written, hears, ..Account::default() };
        let random = Random::new(plan.seed);
        let to_write = plan.events;
        let (replica, point, conn, old) = Default::default();
        Client { address, side, plan, random, account, replica, to_write, point, conn, old }
    }

    fn done(&self) -> bool {
        self.to_write == 0
            && self.replica.pending().is_empty()
            && self.replica.top() == self.plan.top
            && self.point >= self.plan.reload_at
    }

    /// To the end; gives what it remembers.
    pub async fn run(mut self) -> Account {
        let began = Instant::now();
        while !self.done() && self.account.wrong.is_empty() {
            if began.elapsed() > DEADLINE {
                let (top, left) = (self.replica.top(), self.replica.pending().len());
                let what = format!("{:?} at {top}, {left} wait, after {DEADLINE:?}", self.plan);
                self.account.wrong.push(what);
                break;
            }
            self.account.connections += 1;
            let over = match self.plan.kind {
                Kind::Poll => self.polls().await,
                _ => self.listens().await,
            };
            if matches!(over, Err(Over::Reload)) {
                self.reload();
            }
            tokio::time::sleep(Duration::from_millis(5 + self.random.below(40))).await;
        }
        self.account.state = self.replica.settled().clone();
        self.account
    }

    fn reload(&mut self) {
        self.account.reloads += 1;
        self.replica = Replica::default();
        self.old.clear();
        let kept = self.account.written.clone();
        for e in kept.into_iter().filter(|e| !self.account.acknowledged.contains_key(&e.k)) {
            self.replica.write(e);
        }
    }

    /// A point of the protocol at which the page may be loaded again.
    fn here(&mut self) -> Result<(), Over> {
        self.point += 1;
        match self.plan.reload_at == self.point {
            true => Err(Over::Reload),
            false => Ok(()),
        }
    }

    fn write(&mut self) {
        let n = self.to_write.min(1 + self.random.below(2));
        for _ in 0..n {
            self.to_write -= 1;
            let long = "停".repeat(self.random.below(60) as usize);
            let e = self.side.device.next(said(&format!("{} {long}", self.to_write)));
            self.account.written.push(e.clone());
            self.replica.write(e);
        }
    }

    fn batch(&self) -> Option<Value> {
        let events: Vec<Envelope> = self.replica.pending().iter().take(4).cloned().collect();
        let batch = Batch { sent: token::now_ms(), events };
        (!batch.events.is_empty()).then(|| value(&batch))
    }

    fn answers(&mut self, answers: Answers) {
        for a in &answers.answers {
            match a.verdict {
                Verdict::Ok | Verdict::Dup => {
                    self.account.answered_again += usize::from(a.verdict == Verdict::Dup);
                    let before = self.account.acknowledged.insert(a.k.clone(), a.o);
                    if before.is_some_and(|o| o != a.o) {
                        self.account.wrong.push(format!("{} at {before:?} and {}", a.k, a.o));
                    }
                }
                Verdict::Gap | Verdict::Busy => {}
                _ => self.account.wrong.push(format!("{a:?}")),
            }
            self.replica.answer(a);
        }
    }

    /// Takes a tail in; `sent` is how far this connection has sent the log.
    fn tail(&mut self, tail: Tail, sent: &mut u64) {
        for stored in tail.events {
            *sent += 1;
            if stored.o != *sent {
                self.account.wrong.push(format!("{} came in the place of {sent}", stored.o));
            }
            let before = self.account.seen.insert(stored.o, stored.e.k.clone());
            if before.is_some_and(|k| k != stored.e.k) {
                self.account.wrong.push(format!("two events at {}", stored.o));
            }
            self.replica.receive(stored);
        }
    }

    async fn polls(&mut self) -> Result<(), Over> {
        loop {
            self.here()?;
            self.post().await?;
            if self.done() {
                return Ok(());
            }
            self.here()?;
            let (case, after) = (self.side.device.case.clone(), self.replica.top());
            let path = format!("/v1/cases/{case}/events?after={after}&wait=1");
            let answer = wire::ask(self.address, &self.side, Method::GET, &path, None).await;
            let answer = wire::json(answer.ok_or(Over::Broken)?).await.ok_or(Over::Broken)?;
            self.here()?;
            let tail: Tail = serde_json::from_value(answer).expect("a tail");
            let mut sent = after;
            self.tail(tail, &mut sent);
        }
    }

    /// Writes, and hands in what waits, by a request of its own.
    async fn post(&mut self) -> Result<(), Over> {
        self.write();
        let Some(batch) = self.batch() else { return Ok(()) };
        self.here()?;
        let path = format!("/v1/cases/{}/events", self.side.device.case);
        let answer = wire::ask(self.address, &self.side, Method::POST, &path, Some(&batch)).await;
        self.here()?;
        let answer = wire::json(answer.ok_or(Over::Broken)?).await.ok_or(Over::Broken)?;
        self.answers(serde_json::from_value(answer).expect("answers"));
        self.here()
    }

    async fn listens(&mut self) -> Result<(), Over> {
        self.here()?;
        self.conn = 0;
        let after = self.replica.top();
        let wire = match self.plan.kind {
            Kind::Socket => wire::socket(self.address, &self.side, after).await,
            _ => wire::stream(self.address, &self.side, after).await,
        };
        let mut wire = wire.ok_or(Over::Broken)?;
        let over = self.talk(&mut wire, after).await;
        if self.plan.rough && self.old.len() < LEFT_OPEN && self.random.below(3) == 0 {
            self.old.push(wire);
        }
        over
    }

    async fn talk(&mut self, wire: &mut Wire, after: u64) -> Result<(), Over> {
        let (mut sent, mut asked, mut silent) = (after, false, 0);
        self.here()?;
        loop {
            match wire.next().await {
                Came::End => return Err(Over::Broken),
                Came::Nothing => {
                    silent += 1;
                    asked = false;
                    if silent > 2 {
                        return Err(Over::Broken);
                    }
                }
                Came::Message(down) => {
                    silent = 0;
                    asked &= !matches!(*down, Down::Answers { .. });
                    self.here()?;
                    self.down(*down, &mut sent)?;
                }
            }
            if self.done() {
                return Ok(());
            }
            if self.conn > 0 && !asked {
                asked = self.speak(wire).await?;
            }
        }
    }

    fn down(&mut self, down: Down, sent: &mut u64) -> Result<(), Over> {
        match down {
            Down::Welcome { conn, .. } => self.conn = conn,
            Down::Tail { tail } => self.tail(tail, sent),
            Down::Answers { answers, .. } => self.answers(answers),
            Down::Signal { .. } => self.account.signals += 1,
            Down::Bye { .. } => return Err(Over::Broken),
            Down::Present { .. } | Down::Beat { .. } => {}
            Down::No { .. } => self.account.wrong.push(format!("{down:?}")),
        }
        Ok(())
    }

    /// Says what there is to say; whether nothing more is to be said until the answer is there, or
    /// has been waited for.
    async fn speak(&mut self, wire: &mut Wire) -> Result<bool, Over> {
        let mut view = Screen::named("fire");
        view.q = self.point.to_string();
        let screen = value(&Signal::Screen { view });
        let driver = self.side.cookie.is_empty();
        if self.plan.kind == Kind::Stream {
            self.post().await?;
            let path = format!("/v1/cases/{}/signals", self.side.device.case);
            let signals = if driver { vec![screen] } else { Vec::new() };
            let body = json!({"conn": self.conn, "signals": signals});
            self.here()?;
            let answer =
                wire::ask(self.address, &self.side, Method::POST, &path, Some(&body)).await;
            let answer = wire::json(answer.ok_or(Over::Broken)?).await.ok_or(Over::Broken)?;
            if answer["no"].as_array().is_some_and(|no| !no.is_empty()) {
                self.account.wrong.push(answer.to_string());
            }
            return Ok(true);
        }
        self.write();
        self.here()?;
        let signal = json!({"t": "signal", "s": screen});
        if driver && !wire.say(&signal).await {
            return Err(Over::Broken);
        }
        let up = match self.batch() {
            Some(batch) => json!({"t": "events", "id": 1, "batch": batch}),
            None => json!({"t": "beat"}),
        };
        match wire.say(&up).await {
            true => self.here().map(|()| true),
            false => Err(Over::Broken),
        }
    }
}

fn value(of: &impl case::wire::Put) -> Value {
    serde_json::from_str(&to_json(of)).expect("what is written can be read")
}
