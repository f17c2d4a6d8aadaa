//! The vision worker: started, spoken to, ended. One frame is on its way at a time; it comes back
//! with the answer, so that what is drawn is what was tracked.

use super::frames::{Frame, make};
use super::lens::Map;
use super::rung::{Hint, State};
use crate::device::loose::{call, get};
use crate::device::motion::Rate;
use crate::ui::dom::listen;
use case::wire::put_int;
use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::EventTarget;

/// The worker's file, beside the page.
const FILE: &str = "vision-worker_loader.js";

/// The smallest module with instructions of SIMD128 (`i8x16.splat`, `i8x16.popcnt`).
const SIMD: [u8; 31] = [
    0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253,
    15, 253, 98, 11,
];

/// What the worker says.
pub enum Told {
    /// It can take frames; whether it has a reference.
    Ready(bool),
    /// A frame is answered.
    Pose(Pose),
    /// The last frame is the reference now; with `false` it has not enough detail.
    Frozen(bool),
    /// It cannot go on.
    Failed,
}

/// The answer to a frame.
pub struct Pose {
    /// What is known of the reference.
    pub state: State,
    /// Where it is.
    pub map: Option<Map>,
    /// What would help.
    pub hint: Hint,
    /// The frame, given back.
    pub frame: Frame,
    /// Its number.
    pub id: i64,
}

/// A picture to look for, grey, rows from the top.
#[derive(Clone, Debug)]
pub struct Reference {
    /// One byte a pixel.
    pub gray: Vec<u8>,
    /// Width, pixels.
    pub w: u32,
    /// Height, pixels.
    pub h: u32,
}

/// The worker.
pub struct Link(JsValue);

/// Whether this browser has what the worker needs.
pub fn can() -> bool {
    let global = js_sys::global();
    let bytes = JsValue::from(js_sys::Uint8Array::from(&SIMD[..]));
    let simd = get(&global, "WebAssembly").and_then(|w| call(&w, "validate", &[bytes]));
    simd.is_some_and(|s| s.is_truthy()) && get(&global, "Worker").is_some()
}

impl Link {
    /// Starts the worker; `told` is called until the owner is cleaned up. Must be called under an
    /// owner. `None` where the browser refuses at once.
    pub fn start(told: impl Fn(Told) + 'static) -> Option<Link> {
        let kind = get(&js_sys::global(), "Worker")?;
        let worker = make(&kind, &[FILE.into()])?;
        let told = std::rc::Rc::new(told);
        let target: &EventTarget = worker.unchecked_ref();
        let heard = told.clone();
        listen(target, "message", move |event| {
            if let Some(said) = get(&event, "data").and_then(|data| read(&data)) {
                heard(said);
            }
        });
        for event in ["error", "messageerror"] {
            let told = told.clone();
            listen(target, event, move |_| told(Told::Failed));
        }
        Some(Link(worker))
    }

    /// Frames of this size will come; what to look for in them, where that is known already.
    /// No frame may be on its way: everything begins anew.
    pub fn open(&self, w: u32, h: u32, reference: Option<&Reference>) {
        let Some(said) = sized("open", w, h) else { return };
        if let Some(picture) = reference
            && let Some(o) = message("", &[("w", picture.w.into()), ("h", picture.h.into())])
        {
            let gray = js_sys::Uint8Array::from(&picture.gray[..]);
            let _ = Reflect::set(&o, &"gray".into(), &gray);
            let _ = Reflect::set(&said, &"reference".into(), &o);
        }
        call(&self.0, "postMessage", &[said]);
    }

    /// Frames change their size.
    pub fn size(&self, w: u32, h: u32) {
        if let Some(said) = sized("size", w, h) {
            call(&self.0, "postMessage", &[said]);
        }
    }

    /// The device turned for `ms` milliseconds, radians a second about right, up and out of the
    /// screen.
    pub fn turned(&self, ms: f64, rate: Rate) {
        let Some(said) = message("turned", &[]) else { return };
        for (name, value) in [("ms", ms), ("x", rate.x), ("y", rate.y), ("z", rate.z)] {
            let _ = Reflect::set(&said, &name.into(), &value.into());
        }
        call(&self.0, "postMessage", &[said]);
    }

    /// Hands a frame over. `false` when this kind of frame cannot be.
    pub fn frame(&self, id: i64, frame: &Frame) -> bool {
        let Some(said) = message("frame", &[("id", id)]) else { return false };
        let _ = Reflect::set(&said, &"frame".into(), &frame.0);
        let moved: Array = [frame.0.clone()].iter().collect();
        call(&self.0, "postMessage", &[said, moved.into()]).is_some()
    }

    /// The frame that was answered last becomes the reference.
    pub fn freeze(&self, id: i64) {
        if let Some(said) = message("freeze", &[("id", id)]) {
            call(&self.0, "postMessage", &[said]);
        }
    }

    /// Forgets where the reference was.
    pub fn reset(&self) {
        if let Some(said) = message("reset", &[]) {
            call(&self.0, "postMessage", &[said]);
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        call(&self.0, "terminate", &[]);
    }
}

fn sized(what: &str, w: u32, h: u32) -> Option<JsValue> {
    message(what, &[("w", i64::from(w)), ("h", i64::from(h))])
}

fn message(what: &str, with: &[(&str, i64)]) -> Option<JsValue> {
    let mut text = String::from("{\"t\":\"");
    text.push_str(what);
    text.push('"');
    for (name, value) in with {
        text.push_str(",\"");
        text.push_str(name);
        text.push_str("\":");
        put_int(*value, &mut text);
    }
    text.push('}');
    JSON::parse(&text).ok()
}

/// A message of the worker; `None` for one that nobody knows.
fn read(data: &JsValue) -> Option<Told> {
    let word = |name: &str| get(data, name).and_then(|v| v.as_string()).unwrap_or_default();
    Some(match word("t").as_str() {
        "ready" => Told::Ready(get(data, "reference").is_some_and(|has| has.is_truthy())),
        "failed" => Told::Failed,
        "frozen" => Told::Frozen(get(data, "ok").is_some_and(|ok| ok.is_truthy())),
        "pose" => Told::Pose(Pose {
            state: match word("state").as_str() {
                "empty" => State::Empty,
                "locking" => State::Locking,
                "tracking" => State::Tracking,
                "coasting" => State::Coasting,
                "lost" => State::Lost,
                _ => State::Searching,
            },
            map: get(data, "map").and_then(|map| matrix(&map)),
            hint: match word("hint").as_str() {
                "hold" => Hint::Hold,
                "closer" => Hint::Closer,
                "back" => Hint::Back,
                "torch" => Hint::Torch,
                "glare" => Hint::Glare,
                _ => Hint::None,
            },
            frame: Frame(get(data, "frame")?),
            id: get(data, "id")?.as_f64()? as i64,
        }),
        _ => return None,
    })
}

fn matrix(value: &JsValue) -> Option<Map> {
    let list = Array::from(value);
    if list.length() != 9 {
        return None;
    }
    let mut map = [0.0; 9];
    for (i, v) in list.iter().enumerate() {
        map[i] = v.as_f64()?;
    }
    Some(Map(map)).filter(Map::sane)
}
