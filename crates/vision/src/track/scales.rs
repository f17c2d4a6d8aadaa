//! The copies of a picture in which corners are looked for: each smaller than the last by √2.
//! The halves come from the pyramid; those between are resampled.

use super::pyramid::{Plane, Pyramid};
use crate::kernel::bytes;

/// Copies at most (from the full size to about an eleventh).
pub const SCALES: usize = 8;

/// The copies, slightly blurred: what the descriptors read.
#[derive(Clone, Debug, Default)]
pub struct Scales {
    /// Lightly smoothed, for corners.
    pub fine: Vec<Plane>,
    /// Means of 5×5 pixels, for descriptors.
    pub soft: Vec<Plane>,
    /// Full size pixels per pixel of each copy, across and down.
    pub step: Vec<(f64, f64)>,
    between: Vec<Plane>,
    sums: Vec<u16>,
}

impl Scales {
    /// Memory for pictures of `w` × `h` pixels.
    pub fn new(w: usize, h: usize) -> Scales {
        let mut s = Scales::default();
        for i in 0..SCALES {
            let k = if i % 2 == 0 { 1.0 } else { 2.0_f64.sqrt() };
            let (lw, lh) = (w >> (i / 2), h >> (i / 2));
            let (sw, sh) = ((lw as f64 / k) as usize, (lh as f64 / k) as usize);
            if sw < 24 || sh < 24 {
                break;
            }
            // What a copy really covers: halving leaves odd rests out.
            let whole = f64::from(1u32 << (i / 2));
            let x = whole * lw as f64 / sw as f64;
            let y = whole * lh as f64 / sh as f64;
            s.fine.push(Plane::new(sw, sh));
            s.soft.push(Plane::new(sw, sh));
            s.between.push(if i % 2 == 0 { Plane::default() } else { Plane::new(sw, sh) });
            s.step.push((x, y));
        }
        s.sums = vec![0; w];
        s
    }

    /// Fills the copies from `first` on.
    pub fn fill(&mut self, p: &Pyramid, first: usize) {
        for i in first..self.fine.len() {
            let Some(plane) = p.levels.get(i / 2) else { return };
            if i % 2 == 1 {
                shrink(plane, &mut self.between[i], &mut self.sums);
            }
            let from = if i % 2 == 0 { plane } else { &self.between[i] };
            smooth(from, &mut self.fine[i]);
            mean5(from, &mut self.soft[i], &mut self.sums);
        }
    }
}

/// Resamples between the pixels; only for factors below two. `mixed`: memory for a row.
fn shrink(a: &Plane, out: &mut Plane, mixed: &mut [u16]) {
    let Some(mixed) = mixed.get_mut(..a.w) else { return };
    if a.w < 2 || a.h < 2 || out.w == 0 || out.h == 0 {
        return;
    }
    let (kx, ky) = ((a.w << 16) / out.w, (a.h << 16) / out.h);
    for (y, row) in out.px.chunks_exact_mut(out.w).enumerate() {
        let fy = (y * ky + ky / 2).saturating_sub(1 << 15);
        let (yi, ty) = ((fy >> 16).min(a.h - 2), (fy & 0xffff) >> 8);
        let (top, low) = a.px[yi * a.w..(yi + 2) * a.w].split_at(a.w);
        bytes::mix(top, low, ty as u8, mixed);
        let mut fx = (kx / 2).saturating_sub(1 << 15);
        for o in row {
            let (xi, tx) = ((fx >> 16).min(a.w - 2), (fx & 0xffff) as u32 >> 8);
            let sum = u32::from(mixed[xi]) * (256 - tx) + u32::from(mixed[xi + 1]) * tx;
            *o = ((sum + (1 << 15)) >> 16) as u8;
            fx += kx;
        }
    }
}

/// 1-2-1 both ways; the edge is copied.
fn smooth(a: &Plane, out: &mut Plane) {
    out.px.copy_from_slice(&a.px);
    let w = a.w;
    if w < 3 || a.h < 3 {
        return;
    }
    for y in 1..a.h - 1 {
        let rows = core::array::from_fn(|i| &a.px[(y + i - 1) * w..(y + i) * w]);
        bytes::smooth(rows, &mut out.px[y * w..(y + 1) * w]);
    }
}

/// Mean of 5×5; two pixels at the edge keep what they had.
fn mean5(a: &Plane, out: &mut Plane, sums: &mut [u16]) {
    let w = a.w;
    if w < 5 || a.h < 5 || sums.len() < w {
        return;
    }
    let sums = &mut sums[..w];
    for y in 2..a.h - 2 {
        let rows = core::array::from_fn(|i| &a.px[(y + i - 2) * w..(y + i - 1) * w]);
        bytes::columns5(rows, sums);
        bytes::rows5(sums, &mut out.px[y * w..(y + 1) * w]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_keep_a_flat_grey_and_know_their_size() {
        let mut p = Pyramid::new(128, 96);
        p.fill(&[100; 128 * 96]);
        let mut s = Scales::new(128, 96);
        s.fill(&p, 0);
        assert_eq!(s.fine.len(), 5);
        assert!((s.step[1].0 - 1.42).abs() < 0.02 && s.step[2] == (2.0, 2.0));
        assert!(s.fine.iter().all(|f| f.px.iter().all(|v| *v == 100)));
        let f = &s.soft[1];
        assert_eq!(f.px[20 * f.w + 20], 100);
        Scales::new(1, 1).fill(&Pyramid::new(1, 1), 0);
    }
}
