//! Where a flat reference is in space, from where it is in the frame; both of the two places that
//! look nearly the same; and the camera's focal length, learned from tilted views. After "IPPE"
//! (Collins and Bartoli, 2014). What lies in the plane is drawn through the homography itself and
//! needs none of this.

use super::mat::{Mat3, apply, corners, mul, normalised};

/// A place in space. Lengths are in halves of the reference's longer side, axes right, down and
/// forward; the reference's own plane is z = 0, its middle the origin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pose {
    /// Reference to camera, row-major.
    pub turn: Mat3,
    /// The reference's middle, seen from the camera.
    pub at: [f64; 3],
    /// Mean square distance of the corners from where the homography has them, square pixels.
    pub error: f64,
}

/// The two places that go with a homography (reference pixels to frame pixels), the better first.
/// `focal`: in widths of the frame. `None` where there is none before the camera.
pub fn poses(
    h: &Mat3,
    reference: (usize, usize),
    frame: (usize, usize),
    focal: f64,
) -> Option<[Pose; 2]> {
    let m = centred(h, reference, frame)?;
    let k = 1.0 / focal;
    let m = normalised(&mul(&[k, 0.0, 0.0, 0.0, k, 0.0, 0.0, 0.0, 1.0], &m))?;
    let (p, q) = (m[2], m[5]);
    let j = [m[0] - m[6] * p, m[1] - m[7] * p, m[3] - m[6] * q, m[4] - m[7] * q];
    let to_ray = towards(p, q)?;
    // The part of the turn that can be seen at the middle: j = b · a.
    let b = [
        to_ray[0] - p * to_ray[6],
        to_ray[1] - p * to_ray[7],
        to_ray[3] - q * to_ray[6],
        to_ray[4] - q * to_ray[7],
    ];
    let d = b[0] * b[3] - b[1] * b[2];
    let a = [
        (b[3] * j[0] - b[1] * j[2]) / d,
        (b[3] * j[1] - b[1] * j[3]) / d,
        (b[0] * j[2] - b[2] * j[0]) / d,
        (b[0] * j[3] - b[2] * j[1]) / d,
    ];
    // Its larger singular value is one over the distance.
    let sum: f64 = a.iter().map(|v| v * v).sum();
    let det = a[0] * a[3] - a[1] * a[2];
    let near = ((sum + (sum * sum - 4.0 * det * det).max(0.0).sqrt()) / 2.0).sqrt();
    if !(near.is_finite() && near > 1e-9) {
        return None;
    }
    let r = a.map(|v| v / near);
    let x = (1.0 - r[0] * r[0] - r[2] * r[2]).max(0.0).sqrt();
    let mut y = (1.0 - r[1] * r[1] - r[3] * r[3]).max(0.0).sqrt();
    if r[0] * r[1] + r[2] * r[3] > 0.0 {
        y = -y;
    }
    let make = |x: f64, y: f64| {
        let (c0, c1) = ([r[0], r[2], x], [r[1], r[3], y]);
        let c2 = [
            c0[1] * c1[2] - c0[2] * c1[1],
            c0[2] * c1[0] - c0[0] * c1[2],
            c0[0] * c1[1] - c0[1] * c1[0],
        ];
        let own = [c0[0], c1[0], c2[0], c0[1], c1[1], c2[1], c0[2], c1[2], c2[2]];
        let mut pose = Pose {
            turn: mul(&to_ray, &own),
            at: [p / near, q / near, 1.0 / near],
            error: f64::INFINITY,
        };
        pose.error = pose.off(&m, reference) * (focal * frame.0 as f64).powi(2);
        pose
    };
    let (one, two) = (make(x, y), make(-x, -y));
    Some(if one.error <= two.error { [one, two] } else { [two, one] })
}

/// The likelier of two poses: the one that fits better where that can be told (`sigma`: deviation
/// of a corner, pixels), else the one nearer to what was known before.
pub fn choose(two: &[Pose; 2], sigma: f64, before: Option<&Pose>) -> Pose {
    let s = sigma.max(0.05);
    // Four corners; twenty times as likely.
    let clear = 4.0 * (two[1].error - two[0].error) > 2.0 * 20f64.ln() * s * s;
    match before {
        Some(b) if !clear => {
            let near = |p: &Pose| -> f64 { p.turn.iter().zip(&b.turn).map(|(a, b)| a * b).sum() };
            if near(&two[1]) > near(&two[0]) { two[1] } else { two[0] }
        }
        _ => two[0],
    }
}

