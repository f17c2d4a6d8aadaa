//! What the alignment does with one block of 8×8 samples.
//!
//! Sums of eight numbers are taken in one order everywhere, so that both kinds give the same bits.

/// Samples in a block.
pub const BLOCK: usize = 64;
/// A block's samples and one more all round: rows of ten.
pub const PATCH: usize = 100;

#[cfg(not(target_arch = "wasm32"))]
pub use plain::*;
#[cfg(target_arch = "wasm32")]
pub use simd::*;

/// Where a block's samples lie in a frame.
#[derive(Clone, Copy, Debug)]
pub struct Grid<'a> {
    /// (u, v) to pixels.
    pub map: &'a [f32; 9],
    /// (u, v) of the first sample.
    pub first: (f32, f32),
    /// Steps of (u, v) from sample to sample.
    pub step: (f32, f32),
}

/// Adding 2^23 leaves the nearest whole number in the low bits.
const MAGIC: f32 = 8_388_608.0;
/// Those bits.
const WHOLE: u32 = 0x7f_ffff;

/// In plain Rust.
pub mod plain {
    use super::{BLOCK, Grid, MAGIC, PATCH, WHOLE};

    /// Sum of eight lanes.
    pub fn total(v: &[f32; 8]) -> f32 {
        ((v[0] + v[4]) + (v[1] + v[5])) + ((v[2] + v[6]) + (v[3] + v[7]))
    }

    /// Reads the samples between the pixels of a frame with rows of `w`. `false` when one of them is
    /// outside; all numbers must be finite.
    pub fn sample(px: &[u8], w: usize, g: &Grid, out: &mut [f32; BLOCK]) -> bool {
        let (m, (u0, v0), (du, dv)) = (g.map, g.first, g.step);
        let span = w + 2;
        for (j, row) in out.chunks_exact_mut(8).enumerate() {
            let v = v0 + j as f32 * dv;
            let (nx, ny, nz) = (m[1] * v + m[2], m[4] * v + m[5], m[7] * v + m[8]);
            let (mut fx, mut fy, mut at) = ([0f32; 8], [0f32; 8], [0usize; 8]);
            for i in 0..8 {
                let u = u0 + i as f32 * du;
                let z = 1.0 / (m[6] * u + nz);
                let (x, y) = ((m[0] * u + nx) * z, (m[3] * u + ny) * z);
                let (xi, yi) = (x - 0.5 + MAGIC, y - 0.5 + MAGIC);
                fx[i] = x - (xi - MAGIC);
                fy[i] = y - (yi - MAGIC);
                at[i] = (yi.to_bits() & WHOLE) as usize * w + (xi.to_bits() & WHOLE) as usize;
            }
            for i in 0..8 {
                let Some(p) = px.get(at[i]..at[i] + span) else { return false };
                let (a, b) = (f32::from(p[0]), f32::from(p[1]));
                let (c, d) = (f32::from(p[w]), f32::from(p[w + 1]));
                let (t, u) = (a + (b - a) * fx[i], c + (d - c) * fx[i]);
                row[i] = t + (u - t) * fy[i];
            }
        }
        true
    }

    /// Mean, and slopes across and down from sample to sample.
    pub fn tilt(v: &[f32; BLOCK]) -> [f32; 3] {
        let (mut cols, mut down) = ([0f32; 8], [0f32; 8]);
        for (j, row) in v.chunks_exact(8).enumerate() {
            for i in 0..8 {
                cols[i] += row[i];
                down[i] += row[i] * (j as f32 - 3.5);
            }
        }
        let across: [f32; 8] = core::array::from_fn(|i| cols[i] * (i as f32 - 3.5));
        // 336 = 8 · Σ (i - 3.5)².
        [total(&cols) / BLOCK as f32, total(&across) / 336.0, total(&down) / 336.0]
    }

