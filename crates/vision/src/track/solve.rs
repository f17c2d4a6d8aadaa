//! Small systems of linear equations.

/// Solves `h x = b` for a symmetric positive `h` (8×8, row-major; Cholesky). `None` when it is not
/// positive enough to be solved.
pub fn solve8(h: &[f64; 64], b: &[f64; 8]) -> Option<[f64; 8]> {
    let l = factor(h)?;
    Some(back(&l, b))
}

/// The lower triangle of the Cholesky factor.
pub fn factor(h: &[f64; 64]) -> Option<[f64; 64]> {
    let mut l = [0.0; 64];
    for i in 0..8 {
        for j in 0..=i {
            let s: f64 = (0..j).map(|k| l[i * 8 + k] * l[j * 8 + k]).sum();
            let v = h[i * 8 + j] - s;
            if i == j {
                if !v.is_finite() || v <= 1e-12 * h[i * 9].abs() || v <= 0.0 {
                    return None;
                }
                l[i * 9] = v.sqrt();
            } else {
                l[i * 8 + j] = v / l[j * 9];
            }
        }
    }
    Some(l)
}

/// Solves with a factor from [`factor`].
pub fn back(l: &[f64; 64], b: &[f64; 8]) -> [f64; 8] {
    let mut x = *b;
    for i in 0..8 {
        let s: f64 = (0..i).map(|k| l[i * 8 + k] * x[k]).sum();
        x[i] = (x[i] - s) / l[i * 9];
    }
    for i in (0..8).rev() {
        let s: f64 = (i + 1..8).map(|k| l[k * 8 + i] * x[k]).sum();
        x[i] = (x[i] - s) / l[i * 9];
    }
    x
}

/// Part of the normal equations of a homography between normalised points: adds what one pair of
/// points says, with weight `w`. Unknowns: the first eight numbers, the ninth is one.
pub fn add_pair(h: &mut [f64; 64], b: &mut [f64; 8], p: (f64, f64), q: (f64, f64), w: f64) {
    let (x, y) = p;
    let rows = [
        ([x, y, 1.0, 0.0, 0.0, 0.0, -q.0 * x, -q.0 * y], q.0),
        ([0.0, 0.0, 0.0, x, y, 1.0, -q.1 * x, -q.1 * y], q.1),
    ];
    for (r, v) in rows {
        for i in 0..8 {
            if r[i] != 0.0 {
                b[i] += w * r[i] * v;
                for j in 0..8 {
                    h[i * 8 + j] += w * r[i] * r[j];
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solves_and_refuses() {
        let mut h = [0.0; 64];
        for i in 0..8 {
            for j in 0..8 {
                h[i * 8 + j] = 1.0 / (1.0 + i as f64 + j as f64) + if i == j { 1.0 } else { 0.0 };
            }
        }
        let x: [f64; 8] = core::array::from_fn(|i| i as f64 - 3.0);
        let b = core::array::from_fn(|i| (0..8).map(|j| h[i * 8 + j] * x[j]).sum());
        let y = solve8(&h, &b).unwrap();
        assert!(x.iter().zip(&y).all(|(a, b)| (a - b).abs() < 1e-9));
        assert!(solve8(&[0.0; 64], &b).is_none());
        assert!(solve8(&[f64::NAN; 64], &b).is_none());
    }
}
