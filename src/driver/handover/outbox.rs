//! What has been sent, in plain words. Silence is shown as silence: the age of the last contact
//! stands beside the state of the line.

use super::int;
use crate::case_link::{Link, PhotoAt, Storage};
use crate::device::camera::pause;
use crate::driver::app::App;
use crate::driver::place::now;
use crate::journey::place_text::ago;
use crate::react::*;
use crate::ui::El;
use crate::ui::dom::{el, task};
use crate::ui::parts::{button, p};
use crate::ui::slot::Slot;
use crate::words::{Key, fill, t};

/// How often ages are told anew, milliseconds.
const TICK: i32 = 30_000;

/// The outbox.
pub fn view(app: App) -> El {
    let tick = Slot::new(());
    let clock = tick.clone();
    task(async move {
        while clock.shown() {
            pause(TICK).await;
            clock.set(());
        }
    });
    el("div")
        .class("outbox")
        .dynamic(move || {
            tick.get();
            lines(app)
        })
        .add(button("btn quiet", t(Key::HandTryNow), move || app.link().try_now()))
}

fn lines(app: App) -> El {
    let o = app.outbox.get();
    let photo = |at: PhotoAt| o.photos.iter().filter(|p| p.at == at).count();
    let saved = o.saved as usize + photo(PhotoAt::Saved);
    let sending = o.sending as usize + photo(PhotoAt::Sending);
    let received = o.received as usize + photo(PhotoAt::Received);
    let mut out = el("div");
    out = out.maybe(match o.storage {
        Storage::Kept => None,
        Storage::MemoryOnly(_) => Some(p("note alert", t(Key::OutMemory))),
        Storage::Full => Some(p("note alert", t(Key::OutFull))),
    });
    let mut counts = el("ul").class("counts");
    for (class, n, key) in [
        ("wait", saved, Key::OutWaiting),
        ("go", sending, Key::OutSending),
        ("ok", received, Key::OutReceived),
    ] {
        if n > 0 {
            counts = counts.add(el("li").class(class).text(&fill(key, &[&int(n)])));
        }
    }
    let all = saved + sending == 0 && received > 0;
    let (class, key) = match o.link {
        Link::Unknown => ("link", Key::OutLinkUnknown),
        Link::Online => ("link ok", Key::OutLinkOnline),
        Link::Offline => ("link wait", Key::OutLinkOffline),
        Link::Away => ("link wait", Key::OutLinkAway),
        Link::Refused => ("link bad", Key::OutLinkRefused),
    };
    let contact = match o.last_contact {
        // The server's clock, which is what `now` is corrected to.
        Some(at) => fill(Key::OutContact, &[&ago(at, now(app))]),
        None => t(Key::OutContactNone).into(),
    };
    out = out.add(counts).maybe(all.then(|| p("ok", t(Key::OutAll))));
    out = out.add(p(class, t(key))).add(p("small", &contact));
    if !o.refused.is_empty() {
        let mut why = String::new();
        for refused in &o.refused {
            if !crate::ui::text::has(&why, &refused.why) {
                if !why.is_empty() {
                    why.push_str("; ");
                }
                why.push_str(&refused.why);
            }
        }
        out = out.add(p("note", &fill(Key::OutRefused, &[&int(o.refused.len()), &why])));
    }
    out
}
