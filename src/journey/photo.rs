//! Photos of a case: which ones are asked for, and marks drawn over them. A pure view: where the
//! picture comes from and what a finger does is handed in. The desk draws marks with the same code.

use crate::ui::El;
use crate::ui::dom::svg;
use crate::words::Key;
use case::event::{Mark, Shape};
use case::state::Drawing;
use case::wire::put_int;

/// A photo that is asked for.
pub struct Shot {
    /// Its name in the case.
    pub id: &'static str,
    /// What it shows.
    pub title: Key,
    /// How to take it.
    pub how: Key,
    /// Drawing.
    pub pic: &'static str,
}

/// The guided photos, the most useful first; the last is for everything else.
#[rustfmt::skip]
pub const SHOTS: [Shot; 6] = [
    Shot { id: "behind", title: Key::PhotoBehind, how: Key::PhotoBehindHow, pic: "behind-rail" },
    Shot { id: "damage", title: Key::PhotoDamage, how: Key::PhotoDamageHow, pic: "photo" },
    Shot { id: "dash", title: Key::PhotoDash, how: Key::PhotoDashHow, pic: "light-red" },
    Shot { id: "place", title: Key::PhotoPlace, how: Key::PhotoPlaceHow, pic: "km-post" },
    Shot { id: "booklet", title: Key::PhotoBooklet, how: Key::PhotoBookletHow, pic: "booklet" },
    Shot { id: "", title: Key::PhotoOther, how: Key::PhotoOtherHow, pic: "other" },
];

/// The shot of a name; the free one for a name that is not in the list.
pub fn shot(id: &str) -> &'static Shot {
    SHOTS.iter().find(|s| s.id == id).unwrap_or(&SHOTS[SHOTS.len() - 1])
}

/// The words on the photo of a mark, longest.
pub const MARK_WORDS: &str = "40";

/// One of the lines that a mark is drawn with, one over the other.
struct Line {
    class: &'static str,
    /// How wide, in halves of a unit.
    wide: i64,
    /// How far a step's number is from the rim of what it stands on, in halves of a unit.
    rim: i64,
    /// It is of an agent's mark.
    agent: bool,
}

/// The driver's: a dark casing under the bright line, to be seen on snow and on tar.
const OWN: [Line; 2] = [
    Line { class: "mark under", wide: 4, rim: 10, agent: false },
    Line { class: "mark", wide: 2, rim: 8, agent: false },
];

/// An agent's: another colour, and a double line, for those to whom colours are alike.
const AGENT: [Line; 3] = [
    Line { class: "mark under", wide: 5, rim: 10, agent: true },
    Line { class: "mark agent", wide: 3, rim: 8, agent: true },
    Line { class: "mark core", wide: 1, rim: 0, agent: true },
];

/// The marks of a photo of `w` × `h` pixels, to lie over it in the same box.
pub fn marks(w: u32, h: u32, marks: &[Mark]) -> El {
    let mut out = sheet(w, h);
    for mark in marks {
        for line in &OWN {
            out = out.maybe(one(w, h, mark, line));
        }
    }
    out
}

/// What agents drew on a photo, each agent's name once.
pub fn drawings(w: u32, h: u32, drawn: &[Drawing]) -> El {
    let mut out = sheet(w, h);
    for mark in drawn.iter().flat_map(|d| &d.marks) {
        for line in &AGENT {
            out = out.maybe(one(w, h, mark, line));
        }
    }
    for (at, who) in names(drawn) {
        let (x, y) = (scale(at.0, w), scale(at.1, h));
        let unit = unit(w, h);
        // Above its mark, or below where the picture ends.
        let y = if y > unit * 12 { y - unit * 6 } else { y + unit * 9 };
        let name = svg("text").attr("class", "mark-who").attr("text-anchor", side(x, w));
        let name = name.attr("x", &int(x)).attr("y", &int(y)).attr("font-size", &int(unit * 4));
        out = out.add(name.attr("stroke-width", &int(unit)).text(who));
    }
    out
}

/// Where the name of each agent belongs: the first point of the first mark.
pub fn names(drawn: &[Drawing]) -> Vec<((u16, u16), &str)> {
    let mut out: Vec<((u16, u16), &str)> = Vec::new();
    for drawing in drawn {
        let who = drawing.who.as_str();
        let first = drawing.marks.first().map(|mark| mark.at.as_slice());
        if let (false, Some([x, y, ..])) = (who.is_empty(), first)
            && !out.iter().any(|(_, known)| *known == who)
        {
            out.push(((*x, *y), who));
        }
    }
    out
}

fn sheet(w: u32, h: u32) -> El {
    let mut frame = String::from("0 0 ");
    put_int(i64::from(w), &mut frame);
    frame.push(' ');
    put_int(i64::from(h), &mut frame);
    svg("svg").attr("class", "marks").attr("viewBox", &frame).attr("preserveAspectRatio", "none")
}

