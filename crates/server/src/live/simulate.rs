//! Seeded schedules over a room without any input or output: people come and go, speak, are slow,
//! get and lose consent, while a checker keeps its own account of what each of them may receive.

use super::queue::{MAX_BYTES, MAX_MESSAGES};
use super::room::{Commit, GONE, LOST, Next, Person, Room, STALE};
use case::event::{Envelope, Event, Role, Scope, Stored};
use case::live::{Close, Down, Presence, Signal};
use case::state::Grant;
use std::collections::{HashMap, HashSet};

/// Schedules of one run; the same ones every time.
const SCHEDULES: u64 = 2_000;

struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % n
    }
}

/// A connection as the checker sees it.
struct Client {
    conn: u32,
    person: Person,
    top: u64,
    heard: i64,
    /// Newest count of each sender and kind.
    counts: HashMap<(u32, &'static str), u32>,
}

struct World {
    random: Random,
    room: Room,
    clients: Vec<Client>,
    log: Vec<Stored>,
    grants: Vec<Grant>,
    now: i64,
    conns: u32,
    count: u32,
    sent: HashMap<u32, (Role, String, &'static str)>,
    delivered: HashSet<(u32, u32)>,
    refused: u32,
    resumed: u32,
}

const PEOPLE: [(Role, &str, bool); 5] = [
    (Role::Driver, "", false),
    (Role::Driver, "", false),
    (Role::Agent, "Li", false),
    (Role::Agent, "Wang", false),
    (Role::Driver, "", true),
];

impl World {
    fn new(seed: u64) -> World {
        World {
            random: Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
            room: Room::default(),
            clients: Vec::new(),
            log: Vec::new(),
            grants: Vec::new(),
            now: 1_000_000,
            conns: 0,
            count: 0,
            sent: HashMap::new(),
            delivered: HashSet::new(),
            refused: 0,
            resumed: 0,
        }
    }

    fn allowed(&self, agent: &str, scope: Option<Scope>) -> bool {
        let given = |s: Scope| self.grants.iter().any(|g| g.agent == agent && g.scope == s);
        scope.is_none_or(given)
    }

    fn join(&mut self) {
        let who = self.random.below(5) as usize;
        let (by, name, guest) = PEOPLE[who];
        let (key, d) = ([who as u8; 32], who.to_string());
        let person = Person { key, by, who: name.into(), d, guest };
        self.conns += 1;
        let top = self.random.below(self.log.len() as u64 + 1);
        if self.room.join(self.conns, person.clone(), top, self.now) {
            let (conn, heard, counts) = (self.conns, self.now, HashMap::new());
            self.clients.push(Client { conn, person, top, heard, counts });
        }
    }

    fn commit(&mut self) {
        let before = self.log.len();
        for _ in 0..=self.random.below(3) {
            let o = self.log.len() as u64 + 1;
            let (k, d) = (o.to_string(), String::new());
            let b = Event::Said { text: "x".repeat(self.random.below(9_000) as usize) }.into();
            let e = Envelope { v: 1, k, d, n: o, at: 0, b };
            let (by, who) = (Role::Driver, String::new());
            self.log.push(Stored { o, rx: 0, skew: 0, by, who, e });
        }
        if self.random.below(2) == 0 {
            let scope = Scope::ALL[self.random.below(Scope::ALL.len() as u64) as usize];
            let agent = String::from(["Li", "Wang"][self.random.below(2) as usize]);
            let there = self.grants.iter().position(|g| g.agent == agent && g.scope == scope);
            match there {
                Some(at) => drop(self.grants.remove(at)),
                None => self.grants.push(Grant { agent, scope, at: 0 }),
            }
        }
        // A room that missed nothing, and one that learns of it later.
        let (top, epoch) = (self.log.len() as u64, "e");
        let commit = Commit { top, epoch, grants: &self.grants, events: &self.log[before..] };
        self.room.commit(&commit, self.now);
    }

    /// A signal whose text carries its number.
    fn signal(&mut self) -> Signal {
        self.count += 1;
        let id = self.count.to_string();
        let e = String::new;
        match self.random.below(6) {
            0 => Signal::Point { id, g: e(), q: e() },
            1 => {
                let mut view = case::view::Screen::named("x");
                view.g = id;
                Signal::Screen { view }
            }
            2 => Signal::Stroke { id, m: e(), from: 0, at: vec![7; 128] },
            3 => Signal::Cursor { id, at: vec![] },
            4 => {
                let kind = case::live::Rtc::Offer;
                let text = "v".repeat(self.random.below(9_000) as usize);
                Signal::Rtc { call: id, generation: 0, kind, text, mid: e() }
            }
            _ => Signal::Pose { id, track: case::live::Track::Weak, h: vec![] },
        }
    }

    fn speak(&mut self) {
        let Some(at) = self.pick() else { return };
        let signal = self.signal();
        let (conn, person) = (self.clients[at].conn, self.clients[at].person.clone());
        let may = !person.guest
            && signal.may(person.by)
            && match person.by {
                Role::Agent => self.allowed(&person.who, signal.needs()),
                _ => ["Li", "Wang"].iter().any(|a| self.allowed(a, signal.needs())),
            };
        let told = self.room.signal(conn, &signal, self.now);
        assert_eq!(told.is_ok(), may, "{person:?} {signal:?} {told:?}");
        self.refused += u32::from(!may);
        self.clients[at].heard = self.now;
        if may {
            self.sent.insert(self.count, (person.by, person.who, signal.tag()));
        }
    }

