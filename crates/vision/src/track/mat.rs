//! 3×3 homographies as nine numbers, row by row. Only the algebra; nothing here looks at pixels.

use super::trig::sin_cos;

/// A homography, row-major.
pub type Mat3 = [f64; 9];

/// The identity.
pub const IDENTITY: Mat3 = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0];

/// `a` after `b`.
#[inline(never)]
pub fn mul(a: &Mat3, b: &Mat3) -> Mat3 {
    core::array::from_fn(|i| {
        let (r, c) = (i / 3 * 3, i % 3);
        a[r] * b[c] + a[r + 1] * b[c + 3] + a[r + 2] * b[c + 6]
    })
}

/// Determinant.
#[inline(never)]
pub fn det(a: &Mat3) -> f64 {
    a[0] * (a[4] * a[8] - a[5] * a[7]) - a[1] * (a[3] * a[8] - a[5] * a[6])
        + a[2] * (a[3] * a[7] - a[4] * a[6])
}

/// The inverse, or `None` where there is none that numbers can hold.
pub fn inverse(a: &Mat3) -> Option<Mat3> {
    let d = det(a);
    let size = a.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
    if !d.is_finite() || d.abs() <= 1e-15 * size * size * size {
        return None;
    }
    let m = [
        a[4] * a[8] - a[5] * a[7],
        a[2] * a[7] - a[1] * a[8],
        a[1] * a[5] - a[2] * a[4],
        a[5] * a[6] - a[3] * a[8],
        a[0] * a[8] - a[2] * a[6],
        a[2] * a[3] - a[0] * a[5],
        a[3] * a[7] - a[4] * a[6],
        a[1] * a[6] - a[0] * a[7],
        a[0] * a[4] - a[1] * a[3],
    ];
    Some(m.map(|v| v / d))
}

/// Scales the matrix so that its last number is one; `None` when it is not finite.
#[inline(never)]
pub fn normalised(a: &Mat3) -> Option<Mat3> {
    let z = a[8];
    let m = a.map(|v| v / z);
    (z.abs() > 1e-300 && m.iter().all(|v| v.is_finite())).then_some(m)
}

/// Where a point goes, or `None` when it goes behind the camera (the sign of the third coordinate
/// is that of a matrix whose last number is positive).
#[inline(never)]
pub fn apply(a: &Mat3, x: f64, y: f64) -> Option<(f64, f64)> {
    let z = a[6] * x + a[7] * y + a[8];
    (z > 1e-9).then(|| ((a[0] * x + a[1] * y + a[2]) / z, (a[3] * x + a[4] * y + a[5]) / z))
}

/// A shift.
pub fn translation(x: f64, y: f64) -> Mat3 {
    [1.0, 0.0, x, 0.0, 1.0, y, 0.0, 0.0, 1.0]
}

/// The four corners of a picture of `w` × `h` pixels (centres at integers): its outer edges.
pub fn corners(w: f64, h: f64) -> [(f64, f64); 4] {
    [(-0.5, -0.5), (w - 0.5, -0.5), (w - 0.5, h - 0.5), (-0.5, h - 0.5)]
}

/// Where four points go; `None` when one of them goes behind the camera.
#[inline(never)]
pub fn apply4(a: &Mat3, p: &[(f64, f64); 4]) -> Option<[(f64, f64); 4]> {
    let q = [
        apply(a, p[0].0, p[0].1)?,
        apply(a, p[1].0, p[1].1)?,
        apply(a, p[2].0, p[2].1)?,
        apply(a, p[3].0, p[3].1)?,
    ];
    Some(q)
}

/// Twice the signed area of a quadrilateral (positive: same turn as a picture's own corners).
#[inline(never)]
pub fn area2(q: &[(f64, f64); 4]) -> f64 {
    (0..4).map(|i| q[i].0 * q[(i + 1) % 4].1 - q[(i + 1) % 4].0 * q[i].1).sum()
}

/// The homography that takes the unit square (0,0) (1,0) (1,1) (0,1) to four points.
fn from_square(q: &[(f64, f64); 4]) -> Option<Mat3> {
    let [(x0, y0), (x1, y1), (x2, y2), (x3, y3)] = *q;
    let (dx1, dx2, dx3) = (x1 - x2, x3 - x2, x0 - x1 + x2 - x3);
    let (dy1, dy2, dy3) = (y1 - y2, y3 - y2, y0 - y1 + y2 - y3);
    let d = dx1 * dy2 - dx2 * dy1;
    if !d.is_finite() || d.abs() < 1e-12 {
        return None;
    }
    let (g, h) = ((dx3 * dy2 - dx2 * dy3) / d, (dx1 * dy3 - dx3 * dy1) / d);
    Some([
        x1 - x0 + g * x1,
        x3 - x0 + h * x3,
        x0,
        y1 - y0 + g * y1,
        y3 - y0 + h * y3,
        y0,
        g,
        h,
        1.0,
    ])
}

/// The homography that takes four points to four points.
pub fn from_four(p: &[(f64, f64); 4], q: &[(f64, f64); 4]) -> Option<Mat3> {
    normalised(&mul(&from_square(q)?, &inverse(&from_square(p)?)?))
}

/// Root mean square distance of two quadrilaterals' corners.
pub fn distance(p: &[(f64, f64); 4], q: &[(f64, f64); 4]) -> f64 {
    let s: f64 = p.iter().zip(q).map(|(a, b)| (a.0 - b.0).powi(2) + (a.1 - b.1).powi(2)).sum();
    (s / 4.0).sqrt()
}

/// A turn by `turn` degrees of a picture that is narrower by the share `narrowed` along the direction
/// `along` (degrees), as the four numbers of a 2×2 matrix, row by row: how a flat thing looks when it
/// is tilted.
pub fn tilted(turn: f64, narrowed: f64, along: f64) -> [f64; 4] {
    let (s, c) = sin_cos(turn.to_radians());
    let (ds, dc) = sin_cos(along.to_radians());
    let q = narrowed;
    let k = [1.0 - q * dc * dc, -q * dc * ds, -q * dc * ds, 1.0 - q * ds * ds];
    [c * k[0] - s * k[2], c * k[1] - s * k[3], s * k[0] + c * k[2], s * k[1] + c * k[3]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_points_give_their_homography_back() {
        let h = [0.9, 0.1, 30.0, -0.05, 1.1, 12.0, 1e-4, -2e-4, 1.0];
        let p = corners(320.0, 240.0);
        let q = apply4(&h, &p).unwrap();
        let g = from_four(&p, &q).unwrap();
        assert!(h.iter().zip(&g).all(|(a, b)| (a - b).abs() < 1e-9));
        assert!(area2(&q) > 0.0);
    }

    #[test]
    fn inverse_undoes_and_says_when_it_cannot() {
        let h = [0.9, 0.1, 30.0, -0.05, 1.1, 12.0, 1e-4, -2e-4, 1.0];
        let i = mul(&h, &inverse(&h).unwrap());
        assert!(i.iter().zip(&IDENTITY).all(|(a, b)| (a - b).abs() < 1e-9));
        assert!(inverse(&[0.0; 9]).is_none());
        assert!(inverse(&[f64::NAN; 9]).is_none());
        assert!(inverse(&[1.0, 2.0, 3.0, 2.0, 4.0, 6.0, 1.0, 1.0, 1.0]).is_none());
    }

    #[test]
    fn nothing_is_drawn_from_behind_the_camera() {
        assert!(apply(&[1.0, 0.0, 0.0, 0.0, 1.0, 0.0, -1.0, 0.0, 1.0], 2.0, 0.0).is_none());
    }
}
