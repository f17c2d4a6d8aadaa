//! From what a hand does on a photo to a mark in the photo's own frame: places, the line made simple,
//! the shape. Pure; it draws nothing and sends nothing.

use case::event::{Mark, Shape};

/// A place on a photo: 0 is left or top, 65535 right or bottom.
pub type Point = (u16, u16);

/// Most points of one line.
pub const MOST: usize = 64;

/// What a hand draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// From here to there.
    Arrow,
    /// Around this.
    Ring,
    /// Along this.
    Stroke,
    /// Words at a place.
    Label,
    /// The next number at a place.
    Step,
}

/// Less than this share of 65535 on both sides is a tap, not a line: 0.8 %.
const LEAST: u16 = 524;

/// The place of a pointer over a picture whose left upper corner and size on the page are given.
pub fn place(at: (f64, f64), corner: (f64, f64), size: (f64, f64)) -> Point {
    let part = |at: f64, start: f64, long: f64| {
        let share = (at - start) / long.max(1.0) * 65_535.0;
        // No number at all becomes 0.
        share.round().clamp(0.0, 65_535.0) as u16
    };
    (part(at.0, corner.0, size.0), part(at.1, corner.1, size.1))
}

/// The line with as few points as show it, at most [`MOST`]: Douglas and Peucker's way, with the
/// finest measure (from a thousandth of the longer side on) that leaves few enough. Distances are
/// those on the photo of `w` × `h` pixels; first and last point stay.
pub fn simple(points: &[Point], w: u32, h: u32) -> Vec<Point> {
    let (w, h) = (f64::from(w.max(1)), f64::from(h.max(1)));
    let long = w.max(h);
    let flat: Vec<(f64, f64)> =
        points.iter().map(|p| (f64::from(p.0) * w / long, f64::from(p.1) * h / long)).collect();
    let mut off = 65.0;
    loop {
        let kept = kept(&flat, off);
        if kept.len() <= MOST {
            return kept.into_iter().filter_map(|i| points.get(i).copied()).collect();
        }
        off *= 1.3;
    }
}

/// Places in the list of the points that stay when none of the others is farther than `off` from
/// the line between those.
fn kept(points: &[(f64, f64)], off: f64) -> Vec<usize> {
    let Some(last) = points.len().checked_sub(1) else { return Vec::new() };
    let mut out = vec![0];
    let mut open = vec![(0, last)];
    while let Some((from, to)) = open.pop() {
        let inner = from + 1..to;
        let far = inner
            .map(|i| (i, distance(points[i], points[from], points[to])))
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .filter(|(_, d)| *d > off);
        match far {
            // The part before is looked at first, so that the places come in order.
            Some((at, _)) => open.extend([(at, to), (from, at)]),
            None if to > from => out.push(to),
            None => {}
        }
    }
    out
}

/// From a point to the nearest place of the line between two.
fn distance(p: (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let square = dx * dx + dy * dy;
    let share = if square > 0.0 { ((p.0 - a.0) * dx + (p.1 - a.1) * dy) / square } else { 0.0 };
    let share = share.clamp(0.0, 1.0);
    (p.0 - a.0 - share * dx).hypot(p.1 - a.1 - share * dy)
}

/// The mark that these points make on a photo of `w` × `h` pixels; `None` while they make none.
/// `taken` are the marks that are there, for the next number. Words are asked for elsewhere.
pub fn mark<'a>(
    tool: Tool,
    points: &[Point],
    (w, h): (u32, u32),
    taken: impl Iterator<Item = &'a Mark>,
) -> Option<Mark> {
    let (first, last) = (*points.first()?, *points.last()?);
    let spread =
        points.iter().any(|p| p.0.abs_diff(first.0) >= LEAST || p.1.abs_diff(first.1) >= LEAST);
    let ends = || vec![first.0, first.1, last.0, last.1];
    let apart = last.0.abs_diff(first.0) >= LEAST || last.1.abs_diff(first.1) >= LEAST;
    let round = last.0.abs_diff(first.0) >= LEAST && last.1.abs_diff(first.1) >= LEAST;
    let (shape, at, text) = match tool {
        Tool::Label => return None,
        Tool::Step => (Shape::Words, vec![last.0, last.1], next(taken)),
        Tool::Arrow => (Shape::Arrow, apart.then(ends)?, String::new()),
        Tool::Ring => (Shape::Ring, round.then(ends)?, String::new()),
        Tool::Stroke => {
            let line = spread.then(|| simple(points, w, h))?;
            (Shape::Stroke, line.iter().flat_map(|p| [p.0, p.1]).collect(), String::new())
        }
    };
    Some(Mark { shape, at, text })
}

