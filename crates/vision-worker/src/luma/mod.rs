//! The grey values of a frame, by the fastest way that this browser and this camera allow. The
//! first frames are taken in every way there is; see [`trial`].

pub mod canvas;
pub mod copy;
pub mod gl;
pub mod trial;

use crate::browser::{Later, get, now, pixels};
use crate::plane::{REC_601, REC_709, Weights, difference, spread};
use canvas::Canvas;
use copy::Copy;
use gl::Gl;
use trial::{Trial, Way};
use wasm_bindgen::prelude::*;

/// What became of a frame.
pub enum Taken {
    /// Its grey values are there.
    Now,
    /// They will be when the promise is kept: see [`Luma::arrived`].
    Later(Later),
    /// It cannot be read.
    Never,
}

/// Takes frames of one size.
pub struct Luma {
    size: (usize, usize),
    gray: Vec<u8>,
    /// What another way than the canvas gives, while they are compared.
    other: Vec<u8>,
    canvas: Option<Canvas>,
    gl: Option<Gl>,
    copy: Copy,
    trial: Trial,
    /// The frame under way is taken in every way.
    comparing: bool,
    began: f64,
}

impl Luma {
    /// For frames to be tracked at `w` × `h` pixels.
    pub fn new(w: usize, h: usize) -> Luma {
        let mut trial = Trial::default();
        let (canvas, gl) = (Canvas::new(w, h), Gl::new(w, h));
        for (way, there) in [(Way::Canvas, canvas.is_some()), (Way::Gl, gl.is_some())] {
            if !there {
                trial.rule_out(way);
            }
        }
        let size = (w, h);
        let (gray, other) = (vec![0; w * h], vec![0; w * h]);
        Luma {
            size,
            gray,
            other,
            canvas,
            gl,
            copy: Copy::default(),
            trial,
            comparing: false,
            began: 0.0,
        }
    }

    /// Width and height, pixels.
    pub fn size(&self) -> (usize, usize) {
        self.size
    }

    /// The grey values of the last frame.
    pub fn gray(&self) -> &[u8] {
        &self.gray
    }

    /// The name of the way that is gone: `copyTo`, `webgl` or `2d`.
    pub fn way(&self) -> &'static str {
        self.trial.fastest().name()
    }

    /// Takes a frame.
    pub fn take(&mut self, frame: &JsValue) -> Taken {
        self.comparing = false;
        let Some(mut way) = self.trial.way() else { return self.compare(frame) };
        // At most three ways can fail one after the other.
        for _ in 0..3 {
            let done = match way {
                Way::Copy => match self.copy.begin(frame) {
                    Some(later) => return Taken::Later(later),
                    None => false,
                },
                Way::Gl => self.read_gl(frame, false),
                Way::Canvas => return self.read_canvas(frame),
            };
            if done {
                return Taken::Now;
            }
            self.trial.rule_out(way);
            way = self.trial.fastest();
        }
        Taken::Never
    }

    /// A copy was made; `false` when it is of no use.
    pub fn arrived(&mut self, layout: &JsValue) -> bool {
        let compared = core::mem::take(&mut self.comparing);
        let into = if compared { &mut self.other } else { &mut self.gray };
        let sound = self.copy.end(layout, into, self.size);
        if compared {
            self.judge(Way::Copy, sound);
            self.end_round();
            return true;
        }
        if !sound {
            self.trial.rule_out(Way::Copy);
        }
        sound
    }

    /// A copy was refused; `true` when the frame's grey values are there all the same.
    pub fn refused(&mut self) -> bool {
        let compared = core::mem::take(&mut self.comparing);
        self.trial.rule_out(Way::Copy);
        if compared {
            self.end_round();
        }
        compared
    }

    /// Takes a frame in every way.
    fn compare(&mut self, frame: &JsValue) -> Taken {
        self.began = now();
        if let never @ Taken::Never = self.read_canvas(frame) {
            return never;
        }
        self.trial.tried(Way::Canvas, now() - self.began, 0.0);
        if self.trial.open(Way::Gl) {
            self.began = now();
            let drawn = self.read_gl(frame, true);
            self.judge(Way::Gl, drawn);
        }
        if self.trial.open(Way::Copy) {
            self.began = now();
            if let Some(later) = self.copy.begin(frame) {
                self.comparing = true;
                return Taken::Later(later);
            }
            self.trial.rule_out(Way::Copy);
        }
        self.end_round();
        Taken::Now
    }

    fn judge(&mut self, way: Way, sound: bool) {
        let ms = now() - self.began;
        let (w, h) = self.size;
        let apart = if sound { difference(&self.gray, &self.other, w, h) } else { f64::NAN };
        self.trial.tried(way, ms, apart);
    }

    fn end_round(&mut self) {
        self.trial.end_round(spread(&self.gray));
        if self.trial.over() {
            self.other = Vec::new();
            if self.trial.fastest() != Way::Gl {
                // A graphics context is dear, and the page has one of its own.
                self.gl = None;
                self.trial.rule_out(Way::Gl);
            }
        }
    }

    fn read_canvas(&mut self, frame: &JsValue) -> Taken {
        let weights = weights(frame);
        let canvas = self.canvas.as_mut();
        let read = canvas.is_some_and(|c| c.read(frame, weights, &mut self.gray));
        if read { Taken::Now } else { Taken::Never }
    }

    fn read_gl(&mut self, frame: &JsValue, compared: bool) -> bool {
        let into = if compared { &mut self.other } else { &mut self.gray };
        let gl = self.gl.as_mut();
        gl.is_some_and(|gl| gl.read(frame, drawn_size(frame), weights(frame), into))
    }
}

/// How a frame's colours became its brightness, if it says so.
fn weights(frame: &JsValue) -> Weights {
    let matrix = get(&get(frame, "colorSpace"), "matrix").as_string();
    if matrix.as_deref() == Some("bt709") { REC_709 } else { REC_601 }
}

/// Width and height of a frame as it is drawn, pixels.
fn drawn_size(frame: &JsValue) -> (usize, usize) {
    // Only a `VideoFrame` has the first two, and only an `ImageBitmap` the others.
    let side = |video: &str, bitmap: &str| pixels(frame, video).max(pixels(frame, bitmap));
    (side("displayWidth", "width"), side("displayHeight", "height"))
}
