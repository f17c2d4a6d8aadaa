//! Fits the reference to a frame by their grey values (inverse compositional Gauss-Newton on the
//! group of homographies). Each block of 8×8 samples has its own brightness and contrast, and a
//! weight: blocks under a hand or a reflection stop to count. It starts from a guess that must be
//! near; finding that guess is for others.

use super::mat::{Mat3, apply, inverse, mul, normalised};
use super::pyramid::{Plane, Pyramid};
use super::solve::{back, factor, solve8};
use super::template::{BLOCK, Level, Template};

/// What one block said in the last step.
#[derive(Clone, Copy, Debug, Default)]
pub struct Block {
    /// Wholly inside the frame.
    pub seen: bool,
    /// Contrast in the frame over contrast in the reference.
    pub gain: f32,
    /// Squared rest after brightness and contrast, per sample.
    pub rest: f32,
    /// Correlation, -1 to 1.
    pub zncc: f32,
    /// Weight, 0 to 1.
    pub weight: f32,
    rhs: [f32; 8],
    cov: f32,
    power: f32,
}

/// The outcome on one copy of the reference.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fit {
    /// (u, v) to frame pixels.
    pub map: Mat3,
    /// Part of the blocks that is inside the frame.
    pub seen: f64,
    /// Blocks with enough contrast to tell.
    pub telling: usize,
    /// Blocks that are seen and would tell in a frame of fair contrast.
    pub able: usize,
    /// Telling blocks that agree with the frame.
    pub agreeing: usize,
    /// Part of all blocks of the reference that could tell and do agree.
    pub covered: f64,
    /// Mean correlation of the telling blocks.
    pub zncc: f64,
    /// Correlation of all blocks together, without weights.
    pub whole: f64,
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
    order: Vec<f32>,
    /// Contrast expected under each block, and sums for it.
    field: Vec<f32>,
    sums: Vec<(f32, f32)>,
    held: (usize, usize),
    gain: f32,
    noise: f32,
    slope: f32,
}

/// More than this is not noise but a wrong place: a block with contrast has to agree all the same.
const LOUD: f32 = 25.0;

/// Contrast in the frame over contrast in the reference that may be asked for.
const FAIR: f32 = 1.0;

