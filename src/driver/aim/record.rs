//! A sequence that went wrong, for those who mend the tracker: off until the driver says yes on this
//! screen; then the last seconds are in this page's memory, small and grey, and become a file of the
//! driver's own when asked for. Nothing here reaches the case or the network.

use super::{Aim, Aiming, now};
use crate::ar::frames::tracked;
use crate::ar::lens::Map;
use crate::ar::link::Pose;
use crate::ar::rung::{Rung, State};
use crate::device::loose::{call, get};
use crate::driver::photos::develop;
use crate::ui::El;
use crate::ui::dom::{el, page};
use crate::ui::parts::{button, fold, p};
use crate::ui::slot::Slot;
use crate::words::{Key, t};
use js_sys::{Array, Uint8Array};
use std::cell::{Cell, RefCell};
use vision::recording::{Picture, Recording, Shot};
use wasm_bindgen::JsValue;
use web_sys::Blob;

/// Longest side of what is kept, pixels.
const SIDE: u32 = 320;
/// How long back it goes, milliseconds.
const SPAN: u32 = 10_000;
/// Most bytes of frames.
const BYTES: usize = 12 << 20;
/// Least time between two frames that are kept, milliseconds.
const PAUSE: f64 = 50.0;

/// What is kept, and whether.
pub struct Recorder {
    on: Slot<bool>,
    /// There is something to save.
    some: Slot<bool>,
    kept: RefCell<Recording>,
    last: Cell<f64>,
}

impl Recorder {
    /// Off.
    pub fn new() -> Recorder {
        let (on, some) = (Slot::new(false), Slot::new(false));
        Recorder { on, some, kept: RefCell::default(), last: Cell::new(0.0) }
    }
}

/// What it is, in words, the yes, and the file.
pub fn view(aim: &Aim) -> El {
    let (pressed, shown, save, some) =
        (aim.clone(), aim.clone(), aim.clone(), aim.recorder.some.clone());
    let consent = button("btn", "", move || pressed.consent()).live(move |e| {
        let on = shown.recorder.on.get();
        let _ = e.set_attribute("aria-pressed", if on { "true" } else { "false" });
        e.set_text_content(Some(t(if on { Key::AimRecordStop } else { Key::AimRecordStart })));
    });
    let save = button("btn", t(Key::AimRecordSave), move || save.save()).live(move |e| {
        let _ = e.toggle_attribute_with_force("disabled", !some.get());
    });
    let (rung, some) = (aim.rung.clone(), aim.recorder.some.clone());
    let fold = fold("record", t(Key::AimRecord)).live(move |e| {
        // Where nothing is followed there is nothing to keep; what is kept can be saved all the same.
        let _ = e.toggle_attribute_with_force("hidden", rung.get() != Rung::Tracked && !some.get());
    });
    fold.add(p("small", t(Key::AimRecordHow))).add(el("div").class("two").add(consent).add(save))
}

impl Aiming {
    fn consent(&self) {
        let on = !self.recorder.on.peek();
        if !on {
            // The yes is taken back: nothing of it stays.
            *self.recorder.kept.borrow_mut() = Recording::default();
            self.recorder.some.set(false);
        }
        self.recorder.on.set(on);
    }

    /// Keeps a frame and what was said of it, when the driver said yes.
    pub fn record(&self, pose: &Pose) {
        let recorder = &self.recorder;
        let time = now();
        if !recorder.on.peek() || time - recorder.last.get() < PAUSE {
            return;
        }
        recorder.last.set(time);
        let Some(small) = small(&pose.frame.0, pose.frame.size()) else { return };
        let place = pose.map.zip(self.follow.reference.get()).map(|(map, reference)| {
            let from = tracked(reference.0 as u32, reference.1 as u32);
            let (rw, rh) = develop::fit(from.0, from.1, SIDE);
            let (tw, th) = self.follow.size.get();
            let up = (reference.0 / f64::from(rw), reference.1 / f64::from(rh));
            let down = (small.w as f64 / f64::from(tw), small.h as f64 / f64::from(th));
            scaled(&map, up, down)
        });
        let state = match pose.state {
            State::Empty => 0,
            State::Searching => 1,
            State::Locking => 2,
            State::Tracking => 3,
            State::Coasting => 4,
            State::Lost => 5,
        };
        let ms = (time % f64::from(u32::MAX)) as u32;
        let shot = Shot { ms, state, map: place, gray: small.gray };
        recorder.kept.borrow_mut().push((small.w, small.h), shot, SPAN, BYTES);
        if !recorder.some.peek() {
            recorder.some.set(true);
        }
    }

    /// The file, as the browser saves files.
    fn save(&self) {
        let mut kept = self.recorder.kept.borrow_mut();
        let still = self.still.borrow();
        let canvas = still.as_ref().filter(|s| !s.drawing).map(|s| &s.canvas);
        kept.reference = canvas.and_then(|c| small(c, (c.width(), c.height())));
        let bytes = Array::of1(&Uint8Array::from(&kept.write()[..]));
        let Ok(blob) = Blob::new_with_buffer_source_sequence(&bytes) else { return };
        let Ok(url) = web_sys::Url::create_object_url_with_blob(&blob) else { return };
        let link = el("a").attr("href", &url).attr("download", "nightwatch.nwrec");
        // Firefox follows only links that are on the page.
        let body: JsValue = get(&page(), "body").unwrap_or_default();
        call(&body, "appendChild", &[link.node().into()]);
        call(link.node(), "click", &[]);
        call(link.node(), "remove", &[]);
        crate::ui::dom::task(async move {
            crate::device::loose::pause(60_000).await;
            let _ = web_sys::Url::revoke_object_url(&url);
        });
    }
}

/// A picture, small and grey.
fn small(source: &JsValue, (w, h): (u32, u32)) -> Option<Picture> {
    let (gray, w, h) = develop::gray(source, w, h, SIDE)?;
    Some(Picture { w: w as usize, h: h as usize, gray })
}

/// The map between pictures of other sizes: a pixel of the new reference is `up` old ones, a pixel of
/// the old frame is `down` new ones; pixel centres are at integers in each.
fn scaled(map: &Map, up: (f64, f64), down: (f64, f64)) -> [f64; 9] {
    let mut m = map.0;
    for row in m.chunks_exact_mut(3) {
        let shift = row[0] * (up.0 - 1.0) / 2.0 + row[1] * (up.1 - 1.0) / 2.0;
        (row[0], row[1], row[2]) = (row[0] * up.0, row[1] * up.1, row[2] + shift);
    }
    for i in 0..3 {
        m[i] = m[i] * down.0 + m[6 + i] * (down.0 - 1.0) / 2.0;
        m[3 + i] = m[3 + i] * down.1 + m[6 + i] * (down.1 - 1.0) / 2.0;
    }
    m
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_between_smaller_pictures_says_the_same() {
        let map = Map([1.1, 0.05, 12.0, -0.04, 0.9, 7.0, 2e-4, -1e-4, 1.0]);
        let small = Map(scaled(&map, (2.0, 3.0), (0.5, 0.25)));
        for (x, y) in [(0.0, 0.0), (100.0, 40.0), (319.0, 119.0)] {
            let (bx, by) = map.at((x + 0.5) * 2.0 - 0.5, (y + 0.5) * 3.0 - 0.5).unwrap();
            let got = small.at(x, y).unwrap();
            let want = ((bx + 0.5) * 0.5 - 0.5, (by + 0.5) * 0.25 - 0.5);
            assert!((got.0 - want.0).abs() + (got.1 - want.1).abs() < 1e-9, "{got:?} {want:?}");
        }
    }
}
