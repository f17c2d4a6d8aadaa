//! The camera of the screen, and everything that may happen to it: another lens, an end, a pause, a
//! hidden page, a picture that stands still. After each the screen is on the rung it can hold, marks
//! lie on no picture that is not live, and what was frozen or drawn is where it was.

use super::{Aim, Aiming, Stage, now, sheet, told};
use crate::ar::rung::{Rung, Watch};
use crate::device::camera::{self, Trouble};
use crate::device::{lenses, loose, torch};
use crate::journey::brief::int;
use crate::ui::El;
use crate::ui::dom::{el, listen, page, task};
use crate::ui::parts::{button, icon};
use crate::words::{Key, fill};
use std::rc::Rc;
use wasm_bindgen::JsCast;

/// A camera that ended this often within [`ENDS_IN`] is not asked again by itself.
const ENDS: u32 = 3;
/// Milliseconds.
const ENDS_IN: f64 = 20_000.0;
/// A picture that stands still for so long is said not to be live, milliseconds.
const STALLED: f64 = 900.0;
/// After so long without a picture the screen goes on without a camera, milliseconds.
const GONE: f64 = 8_000.0;

/// The cameras that look outward.
#[derive(Clone, Debug, Default)]
pub struct Eyes {
    /// Their names, in the browser's order.
    ids: Vec<String>,
    /// That of the one that runs; empty where the browser does not tell.
    now: String,
}

impl Eyes {
    fn at(&self) -> Option<usize> {
        self.ids.iter().position(|id| *id == self.now)
    }
}

/// The button for the next lens, where there is more than one.
pub fn switch(aim: &Aim) -> El {
    let eyes = aim.eyes.get();
    if eyes.ids.len() < 2 || !aim.seen.get().on {
        return el("i").attr("hidden", "");
    }
    let mut part = String::new();
    if let Some(at) = eyes.at() {
        part.push_str(&int(at as i64 + 1));
        part.push('/');
    }
    part.push_str(&int(eyes.ids.len() as i64));
    let said = fill(Key::AimLens, &[&part]);
    let aim = aim.clone();
    let turn = "M4 8h3l2-3h6l2 3h3v11H4zM15 11a3.5 3.5 0 1 0 .5 3M15.5 9v2.5H13";
    button("btn lens", "", move || aim.next_lens())
        .add(icon(turn))
        .add(el("span").text(&part))
        .attr("aria-label", &said)
}

/// Follows the page and the list of cameras for as long as the screen is shown.
pub fn watch(aim: &Aim) {
    let seen = aim.clone();
    listen(&page(), "visibilitychange", move |_| {
        if page().hidden() {
            seen.keep_now();
            // A hidden page has no use for the camera, and some phones take it away anyhow.
            seen.give_back();
        } else if seen.stage.peek() == Stage::Live {
            seen.open();
        }
    });
    if let Some(devices) = loose::get(&loose::navigator(), "mediaDevices") {
        let aim = aim.clone();
        listen(devices.unchecked_ref(), "devicechange", move |_| aim.look());
    }
}

impl Aiming {
    /// The camera is away, or is about to be another: nothing of it is live any more.
    pub fn rest(&self) {
        let follow = &self.follow;
        follow.stale.set(follow.id.get());
        follow.wanted.set(None);
        follow.muted.set(None);
        follow.stalled.set(None);
        self.change_watch(Watch::rest);
        self.clear_marks();
        self.said.set(Key::PhotoStarting);
        self.seen.change(|seen| (seen.on, seen.lamp, seen.drawn) = (false, None, false));
    }

    /// Lets the camera go.
    fn give_back(&self) {
        self.rest();
        camera::close();
    }

    /// Asks for the camera; when there is none, the screen goes on without.
    pub fn open(self: &Rc<Self>) {
        if self.follow.opening.replace(true) {
            return;
        }
        let aim = self.clone();
        task(async move {
            let came = aim.opened().await;
            aim.follow.opening.set(false);
            match came {
                Ok(()) => aim.came(),
                Err(trouble) if aim.stage.shown() && !page().hidden() => {
                    aim.give_back();
                    aim.without(told::no_camera(trouble));
                }
                Err(_) => {}
            }
        });
    }

