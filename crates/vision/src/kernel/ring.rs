//! Where corners may be: eight pixels of a circle against the one in its middle, a row at a time.

#[cfg(not(target_arch = "wasm32"))]
pub use plain::*;
#[cfg(target_arch = "wasm32")]
pub use simd::*;

/// A pixel and the sixteen of a circle of radius three round it, in rows of `w`; `None` where the
/// circle is not all there.
#[inline]
fn circle(px: &[u8], w: usize, at: usize) -> Option<(u8, [u8; 16])> {
    let first = at.checked_sub(3 * w + 3)?;
    let row = |y: usize| px.get(first + y * w..)?.first_chunk::<7>();
    let (a, b, c, d, e, f, g) = (row(0)?, row(1)?, row(2)?, row(3)?, row(4)?, row(5)?, row(6)?);
    let round = [
        a[3], a[4], b[5], c[6], d[6], e[6], f[5], g[4], g[3], g[2], f[1], e[0], d[0], c[0], b[1],
        a[2],
    ];
    Some((d[3], round))
}

/// Whether nine of sixteen bits are set in a row, round the corner too.
#[inline]
fn nine(m: u32) -> bool {
    let m = m | m << 16;
    let m = m & m >> 1;
    let m = m & m >> 2;
    let m = m & m >> 4;
    // Eight in a row begin at each bit of `m`; nine need two such neighbours.
    m & m >> 1 & 0xffff != 0
}

/// In plain Rust.
pub mod plain {
    use super::{circle, nine};

    /// How strong a corner is: zero where no nine pixels in a row of the circle's sixteen are all
    /// brighter or all darker than the middle by more than `least`; else the sum of all that are.
    pub fn arc(px: &[u8], w: usize, at: usize, least: u8) -> u16 {
        let Some((mid, c)) = circle(px, w, at) else { return 0 };
        let (high, low) = (mid.saturating_add(least), mid.saturating_sub(least));
        let (mut bright, mut dark) = (0u32, 0u32);
        for (i, v) in c.iter().enumerate() {
            bright |= u32::from(*v > high) << i;
            dark |= u32::from(*v < low) << i;
        }
        if nine(bright) {
            c.iter().map(|v| u16::from(v.saturating_sub(mid))).sum()
        } else if nine(dark) {
            c.iter().map(|v| u16::from(mid.saturating_sub(*v))).sum()
        } else {
            0
        }
    }

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
    use super::{circle, nine, plain};
    use core::arch::wasm32::*;

    /// See [`plain::ring`].
    #[target_feature(enable = "simd128")]
    pub fn ring(mid: &[u8], ring: [&[u8]; 8], least: u8, out: &mut [u8]) {
        let n = ring.iter().fold(out.len().min(mid.len()), |n, r| n.min(r.len())) / 16 * 16;
        let least_all = u8x16_splat(least);
        for x in (0..n).step_by(16) {
            // SAFETY: 16 bytes from x on lie in all of the rows.
            let load = |r: &[u8]| unsafe { v128_load(r.as_ptr().add(x).cast()) };
            let m = load(mid);
            let (high, low) = (u8x16_add_sat(m, least_all), u8x16_sub_sat(m, least_all));
            // Each comparison that holds is -1.
            let (mut bright, mut dark) = (u8x16_splat(0), u8x16_splat(0));
            for r in &ring {
                let r = load(r);
                bright = u8x16_add(bright, u8x16_gt(r, high));
                dark = u8x16_add(dark, u8x16_lt(r, low));
            }
            let four = i8x16_splat(-3);
            let some = v128_or(i8x16_lt(bright, four), i8x16_lt(dark, four));
            let mut v = u8x16_splat(0);
            if v128_any_true(some) {
                let zero = u16x8_splat(0);
                let (mut up, mut down) = ((zero, zero), (zero, zero));
                for r in &ring {
                    let r = load(r);
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

    /// See [`plain::arc`].
    #[target_feature(enable = "simd128")]
    pub fn arc(px: &[u8], w: usize, at: usize, least: u8) -> u16 {
        let Some((mid, c)) = circle(px, w, at) else { return 0 };
        // SAFETY: 16 bytes.
        let c = unsafe { v128_load(c.as_ptr().cast()) };
        let (mid, least) = (u8x16_splat(mid), u8x16_splat(least));
        let bright = u8x16_bitmask(u8x16_gt(c, u8x16_add_sat(mid, least)));
        let dark = u8x16_bitmask(u8x16_lt(c, u8x16_sub_sat(mid, least)));
        let far = if nine(u32::from(bright)) {
            u8x16_sub_sat(c, mid)
        } else if nine(u32::from(dark)) {
            u8x16_sub_sat(mid, c)
        } else {
            return 0;
        };
        let s = u32x4_extadd_pairwise_u16x8(u16x8_extadd_pairwise_u8x16(far));
        let (a, b) = (u32x4_extract_lane::<0>(s), u32x4_extract_lane::<1>(s));
        let (c, d) = (u32x4_extract_lane::<2>(s), u32x4_extract_lane::<3>(s));
        (a + b + c + d) as u16
    }
}
