//! Planes of grey: from colours, from a camera's own brightness plane, to another size; and how far
//! two of them differ. No browser in here.

/// Parts of 256 that red, green and blue have in grey.
pub type Weights = [u32; 3];
/// Of Rec. 601: photos, canvases, most cameras of phones.
pub const REC_601: Weights = [77, 150, 29];
/// Of Rec. 709: HD cameras.
pub const REC_709: Weights = [54, 183, 19];

/// Grey of RGBA pixels.
pub fn gray(rgba: &[u8], weights: Weights, out: &mut [u8]) {
    for (o, p) in out.iter_mut().zip(rgba.chunks_exact(4)) {
        let [r, g, b] = weights;
        let v = r * u32::from(p[0]) + g * u32::from(p[1]) + b * u32::from(p[2]);
        *o = ((v + 128) >> 8) as u8;
    }
}

/// A camera's plane of brightness.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Rows from the top.
    pub px: &'a [u8],
    /// Bytes from row to row.
    pub stride: usize,
    /// Width, pixels.
    pub w: usize,
    /// Height, pixels.
    pub h: usize,
    /// Black is 0 and white 255, and not 16 and 235.
    pub full: bool,
}

/// Scales a plane to `w` × `h` (never larger), each pixel the mean of what it covers as far as whole
/// pixels go. `false` when the sizes do not allow it.
pub fn fit(s: &Source, out: &mut [u8], w: usize, h: usize) -> bool {
    let has_rows = s.h > 0 && s.w > 0 && s.stride >= s.w;
    if !has_rows || w == 0 || h == 0 || out.len() != w * h || s.w < w || s.h < h {
        return false;
    }
    if s.px.len() < (s.h - 1) * s.stride + s.w {
        return false;
    }
    let grey: [u8; 256] = core::array::from_fn(|v| {
        if s.full {
            v as u8
        } else {
            (((v as u32).saturating_sub(16) * 255 + 109) / 219).min(255) as u8
        }
    });
    let (kx, ky) = (s.w / w, s.h / h);
    if s.w == kx * w && s.h == ky * h && kx == ky && kx <= 2 {
        whole(s, out, w, kx, &grey);
    } else {
        between(s, out, w, (kx, ky), &grey);
    }
    true
}

/// The same size, or half of it: what nearly every camera gives.
fn whole(s: &Source, out: &mut [u8], w: usize, k: usize, grey: &[u8; 256]) {
    for (row, o) in s.px.chunks(k * s.stride).zip(out.chunks_exact_mut(w)) {
        if k == 1 {
            for (o, v) in o.iter_mut().zip(row) {
                *o = grey[usize::from(*v)];
            }
            continue;
        }
        let (top, low) = row.split_at(s.stride);
        for (o, (p, q)) in o.iter_mut().zip(top.chunks_exact(2).zip(low.chunks_exact(2))) {
            let v = u16::from(p[0]) + u16::from(p[1]) + u16::from(q[0]) + u16::from(q[1]);
            *o = grey[usize::from((v + 2) >> 2)];
        }
    }
}

/// Any other size: as many pixels around the middle of each as fit in it, placed between pixels.
fn between(s: &Source, out: &mut [u8], w: usize, k: (usize, usize), grey: &[u8; 256]) {
    let h = out.len() / w;
    // The first of k + 1 pixels and the part of the last, in 256ths.
    let place = |i: usize, n: usize, of: usize, k: usize| {
        let middle = (2 * i + 1) as u64 * of as u64 * 128 / n as u64;
        let first = middle.saturating_sub(128 * k as u64);
        (((first >> 8) as usize).min(of - 1), first & 255)
    };
    let across: Vec<(usize, u64)> = (0..w).map(|x| place(x, w, s.w, k.0)).collect();
    let weight = |j: usize, k: usize, part: u64| match j {
        0 => 256 - part,
        j if j == k => part,
        _ => 256,
    };
    let all = 65_536 * (k.0 * k.1) as u64;
    for (y, row) in out.chunks_exact_mut(w).enumerate() {
        let (y0, py) = place(y, h, s.h, k.1);
        for (o, (x0, px)) in row.iter_mut().zip(&across) {
            let mut sum = 0;
            for j in 0..=k.1.min(s.h - 1 - y0) {
                let line = &s.px[(y0 + j) * s.stride..][..s.w];
                let wy = weight(j, k.1, py);
                for (i, v) in line[*x0..].iter().take(k.0 + 1).enumerate() {
                    sum += wy * weight(i, k.0, *px) * u64::from(*v);
                }
            }
            *o = grey[((sum + all / 2) / all).min(255) as usize];
        }
    }
}