impl Pose {
    /// Where a point (lengths as in [`Pose`]) is seen, frame pixels.
    pub fn project(
        &self,
        point: [f64; 3],
        frame: (usize, usize),
        focal: f64,
    ) -> Option<(f64, f64)> {
        let (x, y) = self.ray(point)?;
        let w = frame.0 as f64;
        Some((focal * w * x + w / 2.0 - 0.5, focal * w * y + frame.1 as f64 / 2.0 - 0.5))
    }

    fn ray(&self, [x, y, z]: [f64; 3]) -> Option<(f64, f64)> {
        let r = &self.turn;
        let axis = |i: usize| r[i] * x + r[i + 1] * y + r[i + 2] * z + self.at[i / 3];
        let depth = axis(6);
        (depth > 1e-9).then(|| (axis(0) / depth, axis(3) / depth))
    }

    fn off(&self, m: &Mat3, reference: (usize, usize)) -> f64 {
        let s = reference.0.max(reference.1) as f64;
        let (a, b) = (reference.0 as f64 / s, reference.1 as f64 / s);
        let mut sum = 0.0;
        for (u, v) in [(-a, -b), (a, -b), (a, b), (-a, b)] {
            let (Some(p), Some(q)) = (self.ray([u, v, 0.0]), apply(m, u, v)) else {
                return f64::INFINITY;
            };
            sum += (p.0 - q.0).powi(2) + (p.1 - q.1).powi(2);
        }
        sum / 4.0
    }
}

/// (u, v) of the reference to widths of the frame, from its middle.
fn centred(h: &Mat3, reference: (usize, usize), frame: (usize, usize)) -> Option<Mat3> {
    let (w, v) = (reference.0 as f64, reference.1 as f64);
    let half = w.max(v) / 2.0;
    let up = [half, 0.0, w / 2.0 - 0.5, 0.0, half, v / 2.0 - 0.5, 0.0, 0.0, 1.0];
    let (x, y) = (frame.0 as f64, frame.1 as f64);
    let k = 1.0 / x;
    let down = [k, 0.0, k * (0.5 - x / 2.0), 0.0, k, k * (0.5 - y / 2.0), 0.0, 0.0, 1.0];
    let m = normalised(&mul(&down, &mul(h, &up)))?;
    let all = corners(w, v).iter().all(|c| apply(h, c.0, c.1).is_some());
    all.then_some(m)
}

/// The turn that takes the axis forward to the ray (p, q, 1), and no other turning.
fn towards(p: f64, q: f64) -> Option<Mat3> {
    let n = (p * p + q * q + 1.0).sqrt();
    let (x, y, z) = (p / n, q / n, 1.0 / n);
    let k = 1.0 / (1.0 + z);
    let m = [1.0 - k * x * x, -k * x * y, x, -k * x * y, 1.0 - k * y * y, y, -x, -y, z];
    m.iter().all(|v| v.is_finite()).then_some(m)
}

/// Learns the focal length from tilted views of one reference.
#[derive(Clone, Copy, Debug, Default)]
pub struct Focal {
    up: f64,
    low: f64,
    last: Option<Mat3>,
    views: u32,
}

/// Longer sides of the frame: 65° along it, as most phones have.
const USUAL: f64 = 0.785;
/// How much that is believed: as much as one well tilted view.
const BELIEF: f64 = 0.02;
/// Views before what was learned is used.
const VIEWS: u32 = 3;

impl Focal {
    /// Takes a view. One that differs little from the last says nothing new and is left out.
    pub fn learn(&mut self, h: &Mat3, reference: (usize, usize), frame: (usize, usize)) {
        let Some(m) = centred(h, reference, frame) else { return };
        let apart = |l: &Mat3| m.iter().zip(l).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
        if self.last.as_ref().is_some_and(|l| apart(l) < 0.002) {
            return;
        }
        self.last = Some(m);
        self.views += 1;
        let size = (m[0] * m[0] + m[3] * m[3]).sqrt() * (m[1] * m[1] + m[4] * m[4]).sqrt();
        // The reference's axes are square to each other and as long in space:
        // a / f² + b = 0 for both.
        let square = (m[0] * m[1] + m[3] * m[4], m[6] * m[7]);
        let long =
            (m[0] * m[0] + m[3] * m[3] - m[1] * m[1] - m[4] * m[4], m[6] * m[6] - m[7] * m[7]);
        for ((a, b), w) in [(square, 4.0), (long, 1.0)] {
            let (a, b) = (a / size, b / size);
            // Least squares in 1 / f², each view by how much it is tilted.
            self.up -= w * a * b;
            self.low += w * a * a;
        }
    }

