//! The wasm of the page that measures the tracker in the browser that shows it: films with exact
//! truth, drawn here, tracked here, timed here. `vision-bench_loader.js` drives it, one frame a call,
//! so that the page can say how far it is. What the figures become is the page's.

use js_sys::{Array, Object};
use vision::synth::evaluate::{COUNTS, quad};
use vision::synth::stress::{ALL, Film, LENGTH};
use vision::track::Tracker;
use vision::track::mat::distance;
use vision_worker::api::state;
use vision_worker::browser::{now, set};
use wasm_bindgen::prelude::*;

const SIZE: (usize, usize) = (640, 480);

fn main() {}

/// Names of the films, in order.
#[wasm_bindgen]
pub fn films() -> Array {
    ALL.iter().map(|stress| JsValue::from(format!("{stress:?}"))).collect()
}

/// Frames in a film.
#[wasm_bindgen]
pub fn frames() -> usize {
    LENGTH
}

/// One film and the tracker that looks at it.
#[wasm_bindgen]
pub struct Run {
    film: Film,
    tracker: Tracker,
    taken: bool,
    /// Milliseconds that taking the reference lasted.
    frozen: f64,
    frame: Vec<u8>,
}

#[wasm_bindgen]
impl Run {
    /// Film number `which` (of [`films`]; what is none is the first), drawn from a seed.
    #[wasm_bindgen(constructor)]
    pub fn new(which: usize, seed: u32) -> Run {
        let stress = ALL.get(which).copied().unwrap_or(ALL[0]);
        let film = Film::new(stress, seed.into(), SIZE.0, SIZE.1);
        let mut tracker = Tracker::new(SIZE.0, SIZE.1);
        let picture = film.scene.picture();
        let began = now();
        let taken = tracker.set_reference(&picture.px, picture.w, picture.h).is_ok();
        let frozen = now() - began;
        // What the worker does between two frames.
        while tracker.prepare() {}
        Run { film, tracker, taken, frozen, frame: Vec::new() }
    }

    /// Milliseconds that taking the reference lasted.
    pub fn freeze_ms(&self) -> f64 {
        self.frozen
    }

    /// Draws frame `i` and tracks it; with `anew` everything is forgotten first, so that it has to be
    /// found from nothing. Gives `{state, was, ms, px, counts}`: the states after and before, the
    /// tracker's own milliseconds, how far the corners are off (pixels; `undefined` without a place),
    /// and whether enough of the picture is in the frame for it to count.
    pub fn step(&mut self, i: usize, anew: bool) -> Object {
        let i = i % LENGTH;
        self.film.frame(i, &mut self.frame);
        let truth = self.film.truth(i);
        if anew {
            self.tracker.reset();
        }
        let was = self.tracker.state();
        let began = now();
        let place = self.tracker.process(&self.frame);
        let ms = now() - began;
        let picture = self.film.scene.picture();
        let corners = place.and_then(|m| quad(&m, picture)).zip(quad(&truth.h, picture));
        let out = Object::new();
        set(&out, "state", &state(self.tracker.state(), self.taken).into());
        set(&out, "was", &state(was, self.taken).into());
        set(&out, "ms", &ms.into());
        set(&out, "counts", &(truth.seen >= COUNTS).into());
        if let Some((got, wanted)) = corners {
            set(&out, "px", &distance(&got, &wanted).into());
        }
        out
    }
}
