//! What one block of the reference sees of the frame: its samples, how well they go with the
//! reference, and which way the eight parameters would have to move.

use super::align::Aligner;
use super::mat::Mat3;
use super::pyramid::Plane;
use super::template::{BLOCK, Level, tilt_of};

/// What one block said in the last step.
#[derive(Clone, Copy, Debug, Default)]
pub struct Block {
    /// Wholly inside the frame.
    pub seen: bool,
    /// Contrast in the frame over contrast in the reference.
    pub gain: f32,
    /// Squared rest after brightness and contrast, per sample.
    pub rest: f32,
    /// Correlation, -1 to 1.
    pub zncc: f32,
    /// Weight, 0 to 1.
    pub weight: f32,
    /// The rest, projected on the eight parameters.
    pub(super) rhs: [f32; 8],
    /// Product of frame and reference, summed; over the energy it is the block's own contrast.
    pub cov: f32,
    pub(super) power: f32,
}

/// Slope of the light, grey values from sample to sample, that is left in.
const SLOPE: f32 = 0.7;
/// Correlation from which on a block is held for its own picture under a sloping light.
const PICTURE: f32 = 0.85;

impl Aligner {
    /// Samples the frame under a block. `false` when part of it is outside.
    pub(super) fn measure(&mut self, level: &Level, plane: &Plane, m: &Mat3, b: usize) -> bool {
        let block = &mut self.blocks[b];
        block.seen = false;
        let (u0, v0) = level.block_origin(b);
        let (du, dv) = level.step;
        let m = m.map(|v| v as f32);
        let at = |u: f32, v: f32| {
            let z = m[6] * u + m[7] * v + m[8];
            ((m[0] * u + m[1] * v + m[2]) / z, (m[3] * u + m[4] * v + m[5]) / z, z)
        };
        let (xm, ym) = (plane.w as f32 - 1.51, plane.h as f32 - 1.51);
        let (u1, v1) = (u0 + 7.0 * du, v0 + 7.0 * dv);
        for (x, y, z) in [at(u0, v0), at(u1, v0), at(u0, v1), at(u1, v1)] {
            // Written so that what is not a number counts as outside.
            let inside = z > 1e-6 && x > 0.51 && y > 0.51 && x < xm && y < ym;
            if !inside {
                return false;
            }
        }
        let start = b * BLOCK;
        let grey = &level.grey[start..start + BLOCK];
        let mut image = [0f32; BLOCK];
        let span = plane.w + 2;
        for (j, row) in image.chunks_exact_mut(8).enumerate() {
            let v = v0 + j as f32 * dv;
            let (nx, ny, nz) = (m[1] * v + m[2], m[4] * v + m[5], m[7] * v + m[8]);
            let (mut fx, mut fy, mut at) = ([0f32; 8], [0f32; 8], [0usize; 8]);
            for i in 0..8 {
                let u = u0 + i as f32 * du;
                let z = 1.0 / (m[6] * u + nz);
                let (x, y) = ((m[0] * u + nx) * z, (m[3] * u + ny) * z);
                // Adding 2^23 leaves the nearest whole number of x - 0.5 in the low bits.
                const MAGIC: f32 = 8_388_608.0;
                let (xi, yi) = (x - 0.5 + MAGIC, y - 0.5 + MAGIC);
                fx[i] = x - (xi - MAGIC);
                fy[i] = y - (yi - MAGIC);
                let (xi, yi) = (xi.to_bits() & 0x7f_ffff, yi.to_bits() & 0x7f_ffff);
                at[i] = yi as usize * plane.w + xi as usize;
            }
            for i in 0..8 {
                let Some(p) = plane.px.get(at[i]..at[i] + span) else { return false };
                let (a, b) = (f32::from(p[0]), f32::from(p[1]));
                let (c, d) = (f32::from(p[span - 2]), f32::from(p[span - 1]));
                let (t, u) = (a + (b - a) * fx[i], c + (d - c) * fx[i]);
                row[i] = t + (u - t) * fy[i];
            }
        }
        // A slope that the reference does not have, more than a small shift could make: light.
        let (own, [mean, across, down]) = (level.tilt[b], tilt_of(&image));
        let gain = self.field[b];
        let light = |seen: f32, own: f32| {
            let rest = seen - gain * own;
            rest - rest.clamp(-SLOPE, SLOPE)
        };
        image.iter_mut().for_each(|v| *v -= mean);
        let (mut sq, mut cov) = ([0f32; 8], [0f32; 8]);
        for (r, g) in image.chunks_exact(8).zip(grey.chunks_exact(8)) {
            for i in 0..8 {
                sq[i] += r[i] * r[i];
                cov[i] += r[i] * g[i];
            }
        }
        let (mut sq, mut cov) = (sq.iter().sum::<f32>(), cov.iter().sum::<f32>());
        let energy = level.energy[b];
        let (right, low) = (light(across, own[1]), light(down, own[2]));
        if right != 0.0 || low != 0.0 {
            // 336 = 8 · Σ (i - 3.5)². What is no picture of the block keeps its slope.
            let less = 336.0 * (right * (2.0 * across - right) + low * (2.0 * down - low));
            let cut = 336.0 * (right * own[1] + low * own[2]);
            if cov - cut > PICTURE * (energy * (sq - less)).max(0.0).sqrt() {
                (sq, cov) = ((sq - less).max(0.0), cov - cut);
                for (j, row) in image.chunks_exact_mut(8).enumerate() {
                    let base = low * (j as f32 - 3.5);
                    for (i, r) in row.iter_mut().enumerate() {
                        *r -= base + right * (i as f32 - 3.5);
                    }
                }
            }
        }
        block.seen = true;
        block.gain = gain;
        block.zncc = cov / (energy * sq).sqrt().max(1.0);
        block.cov = cov;
        block.power = sq;
        block.rest = (sq - gain * (2.0 * cov - gain * energy)).max(0.0) / BLOCK as f32;
        let limit = 3.0 * self.noise.sqrt() + 0.5 * gain * (energy / BLOCK as f32).sqrt();
        block.rhs = project(level, b, &image, grey, gain, limit);
        true
    }
}