    /// Takes `mean` off, and gives the sum of squares and the sum of products with `grey`.
    pub fn compare(image: &mut [f32; BLOCK], mean: f32, grey: &[f32; BLOCK]) -> (f32, f32) {
        let (mut sq, mut cov) = ([0f32; 8], [0f32; 8]);
        for (r, g) in image.chunks_exact_mut(8).zip(grey.chunks_exact(8)) {
            for i in 0..8 {
                r[i] -= mean;
                sq[i] += r[i] * r[i];
                cov[i] += r[i] * g[i];
            }
        }
        (total(&sq), total(&cov))
    }

    /// Sums of what is left of `image` when `gain` times `grey` is taken off, at most `limit`, by the
    /// slopes `gu` and `gv` and by column x and row y:
    /// gu · (1, x, x², y, xy), gv · (1, x, y, xy, y²).
    pub fn project(
        image: &[f32; BLOCK],
        [grey, gu, gv]: [&[f32; BLOCK]; 3],
        gain: f32,
        limit: f32,
    ) -> [f32; 10] {
        let (mut a0, mut a1) = ([0f32; 8], [0f32; 8]);
        let (mut b0, mut b1, mut b2) = ([0f32; 8], [0f32; 8], [0f32; 8]);
        for j in 0..8 {
            let y = j as f32;
            for i in 0..8 {
                let o = j * 8 + i;
                let e = image[o] - gain * grey[o];
                let e = if limit < e { limit } else { e };
                let e = if e < -limit { -limit } else { e };
                let (p, q) = (e * gu[o], e * gv[o]);
                a0[i] += p;
                a1[i] += p * y;
                b0[i] += q;
                b1[i] += q * y;
                b2[i] += q * y * y;
            }
        }
        let by_x = |v: &[f32; 8]| core::array::from_fn(|i| v[i] * i as f32);
        let (a0x, b0x) = (by_x(&a0), by_x(&b0));
        [
            total(&a0),
            total(&a0x),
            total(&by_x(&a0x)),
            total(&a1),
            total(&by_x(&a1)),
            total(&b0),
            total(&b0x),
            total(&b1),
            total(&by_x(&b1)),
            total(&b2),
        ]
    }

    /// Slopes of a block across and down, from its samples and those around it: central differences,
    /// smoothed across (Scharr's weights), times `per`.
    pub fn slopes(
        patch: &[f32; PATCH],
        per: (f32, f32),
        gu: &mut [f32; BLOCK],
        gv: &mut [f32; BLOCK],
    ) {
        for o in 0..BLOCK {
            let at = |dx: usize, dy: usize| patch[(o / 8 + dy) * 10 + o % 8 + dx];
            let dx = |y: usize| at(2, y) - at(0, y);
            let dy = |x: usize| at(x, 2) - at(x, 0);
            gu[o] = (3.0 * dx(0) + 10.0 * dx(1) + 3.0 * dx(2)) * per.0;
            gv[o] = (3.0 * dy(0) + 10.0 * dy(1) + 3.0 * dy(2)) * per.1;
        }
    }

    /// The upper triangle of the sums of products of the eight parameters' columns, each column with
    /// its mean taken off.
    pub fn normal(
        gu: &[f32; BLOCK],
        gv: &[f32; BLOCK],
        first: (f32, f32),
        step: (f32, f32),
    ) -> [f32; 36] {
        let mut cols = [[0f32; BLOCK]; 8];
        for o in 0..BLOCK {
            let (a, b) = (gu[o], gv[o]);
            let (u, v) = (first.0 + (o % 8) as f32 * step.0, first.1 + (o / 8) as f32 * step.1);
            let s = a * u + b * v;
            let all = [a, b, a * u, a * v, b * u, b * v, -(s * u), -(s * v)];
            cols.iter_mut().zip(all).for_each(|(c, v)| c[o] = v);
        }
        for c in &mut cols {
            let mut sum = [0f32; 8];
            for r in c.chunks_exact(8) {
                sum.iter_mut().zip(r).for_each(|(s, v)| *s += v);
            }
            let mean = total(&sum) / BLOCK as f32;
            c.iter_mut().for_each(|v| *v -= mean);
        }
        let mut out = [0f32; 36];
        let mut n = 0;
        for p in 0..8 {
            for q in p..8 {
                let mut sum = [0f32; 8];
                for (a, b) in cols[p].chunks_exact(8).zip(cols[q].chunks_exact(8)) {
                    for i in 0..8 {
                        sum[i] += a[i] * b[i];
                    }
                }
                out[n] = total(&sum);
                n += 1;
            }
        }
        out
    }
}

