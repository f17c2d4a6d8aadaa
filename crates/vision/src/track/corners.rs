//! Finds points that can be found again: FAST-9 corners, spread over the picture by keeping the
//! strongest of each cell.

use super::pyramid::Plane;
use super::rank::split;
use crate::kernel::ring;

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
                row(p, maybe, y, cx, (cx + cell).min(x1), &mut best);
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
const THRESHOLD: u8 = 5;

/// Where a corner may be: an arc of nine of the circle's sixteen pixels covers four of these eight.
fn opposite(p: &Plane, y: usize, x0: usize, out: &mut [u8]) {
    let n = out.len();
    let at = |(dx, dy): (isize, isize)| {
        let start = (y as isize + dy) * p.w as isize + x0 as isize + dx;
        &p.px[start as usize..start as usize + n]
    };
    let eight = [(0, -3), (2, -2), (3, 0), (2, 2), (0, 3), (-2, 2), (-3, 0), (-2, -2)];
    ring::ring(at((0, 0)), eight.map(at), THRESHOLD, out);
}

fn row(p: &Plane, maybe: &[u8], y: usize, x0: usize, x1: usize, best: &mut [Corner; 2]) {
    let base = y * p.w;
    for (x, near) in maybe[base + x0..base + x1].iter().enumerate() {
        // The strength of all sixteen is about sixteen times that mean.
        if *near == 0 || u16::from(*near) * 20 + 16 <= best[1].strength {
            continue;
        }
        let x = x0 + x;
        let s = ring::arc(&p.px, p.w, base + x, THRESHOLD);
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
