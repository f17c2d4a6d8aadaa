//! One schedule: what happens next is drawn from the seed. What the server sends is in `sending`.

use super::super::queue::MAX_MESSAGES;
use super::check::{self, Signals};
use super::client::Client;
use super::network::{Conn, Down, Up};
use super::server::{Death, Server};
use super::{Flaw, Random, Reached};
use case::event::{Event, Face, Role, Scope};
use case::live::Signal;
use case::message::Verdict;
use std::collections::{BTreeSet, HashMap, VecDeque};

/// Messages that the network takes before it has delivered one.
pub(super) const UNDER_WAY: usize = 6;
/// Connections of a schedule at a time.
const CONNS: usize = 10;

/// See the module.
pub struct World {
    pub(super) random: Random,
    pub(super) server: Server,
    pub(super) clients: Vec<Client>,
    pub(super) conns: Vec<Conn>,
    pub(super) signals: Signals,
    /// What consent covers at the moment, by the checker's own reading.
    pub(super) consent: BTreeSet<(String, Scope)>,
    pub(super) heard: HashMap<String, i64>,
    pub(super) now: i64,
    pub(super) last_conn: u32,
    pub(super) count: u32,
    pub reached: Reached,
    /// The first thing that was wrong.
    pub wrong: Option<String>,
}

impl World {
    pub fn new(seed: u64, flaw: Flaw) -> World {
        let clients = vec![
            Client::new(0, Role::Driver, "", false),
            Client::new(1, Role::Driver, "", false),
            Client::new(2, Role::Agent, "Li", false),
            Client::new(3, Role::Agent, "Wang", false),
            Client::new(4, Role::Driver, "", true),
        ];
        let mut world = World {
            random: Random::new(seed),
            server: Server::new(flaw),
            clients,
            conns: Vec::new(),
            signals: Signals::default(),
            consent: BTreeSet::new(),
            heard: HashMap::new(),
            now: 1_000_000,
            last_conn: 0,
            count: 0,
            reached: Reached::default(),
            wrong: None,
        };
        let (number, region, lang) = ("1".into(), "cn".into(), "zh".into());
        world.clients[0].write(Event::Opened { number, region, lang, face: Face::Phone });
        let batch = world.clients[0].batch(0);
        let no = Death::No;
        if world.random.one_in(2) {
            let (agent, scopes) = ("Li".into(), Scope::ALL.to_vec());
            world.clients[0].write(Event::Granted { agent, scopes });
        }
        world.server.append((Role::Driver, ""), &batch, world.now, no, &mut world.random);
        world
    }

    pub(super) fn fault(&mut self, what: Option<String>) {
        self.wrong = self.wrong.take().or(what);
    }

    pub fn step(&mut self) {
        match self.random.below(40) {
            0..3 => self.connect(),
            3 => self.cut(),
            4 if self.random.one_in(3) => self.crash(),
            4 if self.random.one_in(12) => self.flood(),
            5 if self.random.one_in(2) => self.reload(),
            6 => self.leap(),
            7..12 => self.write(),
            12..17 => self.flush(),
            17..22 => self.speak(),
            22..29 => self.arrive(),
            29..34 => self.reach(),
            _ => {
                if let Some(at) = self.random.pick(self.conns.len()) {
                    self.pump(at);
                }
            }
        }
    }

    fn connect(&mut self) {
        let client = self.random.below(self.clients.len() as u64) as usize;
        if self.conns.len() < CONNS {
            self.open(client);
        }
    }

    /// Another connection of a client takes the place of the one before, which may be half open.
    fn open(&mut self, client: usize) {
        self.server.learn();
        let after = self.clients[client].replica.top();
        let first = Some(self.server.slice(after, &mut self.random));
        self.last_conn += 1;
        let id = self.last_conn;
        let person = self.clients[client].person.clone();
        if !self.server.room.join(id, person, 0, self.now) {
            return;
        }
        for old in self.conns.iter_mut().filter(|c| c.client == client && c.at_client) {
            old.at_client = false;
            self.reached.half_open += 1;
        }
        self.clients[client].conn = Some(id);
        self.hear(client);
        let (up, down) = (VecDeque::new(), VecDeque::new());
        let (sent, heard) = (after, self.now);
        let (at_server, at_client) = (true, true);
        self.conns.push(Conn { id, client, up, down, at_server, at_client, first, sent, heard });
    }

    fn hear(&mut self, client: usize) {
        self.heard.insert(self.clients[client].person.d.clone(), self.now);
    }

