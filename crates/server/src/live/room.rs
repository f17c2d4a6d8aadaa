//! One case while somebody is connected to it: connections, consent, signals, presence. The log is
//! the store's; a connection that is behind it is told to read on there.

use super::queue::{Item, Kind, Queue};
use bytes::Bytes;
use case::event::{Role, Stored};
use case::live::{Class, Close, Down, MAX_PIECE, Peer, Presence, Signal};
use case::message::{Fault, Tail};
use case::state::{Grant, allows};
use case::wire::to_json;

/// Milliseconds without a sign of life until somebody is stale, lost, gone.
pub const STALE: i64 = 10_000;
/// See [`STALE`].
pub const LOST: i64 = 45_000;
/// See [`STALE`].
pub const GONE: i64 = 120_000;
/// Milliseconds after which somebody gone is forgotten.
const FORGOTTEN: i64 = 600_000;
/// Connections of one case.
pub const MAX_CONNECTIONS: usize = 32;

/// Who connects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// What stays the same over connections: hash of the token, or of the agent's session.
    pub key: [u8; 32],
    /// Role.
    pub by: Role,
    /// Name of an agent.
    pub who: String,
    /// Device id as the device tells it.
    pub d: String,
    /// May only read.
    pub guest: bool,
}

struct Member {
    conn: u32,
    person: Person,
    queue: Queue,
    /// The connection is there; a closed one stays as a memory of when it was last heard.
    open: bool,
    heard: i64,
    since: i64,
    state: Presence,
    /// Newest signal of each kind that is for whoever comes later.
    latest: Vec<Signal>,
    sent: u64,
    behind: bool,
    close: Option<Close>,
}

/// What to do next for a connection.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// Send this.
    Message(Bytes),
    /// Read the log after this offset, send it, and say how far it went: [`Room::caught_up`].
    Behind(u64),
    /// Say good-bye and end.
    Close(Close),
    /// Nothing until the connection is woken.
    Wait,
}

/// A commit of the store.
pub struct Commit<'a> {
    /// Newest offset.
    pub top: u64,
    /// History.
    pub epoch: &'a str,
    /// Consents in force after it.
    pub grants: &'a [Grant],
    /// What was added.
    pub events: &'a [Stored],
}

/// See the module.
#[derive(Default)]
pub struct Room {
    members: Vec<Member>,
    grants: Vec<Grant>,
    top: u64,
    woken: Vec<u32>,
}

fn presence(silent: i64) -> Presence {
    match silent {
        ..STALE => Presence::Live,
        STALE..LOST => Presence::Stale,
        LOST..GONE => Presence::Lost,
        _ => Presence::Gone,
    }
}

impl Room {
    /// Lets a connection in that has the log up to an offset; `false` when there are too many.
    pub fn join(&mut self, conn: u32, person: Person, after: u64, now: i64) -> bool {
        if self.members.iter().filter(|m| m.open).count() >= MAX_CONNECTIONS {
            return false;
        }
        let same = |m: &&Member| m.person.key == person.key;
        let before = self.members.iter().filter(same);
        // Who comes back after a short gap was there all the time.
        let since = before.filter(|m| m.state == Presence::Live).map(|m| m.since).min();
        self.members.retain(|m| m.open || m.person.key != person.key);
        let mut member = Member {
            conn,
            person,
            queue: Queue::default(),
            open: true,
            heard: now,
            since: since.unwrap_or(now),
            state: Presence::Live,
            latest: Vec::new(),
            sent: after,
            behind: true,
            close: None,
        };
        for other in self.members.iter().filter(|m| m.open) {
            for signal in &other.latest {
                pass(&self.grants, other, signal, &mut member);
            }
        }
        self.members.push(member);
        self.wake(conn);
        self.tell(now);
        true
    }

    /// The connection is gone; the person may come back.
    pub fn leave(&mut self, conn: u32, now: i64) {
        if let Some(m) = self.members.iter_mut().find(|m| m.conn == conn) {
            m.open = false;
            m.queue.clear();
            m.latest.clear();
        }
        self.tell(now);
    }

    /// A sign of life.
    pub fn hear(&mut self, conn: u32, now: i64) {
        let mut changed = false;
        if let Some(m) = self.members.iter_mut().find(|m| m.conn == conn && m.open) {
            m.heard = m.heard.max(now);
            // Heard again before the good-bye went out.
            m.close = m.close.filter(|close| *close != Close::Silent);
            changed = m.state != Presence::Live;
            if changed {
                (m.state, m.since) = (Presence::Live, now);
            }
        }
        if changed {
            self.tell(now);
        }
    }

    /// Time has passed: presence goes on, and those lost are disconnected.
    pub fn tick(&mut self, now: i64) {
        let mut changed = false;
        let mut woken = Vec::new();
        for m in &mut self.members {
            let state = presence(now - m.heard);
            if state != m.state {
                m.state = state;
                changed = true;
            }
            if m.open && state >= Presence::Lost && m.close.is_none() {
                m.close = Some(Close::Silent);
                woken.push(m.conn);
            }
        }
        self.woken.extend(woken);
        self.members.retain(|m| m.open || now - m.heard < FORGOTTEN);
        if changed {
            self.tell(now);
        }
    }

