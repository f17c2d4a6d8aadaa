//! The plain class: `new Tracker(w, h)`, `set_reference`, `process`. It knows of no camera and no
//! worker, and nothing handed to it can make it panic: what is no picture is a frame in which
//! nothing is seen.

use crate::browser::{set, take_bytes};
use js_sys::{Float64Array, Object};
use vision::track::{Quality, State, Tracker as Inner};
use wasm_bindgen::prelude::*;

/// Longest side of a reference, pixels.
pub const LONGEST: usize = 8192;

/// Says where a reference picture is in each frame of a film.
#[wasm_bindgen]
pub struct Tracker {
    inner: Inner,
    has_reference: bool,
    /// The frame being looked at; as large as a frame has to be.
    gray: Vec<u8>,
}

#[wasm_bindgen]
impl Tracker {
    /// For frames of `width` × `height` pixels.
    #[wasm_bindgen(constructor)]
    pub fn new(width: u32, height: u32) -> Tracker {
        let (w, h) = (width as usize, height as usize);
        // The tracker itself finds nothing in frames outside of these bounds.
        let gray = if Inner::fits(w, h) { vec![0; w * h] } else { Vec::new() };
        Tracker { inner: Inner::new(w, h), has_reference: false, gray }
    }

    /// Takes the picture to look for: `width` × `height` grey bytes, rows from the top. `false` when
    /// there is not enough detail in it (or it is no such picture); the one before is kept then.
    pub fn set_reference(&mut self, gray: &JsValue, width: u32, height: u32) -> bool {
        let Some(picture) = picture(gray, width as usize, height as usize) else { return false };
        let taken = self.inner.set_reference(&picture, width as usize, height as usize).is_ok();
        self.has_reference |= taken;
        taken
    }

    /// Forgets where the reference was, not what it looks like.
    pub fn reset(&mut self) {
        self.inner.reset();
    }

    /// Looks at a frame: `width` × `height` grey bytes, as said at the start. Gives the homography
    /// from reference pixels to frame pixels (row-major, pixel centres at integers), or `undefined`
    /// when the place is not known in this frame.
    pub fn process(&mut self, gray: &JsValue) -> Option<Float64Array> {
        let frame: &[u8] = if take_bytes(gray, &mut self.gray) { &self.gray } else { &[] };
        self.inner.process(frame).map(|m| Float64Array::from(&m[..]))
    }

    /// `empty` (no reference), `searching`, `locking`, `tracking`, `coasting` or `lost`.
    pub fn state(&self) -> String {
        state(self.inner.state(), self.has_reference).to_owned()
    }

    /// How good the last place is: `{ agreement, seen, sigma, score }`, or `undefined`.
    pub fn quality(&self) -> JsValue {
        self.inner.quality().map_or(JsValue::UNDEFINED, |q| quality(&q).into())
    }

    /// Says where the reference was in the frame just seen (nine numbers), so that the next frame
    /// starts from there. For a frozen frame that became the reference: the identity.
    pub fn start_from(&mut self, place: &Float64Array) {
        let mut m = [0.0; 9];
        if place.length() == 9 {
            place.copy_to(&mut m);
            self.inner.start_from(&m);
        }
    }

    /// Does a few milliseconds of work that need not be done now; `false` when nothing is left. Who
    /// never calls it finds tilted references a frame later.
    pub fn prepare(&mut self) -> bool {
        self.inner.prepare()
    }
}

/// The name of a state.
pub fn state(state: State, has_reference: bool) -> &'static str {
    if !has_reference {
        return "empty";
    }
    match state {
        State::Searching => "searching",
        State::Locking => "locking",
        State::Tracking => "tracking",
        State::Coasting => "coasting",
        State::Lost => "lost",
    }
}

/// A quality as a plain object.
pub fn quality(q: &Quality) -> Object {
    let o = Object::new();
    set(&o, "agreement", &q.agreement.into());
    set(&o, "seen", &q.seen.into());
    set(&o, "sigma", &q.sigma.into());
    set(&o, "score", &q.score.into());
    o
}

/// The bytes of a picture; `None` when they are not `w` × `h`.
pub fn picture(gray: &JsValue, w: usize, h: usize) -> Option<Vec<u8>> {
    if w.min(h) == 0 || w.max(h) > LONGEST {
        return None;
    }
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(w * h).ok()?;
    bytes.resize(w * h, 0);
    take_bytes(gray, &mut bytes).then_some(bytes)
}
