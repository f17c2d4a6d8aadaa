//! A frame that was followed well, taken as a second reference, for places that the first one does not
//! serve: seen from so near that only a corner of it fills the frame, or so tilted that it is hardly
//! like itself. It hangs on the first by the place it was taken at.

use super::align::{Aligner, Fit};
use super::belief::corner_sigma;
use super::follow::{Follower, Past};
use super::mat::{Mat3, apply, apply4, inverse, mul, normalised, translation};
use super::pyramid::{Plane, Pyramid};
use super::template::{BLOCK, Template};
use super::tracker::DETAIL;

/// A frame as a reference.
#[derive(Clone, Debug)]
pub struct Keyframe {
    template: Template,
    aligner: Aligner,
    /// (u, v) of the first reference to that of this one.
    to_own: Mat3,
    /// Frame pixels for a unit of (u, v), the longest and the shortest, where it was taken.
    taken: (f64, f64),
}

/// Frame pixels between samples of the finest copy from which on a frame shows more than it does.
const NEAR: f64 = 1.8;
/// Shortest over longest from which on a tilt is strong: 45°.
const TILTED: f64 = 0.7;
/// A new one is taken when lengths differ from the last one's by this factor.
const APART: f64 = 1.8;
/// Least side of the part of a frame that is taken, pixels.
const SIDE: usize = 96;

/// Frame pixels for a unit of (u, v) in the middle of a frame, the longest and the shortest.
fn lengths(map: &Mat3, middle: (f64, f64)) -> Option<(f64, f64)> {
    let back = inverse(map)?;
    let (u, v) = apply(&normalised(&back)?, middle.0, middle.1)?;
    let (x, y) = middle;
    let z = map[6] * u + map[7] * v + map[8];
    let j = [map[0] - x * map[6], map[1] - x * map[7], map[3] - y * map[6], map[4] - y * map[7]];
    let j = j.map(|v| v / z);
    let sum: f64 = j.iter().map(|v| v * v).sum();
    let det = j[0] * j[3] - j[1] * j[2];
    let root = (sum * sum - 4.0 * det * det).max(0.0).sqrt();
    let pair = (((sum + root) / 2.0).sqrt(), ((sum - root) / 2.0).max(0.0).sqrt());
    (pair.0.is_finite() && pair.1 > 0.0).then_some(pair)
}

/// Whether a frame in which the reference lies here would serve better than the reference and than
/// the keyframe there is.
pub fn wanted(t: &Template, map: &Mat3, size: (usize, usize), last: Option<&Keyframe>) -> bool {
    let middle = (size.0 as f64 / 2.0, size.1 as f64 / 2.0);
    let (Some((long, short)), Some([l, ..])) = (lengths(map, middle), t.levels.first()) else {
        return false;
    };
    let near = long * f64::from(l.step.0.max(l.step.1)) > NEAR;
    let far = |k: &Keyframe| {
        let apart = |a: f64, b: f64| (a / b).max(b / a) > APART;
        apart(long, k.taken.0) || apart(short, k.taken.1)
    };
    (near || short < TILTED * long) && last.is_none_or(far)
}

