//! Finds points that can be found again: FAST-9 corners, spread over the picture by keeping the
//! strongest of each cell.

use super::pyramid::Plane;
use super::rank::split;
use crate::kernel::ring::ring;

/// A corner on one copy of the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Corner {
    /// Column.
    pub x: u16,
    /// Row.
    pub y: u16,
    /// Strength: grey difference over the whole arc, in sixteenths.
    pub strength: u16,
}

/// Steps to the sixteen pixels of the circle.
const CIRCLE: [(i32, i32); 16] = [
    (0, -3),
    (1, -3),
    (2, -2),
    (3, -1),
    (3, 0),
    (3, 1),
    (2, 2),
    (1, 3),
    (0, 3),
    (-1, 3),
    (-2, 2),
    (-3, 1),
    (-3, 0),
    (-3, -1),
    (-2, -2),
    (-1, -3),
];

/// Corners at least `border` from the edge: the strongest two of each cell of `cell` pixels, and
/// of those the `most` strongest. Added to `out`; `scratch` is working memory.
pub fn find(
    p: &Plane,
    border: usize,
    cell: usize,
    most: usize,
    scratch: &mut (Vec<u8>, Vec<Corner>),
    out: &mut Vec<Corner>,
) {
    let (maybe, scratch) = scratch;
    scratch.clear();
    let border = border.max(4);
    if p.w <= 2 * border || p.h <= 2 * border {
        return;
    }
    let step: [isize; 16] =
        core::array::from_fn(|i| CIRCLE[i].1 as isize * p.w as isize + CIRCLE[i].0 as isize);
    let (x1, y1) = (p.w - border, p.h - border);
    maybe.clear();
    maybe.resize(p.px.len(), 0);
    for y in border..y1 {
        opposite(p, y, border, &mut maybe[y * p.w + border..y * p.w + x1]);
    }
    let mut cy = border;
    while cy < y1 {
        let mut cx = border;
        while cx < x1 {
            let mut best = [Corner { x: 0, y: 0, strength: 0 }; 2];
            for y in cy..(cy + cell).min(y1) {
                row(p, maybe, y, cx, (cx + cell).min(x1), &step, &mut best);
            }
            scratch.extend(best.iter().filter(|c| c.strength > 0));
            cx += cell;
        }
        cy += cell;
    }
    if scratch.len() > most {
        split(scratch, most, |a, b| a.strength > b.strength);
        scratch.truncate(most);
    }
    out.extend_from_slice(scratch);
}

/// Least grey difference to the circle.
const THRESHOLD: i32 = 5;

/// Where a corner may be: an arc of nine of the circle's sixteen pixels covers four of these eight.
fn opposite(p: &Plane, y: usize, x0: usize, out: &mut [u8]) {
    let n = out.len();
    let at = |(dx, dy): (isize, isize)| {
        let start = (y as isize + dy) * p.w as isize + x0 as isize + dx;
        &p.px[start as usize..start as usize + n]
    };
    let eight = [(0, -3), (2, -2), (3, 0), (2, 2), (0, 3), (-2, 2), (-3, 0), (-2, -2)];
    ring(at((0, 0)), eight.map(at), THRESHOLD as u8, out);
}

fn row(
    p: &Plane,
    maybe: &[u8],
    y: usize,
    x0: usize,
    x1: usize,
    step: &[isize; 16],
    best: &mut [Corner; 2],
) {
    let (w, px) = (p.w, &p.px);
    let base = y * w;
    for x in x0..x1 {
        // The strength of all sixteen is about sixteen times that mean.
        let about = u16::from(maybe[base + x]) * 20 + 16;
        if maybe[base + x] == 0 || about <= best[1].strength {
            continue;
        }
        let c = i32::from(px[base + x]);
        let s = strength(px, base + x, c, step);
        if s == 0 || s <= best[1].strength {
            continue;
        }
        let new = Corner { x: x as u16, y: y as u16, strength: s };
        let near =
            |c: &Corner| c.strength > 0 && c.x.abs_diff(new.x) < 4 && c.y.abs_diff(new.y) < 4;
        if near(&best[0]) {
            if s > best[0].strength {
                best[0] = new;
            }
        } else if s > best[0].strength {
            *best = [new, best[0]];
        } else {
            best[1] = new;
        }
    }
}

/// Zero when there is no arc of nine; else the mean difference along the arc and beyond.
fn strength(px: &[u8], at: usize, c: i32, step: &[isize; 16]) -> u16 {
    // From the first of the circle's pixels to the last.
    let first = at.wrapping_add_signed(step[0]) - 1;
    let Some(near) = px.get(first..=at.wrapping_add_signed(step[8]) + 1) else { return 0 };
    let mut d = [0i32; 16];
    let (mut bright, mut dark) = (0u32, 0u32);
    for i in 0..16 {
        d[i] = i32::from(near[at.wrapping_add_signed(step[i]) - first]) - c;
        bright |= u32::from(d[i] > THRESHOLD) << i;
        dark |= u32::from(d[i] < -THRESHOLD) << i;
    }
    let arc = |m: u32| {
        let m = m | m << 16;
        let m = m & m >> 1;
        let m = m & m >> 2;
        let m = m & m >> 4;
        // Eight in a row begin at each bit of `m`; nine need two such neighbours.
        m & m >> 1 & 0xffff != 0
    };
    let sum: i32 = if arc(bright) {
        d.iter().map(|v| (*v).max(0)).sum()
    } else if arc(dark) {
        d.iter().map(|v| (-*v).max(0)).sum()
    } else {
        0
    };
    sum as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_corners_of_a_square_and_nothing_on_its_sides() {
        let mut p = Plane::new(64, 64);
        for y in 20..40 {
            for x in 20..40 {
                p.px[y * 64 + x] = 200;
            }
        }
        let (mut s, mut o) = ((Vec::new(), Vec::new()), Vec::new());
        find(&p, 8, 16, 100, &mut s, &mut o);
        assert!(o.len() >= 4, "{o:?}");
        for c in &o {
            let near = |v: u16| v.abs_diff(20) < 4 || v.abs_diff(39) < 4;
            assert!(near(c.x) && near(c.y), "{c:?}");
        }
        o.clear();
        find(&Plane::new(64, 64), 8, 16, 100, &mut s, &mut o);
        find(&Plane::new(3, 200), 8, 16, 100, &mut s, &mut o);
        assert!(o.is_empty());
    }
}
