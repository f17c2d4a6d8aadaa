//! A homography from pairs of features of which most may be wrong. Every pair carries a rough map
//! of its own (size, direction, tilt), so one pair is a guess; the pairs that agree improve it.

use super::mat::{Mat3, apply, area2, det, from_four};
use super::rank::sort;
use super::solve::{add_pair, solve8};
use super::trig::length;

/// Two features that look alike.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// Place in the reference, (u, v).
    pub p: (f64, f64),
    /// Place in the frame, pixels.
    pub q: (f64, f64),
    /// Rough map of steps, (u, v) to frame pixels.
    pub local: [f64; 4],
    /// Size of the feature in the frame, pixels.
    pub scale: f64,
    /// 0 to 1: how much clearer than the next best.
    pub clear: f64,
}

/// A place that many pairs agree on.
#[derive(Clone, Copy, Debug)]
pub struct Guess {
    /// (u, v) to frame pixels.
    pub map: Mat3,
    /// Pairs that agree, after improvement.
    pub pairs: usize,
}

/// Memory for the search.
#[derive(Clone, Debug, Default)]
pub struct Search {
    votes: Vec<(f64, usize)>,
    used: Vec<bool>,
    /// The best places, best first.
    pub guesses: Vec<Guess>,
    /// Places that only a few pairs speak for, best first: rough, and most of them wrong.
    pub rough: Vec<Mat3>,
}

/// Pairs that may start a guess.
const STARTS: usize = 160;
/// Guesses handed on.
const GUESSES: usize = 4;
/// Allowed distance in pixels, and how stiff against perspective, round after round.
const ROUNDS: [(f64, f64); 7] =
    [(0.0, 1e3), (24.0, 1e3), (16.0, 1e2), (12.0, 1.0), (8.0, 0.1), (6.0, 0.03), (5.0, 0.01)];
/// Fours of pairs that are tried.
const FOURS: usize = 300;
/// Least pairs.
const LEAST: usize = 5;

impl Search {
    /// Finds places. `pairs` best first; `size`: frame width, for the conditioning.
    pub fn run(&mut self, pairs: &[Pair], size: f64) {
        self.guesses.clear();
        self.rough.clear();
        self.votes.clear();
        for (i, a) in pairs.iter().enumerate().take(STARTS) {
            let mut vote = 0.0;
            for b in pairs {
                let d = off(a, b);
                if d < 1.0 {
                    vote += (1.0 - d) * b.clear;
                }
            }
            self.votes.push((vote, i));
        }
        sort(&mut self.votes, |a, b| a.0 > b.0);
        self.used.clear();
        self.used.resize(pairs.len(), false);
        let mut tries = 0;
        for k in 0..self.votes.len() {
            let i = self.votes[k].1;
            if self.used[i] {
                continue;
            }
            for (u, b) in self.used.iter_mut().zip(pairs) {
                *u |= off(&pairs[i], b) < 0.7;
            }
            if tries < 10
                && let Some(g) = improve(&pairs[i], pairs, size, &ROUNDS, LEAST)
            {
                self.guesses.push(g);
            } else if let Some(g) = improve(&pairs[i], pairs, size, &ROUNDS[..2], 2) {
                self.rough.push(g.map);
            }
            tries += 1;
            if tries == 24 {
                break;
            }
        }
        if let Some(g) = by_fours(pairs).and_then(|m| refine(&m, pairs, size, &ROUNDS[5..], LEAST))
        {
            self.guesses.push(g);
        }
        sort(&mut self.guesses, |a, b| a.pairs > b.pairs);
        self.guesses.truncate(GUESSES);
    }
}

