//! The distance meter, live: watches the position from a tap on and says when it is far enough, for
//! eye, ear and hand. Nothing is watched before the tap, nor after the step.

use crate::device::position::{Trouble, watch};
use crate::device::{speech, vibration};
use crate::journey::meter::{Point, Reading, read, reading};
use crate::react::*;
use crate::ui::dom::leaving;
use crate::ui::parts::button;
use crate::ui::slot::Slot;
use crate::ui::{El, el};
use crate::words::{Key, lang, t};
use std::cell::Cell;

/// The form of a step that asks for a distance. `done`: the driver says it is done, measured or
/// not; the phone is a help, not a judge.
pub fn form(target_m: u32, done: impl Fn() + 'static) -> El {
    let shown = Slot::new(Reading::Off);
    let owner = Owner::current();
    let (far, off, told) = (shown.clone(), shown.clone(), shown.clone());
    let measure = move || {
        far.set(Reading::Searching);
        if let Some(owner) = &owner {
            owner.with(|| measure(target_m, far.clone()));
        }
    };
    let start = button("btn", t(Key::MeterStart), measure).live(move |it| {
        let off = off.get() == Reading::Off;
        let _ = it.toggle_attribute_with_force("hidden", !off);
    });
    el("div")
        .class("form meter")
        // Numbers that change every second are not read out; what they come to is.
        .add(el("p").class("sr").attr("role", "status").live(move |it| {
            let text = match told.get() {
                Reading::Walked { enough: true, .. } => t(Key::MeterEnough),
                Reading::Refused => t(Key::MeterRefused),
                Reading::Absent => t(Key::MeterAbsent),
                _ => "",
            };
            if it.text_content().as_deref() != Some(text) {
                it.set_text_content(Some(text));
            }
        }))
        .dynamic(move || reading(shown.get(), target_m))
        .add(start)
        .add(button("btn lamp", t(Key::Done), done))
}

fn measure(target_m: u32, shown: Slot<Reading>) {
    let start = Cell::new(None);
    let said = Cell::new(false);
    let absent = shown.clone();
    let watching = watch(false, move |result| {
        let now = match result {
            Ok(fix) => {
                let now = Point { lat_e7: fix.lat_e7, lon_e7: fix.lon_e7, acc_m: fix.acc_m };
                let mut from = start.get();
                let now = read(&mut from, now, target_m);
                start.set(from);
                now
            }
            Err(Trouble::Refused) => Reading::Refused,
            Err(Trouble::Absent) => Reading::Absent,
            // A pause of the satellites does not undo what was measured.
            Err(_) if start.get().is_some() => return,
            Err(_) => Reading::Absent,
        };
        // What is far enough stays so, whatever a later position pretends.
        let enough = matches!(now, Reading::Walked { enough: true, .. });
        if said.get() && !enough {
            return;
        }
        shown.set(now);
        if matches!(now, Reading::Walked { enough: true, .. }) && !said.replace(true) {
            vibration::buzz(&[400, 150, 400]);
            speech::say(t(Key::MeterEnough), lang());
        }
    });
    match watching {
        Ok(watch) => {
            leaving(move || drop(watch));
        }
        Err(_) => absent.set(Reading::Absent),
    }
}
