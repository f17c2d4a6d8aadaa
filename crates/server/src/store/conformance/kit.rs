//! Devices and events for tests: a phone that counts as a phone does.

use crate::store::{Append, Appended, Author, Incoming, Store};
use crate::token::{self, Hash};
use case::event::{Envelope, Event, Face, Stored};
use case::message::{Answer, Verdict};

/// When tests happen, Unix milliseconds.
pub const NOW: i64 = 1_790_000_000_000;

/// A case number that is right.
pub fn number() -> String {
    case::number::mint(token::random())
}

/// Small and repeatable (xorshift64*, Vigna 2016); not for secrets.
pub struct Random(u64);

impl Random {
    /// The same numbers for the same seed.
    pub fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `n`, which is not 0.
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % n
    }
}

/// A device in a case.
#[derive(Clone, Debug)]
pub struct Device {
    /// Case.
    pub case: String,
    /// Who it writes as.
    pub author: Author,
    /// Its token, as it goes over the wire.
    pub token: String,
    /// Its id.
    pub d: String,
    /// Its last number.
    pub n: u64,
}

impl Device {
    /// A driver's device; nothing is stored yet.
    pub fn driver(case: &str) -> Device {
        let (token, hash) = token::mint();
        Device { case: case.into(), author: Author::Driver(hash), token, d: token::uuid(NOW), n: 0 }
    }

    /// An agent's page.
    pub fn agent(case: &str, name: &str) -> Device {
        Device { author: Author::Agent(name.into()), ..Device::driver(case) }
    }

    /// Its token's hash.
    pub fn hash(&self) -> Hash {
        Hash(token::sha256(self.token.as_bytes()))
    }

    /// The next event of this device.
    pub fn next(&mut self, event: Event) -> Envelope {
        self.n += 1;
        Envelope {
            v: case::upcast::VERSION,
            k: token::uuid(NOW),
            d: self.d.clone(),
            n: self.n,
            at: NOW + self.n as i64,
            b: event.into(),
        }
    }

    /// Events of this device, ready to be handed in.
    pub fn batch(&self, events: Vec<Incoming>) -> Append {
        let (case, author) = (self.case.clone(), self.author.clone());
        Append { case, author, now: NOW, skew: 0, demo: false, events }
    }

    /// Hands in events.
    pub async fn send(&self, store: &dyn Store, events: Vec<Incoming>) -> Appended {
        store.append(self.batch(events)).await.expect("the store works")
    }

    /// Hands in envelopes that are fine and gives the answers.
    pub async fn give(&self, store: &dyn Store, envelopes: &[Envelope]) -> Vec<Answer> {
        let events = envelopes.iter().cloned().map(Incoming::Fine).collect();
        match self.send(store, events).await {
            Appended::Answers { answers, .. } => answers,
            other => panic!("answers were expected, not {other:?}"),
        }
    }

    /// Says one thing and gives the verdict and the offset.
    pub async fn say(&mut self, store: &dyn Store, event: Event) -> (Verdict, u64) {
        let envelope = self.next(event);
        let answers = self.give(store, &[envelope]).await;
        (answers[0].verdict, answers[0].o)
    }
}

/// A new case with its first device.
pub async fn opened(store: &dyn Store) -> Device {
    let mut device = Device::driver(&token::uuid(NOW));
    let (verdict, o) = device.say(store, open_event()).await;
    assert_eq!((verdict, o), (Verdict::Ok, 1));
    device
}

/// The first event of a case.
pub fn open_event() -> Event {
    Event::Opened { number: number(), region: "cn".into(), lang: "zh".into(), face: Face::Phone }
}

/// A message.
pub fn said(text: &str) -> Event {
    Event::Said { text: text.into() }
}

/// The whole log, read in pages as a client reads it.
pub async fn log(store: &dyn Store, case: &str) -> Vec<Stored> {
    let slice = store.slice(case, 0).await.unwrap().expect("the case is there");
    let mut all: Vec<Stored> = Vec::new();
    while (all.len() as u64) < slice.top {
        // Near enough to the top that no snapshot takes the tail's place.
        let missing = slice.top - all.len() as u64;
        assert!(missing <= crate::store::MAX_TAIL, "use a shorter log");
        let page = store.slice(case, all.len() as u64).await.unwrap().unwrap();
        all.extend(page.events);
    }
    all
}
