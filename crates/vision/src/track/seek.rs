//! Looks for the reference in a frame about which little or nothing is known: near the place where it
//! was last, by features and by outlines. What is found has been proved by its grey values.

use super::align::{Aligner, Effort, Fit};
use super::belief::{exact, plain, prove, prove_smeared, sane, similar};
use super::detect::Detector;
use super::follow::sample;
use super::hone::{Hone, Points};
use super::mat::{Mat3, apply, mul, translation};
use super::outline::{Outline, Place};
use super::pyramid::Pyramid;
use super::rank::sort;
use super::shapes::Shapes;
use super::template::Template;
use super::views::Views;

/// All that is known of how a reference looks from afar.
#[derive(Clone, Debug)]
pub struct Looks {
    /// Its features.
    pub views: Views,
    points: Points,
    shapes: Shapes,
}

impl Looks {
    /// From the picture and the copies made of it. Shapes come when they are asked for: a frozen frame
    /// is followed without them.
    pub fn new(gray: &[u8], t: &Template) -> Looks {
        Looks {
            views: Views::new(gray, t.w, t.h),
            points: Points::new(t),
            shapes: Shapes::default(),
        }
    }
}

/// Memory for looking.
#[derive(Clone, Debug)]
pub struct Seeker {
    detector: Detector,
    hone: Hone,
    outline: Outline,
    places: Vec<Place>,
    /// Frames in a row in which nothing was found.
    turn: u32,
    /// Looks for outlines since the last find.
    looks: usize,
}

/// Score from which on a place is not made better.
const WHOLE: f64 = 0.75;
/// Guesses that are made better.
const GROWN: usize = 2;
/// Places by outlines that are tried.
const HONED: usize = 12;
/// Places of which the first steps are tried.
const STEPS: usize = 48;
/// Places that are followed to the end.
const TRIES: usize = 4;

impl Looks {
    /// Does work that need not be done at once; `false` when nothing is left.
    pub fn prepare(&mut self, t: &Template) -> bool {
        self.views.tilt() || self.shapes.more(t)
    }
}

impl Seeker {
    /// For frames of `w` × `h` pixels.
    pub fn new(w: usize, h: usize) -> Seeker {
        Seeker {
            detector: Detector::new(w, h),
            hone: Hone::default(),
            outline: Outline::default(),
            places: Vec::with_capacity(512),
            turn: 0,
            looks: 0,
        }
    }

