//! What a tracker can say beside the place in the frame: where the camera is, how far its lens
//! reaches, and the place with the last tremble taken off; and what the gyroscope says, taken in. The
//! places in space and the smoothing cost nothing to those who do not ask.

use super::mat::Mat3;
use super::pose::{Pose, choose, poses};
use super::tracker::Tracker;

impl Tracker {
    /// Adds `ms` milliseconds of turning, from the gyroscope, since the last frame: rates in rad/s about
    /// the axes of the picture as it is seen, x to the right, y up, z out of the screen. The next frame
    /// is looked for where the turning takes it. What is no sane number spoils the sum until then.
    pub fn turned(&mut self, ms: f64, x: f64, y: f64, z: f64) {
        self.turn.add(ms, x, y, z);
    }

    /// Focal length in widths of the frame: that of most phones, until tilted views tell.
    pub fn focal(&self) -> f64 {
        self.focal.focal(self.size)
    }

    /// Both places in space that go with the last place in the frame, the better first; `None` when
    /// there is none.
    pub fn poses(&self) -> Option<[Pose; 2]> {
        poses(self.place.as_ref()?, self.reference_size()?, self.size, self.focal())
    }

    /// The likelier of the two, by how well it fits and by what was chosen before. To be asked after
    /// every frame.
    pub fn pose(&mut self) -> Option<Pose> {
        let sigma = self.quality().map_or(0.5, |q| q.sigma);
        let two = self.poses();
        self.pose = two.map(|two| choose(&two, sigma, self.pose.as_ref()));
        self.pose
    }

    /// The last place with its tremble taken off, and by how many seconds that lags behind (at most
    /// [`super::smooth::Smoother::MOST`]). To be asked once after every frame, with the seconds since
    /// the last.
    pub fn smoothed(&mut self, seconds: f64) -> Option<(Mat3, f64)> {
        let known = self.place.zip(self.reference_size());
        if known.is_none() || self.found_anew() {
            self.smoother.reset();
        }
        let (place, (w, h)) = known?;
        let m = self.smoother.run(&place, w, h, seconds);
        Some((m, self.smoother.delay()))
    }
}

#[cfg(test)]
mod tests {
    use crate::synth::Gray;
    use crate::synth::camera::{FOCAL, Place, rotation};
    use crate::synth::light::Light;
    use crate::synth::pictures::{Kind, draw};
    use crate::synth::render::Scene;
    use crate::track::mat::{IDENTITY, apply};
    use crate::track::smooth::Smoother;
    use crate::track::{State, Tracker};

    const W: usize = 240;
    const H: usize = 180;

    fn scene() -> Scene {
        Scene::new(draw(Kind::Rich, 7, W, H), Gray::new(W, H, 90), (W, H))
    }

    fn show(s: &Scene, place: &Place, t: &mut Tracker) -> Option<[f64; 9]> {
        let mut out = Vec::new();
        s.draw(&[*place], &Light { gain: 1.0, noise: 2.0, ..Light::default() }, 1, &mut out);
        t.process(&out)
    }

    #[test]
    fn the_lens_and_the_place_in_space_come_from_what_is_followed() {
        let s = scene();
        let mut t = Tracker::new(W, H);
        assert!(t.poses().is_none() && t.pose().is_none() && t.smoothed(0.03).is_none());
        assert_eq!(t.set_reference(&s.picture().px, W, H), Ok(()));
        let before = t.focal();
        let mut p = Place { turn: [0.0; 3], at: [0.0, 0.0, 1.1] };
        for i in 0..60 {
            let a = f64::from(i) * 0.12;
            p.turn = [32.0 * a.sin(), 30.0 * (0.7 * a).cos() - 30.0, 9.0 * a.sin()];
            let m = show(&s, &p, &mut t).expect("it is in plain sight");
            let (soft, delay) = t.smoothed(1.0 / 30.0).unwrap();
            let (a, b) = (apply(&m, 60.0, 60.0).unwrap(), apply(&soft, 60.0, 60.0).unwrap());
            assert!((a.0 - b.0).hypot(a.1 - b.1) < 3.0 && delay <= Smoother::MOST);
            assert!(t.pose().is_some());
        }
        assert!((t.focal() / FOCAL - 1.0).abs() < 0.08, "{before} {} {FOCAL}", t.focal());
        let pose = t.pose().unwrap();
        let truth = rotation(p.turn);
        assert!(pose.turn.iter().zip(&truth).all(|(a, b)| (a - b).abs() < 0.12), "{pose:?}");
        t.process(&[0; W * H]);
        assert!(t.poses().is_none() && t.pose().is_none() && t.smoothed(0.03).is_none());
    }

    #[test]
    fn the_gyroscope_finds_what_steady_motion_loses() {
        let s = scene();
        // A camera that stands still and then turns by 9° from one frame to the next.
        let seen = |turned: bool| {
            let mut t = Tracker::new(W, H);
            assert_eq!(t.set_reference(&s.picture().px, W, H), Ok(()));
            let mut p = Place { turn: [0.0; 3], at: [-0.25, 0.0, 1.9] };
            for _ in 0..4 {
                show(&s, &p, &mut t);
            }
            let step = 9f64.to_radians();
            let (sin, cos) = step.sin_cos();
            let [x, y, z] = p.at;
            // What is seen turns about the upright axis, to the right.
            p = Place { turn: [0.0, 9.0, 0.0], at: [cos * x + sin * z, y, cos * z - sin * x] };
            if turned {
                for _ in 0..4 {
                    t.turned(8.0, 0.0, step / 0.032, 0.0);
                }
            }
            show(&s, &p, &mut t);
            t.state()
        };
        assert_eq!(seen(true), State::Tracking);
        assert_ne!(seen(false), State::Tracking);
    }

    #[test]
    fn a_gyroscope_that_talks_nonsense_is_not_heard() {
        let s = scene();
        let mut t = Tracker::new(W, H);
        assert_eq!(t.set_reference(&s.picture().px, W, H), Ok(()));
        let p = Place { turn: [5.0, 0.0, 0.0], at: [0.0, 0.0, 1.3] };
        show(&s, &p, &mut t);
        for bad in [f64::NAN, f64::INFINITY, 1e12, -1e300] {
            t.turned(bad, 0.1, 0.1, 0.1);
            t.turned(10.0, bad, 0.0, bad);
            t.turned(10.0, 39.0, 39.0, 39.0);
            assert!(show(&s, &p, &mut t).is_some());
            assert_eq!(t.state(), State::Tracking);
        }
        t.start_from(&IDENTITY);
    }
}
