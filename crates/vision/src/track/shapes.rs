//! What an outline search compares: some forty points on the edges of a small copy of the reference,
//! turned and tilted in many ways, and some where it is smooth.

use super::mat::tilted;
use super::rank::sort;
use super::template::Template;
pub use crate::kernel::runs::BINS;

/// Samples along the longer side of the reference.
pub const SIDE: usize = 32;
/// Room round a sample for every point of a shape.
pub const PAD: usize = 24;
/// Points of a shape.
pub const POINTS: usize = 40;
/// Points where the reference is smooth.
const QUIET: usize = 14;
/// Turns: how many to each side, and degrees between.
const TURNS: (i32, f64) = (3, 14.0);
/// Narrowed to this, in this many directions.
const TILTS: [(f64, usize); 3] = [(1.0, 1), (0.76, 4), (0.52, 6)];
/// Banks of shapes, each between the others.
const BANKS: usize = 3;

/// The points of one turned and tilted copy.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Steps from the middle, and direction.
    pub points: Vec<(i8, i8, u8)>,
    /// How many of them are edges.
    pub edges: i32,
    /// (u, v) to steps of samples.
    pub turn: [f64; 4],
}

/// The shapes of one reference, in banks.
#[derive(Clone, Debug, Default)]
pub struct Shapes(Vec<Vec<Shape>>);

/// The slopes to the right and down, of the three by three values about a place (Sobel's weights).
pub fn sobel(at: impl Fn(usize, usize) -> f32) -> (f32, f32) {
    (
        at(2, 0) + 2.0 * at(2, 1) + at(2, 2) - at(0, 0) - 2.0 * at(0, 1) - at(0, 2),
        at(0, 2) + 2.0 * at(1, 2) + at(2, 2) - at(0, 0) - 2.0 * at(1, 0) - at(2, 0),
    )
}

/// The direction of each sample of a picture as a bit; none where the grey changes by less than
/// `least` over two samples, and none at the rim.
pub fn directions(px: &[u8], w: usize, h: usize, least: i32, out: &mut Vec<u16>) {
    out.clear();
    out.resize(w * h, 0);
    for y in 1..h - 1 {
        let r: [&[u8]; 3] = core::array::from_fn(|i| &px[(y + i - 1) * w..(y + i) * w]);
        let g = |i: usize, x: usize| i32::from(r[i][x]);
        for (x, o) in out[y * w..(y + 1) * w].iter_mut().enumerate().take(w - 1).skip(1) {
            let (l, c) = (x - 1, x + 1);
            let gx = g(0, c) + 2 * g(1, c) + g(2, c) - g(0, l) - 2 * g(1, l) - g(2, l);
            let gy = g(2, l) + 2 * g(2, x) + g(2, c) - g(0, l) - 2 * g(0, x) - g(0, c);
            let b = bin(gx, gy, 4 * least);
            *o = if b == NONE { 0 } else { 1 << b };
        }
    }
}

/// The bin of a gradient, or none when it is weak.
pub fn bin(gx: i32, gy: i32, least: i32) -> u8 {
    let (a, b) = (gx.abs(), gy.abs());
    if a * a + b * b < least * least {
        return NONE;
    }
    let b = b * 1024;
    let k = i32::from(b > a * 204)
        + i32::from(b > a * 684)
        + i32::from(b > a * 1533)
        + i32::from(b > a * 5148);
    let k = match (gx >= 0, gy >= 0) {
        (true, true) => k,
        (false, true) => 8 - k,
        (false, false) => 8 + k,
        (true, false) => 16 - k,
    };
    (k & 15) as u8
}

/// No direction.
pub const NONE: u8 = BINS as u8;

impl Shapes {
    /// The bank for a look.
    pub fn bank(&self, turn: usize) -> &[Shape] {
        let n = self.0.len().max(1);
        self.0.get(turn % n).map_or(&[], |b| b)
    }

    /// Draws one more bank from a copy of the reference, turned and tilted between those before;
    /// `false` when all are there.
    pub fn more(&mut self, t: &Template) -> bool {
        let done = self.0.len();
        if done >= BANKS {
            return false;
        }
        let mut all = Vec::new();
        self.0.reserve_exact(BANKS);
        let Some([l, ..]) =
            t.levels.iter().rev().find(|[l, ..]| l.cols.max(l.rows) * 8 >= 2 * SIDE)
        else {
            self.0.push(all);
            return done + 1 < BANKS;
        };
        let between = done as f64 / BANKS as f64;
        let (w, h) = (l.cols * 8, l.rows * 8);
        let mut plain = vec![0f32; w * h];
        for (i, o) in plain.iter_mut().enumerate() {
            *o = l.at(i % w, i / w);
        }
        let grey = |u: f64, v: f64| -> Option<f32> {
            let x = ((u as f32 - l.origin.0) / l.step.0).round_ties_even();
            let y = ((v as f32 - l.origin.1) / l.step.1).round_ties_even();
            let inside = x >= 0.0 && y >= 0.0 && x < w as f32 && y < h as f32;
            inside.then(|| plain[y as usize * w + x as usize])
        };
        for turn in -TURNS.0..=TURNS.0 {
            let tilts = TILTS.iter().flat_map(|(n, ways)| (0..*ways).map(move |i| (*n, i, *ways)));
            for (narrow, way, ways) in tilts {
                let turn = (f64::from(turn) + between) * TURNS.1;
                let along = 180.0 * (way as f64 + between) / ways as f64;
                let narrowed = (1.0 - narrow) * (1.0 - 0.4 * between);
                let m = tilted(turn, narrowed, along).map(|v| v * SIDE as f64 / 2.0);
                all.extend(Shape::new(m, &grey));
            }
        }
        self.0.push(all);
        done + 1 < BANKS
    }
}

