//! Where corners may be: eight pixels of a circle against the one in its middle, a row at a time.

#[cfg(not(target_arch = "wasm32"))]
pub use plain::*;
#[cfg(target_arch = "wasm32")]
pub use simd::*;

/// In plain Rust.
pub mod plain {
    /// Where at least four of the eight are brighter or darker than the middle by more than `least`:
    /// their mean difference. Elsewhere zero. All rows are as long as `out`, or longer.
    pub fn ring(mid: &[u8], ring: [&[u8]; 8], least: u8, out: &mut [u8]) {
        ring_from(mid, ring, least, out, 0);
    }

    pub(super) fn ring_from(mid: &[u8], ring: [&[u8]; 8], least: u8, out: &mut [u8], from: usize) {
        let n = ring.iter().fold(out.len().min(mid.len()), |n, r| n.min(r.len()));
        let (mid, ring, out) = (&mid[..n], ring.map(|r| &r[..n]), &mut out[..n]);
        for i in from..n {
            let m = mid[i];
            let (high, low) = (m.saturating_add(least), m.saturating_sub(least));
            let (mut bright, mut dark) = (0u8, 0u8);
            let (mut up, mut down) = (0u16, 0u16);
            for r in &ring {
                bright += u8::from(r[i] > high);
                dark += u8::from(r[i] < low);
                up += u16::from(r[i].saturating_sub(m));
                down += u16::from(m.saturating_sub(r[i]));
            }
            let most = (up.max(down) / 8) as u8;
            out[i] = if bright > 3 || dark > 3 { most.max(1) } else { 0 };
        }
    }
}

/// For WebAssembly with SIMD.
#[cfg(target_arch = "wasm32")]
pub mod simd {
    use super::plain;
    use core::arch::wasm32::*;

    /// See [`plain::ring`].
    #[target_feature(enable = "simd128")]
    pub fn ring(mid: &[u8], ring: [&[u8]; 8], least: u8, out: &mut [u8]) {
        let n = ring.iter().fold(out.len().min(mid.len()), |n, r| n.min(r.len())) / 16 * 16;
        let least_all = u8x16_splat(least);
        for x in (0..n).step_by(16) {
            // SAFETY: 16 bytes from x on lie in all of the rows.
            let (m, r) = unsafe {
                (
                    v128_load(mid.as_ptr().add(x).cast()),
                    ring.map(|r| v128_load(r.as_ptr().add(x).cast())),
                )
            };
            let (high, low) = (u8x16_add_sat(m, least_all), u8x16_sub_sat(m, least_all));
            // Each comparison that holds is -1.
            let (mut bright, mut dark) = (u8x16_splat(0), u8x16_splat(0));
            for r in r {
                bright = u8x16_add(bright, u8x16_gt(r, high));
                dark = u8x16_add(dark, u8x16_lt(r, low));
            }
            let four = i8x16_splat(-3);
            let some = v128_or(i8x16_lt(bright, four), i8x16_lt(dark, four));
            let mut v = u8x16_splat(0);
            if v128_any_true(some) {
                let zero = u16x8_splat(0);
                let (mut up, mut down) = ((zero, zero), (zero, zero));
                for r in r {
                    let (u, d) = (u8x16_sub_sat(r, m), u8x16_sub_sat(m, r));
                    up.0 = u16x8_add(up.0, u16x8_extend_low_u8x16(u));
                    up.1 = u16x8_add(up.1, u16x8_extend_high_u8x16(u));
                    down.0 = u16x8_add(down.0, u16x8_extend_low_u8x16(d));
                    down.1 = u16x8_add(down.1, u16x8_extend_high_u8x16(d));
                }
                let low = u16x8_shr(u16x8_max(up.0, down.0), 3);
                let high = u16x8_shr(u16x8_max(up.1, down.1), 3);
                let most = u8x16_max(u8x16_narrow_i16x8(low, high), u8x16_splat(1));
                v = v128_and(most, some);
            }
            // SAFETY: as above.
            unsafe { v128_store(out.as_mut_ptr().add(x).cast(), v) };
        }
        plain::ring_from(mid, ring, least, out, n);
    }
}
