//! From the places where the reference may be to the one where it is in this frame.

use super::align::{Aligner, Effort, Fit};
use super::belief::try_from;
use super::mat::{Mat3, apply4, mul, translation};
use super::pyramid::Pyramid;
use super::template::Template;

/// Follows from the last place (the first of `guesses`) and forecasts of it. `doubted`: only what
/// would be believed without having been known before.
pub fn follow(
    t: &Template,
    a: &mut Aligner,
    p: &Pyramid,
    guesses: &[Option<Mat3>; 4],
    size: (usize, usize),
    doubted: bool,
) -> Option<Fit> {
    let last = guesses[0]?;
    let fine = Aligner::finest(t, &last)?;
    let coarse = (fine + 2).min(t.levels.len() - 1);
    let mut best: Option<(f64, Mat3)> = None;
    for s in guesses.iter().flatten() {
        if let Some(f) = a.judge(t, p, s, coarse)
            && best.is_none_or(|(b, _)| f.score > b)
        {
            best = Some((f.score, *s));
        }
    }
    let start = best.map_or(last, |b| b.1);
    let gentle = Effort { above: 2, stop: 0, steps: 5, still: 0.02 };
    let near = try_from(t, a, p, &start, gentle, size, doubted);
    if doubted || near.is_some_and(|f| f.score > 0.6) {
        return near;
    }
    let hard = Effort { above: 3, stop: 0, steps: 8, still: 0.02 };
    let far = sweep(t, a, p, &start).and_then(|s| try_from(t, a, p, &s, hard, size, false));
    match (near, far) {
        (Some(n), Some(f)) => {
            Some(if f.level <= n.level && f.score > n.score + 0.03 { f } else { n })
        }
        (n, f) => n.or(f),
    }
}

/// Looks round a place on the coarsest copies for the shift that agrees best.
fn sweep(t: &Template, a: &mut Aligner, p: &Pyramid, start: &Mat3) -> Option<Mat3> {
    let level = t.levels.len() - 1;
    let step = 1.2 * sample(t, level, start)?;
    let mut best: Option<(f64, Mat3)> = None;
    for i in 0..121 {
        let (dx, dy) = (f64::from(i % 11 - 5) * step, f64::from(i / 11 - 5) * step);
        let m = mul(&translation(dx, dy), start);
        if let Some(f) = a.judge(t, p, &m, level)
            && best.is_none_or(|(b, _)| f.score > b)
        {
            best = Some((f.score, m));
        }
    }
    best.map(|b| b.1)
}

/// Frame pixels between the samples of a copy.
pub fn sample(t: &Template, level: usize, at: &Mat3) -> Option<f64> {
    let l = &t.levels.get(level)?[0];
    let c = apply4(
        at,
        &[(0.0, 0.0), (f64::from(l.step.0), 0.0), (0.0, f64::from(l.step.1)), (0.0, 0.0)],
    )?;
    let side = |i: usize| (c[i].0 - c[0].0).hypot(c[i].1 - c[0].1);
    Some(side(1).max(side(2)))
}
