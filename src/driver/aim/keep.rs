//! A frozen picture waits a few seconds before it is kept, so that what nobody shall see can be covered
//! first; whoever goes on at once, draws, or looks elsewhere has it kept at once.

use super::{Aim, Aiming, Keeping, Still};
use crate::device::loose;
use crate::driver::photos::covers::{Covers, burn, how, undo};
use crate::ui::El;
use crate::ui::dom::{el, task};
use crate::ui::parts::button;
use crate::words::{Key, t};
use std::rc::Rc;

/// How long a picture waits, milliseconds.
const WAIT: i32 = 4_000;

/// The button while the picture waits; while covering is on, what to do and the end of it.
pub fn tools(aim: &Aim, still: &Still) -> El {
    let covers = still.covers.clone();
    if !covers.get().on {
        if still.keeping.get() != Keeping::Soon {
            return el("i").attr("hidden", "");
        }
        return button("btn wide", t(Key::PhotoCover), move || covers.change(|c| c.on = true));
    }
    let (aim, still) = (aim.clone(), still.clone());
    el("div")
        .add(how())
        .add(button("btn lamp wide", t(Key::PhotoKeep), move || aim.keep_covered(&still)))
        .add(undo(&covers))
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
        burn(&still.canvas, &still.covers.peek());
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
