//! Point, freeze, mark: one screen for every rung of the ladder. Where the camera can be followed,
//! marks drawn on a frozen picture stick to the thing in the live one; where not, they stay on the
//! picture; with no camera, on a drawing; and words do without any of it. The frozen picture is in
//! the case before anything is drawn on it. It steps down by itself and says why in one line.

pub mod door;
mod follow;
mod live;
mod sheet;
mod still;
mod told;
mod words;

use super::app::App;
use super::photos::mark::Sheet;
use crate::ar::gl::Surface;
use crate::ar::labels::Placer;
use crate::ar::letters::Letters;
use crate::ar::link::Link;
use crate::ar::marks::Mesh;
use crate::ar::rung::{Rung, Watch};
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
}

/// How far a picture is kept.
#[derive(Clone, Copy, PartialEq)]
enum Keeping {
    Not,
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
    follow: Follow,
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
    /// The camera gives no new pictures, or the context is away.
    muted: Cell<bool>,
    opening: Cell<bool>,
    moving: Cell<bool>,
}

type Aim = Rc<Aiming>;

/// The screen of `#aim`.
fn build(app: App) -> El {
    let (live, aim) = live::view(app);
    let left = send_wrapper::SendWrapper::new(aim.clone());
    leaving(move || left.close());
    live::start(&aim);
    let back = el("a").class("back").attr("href", "#photos").attr("aria-label", t(Key::Back));
    let head = el("div").class("head").add(back.add(icon("M15 4l-8 8 8 8")));
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
    frame("screen photos aim").add(head.add(h1(t(Key::AimTitle)))).add(line).add(live).dynamic(
        move || match part.stage.get() {
            Stage::Live => el("i").attr("hidden", ""),
            Stage::Still => untrack(|| still::view(&part)),
            Stage::Words => untrack(|| words::view(&part)),
        },
    )
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
