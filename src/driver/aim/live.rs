//! The live picture: what is on the screen of it, lamp, freeze. The camera itself is `eye`'s, and of
//! poses it knows nothing.

use super::{Aim, Aiming, Follow, Seen, Stage, eye, now, record, turning};
use crate::ar::frames::tracked;
use crate::ar::rung::{Rung, Watch, Why};
use crate::ar::stand::Stand;
use crate::device::{camera, loose, torch};
use crate::driver::app::App;
use crate::driver::photos::develop::{SIDE, SIDE_LOW, from_video};
use crate::react::*;
use crate::ui::El;
use crate::ui::dom::{el, task};
use crate::ui::parts::{button, icon, p};
use crate::ui::slot::Slot;
use crate::words::{Key, t};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;

/// How long a freeze waits for the tracked frame before it takes the camera's picture.
const FREEZE: f64 = 700.0;

/// The view, and the screen's state, whose elements are in it.
pub fn view(app: App, back: String) -> (El, Aim) {
    let video = el("video").attr("playsinline", "").attr("muted", "").attr("autoplay", "");
    let canvas = el("canvas").class("ar").attr("role", "img").attr("aria-label", t(Key::AimTitle));
    let aim = Rc::new(Aiming {
        app,
        owner: Owner::current().unwrap_or_default(),
        stage: Slot::new(Stage::Live),
        rung: Slot::new(Rung::Tracked),
        why: Slot::new(None),
        said: Slot::new(Key::PhotoStarting),
        seen: Slot::new(Seen::default()),
        eyes: Slot::new(eye::Eyes::default()),
        back,
        has_still: Slot::new(false),
        still: RefCell::default(),
        video: video.node().clone().unchecked_into(),
        canvas: canvas.node().clone().unchecked_into(),
        surface: RefCell::default(),
        link: RefCell::default(),
        letters: RefCell::new(crate::ar::letters::Letters::new()),
        mesh: RefCell::default(),
        placer: RefCell::default(),
        stand: Stand::default(),
        follow: Follow {
            watch: Cell::new(Watch::new(now())),
            ready: Cell::new(false),
            busy: Cell::new(false),
            wanted: Cell::new(None),
            size: Cell::new((0, 0)),
            reference: Cell::new(None),
            id: Cell::new(0),
            shown: Cell::new(None),
            muted: Cell::new(None),
            stalled: Cell::new(None),
            stale: Cell::new(0),
            ends: Cell::new((0, 0.0)),
            opening: Cell::new(false),
            away: Cell::new(false),
            over: Cell::new(None),
            moving: Cell::new(!app.low() && !crate::ar::gl::still()),
            given: RefCell::default(),
            owed: Cell::new(false),
            handed: Cell::new(false),
            loading: Cell::new(false),
        },
        recorder: record::Recorder::new(),
    });
    let (drawn, said) = (aim.seen.clone(), aim.said.clone());
    let canvas = canvas.live(move |e| {
        let _ = e.toggle_attribute_with_force("hidden", !drawn.get().drawn);
    });
    let line = p("over-line", "").attr("role", "status").live(move |e| {
        e.set_text_content(Some(t(said.get())));
    });
    let picture = el("div").class("frame-box live").add(video.attr("aria-hidden", "true"));
    let lens = aim.clone();
    let picture = picture.add(canvas).add(line).dynamic(move || eye::switch(&lens));
    let view = el("div").class("viewer").add(picture).add(buttons(&aim));
    (view, aim)
}

fn buttons(aim: &Aim) -> El {
    let (pressed, ready, lamp_of, back) =
        (aim.clone(), aim.seen.clone(), aim.seen.clone(), aim.clone());
    let freeze =
        button("btn lamp freeze", t(Key::AimFreeze), move || pressed.freeze()).live(move |e| {
            let _ = e.toggle_attribute_with_force("disabled", !ready.get().on);
        });
    el("div").class("aim-row").dynamic(move || lamp(&lamp_of)).add(freeze).dynamic(move || {
        if !back.has_still.get() {
            return el("i");
        }
        let stage = back.stage.clone();
        let press = move || stage.set(Stage::Still);
        let look = "M4 5h16v14H4zM4 15l4-4 4 4 3-3 5 5";
        button("btn side", "", press).add(icon(look)).attr("aria-label", t(Key::AimPicture))
    })
}

