//! Marks as triangles on the canvas: each point goes through the map, lines keep their width on the
//! screen, words stay upright. The shapes are those of `journey::photo`, which draws the same marks
//! on a picture that stands still. It draws nothing itself.

use super::labels::{Area, Placer};
use super::lens::Lens;
use super::stand::Up;
use case::event::{Mark, Shape};

/// Red, green, blue, opacity.
type Colour = [u8; 4];

const LAMP: Colour = [255, 178, 36, 255];
const AGENT: Colour = [76, 201, 255, 255];
const CASING: Colour = [0, 0, 0, 190];
const SHADE: Colour = [11, 15, 20, 225];
const PAPER: Colour = [245, 247, 250, 255];
const INK: Colour = [20, 13, 0, 255];
const SHADOW: Colour = [0, 0, 0, 120];

/// How high what moves rises, in lengths of its way.
const LIFT: f64 = 0.35;

/// Bytes of a corner: place, place on the sheet of letters, colour.
pub const STRIDE: i32 = 20;

/// Parts of a ring.
const RING: usize = 48;

/// Whose a mark is: it is drawn in a colour and in a form of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// The driver's: one line, numbers in a disc.
    Own,
    /// An agent's: a double line, numbers in a square.
    Agent,
    /// The name of an agent, beside that agent's mark.
    Name,
}

/// How marks are drawn now.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Canvas pixels of one pixel of the page's own measure.
    pub px: f64,
    /// Drawn faint: where they are is foretold, not seen.
    pub faint: bool,
    /// How far what moves has moved, 0 to 1; nothing moves without it.
    pub phase: Option<f64>,
    /// How the plane stands in space, where that is known: what moves is lifted off it.
    pub up: Option<Up>,
}

/// A text on the sheet of letters: its box there in parts of the sheet, its size on the canvas.
#[derive(Clone, Copy, Debug)]
pub struct Written {
    /// Left, top, right, bottom, 0 to 1.
    pub uv: [f64; 4],
    /// Width, height on the canvas.
    pub size: (f64, f64),
}

/// Triangles, as bytes for the graphics card.
#[derive(Debug, Default)]
pub struct Mesh {
    /// Corners, [`STRIDE`] bytes each.
    pub bytes: Vec<u8>,
    faint: bool,
}