    /// At the device's end alone, at the server's, or at both.
    fn cut(&mut self) {
        let Some(at) = self.random.pick(self.conns.len()) else { return };
        self.reached.cuts += 1;
        match self.random.below(3) {
            0 => self.lost_at_client(at),
            1 => self.lost_at_server(at),
            _ => {
                self.lost_at_server(at);
                self.lost_at_client(at);
            }
        }
        self.sweep();
    }

    fn lost_at_client(&mut self, at: usize) {
        let conn = &mut self.conns[at];
        conn.at_client = false;
        conn.down.clear();
        let client = &mut self.clients[conn.client];
        client.conn = client.conn.filter(|id| *id != conn.id);
    }

    pub(super) fn lost_at_server(&mut self, at: usize) {
        let conn = &mut self.conns[at];
        conn.up.clear();
        if std::mem::take(&mut conn.at_server) {
            self.server.room.leave(conn.id, self.now);
        }
    }

    pub(super) fn sweep(&mut self) {
        self.conns.retain(|c| c.at_client || c.at_server);
    }

    fn crash(&mut self) {
        self.reached.crashes += 1;
        self.server.restart();
        for conn in &mut self.conns {
            conn.at_server = false;
            conn.up.clear();
            // What had left the server may still arrive.
            let keep = self.random.below(conn.down.len() as u64 + 1) as usize;
            conn.down.truncate(keep);
        }
        self.sweep();
    }

    fn reload(&mut self) {
        let at = self.random.below(self.clients.len() as u64) as usize;
        let forgetful = self.random.one_in(2);
        self.reached.reloads += 1;
        for conn in (0..self.conns.len()).rev() {
            if self.conns[conn].client == at {
                self.lost_at_client(conn);
            }
        }
        self.clients[at].reload(forgetful);
        self.clients[at].forget_told();
        self.sweep();
    }

    /// Time goes on, now and then by a lot.
    fn leap(&mut self) {
        let most = if self.random.one_in(4) { 130_000 } else { 12_000 };
        self.now += self.random.below(most) as i64;
        self.server.room.tick(self.now);
        for conn in self.conns.iter().filter(|c| c.at_server) {
            for peer in self.server.room.peers(conn.id) {
                let Some(heard) = self.heard.get(&peer.d) else { continue };
                let most = check::presence(self.now - heard);
                if peer.state > most {
                    self.wrong = Some(format!("{peer:?} was heard {} ms ago", self.now - heard));
                    return;
                }
            }
        }
    }

    fn write(&mut self) {
        let at = self.random.below(4) as usize;
        for _ in 0..=self.random.below(3) {
            let event = match self.clients[at].person.by {
                Role::Agent => self.random.of_agent(),
                _ => self.random.of_driver(),
            };
            self.clients[at].write(event);
        }
    }

    /// More commits than a connection's queue takes, while nobody reads.
    fn flood(&mut self) {
        for _ in 0..=MAX_MESSAGES {
            self.clients[0].write(Event::Said { text: String::new() });
            let batch = self.clients[0].batch(0);
            let (now, random) = (self.now, &mut self.random);
            let answers = self.server.append((Role::Driver, ""), &batch, now, Death::No, random);
            let answers = answers.unwrap_or_default();
            self.count_verdicts(&answers);
            let wrong = self.clients[0].answered(&answers);
            self.fault(wrong);
        }
        self.consent = check::consent(&self.server.log);
    }

    /// A device sends what it has; again, if no answer came. Some do not wait for what they sent
    /// before.
    fn flush(&mut self) {
        let Some(at) = self.random.pick(self.clients.len()) else { return };
        let before = if self.random.one_in(4) { self.random.below(4) } else { 0 };
        self.send(at, before as usize);
    }

    fn send(&mut self, client: usize, before: usize) -> bool {
        let batch = self.clients[client].batch(before);
        let Some(id) = self.clients[client].conn else { return false };
        match self.conns.iter_mut().find(|c| c.id == id) {
            Some(conn) if !batch.is_empty() && conn.up.len() < UNDER_WAY => {
                conn.up.push_back(Up::Events(batch));
                true
            }
            _ => false,
        }
    }

    /// A signal, or a sign of life.
    fn speak(&mut self) {
        let Some(at) = self.random.pick(self.conns.len()) else { return };
        self.count += 1;
        let signal = self.random.signal(self.count);
        if self.random.one_in(7) {
            self.conns[at].up.push_back(Up::Beat);
            return;
        }
        if self.conns[at].at_client && self.conns[at].up.len() < UNDER_WAY {
            self.conns[at].up.push_back(Up::Signal(self.count, signal));
        }
    }

