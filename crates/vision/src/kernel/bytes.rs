//! Rows of grey bytes: halved, smoothed, averaged, mixed.

#[cfg(not(target_arch = "wasm32"))]
pub use plain::*;
#[cfg(target_arch = "wasm32")]
pub use simd::*;

/// In plain Rust.
pub mod plain {
    /// Means of two by two pixels of two rows.
    pub fn halve(top: &[u8], low: &[u8], out: &mut [u8]) {
        for (o, (p, q)) in out.iter_mut().zip(top.chunks_exact(2).zip(low.chunks_exact(2))) {
            let s = u16::from(p[0]) + u16::from(p[1]) + u16::from(q[0]) + u16::from(q[1]);
            *o = ((s + 2) >> 2) as u8;
        }
    }

    /// 1-2-1 both ways on the middle one of three rows; its first and last pixel are left alone.
    pub fn smooth(r: [&[u8]; 3], out: &mut [u8]) {
        smooth_from(r, out, 1);
    }

    pub(super) fn smooth_from(r: [&[u8]; 3], out: &mut [u8], from: usize) {
        let n = out.len().min(r[0].len()).min(r[1].len()).min(r[2].len());
        let (r, out) = (r.map(|r| &r[..n]), &mut out[..n]);
        let col = |x: usize| u16::from(r[0][x]) + 2 * u16::from(r[1][x]) + u16::from(r[2][x]);
        for x in from..n.saturating_sub(1) {
            out[x] = ((col(x - 1) + 2 * col(x) + col(x + 1) + 8) >> 4) as u8;
        }
    }

    /// Sums of five rows.
    pub fn columns5(r: [&[u8]; 5], sums: &mut [u16]) {
        columns5_from(r, sums, 0);
    }

    pub(super) fn columns5_from(r: [&[u8]; 5], sums: &mut [u16], from: usize) {
        let n = r.iter().fold(sums.len(), |n, r| n.min(r.len()));
        let (r, sums) = (r.map(|r| &r[..n]), &mut sums[..n]);
        for x in from..n {
            sums[x] = r.iter().map(|r| u16::from(r[x])).sum();
        }
    }

    /// Means of five by five from [`columns5`]; two pixels at each end are left alone.
    pub fn rows5(sums: &[u16], out: &mut [u8]) {
        rows5_from(sums, out, 2);
    }

    pub(super) fn rows5_from(sums: &[u16], out: &mut [u8], from: usize) {
        for x in from..sums.len().min(out.len()).saturating_sub(2) {
            let t: u32 = sums[x - 2..x + 3].iter().map(|v| u32::from(*v)).sum();
            out[x] = ((t * 2622) >> 16) as u8;
        }
    }

    /// Two rows, the second with `part` of 256.
    pub fn mix(top: &[u8], low: &[u8], part: u8, out: &mut [u16]) {
        let part = u16::from(part);
        for (o, (a, b)) in out.iter_mut().zip(top.iter().zip(low)) {
            *o = u16::from(*a) * (256 - part) + u16::from(*b) * part;
        }
    }
}

/// For WebAssembly with SIMD.
#[cfg(target_arch = "wasm32")]
pub mod simd {
    use super::plain;
    use core::arch::wasm32::*;

    /// See [`plain::halve`].
    #[target_feature(enable = "simd128")]
    pub fn halve(top: &[u8], low: &[u8], out: &mut [u8]) {
        let n = out.len().min(top.len() / 2).min(low.len() / 2) / 16 * 16;
        let two = u16x8_splat(2);
        for x in (0..n).step_by(16) {
            // SAFETY: 32 bytes from 2 x on lie in both rows, and 16 from x on in `out`.
            unsafe {
                let half = |i: usize| {
                    let p = u16x8_extadd_pairwise_u8x16(v128_load(top.as_ptr().add(i).cast()));
                    let q = u16x8_extadd_pairwise_u8x16(v128_load(low.as_ptr().add(i).cast()));
                    u16x8_shr(u16x8_add(u16x8_add(p, q), two), 2)
                };
                let v = u8x16_narrow_i16x8(half(2 * x), half(2 * x + 16));
                v128_store(out.as_mut_ptr().add(x).cast(), v);
            }
        }
        plain::halve(&top[2 * n..], &low[2 * n..], &mut out[n..]);
    }

