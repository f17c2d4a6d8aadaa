//! The reference as the alignment wants it: small copies cut into blocks of 8×8 samples, each with
//! its gradients and the part of the normal equations that never changes.
//!
//! Coordinates (u, v) are those of the reference, centred, in halves of its longer side: numbers of
//! the size of one keep the equations well conditioned whatever the size of the picture.

use super::mat::{Mat3, mul, translation};
use crate::kernel::block::{self as kernel, PATCH};

pub use crate::kernel::block::BLOCK;

/// One copy of the reference.
#[derive(Clone, Debug)]
pub struct Level {
    /// Blocks across.
    pub cols: usize,
    /// Blocks down.
    pub rows: usize,
    /// (u, v) of the first block's first sample.
    pub origin: (f32, f32),
    /// Steps of (u, v) from sample to sample.
    pub step: (f32, f32),
    /// Grey values, block by block, each block's mean taken off.
    pub grey: Vec<f32>,
    /// Change of grey per unit of u.
    pub gu: Vec<f32>,
    /// Change of grey per unit of v.
    pub gv: Vec<f32>,
    /// Sum of squares of `grey` in each block.
    pub energy: Vec<f32>,
    /// Upper triangle of each block's normal equations.
    pub normal: Vec<[f32; 36]>,
    /// Mean grey of each block, and its slopes from sample to sample.
    pub tilt: Vec<[f32; 3]>,
}

/// The reference.
#[derive(Clone, Debug)]
pub struct Template {
    /// Copies, finest first, each in three softnesses (see [`Template::softness`]).
    pub levels: Vec<[Level; 3]>,
    /// The same copies as pictures: rows of grey values, and their length.
    pub plain: Vec<(Vec<f32>, usize)>,
    /// Width of the reference, pixels.
    pub w: usize,
    /// Height of the reference, pixels.
    pub h: usize,
}

/// Samples aimed at in the finest copy.
const AREA: f64 = 49_152.0;
/// Extra blur of the three softnesses: variance, in samples.
const SOFT: [f32; 3] = [0.06, 0.22, 0.45];
/// Copies at most.
const LEVELS: usize = 4;

impl Template {
    /// Cuts a picture of `w` × `h` pixels (at least 16 each, checked by the caller).
    pub fn new(gray: &[u8], w: usize, h: usize) -> Template {
        let k = (AREA / (w * h) as f64).sqrt().min(1.0);
        let side =
            |n: usize| (((n as f64 * k / 32.0).round_ties_even() as usize) * 32).clamp(32, 480);
        let (mut tw, mut th) = (side(w), side(h));
        let mut img = resample(gray, w, h, tw, th);
        let half = w.max(h) as f32 / 2.0;
        let (mut levels, mut plain) = (Vec::new(), Vec::new());
        for t in 0..LEVELS {
            let px = (w as f32 / tw as f32, h as f32 / th as f32);
            let step = (px.0 / half, px.1 / half);
            let first = |n: usize, p: f32| (0.5 * p - n as f32 / 2.0) / half;
            let origin = (first(w, px.0), first(h, px.1));
            levels.push(SOFT.map(|s| Level::new(&soften(&img, tw, th, s), tw, th, origin, step)));
            let next = half_of(&img, tw, th);
            plain.push((img, tw));
            if t + 1 == LEVELS || tw / 2 < 16 || th / 2 < 16 {
                break;
            }
            img = next;
            tw /= 2;
            th /= 2;
        }
        Template { levels, plain, w, h }
    }

    /// (u, v) to reference pixels.
    pub fn to_reference(&self) -> Mat3 {
        let s = self.w.max(self.h) as f64 / 2.0;
        let shift = translation(self.w as f64 / 2.0 - 0.5, self.h as f64 / 2.0 - 0.5);
        mul(&shift, &[s, 0.0, 0.0, 0.0, s, 0.0, 0.0, 0.0, 1.0])
    }

