//! Finds the reference in a frame about which nothing is known. Hands back guesses; whether one
//! of them is true is decided by the grey values, not here.

use super::describe::{Bits, differ};
use super::features::{Feature, Finder, inv2, mul2};
use super::mat::{Mat3, apply, inverse};
use super::pyramid::Pyramid;
use super::rank::sort;
use super::robust::{Guess, Pair, Search, agree, refine};

/// Features looked for in a frame.
const FRAME: usize = 800;
/// Bits in which two features may differ.
const FAR: u32 = 84;
/// The best must have this share of the bits in which the next best differs.
const RATIO: f32 = 0.9;
/// Pairs handed on.
const PAIRS: usize = 320;

/// Memory for detection.
#[derive(Clone, Debug, Default)]
pub struct Detector {
    /// Of frames.
    pub finder: Finder,
    best_of: Vec<(u32, u32)>,
    raw: Vec<(f32, u32, u32)>,
    pairs: Vec<Pair>,
    search: Search,
    /// The features of the reference by where they are: the first of each cell, and all.
    cells: Vec<u32>,
    sorted: Vec<u32>,
}

/// Cells across the longer side of the reference, in which features near a place are looked for.
const CELLS: usize = 16;
/// Allowed distance in pixels, and how stiff against perspective, when a guess is made better.
const ROUNDS: [(f64, f64); 4] = [(24.0, 0.3), (14.0, 0.05), (8.0, 0.01), (5.0, 0.01)];

impl Detector {
    /// For frames of `w` × `h` pixels.
    pub fn new(w: usize, h: usize) -> Detector {
        Detector {
            finder: Finder::new(w, h),
            best_of: Vec::with_capacity(2048),
            raw: Vec::with_capacity(2048),
            pairs: Vec::with_capacity(FRAME + 64),
            search: Search::default(),
            cells: Vec::with_capacity(CELLS * CELLS + 1),
            sorted: Vec::with_capacity(2048),
        }
    }

    /// Places where `reference` (of `w` × `h` pixels) may be, best first.
    pub fn run(&mut self, p: &Pyramid, reference: &[Feature], w: usize, h: usize) -> &[Guess] {
        self.finder.find(p, FRAME);
        self.pair(reference, w, h);
        let size = p.levels.first().map_or(1.0, |l| l.w as f64);
        self.search.run(&self.pairs, size);
        &self.search.guesses
    }

    /// Places of the last run that only a few pairs speak for.
    pub fn rough(&self) -> &[super::mat::Mat3] {
        &self.search.rough
    }

    /// The pairs of the last run, and its guesses.
    pub fn last(&self) -> (&[Pair], &[Guess]) {
        (&self.pairs, &self.search.guesses)
    }

    /// Makes a guess of the last run better: now that it is known where a feature should be, the one
    /// there need not be the most alike of all.
    pub fn grow(
        &mut self,
        guess: &Mat3,
        reference: &[Feature],
        (w, h): (usize, usize),
        size: f64,
    ) -> Option<Guess> {
        let half = w.max(h) as f32 / 2.0;
        let (cx, cy) = (w as f32 / 2.0 - 0.5, h as f32 / 2.0 - 0.5);
        let own = |r: &Feature| ((r.x - cx) / half, (r.y - cy) / half);
        self.sort_in(reference.iter().map(own));
        let back = inverse(guess)?;
        let mid = apply(guess, 0.0, 0.0)?;
        // The sign with which what the camera sees has a positive third coordinate.
        let sign = (back[6] * mid.0 + back[7] * mid.1 + back[8]).signum();
        let back = back.map(|v| v * sign);
        self.pairs.clear();
        for f in &self.finder.found {
            let q = (f64::from(f.x), f64::from(f.y));
            let Some((u, v)) = apply(&back, q.0, q.1) else { continue };
            if u.abs() > 1.1 || v.abs() > 1.1 {
                continue;
            }
            let z = guess[6] * u + guess[7] * v + guess[8];
            let step = |i: usize, q: f64| (guess[i] - q * guess[6 + i % 3]) / z;
            let map = [step(0, q.0), step(1, q.0), step(3, q.1), step(4, q.1)];
            let (c, r) = cell((u as f32, v as f32));
            let mut best = (FAR, None);
            for r in r.saturating_sub(1)..=(r + 1).min(CELLS - 1) {
                let (from, to) =
                    (r * CELLS + c.saturating_sub(1), r * CELLS + (c + 1).min(CELLS - 1));
                for i in &self.sorted[self.cells[from] as usize..self.cells[to + 1] as usize] {
                    let r = &reference[*i as usize];
                    let d = differ(&f.bits, &r.bits);
                    if d < best.0 {
                        let local = mul2(inv2(f.upright), r.upright).map(|v| f64::from(v * half));
                        if agree(&local, &map) {
                            best = (d, Some((own(r), local)));
                        }
                    }
                }
            }
            if let (d, Some((p, local))) = best {
                self.pairs.push(Pair {
                    p: (f64::from(p.0), f64::from(p.1)),
                    q,
                    local,
                    scale: f64::from(f.scale).max(1.0),
                    clear: f64::from(FAR - d) / f64::from(FAR),
                });
            }
        }
        refine(guess, &self.pairs, size, &ROUNDS, 8)
    }

    /// Sorts places in the reference, (u, v), into cells.
    fn sort_in(&mut self, all: impl Iterator<Item = (f32, f32)> + Clone) {
        let index = |p| {
            let (c, r) = cell(p);
            r * CELLS + c
        };
        self.cells.clear();
        self.cells.resize(CELLS * CELLS + 1, 0);
        self.sorted.clear();
        for p in all.clone() {
            self.cells[index(p)] += 1;
            self.sorted.push(0);
        }
        let mut sum = 0;
        for c in &mut self.cells {
            sum += *c;
            *c = sum;
        }
        for (i, p) in all.enumerate() {
            let c = &mut self.cells[index(p)];
            *c -= 1;
            self.sorted[*c as usize] = i as u32;
        }
    }

