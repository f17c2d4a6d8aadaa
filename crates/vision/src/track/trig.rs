//! Sines and angles in few bytes: the library's are exact to the last bit and for the largest
//! numbers, which costs four kilobytes of the worker's wasm and serves nobody here.

use core::f64::consts::FRAC_PI_2;

/// Sine and cosine of an angle in radians, to 1e-9 for up to a thousand turns. Of what is not a
/// number, no numbers.
pub fn sin_cos(a: f64) -> (f64, f64) {
    let quarter = (a / FRAC_PI_2).round_ties_even();
    let x = a - quarter * FRAC_PI_2;
    let q = x * x;
    // Taylor's, for at most an eighth of a turn.
    let s = x
        * (1.0
            - q / 6.0 * (1.0 - q / 20.0 * (1.0 - q / 42.0 * (1.0 - q / 72.0 * (1.0 - q / 110.0)))));
    let c =
        1.0 - q / 2.0 * (1.0 - q / 12.0 * (1.0 - q / 30.0 * (1.0 - q / 56.0 * (1.0 - q / 90.0))));
    match quarter as i64 & 3 {
        0 => (s, c),
        1 => (c, -s),
        2 => (-s, -c),
        _ => (-c, s),
    }
}

/// The angle of the direction (x, y) in radians, -π to π, to 1e-5; 0 for none.
pub fn angle(x: f64, y: f64) -> f64 {
    let (a, b) = (x.abs(), y.abs());
    let (most, least) = if a > b { (a, b) } else { (b, a) };
    if most <= 0.0 || most.is_nan() {
        return 0.0;
    }
    let t = least / most;
    let q = t * t;
    // Abramowitz and Stegun 4.4.49.
    let eighth = t
        * (0.999_866_0
            + q * (-0.330_299_5 + q * (0.180_141_0 + q * (-0.085_133_0 + q * 0.020_835_1))));
    let quarter = if a > b { eighth } else { FRAC_PI_2 - eighth };
    let half = if x < 0.0 { 2.0 * FRAC_PI_2 - quarter } else { quarter };
    if y < 0.0 { -half } else { half }
}

/// Natural logarithm of a normal number above zero, to 2e-5; of others, some number or none.
pub fn ln(x: f32) -> f32 {
    let bits = x.to_bits();
    let power = (bits >> 23) as i32 - 127;
    let m = f32::from_bits(bits & 0x7f_ffff | 0x3f80_0000);
    let t = (m - 1.0) / (m + 1.0);
    let q = t * t;
    power as f32 * core::f32::consts::LN_2 + 2.0 * t * (1.0 + q * (1.0 / 3.0 + q * (0.2 + q / 7.0)))
}

/// Length of (x, y).
pub fn length(x: f64, y: f64) -> f64 {
    (x * x + y * y).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_library_has_it() {
        for i in -40_000..40_000 {
            let a = f64::from(i) * 0.001_7;
            let ((s, c), (ls, lc)) = (sin_cos(a), a.sin_cos());
            assert!((s - ls).abs() < 1e-9 && (c - lc).abs() < 1e-9, "{a}: {s} {c}");
            let off = angle(c, s) - ls.atan2(lc);
            assert!(off.abs() < 2e-5, "{a}: {off}");
        }
        assert_eq!((angle(0.0, 0.0), angle(f64::NAN, f64::NAN)), (0.0, 0.0));
        for a in [f64::NAN, f64::INFINITY, 1e300] {
            let _ = sin_cos(a);
        }
        assert_eq!(length(-3.0, 4.0), 5.0);
        for i in 1..5000 {
            let x = 0.003 * i as f32;
            assert!((ln(x) - x.ln()).abs() < 2e-5, "{x}: {}", ln(x));
        }
    }
}
