//! Fits the reference to a frame by their grey values (inverse compositional Gauss-Newton on the
//! group of homographies). Each block of 8×8 samples has its own brightness and contrast, and a
//! weight: blocks under a hand or a reflection stop to count. It starts from a guess that must be
//! near; finding that guess is for others.

use super::block::Block;
use super::mat::{Mat3, apply, inverse, mul, normalised};
use super::motion::Motion;
use super::pyramid::Pyramid;
use super::solve::solve8;
use super::template::{BLOCK, Level, Template};
use super::trig::length;

/// The outcome on one copy of the reference.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fit {
    /// (u, v) to frame pixels.
    pub map: Mat3,
    /// Part of the blocks that is inside the frame.
    pub seen: f64,
    /// Blocks that are seen and have enough contrast in the reference to tell.
    pub able: usize,
    /// Those of them that agree with the frame.
    pub agreeing: usize,
    /// Those that agree closely.
    pub close: usize,
    /// Mean correlation of all seen blocks, each by how much it has to say; nothing that is bright
    /// counts for more.
    pub score: f64,
    /// Squared grey noise.
    pub noise: f64,
    /// Which copy of the reference.
    pub level: usize,
    /// The normal equations, for the covariance.
    pub normal: [[f64; 8]; 8],
}

/// Memory for fitting.
#[derive(Clone, Debug, Default)]
pub struct Aligner {
    /// Of the last step.
    pub blocks: Vec<Block>,
    pub(super) order: Vec<f32>,
    /// Contrast expected under each block, and sums for it.
    pub(super) field: Vec<f32>,
    pub(super) sums: Vec<(f32, f32)>,
    pub(super) held: (usize, usize),
    pub(super) gain: f32,
    pub(super) noise: f32,
    pub(super) slope: f32,
    /// How the reference moves while the shutter is open.
    pub motion: Motion,
}

/// Energy of a block that can tell.
pub(super) const ABLE: f32 = 48.0 * BLOCK as f32;
/// Energy at which a block's word counts half.
const CALM: f32 = 16.0 * BLOCK as f32;
/// Score of a copy that may have led astray.
const ASTRAY: f64 = 0.8;
/// Farthest step, in samples at the corners.
const STRIDE: f64 = 1.5;
/// How far the eight parameters are likely to be from the start, and how much that is believed.
const ROOM: [f64; 8] = [0.15, 0.15, 0.15, 0.15, 0.15, 0.15, 0.12, 0.12];
const HOLD: f64 = 4.0;

/// How far to go.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Copies coarser than the finest that fits.
    pub above: usize,
    /// Stop this many copies above the finest.
    pub stop: usize,
    /// Steps on each copy at most.
    pub steps: usize,
    /// The step (in samples, at the corners) below which a copy is done.
    pub still: f64,
}

impl Aligner {
    /// Memory for a reference.
    pub fn new(t: &Template) -> Aligner {
        let n = t.levels.first().map_or(0, |[l, ..]| l.cols * l.rows);
        Aligner {
            blocks: vec![Block::default(); n],
            order: Vec::with_capacity(n),
            field: vec![1.0; n],
            sums: vec![(0.0, 0.0); 2 * n],
            held: (0, 0),
            gain: 1.0,
            noise: 16.0,
            slope: 1.0,
            motion: Motion::new(t),
        }
    }

    /// The finest copy of the reference that the frame can show at this place.
    pub fn finest(t: &Template, map: &Mat3) -> Option<usize> {
        let s = spacing(&t.levels.first()?[0], map)?;
        (0..t.levels.len()).find(|i| s * f64::from(1u32 << i) >= 0.7).or(Some(t.levels.len() - 1))
    }

    /// Fits from coarse to fine. The fits of all copies visited are handed to `each`, coarsest
    /// first; the last is returned. `None`: it left the frame or came apart.
    pub fn fit(
        &mut self,
        t: &Template,
        p: &Pyramid,
        start: &Mat3,
        e: Effort,
        each: impl FnMut(&Fit),
    ) -> Option<Fit> {
        let mut motion = core::mem::take(&mut self.motion);
        let fit = self.descend(t, p, start, e, &mut motion, each);
        self.motion = motion;
        fit
    }

