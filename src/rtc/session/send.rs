//! What this side sends: picture and sound put into their places, and as much of them as the rung
//! allows.

use super::{PICTURE, SOUND, Session};
use crate::device::loose::{call, get};
use crate::rtc::ladder::send;
use crate::rtc::peer;
use case::live::Rung;
use web_sys::MediaStreamTrack;

impl Session {
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

    /// Puts what there is into its place.
    pub(super) fn fill(&self, what: usize) {
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
    pub(super) fn apply(&self) {
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
}
