//! The hub, live.

use super::app::App;
use super::power;
use crate::case_link::{Link, Outbox, Storage};
use crate::journey::brief::int;
use crate::journey::hub::{Hub, hub};
use crate::ui::{El, el};
use crate::words::{Key, fill, t};
use leptos::prelude::*;

/// The case at a glance.
pub fn screen(app: App) -> El {
    el("div").dynamic(move || {
        let told = Hub {
            pack: app.content.get().pack(),
            sent: app.outbox.with(sent),
            no_camera: app.car.get(),
        };
        let screen = app.state.with(|s| hub(&told, s));
        screen.dynamic(move || power::question(app))
    })
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