    /// Which softness a copy needs when its samples are `spacing` pixels of a frame's copy apart.
    /// Fitting a sharp reference to a softer frame would make it too large: blur by the pixel's
    /// area, by reading between pixels and by the lens must be the same on both sides.
    pub fn softness(spacing: f64) -> usize {
        let missing = 0.3 / (spacing * spacing) - 1.0 / 12.0;
        SOFT.iter()
            .take(2)
            .zip(&SOFT[1..])
            .filter(|(a, b)| missing > f64::from(*a + *b) / 2.0)
            .count()
    }

    /// Blocks of the finest copy that say where they are in both directions.
    pub fn telling_blocks(&self) -> usize {
        let Some([l, ..]) = self.levels.first() else { return 0 };
        let k = f64::from(l.step.0.min(l.step.1)).powi(2) / BLOCK as f64;
        l.normal
            .iter()
            .filter(|n| {
                let (a, b, c) = (f64::from(n[0]) * k, f64::from(n[1]) * k, f64::from(n[8]) * k);
                let least = (a + c) / 2.0 - (((a - c) / 2.0).powi(2) + b * b).sqrt();
                least > 1.5
            })
            .count()
    }
}

impl Level {
    fn new(img: &[f32], w: usize, h: usize, first: (f32, f32), step: (f32, f32)) -> Level {
        let (cols, rows) = (w / 8, h / 8);
        let (ox, oy) = ((w - cols * 8) / 2, (h - rows * 8) / 2);
        let origin = (first.0 + ox as f32 * step.0, first.1 + oy as f32 * step.1);
        let n = cols * rows;
        let mut l = Level {
            cols,
            rows,
            origin,
            step,
            grey: Vec::with_capacity(n * BLOCK),
            gu: Vec::with_capacity(n * BLOCK),
            gv: Vec::with_capacity(n * BLOCK),
            energy: Vec::with_capacity(n),
            normal: Vec::with_capacity(n),
            tilt: Vec::with_capacity(n),
        };
        l.fill(img, w);
        l
    }

    /// Takes another picture of the same size (rows of `w` values). Keeps its memory.
    pub fn fill(&mut self, img: &[f32], w: usize) {
        let h = img.len() / w;
        let (cols, step) = (self.cols, self.step);
        let (ox, oy) = ((w - cols * 8) / 2, (h - self.rows * 8) / 2);
        let n = cols * self.rows;
        let l = self;
        for v in [&mut l.grey, &mut l.gu, &mut l.gv, &mut l.energy] {
            v.clear();
        }
        l.normal.clear();
        l.tilt.clear();
        let per = (1.0 / (32.0 * step.0), 1.0 / (32.0 * step.1));
        let mut patch = [0f32; PATCH];
        for b in 0..n {
            let (bx, by) = (ox + b % cols * 8, oy + b / cols * 8);
            for (i, o) in patch.iter_mut().enumerate() {
                // The edge goes on beyond the picture.
                let (x, y) = ((bx + i % 10).saturating_sub(1), (by + i / 10).saturating_sub(1));
                *o = img[y.min(h - 1) * w + x.min(w - 1)];
            }
            let mut grey: [f32; BLOCK] =
                core::array::from_fn(|i| patch[(i / 8 + 1) * 10 + i % 8 + 1]);
            let (mut gu, mut gv) = ([0f32; BLOCK], [0f32; BLOCK]);
            kernel::slopes(&patch, per, &mut gu, &mut gv);
            let tilt = kernel::tilt(&grey);
            l.energy.push(kernel::compare(&mut grey, tilt[0], &[0.0; BLOCK]).0);
            l.normal.push(kernel::normal(&gu, &gv, l.block_origin(b), step));
            l.tilt.push(tilt);
            l.grey.extend_from_slice(&grey);
            l.gu.extend_from_slice(&gu);
            l.gv.extend_from_slice(&gv);
        }
    }

    /// Grey values of a block, and how they change with u and with v.
    pub fn block(&self, b: usize) -> Option<[&[f32; BLOCK]; 3]> {
        let (grey, gu, gv) =
            (self.grey.as_chunks().0, self.gu.as_chunks().0, self.gv.as_chunks().0);
        Some([grey.get(b)?, gu.get(b)?, gv.get(b)?])
    }

