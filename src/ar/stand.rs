//! Things that stand out of the plane: how a point so high above the reference is seen, by the pose
//! that goes with the map. Of the two poses that look alike the one is taken that goes on from the last.

use super::lens::{Lens, Map};
use std::cell::Cell;
use vision::track::pose::{Focal, Pose, choose, poses};

/// Deviation of a corner of a tracked map, pixels.
const SIGMA: f64 = 0.4;

/// Remembers the pose from frame to frame, and learns the camera's focal length.
#[derive(Debug, Default)]
pub struct Stand {
    focal: Cell<Focal>,
    last: Cell<Option<Pose>>,
}

/// A pose of one frame.
#[derive(Clone, Copy, Debug)]
pub struct Up {
    pose: Pose,
    focal: f64,
    reference: (usize, usize),
    frame: (usize, usize),
    canvas: (f64, f64),
}

impl Stand {
    /// The pose that goes with a map; `None` where there is none before the camera.
    pub fn of(&self, lens: &Lens) -> Option<Up> {
        let whole = |(w, h): (f64, f64)| (w as usize, h as usize);
        let (reference, frame) = (whole(lens.reference), whole(lens.tracked));
        let Map(map) = lens.map;
        let mut focal = self.focal.get();
        focal.learn(&map, reference, frame);
        self.focal.set(focal);
        let focal = focal.focal(frame);
        let two = poses(&map, reference, frame, focal)?;
        let pose = choose(&two, SIGMA, self.last.get().as_ref());
        self.last.set(Some(pose));
        Some(Up { pose, focal, reference, frame, canvas: lens.canvas })
    }

    /// The place was lost: the next pose goes on from none.
    pub fn forget(&self) {
        self.last.set(None);
    }
}

impl Up {
    /// The canvas pixel of what stands `high` pixels of the reference above a point of it (0 to
    /// 65535 each way), towards whoever looks at its face.
    pub fn at(&self, x: f64, y: f64, high: f64) -> Option<(f64, f64)> {
        let (w, h) = (self.reference.0 as f64, self.reference.1 as f64);
        let half = w.max(h) / 2.0;
        let part = |v: f64, side: f64| (v / 65_535.0 - 0.5) * side / half;
        // Axes are right, down and forward: up from the face is against the third.
        let point = [part(x, w), part(y, h), -high / half];
        let (fx, fy) = self.pose.project(point, self.frame, self.focal)?;
        let (sx, sy) = (self.canvas.0 / self.frame.0 as f64, self.canvas.1 / self.frame.1 as f64);
        Some(((fx + 0.5) * sx, (fy + 0.5) * sy))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reference of 640 × 480 before a camera of the usual focal length, turned about its upright
    /// axis: its map, worked out by hand.
    fn lens(degrees: f64) -> (Lens, impl Fn(f64, f64, f64) -> (f64, f64)) {
        let (s, c) = degrees.to_radians().sin_cos();
        let (f, far) = (0.785 * 640.0, 1.8);
        let see = move |u: f64, v: f64, high: f64| {
            let (x, y, z) = ((u - 319.5) / 320.0, (v - 239.5) / 320.0, -high / 320.0);
            let (cx, cz) = (c * x + s * z, -s * x + c * z + far);
            (f * cx / cz + 319.5, f * y / cz + 239.5)
        };
        let k = f / 320.0;
        let w = [-s / 320.0, 0.0, far + s * 319.5 / 320.0];
        let map = [
            k * c + 319.5 * w[0],
            0.0,
            -k * c * 319.5 + 319.5 * w[2],
            239.5 * w[0],
            k,
            -k * 239.5 + 239.5 * w[2],
            w[0],
            w[1],
            w[2],
        ];
        let size = (640.0, 480.0);
        (Lens { map: Map(map), reference: size, tracked: size, canvas: size }, see)
    }

    #[test]
    fn what_stands_on_the_plane_is_seen_where_it_is() {
        for degrees in [-40.0, -25.0, 25.0, 40.0] {
            let (lens, see) = lens(degrees);
            let up = Stand::default().of(&lens).unwrap();
            for (u, v, high) in [(100.0, 100.0, 0.0), (320.0, 240.0, 120.0), (500.0, 60.0, 60.0)] {
                let part = |v: f64, side: f64| (v + 0.5) / side * 65_535.0;
                let got = up.at(part(u, 640.0), part(v, 480.0), high).unwrap();
                let (x, y) = see(u, v, high);
                let off = (got.0 - 0.5 - x).hypot(got.1 - 0.5 - y);
                assert!(off < 1.0, "{degrees}: {got:?} for {x} {y}");
            }
        }
    }

    #[test]
    fn from_the_front_the_pose_goes_on_from_the_last() {
        let stand = Stand::default();
        let mut last = None::<(f64, f64)>;
        for step in 0..60 {
            let (lens, _) = lens(30.0 - f64::from(step) * 0.5);
            let top = stand.of(&lens).unwrap().at(32_768.0, 32_768.0, 100.0).unwrap();
            if let Some(last) = last {
                assert!(
                    (top.0 - last.0).hypot(top.1 - last.1) < 6.0,
                    "{step}: {last:?} to {top:?}"
                );
            }
            last = Some(top);
        }
    }

    #[test]
    fn without_a_sane_map_nothing_stands() {
        let (mut lens, _) = lens(20.0);
        lens.map = Map([0.0; 9]);
        assert!(Stand::default().of(&lens).is_none());
        lens.map = Map([f64::NAN; 9]);
        assert!(Stand::default().of(&lens).is_none());
    }
}