/// Whether the words of a mark are the number of a step.
pub fn is_step(text: &str) -> bool {
    (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

impl Mesh {
    /// Draws the marks anew. `inks` says whose each is (the driver's, where it says nothing),
    /// `texts` what stands on the sheet of letters for each.
    pub fn draw(
        &mut self,
        marks: &[Mark],
        inks: &[Ink],
        lens: &Lens,
        look: &Look,
        texts: &[Option<Written>],
        placer: &mut Placer,
    ) {
        self.bytes.clear();
        self.faint = look.faint;
        placer.clear();
        let ink = |n: usize| inks.get(n).copied().unwrap_or(Ink::Own);
        for (n, mark) in marks.iter().enumerate() {
            let lines: &[(f64, Colour)] = match ink(n) {
                Ink::Own => &[(9.0, CASING), (4.5, LAMP)],
                _ => &[(11.0, CASING), (6.5, AGENT), (2.0, INK)],
            };
            let outline = outline(mark, lens);
            for (wide, colour) in lines {
                for line in &outline {
                    self.line(line, wide * look.px, *colour);
                }
            }
            if let (Some(phase), true) = (look.phase, is_pull(mark)) {
                self.runner(mark, lens, look, phase);
            }
        }
        for (n, mark) in marks.iter().enumerate() {
            if let (Some(text), Some((x, y))) = (texts.get(n).copied().flatten(), tail(mark)) {
                let Some(at) = lens.at(x, y).filter(|at| inside(*at, lens.canvas)) else {
                    continue;
                };
                match ink(n) {
                    Ink::Own if is_step(&mark.text) => self.step(at, text, look.px),
                    Ink::Agent if is_step(&mark.text) => self.square(at, text, look.px),
                    ink => self.label(n, at, text, (look.px, ink), lens.canvas, placer),
                }
            }
        }
    }

    /// A number in a disc.
    fn step(&mut self, at: (f64, f64), text: Written, px: f64) {
        self.disc(at, 20.0 * px, CASING, 24);
        self.disc(at, 17.0 * px, LAMP, 24);
        let (w, h) = text.size;
        self.area(&Area { x: at.0 - w / 2.0, y: at.1 - h / 2.0, w, h }, INK, Some(text.uv));
    }

    /// A number in a square.
    fn square(&mut self, at: (f64, f64), text: Written, px: f64) {
        for (half, colour) in [(20.0 * px, CASING), (17.0 * px, AGENT)] {
            let side = 2.0 * half;
            self.area(&Area { x: at.0 - half, y: at.1 - half, w: side, h: side }, colour, None);
        }
        let (w, h) = text.size;
        self.area(&Area { x: at.0 - w / 2.0, y: at.1 - h / 2.0, w, h }, INK, Some(text.uv));
    }

    /// Words beside their place, and the line that leads there; a name stands without one.
    fn label(
        &mut self,
        n: usize,
        at: (f64, f64),
        text: Written,
        (px, ink): (f64, Ink),
        canvas: (f64, f64),
        placer: &mut Placer,
    ) {
        let pad = 6.0 * px;
        let size = (text.size.0 + 2.0 * pad, text.size.1 + pad);
        let area = placer.place(n, at, size, 22.0 * px, canvas);
        if ink != Ink::Name {
            let bright = if ink == Ink::Own { LAMP } else { AGENT };
            let from = area.nearest(at);
            for (wide, colour) in [(5.0, CASING), (2.5, bright)] {
                self.line(&[at, from], wide * px, colour);
            }
            self.disc(at, 7.0 * px, CASING, 16);
            self.disc(at, 4.5 * px, bright, 16);
        }
        self.area(&area, SHADE, None);
        let (w, h) = text.size;
        let inner = Area { x: area.x + pad, y: area.y + pad / 2.0, w, h };
        self.area(&inner, PAPER, Some(text.uv));
    }

    /// Something bright that runs the way the pull goes. Where the pose is known it rises off the
    /// plane on its way, above its own shadow; without, it runs in the plane.
    fn runner(&mut self, mark: &Mark, lens: &Lens, look: &Look, phase: f64) {
        let [x1, y1, .., x2, y2] = mark.at[..] else { return };
        let px = look.px;
        let (ux, uy) = lens.unit();
        let side = |a: u16, b: u16, unit: f64| (f64::from(b) - f64::from(a)) / unit;
        let long = side(x1, x2, ux).hypot(side(y1, y2, uy));
        for part in [phase, (phase + 0.5).fract()] {
            let between = |a: u16, b: u16| f64::from(a) + (f64::from(b) - f64::from(a)) * part;
            let (x, y) = (between(x1, x2), between(y1, y2));
            let Some(below) = lens.at(x, y) else { continue };
            let high = LIFT * long * (part * std::f64::consts::PI).sin();
            let at = look.up.and_then(|up| up.at(x, y, high));
            if let Some(at) = at {
                self.disc(below, 6.5 * px, SHADOW, 16);
                self.line(&[below, at], 2.0 * px, SHADOW);
            }
            let at = at.unwrap_or(below);
            self.disc(at, 9.0 * px, CASING, 16);
            self.disc(at, 6.5 * px, PAPER, 16);
        }
    }

    fn line(&mut self, points: &[(f64, f64)], wide: f64, colour: Colour) {
        let half = wide / 2.0;
        for pair in points.windows(2) {
            let ((ax, ay), (bx, by)) = (pair[0], pair[1]);
            let long = (bx - ax).hypot(by - ay);
            if long > 1e-6 {
                let (nx, ny) = (-(by - ay) / long * half, (bx - ax) / long * half);
                self.quad(
                    [
                        (ax + nx, ay + ny),
                        (ax - nx, ay - ny),
                        (bx + nx, by + ny),
                        (bx - nx, by - ny),
                    ],
                    colour,
                    None,
                );
            }
        }
        // Round ends and joints.
        for at in points {
            self.disc(*at, half, colour, 10);
        }
    }

    fn disc(&mut self, at: (f64, f64), r: f64, colour: Colour, parts: usize) {
        let rim = |i: usize| {
            let a = i as f64 / parts as f64 * std::f64::consts::TAU;
            (at.0 + r * a.cos(), at.1 + r * a.sin())
        };
        for i in 0..parts {
            for point in [at, rim(i), rim(i + 1)] {
                self.corner(point, None, colour);
            }
        }
    }

    fn area(&mut self, a: &Area, colour: Colour, uv: Option<[f64; 4]>) {
        self.quad(
            [(a.x, a.y), (a.x, a.y + a.h), (a.x + a.w, a.y), (a.x + a.w, a.y + a.h)],
            colour,
            uv,
        );
    }

    /// Four corners: left top, left bottom, right top, right bottom.
    fn quad(&mut self, at: [(f64, f64); 4], colour: Colour, uv: Option<[f64; 4]>) {
        let uv = uv.map(|[l, t, r, b]| [(l, t), (l, b), (r, t), (r, b)]);
        for i in [0, 1, 2, 2, 1, 3] {
            self.corner(at[i], uv.map(|uv| uv[i]), colour);
        }
    }

    fn corner(&mut self, at: (f64, f64), uv: Option<(f64, f64)>, mut colour: Colour) {
        if self.faint {
            colour[3] = (u16::from(colour[3]) * 2 / 5) as u8;
        }
        // Left of the sheet: no letters.
        let uv = uv.unwrap_or((-1.0, 0.0));
        for v in [at.0, at.1, uv.0, uv.1] {
            self.bytes.extend_from_slice(&(v as f32).to_le_bytes());
        }
        self.bytes.extend_from_slice(&colour);
    }
}

fn inside(at: (f64, f64), canvas: (f64, f64)) -> bool {
    (0.0..=canvas.0).contains(&at.0) && (0.0..=canvas.1).contains(&at.1)
}

/// An arrow with words says which way to pull.
fn is_pull(mark: &Mark) -> bool {
    mark.shape == Shape::Arrow && !mark.text.is_empty()
}

/// Where the words of a mark belong: its first point.
fn tail(mark: &Mark) -> Option<(f64, f64)> {
    let [x, y, ..] = mark.at[..] else { return None };
    Some((f64::from(x), f64::from(y)))
}

/// The lines of a mark on the canvas; what lies behind the eye is left out.
fn outline(mark: &Mark, lens: &Lens) -> Vec<Vec<(f64, f64)>> {
    let points: Vec<(f64, f64)> =
        mark.at.chunks_exact(2).map(|p| (f64::from(p[0]), f64::from(p[1]))).collect();
    let (Some(&first), Some(&last)) = (points.first(), points.last()) else { return Vec::new() };
    let own: Vec<Vec<(f64, f64)>> = match mark.shape {
        Shape::Words => return Vec::new(),
        Shape::Stroke => vec![points],
        Shape::Ring => {
            let (cx, cy) = ((first.0 + last.0) / 2.0, (first.1 + last.1) / 2.0);
            let (rx, ry) = ((first.0 - last.0) / 2.0, (first.1 - last.1) / 2.0);
            let rim = |i: usize| {
                let a = i as f64 / RING as f64 * std::f64::consts::TAU;
                (cx + rx * a.cos(), cy + ry * a.sin())
            };
            vec![(0..=RING).map(rim).collect()]
        }
        Shape::Arrow => arrow(first, last, lens),
    };
    own.iter().flat_map(|line| seen(line, lens)).collect()
}

/// The line and its two barbs, in the reference's plane.
fn arrow(first: (f64, f64), last: (f64, f64), lens: &Lens) -> Vec<Vec<(f64, f64)>> {
    let (ux, uy) = lens.unit();
    let (dx, dy) = ((last.0 - first.0) / ux, (last.1 - first.1) / uy);
    let long = dx.hypot(dy).max(1.0);
    // As on a picture that stands still: at most six of its 110 parts, at 30 degrees.
    let barb = long.min(lens.reference.0.max(lens.reference.1) * 6.0 / 110.0) / long;
    let end = |side: f64| {
        let x = barb * (dx * 0.866 - dy * side);
        let y = barb * (dy * 0.866 + dx * side);
        (last.0 - x * ux, last.1 - y * uy)
    };
    vec![vec![first, last], vec![end(0.5), last, end(-0.5)]]
}

fn seen(line: &[(f64, f64)], lens: &Lens) -> Vec<Vec<(f64, f64)>> {
    let mut out = vec![Vec::new()];
    for (x, y) in line {
        match (lens.at(*x, *y), out.last_mut()) {
            (Some(at), Some(run)) => run.push(at),
            _ => out.push(Vec::new()),
        }
    }
    out.retain(|run| !run.is_empty());
    out
}

#[cfg(test)]
mod tests {
    use super::super::lens::Map;
    use super::*;

    fn lens(map: Map) -> Lens {
        let size = (640.0, 480.0);
        Lens { map, reference: size, tracked: size, canvas: size }
    }

    fn mark(shape: Shape, at: &[u16], text: &str) -> Mark {
        Mark { shape, at: at.to_vec(), text: text.into() }
    }

    fn corners(mesh: &Mesh) -> Vec<(f32, f32)> {
        let number = |b: &[u8]| f32::from_le_bytes([b[0], b[1], b[2], b[3]]);
        mesh.bytes.chunks_exact(20).map(|c| (number(&c[..4]), number(&c[4..8]))).collect()
    }

    fn drawn(marks: &[Mark], map: Map, texts: &[Option<Written>]) -> Mesh {
        let mut mesh = Mesh::default();
        let look = Look { px: 1.0, faint: false, phase: Some(0.25), up: None };
        mesh.draw(marks, &[], &lens(map), &look, texts, &mut Placer::default());
        mesh
    }

    #[test]
    fn a_ring_goes_through_the_map_point_by_point() {
        let map = Map([1.1, 0.05, 12.0, -0.04, 0.9, 7.0, 2e-4, -1e-4, 1.0]);
        let ring = mark(Shape::Ring, &[20_000, 20_000, 40_000, 44_000], "");
        let mesh = drawn(std::slice::from_ref(&ring), map, &[None]);
        let corners = corners(&mesh);
        assert!(!corners.is_empty() && corners.len().is_multiple_of(3));
        let lens = lens(map);
        for i in 0..360 {
            let a = f64::from(i).to_radians();
            let want =
                lens.at(30_000.0 + 10_000.0 * a.cos(), 32_000.0 + 12_000.0 * a.sin()).unwrap();
            let near = corners
                .iter()
                .map(|c| (f64::from(c.0) - want.0).hypot(f64::from(c.1) - want.1))
                .fold(f64::MAX, f64::min);
            assert!(near < 9.0, "{near} px beside the rim at {i} degrees");
        }
    }

    #[test]
    fn nothing_is_drawn_of_what_lies_behind_the_eye_or_is_malformed() {
        let behind = Map([1.0, 0.0, 0.0, 0.0, 1.0, 0.0, -1.0, 0.0, 1.0]);
        let stroke = mark(Shape::Stroke, &[60_000, 100, 65_000, 200], "");
        assert!(drawn(&[stroke], behind, &[None]).bytes.is_empty());
        for at in [&[][..], &[5][..]] {
            for shape in [Shape::Arrow, Shape::Ring, Shape::Stroke, Shape::Words] {
                let text = Written { uv: [0.0; 4], size: (20.0, 10.0) };
                assert!(drawn(&[mark(shape, at, "x")], Map::SAME, &[Some(text)]).bytes.is_empty());
            }
        }
    }

    #[test]
    fn words_outside_of_the_picture_are_left_out_and_inside_stay_inside() {
        let text = Some(Written { uv: [0.0, 0.0, 1.0, 1.0], size: (80.0, 20.0) });
        let words = mark(Shape::Words, &[65_000, 300], "here");
        let away = Map([1.0, 0.0, 900.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]);
        assert!(drawn(std::slice::from_ref(&words), away, &[text]).bytes.is_empty());
        for (x, y) in corners(&drawn(&[words], Map::SAME, &[text])) {
            assert!((-10.0..=650.0).contains(&x) && (-10.0..=490.0).contains(&y), "{x} {y}");
        }
    }

    #[test]
    fn a_pull_rises_off_a_tilted_plane_and_stays_on_it_without_a_pose() {
        let pull = mark(Shape::Arrow, &[10_000, 32_000, 50_000, 32_000], "pull");
        let tilted = Map([0.9, 0.0, 20.0, 0.05, 1.0, 4.0, 6e-4, 0.0, 1.0]);
        let lens = lens(tilted);
        let highest = |up| {
            let mut mesh = Mesh::default();
            let look = Look { px: 1.0, faint: false, phase: Some(0.5), up };
            let pull = std::slice::from_ref(&pull);
            mesh.draw(pull, &[], &lens, &look, &[None], &mut Placer::default());
            let paper = mesh.bytes.chunks_exact(20).zip(corners(&mesh));
            let paper = paper.filter(|(c, _)| c[16..19] == PAPER[..3]).map(|(_, at)| at);
            let runner = lens.at(30_000.0, 32_000.0).unwrap();
            paper
                .map(|at| (f64::from(at.0) - runner.0).hypot(f64::from(at.1) - runner.1))
                .fold(f64::MAX, f64::min)
        };
        let up = super::super::stand::Stand::default().of(&lens);
        assert!(up.is_some() && highest(None) < 7.0);
        assert!(highest(up) > 10.0, "{}", highest(up));
    }

    #[test]
    fn whose_a_mark_is_shows_in_colour_and_in_form() {
        let step = mark(Shape::Words, &[32_000, 32_000], "1");
        let ring = mark(Shape::Ring, &[20_000, 20_000, 40_000, 44_000], "");
        let name = mark(Shape::Words, &[20_000, 20_000], "7");
        let text = Some(Written { uv: [0.0, 0.0, 1.0, 1.0], size: (20.0, 10.0) });
        let drawn = |mark: &Mark, ink| {
            let mut mesh = Mesh::default();
            let look = Look { px: 1.0, faint: false, phase: None, up: None };
            let (lens, mut placer) = (lens(Map::SAME), Placer::default());
            mesh.draw(std::slice::from_ref(mark), &[ink], &lens, &look, &[text], &mut placer);
            mesh
        };
        let has = |mesh: &Mesh, colour: Colour| {
            mesh.bytes.chunks_exact(20).any(|c| c[16..19] == colour[..3])
        };
        for mark in [&step, &ring] {
            let (own, agent) = (drawn(mark, Ink::Own), drawn(mark, Ink::Agent));
            assert!(has(&own, LAMP) && !has(&own, AGENT));
            assert!(has(&agent, AGENT) && !has(&agent, LAMP));
            assert_ne!(corners(&own).len(), corners(&agent).len());
        }
        // A name is never taken for a number, and points at nothing.
        let name = drawn(&name, Ink::Name);
        assert!(has(&name, PAPER) && !has(&name, AGENT) && !has(&name, LAMP));
    }

    #[test]
    fn steps_are_numbers_of_one_or_two_digits() {
        for (text, is) in [("1", true), ("12", true), ("", false), ("123", false), ("a1", false)] {
            assert_eq!(is_step(text), is, "{text}");
        }
    }

    #[test]
    fn what_is_foretold_is_faint() {
        let ring = mark(Shape::Ring, &[20_000, 20_000, 40_000, 44_000], "");
        let mut mesh = Mesh::default();
        let look = Look { px: 1.0, faint: true, phase: None, up: None };
        mesh.draw(&[ring], &[], &lens(Map::SAME), &look, &[], &mut Placer::default());
        assert!(mesh.bytes.chunks_exact(20).all(|c| c[19] < 110));
    }
}
