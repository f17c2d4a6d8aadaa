//! Makes a rough place finer by outlines: some sixty edge points of the reference are moved about in
//! small steps until they lie on edges of the same direction. Far cheaper than a fit of grey values,
//! and it comes from farther away; whether the place is true is for others to say.

use super::mat::{IDENTITY, Mat3, apply, mul, normalised};
use super::outline::Place;
use super::pyramid::Pyramid;
use super::rank::sort;
use super::shapes::{BINS, bin, directions, pick, sobel};
use super::template::Template;

/// Points of a reference.
const POINTS: usize = 56;
/// Least samples along the longer side of the reference in the copy of the frame that is looked at.
const LEAST: f64 = 50.0;
/// Copies of the frame that are looked at, largest first.
const COPIES: core::ops::RangeInclusive<usize> = 1..=3;
/// Least change of grey over two samples that has a direction.
const EDGE: i32 = 5;
/// Farthest step of each round, samples.
const ROUNDS: [f64; 6] = [2.6, 2.6, 1.6, 1.6, 1.0, 0.6];

/// Places that go on after the first round.
const FEW: usize = 48;
/// Less is no better than chance.
const LOW: f32 = 0.12;

/// A point on an edge of the reference: (u, v), and the direction in which it gets brighter.
type Point = [f32; 4];

/// The points of one reference.
#[derive(Clone, Debug, Default)]
pub struct Points(Vec<Point>);

impl Points {
    /// From a copy of the reference.
    pub fn new(t: &Template) -> Points {
        let copy = t.levels.iter().zip(&t.plain).rev();
        let mut copy = copy.filter(|([l, ..], _)| l.cols.max(l.rows) >= 8);
        let Some(([l, ..], (px, w))) = copy.next().or(t.levels.first().zip(t.plain.first())) else {
            return Points::default();
        };
        let (w, h) = (*w, px.len() / w);
        let first = (
            l.origin.0 - ((w - l.cols * 8) / 2) as f32 * l.step.0,
            l.origin.1 - ((h - l.rows * 8) / 2) as f32 * l.step.1,
        );
        let mut edges = Vec::new();
        for y in 1..h - 1 {
            for x in 1..w - 1 {
                let at = |dx: usize, dy: usize| px[(y + dy - 1) * w + x + dx - 1];
                let (gx, gy) = sobel(at);
                edges.push((gx * gx + gy * gy, (x as i16, y as i16), (gx, gy)));
            }
        }
        edges.retain(|e| e.0 > 256.0);
        sort(&mut edges, |a, b| a.0 > b.0);
        let k = (w.max(h) / 32).max(1) as i32;
        let apart = [16, 9, 5, 2].map(|d| d * k * k);
        let points = pick(&edges, &apart, POINTS);
        let at = |((x, y), (gx, gy)): ((i16, i16), (f32, f32))| {
            [
                first.0 + f32::from(x) * l.step.0,
                first.1 + f32::from(y) * l.step.1,
                gx / l.step.0,
                gy / l.step.1,
            ]
        };
        Points(points.into_iter().map(at).collect())
    }
}

/// Memory for one frame's edges.
#[derive(Clone, Debug, Default)]
pub struct Hone {
    /// For each copy and sample, the directions of edges at it, and within one, two and three
    /// samples, sixteen bits each.
    copies: Vec<(usize, Vec<u64>)>,
    rows: (Vec<u16>, Vec<u16>, Vec<u16>),
}

impl Hone {
    /// Takes a frame.
    pub fn take(&mut self, p: &Pyramid) {
        self.copies.resize(COPIES.count(), (0, Vec::new()));
        for (i, (w, out)) in COPIES.zip(&mut self.copies) {
            out.clear();
            let Some(plane) = p.levels.get(i) else { continue };
            *w = plane.w;
            let (now, row, next) = (&mut self.rows.0, &mut self.rows.1, &mut self.rows.2);
            directions(&plane.px, plane.w, plane.h, EDGE, now);
            out.extend(now.iter().map(|v| u64::from(*v)));
            for k in 1..4 {
                widen(now, plane.w, row, next);
                core::mem::swap(now, next);
                for (o, v) in out.iter_mut().zip(now.iter()) {
                    *o |= u64::from(*v) << (16 * k);
                }
            }
        }
    }

