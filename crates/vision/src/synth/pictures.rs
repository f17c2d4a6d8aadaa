//! Pictures to follow, drawn by us from seeds: rich texture, a charge port with little texture,
//! print, and noise as nature has it.

use super::Gray;
use super::random::{Random, natural};

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Many shapes of many sizes.
    Rich,
    /// A charge port: dark plastic, round pins, little contrast.
    Port,
    /// Lines of small strokes, like print.
    Print,
    /// 1/f noise.
    Natural,
}

/// All of them.
pub const KINDS: [Kind; 4] = [Kind::Rich, Kind::Port, Kind::Print, Kind::Natural];

/// Draws one, `w` × `h` pixels (drawn twice as large, so that edges are soft).
pub fn draw(kind: Kind, seed: u64, w: usize, h: usize) -> Gray {
    let mut c = Canvas { w: 2 * w, h: 2 * h, px: vec![0.0; 4 * w * h] };
    let mut r = Random::new(seed ^ 0xabcd);
    match kind {
        Kind::Rich => rich(&mut c, &mut r, seed),
        Kind::Port => port(&mut c, &mut r, seed),
        Kind::Print => print(&mut c, &mut r, seed),
        Kind::Natural => c.fill(|u, v| 128.0 + 150.0 * natural(seed, u * 9.0, v * 9.0, 7)),
    }
    let px = c.px.iter().map(|v| v.clamp(4.0, 250.0) as u8).collect();
    Gray { w: c.w, h: c.h, px }.half()
}

struct Canvas {
    w: usize,
    h: usize,
    px: Vec<f64>,
}

impl Canvas {
    /// Coordinates are in units of the longer side.
    fn unit(&self) -> f64 {
        self.w.max(self.h) as f64
    }

    fn fill(&mut self, f: impl Fn(f64, f64) -> f64) {
        let k = self.unit();
        for y in 0..self.h {
            for x in 0..self.w {
                self.px[y * self.w + x] = f(x as f64 / k, y as f64 / k);
            }
        }
    }

    /// Paints where `inside` says so, within a square of half side `r` round (x, y).
    fn paint(&mut self, x: f64, y: f64, r: f64, grey: f64, inside: impl Fn(f64, f64) -> bool) {
        let k = self.unit();
        let lo = |v: f64| ((v - r) * k).floor().max(0.0) as usize;
        let hi = |v: f64, n: usize| (((v + r) * k).ceil().max(0.0) as usize).min(n);
        for py in lo(y)..hi(y, self.h) {
            for px in lo(x)..hi(x, self.w) {
                if inside(px as f64 / k - x, py as f64 / k - y) {
                    self.px[py * self.w + px] = grey;
                }
            }
        }
    }

    fn disc(&mut self, x: f64, y: f64, r: f64, grey: f64) {
        self.paint(x, y, r, grey, |dx, dy| dx * dx + dy * dy < r * r);
    }
}

fn rich(c: &mut Canvas, r: &mut Random, seed: u64) {
    c.fill(|u, v| 120.0 + 60.0 * natural(seed, u * 6.0, v * 6.0, 5));
    let high = c.h as f64 / c.unit();
    let wide = c.w as f64 / c.unit();
    for i in 0..260 {
        let size = if i < 30 { r.between(0.06, 0.16) } else { r.between(0.008, 0.05) };
        let (x, y, grey) = (r.between(0.0, wide), r.between(0.0, high), r.between(15.0, 240.0));
        let (s, co) = r.between(0.0, 6.3).sin_cos();
        let thin = r.between(0.2, 1.0);
        let turned = move |dx: f64, dy: f64| (dx * co + dy * s, (dy * co - dx * s) / thin);
        match r.below(3) {
            0 => c.paint(x, y, size, grey, |dx, dy| {
                let (a, b) = turned(dx, dy);
                a * a + b * b < size * size
            }),
            1 => c.paint(x, y, size, grey, |dx, dy| {
                let (a, b) = turned(dx, dy);
                a.abs().max(b.abs()) < 0.7 * size
            }),
            _ => c.paint(x, y, size, grey, |dx, dy| {
                let (a, b) = turned(dx, dy);
                b > -0.5 * size && b + 1.7 * a.abs() < 0.7 * size
            }),
        }
    }
}

