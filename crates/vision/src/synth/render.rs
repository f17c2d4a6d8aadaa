//! Draws a frame: the picture in its place before a background, several samples a pixel, over
//! the time the shutter is open.

use super::Gray;
use super::camera::{Place, homography};
use super::light::Light;
use super::random::Random;
use crate::track::mat::{Mat3, apply, inverse};

/// A picture with its smaller copies, the background, and a table of noise.
pub struct Scene {
    mips: Vec<Gray>,
    ground: Gray,
    noise: Vec<f32>,
    /// Frame size, pixels.
    pub frame: (usize, usize),
}

impl Scene {
    /// A scene with frames of `frame` pixels.
    pub fn new(picture: Gray, ground: Gray, frame: (usize, usize)) -> Scene {
        let mut mips = vec![picture];
        while mips.last().is_some_and(|m| m.w.min(m.h) >= 16) {
            let next = mips[mips.len() - 1].half();
            mips.push(next);
        }
        let mut r = Random::new(99);
        let noise = (0..1 << 16).map(|_| r.normal() as f32).collect();
        Scene { mips, ground, noise, frame }
    }

    /// The picture as drawn.
    pub fn picture(&self) -> &Gray {
        &self.mips[0]
    }

    /// Picture pixels to frame pixels.
    pub fn truth(&self, p: &Place) -> Mat3 {
        homography(p, (self.mips[0].w, self.mips[0].h), self.frame)
    }

    /// Draws into `out` what the camera sees while it goes through `places` (one: no blur). An
    /// empty list draws the background alone.
    pub fn draw(&self, places: &[Place], light: &Light, seed: u64, out: &mut Vec<u8>) {
        let (w, h) = self.frame;
        const JITTER: [(f64, f64); 4] =
            [(-0.125, -0.375), (0.375, -0.125), (0.125, 0.375), (-0.375, 0.125)];
        let each = if places.len() > 1 { 1 } else { 4 };
        let mut maps = Vec::new();
        for (i, p) in places.iter().enumerate() {
            let there = self.truth(p);
            let (w, h) = (self.mips[0].w as f64 / 2.0, self.mips[0].h as f64 / 2.0);
            if let (Some(m), Some((x, y))) = (inverse(&there), apply(&there, w, h)) {
                // The third coordinate is positive where the picture is, wherever the frame's own
                // corner lies: with a strong tilt that is beyond the picture's horizon.
                let z = m[6] * x + m[7] * y + m[8];
                let m = m.map(|v| v / z);
                for j in 0..each {
                    maps.push((m, JITTER[(i + j) % 4], p.turn));
                }
            }
        }
        if places.is_empty() {
            maps.push(([0.0; 9], (0.0, 0.0), [0.0; 3]));
        }
        let mut r = Random::new(seed);
        let mut k = r.below(1 << 16);
        out.clear();
        for y in 0..h {
            k = k.wrapping_add(r.below(1 << 16));
            for x in 0..w {
                let mut s = 0.0;
                for (m, j, turn) in &maps {
                    s += self.sample(m, *turn, x as f64 + j.0, y as f64 + j.1);
                }
                let v = light.through(x as f32, y as f32, s / maps.len() as f32);
                k = (k + 1) & 0xffff;
                let v = v + light.noise * self.noise[k];
                out.push((v + 0.5).clamp(0.0, 255.0) as u8);
            }
        }
    }

    fn sample(&self, back: &Mat3, turn: [f64; 3], x: f64, y: f64) -> f32 {
        let p = &self.mips[0];
        let inside = |(u, v): &(f64, f64)| {
            *u > -0.5 && *v > -0.5 && *u < p.w as f64 - 0.5 && *v < p.h as f64 - 0.5
        };
        if let Some((u, v)) = apply(back, x, y).filter(inside) {
            // How many picture pixels a frame pixel covers decides the copy; the samples of one
            // pixel smooth it further.
            let z = back[6] * x + back[7] * y + back[8];
            let dx = (back[0] - u * back[6]).hypot(back[3] - v * back[6]) / z;
            let dy = (back[1] - u * back[7]).hypot(back[4] - v * back[7]) / z;
            let l = ((0.6 * dx.max(dy)).log2().round().max(0.0) as usize).min(self.mips.len() - 1);
            let k = 1.0 / (1u32 << l) as f64;
            return self.mips[l].at(((u + 0.5) * k - 0.5) as f32, ((v + 0.5) * k - 0.5) as f32);
        }
        // The background is far away: it moves with the turning of the camera alone.
        let g = &self.ground;
        let gx = (x + turn[1] * 6.0).rem_euclid(2.0 * g.w as f64);
        let gy = (y - turn[0] * 6.0).rem_euclid(2.0 * g.h as f64);
        let fold = |v: f64, n: usize| if v < n as f64 { v } else { 2.0 * n as f64 - v };
        let (gx, gy) = (fold(gx, g.w) as usize, fold(gy, g.h) as usize);
        f32::from(g.px[gy.min(g.h - 1) * g.w + gx.min(g.w - 1)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_drawn_even_when_the_frames_corner_lies_beyond_its_horizon() {
        let scene = Scene::new(Gray::new(64, 48, 200), Gray::new(64, 48, 10), (64, 48));
        let light = Light { gain: 1.0, ..Light::default() };
        let mut out = Vec::new();
        for turn in [-65.0, -55.0, 0.0, 55.0, 65.0] {
            for way in [-65.0, 0.0, 65.0] {
                let place = Place { turn: [turn, way, 10.0], at: [0.0, 0.0, 1.2] };
                scene.draw(&[place], &light, 1, &mut out);
                assert!(out[24 * 64 + 32] > 150, "{turn} {way}");
            }
        }
    }
}