    /// (u, v) of a block's first sample.
    pub fn block_origin(&self, b: usize) -> (f32, f32) {
        let (c, r) = ((b % self.cols * 8) as f32, (b / self.cols * 8) as f32);
        (self.origin.0 + c * self.step.0, self.origin.1 + r * self.step.1)
    }

    /// Grey at a sample, as the picture has it.
    pub fn at(&self, x: usize, y: usize) -> f32 {
        let b = y / 8 * self.cols + x / 8;
        let (i, j) = (x % 8, y % 8);
        self.grey[b * BLOCK + j * 8 + i] + self.tilt[b][0]
    }
}

/// Mean over the area each new pixel covers.
pub fn resample(gray: &[u8], w: usize, h: usize, tw: usize, th: usize) -> Vec<f32> {
    let mut wide = vec![0f32; tw * h];
    for y in 0..h {
        let row = &gray[y * w..(y + 1) * w];
        spans(w, tw, |x, i, part| wide[y * tw + x] += part * f32::from(row[i]));
    }
    let mut out = vec![0f32; tw * th];
    spans(h, th, |y, i, part| {
        for x in 0..tw {
            out[y * tw + x] += part * wide[i * tw + x];
        }
    });
    out
}

/// For each of `m` new cells, the old ones (of `n`) it covers and with which share.
fn spans(n: usize, m: usize, mut f: impl FnMut(usize, usize, f32)) {
    let k = n as f64 / m as f64;
    for x in 0..m {
        let (a, b) = (x as f64 * k, (x + 1) as f64 * k);
        let mut i = a as usize;
        while (i as f64) < b - 1e-9 && i < n {
            let part = b.min((i + 1) as f64) - a.max(i as f64);
            f(x, i, (part / k) as f32);
            i += 1;
        }
    }
}

/// Blurs by a variance up to 0.5 (three taps each way).
fn soften(img: &[f32], w: usize, h: usize, variance: f32) -> Vec<f32> {
    let a = variance / 2.0;
    let mut wide = img.to_vec();
    for (o, i) in wide.chunks_exact_mut(w).zip(img.chunks_exact(w)) {
        for x in 1..w - 1 {
            o[x] = i[x] + a * (i[x - 1] + i[x + 1] - 2.0 * i[x]);
        }
    }
    let mut out = wide.clone();
    for y in 1..h - 1 {
        for x in 0..w {
            let o = y * w + x;
            out[o] = wide[o] + a * (wide[o - w] + wide[o + w] - 2.0 * wide[o]);
        }
    }
    out
}

fn half_of(img: &[f32], w: usize, h: usize) -> Vec<f32> {
    let (nw, nh) = (w / 2, h / 2);
    let mut out = Vec::with_capacity(nw * nh);
    for y in 0..nh {
        for x in 0..nw {
            let o = 2 * y * w + 2 * x;
            out.push((img[o] + img[o + 1] + img[o + w] + img[o + w + 1]) / 4.0);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resampling_keeps_the_mean_and_the_place() {
        let g: Vec<u8> = (0..60u32).map(|i| (i % 10 * 20) as u8).collect();
        let r = resample(&g, 10, 6, 5, 3);
        assert_eq!(r[0], 10.0);
        assert!((r.iter().sum::<f32>() / 15.0 - 90.0).abs() < 1e-3);
    }

    #[test]
    fn a_flat_picture_tells_nothing() {
        let t = Template::new(&[90; 64 * 48], 64, 48);
        assert_eq!(t.telling_blocks(), 0);
        assert!(t.levels.iter().flatten().all(|l| l.energy.iter().all(|e| *e < 1e-3)));
    }

    #[test]
    fn the_middle_of_the_reference_is_the_origin() {
        let t = Template::new(&[0; 100 * 60], 100, 60);
        let m = t.to_reference();
        assert_eq!((m[2], m[5]), (49.5, 29.5));
        for l in t.levels.iter().flatten() {
            let (u, v) = l.block_origin(l.cols * l.rows - 1);
            let last = (u + 7.0 * l.step.0, v + 7.0 * l.step.1);
            assert!((last.0 + l.origin.0).abs() < 0.05 && (last.1 + l.origin.1).abs() < 0.05);
        }
    }
}
