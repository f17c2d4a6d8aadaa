//! The features of a reference, as it is and as it looks when tilted: bits of a corner survive a
//! tilt of some 30°, so that a few tilted copies cover the rest.

use super::features::{Feature, Finder, inv2, mul2};
use super::pyramid::Pyramid;
use super::template::resample;
use super::trig::sin_cos;

/// Longest side of the copy in which features are looked for.
const SIDE: usize = 640;
/// Features of the reference as it is.
const FRONT: usize = 700;
/// Features of each tilted view.
const TILTED: usize = 220;
/// Tilted views.
pub const VIEWS: usize = 4;

/// The features of one reference, in its own pixels.
#[derive(Clone, Debug, Default)]
pub struct Views {
    /// All of them.
    pub features: Vec<Feature>,
    /// Tilted views done so far.
    pub done: usize,
    small: Vec<u8>,
    size: (usize, usize),
    scale: (f32, f32),
    near: usize,
}

impl Views {
    /// Finds the features of a picture as it is (the rest comes with [`Views::tilt`]).
    pub fn new(gray: &[u8], w: usize, h: usize) -> Views {
        let k = (SIDE as f64 / w.max(h) as f64).min(1.0);
        let (sw, sh) = (((w as f64 * k) as usize).max(1), ((h as f64 * k) as usize).max(1));
        let small: Vec<u8> = if (sw, sh) == (w, h) {
            gray.to_vec()
        } else {
            resample(gray, w, h, sw, sh).iter().map(|v| (*v + 0.5) as u8).collect()
        };
        let scale = (w as f32 / sw as f32, h as f32 / sh as f32);
        let mut v = Views { small, size: (sw, sh), scale, ..Views::default() };
        v.features.reserve(FRONT + VIEWS * TILTED + 64);
        let mut p = Pyramid::new(sw, sh);
        p.fill(&v.small);
        let mut f = Finder::new(sw, sh);
        f.find(&p, FRONT);
        v.take(&f.found, [1.0, 0.0, 0.0, 1.0], (0.0, 0.0));
        v.near = v.features.len();
        v
    }

    /// Adds one tilted view; `false` when all are there.
    pub fn tilt(&mut self) -> bool {
        if self.done >= VIEWS {
            return false;
        }
        let a = self.done as f64 * std::f64::consts::PI / VIEWS as f64;
        self.done += 1;
        let (s, c) = sin_cos(a);
        // Half as wide along the direction (c, s).
        let q = 0.5;
        let k = [1.0 - q * c * c, -q * c * s, -q * c * s, 1.0 - q * s * s].map(|v| v as f32);
        let (w, h) = (self.size.0 as f32, self.size.1 as f32);
        let (tw, th) = ((k[0] * w + k[1].abs() * h) as usize, (k[2].abs() * w + k[3] * h) as usize);
        if tw < 48 || th < 48 {
            return self.done < VIEWS;
        }
        let back = inv2(k);
        // Middle to middle; outside the picture the edge goes on.
        let at = |x: f32, y: f32| {
            let (dx, dy) = (x - tw as f32 / 2.0, y - th as f32 / 2.0);
            (back[0] * dx + back[1] * dy + w / 2.0, back[2] * dx + back[3] * dy + h / 2.0)
        };
        let read = |x: f32, y: f32| {
            let x = (x.clamp(0.0, w - 1.0) as usize).min(self.size.0 - 1);
            let y = (y.clamp(0.0, h - 1.0) as usize).min(self.size.1 - 1);
            u32::from(self.small[y * self.size.0 + x])
        };
        let (ux, uy) = (c as f32 * 0.5, s as f32 * 0.5);
        let mut out = vec![0u8; tw * th];
        for (i, o) in out.iter_mut().enumerate() {
            let (x, y) = at((i % tw) as f32 + 0.5, (i / tw) as f32 + 0.5);
            *o = ((read(x - ux, y - uy) + read(x + ux, y + uy)) / 2) as u8;
        }
        let mut p = Pyramid::new(tw, th);
        p.fill(&out);
        let mut f = Finder::new(tw, th);
        f.find(&p, TILTED);
        let off = at(0.0, 0.0);
        self.take(&f.found, k, off);
        self.done < VIEWS
    }

    /// Takes features found in a view (`k`: picture to view; `off`: the view's corner in it).
    fn take(&mut self, found: &[Feature], k: [f32; 4], off: (f32, f32)) {
        let back = inv2(k);
        let (sx, sy) = self.scale;
        let (w, h) = (self.size.0 as f32, self.size.1 as f32);
        for f in found {
            let (x, y) = (f.x + 0.5, f.y + 0.5);
            let (px, py) = (back[0] * x + back[1] * y + off.0, back[2] * x + back[3] * y + off.1);
            if px < 0.0 || py < 0.0 || px > w || py > h {
                continue;
            }
            let m = mul2(f.upright, k);
            self.features.push(Feature {
                x: px * sx - 0.5,
                y: py * sy - 0.5,
                upright: [m[0] / sx, m[1] / sy, m[2] / sx, m[3] / sy],
                scale: f.scale * sx,
                bits: f.bits,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_of_tilted_views_lie_in_the_reference() {
        let g = crate::synth::pictures::draw(crate::synth::pictures::Kind::Rich, 3, 160, 120);
        let mut v = Views::new(&g.px, g.w, g.h);
        let front = v.features.len();
        assert!(front > 40, "{front}");
        while v.tilt() {}
        assert!(v.features.len() > front + 20);
        let inside = |f: &Feature| f.x >= -0.5 && f.y >= -0.5 && f.x < 160.0 && f.y < 120.0;
        assert!(v.features.iter().all(inside));
    }
}
