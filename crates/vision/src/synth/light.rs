//! What stands between the picture and the sensor: hands, shadows, reflections, exposure.

use super::random::{Random, lattice};

/// All that changes grey values in one frame. Lengths are frame pixels.
#[derive(Clone, Debug, Default)]
pub struct Light {
    /// Exposure (1: as drawn).
    pub gain: f32,
    /// Sensor noise, σ in grey values.
    pub noise: f32,
    /// Edge of a shadow: direction (x, y), place along it, darkness 0 to 1.
    pub shadow: Option<[f32; 4]>,
    /// Bright spot: x, y, radius, grey values added.
    pub glare: Option<[f32; 4]>,
    /// Fingers: x, y of both ends and half width.
    pub hand: Vec<[f32; 5]>,
}

impl Light {
    /// The grey value that arrives where `v` was drawn (without noise).
    pub fn through(&self, x: f32, y: f32, v: f32) -> f32 {
        let mut v = self.finger(x, y).unwrap_or(v);
        if let Some([dx, dy, at, dark]) = self.shadow {
            let edge = ((x * dx + y * dy - at) / 24.0).clamp(-1.0, 1.0) * 0.5 + 0.5;
            v *= 1.0 - dark * edge;
        }
        if let Some([gx, gy, r, add]) = self.glare {
            let d = ((x - gx).powi(2) + (y - gy).powi(2)) / (r * r);
            if d < 4.0 {
                v += add * (-1.5 * d).exp();
            }
        }
        v * self.gain
    }

    /// The hand's own grey where it covers the frame.
    pub fn finger(&self, x: f32, y: f32) -> Option<f32> {
        for [ax, ay, bx, by, r] in &self.hand {
            let (dx, dy) = (bx - ax, by - ay);
            let t =
                (((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy).max(1.0)).clamp(0.0, 1.0);
            let d2 = (x - ax - t * dx).powi(2) + (y - ay - t * dy).powi(2);
            if d2 < r * r {
                let folds = lattice(5, f64::from(x) * 0.06, f64::from(y) * 0.06) as f32;
                return Some(165.0 - 70.0 * d2 / (r * r) + 12.0 * folds);
            }
        }
        None
    }
}

/// A hand with four fingers: tips near (x, y), coming from the direction (dx, dy).
pub fn hand(r: &mut Random, x: f64, y: f64, dx: f64, dy: f64, size: f64) -> Vec<[f32; 5]> {
    (0..4)
        .map(|i| {
            let k = (f64::from(i) - 1.5) * 0.62 * size;
            let far = r.between(-0.35, 0.25) * size;
            let (tx, ty) = (x - dy * k + dx * far, y + dx * k + dy * far);
            let (ex, ey) = (x - dy * k * 0.7 + dx * 9.0 * size, y + dx * k * 0.7 + dy * 9.0 * size);
            [tx as f32, ty as f32, ex as f32, ey as f32, (0.27 * size) as f32]
        })
        .collect()
}
