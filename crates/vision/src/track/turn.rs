//! From the gyroscope's rates to how the frame's pixels move by the turning alone.

use super::mat::{IDENTITY, Mat3, mul};
use super::trig::sin_cos;

/// Rates beyond this are a fault of the sensor, rad/s.
const FASTEST: f64 = 40.0;

/// The turning since the last frame.
#[derive(Clone, Debug)]
pub struct Turn(Option<Mat3>);

impl Default for Turn {
    fn default() -> Turn {
        Turn(Some(IDENTITY))
    }
}

impl Turn {
    /// Adds `ms` milliseconds of turning at rates about the axes of the picture as it is seen: x to
    /// the right, y up, z out of the screen; rad/s, right-handed. What is no sane number spoils the
    /// sum until the next frame.
    pub fn add(&mut self, ms: f64, x: f64, y: f64, z: f64) {
        let sane = |v: f64| v.is_finite() && v.abs() <= FASTEST;
        if !(sane(x) && sane(y) && sane(z) && (0.0..=250.0).contains(&ms)) {
            self.0 = None;
        }
        let Some(sum) = &self.0 else { return };
        // The camera looks the other way, its y goes down: the same turn about (x, -y, -z). What is
        // seen turns against it.
        let s = -ms / 1000.0;
        self.0 = Some(mul(&rotation([x * s, -y * s, -z * s]), sum));
    }

    /// How pixels of a `w` × `h` frame moved through a lens of this focal length (widths of the frame),
    /// and starts anew. `None` when nothing is known.
    pub fn take(&mut self, (w, h): (usize, usize), focal: f64) -> Option<Mat3> {
        let turned = self.0.replace(IDENTITY)?;
        if turned == IDENTITY {
            return None;
        }
        let f = focal * w as f64;
        let (cx, cy) = ((w as f64 - 1.0) / 2.0, (h as f64 - 1.0) / 2.0);
        let k = [f, 0.0, cx, 0.0, f, cy, 0.0, 0.0, 1.0];
        let back = [1.0 / f, 0.0, -cx / f, 0.0, 1.0 / f, -cy / f, 0.0, 0.0, 1.0];
        Some(mul(&mul(&k, &turned), &back))
    }
}

/// The rotation by a vector's length about its direction.
fn rotation(v: [f64; 3]) -> Mat3 {
    let a = (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]).sqrt();
    if a < 1e-12 {
        return IDENTITY;
    }
    let [x, y, z] = v.map(|c| c / a);
    let (s, c) = sin_cos(a);
    let d = 1.0 - c;
    [
        c + x * x * d,
        x * y * d - z * s,
        x * z * d + y * s,
        y * x * d + z * s,
        c + y * y * d,
        y * z * d - x * s,
        z * x * d - y * s,
        z * y * d + x * s,
        c + z * z * d,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::mat::apply;

    const FOCAL: f64 = 0.785;

    fn moved(x: f64, y: f64, z: f64) -> (f64, f64) {
        let mut t = Turn::default();
        t.add(50.0, x, y, z);
        t.add(50.0, x, y, z);
        let m = t.take((640, 480), FOCAL).unwrap();
        let (u, v) = if z == 0.0 { (319.5, 239.5) } else { (419.5, 239.5) };
        let (p, q) = apply(&m, u, v).unwrap();
        (p - u, q - v)
    }

    #[test]
    fn what_is_seen_goes_against_the_turn() {
        let step = FOCAL * 640.0 * 0.1_f64.tan();
        // The top edge comes towards the viewer (x > 0): the camera at the back looks up, and its
        // picture goes down.
        let (dx, dy) = moved(1.0, 0.0, 0.0);
        assert!(dx.abs() < 1e-9 && (dy - step).abs() < 1e-6, "{dx} {dy}");
        // About the upright axis to the left (y > 0): the picture goes right.
        let (dx, dy) = moved(0.0, 1.0, 0.0);
        assert!((dx - step).abs() < 1e-6 && dy.abs() < 1e-9, "{dx} {dy}");
        // The phone turns to the left: the picture turns to the right, what is right goes down.
        let (_, dy) = moved(0.0, 0.0, 1.0);
        assert!((dy - 100.0 * 0.1_f64.sin()).abs() < 1e-6, "{dy}");
    }

    #[test]
    fn sensors_that_fail_say_nothing() {
        let mut t = Turn::default();
        assert_eq!(t.take((640, 480), FOCAL), None);
        for bad in [f64::NAN, f64::INFINITY, 1e9] {
            t.add(10.0, 0.1, 0.1, 0.1);
            t.add(10.0, bad, 0.0, 0.0);
            t.add(10.0, 0.1, 0.1, 0.1);
            assert_eq!(t.take((640, 480), FOCAL), None);
        }
        t.add(f64::NAN, 0.0, 0.0, 0.0);
        assert_eq!(t.take((640, 480), FOCAL), None);
        t.add(10.0, 0.1, 0.0, 0.0);
        assert!(t.take((640, 480), FOCAL).is_some());
    }
}
