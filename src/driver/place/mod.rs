//! Where the car is: every way to say it. Each form saves its report at once (`placed`) and only
//! then goes on; nothing here waits for the network.

mod fields;
mod forms;
mod pad;
mod position;

use crate::driver::app::App;
use crate::journey::place::{basis, known};
use crate::ui::El;
use crate::ui::dom::el;
use crate::ui::parts::{h1, link, p, screen as frame};
use crate::words::{Key, t};
use case::Event;
use case::place::{How, Place};
use guide::Form;
use leptos::prelude::*;
use std::rc::Rc;

/// Goes on when a form has saved.
pub(crate) type Done = StoredValue<Rc<dyn Fn()>, LocalStorage>;

/// The whole screen: what is known with its age, and every way to say more.
pub fn screen(app: App) -> El {
    let open = RwSignal::new(None::<Form>);
    let mut ways = el("div").class("ways");
    for (form, how) in [
        (Form::Post, How::Post),
        (Form::Tunnel, How::Tunnel),
        (Form::CarPark, How::CarPark),
        (Form::Position, How::Device),
        (Form::Words, How::Words),
    ] {
        let way = el("button")
            .attr("type", "button")
            .class("btn")
            .text(basis(how))
            .live(move |e| {
                let _ = e.set_attribute(
                    "aria-expanded",
                    if open.get() == Some(form) { "true" } else { "false" },
                );
            })
            .on("click", move |_| {
                open.update(|o| *o = if *o == Some(form) { None } else { Some(form) })
            });
        ways = ways.add(way).dynamic(move || match open.get() == Some(form) {
            true => self::form(app, form, "where", move || open.set(None)),
            false => el("i").attr("hidden", ""),
        });
    }
    frame("screen place")
        .add(h1(t(Key::PlaceTitle)))
        .dynamic(move || now_known(app))
        .add(el("h2").text(t(Key::PlaceMore)))
        .add(ways.add(link("btn", "#photos/take/place", t(Key::PlacePhoto))))
}

fn now_known(app: App) -> El {
    app.state.with(|state| match state.places.is_empty() {
        true => p("lead", t(Key::PlaceNone)),
        false => known(state, chinese(app), now(app)),
    })
}

/// One form inside a guide: `position`, `post`, `tunnel`, `carpark`, `words`. It records by
/// itself, and calls `done` when that is on this device. Words belong to the place in the guide
/// `where`, and are a note for the agent in guides about anything else.
pub fn form(app: App, form: Form, guide: &str, done: impl Fn() + 'static) -> El {
    let done: Rc<dyn Fn()> = Rc::new(done);
    let done: Done = StoredValue::new_local(done);
    match form {
        Form::Post => forms::post(app, done),
        Form::Tunnel => forms::tunnel(app, done),
        Form::CarPark => forms::car_park(app, done),
        Form::Words if guide != "where" && guide != "safety" => forms::note(app, done),
        Form::Words => forms::words(app, done),
        _ => position::position(app, done),
    }
}

/// Whether maps of the region use GCJ-02.
pub(crate) fn chinese(app: App) -> bool {
    app.content.get().pack().is_some_and(|pack| pack.region.gcj02)
}

/// The clock of the state: this device's, corrected by the server's where it has answered.
pub(crate) fn now(app: App) -> i64 {
    js_sys::Date::now() as i64 + app.outbox.with_untracked(|o| o.skew)
}

/// Writes an event, tells that it is kept, and goes on.
pub(crate) fn save(app: App, event: Event, done: Done) {
    leptos::task::spawn_local(async move {
        if app.write(vec![event]).await {
            app.notice.set(t(Key::SavedHere).into());
            if let Some(done) = done.try_get_value() {
                done();
            }
        }
    });
}

/// The report that is in force, to go on from it.
pub(crate) fn placed(app: App, how: How) -> Place {
    app.state
        .with_untracked(|s| s.placed(how).map(|p| p.place.clone()))
        .unwrap_or_else(|| Place::new(how))
}