/// The number after the highest that is there; after 99 it begins anew.
fn next<'a>(taken: impl Iterator<Item = &'a Mark>) -> String {
    let words = taken.filter(|m| m.shape == Shape::Words && m.text.len() <= 2);
    let highest = words.filter_map(|m| m.text.parse::<u8>().ok()).max().unwrap_or(0);
    super::say::int(i64::from(highest % 99) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_shares_of_the_picture_and_stay_on_it() {
        let at = |x, y| place((x, y), (100.0, 50.0), (640.0, 480.0));
        assert_eq!(at(100.0, 50.0), (0, 0));
        assert_eq!(at(740.0, 530.0), (65_535, 65_535));
        assert_eq!(at(420.0, 290.0), (32_768, 32_768));
        assert_eq!(at(-9_000.0, 9_000.0), (0, 65_535));
        assert_eq!(place((f64::NAN, 3.0), (0.0, 0.0), (0.0, 0.0)), (0, 65_535));
        // A pixel of the photo is not lost on the way.
        for x in 0..640 {
            let (u, _) = at(100.0 + f64::from(x), 60.0);
            assert_eq!((f64::from(u) / 65_535.0 * 640.0).round() as i32, x);
        }
    }

    #[test]
    fn a_straight_line_is_its_two_ends_and_a_corner_stays() {
        let straight: Vec<Point> = (0..500).map(|i| (i * 100, i * 50)).collect();
        assert_eq!(simple(&straight, 640, 480), vec![(0, 0), (49_900, 24_950)]);
        let mut corner: Vec<Point> = (0..100).map(|i| (i * 100, 0)).collect();
        corner.extend((0..100).map(|i| (9_900, i * 100)));
        assert_eq!(simple(&corner, 640, 480), vec![(0, 0), (9_900, 0), (9_900, 9_900)]);
    }

    #[test]
    fn no_line_has_more_points_than_are_sent_and_none_goes_astray() {
        let wave: Vec<Point> = (0..4_000)
            .map(|i| {
                let y = 30_000.0 + 25_000.0 * (f64::from(i) / 3.0).sin();
                ((i * 16) as u16, y as u16)
            })
            .collect();
        let out = simple(&wave, 4_000, 3_000);
        assert!(out.len() <= MOST && out.len() >= 2, "{}", out.len());
        assert_eq!((out.first(), out.last()), (wave.first(), wave.last()));
        let circle: Vec<Point> = (0..720)
            .map(|i| {
                let a = f64::from(i).to_radians() / 2.0;
                ((32_768.0 + 9_000.0 * a.cos()) as u16, (32_768.0 + 9_000.0 * a.sin()) as u16)
            })
            .collect();
        let out = simple(&circle, 1_000, 1_000);
        assert!((12..=MOST).contains(&out.len()), "{}", out.len());
        for p in &circle {
            let flat = |p: &Point| (f64::from(p.0), f64::from(p.1));
            let near = out
                .windows(2)
                .map(|pair| distance(flat(p), flat(&pair[0]), flat(&pair[1])))
                .fold(f64::MAX, f64::min);
            assert!(near < 66.0, "{near}");
        }
    }

    #[test]
    fn lines_of_no_one_and_two_points_are_left_as_they_are() {
        assert!(simple(&[], 1, 1).is_empty());
        assert_eq!(simple(&[(7, 8)], 1, 1), vec![(7, 8)]);
        assert_eq!(simple(&[(7, 8), (7, 8)], 0, 0), vec![(7, 8), (7, 8)]);
    }

    #[test]
    fn a_tap_is_a_number_and_no_line() {
        let size = (640, 480);
        let none = || [].iter();
        for tool in [Tool::Arrow, Tool::Ring, Tool::Stroke, Tool::Label] {
            assert_eq!(mark(tool, &[(9, 9), (40, 60)], size, none()), None);
        }
        let drawn = mark(Tool::Arrow, &[(9, 9), (500, 70), (9_000, 9)], size, none());
        assert_eq!(drawn.map(|m| m.at), Some(vec![9, 9, 9_000, 9]));
        assert_eq!(mark(Tool::Ring, &[(9, 9), (9_000, 9)], size, none()), None);
        let step = |text: &str| Mark { shape: Shape::Words, at: vec![1, 1], text: text.into() };
        let text = |taken: &[Mark]| mark(Tool::Step, &[(5, 6)], size, taken.iter()).map(|m| m.text);
        assert_eq!(text(&[]).as_deref(), Some("1"));
        assert_eq!(text(&[step("2"), step("here"), step("11")]).as_deref(), Some("12"));
        assert_eq!(text(&[step("99")]).as_deref(), Some("1"));
    }
}
