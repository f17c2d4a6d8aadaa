//! A call as one side has it: the negotiation carried out on the browser's connection, what is sent
//! and what comes, and what there is to be shown of it. Driver and agent have the same; the driver is
//! the polite one and sends the picture. It asks for no camera and draws nothing.

mod negotiate;
mod send;
mod tend;

use super::heal::Health;
use super::ladder::{Ladder, Sample};
use super::measure::Counters;
use super::peer::{self, Peer};
use super::talk::{Act, Talk};
use crate::case_link::mint::{now, uuid};
use crate::device::loose::pause;
use crate::react::*;
use crate::ui::dom::{computed, task, watch};
use crate::ui::slot::Slot;
use case::event::Role;
use case::live::{Rung, Signal};
use case::message::Relay;
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use wasm_bindgen::JsValue;
use web_sys::{HtmlMediaElement, MediaStream, MediaStreamTrack};

/// Fetches what the server knows of relays; `None` when it could not be asked.
pub type FetchRelay = Box<dyn Fn() -> Pin<Box<dyn Future<Output = Option<Relay>>>>>;

/// What a call is made with.
pub struct Ports {
    /// Which side this is.
    pub side: Role,
    /// Says a signal to the other side.
    pub send: Box<dyn Fn(Signal)>,
    /// The server's relays.
    pub relay: FetchRelay,
}

/// How far a call is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// There is none.
    #[default]
    Idle,
    /// It is being made.
    Coming,
    /// It stands.
    Up,
    /// It stood and is being mended.
    Broken,
    /// The other side ended it.
    Ended,
    /// This browser cannot.
    Unable,
}

/// What there is to be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// How far it is.
    pub phase: Phase,
    /// It is tried in vain for long.
    pub hopeless: bool,
    /// What this side sends (driver) or what arrives (agent).
    pub rung: Rung,
    /// What was measured last.
    pub sample: Sample,
    /// What the other side said of itself: round trip, loss, rung.
    pub theirs: Option<(u32, u32, Rung)>,
    /// The other side asks for the call.
    pub asked: bool,
    /// This side's microphone is on.
    pub mic: bool,
    /// Changes whenever media of the other side came or went.
    pub came: u32,
}

/// Names of ended calls that are remembered, so that a late message does not bring them back.
const PAST: usize = 8;
/// See the module.
pub struct Session {
    ports: Ports,
    me: Weak<Session>,
    talk: RefCell<Option<Talk>>,
    peer: RefCell<Option<Rc<Peer>>>,
    /// Counts connections: what an earlier one still tells is dropped.
    serial: Cell<u32>,
    health: RefCell<Health>,
    ladder: RefCell<Ladder>,
    counted: Cell<Option<Counters>>,
    told: Cell<i64>,
    heard: Cell<i64>,
    config: RefCell<JsValue>,
    /// Until when the configuration is good; 0 before there is one.
    config_until: Cell<i64>,
    /// The other side is asked for a call until it offers one: when last.
    asking: Cell<Option<i64>>,
    /// What is shown of this side; none while paused.
    video: RefCell<Option<MediaStreamTrack>>,
    mic: RefCell<Option<MediaStreamTrack>>,
    /// Gives both tracks one name on the other side.
    stream: JsValue,
    senders: RefCell<[Option<JsValue>; 2]>,
    came: RefCell<Option<MediaStream>>,
    past: RefCell<Vec<String>>,
    shown: Slot<Shown>,
}

const PICTURE: usize = 0;
const SOUND: usize = 1;