    fn descend(
        &mut self,
        t: &Template,
        p: &Pyramid,
        start: &Mat3,
        e: Effort,
        motion: &mut Motion,
        mut each: impl FnMut(&Fit),
    ) -> Option<Fit> {
        let mut map = normalised(start)?;
        let fine = Self::finest(t, &map)?;
        let top = (fine + e.above).min(t.levels.len() - 1);
        (self.gain, self.noise, self.held) = (1.0, 100.0, (0, 0));
        let mut last = None;
        let end = (fine + e.stop).min(top);
        let first = map;
        let mut gone = [0.0; 8];
        for i in (end..=top).rev() {
            let smeared = motion.level(t, i);
            let level = match smeared {
                Some(l) => Copies::Smeared(l),
                None => Copies::Sharp(&t.levels[i]),
            };
            let enough = if i == end { e.still } else { 4.0 * e.still };
            self.carry_field(level.first());
            // A coarser copy may have led astray: what it was given is then the better start.
            if last.as_ref().is_some_and(|l: &Fit| l.score < ASTRAY)
                && let Some((f, _)) = self.step(&level, i, p, &first, &gone)
            {
                let now = self.step(&level, i, p, &map, &gone).map_or(-1.0, |(f, _)| f.score);
                if f.score > now {
                    map = first;
                    gone = [0.0; 8];
                }
            }
            let mut best: Option<(Fit, Mat3, [f64; 8])> = None;
            let mut done = None;
            for _ in 0..e.steps {
                let Some((f, mut d)) = self.step(&level, i, p, &map, &gone) else { break };
                if best.as_ref().is_none_or(|b| f.score > b.0.score) {
                    best = Some((f, map, gone));
                }
                let far = reach(&d, level.first().cols, level.first().rows);
                if far > STRIDE {
                    d = d.map(|v| v * STRIDE / far);
                }
                let Some(next) = update(&map, &d) else { break };
                map = next;
                gone.iter_mut().zip(&d).for_each(|(g, d)| *g += d);
                done = Some(f);
                if far < enough {
                    break;
                }
            }
            let (b, at, was) = best?;
            let f = match done {
                Some(f) if f.score > b.score - 0.01 => Fit { map, ..f },
                _ => {
                    (map, gone) = (at, was);
                    Fit { map, ..b }
                }
            };
            each(&f);
            last = Some(f);
        }
        last
    }

    /// One look without a step: how well a place agrees.
    pub fn judge(&mut self, t: &Template, p: &Pyramid, map: &Mat3, level: usize) -> Option<Fit> {
        let l = t.levels.get(level)?;
        self.carry_field(&l[0]);
        self.step(&Copies::Sharp(l), level, p, map, &[0.0; 8]).map(|(f, _)| f)
    }

