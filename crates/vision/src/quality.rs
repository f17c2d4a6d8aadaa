//! Whether a photo is worth sending: too blurred to read, too dark, or washed out by glare. It
//! only warns; the driver decides. It does not look at what the photo shows.
//!
//! It works on a small grey copy (at most 320 pixels wide), so that one threshold fits every
//! camera and the phone is done in a few milliseconds. Integers only.

/// Widest side of the grey copy, pixels.
pub const SIDE: u32 = 320;

/// What may be wrong with a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// Hardly any part of the picture is in focus.
    Blurred,
    /// Too little light.
    Dark,
    /// Much of the picture is burnt out.
    Glare,
}

impl Warning {
    /// The name under which the case keeps it.
    pub fn name(self) -> &'static str {
        match self {
            Warning::Blurred => "blurred",
            Warning::Dark => "dark",
            Warning::Glare => "glare",
        }
    }
}

/// What was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quality {
    /// Variance of the Laplacian over the variance of the brightness, in thousandths, of the
    /// fourth sharpest part. `None` where no part has enough contrast to tell.
    pub sharpness: Option<u32>,
    /// Mean brightness, 0 to 255.
    pub mean: u32,
    /// Pixels brighter than 96, in thousandths.
    pub lit: u32,
    /// Pixels at the upper end of the scale, in thousandths.
    pub clipped: u32,
}

/// Least sharpness, in the middle (on a scale of ratios) between what the tests measure on soft and
/// shaken pictures with noise (at most 3) and on a sharp one through a camera's own softness (65).
/// One straight edge in a part 40 pixels wide, softened by a Gaussian of s pixels, measures about
/// 14/s³: that is 6 pixels of a 2048 wide photo, where the small print of a dashboard is lost.
const SHARP: u32 = 14;
/// Least variance of brightness in a part that may be judged for sharpness (σ = 18 of 255).
const CONTRAST: u64 = 320;
/// The most that is taken off as sensor noise (σ = 1.7 after scaling down; a Laplacian has
/// 20 times the variance of its pixels' noise).
const NOISE: u64 = 60;
/// The part that decides, counted from the sharpest: a regular pattern (a grille, letters) comes
/// through a blur with false edges, but not in four parts of 64 at once.
const BEST: usize = 4;
/// Parts across and down.
const PARTS: usize = 8;

/// Grey values of RGBA pixels (weights of Rec. 601).
pub fn gray(rgba: &[u8]) -> Vec<u8> {
    let luma =
        |p: &[u8]| (77 * u32::from(p[0]) + 150 * u32::from(p[1]) + 29 * u32::from(p[2])) >> 8;
    rgba.chunks_exact(4).map(|p| luma(p) as u8).collect()
}

/// Measures a grey picture. `None` when the buffer is not `w` × `h` or too small to tell
/// anything (under 32 pixels a side).
pub fn measure(gray: &[u8], w: usize, h: usize) -> Option<Quality> {
    if w < 32 || h < 32 || gray.len() != w.checked_mul(h)? {
        return None;
    }
    let all = gray.len() as u64;
    let (mut sum, mut lit, mut clipped) = (0u64, 0u64, 0u64);
    for &p in gray {
        sum += u64::from(p);
        lit += u64::from(p > 96);
        clipped += u64::from(p >= 250);
    }
    let parts = parts(gray, w, h);
    let edges: Vec<u64> = parts.iter().map(|p| p.0).collect();
    // A quarter of most pictures is sky, road or paint: what flickers there is noise.
    let floor = NOISE.min(ranked(edges).get(parts.len() / 4).copied().unwrap_or(0));
    let mut judged = Vec::new();
    for (edges, contrast) in parts {
        if contrast >= CONTRAST {
            judged.push(edges.saturating_sub(floor) * 1000 / contrast);
        }
    }
    let judged = ranked(judged);
    let best = judged.len().saturating_sub(BEST);
    let sharpness = judged.get(best).map(|s| *s as u32);
    Some(Quality {
        sharpness,
        mean: (sum / all) as u32,
        lit: (lit * 1000 / all) as u32,
        clipped: (clipped * 1000 / all) as u32,
    })
}

/// The values in order, smallest first. There are 64 at most, and the library's sort would cost
/// the browser's bundle seven kilobytes.
fn ranked(mut values: Vec<u64>) -> Vec<u64> {
    for i in 1..values.len() {
        let mut at = i;
        while at > 0 && values[at - 1] > values[at] {
            values.swap(at - 1, at);
            at -= 1;
        }
    }
    values
}

/// For each part the variance of the Laplacian and of the brightness.
fn parts(gray: &[u8], w: usize, h: usize) -> Vec<(u64, u64)> {
    let at = |x: usize, y: usize| i64::from(gray[y * w + x]);
    let mut parts = Vec::with_capacity(PARTS * PARTS);
    for py in 0..PARTS {
        for px in 0..PARTS {
            let (mut n, mut s, mut ss, mut l, mut ll) = (0i64, 0i64, 0i64, 0i64, 0i64);
            for y in (py * h / PARTS).max(1)..((py + 1) * h / PARTS).min(h - 1) {
                for x in (px * w / PARTS).max(1)..((px + 1) * w / PARTS).min(w - 1) {
                    let p = at(x, y);
                    let lap = at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1) - 4 * p;
                    (n, s, ss) = (n + 1, s + p, ss + p * p);
                    (l, ll) = (l + lap, ll + lap * lap);
                }
            }
            if n > 0 {
                let variance =
                    |sum: i64, squares: i64| ((squares - sum * sum / n) / n).max(0) as u64;
                parts.push((variance(l, ll), variance(s, ss)));
            }
        }
    }
    parts
}

