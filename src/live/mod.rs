//! The live link of a page: one connection to the case on the screen, used by both faces. A WebSocket
//! first, an event stream with `POST` where sockets do not get through; where neither does, the face's
//! own long poll goes on as if nothing here were there.
//!
//! What is added to the log is not read here: it waits in order ([`Live::tail`]) for the face, whose
//! rules of history and offsets hold for it as for an answer to a poll. Events are sent by the face.
//! Signals go both ways here: [`Live::send`], [`Live::hear`]; who else is there: [`Live::peers`].
//!
//! A page has one link, [`here`]. It does nothing before [`Live::start`], which a face calls once.

mod inbox;
mod plan;
mod socket;
mod stream;
mod talk;
mod turn;
pub mod typing;

pub use plan::Way;

use crate::js::Js;
use crate::ui::value::Value;
use case::live::{Class, Down, Peer, Signal};
use inbox::{Inbox, Piece};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

/// To whom to connect, and from where in the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hello {
    /// Case.
    pub case: String,
    /// Token of the device; empty for an agent, whose cookie goes along.
    pub token: String,
    /// Offset up to which the log is here.
    pub after: u64,
    /// History in which `after` counts; empty when none is known.
    pub epoch: String,
    /// Id of this device.
    pub d: String,
    /// What the server's log must have reached at this moment: less means that it lost history.
    pub floor: u64,
}

/// What a face tells the link.
pub struct Face {
    /// To whom to connect now; `None`: to nobody. Asked often.
    pub hello: Box<dyn Fn() -> Option<Hello>>,
    /// Something changed: the link came up or broke, the server spoke, or there is a tail to take.
    pub turned: Box<dyn Fn()>,
    /// A name, where only one tab of a device is to have a link.
    pub alone: Option<String>,
}

/// How the own link is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum State {
    /// There is nobody to connect to, or another tab has the link.
    #[default]
    Off,
    /// Wanted, but not there.
    Away,
    /// There.
    Up {
        /// How.
        way: Way,
        /// Number of this connection; another one after each break.
        conn: u32,
    },
}

type Hear = Rc<dyn Fn(&Down)>;

struct Inner {
    face: RefCell<Option<Face>>,
    state: Value<State>,
    peers: Value<Vec<Peer>>,
    ears: RefCell<Vec<(u32, Hear)>>,
    last_ear: Cell<u32>,
    /// The newest of each kind of which only the newest counts: said again on each new connection.
    latest: RefCell<Vec<Signal>>,
    /// What came and was not taken yet, with the floor of its connection.
    tails: RefCell<VecDeque<(u64, Js)>>,
    /// How far the log goes, as this connection told.
    seen: Cell<u64>,
    /// The server's clock when it last spoke, Unix milliseconds.
    heard: Cell<i64>,
    /// The connection of the moment.
    wire: RefCell<Option<talk::Wire>>,
    inbox: RefCell<Rc<Inbox>>,
    /// Case and token of the connection of the moment.
    with: RefCell<(String, String)>,
    /// Until when, Unix milliseconds, the server does not want one that says this hello.
    barred: RefCell<Option<(i64, Hello)>>,
    bell: crate::case_link::time::Bell,
    plan: RefCell<plan::Plan>,
    turn: turn::Turn,
}

/// The link of the page. Clones are the same link.
#[derive(Clone)]
pub struct Live(Rc<Inner>);

thread_local! {
    static LIVE: Live = Live(Rc::new(Inner {
        face: RefCell::default(),
        state: Value::new(State::Off),
        peers: Value::new(Vec::new()),
        ears: RefCell::default(),
        last_ear: Cell::new(0),
        latest: RefCell::default(),
        tails: RefCell::default(),
        seen: Cell::new(0),
        heard: Cell::new(0),
        wire: RefCell::default(),
        inbox: RefCell::default(),
        with: RefCell::default(),
        barred: RefCell::default(),
        bell: Default::default(),
        plan: RefCell::default(),
        turn: turn::Turn::default(),
    }));
}

/// The link of this page.
pub fn here() -> Live {
    LIVE.with(Clone::clone)
}

/// Somebody who hears; no longer when dropped.
pub struct Ear(u32);

impl Drop for Ear {
    fn drop(&mut self) {
        let live = here();
        live.0.ears.borrow_mut().retain(|(n, _)| *n != self.0);
    }
}

impl Live {
    /// Begins to connect, and goes on by itself for as long as the page lives. Call it once.
    pub fn start(&self, face: Face) {
        let first = self.0.face.replace(Some(face)).is_none();
        if first {
            typing::listen();
            talk::start(&self.0);
        }
    }

    /// Says something to the other side. `false`: there is no connection. Then a signal of which
    /// only the newest counts ([`Class::Latest`]) is said as soon as there is one, any other is lost.
    pub fn send(&self, signal: Signal) -> bool {
        if signal.class() == Class::Latest {
            let mut latest = self.0.latest.borrow_mut();
            latest.retain(|s| s.tag() != signal.tag());
            latest.push(signal.clone());
        }
        self.0.say(signal)
    }

    /// Calls `hear` with every [`Down::Signal`] of the other side, and with every [`Down::No`] to a
    /// signal of this one, until the result is dropped.
    #[must_use = "hearing ends when it is dropped"]
    pub fn hear(&self, hear: impl Fn(&Down) + 'static) -> Ear {
        let n = self.0.last_ear.get() + 1;
        self.0.last_ear.set(n);
        self.0.ears.borrow_mut().push((n, Rc::new(hear)));
        Ear(n)
    }

    /// All others in the case, as the server last told. Only while the own link is up does it say
    /// anything of this moment. Tracked.
    pub fn peers(&self) -> Vec<Peer> {
        self.0.peers.get()
    }

    /// How the own link is. Tracked.
    pub fn state(&self) -> State {
        self.0.state.get()
    }

    /// Whether the own link is up. Not tracked.
    pub fn up(&self) -> bool {
        matches!(self.0.state.get_untracked(), State::Up { .. })
    }

    /// The next thing that was added to the log, with the floor of its connection ([`Hello`]).
    pub fn tail(&self) -> Option<(u64, Js)> {
        self.0.tails.borrow_mut().pop_front()
    }

    /// How far the log goes, as this connection told: a copy that ends before it, with no tail
    /// waiting, has to ask for the rest by a poll.
    pub fn seen(&self) -> u64 {
        self.0.seen.get()
    }

    /// The server's clock when it last spoke on the link, Unix milliseconds.
    pub fn heard(&self) -> i64 {
        self.0.heard.get()
    }

    /// Sees whether the face wants another connection, and whether the one there is still good.
    pub fn check(&self) {
        self.0.check();
    }

    /// The network is another one, or the page was asleep: connects anew at once.
    pub fn redial(&self) {
        self.0.inbox.borrow().push(Piece::Redial);
        self.0.wake();
    }

    /// Somebody looks at the page: sees at once whether the connection is still good.
    pub fn look(&self) {
        self.0.inbox.borrow().push(Piece::Look);
        self.0.wake();
    }
}
