//! Finds the reference in a frame about which nothing is known. Hands back guesses; whether one
//! of them is true is decided by the grey values, not here.

use super::describe::{Bits, differ};
use super::features::{Feature, Finder, inv2, mul2};
use super::pyramid::Pyramid;
use super::rank::sort;
use super::robust::{Guess, Pair, Search};

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
}

impl Detector {
    /// For frames of `w` × `h` pixels.
    pub fn new(w: usize, h: usize) -> Detector {
        Detector {
            finder: Finder::new(w, h),
            best_of: Vec::with_capacity(2048),
            raw: Vec::with_capacity(2048),
            pairs: Vec::with_capacity(PAIRS),
            search: Search::default(),
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
