//! What lies on the thing that is followed: the driver's marks, what agents drew on the same picture,
//! and their names. It is read anew for every frame, so that a late stroke needs nothing but to be
//! in the case; the tracker is not told of it.

use super::Aiming;
use crate::ar::marks::Ink;
use crate::driver::photos::drawn;
use crate::journey::photo::names;
use crate::react::*;
use case::Event;
use case::event::{Mark, Shape};

impl Aiming {
    /// The marks, and whose each is.
    pub fn scene(&self) -> (Vec<Mark>, Vec<Ink>) {
        let Some(sheet) = self.still.borrow().as_ref().map(|s| s.sheet.clone()) else {
            return (Vec::new(), Vec::new());
        };
        let mut marks = sheet.drawn.peek().marks;
        let mut inks = vec![Ink::Own; marks.len()];
        let drawings = self.app.state.with_untracked(|s| drawn::on(s, &sheet.id.peek()).to_vec());
        for mark in drawings.iter().flat_map(|d| &d.marks) {
            marks.push(mark.clone());
            inks.push(Ink::Agent);
        }
        for ((x, y), who) in names(&drawings) {
            marks.push(Mark { shape: Shape::Words, at: vec![x, y], text: who.into() });
            inks.push(Ink::Name);
        }
        (marks, inks)
    }

    /// Says in the case which picture the camera follows from now on; with nothing, none.
    pub fn follows(&self, id: &str) {
        if self.app.state.with_untracked(|s| s.still != id) {
            self.app.record(vec![Event::Frozen { id: id.into() }]);
        }
    }
}