    /// Relays a signal to those who may have it.
    ///
    /// # Errors
    /// Why the sender must not send it.
    pub fn signal(
        &mut self,
        conn: u32,
        signal: &Signal,
        now: i64,
    ) -> Result<(), (Fault, &'static str)> {
        self.hear(conn, now);
        let at = self.members.iter().position(|m| m.conn == conn && m.open);
        let at = at.ok_or((Fault::Missing, "no such connection"))?;
        let person = &self.members[at].person;
        if person.guest || !signal.may(person.by) {
            return Err((Fault::Denied, "not for this role"));
        }
        if let Some(why) = signal.unfit() {
            return Err((Fault::Bad, why));
        }
        if let Some(scope) = signal.needs() {
            let given = match person.by {
                Role::Agent => allows(&self.grants, &person.who, scope),
                _ => self.grants.iter().any(|g| g.scope == scope),
            };
            if !given {
                return Err((Fault::Denied, "the driver's consent is missing"));
            }
        }
        if signal.class() == Class::Latest {
            let latest = &mut self.members[at].latest;
            latest.retain(|s| s.tag() != signal.tag());
            latest.push(signal.clone());
        }
        let sender = self.members.swap_remove(at);
        for other in self.members.iter_mut().filter(|m| m.open) {
            if pass(&self.grants, &sender, signal, other) {
                self.woken.push(other.conn);
            }
        }
        self.members.push(sender);
        Ok(())
    }

    /// Takes what the store says of consent when the room is new.
    pub fn learn(&mut self, top: u64, grants: Vec<Grant>) {
        if top > self.top {
            self.top = top;
            self.consent(&grants);
        }
    }

    /// The log grew: consent as it is now holds for everything still to be sent.
    pub fn commit(&mut self, commit: &Commit<'_>, now: i64) {
        if commit.top <= self.top {
            return;
        }
        self.top = commit.top;
        self.consent(commit.grants);
        let before = commit.top - commit.events.len() as u64;
        let mut body: Option<Bytes> = None;
        for m in self.members.iter_mut().filter(|m| m.open) {
            self.woken.push(m.conn);
            // One about to be closed is given nothing, and may still be heard again.
            let later = m.behind || m.close.is_some();
            if later || m.sent != before || commit.events.is_empty() {
                m.behind |= m.sent < commit.top;
                continue;
            }
            let body = body.get_or_insert_with(|| {
                let (epoch, events) = (commit.epoch.to_string(), commit.events.to_vec());
                let tail = Tail { now, epoch, top: commit.top, snap: None, events };
                Bytes::from(to_json(&Down::Tail { tail }))
            });
            if body.len() > MAX_PIECE {
                // Read from the log in pieces that fit.
                m.behind = true;
                continue;
            }
            m.sent = commit.top;
            push(m, Kind::Durable, None, body.clone());
        }
    }

    /// A connection was sent the log up to an offset.
    pub fn caught_up(&mut self, conn: u32, top: u64) {
        if let Some(m) = self.members.iter_mut().find(|m| m.conn == conn) {
            m.sent = m.sent.max(top);
            m.behind = m.sent < self.top;
        }
    }

    /// What to do next for a connection.
    pub fn next(&mut self, conn: u32) -> Next {
        let Some(m) = self.members.iter_mut().find(|m| m.conn == conn && m.open) else {
            return Next::Close(Close::Resume);
        };
        match (m.close, m.queue.pop()) {
            (Some(close), _) => Next::Close(close),
            (None, Some(item)) => Next::Message(item.body),
            (None, None) if m.behind => Next::Behind(m.sent),
            (None, None) => Next::Wait,
        }
    }

