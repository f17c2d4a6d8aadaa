//! What nobody shall see on a frozen picture: boxes drawn with a finger, painted into its pixels
//! before it is kept or sent. For that a picture waits a few seconds; whoever goes on at once, draws,
//! or looks elsewhere has it kept at once.

use super::{Aim, Aiming, Keeping, Still};
use crate::device::loose;
use crate::driver::photos::drag::{area, boxes, surface};
use crate::driver::photos::look::burn;
use crate::ui::El;
use crate::ui::dom::{el, task};
use crate::ui::parts::{button, p};
use crate::words::{Key, t};
use std::rc::Rc;

/// How long a picture waits, milliseconds.
const WAIT: i32 = 4_000;
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
pub fn over(picture: El, still: &Still) -> El {
    let (shown, drawn, dragged) =
        (still.covers.clone(), still.covers.clone(), still.covers.clone());
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

/// The button while the picture waits; while covering is on, what to do and the end of it.
pub fn tools(aim: &Aim, still: &Still) -> El {
    let covers = still.covers.clone();
    if !covers.get().on {
        if still.keeping.get() != Keeping::Soon {
            return el("i").attr("hidden", "");
        }
        return button("btn wide", t(Key::PhotoCover), move || covers.change(|c| c.on = true));
    }
    let (aim, still, undo) = (aim.clone(), still.clone(), covers);
    el("div")
        .add(p("small", t(Key::PhotoCoverHow)))
        .add(button("btn lamp wide", t(Key::PhotoKeep), move || aim.keep_covered(&still)))
        .add(button("btn quiet", t(Key::PhotoUndo), move || {
            undo.change(|covers| drop(covers.list.pop()));
        }))
}

impl Aiming {
    /// Keeps a picture, in a few seconds, unless something is being covered.
    pub fn keep_soon(self: &Rc<Self>, still: &Still) {
        still.keeping.set(Keeping::Soon);
        let (aim, still) = (self.clone(), still.clone());
        task(async move {
            loose::pause(WAIT).await;
            if !still.covers.peek().on {
                aim.keep_covered(&still);
            }
        });
    }

    /// Paints what is covered and keeps the picture, if it still waits.
    pub fn keep_covered(self: &Rc<Self>, still: &Still) {
        if still.keeping.peek() != Keeping::Soon {
            return;
        }
        burn(&still.canvas, &still.covers.peek().list);
        still.covers.set(Covers::default());
        self.keep(still);
    }

    /// Nobody waits any longer for what is on the screen: it is kept now.
    pub fn keep_now(self: &Rc<Self>) {
        let still = self.still.borrow().clone();
        if let Some(still) = still {
            self.keep_covered(&still);
        }
    }
}
