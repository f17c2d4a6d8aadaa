//! Six ways to make it hard, after the formula of our research: every one a film of a picture
//! whose place is known in every frame.

use super::camera::Place;
use super::light::{Light, hand};
use super::pictures::{KINDS, Kind, draw};
use super::random::Random;
use super::render::Scene;
use crate::track::mat::{Mat3, apply};

/// What is hard about a film.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stress {
    /// Tilt to 60°, scale 0.4 to 2.
    Turn,
    /// A shaking hand: motion blur up to 25 pixels.
    Blur,
    /// Exposure, shadow, reflection, noise.
    Light,
    /// Fingers over up to 40 % of the picture.
    Hand,
    /// Leaves the frame and comes back.
    Leave,
    /// Little texture, blur, leaving and hand together.
    Hard,
}

/// All of them.
pub const ALL: [Stress; 6] =
    [Stress::Turn, Stress::Blur, Stress::Light, Stress::Hand, Stress::Leave, Stress::Hard];

/// Frames in a film.
pub const LENGTH: usize = 150;

/// One film.
pub struct Film {
    /// What is hard.
    pub stress: Stress,
    /// What the picture shows.
    pub kind: Kind,
    /// The scene.
    pub scene: Scene,
    seed: u64,
    phase: [f64; 6],
    speed: f64,
}

/// One frame's truth.
#[derive(Clone, Copy, Debug)]
pub struct Truth {
    /// Picture pixels to frame pixels.
    pub h: Mat3,
    /// Part of the picture that is in the frame and not covered, 0 to 1.
    pub seen: f64,
}

impl Film {
    /// A film of `w` × `h` pixels.
    pub fn new(stress: Stress, seed: u64, w: usize, h: usize) -> Film {
        let kind = match stress {
            Stress::Hard => Kind::Port,
            _ => KINDS[(seed as usize + stress as usize) % 4],
        };
        let mut r = Random::new(seed.wrapping_mul(31) + stress as u64);
        let (pw, ph) = if r.below(2) == 0 { (w, w * 3 / 4) } else { (w * 3 / 4, w * 3 / 4) };
        let ground = draw(KINDS[r.below(4)], seed ^ 0x77_0000, w, h);
        let ground = soften(ground);
        let phase = core::array::from_fn(|_| r.between(-1.0, 1.0));
        let speed = r.between(0.85, 1.15);
        let scene = Scene::new(draw(kind, seed, pw, ph), ground, (w, h));
        Film { stress, kind, scene, seed, phase, speed }
    }

    /// The place at a moment (frames, may be between two).
    pub fn place(&self, i: f64) -> Place {
        let s = i / 30.0 * self.speed;
        let p = &self.phase;
        let wave = |k: f64, n: usize| (k * s + p[n] * 3.0).sin();
        let mut turn = [24.0 * wave(1.3, 0), 26.0 * wave(1.0, 1), 16.0 * wave(0.8, 2)];
        let mut at = [0.12 * wave(2.1, 3), 0.08 * wave(1.7, 4), 1.75 + 0.5 * wave(0.9, 5)];
        match self.stress {
            Stress::Turn => {
                let tilt = 60.0 * wave(1.2, 0);
                let way = 1.5 * wave(0.5, 1);
                turn = [tilt * way.sin(), tilt * way.cos(), 35.0 * wave(0.7, 2)];
                let near =
                    (0.4_f64.ln() + 2.0_f64.ln()) / 2.0 + (5.0_f64.ln() / 2.0) * wave(1.1, 5);
                at[2] = 1.75 / near.exp();
                at[0] *= at[2] / 2.0;
                at[1] *= at[2] / 2.0;
            }
            Stress::Blur | Stress::Hard => {
                // 6 Hz tremor whose strength comes and goes.
                let strong = (0.5 - 0.5 * (s * 1.9 + p[0]).cos()).powi(2);
                at[0] += 0.055 * strong * (37.0 * s).sin();
                at[1] += 0.045 * strong * (29.0 * s + p[1]).sin();
                turn[2] += 4.0 * strong * (23.0 * s).sin();
            }
            _ => {}
        }
        if matches!(self.stress, Stress::Leave | Stress::Hard) {
            // Twice out of the frame, up to 20 frames each, out and in within about 8 frames.
            for (from, way) in [(35.0, p[3]), (95.0, p[4])] {
                let t: f64 = (i - from) / 36.0;
                if (0.0..1.0).contains(&t) {
                    let out = (t * 4.2).min(1.0).min((1.0 - t) * 4.2);
                    let ease = out * out * (3.0 - 2.0 * out);
                    let (s, c) = (way * 6.0).sin_cos();
                    at[0] += ease * c.signum() * c.abs().max(0.3) * 1.15 * at[2];
                    at[1] += ease * s * 0.8 * at[2];
                }
            }
        }
        Place { turn, at }
    }

