//! Which way to a frame's grey values is the fastest that is right, from what the first frames cost.
//! The 2-D canvas is slow and always right, so that the others are held against it.

/// A way to the grey values of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Drawn on a 2-D canvas and read back.
    Canvas,
    /// Drawn by WebGL, four pixels in one, and read back.
    Gl,
    /// The camera's own plane of brightness.
    Copy,
}

impl Way {
    /// Its name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Way::Canvas => "2d",
            Way::Gl => "webgl",
            Way::Copy => "copyTo",
        }
    }
}

const ALL: [Way; 3] = [Way::Canvas, Way::Gl, Way::Copy];
/// Frames with something in them on which each way is tried.
const ROUNDS: u32 = 6;
/// Grey levels that a way may differ from the canvas by.
const APART: f64 = 3.0;
/// Deviation of a frame in which one can tell, grey levels.
const TELLING: f64 = 8.0;
/// While nothing can be told (a covered lens), one frame in so many is a try.
const PAUSE: u32 = 15;

#[derive(Clone, Copy, Debug)]
struct Tried {
    ms: f64,
    rounds: u32,
    out: bool,
}

/// What is known so far.
#[derive(Clone, Debug)]
pub struct Trial {
    tried: [Tried; 3],
    frames: u32,
    telling: u32,
    chosen: Option<Way>,
}

impl Default for Trial {
    fn default() -> Trial {
        let fresh = Tried { ms: f64::INFINITY, rounds: 0, out: false };
        Trial { tried: [fresh; 3], frames: 0, telling: 0, chosen: None }
    }
}

impl Trial {
    /// The way to take; `None` while the frame that comes is to be taken in all of them.
    pub fn way(&mut self) -> Option<Way> {
        if self.chosen.is_none() && self.frames > 2 * ROUNDS && !self.frames.is_multiple_of(PAUSE) {
            self.frames += 1;
            return Some(self.fastest());
        }
        self.chosen
    }

    /// Whether a way may still be chosen.
    pub fn open(&self, way: Way) -> bool {
        !self.tried[way as usize].out
    }

    /// A way cannot be gone here.
    pub fn rule_out(&mut self, way: Way) {
        self.tried[way as usize].out = true;
        if self.chosen == Some(way) {
            self.chosen = Some(self.fastest());
        }
    }

    /// A frame was taken in one way: how long it took, and by how much it differs from the canvas.
    pub fn tried(&mut self, way: Way, ms: f64, difference: f64) {
        let t = &mut self.tried[way as usize];
        // The first time pays for what is made once.
        if t.rounds > 0 {
            t.ms = t.ms.min(ms);
        }
        t.rounds += 1;
        if difference.is_nan() || difference > APART {
            t.out = true;
        }
    }

    /// All ways were tried on a frame whose grey values deviate by `spread`.
    pub fn end_round(&mut self, spread: f64) {
        self.frames += 1;
        self.telling += u32::from(spread >= TELLING);
        if self.telling >= ROUNDS {
            self.chosen = Some(self.fastest());
        }
    }

    /// Whether the choice is made.
    pub fn over(&self) -> bool {
        self.chosen.is_some()
    }

    /// The fastest that is proved. The canvas, as long as none is.
    pub fn fastest(&self) -> Way {
        let mut best = Way::Canvas;
        for way in ALL {
            let (t, b) = (self.tried[way as usize], self.tried[best as usize]);
            let proved = !t.out && t.rounds > 1 && self.telling > 1;
            if proved && (b.out || t.ms < b.ms) {
                best = way;
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(rounds: u32, spread: f64, gl: (f64, f64), copy: (f64, f64)) -> Trial {
        let mut t = Trial::default();
        for i in 0..rounds {
            if t.way().is_some() {
                continue;
            }
            let slow = if i == 0 { 50.0 } else { 0.0 };
            t.tried(Way::Canvas, 5.0, 0.0);
            t.tried(Way::Gl, gl.0 + slow, gl.1);
            t.tried(Way::Copy, copy.0 + slow, copy.1);
            t.end_round(spread);
        }
        t
    }

    #[test]
    fn the_fastest_that_is_right() {
        assert_eq!(after(6, 40.0, (2.0, 1.0), (1.0, 1.0)).way(), Some(Way::Copy));
        assert_eq!(after(6, 40.0, (2.0, 1.0), (1.0, 30.0)).way(), Some(Way::Gl));
        assert_eq!(after(6, 40.0, (2.0, f64::NAN), (1.0, 3.1)).way(), Some(Way::Canvas));
        assert_eq!(after(6, 40.0, (9.0, 0.0), (6.0, 0.0)).way(), Some(Way::Canvas));
        assert_eq!(after(5, 40.0, (2.0, 1.0), (1.0, 1.0)).way(), None);
    }

    #[test]
    fn nothing_is_proved_by_a_covered_lens() {
        let mut t = after(600, 1.0, (2.0, 0.0), (1.0, 0.0));
        assert!(!t.over());
        assert_eq!(t.fastest(), Way::Canvas);
        let tries = (0..60).filter(|_| t.way().is_none().then(|| t.end_round(1.0)).is_some());
        assert_eq!(tries.count(), 4);
    }

    #[test]
    fn what_breaks_later_is_left() {
        let mut t = after(6, 40.0, (2.0, 1.0), (1.0, 1.0));
        t.rule_out(Way::Copy);
        assert_eq!(t.way(), Some(Way::Gl));
        t.rule_out(Way::Gl);
        assert_eq!(t.way(), Some(Way::Canvas));
        assert!(t.open(Way::Canvas) && !t.open(Way::Gl));
    }
}
