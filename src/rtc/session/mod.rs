//! A call as one side has it: the negotiation carried out on the browser's connection, what is sent
//! and what comes, and what there is to be shown of it. Driver and agent have the same; the driver is
//! the polite one and sends the picture. It asks for no camera and draws nothing.

use super::heal::{Cure, Health, State};
use super::ladder::{Ladder, Sample, send};
use super::measure::{self, Counters};
use super::peer::{self, Peer, Told};
use super::talk::{Act, Talk};
use crate::case_link::mint::{now, uuid};
use crate::device::loose::{call, get, pause};
use crate::react::*;
use crate::ui::dom::{computed, task, watch};
use crate::ui::slot::Slot;
use case::Get as _;
use case::event::Role;
use case::live::{Rtc, Rung, Signal};
use case::message::Relay;
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use wasm_bindgen::{JsCast, JsValue};
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
/// Milliseconds between two measurements.
const MEASURE: i64 = 2_000;
/// Milliseconds between two words on quality.
const TELL: i64 = 4_000;
/// The other side's word on its quality holds for so long, milliseconds.
const HOLDS: i64 = 15_000;
/// With no connection and no word of the other side for so long it has gone, milliseconds.
const GONE: i64 = 60_000;
/// The credentials of relays are fetched anew after this part of their time, in 1/100.
const FRESH: i64 = 80;

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

    fn plead(&self) {
        let text = String::new;
        let (call, text, mid) = (text(), text(), text());
        (self.ports.send)(Signal::Rtc { call, generation: 0, kind: Rtc::Restart, text, mid });
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

    /// Shows this picture from now on, or none.
    pub fn picture(&self, track: Option<MediaStreamTrack>) {
        *self.video.borrow_mut() = track;
        self.fill(PICTURE);
        self.apply();
    }

    /// Sends this sound from now on, or none; what was sent before is let go.
    pub fn sound(&self, track: Option<MediaStreamTrack>) {
        self.ladder.borrow_mut().sound(track.is_some());
        self.show(|s| s.mic = track.is_some());
        if let Some(old) = std::mem::replace(&mut *self.mic.borrow_mut(), track) {
            old.stop();
        }
        self.fill(SOUND);
        self.apply();
    }

    /// The device has another network.
    pub fn moved(&self) {
        let cure = self.health.borrow_mut().moved(now());
        self.cure(cure);
    }

    /// A signal of the other side.
    pub fn hear(self: &Rc<Self>, by: Role, signal: &Signal) {
        if by == self.ports.side || self.shown.peek().phase == Phase::Unable {
            return;
        }
        self.heard.set(now());
        match signal {
            Signal::Rtc { call, generation, kind, text, mid } => {
                self.negotiate(call, *generation, *kind, text, mid);
            }
            Signal::Quality { rtt, lost, rung, .. } => {
                self.show(|s| s.theirs = Some((*rtt, *lost, *rung)));
            }
            _ => {}
        }
    }

    fn negotiate(self: &Rc<Self>, call: &str, generation: u32, kind: Rtc, text: &str, mid: &str) {
        let known = self.talk.borrow().as_ref().is_some_and(|talk| talk.call() == call);
        if known {
            let heard = |talk: &mut Talk| talk.hear(generation, kind, text, mid, now());
            return self.with_talk(heard);
        }
        if self.offers() {
            // Who has nothing of the call asks for it.
            match (kind, self.runs()) {
                (Rtc::Restart, true) => self.with_talk(|talk| talk.asked_for(now())),
                // Not while it is being made all the same.
                (Rtc::Restart, false) => self.show(|s| s.asked = s.phase != Phase::Coming),
                _ => {}
            }
            return;
        }
        let past = self.past.borrow().iter().any(|old| old == call);
        // Before the relays are known no connection is made; an offer is said again.
        if kind == Rtc::Offer && !past && self.config_until.get() > 0 {
            self.over(Phase::Coming);
            self.asking.set(None);
            self.begin(call, generation);
            self.with_talk(|talk| talk.hear(generation, kind, text, mid, now()));
        }
    }

    fn begin(self: &Rc<Self>, call: &str, generation: u32) {
        *self.talk.borrow_mut() = Some(Talk::new(call, generation, self.offers(), now()));
        *self.ladder.borrow_mut() = Ladder::default();
        self.ladder.borrow_mut().sound(self.mic.borrow().is_some());
        *self.health.borrow_mut() = Health::new(now());
        self.heard.set(now());
        self.show(|s| (s.phase, s.theirs) = (Phase::Coming, None));
        self.build();
    }

    /// A new connection in place of the one there is.
    fn build(self: &Rc<Self>) {
        self.drop_peer();
        self.serial.set(self.serial.get() + 1);
        let (me, serial) = (self.me.clone(), self.serial.get());
        let told = move |told| {
            if let Some(me) = me.upgrade().filter(|me| me.serial.get() == serial) {
                me.told(told);
            }
        };
        let Some(made) = Peer::new(&self.config.borrow(), Rc::new(told)) else {
            *self.talk.borrow_mut() = None;
            return self.show(|s| s.phase = Phase::Unable);
        };
        self.health.borrow_mut().renewed(now());
        if self.offers() {
            // Both places from the beginning: what is shown and said changes without negotiation.
            *self.senders.borrow_mut() =
                [made.open("video", false, &self.stream), made.open("audio", true, &self.stream)];
        }
        *self.peer.borrow_mut() = Some(Rc::new(made));
        self.fill(PICTURE);
        self.fill(SOUND);
    }

    fn told(self: &Rc<Self>, told: Told) {
        match told {
            Told::Needed => self.with_talk(|talk| talk.need(now())),
            Told::Found(text, mid) => {
                self.with_talk(|talk| talk.found(talk.generation(), &text, &mid));
            }
            Told::State(state) => {
                let cure = self.health.borrow_mut().say(state, now());
                self.cure(cure);
                self.judge();
                if state == State::Connected {
                    self.apply();
                }
            }
            Told::Came(stream) => {
                *self.came.borrow_mut() = Some(stream);
                self.show(|s| s.came += 1);
            }
        }
    }

    fn with_talk(self: &Rc<Self>, act: impl FnOnce(&mut Talk) -> Vec<Act>) {
        let acts = self.talk.borrow_mut().as_mut().map(act).unwrap_or_default();
        acts.into_iter().for_each(|act| self.perform(act));
    }

    fn perform(self: &Rc<Self>, act: Act) {
        let Some(peer) = self.peer.borrow().clone() else { return };
        let generation = self.talk.borrow().as_ref().map_or(0, Talk::generation);
        let (me, serial) = (self.clone(), self.serial.get());
        let same = move |me: &Session| me.serial.get() == serial;
        match act {
            Act::Build => self.build(),
            Act::Say(signal) => (self.ports.send)(signal),
            Act::Add { text, mid } => peer.add(&text, &mid),
            Act::Over => self.over(Phase::Ended),
            Act::Make => task(async move {
                let text = peer.describe().await;
                if same(&me) {
                    me.with_talk(|talk| talk.made(generation, text, now()));
                }
            }),
            Act::Take { offer, text } => task(async move {
                let good = peer.take(offer, &text).await;
                if same(&me) {
                    // The place for sound came with the offer.
                    me.fill(SOUND);
                    me.with_talk(|talk| talk.taken(generation, good, now()));
                }
            }),
        }
    }

    /// Puts what there is into its place.
    fn fill(&self, what: usize) {
        let track = if what == PICTURE { &self.video } else { &self.mic }.borrow().clone();
        let sender = self.senders.borrow()[what].clone();
        match (sender, track) {
            (Some(sender), track) => peer::replace(&sender, track.as_deref().map(|t| t.as_ref())),
            (None, Some(track)) if !self.offers() && what == SOUND => {
                let peer = self.peer.borrow().clone();
                let sender = peer.and_then(|peer| peer.send(&track, &self.stream));
                self.senders.borrow_mut()[what] = sender;
            }
            _ => {}
        }
    }

    /// Sends as much as the rung allows.
    fn apply(&self) {
        let rung = self.rung();
        if let Some(sender) = &self.senders.borrow()[PICTURE] {
            let settings = self.video.borrow().as_ref().and_then(|t| call(t, "getSettings", &[]));
            let side = |name| settings.as_ref().and_then(|s| get(s, name)?.as_f64());
            let lines = side("width").unwrap_or(0.0).min(side("height").unwrap_or(0.0));
            peer::limit(sender, send(rung), lines);
        }
        if self.offers() {
            self.show(|s| s.rung = rung);
        }
    }

    /// What is sent at the moment.
    fn rung(&self) -> Rung {
        let (picture, sound) = (self.video.borrow().is_some(), self.mic.borrow().is_some());
        match (self.runs(), picture, sound) {
            (true, true, _) => self.ladder.borrow().rung(),
            (true, false, true) => Rung::Audio,
            _ => Rung::None,
        }
    }

    fn cure(&self, cure: Option<Cure>) {
        let Some(me) = self.me.upgrade() else { return };
        match cure {
            Some(Cure::Restart) => {
                if let Some(peer) = self.peer.borrow().as_ref() {
                    peer.restart();
                }
            }
            Some(Cure::Renew) => me.with_talk(|talk| talk.restart(now())),
            None => {}
        }
    }

    /// Says how far the call is.
    fn judge(&self) {
        let (up, hopeless) = {
            let health = self.health.borrow();
            (health.connected(), health.hopeless())
        };
        self.show(|s| {
            s.hopeless = hopeless;
            s.phase = match s.phase {
                Phase::Coming | Phase::Up | Phase::Broken if up => Phase::Up,
                Phase::Up => Phase::Broken,
                phase => phase,
            };
        });
    }

    async fn tick(self: &Rc<Self>) {
        let time = now();
        if time - self.heard.get() > HOLDS {
            self.show(|s| s.theirs = None);
        }
        if self.asking.get().is_some_and(|at| time - at >= super::talk::AGAIN) {
            self.asking.set(Some(time));
            self.plead();
        }
        if !self.runs() {
            return;
        }
        if self.offers() && time - self.heard.get() > GONE && !self.health.borrow().connected() {
            // Nobody is there any more: the camera does not run for nobody.
            self.end();
            return self.show(|s| s.phase = Phase::Ended);
        }
        self.with_talk(|talk| talk.tick(time));
        let cure = self.health.borrow_mut().tick(time);
        self.cure(cure);
        self.judge();
        if time >= self.config_until.get() {
            self.configure().await;
            if let Some(peer) = self.peer.borrow().as_ref() {
                peer.configure(&self.config.borrow());
            }
        }
        if self.counted.get().is_none_or(|old| time - old.at >= MEASURE) {
            self.measure().await;
        }
        if time - self.told.get() >= TELL && self.runs() {
            self.told.set(time);
            let s = self.shown.peek();
            (self.ports.send)(Signal::Quality {
                rtt: s.sample.rtt,
                kbps: s.sample.kbps,
                lost: s.sample.lost,
                rung: s.rung,
            });
        }
    }

    async fn measure(self: &Rc<Self>) {
        let (Some(peer), serial) = (self.peer.borrow().clone(), self.serial.get()) else { return };
        let Some(counters) = peer.count(self.offers()).await else { return };
        if self.serial.get() != serial {
            return;
        }
        let Some(old) = self.counted.replace(Some(counters)) else { return };
        let sample = measure::between(&old, &counters);
        if !self.offers() {
            return self.show(|s| (s.rung, s.sample) = (measure::arrives(&sample), sample));
        }
        self.show(|s| s.sample = sample);
        // While nothing is shown there is nothing to be judged by.
        if self.video.borrow().is_none() {
            return;
        }
        let through = self.health.borrow().connected();
        let before = self.ladder.borrow().rung();
        let after = self.ladder.borrow_mut().step(through.then_some(sample), now());
        if after != before {
            self.apply();
        }
    }

    /// Fetches the relays' addresses where they are not known or too old.
    async fn configure(&self) {
        if now() < self.config_until.get() {
            return;
        }
        let relay = (self.ports.relay)().await;
        let seconds = relay.as_ref().map_or(0, |relay| i64::from(relay.seconds));
        // Without an answer the call is tried without, and asked again soon.
        self.config_until.set(now() + seconds.max(60) * 10 * FRESH);
        *self.config.borrow_mut() = peer::configuration(&relay.unwrap_or_else(Relay::blank));
    }

    fn drop_peer(&self) {
        if let Some(peer) = self.peer.borrow_mut().take() {
            peer.close();
        }
        self.counted.set(None);
        *self.senders.borrow_mut() = [None, None];
        if self.came.borrow_mut().take().is_some() {
            self.show(|s| s.came += 1);
        }
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

/// Asks for the microphone; `None` when there is none to be had.
pub async fn microphone() -> Option<MediaStreamTrack> {
    let devices = get(&crate::device::loose::navigator(), "mediaDevices")?;
    let wish = js_sys::JSON::parse(r#"{"audio":true}"#).ok()?;
    let stream = crate::device::loose::ask(&devices, "getUserMedia", &[wish]).await?;
    let stream: MediaStream = stream.dyn_into().ok()?;
    stream.get_audio_tracks().get(0).dyn_into().ok()
}
