//! Which lines of a long list are in sight: the list may have thousands, the page holds those that
//! can be seen and a few around them. Pure geometry, in pixels.

use super::list::Line;
use std::ops::Range;

/// Heights of a heading and of a case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heights {
    /// Heading.
    pub head: i32,
    /// Case.
    pub case: i32,
}

impl Heights {
    fn of(self, line: &Line) -> i32 {
        match line {
            Line::Head(..) => self.head,
            Line::Case(_) => self.case,
        }
    }

    /// The height of all lines.
    pub fn all(self, lines: &[Line]) -> i32 {
        lines.iter().map(|line| self.of(line)).sum()
    }

    /// Where a case stands: from, to.
    pub fn place(self, lines: &[Line], case: &str) -> Option<(i32, i32)> {
        let at = lines.iter().position(|l| matches!(l, Line::Case(c) if c == case))?;
        let top = self.all(&lines[..at]);
        Some((top, top + self.case))
    }

    /// The lines to draw for a view that begins at `top` and is `tall`, with `spare` pixels on
    /// both sides; and where the first of them stands.
    pub fn slice(self, lines: &[Line], top: i32, tall: i32, spare: i32) -> (Range<usize>, i32) {
        let (mut from, mut y) = (0, 0);
        while from < lines.len() && y + self.of(&lines[from]) <= top - spare {
            y += self.of(&lines[from]);
            from += 1;
        }
        let (mut to, mut end) = (from, y);
        while to < lines.len() && end < top + tall + spare {
            end += self.of(&lines[to]);
            to += 1;
        }
        (from..to, y)
    }

    /// How many cases lie wholly or partly above and below what is seen.
    pub fn unseen(self, lines: &[Line], top: i32, tall: i32) -> (usize, usize) {
        let (mut y, mut above, mut below) = (0, 0, 0);
        for line in lines {
            let end = y + self.of(line);
            if matches!(line, Line::Case(_)) {
                // Half a line in sight can be read.
                let half = (end - y) / 2;
                above += usize::from(y + half < top);
                below += usize::from(y + half > top + tall);
            }
            y = end;
        }
        (above, below)
    }
}

/// Where to scroll so that what stands from `from` to `to` is in sight.
pub fn reveal((from, to): (i32, i32), top: i32, tall: i32) -> i32 {
    if from < top {
        from
    } else if to > top + tall {
        to - tall
    } else {
        top
    }
}

#[cfg(test)]
mod tests {
    use super::super::list::Group;
    use super::*;

    const SIZES: Heights = Heights { head: 20, case: 50 };

    fn lines(n: usize) -> Vec<Line> {
        let head = std::iter::once(Line::Head(Group::Open, n));
        head.chain((0..n).map(|i| Line::Case(i.to_string()))).collect()
    }

    #[test]
    fn what_is_drawn_covers_what_is_seen_and_stays_small() {
        let lines = lines(1_000);
        let tall = 600;
        for top in (0..SIZES.all(&lines)).step_by(37) {
            let (range, y) = SIZES.slice(&lines, top, tall, 100);
            assert!(range.len() <= (tall + 200) as usize / 50 + 3, "{range:?}");
            assert!(y <= top, "{y} {top}");
            let end = y + SIZES.all(&lines[range.clone()]);
            assert!(end >= (top + tall).min(SIZES.all(&lines)), "{end}");
            assert_eq!(y, SIZES.all(&lines[..range.start]));
        }
        let (none, _) = SIZES.slice(&[], 0, 600, 100);
        assert!(none.is_empty());
    }

    #[test]
    fn a_case_is_brought_into_sight_and_no_farther() {
        let lines = lines(100);
        let place = SIZES.place(&lines, "40").unwrap();
        assert_eq!(place, (20 + 40 * 50, 20 + 41 * 50));
        assert_eq!(reveal(place, 0, 600), place.1 - 600);
        assert_eq!(reveal(place, 3_000, 600), place.0);
        assert_eq!(reveal(place, 2_000, 600), 2_000);
        assert_eq!(SIZES.place(&lines, "no"), None);
    }

    #[test]
    fn nothing_is_out_of_sight_unsaid() {
        let lines = lines(10);
        assert_eq!(SIZES.unseen(&lines, 0, 1_000), (0, 0));
        assert_eq!(SIZES.unseen(&lines, 0, 120), (0, 8));
        assert_eq!(SIZES.unseen(&lines, 400, 120), (8, 0));
    }
}