    /// One message reaches the server, over an old connection as well as over the newest.
    fn arrive(&mut self) {
        let Some(at) = self.random.pick(self.conns.len()) else { return };
        self.take(at);
    }

    fn take(&mut self, at: usize) -> bool {
        if !self.conns[at].at_server {
            return false;
        }
        let Some(up) = self.conns[at].up.pop_front() else { return false };
        let (id, client) = (self.conns[at].id, self.conns[at].client);
        self.conns[at].heard = self.now;
        self.hear(client);
        self.server.room.hear(id, self.now);
        match up {
            Up::Beat => {}
            Up::Signal(n, signal) => self.signal(id, client, n, &signal),
            Up::Events(batch) => {
                let death = match self.random.below(60) {
                    0 => Death::Before,
                    1 => Death::After,
                    _ => Death::No,
                };
                let person = self.clients[client].person.clone();
                let by = (person.by, person.who.as_str());
                let (now, random) = (self.now, &mut self.random);
                let answers = self.server.append(by, &batch, now, death, random);
                self.consent = check::consent(&self.server.log);
                if let Some(answers) = answers {
                    self.count_verdicts(&answers);
                    self.conns[at].down.push_back(Down::Answers(answers));
                }
                if death != Death::No {
                    self.crash();
                }
            }
        }
        true
    }

    fn count_verdicts(&mut self, answers: &[case::message::Answer]) {
        for a in answers {
            match a.verdict {
                Verdict::Ok => self.reached.acknowledged += 1,
                Verdict::Dup => self.reached.answered_again += 1,
                Verdict::Gap => self.reached.gaps += 1,
                _ => self.reached.denied += 1,
            }
        }
    }

    fn signal(&mut self, id: u32, client: usize, n: u32, signal: &Signal) {
        let person = self.clients[client].person.clone();
        let covered = |who: &str| {
            signal.needs().is_none_or(|scope| self.consent.contains(&(who.into(), scope)))
        };
        let may = !person.guest
            && signal.may(person.by)
            && match person.by {
                Role::Agent => covered(&person.who),
                _ => ["Li", "Wang"].into_iter().any(covered),
            };
        let told = self.server.room.signal(id, signal, self.now);
        if told.is_ok() != may {
            self.fault(Some(format!("{person:?} without consent or wrongly refused: {signal:?}")));
        }
        if may {
            self.signals.taken(n, person.by, &person.who, signal);
        }
        self.reached.refused_signals += usize::from(!may);
    }

    /// One message reaches a device.
    fn reach(&mut self) {
        let Some(at) = self.random.pick(self.conns.len()) else { return };
        self.deliver(at);
    }

    fn deliver(&mut self, at: usize) -> bool {
        let conn = &mut self.conns[at];
        let client = &mut self.clients[conn.client];
        let done = match conn.down.pop_front() {
            // An old connection of a device that has a new one: nobody listens.
            Some(_) if !conn.at_client => true,
            Some(Down::Answers(answers)) => {
                let wrong = client.answered(&answers);
                self.fault(wrong);
                true
            }
            Some(Down::Tail(tail)) => {
                let wrong = client.tail(tail);
                self.fault(wrong);
                true
            }
            Some(Down::Other) => true,
            Some(Down::Bye) => {
                self.lost_at_client(at);
                true
            }
            None if !conn.at_server => {
                self.lost_at_client(at);
                true
            }
            None => false,
        };
        self.sweep();
        done
    }

    /// The network is sound again and everybody comes back; then both sides must have one log.
    pub fn settle(&mut self) {
        for _ in 0..2_000 {
            for client in 0..self.clients.len() {
                if self.clients[client].conn.is_none() {
                    self.open(client);
                }
            }
            let mut busy = false;
            for at in (0..self.conns.len()).rev() {
                if at >= self.conns.len() {
                    continue;
                }
                busy |= self.take(at);
                if self.conns.get(at).is_some() {
                    busy |= self.pump(at);
                }
                if self.conns.get(at).is_some() {
                    busy |= self.deliver(at);
                }
            }
            if self.wrong.is_some() {
                return;
            }
            if !busy && self.conns.iter().all(|c| c.up.is_empty() && c.down.is_empty()) {
                let mut sent = false;
                for client in 0..self.clients.len() {
                    sent |= self.send(client, 0);
                }
                if !sent {
                    let wrong = check::logs(&self.server, &self.clients);
                    self.fault(wrong);
                    return;
                }
            }
        }
        self.fault(Some("it does not come to rest".into()));
    }
}