    fn step(
        &mut self,
        levels: &Copies,
        index: usize,
        p: &Pyramid,
        map: &Mat3,
        gone: &[f64; 8],
    ) -> Option<(Fit, [f64; 8])> {
        let s = spacing(levels.first(), map)?;
        // The copy of the frame whose pixels are nearest in size.
        let l = (1..p.levels.len()).take_while(|l| s >= 0.707 * f64::from(1u32 << l)).count();
        let plane = p.levels.get(l)?;
        let k = 1.0 / f64::from(1u32 << l);
        let level = levels.at(s * k);
        let to_plane = [k, 0.0, 0.5 * k - 0.5, 0.0, k, 0.5 * k - 0.5, 0.0, 0.0, 1.0];
        let m = mul(&to_plane, map);
        let n = level.cols * level.rows;
        let mut seen = 0;
        for b in 0..n {
            seen += usize::from(self.measure(level, plane, &m, b));
        }
        if seen < 2.max(n / 12) {
            return None;
        }
        self.weigh(level, n);
        let (mut h, mut rhs) = ([0.0; 64], [0.0; 8]);
        let mut upper = [0f64; 36];
        let mut fit = Fit { map: *map, level: index, ..Fit::default() };
        let (mut good, mut could) = (0.0, 1e-9);
        for (b, block) in self.blocks[..n].iter().enumerate().filter(|(_, b)| b.seen) {
            // The slope of the frame's grey goes with the frame's own contrast; what the reference
            // explains of it is less as long as the place is wrong, and would make steps too long.
            let w = f64::from(block.weight * block.gain);
            let wg = w * f64::from(block.gain.max(self.slope));
            for (u, v) in upper.iter_mut().zip(&level.normal[b]) {
                *u += wg * f64::from(*v);
            }
            for (r, v) in rhs.iter_mut().zip(&block.rhs) {
                *r += w * f64::from(*v);
            }
            if level.energy[b] > ABLE {
                fit.able += 1;
                fit.agreeing += usize::from(block.zncc > 0.7);
                fit.close += usize::from(block.zncc > 0.85);
            }
            let says = f64::from(level.energy[b] / (level.energy[b] + CALM));
            good += says * f64::from(block.zncc.max(0.0));
            could += says;
        }
        let mut i = 0;
        for r in 0..8 {
            for c in r..8 {
                h[r * 8 + c] = upper[i];
                h[c * 8 + r] = h[r * 8 + c];
                i += 1;
            }
        }
        for r in 0..8 {
            fit.normal[r].copy_from_slice(&h[r * 8..r * 8 + 8]);
            let hold = HOLD * f64::from(self.noise) / (ROOM[r] * ROOM[r]);
            h[r * 9] += hold;
            rhs[r] -= hold * gone[r];
            h[r * 9] *= 1.0 + 1e-4;
        }
        let d = solve8(&h, &rhs)?;
        fit.seen = seen as f64 / n as f64;
        fit.noise = f64::from(self.noise);
        fit.score = good / could;
        Some((fit, d))
    }
}

/// Distance in frame pixels of neighbouring samples, in the middle of the reference.
#[inline(never)]
fn spacing(l: &Level, map: &Mat3) -> Option<f64> {
    let (x, y) = apply(map, 0.0, 0.0)?;
    let z = map[8];
    let a = [map[0] - x * map[6], map[1] - x * map[7], map[3] - y * map[6], map[4] - y * map[7]];
    let d = (a[0] * a[3] - a[1] * a[2]) / (z * z) * f64::from(l.step.0 * l.step.1);
    (d.is_finite() && d > 1e-4).then(|| d.sqrt())
}

/// One copy of the reference: in its softnesses, or smeared.
enum Copies<'a> {
    Sharp(&'a [Level; 3]),
    Smeared(&'a Level),
}

impl Copies<'_> {
    fn first(&self) -> &Level {
        match self {
            Copies::Sharp(l) => &l[0],
            Copies::Smeared(l) => l,
        }
    }

    /// The one for samples this far apart.
    fn at(&self, spacing: f64) -> &Level {
        match self {
            Copies::Sharp(l) => &l[Template::softness(spacing)],
            Copies::Smeared(l) => l,
        }
    }
}

/// How far a step moves the farthest corner, in samples.
fn reach(d: &[f64; 8], cols: usize, rows: usize) -> f64 {
    let size = cols.max(rows) as f64;
    let (a, b) = (cols as f64 / size, rows as f64 / size);
    let mut far = 0.0_f64;
    for (u, v) in [(-a, -b), (a, -b), (a, b), (-a, b)] {
        let s = d[6] * u + d[7] * v;
        let (x, y) = (d[0] + d[2] * u + d[3] * v - s * u, d[1] + d[4] * u + d[5] * v - s * v);
        far = far.max(length(x, y));
    }
    far * size * 4.0
}

/// The place after a step.
fn update(map: &Mat3, d: &[f64; 8]) -> Option<Mat3> {
    let m = [1.0 + d[2], d[3], d[0], d[4], 1.0 + d[5], d[1], d[6], d[7], 1.0];
    normalised(&mul(map, &inverse(&m)?))
}