impl Keyframe {
    /// Takes the part of a frame in which the reference lies. `map`: (u, v) to frame pixels.
    pub fn take(frame: &Plane, t: &Template, map: &Mat3) -> Option<Keyframe> {
        let s = t.w.max(t.h) as f64;
        let (a, b) = (t.w as f64 / s, t.h as f64 / s);
        let q = apply4(map, &[(-a, -b), (a, -b), (a, b), (-a, b)])?;
        let span = |get: fn(&(f64, f64)) -> f64, n: usize| {
            let (lo, hi) = q
                .iter()
                .map(get)
                .fold((f64::MAX, 0.0), |m: (f64, f64), v| (m.0.min(v), m.1.max(v)));
            (lo.clamp(0.0, n as f64) as usize, hi.clamp(0.0, n as f64) as usize)
        };
        let ((x0, x1), (y0, y1)) = (span(|p| p.0, frame.w), span(|p| p.1, frame.h));
        if x1 < x0 + SIDE || y1 < y0 + SIDE {
            return None;
        }
        let rows = frame.px.chunks_exact(frame.w).skip(y0).take(y1 - y0);
        let part: Vec<u8> = rows.flat_map(|r| &r[x0..x1]).copied().collect();
        let mut template = Template::new(&part, x1 - x0, y1 - y0);
        let to_part = template.to_reference();
        let shift = translation(-(x0 as f64), -(y0 as f64));
        let to_own = normalised(&mul(&inverse(&to_part)?, &mul(&shift, map)))?;
        let back = normalised(&inverse(&to_own)?)?;
        // What is not of the reference does not tell.
        for l in template.levels.iter_mut().flatten() {
            for i in 0..l.cols * l.rows {
                let (u, v) = l.block_origin(i);
                let (u, v) = (f64::from(u), f64::from(v));
                let (du, dv) = (7.0 * f64::from(l.step.0), 7.0 * f64::from(l.step.1));
                let corners = [(u, v), (u + du, v), (u + du, v + dv), (u, v + dv)];
                let inside = apply4(&back, &corners)
                    .is_some_and(|q| q.iter().all(|p| p.0.abs() < a && p.1.abs() < b));
                if !inside {
                    let all = i * BLOCK..(i + 1) * BLOCK;
                    for v in [&mut l.grey, &mut l.gu, &mut l.gv] {
                        v[all.clone()].fill(0.0);
                    }
                    l.energy[i] = 0.0;
                    l.normal[i] = [0.0; 36];
                }
            }
        }
        let taken = lengths(map, (frame.w as f64 / 2.0, frame.h as f64 / 2.0))?;
        if template.telling_blocks() < DETAIL {
            return None;
        }
        let aligner = Aligner::new(&template);
        Some(Keyframe { template, aligner, to_own, taken })
    }

    /// Follows by this instead of the reference. Places are the reference's; the second value is the
    /// deviation of the corners, pixels.
    pub fn follow(&mut self, by: &mut Follower, p: &Pyramid, past: &Past) -> Option<(Fit, f64)> {
        let back = inverse(&self.to_own)?;
        let own = |m: &Mat3| normalised(&mul(m, &back));
        let past = Past {
            last: own(&past.last)?,
            before: past.before.and_then(|m| own(&m)),
            ahead: past.ahead.map(|m| m.and_then(|m| own(&m))),
        };
        let f = by.run(&self.template, &mut self.aligner, p, &past, false)?;
        let sigma = corner_sigma(&f, &self.template);
        Some((Fit { map: normalised(&mul(&f.map, &self.to_own))?, ..f }, sigma))
    }
}

#[cfg(test)]
mod tests {
    use crate::synth::Gray;
    use crate::synth::camera::Place;
    use crate::synth::light::Light;
    use crate::synth::pictures::{Kind, draw};
    use crate::synth::render::Scene;
    use crate::track::Tracker;
    use crate::track::mat::apply;

    #[test]
    fn a_keyframe_goes_on_where_the_reference_ends() {
        let (w, h) = (320, 240);
        let s = Scene::new(draw(Kind::Rich, 7, 640, 480), Gray::new(w, h, 90), (w, h));
        let small = s.picture().half().half();
        let follow = |prepare: bool| {
            let mut t = Tracker::new(w, h);
            assert_eq!(t.set_reference(&small.px, small.w, small.h), Ok(()));
            let (mut z, mut out, mut worst) = (1.2, Vec::new(), 0.0_f64);
            for i in 0..54 {
                let place = Place { turn: [4.0, -5.0, 2.0], at: [0.01 * z, 0.0, z] };
                s.draw(&[place], &Light { gain: 1.0, noise: 2.0, ..Light::default() }, i, &mut out);
                let m = t.process(&out)?;
                while prepare && t.prepare() {}
                // The middle of the frame, where the picture always is.
                let truth = s.truth(&place);
                let (a, b) = (apply(&truth, 319.5, 239.5)?, apply(&m, 79.5, 59.5)?);
                worst = worst.max((a.0 - b.0).hypot(a.1 - b.1));
                z *= 0.948;
            }
            Some(worst)
        };
        let with = follow(true).expect("followed to the end");
        assert!(with < 1.5, "{with}");
        let without = follow(false);
        assert!(without.is_none_or(|w| w > with), "{without:?}");
    }
}