impl Quality {
    /// What to warn of, the worst first. A dark picture is not also called blurred: there is
    /// nothing in it to be sharp.
    pub fn warnings(&self) -> Vec<Warning> {
        let mut out = Vec::new();
        // A lit dashboard at night is dark on the whole, but a twentieth of it is bright.
        let dark = self.mean < 40 && self.lit < 50;
        if dark {
            out.push(Warning::Dark);
        }
        if self.clipped > 300 {
            out.push(Warning::Glare);
        }
        if !dark && self.sharpness.is_none_or(|s| s < SHARP) {
            out.push(Warning::Blurred);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const W: usize = 320;
    const H: usize = 240;

    /// A made-up scene: sky, road, a car body with a wheel, a plate with strokes like letters.
    fn scene() -> Vec<f32> {
        let mut px = vec![0.0; W * H];
        for y in 0..H {
            for x in 0..W {
                let mut v = if y < 90 { 170.0 - y as f32 * 0.3 } else { 80.0 };
                if (60..260).contains(&x) && (70..180).contains(&y) {
                    v = 190.0;
                }
                let (dx, dy) = (x as i32 - 110, y as i32 - 180);
                if dx * dx + dy * dy < 900 {
                    v = 25.0;
                }
                if (170..240).contains(&x) && (130..150).contains(&y) {
                    v = if (x / 3) % 2 == 0 && (134..146).contains(&y) { 30.0 } else { 220.0 };
                }
                px[y * W + x] = v;
            }
        }
        px
    }

    /// Three box blurs come close to a Gaussian; `across` and `down` are half widths.
    fn blur(px: &[f32], across: usize, down: usize, times: usize) -> Vec<f32> {
        let mut px = px.to_vec();
        for _ in 0..times {
            let from = px.clone();
            for y in 0..H {
                for x in 0..W {
                    let (mut sum, mut n) = (0.0, 0.0);
                    for v in y.saturating_sub(down)..(y + down + 1).min(H) {
                        for u in x.saturating_sub(across)..(x + across + 1).min(W) {
                            sum += from[v * W + u];
                            n += 1.0;
                        }
                    }
                    px[y * W + x] = sum / n;
                }
            }
        }
        px
    }

    /// Brightness scaled, noise of about σ = `noise` added, as bytes.
    fn picture(px: &[f32], gain: f32, noise: f32) -> Vec<u8> {
        let mut seed = 1u32;
        let mut out = Vec::with_capacity(px.len());
        for v in px {
            let mut n = 0.0;
            for _ in 0..12 {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                n += (seed >> 8) as f32 / (1 << 24) as f32;
            }
            out.push((v * gain + (n - 6.0) * noise).clamp(0.0, 255.0) as u8);
        }
        out
    }

    fn warnings(px: &[u8]) -> Vec<Warning> {
        let quality = measure(px, W, H).expect("size fits");
        println!("{quality:?}");
        quality.warnings()
    }

    #[test]
    fn sharp_pictures_pass() {
        for noise in [0.0, 1.0, 2.0, 4.0] {
            assert_eq!(warnings(&picture(&scene(), 1.0, noise)), [], "noise {noise}");
        }
        // A camera's own softness after scaling down: about s = 0.8.
        assert_eq!(warnings(&picture(&blur(&scene(), 1, 1, 1), 1.0, 1.5)), []);
    }

    #[test]
    fn soft_and_shaken_pictures_are_blurred() {
        for noise in [0.0, 1.0, 1.5] {
            // s = 3.5 and 5, and a hand that moved 19 and 27 pixels in both directions.
            for (across, down, times) in [(3, 3, 3), (5, 5, 3), (9, 9, 1), (13, 13, 1)] {
                let soft = picture(&blur(&scene(), across, down, times), 1.0, noise);
                assert_eq!(warnings(&soft), [Warning::Blurred], "{across} {down} noise {noise}");
            }
        }
    }

    #[test]
    fn night_is_dark_but_a_lit_dashboard_is_not() {
        assert_eq!(warnings(&picture(&scene(), 0.12, 1.0)), [Warning::Dark]);
        assert_eq!(warnings(&vec![0; W * H]), [Warning::Dark]);
        let mut dash = vec![8.0; W * H];
        for y in 100..150 {
            for x in 60..260 {
                dash[y * W + x] = if (x / 6 + y / 6) % 2 == 0 { 210.0 } else { 12.0 };
            }
        }
        assert_eq!(warnings(&picture(&dash, 1.0, 1.0)), []);
    }

    #[test]
    fn glare_is_named() {
        assert_eq!(warnings(&picture(&scene(), 1.6, 1.0)), [Warning::Glare]);
        let white = warnings(&vec![255; W * H]);
        assert_eq!(white, [Warning::Glare, Warning::Blurred]);
    }

    #[test]
    fn odd_buffers_are_refused() {
        assert_eq!(measure(&[0; 10], W, H), None);
        assert_eq!(measure(&[], 0, 0), None);
        assert_eq!(measure(&[0; 64], 8, 8), None);
        assert_eq!(measure(&[0; 4], usize::MAX, 2), None);
        assert_eq!(gray(&[255, 255, 255, 255, 0, 0, 0, 255, 9]), [255, 0]);
    }
}
