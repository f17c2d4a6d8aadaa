//! The gyroscope's part in following: how the phone turned goes to the worker, about the axes of
//! the picture as it is seen. Phones without one, and those whose driver said no, are followed all
//! the same.

use super::{Aim, Stage};
use crate::device::loose::get;
use crate::device::motion::{rate, screen_angle, seen};
use crate::ui::dom::{listen, window};
use std::cell::Cell;

/// Listens for as long as the screen is shown.
pub fn listen_to(aim: &Aim) {
    let aim = aim.clone();
    let last = Cell::new(None::<f64>);
    listen(&window(), "devicemotion", move |event| {
        let time = get(&event, "timeStamp").and_then(|t| t.as_f64());
        let before = last.replace(time);
        let (Some(time), Some(before)) = (time, before) else { return };
        if aim.stage.peek() != Stage::Live || !aim.follow.ready.get() {
            return;
        }
        // What is no number is told as such: the worker then foretells nothing from half a turn.
        let nan = crate::device::motion::Rate { x: f64::NAN, y: f64::NAN, z: f64::NAN };
        let turned = rate(&event).map_or(nan, |rate| seen(rate, screen_angle()));
        if let Some(link) = aim.link.borrow().as_ref() {
            link.turned(time - before, turned);
        }
    });
}
