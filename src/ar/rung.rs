//! Which rung of the ladder a screen stands on, and when it steps down. Time is handed in,
//! milliseconds; nothing here looks at a clock.

/// A rung; each one alone does the job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rung {
    /// Marks follow the thing in the live picture.
    Tracked,
    /// Marks lie on the frozen picture.
    Frozen,
    /// There is no picture: marks lie on a drawing.
    Drawing,
    /// Words.
    Words,
}

/// Why the screen stands lower than it might.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// This browser has not what following needs, or it broke down.
    NoTracker,
    /// No drawing by the graphics card, or it was taken away and did not come back.
    NoGraphics,
    /// The device saves power.
    LowPower,
    /// Too dark for too long.
    Dark,
    /// The place was not found for too long.
    Lost,
}

/// What the worker says of the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// There is no reference.
    Empty,
    /// Looking.
    Searching,
    /// Found, and being made sure of.
    Locking,
    /// It is where the map says.
    Tracking,
    /// Not seen just now; the map is foretold.
    Coasting,
    /// It was there and is not.
    Lost,
}

/// What would make the picture better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hint {
    /// Nothing.
    #[default]
    None,
    /// Hold still.
    Hold,
    /// Go closer.
    Closer,
    /// Go back.
    Back,
    /// Light.
    Torch,
    /// A reflection.
    Glare,
}

/// A pose older than this is not shown as live.
pub const FRESH: f64 = 250.0;
/// How long the worker may take to be ready.
const START: f64 = 10_000.0;
/// How long it may be silent.
const SILENT: f64 = 4_000.0;
/// How long a lost context may take to come back.
const GRAPHICS: f64 = 3_000.0;
/// How long it may be too dark.
const DARK: f64 = 8_000.0;
/// How long the place is looked for.
const LOST: f64 = 20_000.0;

/// Watches what makes a screen step down from the tracked camera.
#[derive(Clone, Copy, Debug)]
pub struct Watch {
    /// When the worker was asked for, and whether it is ready.
    asked: f64,
    ready: bool,
    /// When a frame went out that is not answered.
    sent: Option<f64>,
    graphics: Option<f64>,
    dark: Option<f64>,
    lost: Option<f64>,
}

impl Watch {
    /// The worker is asked for now.
    pub fn new(now: f64) -> Watch {
        Watch { asked: now, ready: false, sent: None, graphics: None, dark: None, lost: None }
    }

    /// The worker is ready.
    pub fn ready(&mut self) {
        self.ready = true;
    }

    /// A frame went to the worker.
    pub fn sent(&mut self, now: f64) {
        self.sent = Some(now);
    }

    /// A pose came.
    pub fn heard(&mut self, state: State, hint: Hint, now: f64) {
        self.sent = None;
        let found = matches!(state, State::Empty | State::Tracking | State::Coasting);
        self.lost = if found { None } else { self.lost.or(Some(now)) };
        let dark = !found && hint == Hint::Torch;
        self.dark = if dark { self.dark.or(Some(now)) } else { None };
    }

    /// Frames are not being sent, on purpose: nothing runs on.
    pub fn rest(&mut self) {
        (self.sent, self.dark, self.lost) = (None, None, None);
    }

    /// The context was lost, or came back.
    pub fn graphics(&mut self, lost: bool, now: f64) {
        self.graphics = lost.then_some(now);
    }

    /// Why to step down now, if so.
    pub fn verdict(&self, now: f64) -> Option<Why> {
        let over = |since: Option<f64>, most: f64| since.is_some_and(|t| now - t > most);
        if over(self.graphics, GRAPHICS) {
            return Some(Why::NoGraphics);
        }
        if !self.ready && now - self.asked > START || over(self.sent, SILENT) {
            return Some(Why::NoTracker);
        }
        if over(self.dark, DARK) {
            return Some(Why::Dark);
        }
        over(self.lost, LOST).then_some(Why::Lost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready() -> Watch {
        let mut watch = Watch::new(0.0);
        watch.ready();
        watch
    }

    #[test]
    fn a_worker_that_never_comes_or_falls_silent_is_given_up() {
        assert_eq!(Watch::new(0.0).verdict(START - 1.0), None);
        assert_eq!(Watch::new(0.0).verdict(START + 1.0), Some(Why::NoTracker));
        let mut watch = ready();
        watch.sent(0.0);
        assert_eq!(watch.verdict(SILENT + 1.0), Some(Why::NoTracker));
        watch.heard(State::Tracking, Hint::None, 1.0);
        assert_eq!(watch.verdict(SILENT + 1.0), None);
    }

    #[test]
    fn a_place_lost_for_long_is_given_up_and_one_found_again_is_not() {
        let mut watch = ready();
        for at in 0..=20 {
            watch.heard(State::Lost, Hint::None, f64::from(at) * 1_000.0);
        }
        assert_eq!(watch.verdict(LOST + 1.0), Some(Why::Lost));
        watch.heard(State::Tracking, Hint::None, LOST);
        assert_eq!(watch.verdict(LOST + 1.0), None);
    }

    #[test]
    fn darkness_counts_only_while_nothing_is_found() {
        let mut watch = ready();
        watch.heard(State::Searching, Hint::Torch, 0.0);
        assert_eq!(watch.verdict(DARK + 1.0), Some(Why::Dark));
        watch.heard(State::Tracking, Hint::Torch, 1.0);
        assert_eq!(watch.verdict(DARK + 1.0), None);
        watch.heard(State::Empty, Hint::Torch, 2.0);
        assert_eq!(watch.verdict(DARK + 3.0), None);
    }

    #[test]
    fn a_context_may_come_back() {
        let mut watch = ready();
        watch.graphics(true, 0.0);
        assert_eq!(watch.verdict(1_000.0), None);
        assert_eq!(watch.verdict(GRAPHICS + 1.0), Some(Why::NoGraphics));
        watch.graphics(false, 1_000.0);
        assert_eq!(watch.verdict(GRAPHICS + 1.0), None);
    }

    #[test]
    fn nothing_runs_on_while_it_rests() {
        let mut watch = ready();
        watch.sent(0.0);
        watch.heard(State::Lost, Hint::Torch, 0.0);
        watch.rest();
        assert_eq!(watch.verdict(1e6), None);
    }
}
