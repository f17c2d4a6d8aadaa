//! Runs a tracker over films and counts what the goals ask for.

use super::Gray;
use super::pictures::{KINDS, Kind, draw};
use super::random::Random;
use super::stress::{Film, LENGTH, Stress, soften};
use crate::track::mat::{Mat3, apply4, corners, distance};
use crate::track::{State, Tracker};

/// A clock in milliseconds, handed in (this crate has none).
pub type Clock<'a> = &'a dyn Fn() -> f64;

/// Part of the reference that must be seen for a frame to count.
pub const COUNTS: f64 = 0.45;

/// What came of one or many films.
#[derive(Clone, Debug, Default)]
pub struct Score {
    /// Frames in which enough of the reference is seen.
    pub frames: usize,
    /// Those within 5 pixels.
    pub right: usize,
    /// Frames with an answer more than 15 pixels wrong, or with no reference in sight.
    pub wrong: usize,
    /// Corner errors of tracked frames, pixels.
    pub errors: Vec<f64>,
    /// Change of the error from frame to frame while moving, pixels.
    pub jitter: Vec<f64>,
    /// Milliseconds of frames that were followed.
    pub follow: Vec<f64>,
    /// Milliseconds of frames in which it was looked for from nothing.
    pub search: Vec<f64>,
    /// Frames from being seen again to the first right answer.
    pub back: Vec<f64>,
}

impl Score {
    /// Adds another's counts.
    pub fn add(&mut self, o: &Score) {
        self.frames += o.frames;
        self.right += o.right;
        self.wrong += o.wrong;
        self.errors.extend(&o.errors);
        self.jitter.extend(&o.jitter);
        self.follow.extend(&o.follow);
        self.search.extend(&o.search);
        self.back.extend(&o.back);
    }

    /// Percentage of frames within 5 pixels.
    pub fn share(&self) -> f64 {
        100.0 * self.right as f64 / self.frames.max(1) as f64
    }
}

/// The value below which a part of the values lies (0 when there are none).
pub fn quantile(v: &[f64], part: f64) -> f64 {
    let mut v = v.to_vec();
    v.sort_by(f64::total_cmp);
    v.get(((v.len() as f64 * part) as usize).min(v.len().saturating_sub(1))).copied().unwrap_or(0.0)
}

/// Corners of a picture under a homography.
pub fn quad(m: &Mat3, g: &Gray) -> Option<[(f64, f64); 4]> {
    apply4(m, &corners(g.w as f64, g.h as f64))
}

/// Runs a film. `single`: forget after every frame, so that each is found from nothing.
pub fn film(f: &Film, single: bool, every: usize, clock: Clock) -> Score {
    let mut s = Score::default();
    let (w, h) = f.scene.frame;
    let mut t = Tracker::new(w, h);
    let g = f.scene.picture();
    if t.set_reference(&g.px, g.w, g.h).is_err() {
        s.frames = LENGTH;
        return s;
    }
    let mut buf = Vec::new();
    let (mut last, mut away): (Option<[(f64, f64); 4]>, Option<usize>) = (None, None);
    for i in (0..LENGTH).step_by(every) {
        f.frame(i, &mut buf);
        let truth = f.truth(i);
        if single {
            t.reset();
        }
        let was = t.state();
        let t0 = clock();
        let place = t.process(&buf);
        let ms = clock() - t0;
        if t.state() == State::Tracking && was == State::Tracking {
            s.follow.push(ms);
        } else if was == State::Searching || was == State::Lost {
            s.search.push(ms);
        }
        let q = place.and_then(|p| quad(&p, g));
        let e = match (q, quad(&truth.h, g)) {
            (Some(q), Some(p)) => {
                let error: [(f64, f64); 4] =
                    core::array::from_fn(|i| (q[i].0 - p[i].0, q[i].1 - p[i].1));
                let e = distance(&q, &p);
                if t.state() == State::Tracking && truth.seen >= COUNTS && e < 5.0 {
                    s.errors.push(e);
                    if let Some(l) = last {
                        s.jitter.push(distance(&error, &l));
                    }
                }
                last = Some(error);
                Some(e)
            }
            _ => {
                last = None;
                None
            }
        };
        let right = e.is_some_and(|e| e <= 5.0);
        if e.is_some_and(|e| e > 15.0) {
            s.wrong += 1;
        }
        if truth.seen < 0.1 {
            away = Some(0);
        }
        if truth.seen >= COUNTS {
            s.frames += 1;
            s.right += usize::from(right);
            if let Some(n) = away.as_mut() {
                *n += 1;
                if right {
                    s.back.push(*n as f64);
                    away = None;
                }
            }
        }
    }
    s
}