/// Pixels of a block that is compared.
const BLOCK: usize = 16;

/// Mean difference of two planes, block by block: the finest detail may differ by how each was
/// scaled, what the blocks show may not.
pub fn difference(a: &[u8], b: &[u8], w: usize, h: usize) -> f64 {
    if a.len() != w * h || b.len() != w * h || w < BLOCK || h < BLOCK {
        return f64::INFINITY;
    }
    let (mut sum, mut n) = (0u64, 0u64);
    for by in 0..h / BLOCK {
        for bx in 0..w / BLOCK {
            let mut d = 0i64;
            for y in by * BLOCK..(by + 1) * BLOCK {
                let o = y * w + bx * BLOCK;
                for (p, q) in a[o..o + BLOCK].iter().zip(&b[o..o + BLOCK]) {
                    d += i64::from(*p) - i64::from(*q);
                }
            }
            sum += d.unsigned_abs();
            n += 1;
        }
    }
    sum as f64 / (n * (BLOCK * BLOCK) as u64) as f64
}

/// Standard deviation of a plane: a flat one tells nothing about whether it is the right way up.
pub fn spread(a: &[u8]) -> f64 {
    let (mut sum, mut squares) = (0u64, 0u64);
    for v in a {
        sum += u64::from(*v);
        squares += u64::from(*v) * u64::from(*v);
    }
    let n = a.len().max(1) as f64;
    let mean = sum as f64 / n;
    (squares as f64 / n - mean * mean).max(0.0).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A slope in both directions, so that every place has its own grey.
    fn slope(w: usize, h: usize, stride: usize) -> Vec<u8> {
        (0..h * stride)
            .map(|i| {
                let (x, y) = (i % stride, i / stride);
                if x < w { (120 * x / w + 120 * y / h) as u8 } else { 99 }
            })
            .collect()
    }

    #[test]
    fn every_size_shows_the_same_picture() {
        let (w, h) = (64, 48);
        let truth = slope(w, h, w);
        for (sw, sh, stride) in [
            (64, 48, 64),
            (64, 48, 80),
            (128, 96, 128),
            (192, 144, 200),
            (96, 72, 96),
            (177, 133, 180),
        ] {
            let px = slope(sw, sh, stride);
            let s = Source { px: &px, stride, w: sw, h: sh, full: true };
            let mut out = vec![0; w * h];
            assert!(fit(&s, &mut out, w, h), "{sw} x {sh}");
            let worst = out.iter().zip(&truth).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(worst <= Some(4), "{sw} x {sh}: {worst:?}");
            assert!(difference(&out, &truth, w, h) < 1.6, "{sw} x {sh}");
        }
    }

    #[test]
    fn a_camera_that_leaves_room_at_both_ends_of_the_scale() {
        let px = [16, 235, 0, 255].repeat(64);
        let s = Source { px: &px, stride: 16, w: 16, h: 16, full: false };
        let mut out = vec![0; 256];
        assert!(fit(&s, &mut out, 16, 16));
        assert_eq!(out[..4], [0, 255, 0, 255]);
    }

    #[test]
    fn planes_that_are_too_short_or_too_small_are_refused() {
        let px = vec![0; 100];
        let s = Source { px: &px, stride: 10, w: 10, h: 10, full: true };
        let mut out = vec![0; 100];
        assert!(fit(&s, &mut out, 10, 10));
        assert!(!fit(&Source { h: 11, ..s }, &mut out, 10, 10));
        assert!(!fit(&Source { stride: 9, ..s }, &mut out, 10, 10));
        assert!(!fit(&Source { w: 9, ..s }, &mut out, 10, 10));
        assert!(!fit(&s, &mut out, 10, 9));
        assert!(!fit(&s, &mut [], 0, 0));
    }

    #[test]
    fn a_picture_on_its_head_is_another_picture() {
        let a = slope(64, 48, 64);
        let b: Vec<u8> = a.iter().rev().copied().collect();
        assert!(difference(&a, &b, 64, 48) > 20.0);
        assert!(difference(&a, &a, 64, 48) < 1e-9);
        assert!(difference(&a, &b[1..], 64, 48).is_infinite());
        assert!(spread(&a) > 20.0 && spread(&[7; 99]) == 0.0 && spread(&[]) == 0.0);
    }

    #[test]
    fn grey_weights_sum_to_one() {
        for w in [REC_601, REC_709] {
            let mut o = [0; 2];
            gray(&[255, 255, 255, 0, 10, 10, 10, 255, 1], w, &mut o);
            assert_eq!(o, [255, 10]);
        }
    }
}
