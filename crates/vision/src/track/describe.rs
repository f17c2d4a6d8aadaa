//! What a corner looks like, in 256 bits: comparisons of small means round it, turned to its own
//! direction, so that the same corner is known again at another angle and size.

use super::pyramid::Plane;
use super::trig::{angle, length, sin_cos};

/// 256 comparisons.
pub type Bits = [u64; 4];

/// Directions told apart.
const TURNS: usize = 64;
/// Farthest comparison from the middle, pixels; with the means, what a corner needs round it.
const REACH: f64 = 13.0;
/// Least distance from the edge of a copy. What lies beyond the edge is taken to be like it.
pub const BORDER: usize = 7;
/// Half of the length of each second row of the disc that has a corner's direction.
const HALF: [i32; 7] = [12, 12, 10, 10, 8, 6, 2];
/// From here on nothing lies beyond the edge.
const INSIDE: usize = 15;

/// The comparisons for every direction.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// For each direction, 256 pairs of steps (x, y, x, y).
    pairs: Vec<[i8; 4]>,
}

impl Default for Pattern {
    fn default() -> Pattern {
        Pattern::new()
    }
}

impl Pattern {
    /// Fixed for all time: references and frames must use the same.
    pub fn new() -> Pattern {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut unit = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        let mut base: Vec<[f64; 4]> = Vec::with_capacity(256);
        while base.len() < 256 {
            // Points lie denser in the middle; pairs are neither too near nor too far apart.
            let mut point = || {
                let (r, a) = (REACH * denser(unit()), unit() * core::f64::consts::TAU);
                let (s, c) = sin_cos(a);
                (r * c, r * s)
            };
            let (p, q) = (point(), point());
            let d = length(p.0 - q.0, p.1 - q.1);
            if (4.0..16.0).contains(&d) {
                base.push([p.0, p.1, q.0, q.1]);
            }
        }
        let mut pairs = Vec::with_capacity(256 * TURNS);
        for t in 0..TURNS {
            let (s, c) = sin_cos(t as f64 * core::f64::consts::TAU / TURNS as f64);
            let whole = |v: f64| v.round_ties_even() as i8;
            let turn = |x: f64, y: f64| (whole(c * x - s * y), whole(s * x + c * y));
            for [ax, ay, bx, by] in &base {
                let (a, b) = (turn(*ax, *ay), turn(*bx, *by));
                pairs.push([a.0, a.1, b.0, b.1]);
            }
        }
        Pattern { pairs }
    }

    /// The bits of a corner at least [`BORDER`] from the edge, on a copy of 5×5 means.
    /// `turn`: from [`turn_of`].
    pub fn bits(&self, soft: &Plane, x: usize, y: usize, turn: usize) -> Bits {
        let turn = turn % TURNS;
        let pairs = &self.pairs[turn * 256..(turn + 1) * 256];
        let w = soft.w as isize;
        let mid = (y * soft.w + x) as isize;
        let clear = x >= INSIDE && y >= INSIDE && x + INSIDE < soft.w && y + INSIDE < soft.h;
        let at = |dx: i8, dy: i8| {
            if !clear {
                return held(soft, x as i32 + i32::from(dx), y as i32 + i32::from(dy));
            }
            let i = mid + isize::from(dy) * w + isize::from(dx);
            soft.px.get(i as usize).copied().unwrap_or(0)
        };
        let mut out = [0u64; 4];
        for (word, group) in out.iter_mut().zip(pairs.chunks_exact(64)) {
            for (i, [ax, ay, bx, by]) in group.iter().enumerate() {
                *word |= u64::from(at(*ax, *ay) < at(*bx, *by)) << i;
            }
        }
        out
    }
}

/// A pixel, or the nearest at the edge.
fn held(p: &Plane, x: i32, y: i32) -> u8 {
    let (x, y) = (x.clamp(0, p.w as i32 - 1), y.clamp(0, p.h as i32 - 1));
    p.px.get(y as usize * p.w + x as usize).copied().unwrap_or(0)
}

/// About the power of 0.6.
fn denser(part: f64) -> f64 {
    let root = part.sqrt();
    root * root.sqrt().sqrt()
}

/// Which of the directions told apart is nearest to (x, y).
pub fn turn_of(x: f64, y: f64) -> usize {
    let t = angle(x, y) / core::f64::consts::TAU * TURNS as f64;
    (t + TURNS as f64).round_ties_even() as usize % TURNS
}

/// The direction of a corner, of length one: from its middle to the centre of brightness round it.
pub fn direction(soft: &Plane, x: usize, y: usize) -> (f64, f64) {
    // Every second pixel of a disc of radius 12 is enough: these are means of 5×5 already.
    let (mut mx, mut my) = (0i64, 0i64);
    let clear = x >= 12 && y >= 12 && x + 12 < soft.w && y + 12 < soft.h;
    for dy in (-12i32..=12).step_by(2) {
        let half = HALF[dy.unsigned_abs() as usize / 2];
        let mut sum = 0i64;
        for dx in (-half..=half).step_by(2) {
            let (px, py) = (x as i32 + dx, y as i32 + dy);
            let v = i64::from(if clear {
                soft.px[py as usize * soft.w + px as usize]
            } else {
                held(soft, px, py)
            });
            mx += v * i64::from(dx);
            sum += v;
        }
        my += sum * i64::from(dy);
    }
    let (x, y) = (mx as f64, my as f64);
    let far = length(x, y);
    if far > 0.0 { (x / far, y / far) } else { (1.0, 0.0) }
}

/// Bits in which two differ.
#[inline]
pub fn differ(a: &Bits, b: &Bits) -> u32 {
    (a[0] ^ b[0]).count_ones()
        + (a[1] ^ b[1]).count_ones()
        + (a[2] ^ b[2]).count_ones()
        + (a[3] ^ b[3]).count_ones()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turned_corner_keeps_most_bits() {
        // The same soft blobs, drawn twice, the second time turned by 50°.
        let draw = |turn: f64| {
            let (s, c) = turn.sin_cos();
            let mut p = Plane::new(64, 64);
            for y in 0..64 {
                for x in 0..64 {
                    let (dx, dy) = (x as f64 - 32.0, y as f64 - 32.0);
                    let (u, v) = (c * dx + s * dy, c * dy - s * dx);
                    let g = 128.0
                        + 60.0 * (u * 0.31).sin()
                        + 50.0 * (v * 0.23 + 0.5).sin()
                        + u
                        + 2.0 * v;
                    p.px[y * 64 + x] = g.clamp(0.0, 255.0) as u8;
                }
            }
            p
        };
        let (a, b) = (draw(0.0), draw(50f64.to_radians()));
        let (da, db) = (direction(&a, 32, 32), direction(&b, 32, 32));
        let by = (angle(db.0, db.1) - angle(da.0, da.1)).to_degrees();
        assert!((by - 50.0).abs() < 6.0, "{by}");
        let p = Pattern::new();
        let (x, y) =
            (p.bits(&a, 32, 32, turn_of(da.0, da.1)), p.bits(&b, 32, 32, turn_of(db.0, db.1)));
        assert!(differ(&x, &y) < 40, "{}", differ(&x, &y));
    }
}
