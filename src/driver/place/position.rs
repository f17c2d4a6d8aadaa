//! The device's own position: the reason first, then the search, then what came of it. A better
//! position within half a minute replaces the first one; after that the receiver is off.

use super::{Done, chinese};
use crate::device::camera::pause;
use crate::device::position::{Fix, Trouble, Watch, allowed, watch};
use crate::driver::app::App;
use crate::journey::place;
use crate::journey::place_text::ago;
use crate::react::*;
use crate::ui::El;
use crate::ui::dom::{el, task};
use crate::ui::parts::{button, p};
use crate::ui::slot::Slot;
use crate::words::{Key, t};
use case::Event;
use case::place::{How, Place};
use send_wrapper::SendWrapper;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

#[derive(Clone, Copy, PartialEq)]
enum Got {
    Nothing,
    Looking,
    Fix(Fix),
    Bad(Trouble),
}

/// A search and what has come of it.
#[derive(Clone)]
struct Search {
    got: Slot<Got>,
    /// How many searches there were, and the receiver of the latest.
    running: Rc<RefCell<(u32, Option<Watch>)>>,
}

/// Good enough to stop looking, metres.
const GOOD: u32 = 20;
/// Longest search after the first position, milliseconds.
const LONGEST: i32 = 30_000;

/// The form. Whoever has allowed positions before is not asked to tap again.
pub fn position(app: App, done: Done) -> El {
    let search = Search { got: Slot::new(Got::Nothing), running: Rc::default() };
    let last = SendWrapper::new(search.running.clone());
    on_cleanup(move || last.borrow_mut().1 = None);
    let asked = search.clone();
    task(async move {
        if allowed().await && asked.got.shown() && asked.got.peek() == Got::Nothing {
            look(app, asked);
        }
    });
    el("div").class("form").dynamic(move || view(app, &search, &done))
}

fn view(app: App, search: &Search, done: &Done) -> El {
    let again = search.clone();
    let start = move || look(app, again.clone());
    let out = el("div").attr("role", "status");
    match search.got.get() {
        Got::Nothing => out.add(p("lead", t(Key::PosReason))).add(button(
            "btn lamp wide",
            t(Key::PosFind),
            start,
        )),
        Got::Looking => out.add(p("lead busy", t(Key::PosLooking))),
        Got::Fix(fix) => {
            let done = done.clone();
            out.add(place::position((fix.lat_e7, fix.lon_e7), Some(fix.acc_m), chinese(app)))
                .add(kept(&ago(fix.at, js_sys::Date::now() as i64)))
                .add(button("btn lamp wide", t(Key::Next), move || done.call()))
                .add(button("btn quiet", t(Key::Again), start))
        }
        Got::Bad(trouble) => {
            let key = match trouble {
                Trouble::Refused => Key::PosRefused,
                Trouble::Absent => Key::PosAbsent,
                Trouble::Unavailable => Key::PosUnavailable,
                Trouble::TimedOut => Key::PosLate,
            };
            let again = trouble != Trouble::Absent;
            out.add(p("note", t(key)))
                .maybe(again.then(|| button("btn wide", t(Key::Again), start)))
        }
    }
}

/// The line that says that it is kept, and of when it is.
fn kept(age: &str) -> El {
    let mut line = String::from(t(Key::SavedHere));
    line.push_str(" · ");
    line.push_str(age);
    p("kept", &line)
}

fn look(app: App, search: Search) {
    search.got.set(Got::Looking);
    let turn = search.running.borrow().0 + 1;
    let best = Cell::new(None::<u32>);
    let told = search.clone();
    let started = watch(app.low(), move |result| match result {
        Ok(fix) => {
            // Half the doubt is worth a new report; less is only a younger age.
            let better = best.get().is_none_or(|acc| fix.acc_m * 2 <= acc);
            if better {
                best.set(Some(fix.acc_m));
                record(app, fix);
                told.got.set(Got::Fix(fix));
            }
            if fix.acc_m <= GOOD || app.state.with_untracked(|s| s.low_power) {
                later(&told, turn, 0);
            }
        }
        // One position is better than a later trouble.
        Err(trouble) if best.get().is_none() => {
            told.got.set(Got::Bad(trouble));
            later(&told, turn, 0);
        }
        Err(_) => {}
    });
    match started {
        Ok(watch) => {
            *search.running.borrow_mut() = (turn, Some(watch));
            later(&search, turn, LONGEST);
        }
        Err(trouble) => search.got.set(Got::Bad(trouble)),
    }
}

/// Stops the receiver of a search, but not from inside its own call, and not that of a later one.
fn later(search: &Search, turn: u32, ms: i32) {
    let running = search.running.clone();
    task(async move {
        pause(ms).await;
        let mut running = running.borrow_mut();
        if running.0 == turn {
            running.1 = None;
        }
    });
}

fn record(app: App, fix: Fix) {
    let mut place = Place::new(How::Device);
    place.lat_e7 = Some(fix.lat_e7);
    place.lon_e7 = Some(fix.lon_e7);
    place.acc_m = Some(fix.acc_m);
    place.fix_at = Some(fix.at);
    app.record(vec![Event::Placed { place }]);
}
