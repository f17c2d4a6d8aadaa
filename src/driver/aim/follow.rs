//! Following: frames to the worker, poses back, the frame and its marks on the screen together.
//! Marks are shown as live only with a fresh pose of the very frame they lie on.

use super::{Aim, Aiming, Seen, Stage, now, told};
use crate::ar::frames::{self, Frame};
use crate::ar::gl::{Surface, scale};
use crate::ar::lens::Lens;
use crate::ar::link::{self, Link, Pose, Told};
use crate::ar::marks::Look;
use crate::ar::rung::{FRESH, Rung, State, Watch, Why};
use crate::driver::photos::develop::{self, SIDE, SIDE_LOW};
use crate::ui::dom::{listen, task};
use crate::words::Key;
use std::rc::Rc;

/// How long what moves takes for one way, milliseconds.
const ROUND: f64 = 1_600.0;

impl Aiming {
    /// Starts to follow, where this device can; says why where it cannot.
    pub fn follow(self: &Rc<Self>) {
        if self.rung.peek() != Rung::Tracked || self.link.borrow().is_some() {
            return self.kick();
        }
        if self.app.low() {
            return self.step_down(Why::LowPower);
        }
        if !link::can() {
            return self.step_down(Why::NoTracker);
        }
        if self.surface.borrow().is_none() {
            let Some(surface) = Surface::new(&self.canvas) else {
                return self.step_down(Why::NoGraphics);
            };
            *self.surface.borrow_mut() = Some(surface);
        }
        self.follow.watch.set(Watch::new(now()));
        self.follow.busy.set(false);
        let aim: Aim = self.clone();
        let started = self.owner.with(|| Link::start(move |said| aim.heard(said)));
        let Some(link) = started else { return self.step_down(Why::NoTracker) };
        self.follow.size.set(self.tracked());
        *self.link.borrow_mut() = Some(link);
        self.tell_worker();
    }

    /// Opens the worker, with the reference of a mark that is in the case already.
    fn tell_worker(&self) {
        let (follow, held) = (&self.follow, self.link.borrow());
        let Some(link) = held.as_ref() else { return };
        let (w, h) = follow.size.get();
        let given = follow.given.borrow();
        link.open(w, h, given.as_ref());
        follow.ready.set(false);
        follow.owed.set(false);
        follow.handed.set(given.is_some());
    }

    fn heard(self: &Rc<Self>, said: Told) {
        match said {
            Told::Ready(known) => {
                self.change_watch(Watch::ready);
                self.follow.ready.set(true);
                if self.follow.handed.take() {
                    self.given(known);
                }
                self.kick();
            }
            Told::Pose(pose) => self.pose(pose),
            Told::Frozen(true) => {}
            Told::Frozen(false) => {
                self.follow.reference.set(None);
                self.why.set(Some(Key::AimPlain));
            }
            Told::Failed => self.step_down(Why::NoTracker),
        }
    }

    /// The worker has looked at the picture of the case; with `false` it has not enough detail.
    fn given(&self, known: bool) {
        let size = self.follow.given.borrow().as_ref().map(|r| (f64::from(r.w), f64::from(r.h)));
        self.follow.reference.set(size.filter(|_| known));
        if known {
            self.tell(Key::AimSearch);
        } else {
            self.why.set(Some(Key::AimPlain));
        }
    }

    /// Tells the watch something.
    pub fn change_watch(&self, change: impl FnOnce(&mut Watch)) {
        let mut watch = self.follow.watch.get();
        change(&mut watch);
        self.follow.watch.set(watch);
    }

    fn flows(&self) -> bool {
        let follow = &self.follow;
        self.rung.peek() == Rung::Tracked
            && self.stage.peek() == Stage::Live
            && self.seen.peek().on
            && follow.ready.get()
            && follow.muted.get().is_none()
    }