/// The place that most pairs agree with, of those that four pairs give: with a strong perspective the
/// map of one pair holds near it only. The best pairs are tried first.
fn by_fours(pairs: &[Pair]) -> Option<Mat3> {
    let mut best: Option<(f64, Mat3)> = None;
    let mut state = 0x9e37_79b9_u32;
    for i in 0..FOURS {
        let pool = (12 + i / 2).min(pairs.len());
        if pool < 8 {
            return None;
        }
        let four: [&Pair; 4] = core::array::from_fn(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            &pairs[((u64::from(state) * pool as u64) >> 32) as usize]
        });
        let (p, q) = (four.map(|f| f.p), four.map(|f| f.q));
        // Spread, and of one turn, or it is no picture.
        if area2(&p).abs() < 0.05 {
            continue;
        }
        let Some(m) = from_four(&p, &q).filter(|m| det(m) > 0.0) else { continue };
        let mut sum = 0.0;
        for f in pairs {
            let z = m[6] * f.p.0 + m[7] * f.p.1 + m[8];
            let x = (m[0] * f.p.0 + m[1] * f.p.1 + m[2]) - f.q.0 * z;
            let y = (m[3] * f.p.0 + m[4] * f.p.1 + m[5]) - f.q.1 * z;
            let room = 5.0 * (0.6 + 0.4 * f.scale) * z;
            sum += (1.0 - (x * x + y * y) / (room * room)).max(0.0);
        }
        if best.is_none_or(|(s, _)| sum > s) {
            best = Some((sum, m));
        }
    }
    best.filter(|b| b.0 > LEAST as f64).map(|b| b.1)
}

/// How far pair `b` is from where pair `a` alone would put it: below one is near enough.
fn off(a: &Pair, b: &Pair) -> f64 {
    let (u, v) = (b.p.0 - a.p.0, b.p.1 - a.p.1);
    let (x, y) = (a.local[0] * u + a.local[1] * v, a.local[2] * u + a.local[3] * v);
    let (ex, ey) = (a.q.0 + x - b.q.0, a.q.1 + y - b.q.1);
    let room = 6.0 + 0.28 * length(x, y);
    if !agree(&a.local, &b.local) {
        return 2.0;
    }
    length(ex, ey) / room
}

/// Whether two rough maps differ by less than some 40° and a factor of two.
pub fn agree(a: &[f64; 4], b: &[f64; 4]) -> bool {
    let turn: f64 = a.iter().zip(b).map(|(a, b)| a * b).sum();
    let n = |l: &[f64; 4]| l.iter().map(|v| v * v).sum::<f64>();
    let (na, nb) = (n(a), n(b));
    turn >= 0.7 * (na * nb).sqrt() && na <= 4.0 * nb && nb <= 4.0 * na
}

/// A place from one pair and those that go with it.
fn improve(
    start: &Pair,
    pairs: &[Pair],
    size: f64,
    rounds: &[(f64, f64)],
    least: usize,
) -> Option<Guess> {
    let l = start.local;
    let map = [
        l[0],
        l[1],
        start.q.0 - l[0] * start.p.0 - l[1] * start.p.1,
        l[2],
        l[3],
        start.q.1 - l[2] * start.p.0 - l[3] * start.p.1,
        0.0,
        0.0,
        1.0,
    ];
    let (first, rest) = rounds.split_first()?;
    let like = |_: &Mat3, b: &Pair| off(start, b);
    // Few pairs: the rest is held to what the first one says of itself.
    let hold = if least > 2 { 0.0 } else { 0.02 };
    let g = solve(&map, pairs, size, (first.1, hold), least, like)?;
    if rest.is_empty() { Some(g) } else { refine(&g.map, pairs, size, rest, least) }
}

/// A place from one that is near it, with less and less room in pixels.
pub fn refine(
    map: &Mat3,
    pairs: &[Pair],
    size: f64,
    rounds: &[(f64, f64)],
    least: usize,
) -> Option<Guess> {
    let mut last = Guess { map: *map, pairs: 0 };
    for (room, stiff) in rounds {
        let near = |m: &Mat3, b: &Pair| {
            apply(m, b.p.0, b.p.1)
                .map_or(2.0, |(x, y)| length(x - b.q.0, y - b.q.1) / (room * (0.6 + 0.4 * b.scale)))
        };
        let hold = if least > 2 { 0.0 } else { 0.02 };
        last = solve(&last.map, pairs, size, (*stiff, hold), least, near)?;
    }
    Some(last)
}

