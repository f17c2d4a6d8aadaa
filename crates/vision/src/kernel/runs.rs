//! What the search for outlines does with whole runs of samples.

/// Samples in a run.
pub const RUN: usize = 64;
/// Directions told apart (of 360°: bright to dark is not dark to bright).
pub const BINS: usize = 16;

#[cfg(not(target_arch = "wasm32"))]
pub use plain::*;
#[cfg(target_arch = "wasm32")]
pub use simd::*;

/// In plain Rust.
pub mod plain {
    use super::{BINS, RUN};

    /// Sums of the runs that begin at `offsets`, each `on` entries further on. `false` when none of
    /// the sums reaches `least`. What lies outside of `maps` counts as nothing.
    pub fn add(maps: &[i8], offsets: &[usize], on: usize, least: i8, sums: &mut [i8; RUN]) -> bool {
        *sums = [0; RUN];
        for o in offsets {
            let Some(m) = maps.get(o + on..o + on + RUN) else { continue };
            for (s, m) in sums.iter_mut().zip(m) {
                *s = s.saturating_add(*m);
            }
        }
        sums.iter().fold(i8::MIN, |a, b| a.max(*b)) >= least
    }

    /// How well each direction goes with a run of samples, of which each has the set of directions
    /// near it: 3 for the same, 2 for the next, less where there are many. Written to `maps`, one
    /// direction `all` entries after the other, `at` entries on; after the last, `-smooth` where any
    /// is near.
    pub fn respond(near: &[u16; RUN], maps: &mut [i8], all: usize, at: usize, smooth: i8) {
        let mut says = [[0i8; RUN]; BINS];
        let mut sum = [0i8; RUN];
        for (b, says) in says.iter_mut().enumerate() {
            let same = 1u16 << b;
            let next = same | same.rotate_left(1) | same.rotate_right(1);
            for i in 0..RUN {
                let v = 2 * i8::from(near[i] & next != 0) + i8::from(near[i] & same != 0);
                says[i] = v;
                sum[i] += v;
            }
        }
        // Where edges of all directions are, one of them says little.
        sum.iter_mut().for_each(|s| *s /= 16);
        for (b, says) in says.iter().enumerate() {
            let Some(out) = maps.get_mut(b * all + at..b * all + at + RUN) else { return };
            for (o, (v, s)) in out.iter_mut().zip(says.iter().zip(&sum)) {
                *o = v - s;
            }
        }
        let Some(out) = maps.get_mut(BINS * all + at..BINS * all + at + RUN) else { return };
        for (o, n) in out.iter_mut().zip(near) {
            *o = if *n != 0 { -smooth } else { 0 };
        }
    }
}

/// For WebAssembly with SIMD.
#[cfg(target_arch = "wasm32")]
pub mod simd {
    use super::{BINS, RUN};
    use core::arch::wasm32::*;

    /// See [`super::plain::add`].
    #[target_feature(enable = "simd128")]
    pub fn add(maps: &[i8], offsets: &[usize], on: usize, least: i8, sums: &mut [i8; RUN]) -> bool {
        let zero = i8x16_splat(0);
        let (mut a, mut b, mut c, mut d) = (zero, zero, zero, zero);
        let Some(last) = maps.len().checked_sub(RUN + on) else {
            *sums = [0; RUN];
            return least <= 0;
        };
        let maps = maps.as_ptr().wrapping_add(on);
        for o in offsets {
            if *o > last {
                continue;
            }
            // SAFETY: 64 entries from `o` + `on` on lie in `maps`, as has just been asked.
            unsafe {
                let m: *const v128 = maps.add(*o).cast();
                a = i8x16_add_sat(a, v128_load(m));
                b = i8x16_add_sat(b, v128_load(m.add(1)));
                c = i8x16_add_sat(c, v128_load(m.add(2)));
                d = i8x16_add_sat(d, v128_load(m.add(3)));
            }
        }
        let out: *mut v128 = sums.as_mut_ptr().cast();
        // SAFETY: `sums` has 64 entries.
        unsafe {
            v128_store(out, a);
            v128_store(out.add(1), b);
            v128_store(out.add(2), c);
            v128_store(out.add(3), d);
        }
        let most = i8x16_max(i8x16_max(a, b), i8x16_max(c, d));
        v128_any_true(i8x16_ge(most, i8x16_splat(least)))
    }

    /// See [`super::plain::respond`].
    #[target_feature(enable = "simd128")]
    pub fn respond(near: &[u16; RUN], maps: &mut [i8], all: usize, at: usize, smooth: i8) {
        if maps.len() < BINS * all + at + RUN {
            return;
        }
        let zero = u8x16_splat(0);
        for i in (0..RUN).step_by(16) {
            // SAFETY: 16 entries from `i` on lie in `near`.
            let (n, m) = unsafe {
                let from: *const v128 = near.as_ptr().add(i).cast();
                (v128_load(from), v128_load(from.add(1)))
            };
            // -1 where one of these directions is near.
            let any = |bits: u16| {
                let bits = u16x8_splat(bits);
                let none = u16x8_splat(0);
                let (a, b) = (u16x8_ne(v128_and(n, bits), none), u16x8_ne(v128_and(m, bits), none));
                i8x16_narrow_i16x8(a, b)
            };
            let mut says = [zero; BINS];
            let mut sum = zero;
            for (b, says) in says.iter_mut().enumerate() {
                let same = 1u16 << b;
                let next = any(same | same.rotate_left(1) | same.rotate_right(1));
                *says = i8x16_sub(zero, i8x16_add(i8x16_add(next, next), any(same)));
                sum = i8x16_add(sum, *says);
            }
            let sum = u8x16_shr(sum, 4);
            for (b, says) in says.iter().enumerate() {
                // SAFETY: that there is room up to the last direction was asked above.
                unsafe {
                    let out = maps.as_mut_ptr().add(b * all + at + i);
                    v128_store(out.cast(), i8x16_sub(*says, sum));
                }
            }
            let edge = v128_and(any(u16::MAX), i8x16_splat(-smooth));
            // SAFETY: as above.
            unsafe { v128_store(maps.as_mut_ptr().add(BINS * all + at + i).cast(), edge) };
        }
    }
}
