//! The features of a frame or of a reference: corners of all scales with direction and bits.

use super::corners::{Corner, find};
use super::describe::{BORDER, Bits, Pattern, direction, turn_of};
use super::pyramid::Pyramid;
use super::scales::Scales;

/// A corner that can be known again.
#[derive(Clone, Copy, Debug)]
pub struct Feature {
    /// Column in the full picture.
    pub x: f32,
    /// Row in the full picture.
    pub y: f32,
    /// From steps in the full picture to steps in the feature's own upright frame of size one.
    pub upright: [f32; 4],
    /// Pixels of the full picture per pixel of the copy it was found in.
    pub scale: f32,
    /// What it looks like.
    pub bits: Bits,
}

/// Memory for finding features in pictures of one size.
#[derive(Clone, Debug, Default)]
pub struct Finder {
    scales: Scales,
    pattern: Pattern,
    scratch: (Vec<u8>, Vec<Corner>),
    corners: Vec<Corner>,
    /// What was found last.
    pub found: Vec<Feature>,
}

impl Finder {
    /// For pictures of `w` × `h` pixels.
    pub fn new(w: usize, h: usize) -> Finder {
        let room = (w * h / 32).max(64);
        Finder {
            scales: Scales::new(w, h),
            pattern: Pattern::new(),
            scratch: (Vec::with_capacity(w * h), Vec::with_capacity(room)),
            corners: Vec::with_capacity(2048),
            found: Vec::with_capacity(2048),
        }
    }

    /// Finds at most about `most` features; each copy gets a share that falls with its size.
    pub fn find(&mut self, p: &Pyramid, most: usize) {
        self.found.clear();
        self.scales.fill(p, 0);
        let n = self.scales.fine.len();
        // Shares fall by 1/√2 from copy to copy: the larger copies have more to show, the smaller
        // ones are seen under more conditions.
        let sum: f64 = (0..n).fold((0.0, 1.0), |(s, part), _| (s + part, part * 0.72)).0;
        let mut part = most as f64 / sum;
        for i in 0..n {
            let share = part as usize;
            part *= 0.72;
            let plane = &self.scales.fine[i];
            let area =
                (plane.w.saturating_sub(2 * BORDER) * plane.h.saturating_sub(2 * BORDER)) as f64;
            let cell = ((1.1 * area / share.max(1) as f64).sqrt() as usize).clamp(5, 40);
            self.corners.clear();
            find(plane, BORDER, cell, share, &mut self.scratch, &mut self.corners);
            let (soft, step) = (&self.scales.soft[i], self.scales.step[i]);
            for c in &self.corners {
                let (x, y) = (usize::from(c.x), usize::from(c.y));
                let (co, s) = direction(soft, x, y);
                let k = 1.0 / (step.0 * step.1).sqrt();
                self.found.push(Feature {
                    x: ((x as f64 + 0.5) * step.0 - 0.5) as f32,
                    y: ((y as f64 + 0.5) * step.1 - 0.5) as f32,
                    upright: [co * k, s * k, -s * k, co * k].map(|v| v as f32),
                    scale: (1.0 / k) as f32,
                    bits: self.pattern.bits(soft, x, y, turn_of(co, s)),
                });
            }
        }
    }
}

/// 2×2 matrices, row-major.
#[inline(never)]
pub fn mul2(a: [f32; 4], b: [f32; 4]) -> [f32; 4] {
    [
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
    ]
}

/// The inverse of a 2×2 matrix that has one.
#[inline(never)]
pub fn inv2(a: [f32; 4]) -> [f32; 4] {
    let d = 1.0 / (a[0] * a[3] - a[1] * a[2]);
    [a[3] * d, -a[1] * d, -a[2] * d, a[0] * d]
}
