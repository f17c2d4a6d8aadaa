//! Marks on a photo as SVG paths in the photo's own pixels. Pure geometry; a mark that makes no
//! sense (an arrow of one point) draws nothing.

use case::event::{Mark, Shape};
use case::wire::put_int;

/// What is drawn for one mark.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// Path data; empty for words alone.
    pub path: String,
    /// Where the words stand.
    pub at: (i64, i64),
    /// The words.
    pub text: String,
}

/// Draws a mark on a photo of `w` by `h` pixels.
pub fn draw(mark: &Mark, w: u32, h: u32) -> Drawn {
    let scale = |v: u16, size: u32| i64::from(v) * i64::from(size) / 65_535;
    let points: Vec<(i64, i64)> =
        mark.at.chunks_exact(2).map(|p| (scale(p[0], w), scale(p[1], h))).collect();
    let mut path = String::new();
    match (mark.shape, points.as_slice()) {
        (Shape::Arrow, [from, to, ..]) => arrow(*from, *to, i64::from(w.max(h)) / 24, &mut path),
        (Shape::Ring, [a, b, ..]) => ring(*a, *b, &mut path),
        (Shape::Stroke, [first, rest @ ..]) => {
            step('M', *first, &mut path);
            rest.iter().for_each(|p| step('L', *p, &mut path));
        }
        _ => {}
    }
    Drawn { path, at: points.first().copied().unwrap_or_default(), text: mark.text.clone() }
}

fn step(letter: char, (x, y): (i64, i64), path: &mut String) {
    path.push(letter);
    put_int(x, path);
    path.push(' ');
    put_int(y, path);
}

/// A shaft and two barbs of the given length at its end.
fn arrow(from: (i64, i64), to: (i64, i64), barb: i64, path: &mut String) {
    step('M', from, path);
    step('L', to, path);
    let (dx, dy) = (from.0 - to.0, from.1 - to.1);
    let length = (dx * dx + dy * dy).isqrt().max(1);
    // The direction back along the shaft, turned by 30 degrees to each side: cos 866/1000, sin 1/2.
    for side in [1, -1] {
        let x = to.0 + barb * (dx * 866 - side * dy * 500) / (length * 1000);
        let y = to.1 + barb * (dy * 866 + side * dx * 500) / (length * 1000);
        step('M', to, path);
        step('L', (x, y), path);
    }
}

/// The ellipse in the box of two points.
fn ring(a: (i64, i64), b: (i64, i64), path: &mut String) {
    let (rx, ry) = ((a.0 - b.0).abs() / 2, (a.1 - b.1).abs() / 2);
    let middle = (a.1 + b.1) / 2;
    let (left, right) = (a.0.min(b.0), a.0.min(b.0) + 2 * rx);
    step('M', (left, middle), path);
    for x in [right, left] {
        path.push('A');
        put_int(rx, path);
        path.push(' ');
        put_int(ry, path);
        path.push_str(" 0 0 1 ");
        put_int(x, path);
        path.push(' ');
        put_int(middle, path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(shape: Shape, at: &[u16]) -> Mark {
        Mark { shape, at: at.to_vec(), text: String::new() }
    }

    #[test]
    fn marks_scale_to_the_photo() {
        let stroke = draw(&mark(Shape::Stroke, &[0, 0, 65_535, 65_535]), 1600, 1200);
        assert_eq!(stroke.path, "M0 0L1600 1200");
        let ring = draw(&mark(Shape::Ring, &[65_535, 0, 0, 65_535]), 100, 50);
        assert_eq!(ring.path, "M0 25A50 25 0 0 1 100 25A50 25 0 0 1 0 25");
        let arrow = draw(&mark(Shape::Arrow, &[0, 0, 65_535, 0]), 240, 100);
        assert_eq!(arrow.path, "M0 0L240 0M240 0L231 -5M240 0L231 5");
    }

    #[test]
    fn broken_marks_draw_nothing() {
        for shape in Shape::ALL {
            for at in [&[][..], &[7], &[65_535, 65_535]] {
                let drawn = draw(&mark(*shape, at), 10, 10);
                assert!(drawn.path.is_empty() || *shape == Shape::Stroke, "{shape:?} {at:?}");
            }
        }
        assert_eq!(draw(&mark(Shape::Arrow, &[5, 5, 5, 5]), 0, 0).path, "M0 0L0 0M0 0L0 0M0 0L0 0");
    }
}
