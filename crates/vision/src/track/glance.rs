//! Looks for the whole reference at a glance: thumbnails of it, turned and tilted, are laid over
//! small copies of the frame. Coarse, but it needs neither corners nor a sharp frame. It finds what
//! is turned by less than some 50° from upright; features have no such limit.

use super::mat::tilted;
use super::outline::Place;
use super::pyramid::Pyramid;
use super::rank::sort;
use super::template::Template;

/// Columns of a thumbnail (the longer side of the reference).
const SIDE: usize = 16;
/// Places handed on.
const MOST: usize = 32;
/// Turns, degrees.
const TURNS: [f64; 7] = [0.0, -15.0, 15.0, -30.0, 30.0, -45.0, 45.0];
/// Tilts: how narrow, and along which direction (degrees).
const TILTS: [(f64, f64); 5] = [(1.0, 0.0), (0.62, 0.0), (0.62, 90.0), (0.62, 45.0), (0.62, 135.0)];
/// Longest side of the reference in the frame as a part of the frame's width: from, and steps.
const SIZES: (f64, f64, usize) = (0.18, 1.26, 8);

/// What is farther away than this (samples) is not compared.
const NEAR: usize = 5;

/// One thumbnail.
#[derive(Clone, Debug)]
struct Thumb {
    /// Zero mean, rows of [`SIDE`]; zero where the reference is not.
    grey: [i16; SIDE * SIDE],
    /// Root of the sum of squares.
    norm: f32,
    /// Samples that count.
    n: f32,
    /// Rows in use: first and last + 1.
    rows: (usize, usize),
    /// (u, v) to steps of samples.
    turn: [f64; 4],
}

/// The thumbnails of one reference.
#[derive(Clone, Debug, Default)]
pub struct Thumbs(Vec<Thumb>);

/// Memory for looking.
#[derive(Clone, Debug, Default)]
pub struct Glance {
    copy: Vec<i16>,
    sums: Vec<(i32, i32)>,
    best: Vec<(f32, u16)>,
    /// What looked right, best first.
    pub places: Vec<Place>,
}

impl Thumbs {
    /// Draws the thumbnails from a copy of the reference.
    pub fn new(t: &Template) -> Thumbs {
        let mut all = Vec::new();
        let Some([l, ..]) = t.levels.iter().rev().find(|[l, ..]| l.cols.max(l.rows) >= 4) else {
            return Thumbs(all);
        };
        let (w, h) = (l.cols * 8, l.rows * 8);
        let grey = |u: f64, v: f64| -> Option<f32> {
            let x = ((u as f32 - l.origin.0) / l.step.0).round_ties_even();
            let y = ((v as f32 - l.origin.1) / l.step.1).round_ties_even();
            let inside = x >= 0.0 && y >= 0.0 && x < w as f32 && y < h as f32;
            inside.then(|| l.at(x as usize, y as usize))
        };
        for turn in TURNS {
            for (narrow, along) in TILTS {
                let m = tilted(turn, 1.0 - narrow, along).map(|v| v * SIDE as f64 / 2.0);
                all.extend(Thumb::new(m, &grey));
            }
        }
        Thumbs(all)
    }
}

