//! When a fit is believed: enough of what is seen must agree, and a flat picture before a camera
//! must be able to lie there.

use super::align::{ABLE, Aligner, Effort, Fit};
use super::block::Block;
use super::follow::to_reference;
use super::mat::{Mat3, apply, apply4, area2};
use super::pyramid::Pyramid;
use super::rank::sort;
use super::solve::{back, factor};
use super::template::{BLOCK, Template};
use super::trig::length;

/// Corner deviation that a place found from nothing may have, pixels.
const SURE: f64 = 1.2;

/// Correlation of a block of the right shape, how many of them are needed to compare their contrast,
/// and how many times the least the most may be (of all but the outermost few).
const SHAPE: f32 = 0.9;
const SHAPES: usize = 40;
const SPREAD: f32 = 1.284;

/// Fits from a start near a known place and hands the finest copy back that is believed.
pub fn try_from(
    t: &Template,
    a: &mut Aligner,
    p: &Pyramid,
    start: &Mat3,
    e: Effort,
) -> Option<Fit> {
    let size = p.size();
    if !sane(start, t, size) {
        return None;
    }
    let mut best: Option<Fit> = None;
    let _ = a.fit(t, p, start, e, |f| {
        if held(f) && sane(&f.map, t, size) {
            best = Some(*f);
        }
    });
    best
}

/// Whether a place found from nothing can be trusted to be the reference and not something else:
/// in thousands of frames without it, and at wrong places, the score stayed below 0.56.
pub fn certain(f: &Fit, t: &Template) -> bool {
    ((f.score > 0.6 && f.agreeing >= 25) || (f.score > 0.5 && f.close >= 100))
        && corner_sigma(f, t) < SURE
}

/// Whether a place that was known one frame ago still holds.
fn held(f: &Fit) -> bool {
    f.score > 0.34 && f.agreeing >= 10
}

/// Fits in two goes: most wrong starts show themselves before the finest copy is looked at.
pub fn prove(
    t: &Template,
    a: &mut Aligner,
    p: &Pyramid,
    start: &Mat3,
    size: (usize, usize),
) -> Option<Fit> {
    if !sane(start, t, size) {
        return None;
    }
    let rough = a.fit(t, p, start, Effort { above: 3, stop: 1, steps: 10, still: 0.05 }, |_| {})?;
    if rough.score < 0.4 || !sane(&rough.map, t, size) {
        return None;
    }
    let e = Effort { above: 0, stop: 0, steps: 8, still: 0.02 };
    let fine = a.fit(t, p, &rough.map, e, |_| {});
    let good = |f: &Fit| certain(f, t) && sane(&f.map, t, size);
    // A blurred frame may agree on a coarser copy only.
    fine.filter(good).or(Some(rough).filter(good))
}

/// Directions and lengths (frame pixels) of ways that are tried where nothing is known of them.
const WAYS: [(f64, f64); 8] = [
    (16.0, 0.0),
    (0.0, 16.0),
    (11.0, 11.0),
    (11.0, -11.0),
    (34.0, 0.0),
    (0.0, 34.0),
    (24.0, 24.0),
    (24.0, -24.0),
];

/// Like [`prove`], for a frame that may be smeared in any direction.
pub fn prove_smeared(
    t: &Template,
    a: &mut Aligner,
    p: &Pyramid,
    start: &Mat3,
    size: (usize, usize),
) -> Option<Fit> {
    let mut best: Option<(Fit, (f64, f64))> = None;
    let short = Effort { above: 2, stop: 1, steps: 4, still: 0.05 };
    let look = |a: &mut Aligner, best: &mut Option<(Fit, (f64, f64))>, way: (f64, f64)| {
        let at = best.map_or(*start, |b| b.0.map);
        let Some(w) = to_reference(start, way) else { return };
        a.motion.way = Some((w.0 as f32, w.1 as f32));
        if let Some(f) = a.fit(t, p, &at, short, |_| {})
            && sane(&f.map, t, size)
            && best.is_none_or(|(b, _)| f.score > b.score)
        {
            *best = Some((f, way));
        }
    };
    for way in WAYS {
        look(a, &mut best, way);
    }
    if let Some((f, (x, y))) = best
        && f.score > 0.4
    {
        // Some 22° to each side, and half as long again.
        for (c, s) in [(0.92, 0.38), (0.92, -0.38), (1.5, 0.0), (0.7, 0.0)] {
            look(a, &mut best, (c * x - s * y, s * x + c * y));
        }
    }
    let long = Effort { above: 1, stop: 1, steps: 10, still: 0.02 };
    let f = best.and_then(|(f, way)| {
        let w = to_reference(start, way)?;
        a.motion.way = Some((w.0 as f32, w.1 as f32));
        a.fit(t, p, &f.map, long, |_| {})
    });
    a.motion.way = None;
    f.filter(|f| f.score > 0.65 && certain(f, t) && sane(&f.map, t, size))
}

/// Whether two places differ little in size, direction and tilt.
pub fn similar(a: &Mat3, b: &Mat3) -> bool {
    alike(a, b) && alike(b, a)
}

