//! What nobody shall see on a picture: boxes drawn with a finger, painted into its pixels before it
//! is kept or sent. The same for a photo that is looked at and for a frozen frame.

use super::develop;
use super::drag::surface;
use crate::ui::El;
use crate::ui::dom::{el, svg};
use crate::ui::parts::{button, p};
use crate::ui::slot::Slot;
use crate::words::{Key, t};
use web_sys::HtmlCanvasElement;

/// Less than half a percent of a side is a tap that slipped.
const LEAST: u16 = 300;

/// What is covered.
#[derive(Clone, Default)]
pub struct Covers {
    /// Boxes are drawn now.
    pub on: bool,
    /// Boxes, by their points.
    list: Vec<Vec<u16>>,
    /// The box under the finger.
    draft: Vec<u16>,
}

/// Lays the boxes over the picture, and takes what a finger draws while covering is on.
pub fn over(picture: El, covers: &Slot<Covers>) -> El {
    let (shown, drawn, dragged) = (covers.clone(), covers.clone(), covers.clone());
    let over = el("div").class("over").live(move |e| {
        let _ = e.toggle_attribute_with_force("hidden", !shown.get().on);
    });
    let over = surface(over, t(Key::PhotoKeys), move |points, finished| {
        dragged.change(|covers| {
            covers.draft = if finished { Vec::new() } else { points.to_vec() };
            if finished && area(points).is_some_and(|(_, _, w, h)| w > LEAST && h > LEAST) {
                covers.list.push(points.to_vec());
            }
        });
    });
    picture
        .dynamic(move || {
            let mut covers = drawn.get();
            covers.list.push(covers.draft);
            boxes(&covers.list)
        })
        .add(over)
}

/// How to cover.
pub fn how() -> El {
    p("small", t(Key::PhotoCoverHow))
}

/// Takes the last box away.
pub fn undo(covers: &Slot<Covers>) -> El {
    let covers = covers.clone();
    button("btn quiet", t(Key::PhotoUndo), move || {
        covers.change(|covers| drop(covers.list.pop()));
    })
}

/// Paints over what is covered.
pub fn burn(canvas: &HtmlCanvasElement, covers: &Covers) {
    let Some(pen) = develop::pen(canvas) else { return };
    pen.set_fill_style_str("#000");
    let part = |v: u16, side: u32| f64::from(v) * f64::from(side) / 65_535.0;
    for (x, y, w, h) in covers.list.iter().filter_map(|c| area(c)) {
        let (cw, ch) = (canvas.width(), canvas.height());
        pen.fill_rect(part(x, cw), part(y, ch), part(w, cw), part(h, ch));
    }
}

/// Boxes given by two points each, black: what they cover will be gone.
fn boxes(list: &[Vec<u16>]) -> El {
    let mut out = svg("svg")
        .attr("class", "marks")
        .attr("viewBox", "0 0 65535 65535")
        .attr("preserveAspectRatio", "none");
    for points in list {
        let Some((x, y, w, h)) = area(points) else { continue };
        let int = |v: u16| crate::journey::brief::int(i64::from(v));
        let rect = svg("rect").attr("x", &int(x)).attr("y", &int(y));
        out = out.add(rect.attr("width", &int(w)).attr("height", &int(h)));
    }
    out
}

/// Left, top, width and height of the box from the first point to the last.
fn area(points: &[u16]) -> Option<(u16, u16, u16, u16)> {
    let [x1, y1, ..] = points[..] else { return None };
    let [.., x2, y2] = points[..] else { return None };
    Some((x1.min(x2), y1.min(y2), x1.abs_diff(x2), y1.abs_diff(y2)))
}