impl Thumb {
    fn new(m: [f64; 4], grey: &dyn Fn(f64, f64) -> Option<f32>) -> Option<Thumb> {
        let d = m[0] * m[3] - m[1] * m[2];
        let back = [m[3] / d, -m[1] / d, -m[2] / d, m[0] / d];
        let mut raw = [None; SIDE * SIDE];
        for (i, o) in raw.iter_mut().enumerate() {
            // The mean of 4×4 places in each sample.
            let (mut sum, mut n) = (0f32, 0);
            for k in 0..16 {
                let x = (i % SIDE) as f64 + (f64::from(k % 4) + 0.5) / 4.0 - SIDE as f64 / 2.0;
                let y = (i / SIDE) as f64 + (f64::from(k / 4) + 0.5) / 4.0 - SIDE as f64 / 2.0;
                if let Some(g) = grey(back[0] * x + back[1] * y, back[2] * x + back[3] * y) {
                    sum += g;
                    n += 1;
                }
            }
            *o = (n >= 12).then(|| sum / n as f32);
        }
        let n = raw.iter().flatten().count();
        let flat = raw;
        for (i, o) in raw.iter_mut().enumerate() {
            let Some(o) = o else { continue };
            let (x, y) = (i % SIDE, i / SIDE);
            let (mut sum, mut n) = (0f32, 0f32);
            for y in y.saturating_sub(NEAR)..=(y + NEAR).min(SIDE - 1) {
                for v in flat
                    [y * SIDE + x.saturating_sub(NEAR)..=y * SIDE + (x + NEAR).min(SIDE - 1)]
                    .iter()
                    .flatten()
                {
                    sum += v;
                    n += 1.0;
                }
            }
            *o -= sum / n;
        }
        let mean = raw.iter().flatten().sum::<f32>() / n.max(1) as f32;
        let spread = (raw.iter().flatten().map(|v| (v - mean).powi(2)).sum::<f32>()
            / n.max(1) as f32)
            .sqrt();
        if n < 40 || spread < 1.5 {
            return None;
        }
        let grey: [i16; SIDE * SIDE] = core::array::from_fn(|i| {
            raw[i].map_or(0, |v| ((v - mean) / spread * 40.0).round_ties_even() as i16)
        });
        let norm = grey.iter().map(|v| f32::from(*v).powi(2)).sum::<f32>().sqrt();
        let used = |y: usize| grey[y * SIDE..(y + 1) * SIDE].iter().any(|v| *v != 0);
        let rows = ((0..SIDE).find(|y| used(*y))?, (0..SIDE).rev().find(|y| used(*y))? + 1);
        Some(Thumb { grey, norm, n: n as f32, rows, turn: m })
    }
}

impl Glance {
    /// Sums and sums of squares for every rectangle.
    fn sum(&mut self, pw: usize, ph: usize) {
        let sw = pw + 1;
        self.sums.clear();
        self.sums.resize(sw * (ph + 1), (0, 0));
        for y in 0..ph {
            let (mut s, mut q) = (0, 0);
            for x in 0..pw {
                let v = i32::from(self.copy[y * pw + x]);
                s += v;
                q += v * v;
                let up = self.sums[y * sw + x + 1];
                self.sums[(y + 1) * sw + x + 1] = (up.0 + s, up.1 + q);
            }
        }
    }

    /// Looks at a frame.
    pub fn run(&mut self, p: &Pyramid, thumbs: &Thumbs) {
        self.places.clear();
        let Some(first) = p.levels.first() else { return };
        if first.px.is_empty() || thumbs.0.is_empty() {
            return;
        }
        let mut size = SIZES.0;
        for _ in 0..SIZES.2 {
            // The copy in which the reference would be as long as a thumbnail.
            let k = SIDE as f64 / (size * first.w as f64);
            let (w, h) = ((first.w as f64 * k) as usize, (first.h as f64 * k) as usize);
            if w >= 8 && h >= 6 {
                self.look(p, thumbs, w, h);
            }
            size *= SIZES.1;
        }
        sort(&mut self.places, |a, b| a.score > b.score);
        self.places.truncate(MOST);
    }

    /// How well a thumbnail goes with a place.
    fn score(&self, t: &Thumb, x: usize, y: usize, pw: usize) -> f32 {
        let sw = pw + 1;
        let (r0, r1) = t.rows;
        let rect = ((r1 - r0) * SIDE) as f32;
        let (a, b) = (self.sums[(y + r0) * sw + x], self.sums[(y + r0) * sw + x + SIDE]);
        let (c, d) = (self.sums[(y + r1) * sw + x], self.sums[(y + r1) * sw + x + SIDE]);
        let (s, q) = ((d.0 - b.0 - c.0 + a.0) as f32, (d.1 - b.1 - c.1 + a.1) as f32);
        let spread = (q - s * s / rect) * (t.n / rect);
        if spread < 16.0 * t.n {
            return 0.0;
        }
        let mut dot = 0i32;
        for r in r0..r1 {
            let o = (y + r) * pw + x;
            let row = &self.copy[o..o + SIDE];
            dot += row
                .iter()
                .zip(&t.grey[r * SIDE..(r + 1) * SIDE])
                .map(|(a, b)| i32::from(*a) * i32::from(*b))
                .sum::<i32>();
        }
        dot as f32 / (t.norm * spread.sqrt())
    }

