//! Low-power mode: turned on by itself where the battery tells, asked about where it does not.
//! What it turns down is up to each user of `App::low`; the page learns it as a class.

use super::app::{App, keep, kept};
use crate::device::battery;
use crate::react::*;
use crate::ui::dom::page;
use crate::ui::parts::{button, p};
use crate::ui::{El, el};
use crate::words::{Key, fill, t};
use case::Event;

/// Percent from which on the page saves by itself.
const LOW: u8 = 20;

/// Follows the battery and the case for the life of the page.
pub fn watch(app: App) {
    crate::ui::dom::watch(move || {
        let low = app.low();
        if let Some(root) = page().document_element() {
            let _ = root.class_list().toggle_with_force("low", low);
        }
    });
    crate::ui::dom::task(async move {
        battery::watch(move |charge| {
            app.charge.set(Some(charge));
            let open = app.state.with_untracked(|s| !s.number.is_empty() && !s.low_power);
            // Once for each discharge: who turns it off again has decided.
            if charge.charging {
                keep("low-told", "");
            } else if charge.percent <= LOW && open && kept("low-told").is_none() {
                keep("low-told", "1");
                set(app, true);
                let percent = crate::journey::brief::int(i64::from(charge.percent));
                app.notice.set(fill(Key::LowPowerOn, &[&percent]));
            }
        })
        .await;
    });
}

/// Turns low-power mode on or off, in the case.
pub fn set(app: App, low: bool) {
    let percent = app.charge.get_untracked().map(|c| c.percent);
    app.record(vec![Event::Power { low, percent }]);
}

/// The question, once for each case, where the device does not tell its charge.
pub fn question(app: App) -> El {
    let number = app.state.with(|s| s.number.clone());
    let asked = app.charge.with(Option::is_some) || app.low() || number.is_empty();
    if asked || kept("power-asked").as_ref() == Some(&number) {
        return el("div");
    }
    let answer = move |low: bool| {
        let number = number.clone();
        move || {
            keep("power-asked", &number);
            // Either answer is recorded, and with it this question goes.
            set(app, low);
        }
    };
    el("div").class("card ask").add(p("", t(Key::LowPowerAsk))).add(
        el("div").class("two").add(button("btn", t(Key::LowPowerYes), answer(true))).add(button(
            "btn quiet",
            t(Key::LowPowerNo),
            answer(false),
        )),
    )
}