    async fn opened(self: &Rc<Self>) -> Result<(), Trouble> {
        let stream = camera::open().await?;
        if !self.stage.shown() || page().hidden() {
            // The screen went while the browser asked.
            camera::close();
            return Err(Trouble::Absent);
        }
        let Some(track) = camera::track(&stream) else { return Err(Trouble::Absent) };
        track.set_enabled(true);
        self.seen.change(|seen| seen.lamp = torch::can(&track).then_some(false));
        self.owner.with(|| {
            let aim = self.clone();
            // Unplugged, or taken by another app; ours to stop it is no event.
            listen(&track, "ended", move |_| aim.ended());
            for (event, muted) in [("mute", true), ("unmute", false)] {
                let aim = self.clone();
                listen(&track, event, move |_| aim.muted(muted));
            }
        });
        camera::show(&stream, &self.video).await?;
        if loose::get(&track, "muted").is_some_and(|muted| muted.is_truthy()) {
            self.muted(true);
        }
        Ok(())
    }

    /// Pictures come.
    fn came(self: &Rc<Self>) {
        self.seen.change(|seen| seen.on = true);
        self.look();
        if self.follow.away.take() {
            // Whatever the screen went on with, the camera is the better rung.
            let over = self.follow.over.get();
            self.rung.set(if over.is_none() { Rung::Tracked } else { Rung::Frozen });
            self.why.set(over.map(told::why));
        }
        if self.follow.muted.get().is_none() {
            self.begin_anew();
        }
    }

    /// The next picture has nothing to do with the last: what is looked for is looked for anew.
    fn begin_anew(self: &Rc<Self>) {
        self.follow.stale.set(self.follow.id.get());
        if let Some(link) = self.link.borrow().as_ref() {
            link.reset();
        }
        let known = self.follow.reference.get().is_some() || self.follow.loading.get();
        self.said.set(if known { Key::AimSearch } else { Key::AimPoint });
        self.follow();
    }

    /// Reads the cameras, and which one runs.
    fn look(self: &Rc<Self>) {
        let aim = self.clone();
        task(async move {
            let ids = lenses::outward().await;
            let Some(track) = camera::running_track() else { return };
            if aim.stage.shown() {
                aim.eyes.set(Eyes { ids, now: lenses::id(&track) });
            }
        });
    }

    /// Goes on with the next lens, and keeps to it.
    fn next_lens(self: &Rc<Self>) {
        let eyes = self.eyes.peek();
        let next = eyes.at().map_or(0, |at| (at + 1) % eyes.ids.len().max(1));
        let Some(id) = eyes.ids.get(next).filter(|_| !self.follow.opening.get()) else { return };
        lenses::keep(id);
        self.rest();
        // A call shows the new one as well.
        camera::stop();
        self.open();
    }

    fn ended(self: &Rc<Self>) {
        self.give_back();
        if self.stage.peek() != Stage::Live || page().hidden() {
            // It is asked for again when it is looked through again.
            return;
        }
        let (n, since) = self.follow.ends.get();
        let (n, since) = if now() - since > ENDS_IN { (1, now()) } else { (n + 1, since) };
        self.follow.ends.set((n, since));
        if n < ENDS { self.open() } else { self.without(Key::AimCamEnded) }
    }

    fn muted(self: &Rc<Self>, muted: bool) {
        if !muted {
            if self.follow.muted.take().is_some() && self.seen.peek().on {
                self.begin_anew();
            }
            return;
        }
        self.follow.muted.set(Some(now()));
        self.change_watch(Watch::rest);
        self.clear_marks();
        self.said.set(Key::AimPaused);
    }

    /// Looks after the camera, a few times a second.
    pub fn mind(self: &Rc<Self>, time: f64) {
        if self.stage.peek() != Stage::Live || !self.seen.peek().on {
            return;
        }
        let follow = &self.follow;
        if let Some(since) = follow.muted.get().or(follow.stalled.get()) {
            if time - since > GONE {
                self.give_back();
                return self.without(Key::AimCamDead);
            }
            if time - since > STALLED {
                self.clear_marks();
                self.tell(Key::AimPaused);
            }
        }
        // Some phones change the lens by themselves.
        let Some(track) = camera::running_track() else { return };
        let said = lenses::id(&track);
        let was = self.eyes.peek().now;
        if !was.is_empty() && said != was {
            self.eyes.change(|eyes| eyes.now = said);
            self.clear_marks();
            self.begin_anew();
        }
    }

    /// Goes on without a camera: with the picture there is, or a drawing, or words.
    pub fn without(self: &Rc<Self>, why: Key) {
        self.follow.away.set(true);
        self.why.set(Some(why));
        if self.follow.loading.get() {
            // The picture of the case is on its way, and is the next rung.
            return;
        }
        if self.still.borrow().is_some() {
            self.rung.set(Rung::Frozen);
            return self.stage.set(Stage::Still);
        }
        match sheet::drawing() {
            Some(canvas) => {
                self.rung.set(Rung::Drawing);
                self.take(canvas, true);
            }
            None => {
                self.rung.set(Rung::Words);
                self.stage.set(Stage::Words);
            }
        }
    }
}
