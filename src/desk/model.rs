//! What the desk knows, as signals: who is logged in, the list, the cases that were looked at, the
//! connection. It does no I/O; `link` fills it, the views show it.

use super::clock::Clock;
use super::near::Near;
use super::page;
use super::route::{self, Route};
use case::event::{Envelope, Event, Role, Stored};
use case::message::{Batch, Row};
use case::{Replica, State};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// Why nobody is logged in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Out {
    /// First visit.
    Fresh,
    /// The server ended the session; nothing that was typed is lost.
    Ended,
    /// The agent logged out.
    Left,
}

/// Who sits at the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Not known yet.
    Asking,
    /// Nobody.
    Nobody(Out),
    /// An agent of this name.
    Agent(String),
}

/// The connection, as the last requests found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Net {
    /// Answers come.
    Live,
    /// No answers since then, server's time.
    Away(i64),
    /// Answers come that this page does not understand: since when, and the part.
    Rubbish(i64, &'static str),
}

/// What keeps an opened case from being shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// There is no such case.
    Missing,
    /// This agent may not see it.
    Denied,
}

/// A case that was looked at since the page was loaded.
#[derive(Clone, Copy)]
pub struct Opened {
    /// Case id.
    pub id: StoredValue<String>,
    /// The agent whose copy it is.
    agent: StoredValue<String>,
    /// This page's copy.
    pub replica: RwSignal<Replica>,
    /// The events as they came, in order; from a snapshot on only those after it.
    pub log: RwSignal<Vec<Stored>>,
    /// Offset of the snapshot the log begins after; 0 when the log is whole.
    pub since: RwSignal<u64>,
    /// History the copy belongs to.
    pub epoch: RwSignal<String>,
    /// Whether anything has come yet.
    pub known: RwSignal<bool>,
    /// Why it cannot be shown.
    pub trouble: RwSignal<Option<Trouble>>,
    /// Events are being sent right now.
    pub sending: RwSignal<bool>,
    /// What is typed into the message box.
    pub draft: RwSignal<String>,
    /// Number of the next event of this page in this case.
    pub next: RwSignal<u64>,
    /// Device id of this page in this case.
    pub device: RwSignal<String>,
}

/// Everything, handed to the views as a context.
#[derive(Clone, Copy)]
pub struct Desk {
    /// Who sits here.
    pub who: RwSignal<Who>,
    /// Counts log-ins and log-outs, so that loops of an earlier session end.
    pub session: RwSignal<u32>,
    /// The list by case id.
    pub rows: RwSignal<BTreeMap<String, Row>>,
    /// Whether the list has come.
    pub listed: RwSignal<bool>,
    /// The connection.
    pub net: RwSignal<Net>,
    /// When the server last answered, by its own clock.
    pub contact: RwSignal<i64>,
    /// The server's time.
    pub clock: Clock,
    /// The screen.
    pub route: RwSignal<Route>,
    /// One-time token of the link by which the page was opened.
    pub token: RwSignal<String>,
    /// The case that was found by what its driver read over the phone, until the driver is asked.
    pub called: RwSignal<String>,
    /// What passes over the live link.
    pub near: Near,
    /// Cases that were looked at.
    cases: StoredValue<BTreeMap<String, Opened>>,
    last_agent: StoredValue<String>,
    owner: StoredValue<Owner>,
}

/// Where the message typed for a case is kept.
const DRAFT: &str = "nw-desk-draft/";

/// Where the events on their way are kept.
const OUT: &str = "nw-desk-out/";

/// Each agent's own: nobody else's words go out under another name.
fn key(kind: &str, agent: &str, case: &str) -> String {
    [kind, agent, "/", case].concat()
}

impl Desk {
    /// An empty desk on the current page.
    pub fn start() -> Desk {
        let (route, token) = match route::parse(&page::hash()) {
            Route::Setup(token) => {
                page::forget_hash();
                (Route::Setup(token.clone()), token)
            }
            other => (other, String::new()),
        };
        Desk {
            who: RwSignal::new(Who::Asking),
            session: RwSignal::new(0),
            rows: RwSignal::new(BTreeMap::new()),
            listed: RwSignal::new(false),
            net: RwSignal::new(Net::Live),
            contact: RwSignal::new(page::device_now()),
            clock: Clock::start(),
            route: RwSignal::new(route),
            token: RwSignal::new(token),
            called: RwSignal::new(String::new()),
            near: Near::default(),
            cases: StoredValue::new(BTreeMap::new()),
            last_agent: StoredValue::new(String::new()),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
        }
    }

    /// The desk of the current view.
    pub fn here() -> Desk {
        expect_context()
    }

    /// The same desk at another time, of which nothing is live.
    pub fn at(self, clock: Clock) -> Desk {
        Desk { clock, near: Near::default(), ..self }
    }

    /// The name of the agent, empty when nobody is logged in.
    pub fn agent(self) -> String {
        match self.who.get() {
            Who::Agent(name) => name,
            _ => String::new(),
        }
    }

    /// An agent sits down. Another one than before finds no copies of the one before.
    pub fn enter(self, name: String) {
        if self.last_agent.get_value() != name {
            self.cases.set_value(BTreeMap::new());
            self.last_agent.set_value(name.clone());
        }
        self.session.update(|n| *n += 1);
        self.who.set(Who::Agent(name));
    }