/// For WebAssembly with SIMD.
#[cfg(target_arch = "wasm32")]
pub mod simd {
    use super::{BLOCK, Grid, MAGIC, PATCH, WHOLE};
    use core::arch::wasm32::*;

    /// Eight lanes.
    type Eight = (v128, v128);

    #[target_feature(enable = "simd128")]
    fn total(v: Eight) -> f32 {
        let s = f32x4_add(v.0, v.1);
        let (a, b) = (f32x4_extract_lane::<0>(s), f32x4_extract_lane::<1>(s));
        let (c, d) = (f32x4_extract_lane::<2>(s), f32x4_extract_lane::<3>(s));
        (a + b) + (c + d)
    }

    #[target_feature(enable = "simd128")]
    fn add(a: Eight, b: Eight) -> Eight {
        (f32x4_add(a.0, b.0), f32x4_add(a.1, b.1))
    }

    #[target_feature(enable = "simd128")]
    fn sub(a: Eight, b: Eight) -> Eight {
        (f32x4_sub(a.0, b.0), f32x4_sub(a.1, b.1))
    }

    #[target_feature(enable = "simd128")]
    fn mul(a: Eight, b: Eight) -> Eight {
        (f32x4_mul(a.0, b.0), f32x4_mul(a.1, b.1))
    }

    #[target_feature(enable = "simd128")]
    fn all(v: f32) -> Eight {
        (f32x4_splat(v), f32x4_splat(v))
    }

    /// 0 to 7.
    #[target_feature(enable = "simd128")]
    fn count() -> Eight {
        (f32x4(0.0, 1.0, 2.0, 3.0), f32x4(4.0, 5.0, 6.0, 7.0))
    }

    /// Eight numbers from `at` on.
    #[target_feature(enable = "simd128")]
    fn load<const N: usize>(v: &[f32; N], at: usize) -> Eight {
        debug_assert!(at + 8 <= N);
        let from: *const v128 = v.as_ptr().wrapping_add(at).cast();
        // SAFETY: every caller stays within the array.
        unsafe { (v128_load(from), v128_load(from.add(1))) }
    }

    #[target_feature(enable = "simd128")]
    fn store(v: &mut [f32; BLOCK], at: usize, e: Eight) {
        debug_assert!(at + 8 <= BLOCK);
        let to: *mut v128 = v.as_mut_ptr().wrapping_add(at).cast();
        // SAFETY: every caller stays within the array.
        unsafe {
            v128_store(to, e.0);
            v128_store(to.add(1), e.1);
        }
    }

