//! Drawing on one photo of the driver: what is drawn right now, what goes into the case, and whether
//! the driver lets this agent draw. Each stroke is a drawing by itself, so that a late one, or one
//! that is taken back, changes no other. It shows nothing itself.

use super::page;
use super::trace::{MOST, Point, Tool, mark, simple};
use super::views::case::Seen;
use case::Envelope;
use case::State;
use case::event::{Event, Mark, Scope, Shape};
use case::state::{Drawing, Grant, Photo, Status};
use leptos::prelude::*;

/// So many points are made fewer while the hand still draws.
const LONG: usize = 32 * MOST;

/// Whether this agent may draw now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum May {
    /// The driver agreed.
    Draw,
    /// The driver was not asked, declined, or took it back.
    Ask,
    /// The driver was asked and has not answered.
    Wait,
    /// The case is closed.
    Closed,
}

/// The pen on one photo.
#[derive(Clone, Copy)]
pub struct Pen {
    /// The case.
    pub seen: Seen,
    photo: StoredValue<String>,
    /// Pixels of the photo.
    pub size: (u32, u32),
    /// Whether it may draw.
    pub may: Memo<May>,
    /// What it draws.
    pub tool: RwSignal<Tool>,
    /// The points of the stroke under the hand; none while it is up.
    pub stroke: RwSignal<Vec<Point>>,
    /// Where words are wanted.
    pub wording: RwSignal<Option<Point>>,
    /// The cross of the keyboard.
    pub cross: RwSignal<Option<Point>>,
}

impl Pen {
    /// A pen for a photo of the case; `tool` is what was drawn with last.
    pub fn new(seen: Seen, photo: &Photo, tool: RwSignal<Tool>) -> Pen {
        let may = seen.part(move |s| may(s, &me(seen)));
        let pen = Pen {
            seen,
            photo: StoredValue::new(photo.id.clone()),
            size: (photo.w, photo.h),
            may,
            tool,
            stroke: RwSignal::new(Vec::new()),
            wording: RwSignal::new(None),
            cross: RwSignal::new(None),
        };
        // Who may not draw any more has nothing in the hand either.
        Effect::new(move |_| {
            if may.get() != May::Draw {
                pen.drop_stroke();
                pen.wording.set(None);
                pen.cross.set(None);
            }
        });
        pen
    }

    fn on<T>(self, read: impl FnOnce(&Photo) -> T) -> Option<T> {
        let id = self.photo.get_value();
        self.seen.state.with(|s| s.photos.iter().find(|p| p.id == id).map(read))
    }

    /// The driver's marks on the photo.
    pub fn marks(self) -> Vec<Mark> {
        self.on(|p| p.marks.clone()).unwrap_or_default()
    }

    /// What agents drew on it, with names; one's own on their way included.
    pub fn drawn(self) -> Vec<Drawing> {
        let me = me(self.seen);
        let mut drawn = self.on(|p| p.drawn.clone()).unwrap_or_default();
        for drawing in drawn.iter_mut().filter(|d| d.who.is_empty()) {
            drawing.who.clone_from(&me);
        }
        drawn
    }

    /// The mark under the hand.
    pub fn draft(self) -> Option<Mark> {
        self.stroke.with(|points| self.mark(points))
    }

    fn mark(self, points: &[Point]) -> Option<Mark> {
        let (marks, drawn) = untrack(|| (self.marks(), self.drawn()));
        let taken = marks.iter().chain(drawn.iter().flat_map(|d| &d.marks));
        mark(self.tool.get_untracked(), points, self.size, taken)
    }

    /// The hand is set down, or goes on.
    pub fn draw(self, at: Point) {
        if self.may.get_untracked() != May::Draw {
            return;
        }
        self.stroke.update(|points| {
            if points.last() != Some(&at) {
                points.push(at);
            }
            if points.len() > LONG {
                *points = simple(points, self.size.0, self.size.1);
            }
        });
    }

    /// The hand is lifted: what it drew goes into the case.
    pub fn lift(self) {
        let points = self.stroke.get_untracked();
        let Some(last) = points.last().copied() else { return };
        let mark = self.mark(&points);
        self.drop_stroke();
        if self.tool.get_untracked() == Tool::Label {
            return self.wording.set(Some(last));
        }
        if let Some(mark) = mark {
            self.say(mark);
        }
    }