    fn pick(&mut self) -> Option<usize> {
        let n = self.clients.len() as u64;
        (n > 0).then(|| self.random.below(n) as usize)
    }

    fn read(&mut self, at: usize) -> bool {
        let conn = self.clients[at].conn;
        let (messages, bytes) = self.room.load(conn);
        assert!(messages <= MAX_MESSAGES && bytes <= MAX_BYTES);
        match self.room.next(conn) {
            Next::Wait => {
                let client = &self.clients[at];
                assert_eq!(client.top, self.log.len() as u64, "idle only with the whole log");
                return false;
            }
            Next::Behind(after) => {
                assert_eq!(after, self.clients[at].top, "read on from where it is");
                // The store may be read before or after a further commit.
                let top = self.log.len() as u64;
                if self.random.below(4) == 0 {
                    self.commit();
                }
                self.clients[at].top = top;
                self.room.caught_up(conn, top);
            }
            Next::Close(close) => {
                let silent = self.now - self.clients[at].heard >= LOST;
                assert!(close == Close::Resume || silent, "{close:?}");
                self.resumed += u32::from(close == Close::Resume);
                self.room.leave(conn, self.now);
                self.clients.remove(at);
                return false;
            }
            Next::Message(body) => {
                let text = std::str::from_utf8(&body).unwrap();
                self.received(at, serde_json::from_str(text).unwrap());
            }
        }
        true
    }

    fn received(&mut self, at: usize, down: Down) {
        match down {
            Down::Tail { tail } => {
                let first = tail.events[0].o;
                assert_eq!(first, self.clients[at].top + 1, "no hole and nothing twice");
                assert_eq!(tail.events.last().unwrap().o, tail.top);
                self.clients[at].top = tail.top;
            }
            Down::Present { peers, .. } => {
                let mut seen = HashSet::new();
                assert!(peers.iter().all(|p| seen.insert((p.d.clone(), p.who.clone()))));
                assert!(peers.iter().all(|p| p.d != self.clients[at].person.d), "not oneself");
            }
            Down::Signal { from, s, .. } => self.heard_signal(at, from, &s),
            other => panic!("{other:?}"),
        }
    }

    fn heard_signal(&mut self, at: usize, from: u32, s: &Signal) {
        let id = match s {
            Signal::Screen { view } => &view.g,
            Signal::Rtc { call, .. } => call,
            Signal::Point { id, .. }
            | Signal::Stroke { id, .. }
            | Signal::Cursor { id, .. }
            | Signal::Pose { id, .. } => id,
            other => panic!("{other:?}"),
        };
        let n: u32 = id.parse().unwrap();
        let (by, who, tag) = self.sent[&n].clone();
        let me = self.clients[at].person.clone();
        assert_eq!(tag, s.tag());
        assert!(by != me.by && !me.guest, "to the other side alone");
        let agent = if by == Role::Agent { who } else { me.who };
        assert!(self.allowed(&agent, s.needs()), "{agent} without consent: {s:?}");
        let client = &mut self.clients[at];
        let before = client.counts.insert((from, tag), n);
        assert!(before.is_none_or(|b| b <= n), "order of one sender and kind");
        // What is shown again to somebody who gets consent anew may come twice, a passing one never.
        if s.class() == case::live::Class::Ephemeral {
            assert!(self.delivered.insert((client.conn, n)), "twice: {s:?}");
        }
    }

    fn presence(&self) {
        for client in &self.clients {
            for peer in self.room.peers(client.conn) {
                let same = self.clients.iter().filter(|c| c.person.d == peer.d);
                let Some(heard) = same.map(|c| c.heard).max() else { continue };
                let expected = match self.now - heard {
                    ..STALE => Presence::Live,
                    STALE..LOST => Presence::Stale,
                    LOST..GONE => Presence::Lost,
                    _ => Presence::Gone,
                };
                assert!(peer.state <= expected, "{peer:?} expected {expected:?}");
            }
        }
    }

    fn step(&mut self) {
        match self.random.below(20) {
            0 | 1 => self.join(),
            2 => {
                if let Some(at) = self.pick() {
                    let client = self.clients.remove(at);
                    self.room.leave(client.conn, self.now);
                }
            }
            3..6 => self.commit(),
            6..12 => self.speak(),
            12 => {
                self.now += self.random.below(15_000) as i64;
                self.room.tick(self.now);
                self.presence();
            }
            13 => {
                if let Some(at) = self.pick() {
                    self.clients[at].heard = self.now;
                    self.room.hear(self.clients[at].conn, self.now);
                }
            }
            _ => {
                if let Some(at) = self.pick() {
                    self.read(at);
                }
            }
        }
    }

    /// Everybody reads all there is: then all have the whole log.
    fn settle(&mut self) {
        for at in (0..self.clients.len()).rev() {
            while self.read(at) {}
        }
        let top = self.log.len() as u64;
        for at in (0..self.clients.len()).rev() {
            while self.read(at) {}
        }
        assert!(self.clients.iter().all(|c| c.top >= top));
    }
}

#[test]
fn schedules_lose_nothing_and_show_nothing_without_consent() {
    let (mut delivered, mut refused, mut resumed) = (0, 0, 0);
    for seed in 1..=SCHEDULES {
        let mut world = World::new(seed);
        for _ in 0..150 {
            world.step();
        }
        world.settle();
        delivered += world.delivered.len();
        refused += world.refused;
        resumed += world.resumed;
    }
    // The schedules reach what they are to reach.
    assert!(
        delivered > 1_000 && refused > 1_000 && resumed > 10,
        "{delivered} {refused} {resumed}"
    );
}
