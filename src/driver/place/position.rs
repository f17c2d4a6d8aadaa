//! The device's own position: the reason first, then the search, then what came of it. A better
//! position within half a minute replaces the first one; after that the receiver is off.

use super::{Done, chinese};
use crate::device::camera::pause;
use crate::device::position::{Fix, Trouble, Watch, allowed, watch};
use crate::driver::app::App;
use crate::journey::place;
use crate::journey::place_text::ago;
use crate::ui::El;
use crate::ui::dom::el;
use crate::ui::parts::{button, p};
use crate::words::{Key, t};
use case::Event;
use case::place::{How, Place};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::cell::RefCell;
use std::rc::Rc;

#[derive(Clone, Copy, PartialEq)]
enum Got {
    Nothing,
    Looking,
    Fix(Fix),
    Bad(Trouble),
}

/// Good enough to stop looking, metres.
const GOOD: u32 = 20;
/// Longest search after the first position, milliseconds.
const LONGEST: i32 = 30_000;

/// The form. Whoever has allowed positions before is not asked to tap again.
pub fn position(app: App, done: Done) -> El {
    let got = RwSignal::new(Got::Nothing);
    let running: Rc<RefCell<Option<Watch>>> = Rc::default();
    let held = StoredValue::new_local(running.clone());
    let last = SendWrapper::new(running);
    on_cleanup(move || drop(last.borrow_mut().take()));
    let start = move || {
        if let Some(running) = held.try_get_value() {
            look(app, got, running);
        }
    };
    leptos::task::spawn_local(async move {
        if allowed().await && got.try_get_untracked() == Some(Got::Nothing) {
            start();
        }
    });
    el("div").class("form").dynamic(move || {
        let out = el("div").attr("role", "status");
        match got.get() {
            Got::Nothing => out.add(p("lead", t(Key::PosReason))).add(button(
                "btn lamp wide",
                t(Key::PosFind),
                start,
            )),
            Got::Looking => out.add(p("lead busy", t(Key::PosLooking))),
            Got::Fix(fix) => out
                .add(place::position((fix.lat_e7, fix.lon_e7), Some(fix.acc_m), chinese(app)))
                .add(kept(&ago(fix.at, js_sys::Date::now() as i64)))
                .add(button("btn lamp wide", t(Key::Next), move || {
                    if let Some(done) = done.try_get_value() {
                        done();
                    }
                }))
                .add(button("btn quiet", t(Key::Again), start)),
            Got::Bad(trouble) => {
                let key = match trouble {
                    Trouble::Refused => Key::PosRefused,
                    Trouble::Absent => Key::PosAbsent,
                    Trouble::Unavailable => Key::PosUnavailable,
                    Trouble::TimedOut => Key::PosLate,
                };
                let again =
                    (trouble != Trouble::Absent).then(|| button("btn wide", t(Key::Again), start));
                out.add(p("note", t(key))).maybe(again)
            }
        }
    })
}

/// The line that says that it is kept, and of when it is.
fn kept(age: &str) -> El {
    let mut line = String::from(t(Key::SavedHere));
    line.push_str(" · ");
    line.push_str(age);
    p("kept", &line)
}

fn look(app: App, got: RwSignal<Got>, running: Rc<RefCell<Option<Watch>>>) {
    got.set(Got::Looking);
    let recorded = RefCell::new(None::<u32>);
    let stop = running.clone();
    let started = watch(app.low(), move |result| match result {
        Ok(fix) => {
            let better = recorded.borrow().is_none_or(|acc| fix.acc_m * 2 <= acc);
            if better {
                *recorded.borrow_mut() = Some(fix.acc_m);
                record(app, fix);
            }
            if better
                || matches!(got.try_get_untracked(), Some(Got::Fix(old)) if old.acc_m == fix.acc_m)
            {
                let _ = got.try_set(Got::Fix(fix));
            }
            if fix.acc_m <= GOOD || app.state.with_untracked(|s| s.low_power) {
                later(stop.clone(), 0);
            }
        }
        // One position is better than a later trouble.
        Err(trouble) if recorded.borrow().is_none() => {
            let _ = got.try_set(Got::Bad(trouble));
            later(stop.clone(), 0);
        }
        Err(_) => {}
    });
    match started {
        Ok(watch) => {
            *running.borrow_mut() = Some(watch);
            later(running, LONGEST);
        }
        Err(trouble) => got.set(Got::Bad(trouble)),
    }
}

/// Stops the receiver, but not from inside its own call.
fn later(running: Rc<RefCell<Option<Watch>>>, ms: i32) {
    leptos::task::spawn_local(async move {
        pause(ms).await;
        drop(running.borrow_mut().take());
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