fn scale(v: u16, side: u32) -> i64 {
    i64::from(v) * i64::from(side) / 65_535
}

fn unit(w: u32, h: u32) -> i64 {
    i64::from(w.max(h)) / 110 + 1
}

fn one(w: u32, h: u32, mark: &Mark, line: &Line) -> Option<El> {
    let points: Vec<(i64, i64)> =
        mark.at.chunks_exact(2).map(|p| (scale(p[0], w), scale(p[1], h))).collect();
    let first = *points.first()?;
    let last = *points.last()?;
    let unit = unit(w, h);
    if mark.shape == Shape::Words {
        // The core is of lines alone.
        return (line.rim > 0).then(|| match is_step(&mark.text) {
            true => step(first, unit, &mark.text, line),
            false => words(first, unit, &mark.text, line).attr("text-anchor", side(first.0, w)),
        });
    }
    let mut path = String::new();
    match mark.shape {
        Shape::Stroke => {
            for (i, p) in points.iter().enumerate() {
                to(&mut path, if i == 0 { 'M' } else { 'L' }, *p);
            }
        }
        Shape::Ring => {
            let (rx, ry) = ((first.0 - last.0).abs() / 2, (first.1 - last.1).abs() / 2);
            let left = (first.0.min(last.0), (first.1 + last.1) / 2);
            to(&mut path, 'M', left);
            for sweep in [2 * rx, -2 * rx] {
                to(&mut path, 'a', (rx, ry));
                path.push_str(" 0 0 1 ");
                put_int(sweep, &mut path);
                path.push_str(" 0");
            }
        }
        _ => {
            to(&mut path, 'M', first);
            to(&mut path, 'L', last);
            let (dx, dy) = ((last.0 - first.0) as f64, (last.1 - first.1) as f64);
            let long = (dx * dx + dy * dy).sqrt().max(1.0);
            // Two strokes back from the point, at 30 degrees, as long as the line allows.
            let barb = long.min(unit as f64 * 6.0) / long;
            for side in [0.5, -0.5] {
                let x = last.0 as f64 - barb * (dx * 0.866 - dy * side);
                let y = last.1 as f64 - barb * (dy * 0.866 + dx * side);
                to(&mut path, 'M', last);
                to(&mut path, 'L', (x as i64, y as i64));
            }
        }
    }
    let wide = (unit * line.wide / 2).max(1);
    let drawn = svg("path").attr("class", line.class).attr("d", &path);
    let drawn = drawn.attr("stroke-width", &int(wide));
    if mark.text.is_empty() || line.rim == 0 {
        return Some(drawn);
    }
    // An arrow with words says which way to pull.
    let below = (first.0, first.1 + unit * 6);
    Some(svg("g").add(drawn).add(words(below, unit, &mark.text, line)))
}

/// On which side of their place words stand, so that they are on the picture.
fn side(x: i64, w: u32) -> &'static str {
    match x * 4 / i64::from(w.max(1)) {
        0 => "start",
        3.. => "end",
        _ => "middle",
    }
}

/// Whether the words of a mark are the number of a step.
fn is_step(text: &str) -> bool {
    (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

fn words(at: (i64, i64), unit: i64, text: &str, line: &Line) -> El {
    svg("text")
        .attr("class", line.class)
        .attr("x", &int(at.0))
        .attr("y", &int(at.1))
        .attr("font-size", &int(unit * 5))
        .attr("stroke-width", &int(if line.rim == 10 { unit } else { 0 }))
        .text(text)
}

/// A number in a disc, an agent's in a square.
fn step(at: (i64, i64), unit: i64, text: &str, line: &Line) -> El {
    let wide = unit * line.rim / 2;
    let disc = match line.agent {
        true => svg("rect")
            .attr("x", &int(at.0 - wide))
            .attr("y", &int(at.1 - wide))
            .attr("width", &int(2 * wide))
            .attr("height", &int(2 * wide)),
        false => svg("circle").attr("r", &int(wide)).attr("cx", &int(at.0)).attr("cy", &int(at.1)),
    };
    let disc = disc.attr("class", line.class);
    let number = svg("text").attr("class", "mark-step").attr("text-anchor", "middle");
    let number = number.attr("x", &int(at.0)).attr("y", &int(at.1 + unit * 9 / 5));
    svg("g").add(disc).add(number.attr("font-size", &int(unit * 5)).text(text))
}

fn to(path: &mut String, letter: char, (x, y): (i64, i64)) {
    path.push(letter);
    put_int(x, path);
    path.push(' ');
    put_int(y, path);
}

fn int(value: i64) -> String {
    super::brief::int(value)
}