    fn look(&mut self, p: &Pyramid, thumbs: &Thumbs, w: usize, h: usize) {
        let first = &p.levels[0];
        // From the smallest level that is not smaller; a margin of half a thumbnail all round.
        let Some(from) = p.levels.iter().rev().find(|l| l.w >= w && l.h >= h) else { return };
        let half = SIDE / 2;
        let (pw, ph) = (w + SIDE, h + SIDE);
        self.copy.clear();
        for y in 0..ph {
            for x in 0..pw {
                let sx = (x as isize - half as isize).clamp(0, w as isize - 1) as usize;
                let sy = (y as isize - half as isize).clamp(0, h as isize - 1) as usize;
                // Mean of the four level pixels round the middle of this one.
                let fx = (sx * 2 + 1) * from.w / (2 * w);
                let fy = (sy * 2 + 1) * from.h / (2 * h);
                let (x0, y0) = (fx.min(from.w - 1), fy.min(from.h - 1));
                let (x1, y1) = (x0.saturating_sub(1), y0.saturating_sub(1));
                let g = |x: usize, y: usize| i16::from(from.px[y * from.w + x]);
                self.copy.push((g(x0, y0) + g(x1, y0) + g(x0, y1) + g(x1, y1)) / 4);
            }
        }
        // Only what is smaller than half a thumbnail counts: light and shade are larger.
        let sw = pw + 1;
        self.sum(pw, ph);
        for y in 0..ph {
            let (y0, y1) = (y.saturating_sub(NEAR), (y + NEAR + 1).min(ph));
            for x in 0..pw {
                let (x0, x1) = (x.saturating_sub(NEAR), (x + NEAR + 1).min(pw));
                let s = |x: usize, y: usize| self.sums[y * sw + x].0;
                let mean = (s(x1, y1) - s(x0, y1) - s(x1, y0) + s(x0, y0))
                    / ((x1 - x0) * (y1 - y0)) as i32;
                self.copy[y * pw + x] = (2 * (i32::from(self.copy[y * pw + x]) - mean)) as i16;
            }
        }
        self.sum(pw, ph);
        self.best.clear();
        self.best.resize(w * h, (0.0, 0));
        // Every second place first; what is found there is looked at more closely.
        for (ti, t) in thumbs.0.iter().enumerate() {
            for y in (0..h).step_by(2) {
                for x in (0..w).step_by(2) {
                    let score = self.score(t, x, y, pw);
                    let best = &mut self.best[y * w + x];
                    if score > best.0 {
                        *best = (score, ti as u16);
                    }
                }
            }
        }
        for y in (0..h).step_by(2) {
            for x in (0..w).step_by(2) {
                let (score, ti) = self.best[y * w + x];
                let less = |x: usize, y: usize| x < w && y < h && self.best[y * w + x].0 > score;
                let (l, u) = (x.wrapping_sub(2), y.wrapping_sub(2));
                if score < 0.24 || less(l, y) || less(x + 2, y) || less(x, u) || less(x, y + 2) {
                    continue;
                }
                let t = &thumbs.0[usize::from(ti)];
                for i in 0..9 {
                    let (nx, ny) = (x + i % 3, y + i / 3);
                    if i != 4 && nx >= 1 && ny >= 1 && nx <= w && ny <= h {
                        let s = self.score(t, nx - 1, ny - 1, pw);
                        let best = &mut self.best[(ny - 1) * w + nx - 1];
                        if s > best.0 {
                            *best = (s, ti);
                        }
                    }
                }
            }
        }
        let (kx, ky) = (first.w as f64 / w as f64, first.h as f64 / h as f64);
        for y in 0..h {
            for x in 0..w {
                let (score, ti) = self.best[y * w + x];
                let near = |dx: usize, dy: usize| {
                    let (nx, ny) = (x + dx, y + dy);
                    nx >= 1
                        && ny >= 1
                        && nx <= w
                        && ny <= h
                        && self.best[(ny - 1) * w + nx - 1].0 > score
                };
                if score < 0.3 || (0..9).any(|i| near(i % 3, i / 3)) {
                    continue;
                }
                let m = thumbs.0[usize::from(ti)].turn;
                // The thumbnail's middle lies between samples.
                let (cx, cy) = (x as f64 * kx - 0.5, y as f64 * ky - 0.5);
                let map = [m[0] * kx, m[1] * kx, cx, m[2] * ky, m[3] * ky, cy, 0.0, 0.0, 1.0];
                self.places.push(Place { score, map });
            }
        }
    }
}
