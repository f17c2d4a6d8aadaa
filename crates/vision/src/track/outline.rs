//! Looks for the reference by the directions of its edges: some forty points of a small copy of it,
//! turned and tilted, are laid over small copies of the frame. Needs neither corners nor a sharp
//! frame nor even light, only outlines. Coarse; it hands on places, it believes none.

use super::mat::Mat3;
use super::pyramid::Pyramid;
use super::rank::sort;
use super::shapes::{BINS, PAD, POINTS, SIDE, Shape, Shapes, directions};
use crate::kernel::runs::{self, RUN};

/// Places handed on.
pub const MOST: usize = 128;
/// Longest side of the reference in the frame as a part of the frame's width: from, and steps.
const SIZES: (f64, f64, usize) = (0.18, 1.23, 12);
/// Thirds of a step, for other looks.
const BETWEEN: [f64; 3] = [1.0, 1.071_441, 1.147_987];
/// Least change of grey over two samples that has a direction.
const EDGE: i32 = 6;
/// What an edge costs where the reference is smooth.
const SMOOTH: i8 = 3;
/// Least sum that is looked at.
const LEAST: i8 = 30;

/// A place that looks right.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// How well, larger is better.
    pub score: f32,
    /// (u, v) to frame pixels.
    pub map: Mat3,
}

/// Memory for looking.
#[derive(Clone, Debug, Default)]
pub struct Outline {
    copy: Vec<u8>,
    /// The direction of each sample, as a bit.
    bins: Vec<u16>,
    row: Vec<u16>,
    near: Vec<u16>,
    /// Agreement with each direction, split by even and odd columns and rows, with margins.
    maps: Vec<i8>,
    best: Vec<(i8, u8)>,
    offsets: Vec<usize>,
    /// What looked right, best first.
    pub places: Vec<Place>,
}

impl Outline {
    /// Looks at a frame, with other shapes and sizes from look to look (`turn`): between them they
    /// lie closer than in one alone.
    pub fn run(&mut self, p: &Pyramid, shapes: &Shapes, turn: usize) {
        self.places.clear();
        let shapes = shapes.bank(turn);
        let Some(first) = p.levels.first() else { return };
        if first.px.is_empty() || shapes.is_empty() {
            return;
        }
        let mut size = SIZES.0 * BETWEEN[turn % 3];
        for _ in 0..SIZES.2 {
            let k = SIDE as f64 / (size * first.w as f64);
            let (w, h) = ((first.w as f64 * k) as usize, (first.h as f64 * k) as usize);
            if w >= 8 && h >= 6 && w <= first.w && h <= first.h {
                self.look(p, shapes, w, h);
            }
            size *= SIZES.1;
        }
        sort(&mut self.places, |a, b| a.score > b.score);
        self.places.truncate(MOST);
    }

    /// Directions of one copy.
    fn directions(&mut self, p: &Pyramid, w: usize, h: usize) {
        let Some(from) = p.levels.iter().rev().find(|l| l.w >= w && l.h >= h) else { return };
        self.copy.clear();
        for y in 0..h {
            let fy = ((y * 2 + 1) * from.h / (2 * h)).min(from.h - 1);
            let (r0, r1) = (&from.px[fy.saturating_sub(1) * from.w..], &from.px[fy * from.w..]);
            for x in 0..w {
                let x1 = ((x * 2 + 1) * from.w / (2 * w)).min(from.w - 1);
                let x0 = x1.saturating_sub(1);
                let s =
                    u16::from(r0[x0]) + u16::from(r0[x1]) + u16::from(r1[x0]) + u16::from(r1[x1]);
                self.copy.push((s / 4) as u8);
            }
        }
        directions(&self.copy, w, h, EDGE, &mut self.bins);
    }

