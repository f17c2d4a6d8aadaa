//! Takes the last tremble off a place: a low-pass on the four corners that opens with speed (after
//! the "1 € filter"). It says how late it is, at most [`Smoother::MOST`]; raw places are within a
//! tenth of a pixel, so that there is little to take off. Matrix entries are never filtered.

use super::mat::{Mat3, apply4, corners, from_four};

/// Memory of the filter.
#[derive(Clone, Copy, Debug, Default)]
pub struct Smoother {
    last: Option<([f64; 8], [f64; 8])>,
    delay: f64,
}

/// Cutoff at rest, hertz: 1 / (2π · 16 Hz) = 10 ms.
const REST: f64 = 16.0;
/// Hertz added for each pixel a second.
const OPENS: f64 = 0.25;
/// Cutoff for the speed itself, hertz.
const SPEED: f64 = 5.0;

impl Smoother {
    /// The longest delay, seconds.
    pub const MOST: f64 = 1.0 / (core::f64::consts::TAU * REST);

    /// Forgets the past: after a loss there is nothing to go on from.
    pub fn reset(&mut self) {
        *self = Smoother::default();
    }

    /// How late the last answer was, seconds.
    pub fn delay(&self) -> f64 {
        self.delay
    }

    /// Takes a place (reference of `w` × `h` pixels to frame pixels), `seconds` after the last.
    /// Where that is no time, or corners lie behind the camera, the place comes back as it was.
    pub fn run(&mut self, place: &Mat3, w: usize, h: usize, seconds: f64) -> Mat3 {
        let own = corners(w as f64, h as f64);
        let Some(q) = apply4(place, &own) else {
            self.reset();
            return *place;
        };
        let now: [f64; 8] =
            core::array::from_fn(|i| if i % 2 == 0 { q[i / 2].0 } else { q[i / 2].1 });
        let sane = seconds > 0.0 && seconds < 0.5 && now.iter().all(|v| v.is_finite());
        let Some((was, speed)) = self.last.filter(|_| sane) else {
            self.delay = 0.0;
            self.last = now.iter().all(|v| v.is_finite()).then_some((now, [0.0; 8]));
            return *place;
        };
        let part = |hertz: f64| {
            let tau = 1.0 / (core::f64::consts::TAU * hertz);
            seconds / (seconds + tau)
        };
        let speed: [f64; 8] = core::array::from_fn(|i| {
            speed[i] + part(SPEED) * ((now[i] - was[i]) / seconds - speed[i])
        });
        // One cutoff for all, or the picture would shear.
        let fast = speed.iter().map(|v| v * v).sum::<f64>().sqrt() / 2.0;
        let hertz = REST + OPENS * fast;
        self.delay = 1.0 / (core::f64::consts::TAU * hertz);
        let next: [f64; 8] = core::array::from_fn(|i| was[i] + part(hertz) * (now[i] - was[i]));
        self.last = Some((next, speed));
        let q = core::array::from_fn(|i| (next[2 * i], next[2 * i + 1]));
        from_four(&own, &q).unwrap_or(*place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::mat::translation;

    #[test]
    fn follows_a_hand_at_one_to_five_hertz_no_later_than_it_says() {
        for hertz in [1.0, 2.0, 5.0] {
            let mut s = Smoother::default();
            let (mut up, mut low) = (0.0, 0.0);
            for i in 0..600 {
                let t = f64::from(i) / 30.0;
                let w = core::f64::consts::TAU * hertz;
                let m = s.run(&translation(20.0 * (w * t).sin(), 3.0), 64, 48, 1.0 / 30.0);
                if i > 60 {
                    // The late sine, taken apart: its delay is the angle between the two parts.
                    up -= m[2] * (w * t).cos();
                    low += m[2] * (w * t).sin();
                    assert!(s.delay() <= Smoother::MOST);
                }
            }
            let delay = up.atan2(low) / (core::f64::consts::TAU * hertz);
            assert!((0.0..=0.0105).contains(&delay), "{hertz} Hz: {delay}");
            let gain = up.hypot(low) * 2.0 / 539.0 / 20.0;
            assert!(gain > 0.95, "{hertz} Hz: {gain}");
        }
    }

    #[test]
    fn takes_nothing_that_is_no_place() {
        let mut s = Smoother::default();
        let good = translation(3.0, 4.0);
        assert_eq!(s.run(&good, 64, 48, 0.0), good);
        for bad in [[f64::NAN; 9], [0.0; 9]] {
            let _ = s.run(&bad, 64, 48, 0.03);
            assert_eq!(s.run(&good, 64, 48, 0.03), good);
        }
        assert_eq!(s.run(&good, 64, 48, f64::NAN), good);
    }
}
