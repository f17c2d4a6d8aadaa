//! From the places where the reference may be to the one where it is in this frame.

use super::align::{Aligner, Effort, Fit};
use super::belief::{certain, try_from};
use super::mat::{Mat3, apply, apply4, mul, translation};
use super::pyramid::Pyramid;
use super::template::Template;
use super::trig::length;

/// Parts of the time between two frames for which a shutter may be open.
const OPEN: [f64; 3] = [0.25, 0.5, 0.75];
/// Frame pixels from frame to frame from which on a frame may be smeared.
const FAST: f64 = 10.0;

/// What follows a reference from frame to frame, beside its place.
#[derive(Clone, Copy, Debug, Default)]
pub struct Follower {
    /// Part of the time between two frames for which the shutter was last seen to be open.
    open: Option<f64>,
}

/// Where the reference was.
#[derive(Clone, Copy, Debug)]
pub struct Past {
    /// In the last frame.
    pub last: Mat3,
    /// In the frame before, where that is known.
    pub before: Option<Mat3>,
    /// Where it may be in the next.
    pub ahead: [Option<Mat3>; 4],
}

impl Follower {
    /// Follows from the last place and forecasts of it. `doubted`: only what would be believed
    /// without having been known before.
    pub fn run(
        &mut self,
        t: &Template,
        a: &mut Aligner,
        p: &Pyramid,
        past: &Past,
        doubted: bool,
    ) -> Option<Fit> {
        let last = past.last;
        let fine = Aligner::finest(t, &last)?;
        let coarse = (fine + 2).min(t.levels.len() - 1);
        let mut best: Option<(f64, Mat3)> = None;
        for s in [Some(last)].iter().chain(&past.ahead).flatten() {
            if let Some(f) = a.judge(t, p, s, coarse)
                && best.is_none_or(|(b, _)| f.score > b)
            {
                best = Some((f.score, *s));
            }
        }
        let start = best.map_or(last, |b| b.1);
        let gentle = Effort { above: 2, stop: 0, steps: 5, still: 0.05 };
        let mut found = try_from(t, a, p, &start, gentle);
        if found.is_some_and(|f| f.score > 0.85) {
            return found;
        }
        if !doubted && found.is_none_or(|f| f.score < 0.6) {
            let hard = Effort { above: 3, stop: 0, steps: 8, still: 0.02 };
            let far = sweep(t, a, p, &start).and_then(|s| try_from(t, a, p, &s, hard));
            found = better(found, far, 0.03);
        }
        let at = found.map_or(start, |f| f.map);
        let smeared = self.smeared(t, a, p, &at, past);
        // A better place is a better way, too.
        let again = smeared.filter(|f| f.score < 0.85).and_then(|f| {
            let (x, y) = (apply(&at, 0.0, 0.0)?, apply(&f.map, 0.0, 0.0)?);
            let far = length(x.0 - y.0, x.1 - y.1) > 2.0;
            far.then(|| self.smeared(t, a, p, &f.map, past))?
        });
        let found = better(found, better(smeared, again, 0.0), 0.04);
        found.filter(|f| !doubted || certain(f, t, a))
    }

    /// As it would look if it had moved from the last place to `at` with the shutter open.
    fn smeared(
        &mut self,
        t: &Template,
        a: &mut Aligner,
        p: &Pyramid,
        at: &Mat3,
        past: &Past,
    ) -> Option<Fit> {
        let (from, to) = (apply(&past.last, 0.0, 0.0)?, apply(at, 0.0, 0.0)?);
        let mut way = (to.0 - from.0, to.1 - from.1);
        // The way since the last frame is half a frame old: it goes on changing.
        if let Some(b) = past.before.and_then(|b| apply(&b, 0.0, 0.0)) {
            way.0 += (way.0 - (from.0 - b.0)) / 2.0;
            way.1 += (way.1 - (from.1 - b.1)) / 2.0;
        }
        if length(way.0, way.1) < FAST {
            return None;
        }
        let way = to_reference(at, way)?;
        let mut best: Option<(Fit, f64)> = None;
        let e = Effort { above: 2, stop: 1, steps: 6, still: 0.02 };
        for open in self.open.into_iter().chain(OPEN) {
            a.motion.way = Some(((way.0 * open) as f32, (way.1 * open) as f32));
            let f = try_from(t, a, p, at, e);
            a.motion.way = None;
            if let Some(f) = f
                && best.is_none_or(|(b, _)| f.score > b.score)
            {
                best = Some((f, open));
            }
            if self.open == Some(open) && best.is_some_and(|b| b.0.score > 0.85) {
                break;
            }
        }
        self.open = best.map(|b| b.1).or(self.open);
        best.map(|b| b.0)
    }
}

/// The second where it is clearly better.
fn better(a: Option<Fit>, b: Option<Fit>, by: f64) -> Option<Fit> {
    match (a, b) {
        (Some(a), Some(b)) => {
            Some(if b.level <= a.level + 1 && b.score > a.score + by { b } else { a })
        }
        (a, b) => a.or(b),
    }
}

/// A step in frame pixels at the middle of the reference, in (u, v).
#[inline(never)]
pub fn to_reference(map: &Mat3, step: (f64, f64)) -> Option<(f64, f64)> {
    let (x, y) = apply(map, 0.0, 0.0)?;
    let z = map[8];
    let j = [map[0] - x * map[6], map[1] - x * map[7], map[3] - y * map[6], map[4] - y * map[7]];
    let d = (j[0] * j[3] - j[1] * j[2]) / z;
    (d.abs() > 1e-9)
        .then(|| ((j[3] * step.0 - j[1] * step.1) / d, (j[0] * step.1 - j[2] * step.0) / d))
}

/// Looks round a place on the coarsest copies for the shift that agrees best.
fn sweep(t: &Template, a: &mut Aligner, p: &Pyramid, start: &Mat3) -> Option<Mat3> {
    let level = t.levels.len() - 1;
    let step = 1.2 * sample(t, level, start)?;
    let mut best: Option<(f64, Mat3)> = None;
    for i in 0..121 {
        let (dx, dy) = (f64::from(i % 11 - 5) * step, f64::from(i / 11 - 5) * step);
        let m = mul(&translation(dx, dy), start);
        if let Some(f) = a.judge(t, p, &m, level)
            && best.is_none_or(|(b, _)| f.score > b)
        {
            best = Some((f.score, m));
        }
    }
    best.map(|b| b.1)
}

/// Frame pixels between the samples of a copy.
pub fn sample(t: &Template, level: usize, at: &Mat3) -> Option<f64> {
    let l = &t.levels.get(level)?[0];
    let c = apply4(
        at,
        &[(0.0, 0.0), (f64::from(l.step.0), 0.0), (0.0, f64::from(l.step.1)), (0.0, 0.0)],
    )?;
    let side = |i: usize| length(c[i].0 - c[0].0, c[i].1 - c[0].1);
    Some(side(1).max(side(2)))
}