/// The block's rest, projected on the eight parameters.
fn project(
    level: &Level,
    b: usize,
    image: &[f32; BLOCK],
    grey: &[f32],
    gain: f32,
    limit: f32,
) -> [f32; 8] {
    let start = b * BLOCK;
    let (gu, gv) = (&level.gu[start..start + BLOCK], &level.gv[start..start + BLOCK]);
    let (mut a0, mut a1) = ([0f32; 8], [0f32; 8]);
    let (mut b0, mut b1, mut b2) = ([0f32; 8], [0f32; 8], [0f32; 8]);
    for j in 0..8 {
        let o = j * 8;
        let y = j as f32;
        let (im, gr) = (&image[o..o + 8], &grey[o..o + 8]);
        let (pu, pv) = (&gu[o..o + 8], &gv[o..o + 8]);
        for i in 0..8 {
            let e = (im[i] - gain * gr[i]).clamp(-limit, limit);
            let (p, q) = (e * pu[i], e * pv[i]);
            a0[i] += p;
            a1[i] += p * y;
            b0[i] += q;
            b1[i] += q * y;
            b2[i] += q * y * y;
        }
    }
    // Sums over the lanes, then from sample numbers to (u, v).
    let mut s = [0f32; 10];
    for i in 0..8 {
        let x = i as f32;
        let add = [
            a0[i],
            a0[i] * x,
            a0[i] * x * x,
            a1[i],
            a1[i] * x,
            b0[i],
            b0[i] * x,
            b1[i],
            b1[i] * x,
            b2[i],
        ];
        s.iter_mut().zip(add).for_each(|(s, v)| *s += v);
    }
    let (u0, v0) = level.block_origin(b);
    let (du, dv) = level.step;
    let [a, ax, axx, ay, axy, q, qx, qy, qxy, qyy] = s;
    let (au, av) = (u0 * a + du * ax, v0 * a + dv * ay);
    let auu = u0 * u0 * a + 2.0 * u0 * du * ax + du * du * axx;
    let auv = u0 * v0 * a + u0 * dv * ay + v0 * du * ax + du * dv * axy;
    let (qu, qv) = (u0 * q + du * qx, v0 * q + dv * qy);
    let quv = u0 * v0 * q + u0 * dv * qy + v0 * du * qx + du * dv * qxy;
    let qvv = v0 * v0 * q + 2.0 * v0 * dv * qy + dv * dv * qyy;
    [a, q, au, av, qu, qv, -(auu + quv), -(auv + qvv)]
}
