//! The loop of the web worker: frames in, poses out, by plain messages. Which messages there are is
//! told in the crate's README.
//!
//! `vision-worker_loader.js` calls [`receive`] with each message. It owns no camera, and hands every
//! frame back so that what is drawn is what was tracked.

use crate::advice::{Advice, Seen};
use crate::api::{picture, quality, state};
use crate::browser::{answer, get, heap, now, pixels, post, set, set_timeout};
use crate::luma::{Luma, Taken};
use js_sys::{Float64Array, Uint8Array};
use std::cell::RefCell;
use vision::track::Tracker;
use vision::track::mat::{IDENTITY, Mat3};
use wasm_bindgen::prelude::*;

/// Frames in a row that cannot be read before the worker gives up.
const UNREADABLE: u32 = 10;
/// Longest side of a frame that is tracked, pixels.
const LONGEST: usize = 2048;

struct Reference {
    gray: Vec<u8>,
    w: usize,
    h: usize,
}

/// A frame whose grey values are still being copied.
struct Waiting {
    id: JsValue,
    frame: JsValue,
    began: f64,
    /// The frames have another size by now.
    stale: bool,
}

struct Worker {
    tracker: Tracker,
    luma: Luma,
    advice: Advice,
    reference: Option<Reference>,
    waiting: Option<Waiting>,
    /// The frame last answered, whose grey values are still here.
    last: JsValue,
    unreadable: u32,
    /// There is work for idle moments.
    unprepared: bool,
}

thread_local! {
    static WORKER: RefCell<Option<Worker>> = const { RefCell::new(None) };
    static COPIED: Closure<dyn FnMut(JsValue)> = Closure::new(|layout| {
        with(|w| w.copied(Some(layout)));
    });
    static REFUSED: Closure<dyn FnMut(JsValue)> = Closure::new(|_| {
        with(|w| w.copied(None));
    });
    static IDLE: Closure<dyn FnMut()> = Closure::new(|| {
        with(Worker::idle);
    });
}

/// Takes one message of the page.
#[wasm_bindgen]
pub fn receive(message: &JsValue) {
    let Some(kind) = get(message, "t").as_string() else { return };
    if kind == "open" {
        open(message);
        return;
    }
    let known = with(|w| match kind.as_str() {
        "frame" => w.frame(message),
        "freeze" => w.freeze(message),
        "turned" => {
            let rate = |axis| get(message, axis).as_f64().unwrap_or(f64::NAN);
            w.tracker.turned(rate("ms"), rate("x"), rate("y"), rate("z"));
        }
        "reset" => w.tracker.reset(),
        "size" => w.resize(message),
        _ => {}
    });
    if known.is_none() && kind == "frame" {
        // Nothing is open: the frame goes back, for its sender has nothing else to draw.
        pose(&get(message, "id"), &get(message, "frame"), "empty", "", 0.0, "", None);
    }
}

fn with<T>(run: impl FnOnce(&mut Worker) -> T) -> Option<T> {
    WORKER.with_borrow_mut(|w| w.as_mut().map(run))
}

fn open(message: &JsValue) {
    let Some((w, h)) = size(message) else { return };
    let mut worker = Worker {
        tracker: Tracker::new(w, h),
        luma: Luma::new(w, h),
        advice: Advice::default(),
        reference: None,
        waiting: None,
        last: JsValue::UNDEFINED,
        unreadable: 0,
        unprepared: false,
    };
    let given = get(message, "reference");
    let (w, h) = (pixels(&given, "w"), pixels(&given, "h"));
    let taken = picture(&get(&given, "gray"), w, h).is_some_and(|gray| worker.refer(gray, w, h));
    let ready = answer("ready");
    set(&ready, "luma", &worker.luma.way().into());
    set(&ready, "reference", &taken.into());
    set(&ready, "heap", &heap().into());
    WORKER.set(Some(worker));
    post(&ready, None);
}

/// The size in a message, if it can be tracked; says so if not.
fn size(message: &JsValue) -> Option<(usize, usize)> {
    let (w, h) = (pixels(message, "w"), pixels(message, "h"));
    if w.min(h) >= 16 && w.max(h) <= LONGEST {
        return Some((w, h));
    }
    let failed = answer("failed");
    set(&failed, "why", &"frames of this size cannot be tracked".into());
    post(&failed, None);
    None
}

impl Worker {
    fn refer(&mut self, gray: Vec<u8>, w: usize, h: usize) -> bool {
        let taken = self.tracker.set_reference(&gray, w, h).is_ok();
        if taken {
            self.reference = Some(Reference { gray, w, h });
            self.unprepared = true;
        }
        taken
    }

    fn frame(&mut self, message: &JsValue) {
        let (id, frame) = (get(message, "id"), get(message, "frame"));
        if self.waiting.is_some() {
            // More than one at a time: this one is not looked at.
            self.unseen(&id, &frame, 0.0);
            return;
        }
        let began = now();
        match self.luma.take(&frame) {
            Taken::Now => self.look(id, &frame, began),
            Taken::Later(later) => {
                self.last = JsValue::UNDEFINED;
                self.waiting = Some(Waiting { id, frame, began, stale: false });
                COPIED.with(|done| REFUSED.with(|failed| later.then(done, failed)));
            }
            Taken::Never => self.unread(&id, &frame, began),
        }
    }

