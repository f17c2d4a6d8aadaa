//! The reference as it looks while it moves: smeared along its way for as long as the shutter is
//! open. A sharp reference does not fit a smeared frame.

use super::template::{Level, Template};

/// Memory for smeared copies, and what they were smeared by.
#[derive(Clone, Debug, Default)]
pub struct Motion {
    /// Way during the exposure, (u, v); none: it stands still.
    pub way: Option<(f32, f32)>,
    levels: Vec<Level>,
    made: Vec<(f32, f32)>,
    img: Vec<f32>,
}

/// Places averaged at most.
const TAPS: usize = 24;

impl Motion {
    /// Memory for a reference.
    pub fn new(t: &Template) -> Motion {
        Motion {
            way: None,
            levels: t.levels.iter().map(|[l, ..]| l.clone()).collect(),
            made: vec![(0.0, 0.0); t.levels.len()],
            img: Vec::with_capacity(t.plain.first().map_or(0, |p| p.0.len())),
        }
    }

    /// A copy as it looks on its way; the sharp one when it stands still.
    pub fn level<'a>(&'a mut self, t: &'a Template, i: usize) -> Option<&'a Level> {
        let (way, (px, w)) = (self.way?, t.plain.get(i)?);
        let made = self.made.get_mut(i)?;
        let l = self.levels.get_mut(i)?;
        if *made != way {
            *made = way;
            smear(px, *w, (way.0 / l.step.0, way.1 / l.step.1), &mut self.img);
            l.fill(&self.img, *w);
        }
        Some(l)
    }
}

/// Mean along a way of (x, y) samples, the sample in its middle; the edge goes on.
fn smear(px: &[f32], w: usize, (x, y): (f32, f32), out: &mut Vec<f32>) {
    out.clear();
    let h = px.len() / w;
    let taps = (x.abs().max(y.abs()).ceil() as usize + 1).min(TAPS);
    let shifts: [(isize, isize, [f32; 4]); TAPS] = core::array::from_fn(|k| {
        let s = (k as f32 + 0.5) / taps as f32 - 0.5;
        let (dx, dy) = (x * s, y * s);
        let (ix, iy) = (dx.floor(), dy.floor());
        let (fx, fy) = (dx - ix, dy - iy);
        let n = 1.0 / taps as f32;
        let four = [(1.0 - fx) * (1.0 - fy), fx * (1.0 - fy), (1.0 - fx) * fy, fx * fy];
        (ix as isize, iy as isize, four.map(|v| v * n))
    });
    let held = |x: isize, y: isize| {
        px[y.clamp(0, h as isize - 1) as usize * w + x.clamp(0, w as isize - 1) as usize]
    };
    for py in 0..h as isize {
        for qx in 0..w as isize {
            let mut sum = 0f32;
            for (dx, dy, four) in &shifts[..taps] {
                let (x, y) = (qx + dx, py + dy);
                sum += if x >= 0 && y >= 0 && x + 1 < w as isize && y + 1 < h as isize {
                    let o = y as usize * w + x as usize;
                    px[o] * four[0]
                        + px[o + 1] * four[1]
                        + px[o + w] * four[2]
                        + px[o + w + 1] * four[3]
                } else {
                    held(x, y) * four[0]
                        + held(x + 1, y) * four[1]
                        + held(x, y + 1) * four[2]
                        + held(x + 1, y + 1) * four[3]
                };
            }
            out.push(sum);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_smears_along_itself_and_moves_nothing() {
        let mut px = vec![0f32; 32 * 16];
        px[8 * 32 + 15] = 60.0;
        let mut out = Vec::new();
        smear(&px, 32, (5.0, 0.0), &mut out);
        let row = &out[8 * 32..9 * 32];
        assert!((row.iter().sum::<f32>() - 60.0).abs() < 1e-3);
        let middle: f32 = row.iter().enumerate().map(|(i, v)| i as f32 * v / 60.0).sum();
        assert!((middle - 15.0).abs() < 1e-3 && row[17] > 5.0 && row[13] > 5.0 && row[19] < 1.0);
        assert!(out[7 * 32..8 * 32].iter().all(|v| *v == 0.0));
    }
}