    /// Moves places to where the points agree best, best first; of those that come to the same, one is
    /// kept, of all at most `most`. A score of zero is chance, one is all.
    pub fn run(&self, points: &Points, places: &mut Vec<Place>, most: usize) {
        for (rounds, most) in [(&ROUNDS[..1], FEW), (&ROUNDS[1..], most)] {
            for q in places.iter_mut() {
                let best = self.near(points, &q.map, rounds);
                *q = best.unwrap_or(Place { score: f32::MIN, map: q.map });
            }
            sort(places, |a, b| a.score > b.score);
            let mut kept = 0;
            for i in 0..places.len() {
                let q = places[i];
                if kept < most && q.score > LOW && !places[..kept].iter().any(|o| same(o, &q)) {
                    places[kept] = q;
                    kept += 1;
                }
            }
            places.truncate(kept);
        }
    }

    /// The place near `start` at which the points agree best.
    fn near(&self, points: &Points, start: &Mat3, rounds: &[f64]) -> Option<Place> {
        let n = points.0.len();
        let (x, y) = apply(start, 0.0, 0.0)?;
        let (m, z) = (start, start[8]);
        let j = [m[0] - x * m[6], m[1] - x * m[7], m[3] - y * m[6], m[4] - y * m[7]].map(|v| v / z);
        // Its larger singular value, nearly.
        let long = j.iter().map(|v| v * v).sum::<f64>().sqrt();
        let d = j[0] * j[3] - j[1] * j[2];
        if n == 0 || !(d.is_finite() && d > 1.0) {
            return None;
        }
        let fits = |c: &usize| 2.0 * long / LEAST >= f64::from(1u32 << c);
        let copy = COPIES.rev().find(fits).unwrap_or(*COPIES.start());
        let k = 1.0 / f64::from(1u32 << copy);
        let edges = self.copies.get(copy - COPIES.start())?;
        let to = [k, 0.0, 0.5 * k - 0.5, 0.0, k, 0.5 * k - 0.5, 0.0, 0.0, 1.0];
        let mut map = normalised(&mul(&to, start))?;
        let mut masks = [0u64; POINTS];
        let turn = [j[3], -j[2], -j[1], j[0]].map(|v| (v / d) as f32);
        for (m, p) in masks.iter_mut().zip(&points.0) {
            let (gx, gy) = (turn[0] * p[2] + turn[1] * p[3], turn[2] * p[2] + turn[3] * p[3]);
            let far = 1e3 / gx.abs().max(gy.abs()).max(1e-6);
            let same = 1u16 << bin((gx * far) as i32, (gy * far) as i32, 0);
            let near = same | same.rotate_left(1) | same.rotate_right(1);
            *m = u64::from(near) * 0x0001_0001_0001_0001;
        }
        let mut best = agree(edges, points, &masks, &map);
        for reach in rounds {
            // (u, v) that moves a point by `reach` samples.
            let s = reach / (long * k);
            for way in 0..16 {
                let g = if way % 2 == 0 { s } else { -s };
                let mut step = IDENTITY;
                match way / 2 {
                    0 => step[2] = g,
                    1 => step[5] = g,
                    2 => (step[0], step[4]) = (1.0 + g, 1.0 + g),
                    3 => (step[1], step[3]) = (g, -g),
                    4 => (step[0], step[4]) = (1.0 + g, 1.0 - g),
                    5 => (step[1], step[3]) = (g, g),
                    6 => step[6] = g,
                    _ => step[7] = g,
                }
                let next = mul(&map, &step);
                let now = agree(edges, points, &masks, &next);
                if now > best {
                    (best, map) = (now, next);
                }
            }
        }
        let back = [1.0 / k, 0.0, 0.5 / k - 0.5, 0.0, 1.0 / k, 0.5 / k - 0.5, 0.0, 0.0, 1.0];
        let map = normalised(&mul(&back, &map))?;
        Some(Place { score: best / (4.0 * n as f32), map })
    }
}

/// Whether two places differ by less than a twentieth of the reference's size.
fn same(a: &Place, b: &Place) -> bool {
    let at = |m: &Mat3| Some([apply(m, 0.0, 0.0)?, apply(m, 0.8, 0.0)?, apply(m, 0.0, 0.6)?]);
    let (Some(p), Some(q)) = (at(&a.map), at(&b.map)) else { return false };
    let far = |a: (f64, f64), b: (f64, f64)| (a.0 - b.0).powi(2) + (a.1 - b.1).powi(2);
    let room = 0.006 * far(p[0], p[1]).max(far(p[0], p[2]));
    (0..3).all(|i| far(p[i], q[i]) < room)
}