/// The place that the pairs less than one `off` give. `stiff`: against perspective, and against
/// leaving `map` otherwise.
fn solve(
    map: &Mat3,
    pairs: &[Pair],
    size: f64,
    (stiff, hold): (f64, f64),
    least: usize,
    off: impl Fn(&Mat3, &Pair) -> f64,
) -> Option<Guess> {
    let (mut h, mut b) = ([0.0; 64], [0.0; 8]);
    let mut count = 0;
    for m in pairs {
        let d = off(map, m);
        if d < 1.0 {
            let w = (1.0 - d * d) * m.clear / m.scale;
            let q = (m.q.0 / size - 0.5, m.q.1 / size - 0.5);
            add_pair(&mut h, &mut b, m.p, q, w);
            count += 1;
        }
    }
    if count < least {
        return None;
    }
    h[6 * 9] += stiff;
    h[7 * 9] += stiff;
    for i in 0..6 {
        let hold = if i % 3 == 2 { 0.0 } else { hold };
        h[i * 9] += hold + 1e-9;
        b[i] += hold * map[i] / size;
    }
    let x = solve8(&h, &b)?;
    // Back from normalised frame coordinates.
    let k = [size, 0.0, 0.5 * size, 0.0, size, 0.5 * size, 0.0, 0.0, 1.0];
    let map = super::mat::mul(&k, &[x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7], 1.0]);
    Some(Guess { map, pairs: count })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::random::Random;

    #[test]
    fn finds_a_place_when_four_of_five_pairs_are_wrong() {
        let mut r = Random::new(5);
        let truth = [120.0, 30.0, 300.0, -20.0, 140.0, 220.0, 0.15, -0.1, 1.0];
        let mut pairs = Vec::new();
        for i in 0..150 {
            let p = (r.between(-1.0, 1.0), r.between(-0.7, 0.7));
            let right = i % 5 == 0;
            let q = if right {
                apply(&truth, p.0, p.1).unwrap()
            } else {
                (r.between(0.0, 640.0), r.between(0.0, 480.0))
            };
            let k = if right { 1.0 } else { r.between(0.3, 3.0) };
            let t = if right { r.between(-0.15, 0.15) } else { r.between(0.0, 6.3) };
            let (s, c) = t.sin_cos();
            let l = [120.0 * k, 30.0 * k, -20.0 * k, 140.0 * k];
            let local = [
                c * l[0] - s * l[2],
                c * l[1] - s * l[3],
                s * l[0] + c * l[2],
                s * l[1] + c * l[3],
            ];
            let q = (q.0 + r.normal(), q.1 + r.normal());
            pairs.push(Pair { p, q, local, scale: 1.0, clear: 1.0 });
        }
        let mut s = Search::default();
        s.run(&pairs, 640.0);
        let g = s.guesses[0];
        for p in [(-0.8, -0.5), (0.8, 0.5)] {
            let (a, b) = (apply(&truth, p.0, p.1).unwrap(), apply(&g.map, p.0, p.1).unwrap());
            assert!((a.0 - b.0).hypot(a.1 - b.1) < 5.0, "{a:?} {b:?} {}", g.pairs);
        }
        s.run(&[], 640.0);
        assert!(s.guesses.is_empty());
    }

    #[test]
    fn fours_give_a_strong_perspective_that_single_pairs_cannot() {
        let mut r = Random::new(8);
        let truth = [260.0, 30.0, 300.0, -20.0, 140.0, 220.0, 0.6, -0.25, 1.0];
        let pairs: Vec<Pair> = (0..120)
            .map(|i| {
                let p = (r.between(-1.0, 1.0), r.between(-0.7, 0.7));
                let (x, y) = apply(&truth, p.0, p.1).unwrap();
                let right = i % 5 < 2;
                let q = if right {
                    (x + r.normal(), y + r.normal())
                } else {
                    (r.between(0.0, 640.0), r.between(0.0, 480.0))
                };
                Pair { p, q, local: [100.0, 0.0, 0.0, 100.0], scale: 1.0, clear: 1.0 }
            })
            .collect();
        let m = by_fours(&pairs).unwrap();
        let m = refine(&m, &pairs, 640.0, &ROUNDS[5..], LEAST).unwrap().map;
        for p in [(-0.8, -0.5), (0.8, 0.5)] {
            let (a, b) = (apply(&truth, p.0, p.1).unwrap(), apply(&m, p.0, p.1).unwrap());
            assert!((a.0 - b.0).hypot(a.1 - b.1) < 9.0, "{a:?} {b:?}");
        }
        assert!(by_fours(&pairs[..5]).is_none());
    }
}