    /// See [`super::plain::sample`].
    #[target_feature(enable = "simd128")]
    pub fn sample(px: &[u8], w: usize, g: &Grid, out: &mut [f32; BLOCK]) -> bool {
        let (m, (u0, v0), (du, dv)) = (g.map, g.first, g.step);
        let Some(last) = px.len().checked_sub(w + 2) else { return false };
        let last = u32x4_splat(last as u32);
        let width = u32x4_splat(w as u32);
        let (magic, half, low) = (f32x4_splat(MAGIC), f32x4_splat(0.5), u32x4_splat(WHOLE));
        let count = count();
        let four = |count: v128, n: (v128, v128, v128)| {
            let u = f32x4_add(f32x4_splat(u0), f32x4_mul(count, f32x4_splat(du)));
            let line = |k: f32, n: v128| f32x4_add(f32x4_mul(f32x4_splat(k), u), n);
            let z = f32x4_div(f32x4_splat(1.0), line(m[6], n.2));
            let (x, y) = (f32x4_mul(line(m[0], n.0), z), f32x4_mul(line(m[3], n.1), z));
            let xi = f32x4_add(f32x4_sub(x, half), magic);
            let yi = f32x4_add(f32x4_sub(y, half), magic);
            let fx = f32x4_sub(x, f32x4_sub(xi, magic));
            let fy = f32x4_sub(y, f32x4_sub(yi, magic));
            let at = i32x4_add(i32x4_mul(v128_and(yi, low), width), v128_and(xi, low));
            if v128_any_true(u32x4_gt(at, last)) {
                return None;
            }
            let at: [usize; 4] = [
                u32x4_extract_lane::<0>(at) as usize,
                u32x4_extract_lane::<1>(at) as usize,
                u32x4_extract_lane::<2>(at) as usize,
                u32x4_extract_lane::<3>(at) as usize,
            ];
            let pairs = |down: usize| {
                let p = |i: usize| px.as_ptr().wrapping_add(at[i] + down).cast::<u16>();
                let v = u32x4_splat(0);
                // SAFETY: two bytes at each place, and a row further down, lie in the frame: `last`
                // is the last place of which that is true.
                let v = unsafe {
                    let v = v128_load16_lane::<0>(v, p(0));
                    let v = v128_load16_lane::<2>(v, p(1));
                    let v = v128_load16_lane::<4>(v, p(2));
                    v128_load16_lane::<6>(v, p(3))
                };
                let (a, b) = (v128_and(v, u32x4_splat(255)), u32x4_shr(v, 8));
                let (a, b) = (f32x4_convert_i32x4(a), f32x4_convert_i32x4(b));
                f32x4_add(a, f32x4_mul(f32x4_sub(b, a), fx))
            };
            let (t, u) = (pairs(0), pairs(w));
            Some(f32x4_add(t, f32x4_mul(f32x4_sub(u, t), fy)))
        };
        for j in 0..8 {
            let v = v0 + j as f32 * dv;
            let n = (m[1] * v + m[2], m[4] * v + m[5], m[7] * v + m[8]);
            let n = (f32x4_splat(n.0), f32x4_splat(n.1), f32x4_splat(n.2));
            let (Some(a), Some(b)) = (four(count.0, n), four(count.1, n)) else { return false };
            store(out, j * 8, (a, b));
        }
        true
    }

    /// See [`super::plain::tilt`].
    #[target_feature(enable = "simd128")]
    pub fn tilt(v: &[f32; BLOCK]) -> [f32; 3] {
        let (mut cols, mut down) = (all(0.0), all(0.0));
        for j in 0..8 {
            let row = load(v, j * 8);
            cols = add(cols, row);
            down = add(down, mul(row, all(j as f32 - 3.5)));
        }
        let across = mul(cols, sub(count(), all(3.5)));
        [total(cols) / BLOCK as f32, total(across) / 336.0, total(down) / 336.0]
    }

    /// See [`super::plain::compare`].
    #[target_feature(enable = "simd128")]
    pub fn compare(image: &mut [f32; BLOCK], mean: f32, grey: &[f32; BLOCK]) -> (f32, f32) {
        let (mut sq, mut cov) = (all(0.0), all(0.0));
        for o in (0..BLOCK).step_by(8) {
            let r = sub(load(image, o), all(mean));
            store(image, o, r);
            sq = add(sq, mul(r, r));
            cov = add(cov, mul(r, load(grey, o)));
        }
        (total(sq), total(cov))
    }