    fn pair(&mut self, reference: &[Feature], w: usize, h: usize) {
        let half = w.max(h) as f32 / 2.0;
        let (cx, cy) = (w as f32 / 2.0 - 0.5, h as f32 / 2.0 - 0.5);
        self.best_of.clear();
        self.best_of.resize(reference.len(), (u32::MAX, 0));
        self.raw.clear();
        let apart = (half * 0.04).powi(2);
        for (i, f) in self.finder.found.iter().enumerate() {
            let (best, second, at) =
                nearest(&f.bits, reference, apart, i as u32, &mut self.best_of);
            if best <= FAR && (best as f32) < RATIO * second as f32 {
                self.raw.push((best as f32 / second.max(1) as f32, i as u32, at));
            }
        }
        let best_of = &self.best_of;
        self.raw.retain(|(_, i, j)| best_of[*j as usize].1 == *i);
        sort(&mut self.raw, |a, b| a.0 < b.0);
        self.pairs.clear();
        for (ratio, i, j) in self.raw.iter().take(PAIRS) {
            let (f, r) = (&self.finder.found[*i as usize], &reference[*j as usize]);
            let local = mul2(inv2(f.upright), r.upright).map(|v| f64::from(v * half));
            self.pairs.push(Pair {
                p: (f64::from((r.x - cx) / half), f64::from((r.y - cy) / half)),
                q: (f64::from(f.x), f64::from(f.y)),
                local,
                scale: f64::from(f.scale).max(1.0),
                clear: f64::from(1.25 - ratio).clamp(0.2, 1.0),
            });
        }
    }
}

/// The cell of a place in the reference.
fn cell((u, v): (f32, f32)) -> (usize, usize) {
    let c = |v: f32| (((v + 1.0) * 0.5 * CELLS as f32).max(0.0) as usize).min(CELLS - 1);
    (c(u), c(v))
}

/// Best and second best (of another place) of the reference for a feature of the frame.
#[inline]
fn scan(
    bits: &Bits,
    reference: &[Feature],
    apart: f32,
    i: u32,
    best_of: &mut [(u32, u32)],
) -> (u32, u32, u32) {
    let (mut best, mut second, mut at) = (256u32, 256u32, 0u32);
    for (j, (r, b)) in reference.iter().zip(best_of.iter_mut()).enumerate() {
        let d = differ(bits, &r.bits);
        if d < b.0 {
            *b = (d, i);
        }
        if d < second {
            let o = &reference[at as usize];
            let same = (o.x - r.x).powi(2) + (o.y - r.y).powi(2) < apart;
            if d < best {
                if !same {
                    second = best;
                }
                (best, at) = (d, j as u32);
            } else if !same {
                second = d;
            }
        }
    }
    (best, second, at)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "popcnt")]
fn scan_popcnt(
    bits: &Bits,
    reference: &[Feature],
    apart: f32,
    i: u32,
    best_of: &mut [(u32, u32)],
) -> (u32, u32, u32) {
    scan(bits, reference, apart, i, best_of)
}

fn nearest(
    bits: &Bits,
    reference: &[Feature],
    apart: f32,
    i: u32,
    best_of: &mut [(u32, u32)],
) -> (u32, u32, u32) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("popcnt") {
        // SAFETY: the processor has just said that it can count bits.
        return unsafe { scan_popcnt(bits, reference, apart, i, best_of) };
    }
    scan(bits, reference, apart, i, best_of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::Gray;
    use crate::synth::camera::Place;
    use crate::synth::light::Light;
    use crate::synth::pictures::{Kind, draw};
    use crate::synth::render::Scene;
    use crate::track::mat::{distance, mul, translation};
    use crate::track::template::Template;
    use crate::track::views::Views;

    #[test]
    fn a_guess_that_is_near_becomes_a_better_one() {
        let (w, h) = (320, 240);
        let s = Scene::new(draw(Kind::Rich, 5, w, h), Gray::new(w, h, 90), (w, h));
        let place = Place { turn: [30.0, -25.0, 12.0], at: [0.0, 0.0, 1.2] };
        let mut out = Vec::new();
        s.draw(&[place], &Light { gain: 1.0, noise: 2.0, ..Light::default() }, 1, &mut out);
        let g = s.picture();
        let own = Template::new(&g.px, w, h).to_reference();
        let truth = mul(&s.truth(&place), &own);
        let mut v = Views::new(&g.px, w, h);
        while v.tilt() {}
        let mut p = Pyramid::new(w, h);
        p.fill(&out);
        let mut d = Detector::new(w, h);
        d.run(&p, &v.features, w, h);
        let rough = mul(&translation(9.0, -7.0), &truth);
        let g = d.grow(&rough, &v.features, (w, h), 320.0).unwrap();
        let four = |m: &Mat3| {
            [(-1.0, -0.75), (1.0, -0.75), (1.0, 0.75), (-1.0, 0.75)]
                .map(|(x, y)| apply(m, x, y).unwrap())
        };
        let e = distance(&four(&g.map), &four(&truth));
        assert!(e < 3.0 && g.pairs > 30, "{e} {}", g.pairs);
        assert!(d.grow(&[f64::NAN; 9], &v.features, (w, h), 320.0).is_none());
        assert!(d.grow(&rough, &[], (w, h), 320.0).is_none());
    }
}
