//! What one block of the reference sees of the frame: its samples, how well they go with the
//! reference, and which way the eight parameters would have to move.

use super::align::Aligner;
use super::mat::Mat3;
use super::pyramid::Plane;
use super::template::{BLOCK, Level};
use crate::kernel::block::{self as kernel, Grid};

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
/// How many times its own power a block may have when the light is taken off.
const SHOWN: f32 = 4.0;

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
        let Some(of) = level.block(b) else { return false };
        let mut image = [0f32; BLOCK];
        let grid = Grid { map: &m, first: (u0, v0), step: level.step };
        if !kernel::sample(&plane.px, plane.w, &grid, &mut image) {
            return false;
        }
        // A slope that the reference does not have, more than a small shift could make: light.
        let (own, [mean, across, down]) = (level.tilt[b], kernel::tilt(&image));
        let gain = self.field[b];
        let light = |seen: f32, own: f32| {
            let rest = seen - gain * own;
            rest - rest.clamp(-SLOPE, SLOPE)
        };
        let (mut sq, mut cov) = kernel::compare(&mut image, mean, of[0]);
        let energy = level.energy[b];
        let (right, low) = (light(across, own[1]), light(down, own[2]));
        if right != 0.0 || low != 0.0 {
            // 336 = 8 · Σ (i - 3.5)². What is no picture of the block keeps its slope.
            let less = 336.0 * (right * (2.0 * across - right) + low * (2.0 * down - low));
            let cut = 336.0 * (right * own[1] + low * own[2]);
            // Where the frame shows next to nothing, the slope taken off would be all that agrees.
            let shown = sq - less < SHOWN * sq;
            if shown && cov - cut > PICTURE * (energy * (sq - less)).max(0.0).sqrt() {
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
        block.rhs = project(level, b, kernel::project(&image, of, gain, limit));
        true
    }
}

/// From sums by sample numbers to (u, v): the block's rest, projected on the eight parameters.
fn project(level: &Level, b: usize, sums: [f32; 10]) -> [f32; 8] {
    let (u0, v0) = level.block_origin(b);
    let (du, dv) = level.step;
    let [a, ax, axx, ay, axy, q, qx, qy, qxy, qyy] = sums;
    let (au, av) = (u0 * a + du * ax, v0 * a + dv * ay);
    let auu = u0 * u0 * a + 2.0 * u0 * du * ax + du * du * axx;
    let auv = u0 * v0 * a + u0 * dv * ay + v0 * du * ax + du * dv * axy;
    let (qu, qv) = (u0 * q + du * qx, v0 * q + dv * qy);
    let quv = u0 * v0 * q + u0 * dv * qy + v0 * du * qx + du * dv * qxy;
    let qvv = v0 * v0 * q + 2.0 * v0 * dv * qy + dv * dv * qyy;
    [a, q, au, av, qu, qv, -(auu + quv), -(auv + qvv)]
}