    /// Looks near where it was last, if that is known, and then everywhere.
    pub fn run(
        &mut self,
        t: &Template,
        a: &mut Aligner,
        looks: &mut Looks,
        p: &Pyramid,
        last: Option<Mat3>,
    ) -> Option<Fit> {
        let size = p.size();
        if let Some(last) = last {
            self.around(t, a, p, &last, size);
            if let Some(f) = self.best(t, a, p, size) {
                return Some(f);
            }
            if let Some(q) = self.places.first()
                && q.score > 0.35
                && let Some(f) = prove_smeared(t, a, p, &q.map, size)
                && similar(&last, &f.map)
            {
                return Some(f);
            }
        }
        // The first time all at once; then by turns, for it may be gone for long.
        let first = self.turn == 0;
        let even = self.turn.is_multiple_of(2);
        self.turn += 1;
        self.places.clear();
        if even {
            while looks.views.tilt() {}
            for g in self.detector.run(p, &looks.views.features, t.w, t.h) {
                self.places.push(Place { score: 0.0, map: g.map });
            }
            let guesses = self.places.len();
            let mut found: Option<Fit> = None;
            for i in 0..guesses + GROWN.min(guesses) {
                let near = match (&found, i.checked_sub(guesses)) {
                    // Only a part agrees: the whole may lie a little off.
                    (Some(f), _) => Some(f.map),
                    (None, Some(i)) => Some(self.places[i].map),
                    (None, None) => None,
                };
                let start = match near {
                    Some(m) => self
                        .detector
                        .grow(&m, &looks.views.features, (t.w, t.h), size.0 as f64)
                        .map(|g| g.map),
                    None => Some(self.places[i].map),
                };
                let f = start.and_then(|m| prove(t, a, p, &m, size));
                let done = found.is_some() || f.is_some_and(|f| f.score > WHOLE);
                if f.is_some_and(|f| found.is_none_or(|o| f.score > o.score)) {
                    found = f;
                }
                if done {
                    break;
                }
            }
            if found.is_some() {
                (self.turn, self.looks) = (0, 0);
                return found;
            }
            let rough = self.detector.rough().iter();
            self.places.extend(rough.map(|m| Place { score: 0.0, map: *m }));
        }
        self.hone.take(p);
        // Nothing in the first: once, the shapes and sizes between are looked at, too.
        let banks = if first { 3 } else { usize::from(!even) };
        let plain = plain(t);
        let mut found = None;
        for _ in 0..banks.max(1) {
            if banks > 0 {
                if self.looks > 0 || looks.shapes.bank(0).is_empty() {
                    looks.shapes.more(t);
                }
                self.outline.run(p, &looks.shapes, self.looks);
                self.looks += 1;
                self.places.extend(&self.outline.places);
            }
            self.hone.run(&looks.points, &mut self.places, HONED);
            for q in &self.places {
                let Some(f) = prove(t, a, p, &q.map, size) else { continue };
                // One of the same make may be about, too.
                let sure = !plain || exact(&f, t, a, p);
                if sure || found.is_none() {
                    found = Some(f);
                }
                if sure {
                    break;
                }
            }
            if found.is_some() {
                (self.turn, self.looks) = (0, 0);
                break;
            }
            self.places.clear();
        }
        found
    }

    /// The next look is not the first, which takes longer.
    pub fn hurry(&mut self) {
        self.turn = self.turn.max(1);
    }

    /// The next look is the first again.
    pub fn reset(&mut self) {
        (self.turn, self.looks) = (0, 0);
    }

    /// The place as it was, shifted to everywhere in the frame.
    fn around(
        &mut self,
        t: &Template,
        a: &mut Aligner,
        p: &Pyramid,
        last: &Mat3,
        size: (usize, usize),
    ) {
        self.places.clear();
        let level = t.levels.len() - 1;
        let (Some(step), Some(mid)) = (sample(t, level, last), apply(last, 0.0, 0.0)) else {
            return;
        };
        let step = (1.3 * step).max(size.0 as f64 / 40.0);
        let (w, h) = (size.0 as f64, size.1 as f64);
        let (nx, ny) = ((w / step) as usize + 1, (h / step) as usize + 1);
        for i in 0..nx * ny {
            let x = (i % nx) as f64 * step - mid.0;
            let y = (i / nx) as f64 * step - mid.1;
            let map = mul(&translation(x, y), last);
            if let Some(f) = a.judge(t, p, &map, level) {
                self.places.push(Place { score: f.score as f32, map });
            }
        }
    }

    /// The first of the places that can be proved, the likeliest first.
    fn best(
        &mut self,
        t: &Template,
        a: &mut Aligner,
        p: &Pyramid,
        size: (usize, usize),
    ) -> Option<Fit> {
        let by_score = |a: &Place, b: &Place| a.score > b.score;
        sort(&mut self.places, by_score);
        self.places.truncate(STEPS);
        let short = Effort { above: 3, stop: 2, steps: 4, still: 0.05 };
        for q in &mut self.places {
            match a.fit(t, p, &q.map, short, |_| {}) {
                Some(f) if sane(&f.map, t, size) => {
                    *q = Place { score: f.score as f32, map: f.map }
                }
                _ => q.score = -1.0,
            }
        }
        sort(&mut self.places, by_score);
        self.places.iter().take(TRIES).find_map(|q| prove(t, a, p, &q.map, size))
    }
}