    /// See [`plain::smooth`].
    #[target_feature(enable = "simd128")]
    pub fn smooth(r: [&[u8]; 3], out: &mut [u8]) {
        let n = out.len().min(r[0].len()).min(r[1].len()).min(r[2].len());
        let mut x = 1;
        while x + 17 <= n {
            // SAFETY: the rows reach from x - 1 to x + 16, `out` to x + 15.
            unsafe {
                let col = |x: usize| {
                    let at = |i: usize| v128_load(r[i].as_ptr().add(x).cast());
                    let (a, b, c) = (at(0), at(1), at(2));
                    let low = u16x8_add(u16x8_extend_low_u8x16(a), u16x8_extend_low_u8x16(c));
                    let high = u16x8_add(u16x8_extend_high_u8x16(a), u16x8_extend_high_u8x16(c));
                    (
                        u16x8_add(low, u16x8_shl(u16x8_extend_low_u8x16(b), 1)),
                        u16x8_add(high, u16x8_shl(u16x8_extend_high_u8x16(b), 1)),
                    )
                };
                let (a, b, c) = (col(x - 1), col(x), col(x + 1));
                let sum = |a: v128, b: v128, c: v128| {
                    let s = u16x8_add(u16x8_add(a, c), u16x8_shl(b, 1));
                    u16x8_shr(u16x8_add(s, u16x8_splat(8)), 4)
                };
                let v = u8x16_narrow_i16x8(sum(a.0, b.0, c.0), sum(a.1, b.1, c.1));
                v128_store(out.as_mut_ptr().add(x).cast(), v);
            }
            x += 16;
        }
        plain::smooth_from(r, out, x);
    }

    /// See [`plain::columns5`].
    #[target_feature(enable = "simd128")]
    pub fn columns5(r: [&[u8]; 5], sums: &mut [u16]) {
        let n = r.iter().fold(sums.len(), |n, r| n.min(r.len())) / 16 * 16;
        for x in (0..n).step_by(16) {
            let (mut low, mut high) = (u16x8_splat(0), u16x8_splat(0));
            // SAFETY: 16 entries from x on lie in all rows and in `sums`.
            unsafe {
                for r in r {
                    let v = v128_load(r.as_ptr().add(x).cast());
                    low = u16x8_add(low, u16x8_extend_low_u8x16(v));
                    high = u16x8_add(high, u16x8_extend_high_u8x16(v));
                }
                v128_store(sums.as_mut_ptr().add(x).cast(), low);
                v128_store(sums.as_mut_ptr().add(x + 8).cast(), high);
            }
        }
        plain::columns5_from(r, sums, n);
    }

    /// See [`plain::rows5`].
    #[target_feature(enable = "simd128")]
    pub fn rows5(sums: &[u16], out: &mut [u8]) {
        let n = sums.len().min(out.len());
        let k = u16x8_splat(2622);
        let mut x = 2;
        while x + 18 <= n {
            // SAFETY: the sums reach from x - 2 to x + 17, `out` to x + 15.
            unsafe {
                let half = |x: usize| {
                    let at = |i: usize| v128_load(sums.as_ptr().add(x + i - 2).cast());
                    let four = u16x8_add(u16x8_add(at(0), at(1)), u16x8_add(at(3), at(4)));
                    let t = u16x8_add(four, at(2));
                    let low = u32x4_shr(u32x4_extmul_low_u16x8(t, k), 16);
                    let high = u32x4_shr(u32x4_extmul_high_u16x8(t, k), 16);
                    u16x8_narrow_i32x4(low, high)
                };
                let v = u8x16_narrow_i16x8(half(x), half(x + 8));
                v128_store(out.as_mut_ptr().add(x).cast(), v);
            }
            x += 16;
        }
        plain::rows5_from(sums, out, x);
    }

    /// See [`plain::mix`].
    #[target_feature(enable = "simd128")]
    pub fn mix(top: &[u8], low: &[u8], part: u8, out: &mut [u16]) {
        let n = out.len().min(top.len()).min(low.len()) / 16 * 16;
        let (p, q) = (u16x8_splat(256 - u16::from(part)), u16x8_splat(u16::from(part)));
        for x in (0..n).step_by(16) {
            // SAFETY: 16 entries from x on lie in both rows and in `out`.
            unsafe {
                let a = v128_load(top.as_ptr().add(x).cast());
                let b = v128_load(low.as_ptr().add(x).cast());
                let sum = |a: v128, b: v128| u16x8_add(u16x8_mul(a, p), u16x8_mul(b, q));
                let first = sum(u16x8_extend_low_u8x16(a), u16x8_extend_low_u8x16(b));
                let second = sum(u16x8_extend_high_u8x16(a), u16x8_extend_high_u8x16(b));
                v128_store(out.as_mut_ptr().add(x).cast(), first);
                v128_store(out.as_mut_ptr().add(x + 8).cast(), second);
            }
        }
        plain::mix(&top[n..], &low[n..], part, &mut out[n..]);
    }
}