    /// All directions within one sample, for each parity.
    fn spread(&mut self, w: usize, h: usize, pw: usize, plane: usize) {
        self.near.clear();
        self.near.resize(4 * plane, 0);
        self.row.resize(w, 0);
        for y in 0..h {
            let up = &self.bins[y.saturating_sub(1) * w..][..w];
            let mid = &self.bins[y * w..][..w];
            let low = &self.bins[(y + 1).min(h - 1) * w..][..w];
            for (o, ((a, b), c)) in self.row.iter_mut().zip(up.iter().zip(mid).zip(low)) {
                *o = a | b | c;
            }
            let at = (y & 1) * 2 * plane + (y + PAD) / 2 * pw + PAD / 2;
            let r = &self.row;
            // Edges of the frame have no direction, so that nothing is missed there.
            for x in 1..w - 1 {
                let v = r[x - 1] | r[x] | r[x + 1];
                self.near[at + (x & 1) * plane + x / 2] = v;
            }
        }
    }

    /// How well each direction goes with each place.
    fn respond(&mut self, plane: usize) {
        let all = 4 * plane;
        self.maps.resize((BINS + 1) * all, 0);
        for (at, near) in self.near.as_chunks().0.iter().enumerate() {
            runs::respond(near, &mut self.maps, all, at * RUN, SMOOTH);
        }
    }

    fn look(&mut self, p: &Pyramid, shapes: &[Shape], w: usize, h: usize) {
        self.directions(p, w, h);
        // Half as wide and high, for each of four parities, with margins.
        let (pw, ph) = ((w + 2 * PAD) / 2 + 1, (h + 2 * PAD) / 2 + 1);
        let plane = (pw * ph).div_ceil(RUN) * RUN + RUN;
        self.spread(w, h, pw, plane);
        self.respond(plane);
        let (nw, nh) = (w.div_ceil(2), h.div_ceil(2));
        let n = nh * pw;
        self.best.clear();
        self.best.resize(n.div_ceil(RUN) * RUN, (0, 0));
        for (si, s) in shapes.iter().enumerate() {
            self.offsets.clear();
            for (dx, dy, b) in &s.points {
                let (x, y) = (
                    (i32::from(*dx) + PAD as i32) as usize,
                    (i32::from(*dy) + PAD as i32) as usize,
                );
                self.offsets.push(
                    (usize::from(*b) * 4 + (y & 1) * 2 + (x & 1)) * plane + y / 2 * pw + x / 2,
                );
            }
            let mut sum = [0i8; RUN];
            for (run, best) in self.best.chunks_exact_mut(RUN).enumerate() {
                if !runs::add(&self.maps, &self.offsets, run * RUN, LEAST, &mut sum) {
                    continue;
                }
                for (b, v) in best.iter_mut().zip(&sum) {
                    let v = (i32::from(*v) * POINTS as i32 / s.edges).min(127) as i8;
                    if v > b.0 {
                        *b = (v, si as u8);
                    }
                }
            }
        }
        let first = &p.levels[0];
        let (kx, ky) = (first.w as f64 / w as f64, first.h as f64 / h as f64);
        for y in 0..nh {
            for x in 0..nw {
                let (score, si) = self.best[y * pw + x];
                if score < 36 {
                    continue;
                }
                let near = |i: usize| {
                    let (nx, ny) = (x + i % 3, y + i / 3);
                    nx >= 1 && ny >= 1 && nx <= nw && ny <= nh && {
                        let o = self.best[(ny - 1) * pw + nx - 1].0;
                        o > score || (o == score && i < 4)
                    }
                };
                if (0..9).any(near) {
                    continue;
                }
                let m = shapes[usize::from(si)].turn;
                let (cx, cy) =
                    ((2 * x) as f64 * kx + 0.5 * kx - 0.5, (2 * y) as f64 * ky + 0.5 * ky - 0.5);
                let map = [m[0] * kx, m[1] * kx, cx, m[2] * ky, m[3] * ky, cy, 0.0, 0.0, 1.0];
                self.places.push(Place { score: f32::from(score), map });
            }
        }
    }
}