    /// Sends the next frame, unless one is on its way.
    pub fn kick(self: &Rc<Self>) {
        if !self.flows() || self.follow.busy.get() {
            return;
        }
        if self.follow.owed.get() && self.follow.given.borrow().is_some() {
            // No frame is on its way: the worker can begin anew.
            return self.tell_worker();
        }
        self.follow.busy.set(true);
        let aim = self.clone();
        task(async move {
            let came = frames::next(&aim.video).await;
            let since = aim.follow.stalled.get().or(Some(now()));
            aim.follow.stalled.set(since.filter(|_| !came && aim.flows()));
            // The same picture again would be followed as if it were live.
            let goes = came && aim.flows();
            let frame = if goes { frames::take(&aim.video).await } else { None };
            let sent = frame.is_some_and(|frame| aim.stage.shown() && aim.send(&frame));
            if !sent {
                aim.follow.busy.set(false);
            }
        });
    }

    fn send(self: &Rc<Self>, frame: &Frame) -> bool {
        let held = self.link.borrow();
        let Some(link) = held.as_ref().filter(|_| self.flows()) else { return false };
        let follow = &self.follow;
        let (w, h) = frame.size();
        let size = frames::tracked(w, h);
        if size != follow.size.get() {
            // The phone was turned, or another lens took over.
            follow.size.set(size);
            link.size(size.0, size.1);
        }
        follow.id.set(follow.id.get() + 1);
        if link.frame(follow.id.get(), frame) {
            self.change_watch(|watch| watch.sent(now()));
            return true;
        }
        drop(held);
        if !frames::bitmaps() {
            self.step_down(Why::NoTracker);
        }
        false
    }

    fn pose(self: &Rc<Self>, mut pose: Pose) {
        let (follow, time) = (&self.follow, now());
        follow.busy.set(false);
        if follow.reference.get().is_none() {
            // What the worker still knows is of a picture that is gone.
            (pose.state, pose.map) = (State::Empty, None);
        }
        self.change_watch(|watch| watch.heard(pose.state, pose.hint, time));
        if !self.flows() {
            return;
        }
        if pose.id <= follow.stale.get() {
            return self.kick();
        }
        if follow.wanted.get().is_some() {
            return self.freeze_frame(&pose);
        }
        self.show(&pose, time);
        self.record(&pose);
        self.kick();
    }

    /// The picture and its marks.
    fn show(self: &Rc<Self>, pose: &Pose, time: f64) {
        let (w, h) = pose.frame.size();
        let held = self.surface.borrow();
        let Some(surface) = held.as_ref() else { return };
        if !surface.frame(&pose.frame.0, w, h) {
            // A lost context takes nothing either; that has its own time.
            if self.seen.peek().drawn && !frames::bitmaps() {
                drop(held);
                self.step_down(Why::NoGraphics);
            }
            return;
        }
        let found = matches!(pose.state, State::Tracking | State::Coasting);
        let lens = pose.map.zip(self.follow.reference.get()).filter(|_| found);
        let (marks, inks) = self.scene();
        let mut mesh = self.mesh.borrow_mut();
        match lens.filter(|_| !marks.is_empty()) {
            Some((map, reference)) => {
                let (tw, th) = self.follow.size.get();
                let canvas = (f64::from(w), f64::from(h));
                let tracked = (f64::from(tw), f64::from(th));
                let lens = Lens { map, reference, tracked, canvas };
                let px = scale(&self.canvas);
                let phase = self.follow.moving.get().then_some(time % ROUND / ROUND);
                let up = phase.and_then(|_| self.stand.of(&lens));
                let look = Look { px, faint: pose.state == State::Coasting, phase, up };
                let mut letters = self.letters.borrow_mut();
                if let Some(sheet) = letters.as_mut().and_then(|l| l.write(&marks, px, canvas.0)) {
                    surface.letters(sheet);
                }
                let written = letters.as_ref().map(|l| l.written()).unwrap_or_default();
                mesh.draw(&marks, &inks, &lens, &look, written, &mut self.placer.borrow_mut());
                self.follow.shown.set(Some(time));
            }
            _ => {
                mesh.bytes.clear();
                self.stand.forget();
                self.follow.shown.set(None);
            }
        }
        surface.draw(&mesh.bytes);
        drop(held);
        self.tell(told::live(pose.state, pose.hint));
        if !self.seen.peek().drawn {
            self.seen.change(|seen: &mut Seen| seen.drawn = true);
        }
    }

