//! What is negotiated with the other side, on which connection: signals in, and what `talk` decides
//! carried out.

use super::{PICTURE, Phase, SOUND, Session};
use crate::case_link::mint::now;
use crate::rtc::heal::{Health, State};
use crate::rtc::ladder::Ladder;
use crate::rtc::peer::{Peer, Told};
use crate::rtc::talk::{Act, Talk};
use crate::ui::dom::task;
use case::event::Role;
use case::live::{Rtc, Signal};
use std::rc::Rc;

impl Session {
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

    pub(super) fn begin(self: &Rc<Self>, call: &str, generation: u32) {
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

    pub(super) fn with_talk(self: &Rc<Self>, act: impl FnOnce(&mut Talk) -> Vec<Act>) {
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

    pub(super) fn drop_peer(&self) {
        if let Some(peer) = self.peer.borrow_mut().take() {
            peer.close();
        }
        self.counted.set(None);
        *self.senders.borrow_mut() = [None, None];
        if self.came.borrow_mut().take().is_some() {
            self.show(|s| s.came += 1);
        }
    }
}