    /// See [`super::plain::project`].
    #[target_feature(enable = "simd128")]
    pub fn project(
        image: &[f32; BLOCK],
        [grey, gu, gv]: [&[f32; BLOCK]; 3],
        gain: f32,
        limit: f32,
    ) -> [f32; 10] {
        let zero = all(0.0);
        let (mut a0, mut a1) = (zero, zero);
        let (mut b0, mut b1, mut b2) = (zero, zero, zero);
        let (most, least) = (f32x4_splat(limit), f32x4_splat(-limit));
        for j in 0..8 {
            let (o, y) = (j * 8, all(j as f32));
            let e = sub(load(image, o), mul(all(gain), load(grey, o)));
            let within = |e: v128| f32x4_pmax(f32x4_pmin(e, most), least);
            let e = (within(e.0), within(e.1));
            let (p, q) = (mul(e, load(gu, o)), mul(e, load(gv, o)));
            let qy = mul(q, y);
            a0 = add(a0, p);
            a1 = add(a1, mul(p, y));
            b0 = add(b0, q);
            b1 = add(b1, qy);
            b2 = add(b2, mul(qy, y));
        }
        let x = count();
        let (a0x, b0x) = (mul(a0, x), mul(b0, x));
        [
            total(a0),
            total(a0x),
            total(mul(a0x, x)),
            total(a1),
            total(mul(a1, x)),
            total(b0),
            total(b0x),
            total(b1),
            total(mul(b1, x)),
            total(b2),
        ]
    }

    /// See [`super::plain::slopes`].
    #[target_feature(enable = "simd128")]
    pub fn slopes(
        patch: &[f32; PATCH],
        per: (f32, f32),
        gu: &mut [f32; BLOCK],
        gv: &mut [f32; BLOCK],
    ) {
        let weigh = |a: Eight, b: Eight, c: Eight, per: f32| {
            let ab = add(mul(all(3.0), a), mul(all(10.0), b));
            mul(add(ab, mul(all(3.0), c)), all(per))
        };
        for j in 0..8 {
            let at = |dx: usize, dy: usize| load(patch, (j + dy) * 10 + dx);
            let dx = |y: usize| sub(at(2, y), at(0, y));
            let dy = |x: usize| sub(at(x, 2), at(x, 0));
            store(gu, j * 8, weigh(dx(0), dx(1), dx(2), per.0));
            store(gv, j * 8, weigh(dy(0), dy(1), dy(2), per.1));
        }
    }

    /// See [`super::plain::normal`].
    #[target_feature(enable = "simd128")]
    pub fn normal(
        gu: &[f32; BLOCK],
        gv: &[f32; BLOCK],
        first: (f32, f32),
        step: (f32, f32),
    ) -> [f32; 36] {
        let mut cols = [[0f32; BLOCK]; 8];
        let u = add(all(first.0), mul(count(), all(step.0)));
        let minus = |v: Eight| (f32x4_neg(v.0), f32x4_neg(v.1));
        for j in 0..8 {
            let (a, b) = (load(gu, j * 8), load(gv, j * 8));
            let v = all(first.1 + j as f32 * step.1);
            let s = add(mul(a, u), mul(b, v));
            let eight = [
                a,
                b,
                mul(a, u),
                mul(a, v),
                mul(b, u),
                mul(b, v),
                minus(mul(s, u)),
                minus(mul(s, v)),
            ];
            for (c, v) in cols.iter_mut().zip(eight) {
                store(c, j * 8, v);
            }
        }
        for c in &mut cols {
            let mut sum = all(0.0);
            for o in (0..BLOCK).step_by(8) {
                sum = add(sum, load(c, o));
            }
            let mean = all(total(sum) / BLOCK as f32);
            for o in (0..BLOCK).step_by(8) {
                let v = sub(load(c, o), mean);
                store(c, o, v);
            }
        }
        let mut out = [0f32; 36];
        let mut n = 0;
        for p in 0..8 {
            for q in p..8 {
                let mut sum = all(0.0);
                for o in (0..BLOCK).step_by(8) {
                    sum = add(sum, mul(load(&cols[p], o), load(&cols[q], o)));
                }
                out[n] = total(sum);
                n += 1;
            }
        }
        out
    }
}
