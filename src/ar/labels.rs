//! Where the words of a mark stand: upright, beside their place, inside the picture, not on each
//! other, and on the same side from frame to frame. Plain arithmetic.

/// A box on the canvas, pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// Left side.
    pub x: f64,
    /// Upper side.
    pub y: f64,
    /// Width.
    pub w: f64,
    /// Height.
    pub h: f64,
}

impl Area {
    fn meets(&self, other: &Area) -> bool {
        self.x < other.x + other.w
            && other.x < self.x + self.w
            && self.y < other.y + other.h
            && other.y < self.y + self.h
    }

    /// The point of the box that is nearest to a point.
    pub fn nearest(&self, at: (f64, f64)) -> (f64, f64) {
        (at.0.clamp(self.x, self.x + self.w), at.1.clamp(self.y, self.y + self.h))
    }
}

/// Remembers on which side each label stood.
#[derive(Clone, Debug, Default)]
pub struct Placer {
    sides: Vec<usize>,
    taken: Vec<Area>,
}

/// Right and up, left and up, right and down, left and down.
const SIDES: [(f64, f64); 4] = [(1.0, -1.0), (-1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)];

impl Placer {
    /// A new frame: nothing stands yet.
    pub fn clear(&mut self) {
        self.taken.clear();
    }

    /// The box of label `n`, of `w` × `h` pixels, `gap` pixels beside its place `at` on a canvas
    /// of `canvas` pixels.
    pub fn place(
        &mut self,
        n: usize,
        at: (f64, f64),
        (w, h): (f64, f64),
        gap: f64,
        canvas: (f64, f64),
    ) -> Area {
        if self.sides.len() <= n {
            self.sides.resize(n + 1, 0);
        }
        let there = |side: usize| {
            let (dx, dy) = SIDES[side];
            let x = if dx > 0.0 { at.0 + gap } else { at.0 - gap - w };
            let y = if dy > 0.0 { at.1 + gap } else { at.1 - gap - h };
            Area { x, y, w, h }
        };
        let fits = |area: &Area| {
            area.x >= 0.0
                && area.y >= 0.0
                && area.x + w <= canvas.0
                && area.y + h <= canvas.1
                && !self.taken.iter().any(|other| other.meets(area))
        };
        let old = self.sides[n];
        let side = [old, 0, 1, 2, 3].into_iter().find(|side| fits(&there(*side)));
        self.sides[n] = side.unwrap_or(old);
        let mut area = there(self.sides[n]);
        // Nowhere free: inside the picture at least, where it can be read.
        area.x = area.x.min(canvas.0 - w).max(0.0);
        area.y = area.y.min(canvas.1 - h).max(0.0);
        self.taken.push(area);
        area
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANVAS: (f64, f64) = (640.0, 480.0);
    const SIZE: (f64, f64) = (100.0, 30.0);

    #[test]
    fn stands_inside_wherever_its_place_is() {
        for x in (-200..900).step_by(37) {
            for y in (-200..700).step_by(41) {
                let mut placer = Placer::default();
                let at = (f64::from(x), f64::from(y));
                let area = placer.place(0, at, SIZE, 20.0, CANVAS);
                assert!(area.x >= 0.0 && area.x + area.w <= CANVAS.0, "{area:?}");
                assert!(area.y >= 0.0 && area.y + area.h <= CANVAS.1, "{area:?}");
            }
        }
    }

    #[test]
    fn two_labels_of_one_place_do_not_cover_each_other() {
        let mut placer = Placer::default();
        let areas: Vec<Area> =
            (0..4).map(|n| placer.place(n, (320.0, 240.0), SIZE, 20.0, CANVAS)).collect();
        for (i, a) in areas.iter().enumerate() {
            assert!(areas[i + 1..].iter().all(|b| !a.meets(b)));
        }
    }

    #[test]
    fn keeps_its_side_while_it_can() {
        let mut placer = Placer::default();
        // Near the right edge it goes to the left …
        let first = placer.place(0, (600.0, 240.0), SIZE, 20.0, CANVAS);
        assert!(first.x < 600.0);
        // … and stays there although the right side is free again.
        placer.clear();
        assert!(placer.place(0, (300.0, 240.0), SIZE, 20.0, CANVAS).x < 300.0);
    }

    #[test]
    fn a_label_wider_than_the_picture_begins_at_its_edge() {
        let area = Placer::default().place(0, (50.0, 50.0), (900.0, 30.0), 20.0, CANVAS);
        assert!(area.x.abs() < f64::EPSILON);
    }
}
