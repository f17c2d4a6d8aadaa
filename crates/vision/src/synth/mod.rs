//! Moving pictures whose truth is known exactly, and what a tracker makes of them. Only for tests
//! and measurements; nothing here reaches a phone. Everything follows from seeds, but for the real
//! pairs that [`pairs`] reads from a folder.

pub mod camera;
pub mod evaluate;
pub mod light;
pub mod netpbm;
pub mod pairs;
pub mod pictures;
pub mod random;
pub mod render;
pub mod stress;
pub mod torture;

/// A grey picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Gray {
    /// Width, pixels.
    pub w: usize,
    /// Height, pixels.
    pub h: usize,
    /// Rows from the top.
    pub px: Vec<u8>,
}

impl Gray {
    /// A picture of one grey.
    pub fn new(w: usize, h: usize, grey: u8) -> Gray {
        Gray { w, h, px: vec![grey; w * h] }
    }

    /// Half as wide and high, each pixel the mean of four.
    pub fn half(&self) -> Gray {
        let (w, h) = (self.w / 2, self.h / 2);
        let mut px = Vec::with_capacity(w * h);
        for y in 0..h {
            let (a, b) = (&self.px[2 * y * self.w..], &self.px[(2 * y + 1) * self.w..]);
            for x in 0..w {
                let s: u32 = [a[2 * x], a[2 * x + 1], b[2 * x], b[2 * x + 1]]
                    .iter()
                    .map(|v| u32::from(*v))
                    .sum();
                px.push(((s + 2) / 4) as u8);
            }
        }
        Gray { w, h, px }
    }

    /// Between the pixels (centres at integers), edges held.
    pub fn at(&self, x: f32, y: f32) -> f32 {
        let x = x.clamp(0.0, (self.w - 1) as f32);
        let y = y.clamp(0.0, (self.h - 1) as f32);
        let (xi, yi) = ((x as usize).min(self.w.max(2) - 2), (y as usize).min(self.h.max(2) - 2));
        let (fx, fy) = (x - xi as f32, y - yi as f32);
        let o = yi * self.w + xi;
        let p = |i: usize| f32::from(self.px[i.min(self.px.len() - 1)]);
        let a = p(o) + (p(o + 1) - p(o)) * fx;
        let b = p(o + self.w) + (p(o + self.w + 1) - p(o + self.w)) * fx;
        a + (b - a) * fy
    }
}