/// The first `most` of `from` that are farther apart than the root of the first of `apart`; where
/// that does not give enough, of the next.
pub fn pick<T: Copy>(
    from: &[(f32, (i16, i16), T)],
    apart: &[i32],
    most: usize,
) -> Vec<((i16, i16), T)> {
    let mut points: Vec<((i16, i16), T)> = Vec::with_capacity(most);
    for apart in apart {
        for (_, at, of) in from {
            let near = |p: &((i16, i16), T)| {
                let (dx, dy) = (i32::from(p.0.0 - at.0), i32::from(p.0.1 - at.1));
                dx * dx + dy * dy < *apart
            };
            if points.len() < most && !points.iter().any(near) {
                points.push((*at, *of));
            }
        }
    }
    points
}

impl Shape {
    fn new(m: [f64; 4], grey: &dyn Fn(f64, f64) -> Option<f32>) -> Option<Shape> {
        const BOX: usize = 2 * PAD;
        let d = m[0] * m[3] - m[1] * m[2];
        let back = [m[3] / d, -m[1] / d, -m[2] / d, m[0] / d];
        let mut raw = vec![f32::NAN; BOX * BOX];
        for (i, o) in raw.iter_mut().enumerate() {
            let (mut sum, mut n) = (0f32, 0);
            for k in 0..4 {
                let x = (i % BOX) as f64 + f64::from(k % 2) * 0.5 - 0.25 - PAD as f64;
                let y = (i / BOX) as f64 + f64::from(k / 2) * 0.5 - 0.25 - PAD as f64;
                if let Some(g) = grey(back[0] * x + back[1] * y, back[2] * x + back[3] * y) {
                    sum += g;
                    n += 1;
                }
            }
            if n == 4 {
                *o = sum / 4.0;
            }
        }
        let mut edges = Vec::new();
        for y in 1..BOX - 1 {
            for x in 1..BOX - 1 {
                let at = |dx: usize, dy: usize| raw[(y + dy - 1) * BOX + x + dx - 1];
                let (gx, gy) = sobel(at);
                let size = gx * gx + gy * gy;
                // What is not a number lies outside.
                if size > 256.0 {
                    let b = bin((gx * 16.0) as i32, (gy * 16.0) as i32, 0);
                    edges.push((size, (x as i16 - PAD as i16, y as i16 - PAD as i16), b));
                }
            }
        }
        sort(&mut edges, |a, b| a.0 > b.0);
        let points = pick(&edges, &[16, 9, 5, 2], POINTS);
        if points.len() < POINTS / 2 {
            return None;
        }
        let edges = points.len();
        let bins = points.into_iter().map(|((x, y), b)| (x as i8, y as i8, b));
        let mut points: Vec<(i8, i8, u8)> = bins.collect();
        let mut still = Vec::new();
        for y in 1..BOX - 1 {
            for x in 1..BOX - 1 {
                let (mut low, mut high) = (f32::MAX, f32::MIN);
                for i in 0..9 {
                    let v = raw[(y + i / 3 - 1) * BOX + x + i % 3 - 1];
                    // What is not a number makes neither of these true and the sum not a number.
                    low = if v < low { v } else { low };
                    high = if v > high { v } else { high };
                    if v.is_nan() {
                        high = f32::MAX;
                        break;
                    }
                }
                if high - low < 4.0 {
                    still.push((
                        high - low,
                        (x as i32 - PAD as i32) as i8,
                        (y as i32 - PAD as i32) as i8,
                    ));
                }
            }
        }
        sort(&mut still, |a, b| a.0 < b.0);
        for apart in [30, 16, 9] {
            for (_, x, y) in &still {
                let near = |p: &(i8, i8, u8)| {
                    let (dx, dy) = (i32::from(p.0 - x), i32::from(p.1 - y));
                    dx * dx + dy * dy < apart
                };
                if points.len() < edges + QUIET && !points[edges..].iter().any(near) {
                    points.push((*x, *y, NONE));
                }
            }
        }
        Some(Shape { points, edges: edges as i32, turn: m })
    }
}
