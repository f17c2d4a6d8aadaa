//! How much each block counts, and the contrast that the frame has over the reference under each:
//! light differs from place to place, hands and reflections do not count.

use super::align::Aligner;
use super::rank::split;
use super::template::{BLOCK, Level};

/// Blocks to each side that share their contrast, on copies with many blocks and with few. Alone,
/// a block's contrast and its place are too much alike; over a whole picture, shadows differ.
const NEAR: (usize, usize) = (2, 1);

impl Aligner {
    /// Takes the contrast over from the coarser copy (blocks twice as large), or none.
    pub(super) fn carry_field(&mut self, level: &Level) {
        let (cols, rows) = self.held;
        let (c2, r2) = (level.cols, level.rows);
        if (cols, rows) == (c2, r2) {
            return;
        }
        for b in (0..c2 * r2).rev() {
            self.field[b] = if cols * rows == 0 {
                self.gain
            } else {
                // From the end: a smaller index is read only after the larger ones are written.
                let (c, r) = (b % c2 * cols / c2, b / c2 * rows / r2);
                self.field[r * cols + c]
            };
        }
        self.held = (c2, r2);
    }

    /// Contrast under each block from the last step's correlations, shared with its neighbours.
    fn learn_field(&mut self, level: &Level) {
        let (c, r) = (level.cols, level.rows);
        let n = c * r;
        let half = self.sums.len() / 2;
        let (first, second) = self.sums.split_at_mut(half);
        let (mut up, mut low, mut power) = (0f32, 1e-6, 0f32);
        for (b, s) in first[..n].iter_mut().enumerate() {
            let k = &self.blocks[b];
            *s = if k.seen { (k.weight * k.cov, k.weight * level.energy[b]) } else { (0.0, 0.0) };
            up += s.0;
            low += s.1;
            if k.seen {
                power += k.weight * (k.power - self.noise.min(40.0) * BLOCK as f32).max(0.0);
            }
        }
        self.slope = (power / low).sqrt().clamp(0.1, 8.0);
        self.gain = (up / low).clamp(0.1, 8.0);
        let near = if n > 150 { NEAR.0 } else { NEAR.1 };
        let add = |a: (f32, f32), b: (f32, f32)| (a.0 + b.0, a.1 + b.1);
        for (b, s) in second[..n].iter_mut().enumerate() {
            let (x, o) = (b % c, b / c * c);
            *s = first[o + x.saturating_sub(near)..=o + (x + near).min(c - 1)]
                .iter()
                .fold((0.0, 0.0), |a, b| add(a, *b));
        }
        let calm = 0.05 * low;
        for (b, f) in self.field[..n].iter_mut().enumerate() {
            let (x, y) = (b % c, b / c);
            let (mut up, mut low) = (calm * self.gain, calm);
            for y in y.saturating_sub(near)..=(y + near).min(r - 1) {
                up += second[y * c + x].0;
                low += second[y * c + x].1;
            }
            *f = (up / low).clamp(0.3 * self.gain, 3.0 * self.gain);
        }
    }

    /// Noise from the median block, then each block's weight; and the contrast of the whole.
    pub(super) fn weigh(&mut self, level: &Level, n: usize) {
        self.order.clear();
        self.order.extend(self.blocks[..n].iter().filter(|b| b.seen).map(|b| b.rest));
        let mid = self.order.len() * 3 / 10;
        let m = split(&mut self.order, mid, |a, b| a < b).unwrap_or(900.0);
        self.noise = m.clamp(2.0, 900.0);
        for (b, block) in self.blocks[..n].iter_mut().enumerate().filter(|(_, b)| b.seen) {
            let power = block.gain * block.gain * level.energy[b] / BLOCK as f32;
            let odd = block.rest / (2.0 * (self.noise + 0.05 * power));
            let mut w = 1.0 / ((1.0 + odd) * (1.0 + odd));
            if power > 4.0 * self.noise {
                w *= ((block.zncc - 0.2) / 0.4).clamp(0.05, 1.0);
            }
            block.weight = w;
        }
        self.learn_field(level);
    }
}