    fn copied(&mut self, layout: Option<JsValue>) {
        let Some(waiting) = self.waiting.take() else { return };
        let Waiting { id, frame, began, stale } = waiting;
        if stale {
            self.unseen(&id, &frame, now() - began);
            return;
        }
        let there = match layout {
            Some(layout) => self.luma.arrived(&layout),
            None => self.luma.refused(),
        };
        if there {
            self.look(id, &frame, began);
        } else {
            self.unread(&id, &frame, began);
        }
    }

    /// Tracks the frame whose grey values are there.
    fn look(&mut self, id: JsValue, frame: &JsValue, began: f64) {
        self.unreadable = 0;
        let (w, h) = self.luma.size();
        let place = self.tracker.process(self.luma.gray());
        let hint = self.advice.word(&Seen {
            gray: self.luma.gray(),
            size: (w, h),
            reference: self.reference.as_ref().map(|r| (r.w, r.h)),
            place,
            quality: self.tracker.quality(),
            state: self.tracker.state(),
        });
        let known = place.zip(self.tracker.quality());
        let known = known.map(|(m, q)| (m, quality(&q).into()));
        pose(&id, frame, self.state(), hint, now() - began, self.luma.way(), known);
        self.last = id;
        self.unprepared |= self.tracker.wants_keyframe();
        self.rest();
    }

    /// Answers for a frame that cannot be read.
    fn unread(&mut self, id: &JsValue, frame: &JsValue, began: f64) {
        self.unreadable += 1;
        self.unseen(id, frame, now() - began);
        if self.unreadable == UNREADABLE {
            let failed = answer("failed");
            set(&failed, "why", &"the camera's frames cannot be read".into());
            post(&failed, None);
        }
    }

    /// Answers for a frame that was not looked at: it is as if the lens had been covered.
    fn unseen(&mut self, id: &JsValue, frame: &JsValue, ms: f64) {
        self.tracker.process(&[]);
        self.last = JsValue::UNDEFINED;
        pose(id, frame, self.state(), "", ms, self.luma.way(), None);
    }

    fn state(&self) -> &'static str {
        state(self.tracker.state(), self.reference.is_some())
    }

    fn freeze(&mut self, message: &JsValue) {
        let began = now();
        let id = get(message, "id");
        let (w, h) = self.luma.size();
        let frozen = answer("frozen");
        set(&frozen, "id", &id);
        let is_here = self.waiting.is_none() && !id.is_undefined() && id == self.last;
        let ok = is_here && self.refer(self.luma.gray().to_vec(), w, h);
        set(&frozen, "ok", &ok.into());
        let mut give = None;
        if ok {
            self.tracker.start_from(&IDENTITY);
            let gray = Uint8Array::from(self.luma.gray());
            set(&frozen, "gray", &gray);
            set(&frozen, "w", &(w as u32).into());
            set(&frozen, "h", &(h as u32).into());
            set(&frozen, "ms", &(now() - began).into());
            give = Some(gray.buffer());
        }
        post(&frozen, give.as_deref().map(AsRef::as_ref));
        self.rest();
    }

    fn resize(&mut self, message: &JsValue) {
        let Some((w, h)) = size(message) else { return };
        if let Some(waiting) = &mut self.waiting {
            waiting.stale = true;
        }
        self.last = JsValue::UNDEFINED;
        self.tracker = Tracker::new(w, h);
        self.luma = Luma::new(w, h);
        self.advice = Advice::default();
        if let Some(r) = &self.reference {
            // It was enough once, and frames have no say in that.
            let _ = self.tracker.set_reference(&r.gray, r.w, r.h);
            self.unprepared = true;
        }
        self.rest();
    }

    /// Leaves room for a frame that may be waiting, then goes on.
    fn rest(&mut self) {
        if self.unprepared {
            self.unprepared = false;
            IDLE.with(|idle| set_timeout(idle, 0));
        }
    }

    /// A few milliseconds of what need not be done at once.
    fn idle(&mut self) {
        self.unprepared = self.tracker.prepare();
        if self.waiting.is_none() {
            self.rest();
        }
    }
}

fn pose(
    id: &JsValue,
    frame: &JsValue,
    state: &str,
    hint: &str,
    ms: f64,
    luma: &str,
    known: Option<(Mat3, JsValue)>,
) {
    let o = answer("pose");
    set(&o, "id", id);
    set(&o, "state", &state.into());
    set(&o, "hint", &hint.into());
    set(&o, "ms", &ms.into());
    set(&o, "luma", &luma.into());
    if let Some((map, quality)) = known {
        set(&o, "map", &Float64Array::from(&map[..]));
        set(&o, "quality", &quality);
    }
    set(&o, "frame", frame);
    post(&o, frame.is_object().then_some(frame));
}