fn lamp(seen: &Slot<Seen>) -> El {
    let Some(on) = seen.get().lamp else { return el("i") };
    let seen = seen.clone();
    let press = move || {
        let seen = seen.clone();
        task(async move {
            let Some(track) = camera::running_track() else { return };
            let obeyed = torch::set(&track, !on).await;
            seen.change(|seen| seen.lamp = obeyed.then_some(!on));
        });
    };
    let bulb = "M9 18h6M10 21h4M12 3a6 6 0 0 0-3 11v1h6v-1a6 6 0 0 0-3-11z";
    let pressed = if on { "true" } else { "false" };
    button("btn side", "", press)
        .add(icon(bulb))
        .attr("aria-label", t(Key::PhotoTorch))
        .attr("aria-pressed", pressed)
}

/// Asks for the camera, and follows it for as long as the screen is shown.
pub fn start(aim: &Aim) {
    eye::watch(aim);
    turning::listen_to(aim);
    aim.watch_graphics();
    aim.open();
    let aim = aim.clone();
    task(async move {
        while aim.stage.shown() {
            loose::pause(100).await;
            aim.tick();
        }
    });
}

impl Aiming {
    /// The button.
    pub fn freeze(self: &Rc<Self>) {
        if self.rung.peek() == Rung::Tracked && self.link.borrow().is_some() {
            self.follow.wanted.set(Some(now()));
            self.kick();
        } else {
            self.freeze_video();
        }
    }

    /// Freezes what the camera shows, when no tracked frame is to be had.
    pub fn freeze_video(self: &Rc<Self>) {
        self.follow.wanted.set(None);
        if self.freeze_now() {
            return;
        }
        // A video that was just shown again has no picture for a moment.
        let aim = self.clone();
        task(async move {
            for _ in 0..10 {
                loose::pause(150).await;
                let live = aim.stage.shown() && aim.stage.peek() == Stage::Live;
                if !live || !aim.seen.peek().on || aim.freeze_now() {
                    return;
                }
            }
            aim.without(Key::AimCamDead);
        });
    }

    fn freeze_now(self: &Rc<Self>) -> bool {
        let side = if self.app.low() { SIDE_LOW } else { SIDE };
        let picture = from_video(&self.video, side);
        let came = picture.is_some();
        if let Some(canvas) = picture {
            self.follow.reference.set(None);
            self.take(canvas, false);
        }
        came
    }

    /// Back to the live picture.
    pub fn go_live(self: &Rc<Self>) {
        self.keep_now();
        self.stage.set(Stage::Live);
        if !self.seen.peek().on {
            return self.open();
        }
        // Some phones stop a video that is not shown.
        loose::call(&self.video, "play", &[]);
        self.follow();
    }

    /// Every tenth of a second: what is too old is taken off, what does not come is given up.
    fn tick(self: &Rc<Self>) {
        let (follow, time) = (&self.follow, now());
        self.mind(time);
        if follow.wanted.get().is_some_and(|since| time - since > FREEZE) {
            self.freeze_video();
        }
        if self.rung.peek() == Rung::Tracked && self.app.low() {
            return self.step_down(Why::LowPower);
        }
        let following = self.rung.peek() == Rung::Tracked && self.seen.peek().on;
        if !following || self.stage.peek() != Stage::Live || follow.muted.get().is_some() {
            return self.change_watch(Watch::rest);
        }
        if let Some(why) = follow.watch.get().verdict(time) {
            return self.step_down(why);
        }
        self.forget_stale(time);
        self.kick();
    }

    /// The size at which the camera's picture is tracked now.
    pub fn tracked(&self) -> (u32, u32) {
        tracked(self.video.video_width(), self.video.video_height())
    }
}
