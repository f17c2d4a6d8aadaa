//! The hub, live.

use super::app::App;
use super::guide::fire_answer;
use super::power;
use super::route::Route;
use crate::case_link::{Link, Outbox, Storage};
use crate::journey::brief::int;
use crate::journey::hub::{Hub, hub};
use crate::react::*;
use crate::ui::dom::task;
use crate::ui::{El, el};
use crate::words::{Key, fill, t};
use std::rc::Rc;

/// The case at a glance.
pub fn screen(app: App) -> El {
    el("div").dynamic(move || {
        let told = Hub {
            pack: app.content.get().pack(),
            sent: app.outbox.with(sent),
            no_camera: app.car.get(),
            smoke: Rc::new(move || smoke(app)),
        };
        let screen = app.state.with(|s| hub(&told, s));
        screen.dynamic(move || power::question(app))
    })
}

/// Fire, noticed after the question was answered with no.
fn smoke(app: App) {
    let pack = app.content.get_untracked().pack();
    task(async move {
        if app.write_from(Box::new(move |s| fire_answer(s, pack, true)), None).await {
            app.go(&Route::Evacuate);
        }
    });
}

/// How far saving and sending have come, in plain words.
pub fn sent(outbox: &Outbox) -> String {
    if outbox.storage != Storage::Kept {
        return t(if outbox.storage == Storage::Full { Key::StoreFull } else { Key::StoreMemory })
            .into();
    }
    let waiting = i64::from(outbox.saved + outbox.sending);
    if outbox.link == Link::Refused {
        return t(Key::SentRefused).into();
    }
    if waiting == 0 && outbox.received > 0 && !outbox.waiting() {
        return t(Key::Received).into();
    }
    let key = if outbox.sending > 0 { Key::SentSending } else { Key::SentSaved };
    fill(key, &[&int(waiting)])
}