fn port(c: &mut Canvas, r: &mut Random, seed: u64) {
    let (wide, high) = (c.w as f64 / c.unit(), c.h as f64 / c.unit());
    let body = r.between(70.0, 110.0);
    let (gx, gy) = (r.between(-25.0, 25.0), r.between(-25.0, 25.0));
    c.fill(|u, v| {
        body + gx * (u - 0.5) + gy * (v - 0.4) + 5.0 * natural(seed, u * 4.0, v * 4.0, 4)
    });
    let (x, y) = (wide / 2.0 + r.between(-0.02, 0.02), high / 2.0);
    let edge = r.between(14.0, 24.0);
    let dark = body - r.between(30.0, 45.0);
    // The flange and the recess; the lower pair of pins only on some cars.
    let tall = high * 0.45;
    let round = |rx: f64, ry: f64, k: f64| {
        move |dx: f64, dy: f64| {
            let (a, b) = ((dx.abs() - rx + k).max(0.0), (dy.abs() - ry + k).max(0.0));
            a * a + b * b < k * k && dx.abs() < rx && dy.abs() < ry
        }
    };
    c.paint(x, y, 0.5, body + edge, round(wide * 0.4, tall, 0.12));
    c.paint(x, y, 0.5, dark, round(wide * 0.37, tall * 0.92, 0.11));
    let pins = [
        (-0.08, -0.18),
        (0.08, -0.18),
        (-0.15, -0.06),
        (0.0, -0.06),
        (0.15, -0.06),
        (-0.08, 0.06),
        (0.08, 0.06),
    ];
    for (i, (dx, dy)) in pins.iter().enumerate() {
        let big = if i < 2 { 0.028 } else { 0.045 };
        let (px, py) = (x + dx, y + dy * high / 0.75);
        c.disc(px, py, big + 0.012, dark + edge);
        c.disc(px, py, big, dark - 12.0);
        c.disc(px, py, big * 0.4, dark + r.between(20.0, 60.0));
    }
    for dx in [-0.11, 0.11] {
        let (px, py) = (x + dx, y + 0.22 * high / 0.75);
        c.disc(px, py, 0.085, dark + edge);
        c.disc(px, py, 0.07, dark - 14.0);
        c.disc(px, py, 0.032, dark + 30.0);
    }
    // What every real one has: a latch, screws, a moulded mark.
    c.paint(x, y - tall * 1.02, 0.1, dark, |dx, dy| dx.abs() < 0.05 && dy.abs() < 0.02);
    for (sx, sy) in [(-0.46, -0.42), (0.46, -0.42), (-0.46, 0.42), (0.46, 0.42)] {
        let (px, py) = (x + sx * wide, y + sy * high);
        c.disc(px, py, 0.018, body - 25.0);
        let a = r.between(0.0, 3.2).sin_cos();
        c.paint(px, py, 0.018, body + 15.0, |dx, dy| (dx * a.0 - dy * a.1).abs() < 0.004);
    }
    for i in 0..5 {
        let px = x + wide * 0.2 + f64::from(i) * 0.02;
        let tall = r.between(0.006, 0.014);
        c.paint(px, y + tall * 2.0 + high * 0.43, 0.02, body + 35.0, |dx, dy| {
            dx.abs() < 0.004 && dy.abs() < tall
        });
    }
}

fn print(c: &mut Canvas, r: &mut Random, seed: u64) {
    c.fill(|u, v| 205.0 + 20.0 * natural(seed, u * 3.0, v * 3.0, 4));
    let (wide, high) = (c.w as f64 / c.unit(), c.h as f64 / c.unit());
    let mut y = 0.05;
    while y < high - 0.03 {
        let size = if r.below(5) == 0 { 0.034 } else { 0.017 };
        let mut x = 0.04 + if r.below(4) == 0 { 0.05 } else { 0.0 };
        let end = wide - r.between(0.03, 0.3);
        while x < end {
            if r.below(6) == 0 {
                x += size * 0.7;
                continue;
            }
            for _ in 0..3 {
                let (ax, ay) = (r.between(0.1, 0.6) * size, r.between(-0.45, 0.45) * size);
                let up = r.below(2) == 0;
                let long = r.between(0.25, 0.5) * size;
                let (hx, hy) = if up { (0.09 * size, long) } else { (long * 0.6, 0.09 * size) };
                c.paint(x + ax, y + ay, size, 40.0, |dx, dy| dx.abs() < hx && dy.abs() < hy);
            }
            x += size * 0.85;
        }
        y += size * 2.1;
    }
    for _ in 0..2 {
        let (x, y, s) =
            (r.between(0.2, wide - 0.2), r.between(0.15, high - 0.15), r.between(0.05, 0.1));
        c.paint(x, y, s, 225.0, |dx, dy| dx.abs() < s && dy.abs() < 0.7 * s);
        c.paint(x, y, s, 90.0, |dx, dy| {
            dx.abs() < 0.8 * s && dy.abs() < 0.5 * s && (dx + dy).rem_euclid(0.3 * s) < 0.15 * s
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_draws_the_same_picture_and_another_seed_another() {
        for k in KINDS {
            let a = draw(k, 1, 64, 48);
            assert_eq!(a, draw(k, 1, 64, 48));
            assert_ne!(a, draw(k, 2, 64, 48), "{k:?}");
        }
    }
}
