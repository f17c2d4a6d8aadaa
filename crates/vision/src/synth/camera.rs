//! Where the camera is: a flat picture seen through a pinhole.

use crate::track::mat::{Mat3, mul};

/// Focal length used everywhere here, in widths of the frame (45° high at 4:3).
pub const FOCAL: f64 = 579.411_25 / 640.0;

/// The picture's place before the camera.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Turns about the axes right, down and forward, degrees.
    pub turn: [f64; 3],
    /// Centre of the picture, in lengths of its longer side.
    pub at: [f64; 3],
}

/// Rz·Ry·Rx of three angles in degrees, row-major.
pub fn rotation(turn: [f64; 3]) -> Mat3 {
    let [(sx, cx), (sy, cy), (sz, cz)] = turn.map(|d| d.to_radians().sin_cos());
    let x = [1.0, 0.0, 0.0, 0.0, cx, -sx, 0.0, sx, cx];
    let y = [cy, 0.0, sy, 0.0, 1.0, 0.0, -sy, 0.0, cy];
    let z = [cz, -sz, 0.0, sz, cz, 0.0, 0.0, 0.0, 1.0];
    mul(&z, &mul(&y, &x))
}

/// Picture pixels (w × h, centres at integers) to frame pixels.
pub fn homography(p: &Place, picture: (usize, usize), frame: (usize, usize)) -> Mat3 {
    let (w, h) = (picture.0 as f64, picture.1 as f64);
    let k = 1.0 / w.max(h);
    let unit = [k, 0.0, (0.5 - w / 2.0) * k, 0.0, k, (0.5 - h / 2.0) * k, 0.0, 0.0, 1.0];
    let r = rotation(p.turn);
    let [x, y, z] = p.at;
    let plane = [r[0], r[1], x, r[3], r[4], y, r[6], r[7], z];
    let f = FOCAL * frame.0 as f64;
    let (cx, cy) = (frame.0 as f64 / 2.0 - 0.5, frame.1 as f64 / 2.0 - 0.5);
    let m = mul(&[f, 0.0, cx, 0.0, f, cy, 0.0, 0.0, 1.0], &mul(&plane, &unit));
    m.map(|v| v / m[8])
}