/// Energy at which a block's word counts half.
const CALM: f32 = 16.0 * BLOCK as f32;
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
            let level = &t.levels[i];
            let enough = if i == end { e.still } else { 4.0 * e.still };
            self.carry_field(&level[0]);
            // A coarser copy may have led astray: what it was given is then the better start.
            if i < top
                && let Some((f, _)) = self.step(level, i, p, &first, &gone)
            {
                let now = self.step(level, i, p, &map, &gone).map_or(-1.0, |(f, _)| f.score);
                if f.score > now {
                    map = first;
                    gone = [0.0; 8];
                }
            }
            let mut best: Option<(Fit, Mat3, [f64; 8])> = None;
            let mut done = None;
            for _ in 0..e.steps {
                let Some((f, mut d)) = self.step(level, i, p, &map, &gone) else { break };
                if best.as_ref().is_none_or(|b| f.score > b.0.score) {
                    best = Some((f, map, gone));
                }
                let far = reach(&d, level[0].cols, level[0].rows);
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
        self.step(l, level, p, map, &[0.0; 8]).map(|(f, _)| f)
    }

    fn step(
        &mut self,
        levels: &[Level; 3],
        index: usize,
        p: &Pyramid,
        map: &Mat3,
        gone: &[f64; 8],
    ) -> Option<(Fit, [f64; 8])> {
        let s = spacing(&levels[0], map)?;
        let l = (s.log2().round().max(0.0) as usize).min(p.levels.len().checked_sub(1)?);
        let plane = p.levels.get(l)?;
        let k = 1.0 / f64::from(1u32 << l);
        let level = &levels[Template::softness(s * k)];
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
        let (mut cov, mut power, mut energy) = (0f32, 0f32, 0f32);
        let (mut fit, mut sum) = (Fit { map: *map, level: index, ..Fit::default() }, 0.0);
        let (mut good, mut could) = (0.0, 1e-9);
        for (b, block) in self.blocks[..n].iter().enumerate().filter(|(_, b)| b.seen) {
            // The slope of the frame's grey goes with the frame's own contrast; what the reference
            // explains of it is less as long as the place is wrong, and would make steps too long.
            cov += block.cov;
            power += block.power;
            energy += level.energy[b];
            let w = f64::from(block.weight * block.gain);
            let wg = w * f64::from(block.gain.max(self.slope));
            for (u, v) in upper.iter_mut().zip(&level.normal[b]) {
                *u += wg * f64::from(*v);
            }
            for (r, v) in rhs.iter_mut().zip(&block.rhs) {
                *r += w * f64::from(*v);
            }
            let fair = self.gain.max(FAIR) * self.gain.max(FAIR);
            fit.able += usize::from(fair * level.energy[b] > 48.0 * BLOCK as f32);
            if block.gain * block.gain * level.energy[b] > 3.0 * self.noise.min(LOUD) * BLOCK as f32
            {
                fit.telling += 1;
                fit.agreeing += usize::from(block.zncc > 0.7);
                sum += f64::from(block.zncc.max(0.0));
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
        fit.covered = fit.agreeing as f64 / n as f64;
        fit.zncc = sum / fit.telling.max(1) as f64;
        fit.whole = f64::from(cov / (power * energy).sqrt().max(1.0));
        fit.noise = f64::from(self.noise);
        fit.score = good / could;
        Some((fit, d))
    }

    /// Samples the frame under a block. `false` when part of it is outside.
    fn measure(&mut self, level: &Level, plane: &Plane, m: &Mat3, b: usize) -> bool {
        let block = &mut self.blocks[b];
        block.seen = false;
        let (u0, v0) = level.block_origin(b);
        let (du, dv) = level.step;
        let m = m.map(|v| v as f32);
        let at = |u: f32, v: f32| {
            let z = m[6] * u + m[7] * v + m[8];
            ((m[0] * u + m[1] * v + m[2]) / z, (m[3] * u + m[4] * v + m[5]) / z, z)
        };
        let (xm, ym) = (plane.w as f32 - 1.51, plane.h as f32 - 1.51);
        let (u1, v1) = (u0 + 7.0 * du, v0 + 7.0 * dv);
        for (x, y, z) in [at(u0, v0), at(u1, v0), at(u0, v1), at(u1, v1)] {
            // Written so that what is not a number counts as outside.
            let inside = z > 1e-6 && x > 0.51 && y > 0.51 && x < xm && y < ym;
            if !inside {
                return false;
            }
        }
        let start = b * BLOCK;
        let grey = &level.grey[start..start + BLOCK];
        let mut image = [0f32; BLOCK];
        let span = plane.w + 2;
        for (j, row) in image.chunks_exact_mut(8).enumerate() {
            let v = v0 + j as f32 * dv;
            let (nx, ny, nz) = (m[1] * v + m[2], m[4] * v + m[5], m[7] * v + m[8]);
            let (mut fx, mut fy, mut at) = ([0f32; 8], [0f32; 8], [0usize; 8]);
            for i in 0..8 {
                let u = u0 + i as f32 * du;
                let z = 1.0 / (m[6] * u + nz);
                let (x, y) = ((m[0] * u + nx) * z, (m[3] * u + ny) * z);
                // Adding 2^23 leaves the nearest whole number of x - 0.5 in the low bits.
                const MAGIC: f32 = 8_388_608.0;
                let (xi, yi) = (x - 0.5 + MAGIC, y - 0.5 + MAGIC);
                fx[i] = x - (xi - MAGIC);
                fy[i] = y - (yi - MAGIC);
                let (xi, yi) = (xi.to_bits() & 0x7f_ffff, yi.to_bits() & 0x7f_ffff);
                at[i] = yi as usize * plane.w + xi as usize;
            }
            for i in 0..8 {
                let Some(p) = plane.px.get(at[i]..at[i] + span) else { return false };
                let (a, b) = (f32::from(p[0]), f32::from(p[1]));
                let (c, d) = (f32::from(p[span - 2]), f32::from(p[span - 1]));
                let (t, u) = (a + (b - a) * fx[i], c + (d - c) * fx[i]);
                row[i] = t + (u - t) * fy[i];
            }
        }
        let mean = lanes(&image, |v, _| v, grey) / BLOCK as f32;
        let (mut sq, mut cov) = ([0f32; 8], [0f32; 8]);
        for (r, g) in image.chunks_exact_mut(8).zip(grey.chunks_exact(8)) {
            for i in 0..8 {
                r[i] -= mean;
                sq[i] += r[i] * r[i];
                cov[i] += r[i] * g[i];
            }
        }
        let (sq, cov) = (sq.iter().sum::<f32>(), cov.iter().sum::<f32>());
        let energy = level.energy[b];
        let gain = self.field[b];
        block.seen = true;
        block.gain = gain;
        block.zncc = cov / (energy * sq).sqrt().max(1.0);
        block.cov = cov;
        block.power = sq;
        block.rest = (sq - gain * (2.0 * cov - gain * energy)).max(0.0) / BLOCK as f32;
        let limit = 3.0 * self.noise.sqrt() + 0.5 * gain * (energy / BLOCK as f32).sqrt();
        block.rhs = project(level, b, &image, grey, gain, limit);
        true
    }

    /// Noise from the median block, then each block's weight; and the contrast of the whole.
    fn weigh(&mut self, level: &Level, n: usize) {
        self.order.clear();
        self.order.extend(self.blocks[..n].iter().filter(|b| b.seen).map(|b| b.rest));
        let mid = self.order.len() / 2;
        let (_, m, _) = self.order.select_nth_unstable_by(mid, f32::total_cmp);
        self.noise = m.clamp(2.0, 900.0);
        for (b, block) in self.blocks[..n].iter_mut().enumerate().filter(|(_, b)| b.seen) {
            let power = block.gain * block.gain * level.energy[b] / BLOCK as f32;
            let odd = block.rest / (3.0 * (self.noise + 0.1 * power));
            let mut w = 1.0 / ((1.0 + odd) * (1.0 + odd));
            if power > 4.0 * self.noise {
                w *= ((block.zncc - 0.2) / 0.4).clamp(0.05, 1.0);
            }
            block.weight = w;
        }
        self.learn_field(level);
    }
}

/// Standard deviation of the corners in frame pixels (the worst of four), from the normal
/// equations and the noise; infinite where they cannot tell.
pub fn corner_sigma(f: &Fit, t: &Template) -> f64 {
    let mut h = [0.0; 64];
    for r in 0..8 {
        h[r * 8..r * 8 + 8].copy_from_slice(&f.normal[r]);
        h[r * 9] *= 1.0 + 1e-9;
    }
    let Some(l) = factor(&h) else { return f64::INFINITY };
    let (m, s) = (&f.map, t.w.max(t.h) as f64);
    let (a, b) = (t.w as f64 / s, t.h as f64 / s);
    let mut worst = 0.0_f64;
    for (u, v) in [(-a, -b), (a, -b), (a, b), (-a, b)] {
        let Some((x, y)) = apply(m, u, v) else { return f64::INFINITY };
        let z = m[6] * u + m[7] * v + m[8];
        let mut var = 0.0;
        for (p, q) in [(m[0] - x * m[6], m[1] - x * m[7]), (m[3] - y * m[6], m[4] - y * m[7])] {
            let (p, q) = (p / z, q / z);
            let k = -(p * u + q * v);
            let j = [p, q, p * u, p * v, q * u, q * v, k * u, k * v];
            var += back(&l, &j).iter().zip(&j).map(|(a, b)| a * b).sum::<f64>();
        }
        worst = worst.max(var);
    }
    (worst * f.noise).sqrt()
}

/// Blocks to each side that share their contrast, on copies with many blocks and with few. Alone,
/// a block's contrast and its place are too much alike; over a whole picture, shadows differ.
const NEAR: (usize, usize) = (2, 1);

impl Aligner {
    /// Takes the contrast over from the coarser copy (blocks twice as large), or none.
    fn carry_field(&mut self, level: &Level) {
        let (cols, rows) = self.held;
        let (c2, r2) = (level.cols, level.rows);
        if (cols, rows) == (c2, r2) {
            return;
        }
        for b in (0..c2 * r2).rev() {
            self.field[b] = if cols * rows == 0 {
                self.gain
            } else {
                // From the end: a smaller index is read only after the larger ones are written.
                let (c, r) = (b % c2 * cols / c2, b / c2 * rows / r2);
                self.field[r * cols + c]
            };
        }
        self.held = (c2, r2);
    }

    /// Contrast under each block from the last step's correlations, shared with its neighbours.
    fn learn_field(&mut self, level: &Level) {
        let (c, r) = (level.cols, level.rows);
        let n = c * r;
        let half = self.sums.len() / 2;
        let (first, second) = self.sums.split_at_mut(half);
        let (mut up, mut low, mut power) = (0f32, 1e-6, 0f32);
        for (b, s) in first[..n].iter_mut().enumerate() {
            let k = &self.blocks[b];
            *s = if k.seen { (k.weight * k.cov, k.weight * level.energy[b]) } else { (0.0, 0.0) };
            up += s.0;
            low += s.1;
            if k.seen {
                power += k.weight * (k.power - self.noise.min(40.0) * BLOCK as f32).max(0.0);
            }
        }
        self.slope = (power / low).sqrt().clamp(0.1, 8.0);
        self.gain = (up / low).clamp(0.1, 8.0);
        let near = if n > 150 { NEAR.0 } else { NEAR.1 };
        let add = |a: (f32, f32), b: (f32, f32)| (a.0 + b.0, a.1 + b.1);
        for (b, s) in second[..n].iter_mut().enumerate() {
            let (x, o) = (b % c, b / c * c);
            *s = first[o + x.saturating_sub(near)..=o + (x + near).min(c - 1)]
                .iter()
                .fold((0.0, 0.0), |a, b| add(a, *b));
        }
        let calm = 0.05 * low;
        for (b, f) in self.field[..n].iter_mut().enumerate() {
            let (x, y) = (b % c, b / c);
            let (mut up, mut low) = (calm * self.gain, calm);
            for y in y.saturating_sub(near)..=(y + near).min(r - 1) {
                up += second[y * c + x].0;
                low += second[y * c + x].1;
            }
            *f = (up / low).clamp(0.3 * self.gain, 3.0 * self.gain);
        }
    }
}

/// Distance in frame pixels of neighbouring samples, in the middle of the reference.
fn spacing(l: &Level, map: &Mat3) -> Option<f64> {
    let (x, y) = apply(map, 0.0, 0.0)?;
    let z = map[8];
    let a = [map[0] - x * map[6], map[1] - x * map[7], map[3] - y * map[6], map[4] - y * map[7]];
    let d = (a[0] * a[3] - a[1] * a[2]) / (z * z) * f64::from(l.step.0 * l.step.1);
    (d.is_finite() && d > 1e-4).then(|| d.sqrt())
}

/// How far a step moves the farthest corner, in samples.
fn reach(d: &[f64; 8], cols: usize, rows: usize) -> f64 {
    let size = cols.max(rows) as f64;
    let (a, b) = (cols as f64 / size, rows as f64 / size);
    let mut far = 0.0_f64;
    for (u, v) in [(-a, -b), (a, -b), (a, b), (-a, b)] {
        let s = d[6] * u + d[7] * v;
        let (x, y) = (d[0] + d[2] * u + d[3] * v - s * u, d[1] + d[4] * u + d[5] * v - s * v);
        far = far.max(x.hypot(y));
    }
    far * size * 4.0
}

/// The place after a step.
fn update(map: &Mat3, d: &[f64; 8]) -> Option<Mat3> {
    let m = [1.0 + d[2], d[3], d[0], d[4], 1.0 + d[5], d[1], d[6], d[7], 1.0];
    normalised(&mul(map, &inverse(&m)?))
}

fn lanes(image: &[f32; BLOCK], f: impl Fn(f32, f32) -> f32, grey: &[f32]) -> f32 {
    let mut s = [0f32; 8];
    for (r, g) in image.chunks_exact(8).zip(grey.chunks_exact(8)) {
        for i in 0..8 {
            s[i] += f(r[i], g[i]);
        }
    }
    s.iter().sum()
}

/// The block's rest, projected on the eight parameters.
fn project(
    level: &Level,
    b: usize,
    image: &[f32; BLOCK],
    grey: &[f32],
    gain: f32,
    limit: f32,
) -> [f32; 8] {
    let start = b * BLOCK;
    let (gu, gv) = (&level.gu[start..start + BLOCK], &level.gv[start..start + BLOCK]);
    let (mut a0, mut a1) = ([0f32; 8], [0f32; 8]);
    let (mut b0, mut b1, mut b2) = ([0f32; 8], [0f32; 8], [0f32; 8]);
    for j in 0..8 {
        let o = j * 8;
        let y = j as f32;
        let (im, gr) = (&image[o..o + 8], &grey[o..o + 8]);
        let (pu, pv) = (&gu[o..o + 8], &gv[o..o + 8]);
        for i in 0..8 {
            let e = (im[i] - gain * gr[i]).clamp(-limit, limit);
            let (p, q) = (e * pu[i], e * pv[i]);
            a0[i] += p;
            a1[i] += p * y;
            b0[i] += q;
            b1[i] += q * y;
            b2[i] += q * y * y;
        }
    }
    // Sums over the lanes, then from sample numbers to (u, v).
    let mut s = [0f32; 10];
    for i in 0..8 {
        let x = i as f32;
        let add = [
            a0[i],
            a0[i] * x,
            a0[i] * x * x,
            a1[i],
            a1[i] * x,
            b0[i],
            b0[i] * x,
            b1[i],
            b1[i] * x,
            b2[i],
        ];
        s.iter_mut().zip(add).for_each(|(s, v)| *s += v);
    }
    let (u0, v0) = level.block_origin(b);
    let (du, dv) = level.step;
    let [a, ax, axx, ay, axy, q, qx, qy, qxy, qyy] = s;
    let (au, av) = (u0 * a + du * ax, v0 * a + dv * ay);
    let auu = u0 * u0 * a + 2.0 * u0 * du * ax + du * du * axx;
    let auv = u0 * v0 * a + u0 * dv * ay + v0 * du * ax + du * dv * axy;
    let (qu, qv) = (u0 * q + du * qx, v0 * q + dv * qy);
    let quv = u0 * v0 * q + u0 * dv * qy + v0 * du * qx + du * dv * qxy;
    let qvv = v0 * v0 * q + 2.0 * v0 * dv * qy + dv * dv * qyy;
    [a, q, au, av, qu, qv, -(auu + quv), -(auv + qvv)]
}
