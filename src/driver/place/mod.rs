//! Where the car is: every way to say it. Each form saves its report at once (`placed`) and only
//! then goes on; nothing here waits for the network.

mod fields;
mod forms;
mod pad;
mod position;

use crate::device::camera::pause;
use crate::driver::app::App;
use crate::journey::place::{basis, known};
use crate::react::*;
use crate::ui::El;
use crate::ui::dom::{el, task};
use crate::ui::parts::{h1, p, pic, screen as frame};
use crate::ui::slot::Slot;
use crate::words::{Key, t};
use case::Event;
use case::place::{How, Place};
use guide::Form;
use std::rc::Rc;
use wasm_bindgen::JsCast;

/// How long a line that says that something is kept stays, milliseconds.
const TOLD: i32 = 5_000;

/// Goes on when a form has saved, unless its screen has gone.
#[derive(Clone)]
pub(crate) struct Done(Rc<dyn Fn()>, Slot<()>);

impl Done {
    fn call(&self) {
        if self.1.shown() {
            (self.0)();
        }
    }
}

/// The whole screen: what is known with its age, and every way to say more.
pub fn screen(app: App) -> El {
    let open = Slot::new(None::<Form>);
    let mut ways = el("div").class("ways");
    for (form, how, drawing) in [
        (Form::Post, How::Post, "km-post"),
        (Form::Tunnel, How::Tunnel, "tunnel-phone"),
        (Form::CarPark, How::CarPark, "place-carpark"),
        (Form::Position, How::Device, "place-road"),
        (Form::Words, How::Words, "place-home"),
    ] {
        ways = way(app, ways, open.clone(), form, how, drawing);
    }
    let photo = el("a").class("btn").attr("href", "#photos/take/place");
    let photo = photo.add(pic("photo")).add(el("span").text(t(Key::PlacePhoto)));
    frame("screen place")
        .add(h1(t(Key::PlaceTitle)))
        .dynamic(move || now_known(app))
        .add(el("h2").text(t(Key::PlaceMore)))
        .add(ways.add(photo))
}

#[inline(never)]
fn way(app: App, ways: El, open: Slot<Option<Form>>, form: Form, how: How, drawing: &str) -> El {
    let (state, press, inside) = (open.clone(), open.clone(), open);
    let way = el("button")
        .attr("type", "button")
        .class("btn")
        .add(pic(drawing))
        .add(el("span").text(basis(how)))
        .live(move |e| {
            let now = if state.get() == Some(form) { "true" } else { "false" };
            let _ = e.set_attribute("aria-expanded", now);
        })
        .on("click", move |event| {
            press.set(if press.peek() == Some(form) { None } else { Some(form) });
            // What opens comes up from under the call bar.
            let way = event.current_target();
            if let Some(way) = way.and_then(|t| t.dyn_into::<web_sys::Element>().ok()) {
                way.scroll_into_view();
            }
        });
    ways.add(way).dynamic(move || match inside.get() == Some(form) {
        true => {
            let open = inside.clone();
            self::form(app, form, "where", move || open.set(None))
        }
        false => el("i").attr("hidden", ""),
    })
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
    let done = Done(Rc::new(done), Slot::new(()));
    match form {
        Form::Post => forms::post(app, done),
        Form::Tunnel => forms::tunnel(app, done),
        Form::CarPark => forms::car_park(app, done),
        Form::Words => forms::words(app, guide == "where" || guide == "safety", done),
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
    task(async move {
        if app.write(vec![event]).await {
            told(app, t(Key::SavedHere));
            done.call();
        }
    });
}

/// Says something in the line above the screen for as long as it takes to read it.
pub(crate) fn told(app: App, text: &'static str) {
    app.notice.set(text.into());
    task(async move {
        pause(TOLD).await;
        if app.notice.with_untracked(|n| n == text) {
            app.notice.set(String::new());
        }
    });
}

/// The report that is in force, to go on from it.
pub(crate) fn placed(app: App, how: How) -> Place {
    app.state
        .with_untracked(|s| s.placed(how).map(|p| p.place.clone()))
        .unwrap_or_else(|| Place::new(how))
}
