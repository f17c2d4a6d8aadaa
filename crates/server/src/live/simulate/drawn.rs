//! What a schedule draws from its seed: numbers, and what people say.

use crate::store::conformance::kit::Random;
use case::event::{Event, Scope, Way};
use case::live::{Rtc, Signal, Track};

impl Random {
    pub(super) fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    pub(super) fn pick(&mut self, n: usize) -> Option<usize> {
        (n > 0).then(|| self.below(n as u64) as usize)
    }

    fn text(&mut self) -> String {
        let long = if self.one_in(200) { 60_000 } else { 30 };
        "x".repeat(self.below(long) as usize)
    }

    fn scopes(&mut self) -> Vec<Scope> {
        let n = 1 + self.below(3);
        let all = Scope::ALL;
        (0..n).filter_map(|_| Some(all[self.pick(all.len())?])).collect()
    }

    pub(super) fn of_driver(&mut self) -> Event {
        let agent = String::from(["Li", "Wang"][self.below(2) as usize]);
        match self.below(5) {
            0 => Event::Granted { agent, scopes: self.scopes() },
            1 => {
                let agent = if self.one_in(2) { agent } else { String::new() };
                Event::Revoked { agent, scopes: self.scopes() }
            }
            _ => Event::Said { text: self.text() },
        }
    }

    pub(super) fn of_agent(&mut self) -> Event {
        match self.below(8) {
            0 | 1 => Event::Proposed { g: "g".into(), q: "q".into() },
            2 => Event::Asked { scopes: self.scopes() },
            3 => Event::Urgent { on: self.one_in(2) },
            // Never theirs to say.
            4 => Event::Handed { way: Way::Sms },
            _ => Event::Said { text: self.text() },
        }
    }

    /// A signal whose text carries its number.
    pub(super) fn signal(&mut self, n: u32) -> Signal {
        let id = n.to_string();
        let e = String::new;
        match self.below(6) {
            0 => Signal::Point { id, g: e(), q: e() },
            1 => {
                let mut view = case::view::Screen::named("x");
                view.g = id;
                Signal::Screen { view }
            }
            2 => Signal::Stroke { id, m: e(), from: 0, at: vec![7; 8] },
            3 => Signal::Cursor { id, at: vec![] },
            4 => {
                let long = if self.one_in(8) { 30_000 } else { 30 };
                let text = "v".repeat(self.below(long) as usize);
                Signal::Rtc { call: id, generation: 0, kind: Rtc::Offer, text, mid: e() }
            }
            _ => Signal::Pose { id, track: Track::Weak, h: vec![] },
        }
    }
}