    /// Notes that the server answered, with its time.
    pub fn heard(self, server_now: i64) {
        self.clock.set(server_now);
        self.contact.set(server_now);
        if self.net.get_untracked() != Net::Live {
            self.net.set(Net::Live);
        }
    }

    /// The session is over: back to the log-in, everything typed stays.
    pub fn leave(self, why: Out) {
        self.session.update(|n| *n += 1);
        self.who.set(Who::Nobody(why));
        if why == Out::Left {
            self.rows.set(BTreeMap::new());
            self.listed.set(false);
        }
    }

    /// The copy of a case, made when it is looked at for the first time.
    pub fn case(self, id: &str) -> Opened {
        if let Some(found) = self.cases.with_value(|all| all.get(id).copied()) {
            return found;
        }
        // Its signals belong to the page, not to the view that happened to ask first.
        let agent = self.last_agent.get_value();
        let opened = self.owner.get_value().with(|| Opened::restore(&agent, id));
        self.cases.update_value(|all| {
            all.insert(id.into(), opened);
        });
        opened
    }

    /// Cases with events on their way, those of before a reload included.
    pub fn unsent(self) -> Vec<Opened> {
        let mut kept = Vec::new();
        if let Some(storage) = page::tab() {
            for i in 0..storage.length().unwrap_or(0) {
                kept.extend(storage.key(i).ok().flatten());
            }
        }
        let mine = key(OUT, &self.last_agent.get_value(), "");
        for name in kept {
            if let Some(case) = name.strip_prefix(&mine) {
                self.case(case);
            }
        }
        let all = self.cases.get_value();
        all.into_values()
            .filter(|c| c.replica.with_untracked(|r| !r.pending().is_empty()))
            .collect()
    }
}

impl Opened {
    fn restore(agent: &str, id: &str) -> Opened {
        let mut replica = Replica::default();
        let kept = page::load(page::tab(), &key(OUT, agent, id))
            .and_then(|text| crate::js::read::<Batch>(&text).ok());
        for envelope in kept.into_iter().flat_map(|batch| batch.events) {
            replica.write(envelope);
        }
        Opened {
            id: StoredValue::new(id.into()),
            agent: StoredValue::new(agent.into()),
            replica: RwSignal::new(replica),
            log: RwSignal::new(Vec::new()),
            since: RwSignal::new(0),
            epoch: RwSignal::new(String::new()),
            known: RwSignal::new(false),
            trouble: RwSignal::new(None),
            sending: RwSignal::new(false),
            draft: RwSignal::new(
                page::load(page::tab(), &key(DRAFT, agent, id)).unwrap_or_default(),
            ),
            next: RwSignal::new(1),
            device: RwSignal::new(page::uuid()),
        }
    }

    /// A copy that nobody follows and nothing is sent from: a case as it once stood.
    pub fn still(id: &str) -> Opened {
        Opened::restore("", id)
    }

    /// Sets such a copy to what these events come to.
    pub fn stand_at(self, log: &[Stored]) {
        self.replica.set(Replica::from_snapshot(State::fold(log)));
        self.log.set(log.to_vec());
        self.known.set(true);
    }

    fn key(self, kind: &str) -> String {
        key(kind, &self.agent.get_value(), &self.id.get_value())
    }

    /// What the case comes to, own events on their way included.
    pub fn state(self) -> State {
        self.replica.with(|r| r.state(Role::Agent))
    }

    /// Takes what is typed, so that neither reload nor log-out loses it.
    pub fn type_draft(self, text: String) {
        page::keep(page::tab(), &self.key(DRAFT), &text);
        self.draft.set(text);
    }

    /// Writes an event of this desk into the copy; `link::flush` sends it.
    pub fn write(self, event: Event) {
        let n = self.next.get_untracked();
        self.next.set(n + 1);
        let envelope = Envelope {
            v: case::upcast::VERSION,
            k: page::uuid(),
            d: self.device.get_untracked(),
            n,
            at: page::device_now(),
            b: event.into(),
        };
        self.replica.update(|r| r.write(envelope));
        self.keep();
    }

    /// Keeps the events on their way over a reload.
    pub fn keep(self) {
        let events = self.replica.with_untracked(|r| r.pending().to_vec());
        let text = match events.is_empty() {
            true => String::new(),
            false => case::wire::to_json(&Batch { sent: 0, events }),
        };
        page::keep(page::tab(), &self.key(OUT), &text);
    }

    /// Gives the events on their way new numbers under a new device id: the server waits for one
    /// that it refused, and would hold back all that follow it.
    pub fn renumber(self) {
        let pending = self.replica.with_untracked(|r| r.pending().to_vec());
        let device = page::uuid();
        let mut fresh =
            Replica::from_snapshot(self.replica.with_untracked(|r| r.settled().clone()));
        let mut n = 0;
        for mut envelope in pending {
            n += 1;
            envelope.d.clone_from(&device);
            envelope.n = n;
            fresh.write(envelope);
        }
        self.next.set(n + 1);
        self.device.set(device);
        self.replica.set(fresh);
        self.keep();
    }
}