/// Frames without the reference in which one was seen all the same; those of them in which both
/// were charge ports (all of one layout, so that they are alike by rights); the time each took.
pub fn negatives(
    seed: u64,
    frames: usize,
    w: usize,
    h: usize,
    clock: Clock,
) -> (usize, usize, Vec<f64>) {
    let (mut wrong, mut alike, mut times) = (0, 0, Vec::new());
    let mut kind = Kind::Rich;
    let mut r = Random::new(seed);
    let mut tracker: Option<Tracker> = None;
    for i in 0..frames {
        if i % 20 == 0 {
            let k = KINDS[r.below(4)];
            kind = k;
            let g = draw(k, r.bits(), 480, 360);
            let mut t = Tracker::new(w, h);
            tracker = t.set_reference(&g.px, g.w, g.h).ok().map(|()| t);
        }
        // Another picture of any kind, of any size, on another background: the worst case.
        let other =
            Film::new(super::stress::ALL[r.below(6)], seed ^ 0x5555_0000 ^ r.bits() >> 40, w, h);
        let mut shown = other.kind;
        let mut buf = Vec::new();
        if i % 3 == 0 {
            shown = KINDS[r.below(4)];
            buf = soften(draw(shown, r.bits(), w, h)).px;
        } else {
            other.frame(r.below(LENGTH), &mut buf);
        }
        if let Some(t) = &mut tracker {
            let t0 = clock();
            let seen = usize::from(t.process(&buf).is_some());
            wrong += seen;
            alike += if kind == Kind::Port && shown == Kind::Port { seen } else { 0 };
            times.push(clock() - t0);
        }
    }
    (wrong, alike, times)
}

/// A picture that trembles by half a pixel before a still camera. Returns how much of the tremor is
/// followed (1: all), the deviation that is left and the mean error, pixels.
pub fn tremor(seed: u64, w: usize, h: usize) -> (f64, f64, f64) {
    let f = Film::new(Stress::Turn, seed, w, h);
    let g = f.scene.picture();
    let mut t = Tracker::new(w, h);
    if t.set_reference(&g.px, g.w, g.h).is_err() {
        return (0.0, f64::INFINITY, f64::INFINITY);
    }
    let mut buf = Vec::new();
    let (mut xy, mut xx, mut points) = (0.0, 0.0, Vec::new());
    for i in 0..45 {
        let a = f64::from(i);
        let shake = 0.5 * 1.6 / 579.4 * 640.0 / w as f64;
        let place = super::camera::Place {
            turn: [12.0, -18.0, 6.0],
            at: [0.02 + shake * (a * 1.9).sin(), -0.03 + shake * (a * 2.7).cos(), 1.6],
        };
        let light = super::light::Light { gain: 1.0, noise: 3.0, ..Default::default() };
        f.scene.draw(&[place], &light, seed * 77 + i as u64, &mut buf);
        let Some(q) = t.process(&buf).and_then(|m| quad(&m, g)) else { continue };
        let Some(p) = quad(&f.scene.truth(&place), g) else { continue };
        if i > 4 {
            points.push((q, p));
        }
    }
    let n = points.len().max(1) as f64;
    let (mut rest, mut bias) = (0.0, 0.0);
    for k in 0..4 {
        for d in 0..2 {
            let pick = |q: &[(f64, f64); 4]| if d == 0 { q[k].0 } else { q[k].1 };
            let (mq, mp) = (
                points.iter().map(|v| pick(&v.0)).sum::<f64>() / n,
                points.iter().map(|v| pick(&v.1)).sum::<f64>() / n,
            );
            bias += (mq - mp).powi(2) / 4.0;
            for (q, p) in &points {
                let (a, b) = (pick(q) - mq, pick(p) - mp);
                xy += a * b;
                xx += b * b;
                rest += (a - b).powi(2) / (4.0 * n);
            }
        }
    }
    (xy / xx.max(1e-12), rest.sqrt(), bias.sqrt())
}
