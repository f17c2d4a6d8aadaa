//! What is done every second and when the line changes: measuring, mending, telling the other side,
//! fresh credentials.

use super::{Phase, Session};
use crate::case_link::mint::now;
use crate::rtc::heal::Cure;
use crate::rtc::talk::AGAIN;
use crate::rtc::{measure, peer};
use case::Get as _;
use case::live::{Rtc, Signal};
use case::message::Relay;
use std::rc::Rc;

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

impl Session {
    /// The device has another network.
    pub fn moved(&self) {
        let cure = self.health.borrow_mut().moved(now());
        self.cure(cure);
    }

    pub(super) fn plead(&self) {
        let text = String::new;
        let (call, text, mid) = (text(), text(), text());
        (self.ports.send)(Signal::Rtc { call, generation: 0, kind: Rtc::Restart, text, mid });
    }

    pub(super) fn cure(&self, cure: Option<Cure>) {
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
    pub(super) fn judge(&self) {
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

    pub(super) async fn tick(self: &Rc<Self>) {
        let time = now();
        if time - self.heard.get() > HOLDS {
            self.show(|s| s.theirs = None);
        }
        if self.asking.get().is_some_and(|at| time - at >= AGAIN) {
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
    pub(super) async fn configure(&self) {
        if now() < self.config_until.get() {
            return;
        }
        let relay = (self.ports.relay)().await;
        let seconds = relay.as_ref().map_or(0, |relay| i64::from(relay.seconds));
        // Without an answer the call is tried without, and asked again soon.
        self.config_until.set(now() + seconds.max(60) * 10 * FRESH);
        *self.config.borrow_mut() = peer::configuration(&relay.unwrap_or_else(Relay::blank));
    }
}
