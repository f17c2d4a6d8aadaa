//! A mark that is in the case already: its picture is read from this device, becomes what is looked
//! for in the live picture, and is what is shown when there is none.

use super::{Aim, Keeping, Still};
use crate::ar::frames::tracked;
use crate::ar::link::Reference;
use crate::driver::photos::covers::Covers;
use crate::driver::photos::{develop, mark};
use crate::react::*;
use crate::ui::dom::{task, window};
use crate::ui::slot::Slot;
use crate::words::Key;
use wasm_bindgen::JsValue;
use web_sys::HtmlCanvasElement;

/// Reads a photo of the case and its marks; says so when it is not on this device.
pub fn load(aim: &Aim, id: &str) {
    let app = aim.app;
    let found = app.state.with_untracked(|s| s.photos.iter().find(|p| p.id == id).cloned());
    let Some(photo) = found else {
        return aim.why.set(Some(Key::PhotoGone));
    };
    aim.follow.loading.set(true);
    let aim = aim.clone();
    task(async move {
        let canvas = match app.link().photo(&photo.sha).await {
            Some(blob) => develop::from_file(&blob, develop::SIDE).await.ok(),
            None => None,
        };
        aim.follow.loading.set(false);
        if !aim.stage.shown() {
            return;
        }
        match canvas {
            // One that was frozen meanwhile is what the driver wants now.
            Some(canvas) if aim.still.borrow().is_none() => {
                *aim.follow.given.borrow_mut() = reference(&canvas);
                aim.follow.owed.set(true);
                let still = aim.owner.with(|| Still {
                    canvas,
                    sheet: mark::Sheet::new(app, &photo.id, photo.marks),
                    drawing: false,
                    warn: Vec::new(),
                    keeping: Slot::new(Keeping::Kept),
                    covers: Slot::new(Covers::default()),
                });
                *aim.still.borrow_mut() = Some(still);
                aim.has_still.set(true);
                aim.follows(&photo.id);
            }
            Some(_) => {}
            None => aim.why.set(Some(Key::PhotoGone)),
        }
        if aim.follow.away.get() {
            let why = aim.why.peek().unwrap_or(Key::AimCamAbsent);
            return aim.without(why);
        }
        aim.kick();
    });
}

/// A picture as it is looked for: grey, as large as a tracked frame.
fn reference(canvas: &HtmlCanvasElement) -> Option<Reference> {
    let (w, h) = tracked(canvas.width(), canvas.height());
    let (gray, w, h) = develop::gray(canvas, canvas.width(), canvas.height(), w.max(h))?;
    Some(Reference { gray, w, h })
}

/// Names the photo in the address, so that a reload comes back to it; without one, none.
pub fn name(aim: &super::Aiming, id: &str) {
    let mut hash = String::from("#aim");
    let back = aim.back.trim_start_matches('#');
    if !id.is_empty() || back != "photos" {
        hash = ["#photos/aim/", id].concat();
        if back != "photos" {
            hash.push('/');
            hash.push_str(back);
        }
    }
    // Replaced, not gone to: the screen stands, and "back" still leaves it.
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&hash));
    }
}
