//! Where a point of the reference picture is on the screen's canvas. Plain arithmetic.

/// A matrix of three rows, reference pixels to frame pixels, pixel centres at integers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Map(pub [f64; 9]);

/// From a picture's own frame (0 to 65535 each way, as marks are stored) to pixels of a canvas.
#[derive(Clone, Copy, Debug)]
pub struct Lens {
    /// The map of the worker.
    pub map: Map,
    /// Width and height of the reference as the worker knows it.
    pub reference: (f64, f64),
    /// Width and height of the tracked frame.
    pub tracked: (f64, f64),
    /// Width and height of the canvas.
    pub canvas: (f64, f64),
}

impl Map {
    /// Nothing moved.
    pub const SAME: Map = Map([1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]);

    /// Whether it can be drawn with: finite, and not collapsed.
    pub fn sane(&self) -> bool {
        let m = &self.0;
        let det = m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6])
            + m[2] * (m[3] * m[7] - m[4] * m[6]);
        m.iter().all(|v| v.is_finite()) && det.abs() > 1e-12
    }

    /// A point through the map; `None` where it is at or behind the eye.
    pub fn at(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        let m = &self.0;
        let w = m[6] * x + m[7] * y + m[8];
        // The scale of a map is free; against its last member it is not.
        if w / m[8] < 0.02 || !w.is_finite() {
            return None;
        }
        Some(((m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w))
    }
}

impl Lens {
    /// The canvas pixel of a point of the picture; `None` where it cannot be seen.
    pub fn at(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        let (rw, rh) = self.reference;
        // A picture's edge is half a pixel beside the centre of its first pixel.
        let part = |v: f64, side: f64| v / 65_535.0 * side - 0.5;
        let (fx, fy) = self.map.at(part(x, rw), part(y, rh))?;
        let (sx, sy) = (self.canvas.0 / self.tracked.0, self.canvas.1 / self.tracked.1);
        Some(((fx + 0.5) * sx, (fy + 0.5) * sy))
    }

    /// Steps of a mark's own frame to one pixel of the reference, across and down.
    pub fn unit(&self) -> (f64, f64) {
        (65_535.0 / self.reference.0, 65_535.0 / self.reference.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lens(map: Map) -> Lens {
        let half = (640.0, 360.0);
        Lens { map, reference: half, tracked: half, canvas: (1280.0, 720.0) }
    }

    #[test]
    fn corners_of_the_picture_are_corners_of_the_canvas() {
        let lens = lens(Map::SAME);
        let near = |p: Option<(f64, f64)>, x: f64, y: f64| {
            let p = p.unwrap();
            assert!((p.0 - x).abs() < 1e-9 && (p.1 - y).abs() < 1e-9, "{p:?}");
        };
        near(lens.at(0.0, 0.0), 0.0, 0.0);
        near(lens.at(65_535.0, 65_535.0), 1280.0, 720.0);
        near(lens.at(32_767.5, 32_767.5), 640.0, 360.0);
    }

    #[test]
    fn a_shift_of_the_tracked_frame_is_scaled_to_the_canvas() {
        let moved = lens(Map([1.0, 0.0, 10.0, 0.0, 1.0, -5.0, 0.0, 0.0, 1.0]));
        let p = moved.at(32_767.5, 32_767.5).unwrap();
        assert!((p.0 - 660.0).abs() < 1e-9 && (p.1 - 350.0).abs() < 1e-9);
    }

    #[test]
    fn what_is_behind_the_eye_is_not_drawn() {
        let tilted = Map([1.0, 0.0, 0.0, 0.0, 1.0, 0.0, -0.01, 0.0, 1.0]);
        assert!(tilted.at(50.0, 0.0).is_some());
        assert!(tilted.at(100.0, 0.0).is_none() && tilted.at(300.0, 0.0).is_none());
        // The same map written with the other sign.
        assert!(Map(tilted.0.map(|v| -v)).at(50.0, 0.0).is_some());
    }

    #[test]
    fn broken_maps_are_known() {
        assert!(Map::SAME.sane());
        assert!(!Map([0.0; 9]).sane());
        assert!(!Map([f64::NAN; 9]).sane());
        assert!(!Map([1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0]).sane());
    }
}
