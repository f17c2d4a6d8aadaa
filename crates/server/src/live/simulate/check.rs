//! The checker of a simulation: who may have been sent which signal, and, at the end, whether both
//! sides have one log.

use super::super::room::{GONE, LOST, STALE};
use super::client::Client;
use super::server::Server;
use case::event::{Event, Role, Scope};
use case::live::{Class, Presence, Signal};
use case::state::State;
use case::{Replica, Stored};
use std::collections::{BTreeSet, HashMap, HashSet};

/// The checker's own account of signals.
#[derive(Default)]
pub struct Signals {
    sent: HashMap<u32, (Role, String, &'static str)>,
    /// Newest number of each receiver, sender and kind.
    newest: HashMap<(u32, u32, &'static str), u32>,
    delivered: HashSet<(u32, u32)>,
}

/// The scopes a log gives to an agent, by the checker's own reading of it.
pub fn consent(log: &[Stored]) -> BTreeSet<(String, Scope)> {
    let mut given = BTreeSet::new();
    for stored in log {
        match stored.e.b.event() {
            Some(Event::Granted { agent, scopes }) => {
                given.extend(scopes.iter().map(|s| (agent.clone(), *s)));
            }
            Some(Event::Revoked { agent, scopes }) => given.retain(|(a, s)| {
                let named = agent.is_empty() || a == agent;
                !(named && (scopes.is_empty() || scopes.contains(s)))
            }),
            _ => {}
        }
    }
    given
}

impl Signals {
    pub fn taken(&mut self, n: u32, by: Role, who: &str, signal: &Signal) {
        self.sent.insert(n, (by, who.into(), signal.tag()));
    }

    /// A signal is sent to a connection.
    pub fn sent_to(
        &mut self,
        conn: u32,
        to: &Client,
        from: u32,
        s: &Signal,
        consent: &BTreeSet<(String, Scope)>,
    ) -> Option<String> {
        let n = number(s)?;
        let Some((by, who, tag)) = self.sent.get(&n) else {
            return Some(format!("a signal that nobody was allowed to send: {s:?}"));
        };
        let me = &to.person;
        if *tag != s.tag() || *by == me.by || me.guest {
            return Some(format!("not for this side: {s:?} to {me:?}"));
        }
        let agent = if *by == Role::Agent { who } else { &me.who };
        if s.needs().is_some_and(|scope| !consent.contains(&(agent.clone(), scope))) {
            return Some(format!("to or from {agent} without consent: {s:?}"));
        }
        let before = self.newest.insert((conn, from, *tag), n);
        if before.is_some_and(|b| b > n) {
            return Some(format!("signals out of order: {n} after {before:?}"));
        }
        // What is shown again to somebody who gets consent anew may come twice, a passing one never.
        if s.class() == Class::Ephemeral && !self.delivered.insert((conn, n)) {
            return Some(format!("a passing signal twice: {s:?}"));
        }
        None
    }
}

/// The number that a simulated signal carries.
pub fn number(s: &Signal) -> Option<u32> {
    let id = match s {
        Signal::Screen { view } => &view.g,
        Signal::Rtc { call: id, .. }
        | Signal::Point { id, .. }
        | Signal::Stroke { id, .. }
        | Signal::Cursor { id, .. }
        | Signal::Pose { id, .. } => id,
        _ => return None,
    };
    id.parse().ok()
}

/// How present somebody may look who was last heard so many milliseconds ago.
pub fn presence(silent: i64) -> Presence {
    match silent {
        ..STALE => Presence::Live,
        STALE..LOST => Presence::Stale,
        LOST..GONE => Presence::Lost,
        _ => Presence::Gone,
    }
}

/// Both logs, when all is quiet and everybody is connected.
pub fn logs(server: &Server, clients: &[Client]) -> Option<String> {
    let log = &server.log;
    let mut seen = HashSet::new();
    if let Some(twice) = log.iter().find(|s| !seen.insert(&s.e.k)) {
        return Some(format!("{} twice in the log", twice.e.k));
    }
    let mut fold = State::default();
    log.iter().for_each(|s| fold.apply(s));
    for client in clients {
        let name = &client.person.d;
        for (k, o) in &client.acknowledged {
            if log.get(*o as usize - 1).is_none_or(|s| s.e.k != *k) {
                return Some(format!("{k} acknowledged and not in the log at {o}"));
            }
        }
        let mine: Vec<&Stored> = log.iter().filter(|s| s.e.d == *name).collect();
        if mine.windows(2).any(|w| w[0].e.n >= w[1].e.n) {
            return Some(format!("the log has what {name} wrote out of order"));
        }
        if mine.iter().any(|s| client.written.get(s.e.n as usize - 1) != Some(&s.e)) {
            return Some(format!("the log has what {name} did not write"));
        }
        // Nothing waits, so what is not in the log was refused, and said so.
        let refused = client.replica.refused().len();
        if !client.replica.pending().is_empty() || client.written.len() > mine.len() + client.denied
        {
            let (wrote, kept) = (client.written.len(), mine.len());
            return Some(format!("{name} wrote {wrote}, {kept} are there, {refused} refused"));
        }
        if client.replica.top() != log.len() as u64 {
            return Some(format!("{name} has {} of {}", client.replica.top(), log.len()));
        }
        if *client.replica.settled() != fold {
            return Some(format!("{name} has come to another state than its log"));
        }
    }
    // From a snapshot in the midst and the rest of the log it is the same state.
    let middle = log.len() / 2;
    let mut snap = State::default();
    log[..middle].iter().for_each(|s| snap.apply(s));
    let mut late = Replica::from_snapshot(snap);
    log[middle..].iter().rev().for_each(|s| late.receive(s.clone()));
    (*late.settled() != fold).then(|| "a snapshot and the rest come to another state".into())
}