    /// Connections for which [`Room::next`] may have something.
    pub fn woken(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.woken)
    }

    /// Consents in force, as far as it was told.
    #[cfg(test)]
    pub(super) fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// Whether it was told of the log at all; every log has an event.
    pub fn knows(&self) -> bool {
        self.top > 0
    }

    /// Whether a connection is open and this person's.
    pub fn is(&self, conn: u32, key: &[u8; 32]) -> bool {
        self.members.iter().any(|m| m.conn == conn && m.open && m.person.key == *key)
    }

    /// A sign of life of a person that came another way: all connections of theirs count as heard.
    pub fn hear_person(&mut self, key: &[u8; 32], now: i64) {
        let theirs = |m: &&Member| m.open && m.person.key == *key;
        let conns: Vec<u32> = self.members.iter().filter(theirs).map(|m| m.conn).collect();
        for conn in conns {
            self.hear(conn, now);
        }
    }

    /// Ends the connections of those who have no right to this any more.
    pub fn expel(&mut self, whom: impl Fn(&Person) -> bool) {
        for m in self.members.iter_mut().filter(|m| m.open && whom(&m.person)) {
            m.close = Some(Close::Denied);
            m.queue.clear();
            self.woken.push(m.conn);
        }
    }

    /// Whether nobody is here and nobody is remembered.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Messages and bytes that wait for a connection.
    pub fn load(&self, conn: u32) -> (usize, usize) {
        let member = self.members.iter().find(|m| m.conn == conn);
        member.map_or((0, 0), |m| m.queue.load())
    }

    /// The others, as one connection sees them: each person once, at their best.
    pub fn peers(&self, conn: u32) -> Vec<Peer> {
        let me = self.members.iter().find(|m| m.conn == conn).map(|m| m.person.key);
        let mut seen: Vec<([u8; 32], Peer)> = Vec::new();
        for m in self.members.iter().filter(|m| Some(m.person.key) != me) {
            let since = if m.state == Presence::Live { m.since } else { m.heard };
            let peer = Peer {
                conn: m.conn,
                by: m.person.by,
                who: m.person.who.clone(),
                d: m.person.d.clone(),
                guest: m.person.guest,
                state: m.state,
                since,
            };
            match seen.iter_mut().find(|(key, _)| *key == m.person.key) {
                Some((_, other)) if (other.state, other.conn) > (peer.state, 0) => *other = peer,
                Some((_, other)) => other.conn = other.conn.max(peer.conn),
                None => seen.push((m.person.key, peer)),
            }
        }
        let mut peers: Vec<Peer> = seen.into_iter().map(|(_, peer)| peer).collect();
        peers.sort_by_key(|p| p.conn);
        peers
    }

    fn consent(&mut self, grants: &[Grant]) {
        let fresh: Vec<Grant> =
            grants.iter().filter(|g| !allows(&self.grants, &g.agent, g.scope)).cloned().collect();
        self.grants = grants.to_vec();
        for m in &mut self.members {
            m.queue.retain(|item| {
                item.guard.as_ref().is_none_or(|(who, scope)| allows(grants, who, *scope))
            });
            let person = &m.person;
            m.latest.retain(|s| {
                s.needs().is_none_or(|scope| match person.by {
                    Role::Agent => allows(grants, &person.who, scope),
                    _ => grants.iter().any(|g| g.scope == scope),
                })
            });
        }
        // What the driver shows already is news to an agent who may see it from now on.
        for at in 0..self.members.len() {
            let sender = self.members.swap_remove(at);
            for other in self.members.iter_mut().filter(|m| m.open) {
                for signal in &sender.latest {
                    let now_may =
                        |g: &Grant| g.agent == other.person.who && Some(g.scope) == signal.needs();
                    if fresh.iter().any(now_may) && pass(&self.grants, &sender, signal, other) {
                        self.woken.push(other.conn);
                    }
                }
            }
            self.members.push(sender);
            let last = self.members.len() - 1;
            self.members.swap(at, last);
        }
    }

    fn tell(&mut self, now: i64) {
        let open: Vec<u32> = self.members.iter().filter(|m| m.open).map(|m| m.conn).collect();
        for conn in open {
            let peers = self.peers(conn);
            let body = Bytes::from(to_json(&Down::Present { now, peers }));
            if let Some(m) = self.members.iter_mut().find(|m| m.conn == conn) {
                push(m, Kind::Latest(0, "present"), None, body);
            }
            self.wake(conn);
        }
    }

    fn wake(&mut self, conn: u32) {
        self.woken.push(conn);
    }
}

fn push(m: &mut Member, kind: Kind, guard: Option<(String, case::event::Scope)>, body: Bytes) {
    if m.close.is_none() && !m.queue.push(Item { kind, guard, body }) {
        m.queue.clear();
        m.close = Some(Close::Resume);
    }
}

/// Gives a signal to one other connection, if it is for the other side and consent covers it.
fn pass(grants: &[Grant], from: &Member, signal: &Signal, to: &mut Member) -> bool {
    let across = matches!(
        (from.person.by, to.person.by),
        (Role::Driver, Role::Agent) | (Role::Agent, Role::Driver)
    );
    if !across || to.person.guest {
        return false;
    }
    let agent = if from.person.by == Role::Agent { &from.person.who } else { &to.person.who };
    let guard = match signal.needs() {
        Some(scope) if !allows(grants, agent, scope) => return false,
        Some(scope) => Some((agent.clone(), scope)),
        None => None,
    };
    let kind = match signal.class() {
        Class::Latest => Kind::Latest(from.conn, signal.tag()),
        Class::Ephemeral => Kind::Ephemeral,
    };
    let (by, who) = (from.person.by, from.person.who.clone());
    let down = Down::Signal { from: from.conn, by, who, s: signal.clone() };
    push(to, kind, guard, Bytes::from(to_json(&down)));
    true
}