    fn open(&self) -> f64 {
        match self.stress {
            Stress::Blur => 0.6,
            Stress::Hard => 0.5,
            Stress::Leave => 0.25,
            _ => 0.0,
        }
    }

    /// Everything between the picture and the sensor in a frame.
    pub fn light(&self, i: usize) -> Light {
        let t = i as f64 / 30.0;
        let p = &self.phase;
        let mut l = Light { gain: 1.0, noise: 3.0, ..Light::default() };
        let (w, h) = (self.scene.frame.0 as f64, self.scene.frame.1 as f64);
        let k = w / 640.0;
        if self.stress == Stress::Light {
            l.gain = (1.0 + 0.45 * (1.7 * t + p[0]).sin()) as f32;
            l.noise = 5.0;
            let a = (p[1] * 3.0 + t * 0.4).sin_cos();
            let at = a.1 * w / 2.0 + a.0 * h / 2.0 + 160.0 * k * (1.3 * t + p[2]).sin();
            l.shadow = Some([a.1 as f32, a.0 as f32, at as f32, 0.55]);
            let gx = w / 2.0 + 120.0 * k * (0.9 * t + p[3] * 3.0).sin();
            let gy = h / 2.0 + 90.0 * k * (1.1 * t + p[4] * 3.0).sin();
            l.glare = Some([gx as f32, gy as f32, (75.0 * k) as f32, 190.0]);
        }
        if self.stress == Stress::Hard {
            l.noise = 4.0;
        }
        let busy = match self.stress {
            Stress::Hand => (i % 75) as f64 / 75.0,
            Stress::Hard => (i as f64 - 72.0) / 24.0,
            _ => -1.0,
        };
        if (0.0..1.0).contains(&busy) {
            let mut r = Random::new(self.seed + 7 * (i / 75) as u64);
            let way = r.between(0.0, 6.3).sin_cos();
            let reach = (busy * std::f64::consts::PI).sin() * 1.6 - 0.6;
            let place = self.place(i as f64);
            let size = 95.0 * k * 1.75 / place.at[2];
            let m = self.scene.truth(&place);
            let mid = (self.scene.picture().w as f64 / 2.0, self.scene.picture().h as f64 / 2.0);
            if let Some((cx, cy)) = apply(&m, mid.0, mid.1) {
                let far = (1.0 - reach) * 2.6 * size - 0.35 * size;
                l.hand = hand(&mut r, cx + way.0 * far, cy + way.1 * far, way.0, way.1, size);
            }
        }
        l
    }

    /// What is true in frame `i`.
    pub fn truth(&self, i: usize) -> Truth {
        let h = self.scene.truth(&self.place(i as f64));
        let l = self.light(i);
        let (pw, ph) = (self.scene.picture().w as f64, self.scene.picture().h as f64);
        let mut seen = 0;
        for j in 0..400 {
            let (u, v) =
                ((f64::from(j % 20) + 0.5) / 20.0 * pw, (f64::from(j / 20) + 0.5) / 20.0 * ph);
            let Some((x, y)) = apply(&h, u, v) else { continue };
            let inside = x > 0.0
                && y > 0.0
                && x < self.scene.frame.0 as f64 - 1.0
                && y < self.scene.frame.1 as f64 - 1.0;
            seen += usize::from(inside && l.finger(x as f32, y as f32).is_none());
        }
        Truth { h, seen: seen as f64 / 400.0 }
    }

    /// Draws frame `i`; the truth is that of the middle of the time the shutter is open.
    pub fn frame(&self, i: usize, out: &mut Vec<u8>) {
        let open = self.open();
        let places: Vec<Place> = if open > 0.0 {
            (0..8)
                .map(|j| self.place(i as f64 + open * ((f64::from(j) + 0.5) / 8.0 - 0.5)))
                .collect()
        } else {
            vec![self.place(i as f64)]
        };
        self.scene.draw(&places, &self.light(i), self.seed * 1000 + i as u64, out);
    }
}

/// A background slightly out of focus.
pub fn soften(mut g: super::Gray) -> super::Gray {
    for _ in 0..2 {
        let s = g.clone();
        for y in 1..g.h.saturating_sub(1) {
            for x in 1..g.w.saturating_sub(1) {
                let o = y * g.w + x;
                let n: u32 =
                    [o - g.w, o - 1, o, o + 1, o + g.w].iter().map(|i| u32::from(s.px[*i])).sum();
                g.px[o] = (n / 5) as u8;
            }
        }
    }
    g
}