impl Session {
    /// A side with no call yet. It lives, and measures, until the last handle is gone.
    pub fn new(ports: Ports) -> Rc<Session> {
        let session = Rc::new_cyclic(|me| Session {
            ports,
            me: me.clone(),
            talk: RefCell::default(),
            peer: RefCell::default(),
            serial: Cell::new(0),
            health: RefCell::new(Health::new(0)),
            ladder: RefCell::default(),
            counted: Cell::new(None),
            told: Cell::new(0),
            heard: Cell::new(0),
            config: RefCell::new(JsValue::UNDEFINED),
            config_until: Cell::new(0),
            asking: Cell::new(None),
            video: RefCell::default(),
            mic: RefCell::default(),
            stream: MediaStream::new().map_or(JsValue::UNDEFINED, Into::into),
            senders: RefCell::default(),
            came: RefCell::default(),
            past: RefCell::default(),
            shown: Slot::new(Shown {
                phase: if peer::can() { Phase::Idle } else { Phase::Unable },
                hopeless: false,
                rung: Rung::None,
                sample: Sample::default(),
                theirs: None,
                asked: false,
                mic: false,
                came: 0,
            }),
        });
        let me = session.me.clone();
        task(async move {
            while let Some(session) = me.upgrade() {
                session.tick().await;
                drop(session);
                pause(1_000).await;
            }
        });
        session
    }

    /// What there is to be shown; tracked.
    pub fn shown(&self) -> Shown {
        self.shown.get()
    }

    /// Whether there is a call. Not tracked.
    pub fn runs(&self) -> bool {
        self.talk.borrow().is_some()
    }

    /// Puts the other side's media into an element, now and whenever they come or go.
    pub fn play(self: &Rc<Self>, element: &HtmlMediaElement) {
        let (counts, plays, element) = (self.clone(), self.clone(), element.clone());
        // Once each time: what is given again begins again.
        let came = computed(move || {
            let mut text = String::new();
            case::wire::put_int(i64::from(counts.shown().came), &mut text);
            text
        });
        watch(move || {
            came.with(|_| ());
            element.set_src_object(plays.came.borrow().as_ref());
        });
    }

    fn offers(&self) -> bool {
        self.ports.side == Role::Driver
    }

    /// Begins a call; for the side that offers. Does nothing while there is one.
    pub async fn start(self: &Rc<Self>) {
        if self.runs() || !peer::can() {
            return;
        }
        self.show(|s| (s.phase, s.asked, s.hopeless) = (Phase::Coming, false, false));
        self.configure().await;
        // It may have been ended, or begun again, meanwhile.
        if self.runs() || self.shown.peek().phase != Phase::Coming {
            return;
        }
        self.begin(&uuid(), 0);
    }

    /// Asks the other side for a call, and goes on asking until there is one.
    pub fn ask(self: &Rc<Self>) {
        let me = self.clone();
        self.show(|s| s.phase = Phase::Coming);
        task(async move {
            me.configure().await;
            if !me.runs() {
                me.asking.set(Some(now()));
                me.plead();
            }
        });
    }

    /// Ends the call and tells the other side.
    pub fn end(&self) {
        let acts = self.talk.borrow_mut().as_mut().map(Talk::end).unwrap_or_default();
        for act in acts {
            if let Act::Say(signal) = act {
                (self.ports.send)(signal);
            }
        }
        self.over(Phase::Idle);
    }

    fn over(&self, phase: Phase) {
        self.serial.set(self.serial.get() + 1);
        self.asking.set(None);
        self.drop_peer();
        let ended = self.talk.borrow_mut().take();
        if let Some(talk) = ended {
            // The last word on quality is said again on a new line: it must not be an old one.
            let (rtt, kbps, lost, rung) = (0, 0, 0, Rung::None);
            (self.ports.send)(Signal::Quality { rtt, kbps, lost, rung });
            let mut past = self.past.borrow_mut();
            past.push(talk.call().into());
            let many = past.len().saturating_sub(PAST);
            past.drain(..many);
        }
        if phase != Phase::Coming {
            self.sound(None);
        }
        self.show(|s| {
            if s.phase != Phase::Unable {
                s.phase = phase;
            }
            (s.rung, s.hopeless, s.sample) = (Rung::None, false, Sample::default());
        });
    }

    /// Changes what is shown, and tells only when it has changed.
    fn show(&self, change: impl FnOnce(&mut Shown)) {
        let old = self.shown.peek();
        let mut new = old.clone();
        change(&mut new);
        if new != old {
            self.shown.set(new);
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(peer) = self.peer.get_mut().take() {
            peer.close();
        }
        if let Some(mic) = self.mic.get_mut().take() {
            mic.stop();
        }
    }
}
