//! When a fit is believed: enough of what is seen must agree, and a flat picture before a camera
//! must be able to lie there.

use super::align::{Aligner, Effort, Fit, corner_sigma};
use super::mat::{Mat3, apply4, area2};
use super::pyramid::Pyramid;
use super::template::Template;

/// Corner deviation that a place found from nothing may have, pixels.
const SURE: f64 = 1.2;

/// Fits from a start and hands the finest copy back that is believed.
pub fn try_from(
    template: &Template,
    aligner: &mut Aligner,
    p: &Pyramid,
    start: &Mat3,
    e: Effort,
    size: (usize, usize),
    strict: bool,
) -> Option<Fit> {
    if !sane(start, template, size) {
        return None;
    }
    let mut best: Option<Fit> = None;
    let all = aligner.fit(template, p, start, e, |f| {
        if believed(f, template, strict) && sane(&f.map, template, size) {
            best = Some(*f);
        }
    });
    // A coarse copy alone is believed only where the place was known before.
    match all {
        Some(f) if strict => best.filter(|b| b.level <= f.level + 1),
        _ => best,
    }
}

fn believed(f: &Fit, t: &Template, strict: bool) -> bool {
    let Some([l, ..]) = t.levels.get(f.level) else { return false };
    let n = l.cols * l.rows;
    let of = |part: f64, n: usize| f.agreeing as f64 >= part * n as f64;
    if strict {
        // Half of a hidden reference may be missing, but what is seen must agree.
        f.agreeing >= (10 + n / 8).min(45)
            && of(0.7, f.telling)
            && of(0.3, f.able)
            && corner_sigma(f, t) < SURE
    } else {
        f.agreeing >= 6.max(n / 20) && of(0.35, f.telling) && of(0.12, f.able)
    }
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
        cross > 0.02 * area && (p.0 - o.0).hypot(p.1 - o.1) > 6.0
    })
}