fn alike(a: &Mat3, b: &Mat3) -> bool {
    let (Some(x), Some(y)) = (to_reference(b, (1.0, 0.0)), to_reference(b, (0.0, 1.0))) else {
        return false;
    };
    let Some((ax, ay)) = apply(a, 0.0, 0.0) else { return false };
    let z = a[8];
    let j = [a[0] - ax * a[6], a[1] - ax * a[7], a[3] - ay * a[6], a[4] - ay * a[7]];
    let k = [
        (j[0] * x.0 + j[1] * x.1) / z - 1.0,
        (j[0] * y.0 + j[1] * y.1) / z,
        (j[2] * x.0 + j[3] * x.1) / z,
        (j[2] * y.0 + j[3] * y.1) / z - 1.0,
    ];
    k.iter().map(|v| v * v).sum::<f64>() < 0.75 * 0.75
}

/// Whether the reference has so little texture that others of its kind may look like it.
pub fn plain(t: &Template) -> bool {
    let Some([l, ..]) = t.levels.first() else { return true };
    let able = l.energy.iter().filter(|e| **e > ABLE).count();
    (able as f64) < 0.55 * (l.cols * l.rows) as f64
}

/// Whether it is the thing itself, and not one of the same make: what is left over after the fit is
/// hardly more than noise, or light and dark parts are as far apart as in the reference.
pub fn exact(f: &Fit, t: &Template, a: &mut Aligner, p: &Pyramid) -> bool {
    // Twice: the second time with the contrast learnt at this very place.
    let _ = a.judge(t, p, &f.map, f.level);
    let Some(f) = a.judge(t, p, &f.map, f.level) else { return false };
    let l = &t.levels[f.level][0];
    let n = l.cols * l.rows;
    let rest = |of: &mut Vec<f32>, blocks: &[Block], able: bool, noise: f32| {
        of.clear();
        for (b, e) in blocks.iter().zip(&l.energy).filter(|(b, _)| b.seen) {
            let power = b.gain * b.gain * e / BLOCK as f32;
            if able && *e > ABLE {
                of.push((b.rest - noise).max(0.0) / power);
            } else if !able && *e < ABLE / 2.0 {
                of.push(b.rest);
            }
        }
        sort(of, |a, b| a < b);
    };
    let (blocks, order) = (&a.blocks[..n], &mut a.order);
    rest(order, blocks, false, 0.0);
    let noise = order.get(order.len() * 3 / 10).copied().unwrap_or(2.0);
    rest(order, blocks, true, noise);
    let at = |part: usize| order.get(order.len() * part / 4).copied().unwrap_or(1.0);
    (at(1) < 0.004 && at(2) < 0.0095) || contrast(blocks, &l.energy, order)
}

/// Whether the blocks of the right shape have the contrast of their neighbours. Another thing of the
/// same make has the same shapes in other shades; blur takes contrast only from what is small.
fn contrast(blocks: &[Block], energy: &[f32], order: &mut Vec<f32>) -> bool {
    order.clear();
    let mut able = 0;
    for (b, e) in blocks.iter().zip(energy).filter(|(b, e)| b.seen && **e > ABLE) {
        able += 1;
        if b.zncc > SHAPE {
            order.push(b.cov / (e * b.gain));
        }
    }
    if order.len() < SHAPES.max(able * 6 / 10) {
        return false;
    }
    sort(order, |a, b| a < b);
    let at = |part: usize| order[(order.len() * part / 100).min(order.len() - 1)];
    at(98) < SPREAD * at(5)
}

/// A place that a flat picture before a camera can have.
pub fn sane(m: &Mat3, t: &Template, size: (usize, usize)) -> bool {
    let s = t.w.max(t.h) as f64;
    let (a, b) = (t.w as f64 / s, t.h as f64 / s);
    let Some(q) = apply4(m, &[(-a, -b), (a, -b), (a, b), (-a, b)]) else { return false };
    let area = area2(&q) / 2.0;
    let frame = (size.0 * size.1) as f64;
    if !(area > 400.0 && area < 40.0 * frame) {
        return false;
    }
    // Convex, and no side shrunk to nothing.
    (0..4).all(|i| {
        let (o, p, n) = (q[i], q[(i + 1) % 4], q[(i + 2) % 4]);
        let cross = (p.0 - o.0) * (n.1 - p.1) - (p.1 - o.1) * (n.0 - p.0);
        cross > 0.02 * area && length(p.0 - o.0, p.1 - o.1) > 6.0
    })
}

/// Standard deviation of the corners in frame pixels (the worst of four), from the normal
/// equations and the noise; infinite where they cannot tell.
pub fn corner_sigma(f: &Fit, t: &Template) -> f64 {
    let mut h = [0.0; 64];
    for r in 0..8 {
        h[r * 8..r * 8 + 8].copy_from_slice(&f.normal[r]);
        h[r * 9] *= 1.0 + 1e-9;
    }
    let Some(l) = factor(&h) else { return f64::INFINITY };
    let (m, s) = (&f.map, t.w.max(t.h) as f64);
    let (a, b) = (t.w as f64 / s, t.h as f64 / s);
    let mut worst = 0.0_f64;
    for (u, v) in [(-a, -b), (a, -b), (a, b), (-a, b)] {
        let Some((x, y)) = apply(m, u, v) else { return f64::INFINITY };
        let z = m[6] * u + m[7] * v + m[8];
        let mut var = 0.0;
        for (p, q) in [(m[0] - x * m[6], m[1] - x * m[7]), (m[3] - y * m[6], m[4] - y * m[7])] {
            let (p, q) = (p / z, q / z);
            let k = -(p * u + q * v);
            let j = [p, q, p * u, p * v, q * u, q * v, k * u, k * v];
            var += back(&l, &j).iter().zip(&j).map(|(a, b)| a * b).sum::<f64>();
        }
        worst = worst.max(var);
    }
    (worst * f.noise).sqrt()
}
