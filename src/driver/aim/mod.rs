//! Point, freeze, mark: one screen for every rung of the ladder. Where the camera can be followed,
//! marks drawn on a frozen picture stick to the thing in the live one; where not, they stay on the
//! picture; with no camera, on a drawing; and words do without any of it. The frozen picture is in
//! the case before anything drawn on it is. It steps down by itself and says why in one line.

pub mod door;
mod eye;
mod follow;
mod keep;
mod live;
mod record;
mod scene;
mod sheet;
mod still;
mod stored;
mod told;
mod turning;
pub mod way;
mod words;

use super::app::App;
use super::photos::covers::Covers;
use super::photos::mark::Sheet;
use crate::ar::gl::Surface;
use crate::ar::labels::Placer;
use crate::ar::letters::Letters;
use crate::ar::link::{Link, Reference};
use crate::ar::marks::Mesh;
use crate::ar::rung::{Rung, Watch, Why};
use crate::ar::stand::Stand;
use crate::device::camera;
use crate::react::*;
use crate::ui::El;
use crate::ui::dom::{el, leaving};
use crate::ui::parts::{h1, icon, p, screen as frame};
use crate::ui::slot::Slot;
use crate::words::{Key, t};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use web_sys::{HtmlCanvasElement, HtmlVideoElement};

/// What is on the screen.
#[derive(Clone, Copy, PartialEq)]
enum Stage {
    /// The camera.
    Live,
    /// A picture that stands still, to draw on.
    Still,
    /// Words alone.
    Words,
}

/// A picture that stands still.
#[derive(Clone)]
struct Still {
    canvas: HtmlCanvasElement,
    sheet: Sheet,
    /// It is a drawing of ours: in the case only when something is marked on it.
    drawing: bool,
    /// The name of the shot; what was wrong with the picture.
    warn: Vec<String>,
    /// It is being kept, or could not be.
    keeping: Slot<Keeping>,
    covers: Slot<Covers>,
}

/// How far a picture is kept.
#[derive(Clone, Copy, PartialEq)]
enum Keeping {
    Not,
    /// In a few seconds: what nobody shall see can be covered until then.
    Soon,
    Now,
    Kept,
    Failed,
}

/// What the camera gives.
#[derive(Clone, Copy, Default, PartialEq)]
struct Seen {
    /// Pictures come.
    on: bool,
    /// The lamp: on, off, or none there.
    lamp: Option<bool>,
    /// The graphics card draws the live picture; without, the browser's own video shows.
    drawn: bool,
}

/// The screen.
struct Aiming {
    app: App,
    owner: Owner,
    stage: Slot<Stage>,
    rung: Slot<Rung>,
    /// Why it stands on that rung: the one quiet line.
    why: Slot<Option<Key>>,
    /// What is said over the live picture.
    said: Slot<Key>,
    seen: Slot<Seen>,
    eyes: Slot<eye::Eyes>,
    /// Where "back" leads.
    back: String,
    /// There is a picture to go back to.
    has_still: Slot<bool>,
    still: RefCell<Option<Still>>,
    video: HtmlVideoElement,
    canvas: HtmlCanvasElement,
    surface: RefCell<Option<Surface>>,
    link: RefCell<Option<Link>>,
    letters: RefCell<Option<Letters>>,
    mesh: RefCell<Mesh>,
    placer: RefCell<Placer>,
    stand: Stand,
    follow: Follow,
    recorder: record::Recorder,
}

/// Where following stands.
struct Follow {
    watch: Cell<Watch>,
    ready: Cell<bool>,
    /// A frame is on its way.
    busy: Cell<bool>,
    /// A freeze is wanted, since when.
    wanted: Cell<Option<f64>>,
    /// Size at which frames are tracked.
    size: Cell<(u32, u32)>,
    /// Size of the reference; `None` while there is none.
    reference: Cell<Option<(f64, f64)>>,
    id: Cell<i64>,
    /// When the pose came whose marks are shown; `None` while none are.
    shown: Cell<Option<f64>>,
    /// The phone took the camera's pictures away for a while (a call), since when.
    muted: Cell<Option<f64>>,
    /// No new picture came, since when.
    stalled: Cell<Option<f64>>,
    /// Frames up to this one belong to a camera that was given back: their poses say nothing.
    stale: Cell<i64>,
    /// How many times the camera ended by itself, and the first of these times.
    ends: Cell<(u32, f64)>,
    opening: Cell<bool>,
    /// There was no camera when it was last asked for.
    away: Cell<bool>,
    /// Why following was given up for good on this screen.
    over: Cell<Option<Why>>,
    moving: Cell<bool>,
    /// The reference of a mark that is in the case already.
    given: RefCell<Option<Reference>>,
    /// The worker is still to be told of it.
    owed: Cell<bool>,
    /// The worker was told of it, and has not answered.
    handed: Cell<bool>,
    /// A picture of the case is being read.
    loading: Cell<bool>,
}

type Aim = Rc<Aiming>;

/// The screen of `#aim` and of `#photos/aim/<rest>`: `rest` names a photo of the case whose marks are
/// looked for, and after a slash the screen that "back" leads to (`<photo>/guide/<name>/<step>`), both
/// of which may be missing.
fn build(app: App, rest: &str) -> El {
    let (photo, back) = rest.split_once('/').unwrap_or((rest, ""));
    let mut home = String::from("#");
    home.push_str(if back.is_empty() { "photos" } else { back });
    let (live, aim) = live::view(app, home);
    let left = send_wrapper::SendWrapper::new(aim.clone());
    leaving(move || {
        left.keep_now();
        left.close();
    });
    if !photo.is_empty() {
        stored::load(&aim, photo);
    }
    live::start(&aim);
    let back = el("a").class("back").attr("href", &aim.back).attr("aria-label", t(Key::Back));
    let head = el("div").class("head").add(back.add(icon("M15 4l-8 8 8 8")));
    let asked = way::sentence(app, &aim.back).map(|say| p("asked", say));
    let (shown, part, why) = (aim.stage.clone(), aim.clone(), aim.why.clone());
    let live = live.live(move |e| {
        let _ = e.toggle_attribute_with_force("hidden", shown.get() != Stage::Live);
    });
    let line = p("small rung", "").attr("role", "status").live(move |e| {
        let text = why.get().map(t);
        let _ = e.toggle_attribute_with_force("hidden", text.is_none());
        if e.text_content().as_deref() != Some(text.unwrap_or_default()) {
            e.set_text_content(text);
        }
    });
    let record = record::view(&aim);
    let all = frame("screen photos aim").add(head.add(h1(t(Key::AimTitle)))).maybe(asked);
    all.add(line)
        .add(live)
        .dynamic(move || match part.stage.get() {
            Stage::Live => el("i").attr("hidden", ""),
            Stage::Still => untrack(|| still::view(&part)),
            Stage::Words => untrack(|| words::view(&part)),
        })
        .add(record)
}

impl Aiming {
    /// Gives everything back: camera, worker, graphics card.
    fn close(&self) {
        self.link.borrow_mut().take();
        if let Some(surface) = self.surface.borrow_mut().take() {
            surface.close();
        }
        camera::close();
    }
}

/// The time of the page, milliseconds, for measuring how long.
fn now() -> f64 {
    js_sys::Date::now()
}