    /// What is under the hand is let go.
    pub fn drop_stroke(self) {
        if !self.stroke.with_untracked(Vec::is_empty) {
            self.stroke.set(Vec::new());
        }
    }

    /// The words for the place that was asked for.
    pub fn word(self, text: &str) {
        let at = self.wording.get_untracked();
        self.wording.set(None);
        if let (Some((x, y)), false) = (at, text.trim().is_empty()) {
            let text = text.trim().into();
            self.say(Mark { shape: Shape::Words, at: vec![x, y], text });
        }
    }

    fn say(self, mark: Mark) {
        if self.may.get_untracked() == May::Draw {
            self.put(page::uuid(), vec![mark]);
        }
    }

    fn put(self, m: String, marks: Vec<Mark>) {
        self.seen.say(Event::Drawn { id: self.photo.get_value(), m, marks });
    }

    /// One's own drawings on the photo, by name, in order.
    pub fn own(self) -> Vec<String> {
        let me = me(self.seen);
        self.drawn().into_iter().filter(|d| d.who == me).map(|d| d.m).collect()
    }

    /// Takes the last own drawing back.
    pub fn undo(self) {
        if let Some(m) = untrack(|| self.own()).pop() {
            self.put(m, Vec::new());
        }
    }

    /// Takes all own drawings back.
    pub fn clear(self) {
        for m in untrack(|| self.own()) {
            self.put(m, Vec::new());
        }
    }

    /// Asks the driver.
    pub fn ask(self) {
        self.seen.say(Event::Asked { scopes: vec![Scope::Annotate] });
    }

    /// What of this photo the server did not take, and why.
    pub fn refused(self) -> Vec<(Envelope, String)> {
        let photo = self.photo.get_value();
        let of =
            |e: &Envelope| matches!(e.b.event(), Some(Event::Drawn { id, .. }) if *id == photo);
        self.seen
            .case
            .replica
            .with(|r| r.refused().iter().filter(|(e, _)| of(e)).cloned().collect())
    }

    /// Says what was refused again, under new numbers.
    pub fn again(self) {
        for (envelope, _) in untrack(|| self.refused()) {
            self.forget(&envelope);
            if let Some(Event::Drawn { m, marks, .. }) = envelope.b.event() {
                self.put(m.clone(), marks.clone());
            }
        }
    }

    /// Lets go of what was refused.
    pub fn discard(self) {
        for (envelope, _) in untrack(|| self.refused()) {
            self.forget(&envelope);
        }
    }

    fn forget(self, envelope: &Envelope) {
        self.seen.case.replica.update(|r| r.forget(&envelope.k));
    }
}

fn me(seen: Seen) -> String {
    seen.desk.agent()
}

fn may(state: &State, me: &str) -> May {
    // What this page asked a moment ago has no name yet.
    let mine = |g: &Grant| g.scope == Scope::Annotate && (g.agent == me || g.agent.is_empty());
    if state.status == Status::Done {
        May::Closed
    } else if state.allows(me, Scope::Annotate) {
        May::Draw
    } else if state.asked.iter().any(mine) {
        May::Wait
    } else {
        May::Ask
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pen_works_for_whom_the_driver_named_and_no_other() {
        let grant = |agent: &str, scope| Grant { agent: agent.into(), scope, at: 1 };
        let mut state = State::default();
        assert_eq!(may(&state, "Li"), May::Ask);
        state.asked = vec![grant("Wang", Scope::Annotate), grant("Li", Scope::Guide)];
        assert_eq!(may(&state, "Li"), May::Ask);
        state.asked.push(grant("", Scope::Annotate));
        assert_eq!(may(&state, "Li"), May::Wait);
        state.grants = vec![grant("Wang", Scope::Annotate), grant("Li", Scope::Guide)];
        assert_eq!(may(&state, "Li"), May::Wait);
        state.grants.push(grant("Li", Scope::Annotate));
        assert_eq!(may(&state, "Li"), May::Draw);
        state.status = Status::Done;
        assert_eq!(may(&state, "Li"), May::Closed);
    }
}