    /// Says something over the live picture, once.
    pub fn tell(&self, key: Key) {
        if self.said.peek() as usize != key as usize {
            self.said.set(key);
        }
    }

    /// The tracked frame becomes the picture to draw on, and the reference.
    fn freeze_frame(self: &Rc<Self>, pose: &Pose) {
        let (w, h) = pose.frame.size();
        let side = if self.app.low() { SIDE_LOW } else { SIDE };
        let Some(canvas) = develop::draw(&pose.frame.0, w, h, side) else {
            return self.freeze_video();
        };
        self.follow.wanted.set(None);
        let (w, h) = self.follow.size.get();
        self.follow.reference.set(Some((f64::from(w), f64::from(h))));
        self.why.set(None);
        // Kept first: everything else may go wrong.
        self.take(canvas, false);
        if let Some(link) = self.link.borrow().as_ref() {
            link.freeze(pose.id);
        }
    }

    /// Takes marks off whose pose is too old to be called live.
    pub fn forget_stale(&self, time: f64) {
        if self.follow.shown.get().is_some_and(|since| time - since > FRESH) {
            self.clear_marks();
            self.tell(Key::AimSearch);
        }
    }

    /// The picture without marks.
    pub fn clear_marks(&self) {
        if self.follow.shown.take().is_some()
            && let Some(surface) = self.surface.borrow().as_ref()
        {
            surface.draw(&[]);
        }
    }

    /// One rung down: the picture that stands still, or the browser's own live one to make one.
    pub fn step_down(self: &Rc<Self>, why: Why) {
        if self.rung.peek() != Rung::Tracked {
            return;
        }
        self.clear_marks();
        self.rung.set(Rung::Frozen);
        self.why.set(Some(told::why(why)));
        self.follow.wanted.set(None);
        self.seen.change(|seen| seen.drawn = false);
        if !matches!(why, Why::Dark | Why::Lost) {
            self.follow.over.set(Some(why));
            self.link.borrow_mut().take();
            self.follow.ready.set(false);
            self.follow.reference.set(None);
        }
        if why == Why::NoGraphics {
            self.surface.borrow_mut().take();
        }
        if self.still.borrow().is_some() {
            self.stage.set(Stage::Still);
        }
    }

    /// Tries the live picture again, after it was given up for a reason that may pass.
    pub fn step_up(self: &Rc<Self>) {
        self.change_watch(Watch::rest);
        self.rung.set(Rung::Tracked);
        self.why.set(None);
        if let Some(link) = self.link.borrow().as_ref() {
            link.reset();
        }
        self.follow.busy.set(false);
        self.go_live();
    }

    /// Whether following was given up for a reason that may pass.
    pub fn may_step_up(&self) -> bool {
        self.rung.peek() == Rung::Frozen && self.link.borrow().is_some()
    }

    /// A context may be taken away, and may come back.
    pub fn watch_graphics(self: &Rc<Self>) {
        let (lost, back) = (self.clone(), self.clone());
        listen(&self.canvas, "webglcontextlost", move |event| {
            // Says that it is wanted back.
            event.prevent_default();
            lost.follow.shown.set(None);
            lost.seen.change(|seen| seen.drawn = false);
            lost.change_watch(|watch| watch.graphics(true, now()));
            lost.tell(Key::AimSearch);
        });
        listen(&self.canvas, "webglcontextrestored", move |_| {
            let built = back.surface.borrow().as_ref().is_some_and(|surface| surface.build());
            *back.letters.borrow_mut() = crate::ar::letters::Letters::new();
            if built {
                back.change_watch(|watch| watch.graphics(false, now()));
                back.kick();
            }
        });
    }
}