/// How many samples' nearness the points have over what chance would give.
fn agree(edges: &(usize, Vec<u64>), points: &Points, masks: &[u64; POINTS], map: &Mat3) -> f32 {
    let m = map.map(|v| v as f32);
    let (w, px) = edges;
    let (right, low) = (*w as f32 - 0.51, (px.len() / (*w).max(1)) as f32 - 0.51);
    let (mut hits, mut chance) = (0u32, 0u32);
    for (p, mask) in points.0.iter().zip(masks) {
        let z = 1.0 / (m[6] * p[0] + m[7] * p[1] + m[8]);
        let x = (m[0] * p[0] + m[1] * p[1] + m[2]) * z;
        let y = (m[3] * p[0] + m[4] * p[1] + m[5]) * z;
        // Written so that what is not a number counts as outside.
        if x > -0.49 && y > -0.49 && x < right && y < low && z > 0.0 {
            // Adding 2^23 leaves the nearest whole number in the low bits.
            let whole = |v: f32| ((v + 8_388_608.0).to_bits() & 0x7f_ffff) as usize;
            let v = px.get(whole(y) * w + whole(x)).copied().unwrap_or(0);
            // The top bit of each sixteen says whether any of them is set.
            let hit = v & mask;
            let low = 0x7fff_7fff_7fff_7fff;
            hits += ((((hit & low) + low) | hit) & !low).count_ones();
            chance += v.count_ones();
        }
    }
    hits as f32 - chance as f32 / BINS as f32
}

/// All directions within one sample more.
fn widen(from: &[u16], w: usize, row: &mut Vec<u16>, out: &mut Vec<u16>) {
    let h = from.len() / w.max(1);
    out.clear();
    out.resize(from.len(), 0);
    row.clear();
    row.resize(w, 0);
    for (y, o) in out.chunks_exact_mut(w).enumerate() {
        let up = &from[y.saturating_sub(1) * w..][..w];
        let mid = &from[y * w..][..w];
        let low = &from[(y + 1).min(h - 1) * w..][..w];
        for (o, ((a, b), c)) in row.iter_mut().zip(up.iter().zip(mid).zip(low)) {
            *o = a | b | c;
        }
        for (o, r) in o[1..].iter_mut().zip(row.windows(3)) {
            *o = r[0] | r[1] | r[2];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::Gray;
    use crate::synth::camera;
    use crate::synth::light::Light;
    use crate::synth::pictures::{Kind, draw};
    use crate::synth::render::Scene;
    use crate::track::mat::translation;

    #[test]
    fn a_rough_place_comes_near_and_the_likeliest_comes_first() {
        let (w, h) = (320, 240);
        let s = Scene::new(draw(Kind::Port, 5, w, h), Gray::new(w, h, 90), (w, h));
        let at = camera::Place { turn: [20.0, -25.0, 12.0], at: [0.0, 0.0, 1.3] };
        let mut out = Vec::new();
        s.draw(&[at], &Light { gain: 1.0, noise: 3.0, ..Light::default() }, 1, &mut out);
        let g = s.picture();
        let t = Template::new(&g.px, w, h);
        let truth = mul(&s.truth(&at), &t.to_reference());
        let points = Points::new(&t);
        assert_eq!(points.0.len(), POINTS);
        let mut p = Pyramid::new(w, h);
        p.fill(&out);
        let mut hone = Hone::default();
        hone.take(&p);
        let start = |x, y, k: f64| {
            let larger = [k, 0.0, 0.0, 0.0, k, 0.0, 0.0, 0.0, 1.0];
            Place { score: 0.0, map: mul(&translation(x, y), &mul(&truth, &larger)) }
        };
        let off = |m: &Mat3| -> f64 {
            let far = |(x, y)| {
                let (a, b) = (apply(&truth, x, y).unwrap(), apply(m, x, y).unwrap());
                (a.0 - b.0).hypot(a.1 - b.1)
            };
            [(-0.8, -0.5), (0.8, -0.5), (0.8, 0.5), (-0.8, 0.5)].into_iter().map(far).sum()
        };
        let before = off(&start(12.0, -10.0, 1.1).map);
        let mut places =
            vec![start(60.0, 40.0, 0.6), start(12.0, -10.0, 1.1), start(11.0, -10.0, 1.1)];
        places.push(Place { score: 0.0, map: [f64::NAN; 9] });
        hone.run(&points, &mut places, 8);
        assert!(places.len() < 4, "what comes to the same is kept once: {}", places.len());
        assert!(off(&places[0].map) < 0.75 * before, "{before} {}", off(&places[0].map));
        hone.run(&Points::default(), &mut places, 8);
        assert!(places.is_empty());
    }
}
