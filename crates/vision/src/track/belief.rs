//! When a fit is believed: enough of what is seen must agree, and a flat picture before a camera
//! must be able to lie there.

use super::align::{ABLE, Aligner, Effort, Fit};
use super::follow::to_reference;
use super::mat::{Mat3, apply, apply4, area2};
use super::pyramid::Pyramid;
use super::rank::sort;
use super::solve::{back, factor};
use super::template::Template;
use super::trig::{length, ln};

/// Corner deviation that a place found from nothing may have, pixels.
const SURE: f64 = 1.2;

/// Correlation of a block of the right shape, and how many of them with neighbours are needed.
const SHAPE: f32 = 0.9;
const SHAPES: usize = 24;
/// How far the contrast of three in four of them may be from their neighbours' (natural logarithm),
/// at least and for the part of the blocks that has the right shape.
const JUMP: (f32, f32) = (0.03, 0.058);

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

/// Whether a place found from nothing can be trusted to be the reference and not something else (the
/// fit must be the aligner's last): nearly all that is seen agrees, or a whole part of it does, as
/// when a hand covers the rest. What agrees by chance lies scattered.
#[inline(never)]
pub fn certain(f: &Fit, t: &Template, a: &Aligner) -> bool {
    let most = f.score > 0.65 && f.agreeing >= 25;
    let part = || {
        let enough = if f.score > 0.6 { f.agreeing >= 25 } else { f.close >= 100 };
        f.score > 0.4 && enough && together(f, t, a) > 0.78
    };
    f.seen > 0.3 && corner_sigma(f, t) < SURE && (most || part())
}

/// Part of the neighbours of agreeing blocks that agree, too.
pub fn together(f: &Fit, t: &Template, a: &Aligner) -> f64 {
    let Some([l, ..]) = t.levels.get(f.level) else { return 0.0 };
    let c = l.cols;
    let tells = |i: usize| a.blocks[i].seen && l.energy[i] > ABLE;
    let agrees = |i: usize| a.blocks[i].zncc > 0.7;
    let (mut both, mut all) = (0u32, 1u32);
    for i in (0..c * l.rows).filter(|i| tells(*i) && agrees(*i)) {
        let near = [(i % c > 0).then(|| i - 1), (i % c + 1 < c).then(|| i + 1)];
        let near = near.into_iter().chain([i.checked_sub(c), Some(i + c)]).flatten();
        for j in near.filter(|j| *j < c * l.rows && tells(*j)) {
            all += 1;
            both += u32::from(agrees(j));
        }
    }
    f64::from(both) / f64::from(all)
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
    if rough.score < 0.33 || !sane(&rough.map, t, size) {
        return None;
    }
    // A blurred frame may agree on a coarser copy only.
    let blurred = certain(&rough, t, a);
    let e = Effort { above: 0, stop: 0, steps: 8, still: 0.02 };
    let fine = a.fit(t, p, &rough.map, e, |_| {});
    fine.filter(|f| certain(f, t, a) && sane(&f.map, t, size)).or(blurred.then_some(rough))
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
    f.filter(|f| f.score > 0.65 && certain(f, t, a) && sane(&f.map, t, size))
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

/// Whether it is the thing itself, and not one of the same make: that has the same shapes in other
/// shades, so that the contrast of blocks jumps from neighbour to neighbour. Light and shade change
/// it little by little.
pub fn exact(f: &Fit, t: &Template, a: &mut Aligner, p: &Pyramid) -> bool {
    let _ = a.judge(t, p, &f.map, f.level);
    let Some([l, ..]) = t.levels.get(f.level) else { return false };
    let c = l.cols;
    let n = c * l.rows;
    let (mut able, mut alike) = (0u32, 0u32);
    for ((s, b), e) in a.sums.iter_mut().zip(&a.blocks[..n]).zip(&l.energy) {
        let tells = b.seen && *e > ABLE;
        let good = tells && b.zncc > SHAPE;
        able += u32::from(tells);
        alike += u32::from(good);
        s.0 = if good { ln(b.cov / e) } else { f32::NAN };
    }
    a.order.clear();
    for i in (0..n).filter(|i| !a.sums[*i].0.is_nan()) {
        let (x, y) = (i % c, i / c);
        let (mut near, mut k) = ([0f32; 9], 0);
        for y in y.saturating_sub(1)..=(y + 1).min(l.rows - 1) {
            for x in x.saturating_sub(1)..=(x + 1).min(c - 1) {
                let v = a.sums[y * c + x].0;
                if y * c + x != i && !v.is_nan() {
                    near[k] = v;
                    k += 1;
                }
            }
        }
        if k >= 3 {
            sort(&mut near[..k], |a, b| a < b);
            a.order.push((a.sums[i].0 - near[k / 2]).abs());
        }
    }
    if a.order.len() < SHAPES {
        return false;
    }
    sort(&mut a.order, |a, b| a < b);
    a.order[a.order.len() * 3 / 4] < JUMP.0 + JUMP.1 * alike as f32 / able as f32
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