    /// For frames of this size, in their widths.
    pub fn focal(&self, frame: (usize, usize)) -> f64 {
        let usual = USUAL * frame.0.max(frame.1) as f64 / frame.0.max(1) as f64;
        let inverse = (self.up + BELIEF / (usual * usual)) / (self.low + BELIEF);
        if self.views < VIEWS || !inverse.is_finite() {
            return usual;
        }
        (1.0 / inverse.max(1e-3)).sqrt().clamp(0.5 * usual, 3.2 * usual)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::camera::{FOCAL, Place, homography, rotation};

    const REFERENCE: (usize, usize) = (400, 300);
    const FRAME: (usize, usize) = (640, 480);

    fn places() -> Vec<Place> {
        (0..12)
            .map(|i| {
                let s = f64::from(i);
                Place {
                    turn: [40.0 * (s * 1.3).sin(), 45.0 * (s * 0.7).cos(), 30.0 * (s * 2.1).sin()],
                    at: [0.2 * (s * 0.9).sin(), 0.15 * (s * 1.7).cos(), 1.2 + 0.1 * s],
                }
            })
            .collect()
    }

    #[test]
    fn a_place_in_space_comes_back_from_its_homography() {
        for p in places() {
            let h = homography(&p, REFERENCE, FRAME);
            let [best, other] = poses(&h, REFERENCE, FRAME, FOCAL).unwrap();
            assert!(best.error < 1e-9 && other.error >= best.error, "{}", best.error);
            let truth = rotation(p.turn);
            assert!(best.turn.iter().zip(&truth).all(|(a, b)| (a - b).abs() < 1e-6));
            // Halves of the longer side here, whole ones there.
            assert!(best.at.iter().zip(&p.at).all(|(a, b)| (a / 2.0 - b).abs() < 1e-6));
            let seen = best.project([0.0, 0.0, 0.0], FRAME, FOCAL).unwrap();
            let middle = apply(&h, 199.5, 149.5).unwrap();
            assert!((seen.0 - middle.0).hypot(seen.1 - middle.1) < 1e-6);
        }
    }

    #[test]
    fn far_away_the_one_known_before_is_kept() {
        let far = Place { turn: [20.0, 10.0, 0.0], at: [0.0, 0.0, 40.0] };
        let h = homography(&far, REFERENCE, FRAME);
        let two = poses(&h, REFERENCE, FRAME, FOCAL).unwrap();
        let kept = choose(&two, 0.5, Some(&two[1]));
        assert_eq!(kept, two[1]);
        let near = Place { at: [0.0, 0.0, 1.2], ..far };
        let two = poses(&homography(&near, REFERENCE, FRAME), REFERENCE, FRAME, FOCAL).unwrap();
        assert_eq!(choose(&two, 0.1, Some(&two[1])), two[0]);
    }

    #[test]
    fn the_focal_length_is_learned_from_tilted_views() {
        let mut f = Focal::default();
        assert_eq!(f.focal(FRAME), USUAL);
        for p in places() {
            f.learn(&homography(&p, REFERENCE, FRAME), REFERENCE, FRAME);
        }
        assert!((f.focal(FRAME) / FOCAL - 1.0).abs() < 0.02, "{} {FOCAL}", f.focal(FRAME));
        let mut flat = Focal::default();
        for i in 0..5 {
            let p = Place { turn: [0.0; 3], at: [0.0, 0.1 * f64::from(i), 1.5] };
            flat.learn(&homography(&p, REFERENCE, FRAME), REFERENCE, FRAME);
        }
        assert!((flat.focal(FRAME) / USUAL - 1.0).abs() < 0.2, "{}", flat.focal(FRAME));
    }

    #[test]
    fn what_is_no_homography_has_no_pose() {
        for h in
            [[0.0; 9], [f64::NAN; 9], [1e300; 9], [1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0]]
        {
            let p = poses(&h, REFERENCE, FRAME, FOCAL);
            assert!(p.is_none_or(|p| p[0].turn.iter().all(|v| v.is_finite())), "{h:?} {p:?}");
            let mut f = Focal::default();
            f.learn(&h, REFERENCE, FRAME);
            assert!(f.focal(FRAME).is_finite());
        }
    }
}
