//! The start of the driver's page: words, the case, the guides; then it takes over the plain page.
//! Until then, and whenever it has nothing to draw, the plain page stands.

use super::app::{App, hash, keep, kept};
use super::guide::fire_answer;
use super::later::{self, Fetch};
use super::route::Route;
use super::{assets, content, frame, tools};
use crate::case_link::{CaseLink, tap_of_shell};
use crate::device::loose;
use crate::react::*;
use crate::ui::dom::{listen, page, task, watch, window};
use crate::words;
use case::{Event, State};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;

/// Starts the page; `fetch` gets what the first screens do not need. Without words there is no app:
/// the plain page stays and says so.
pub async fn start(fetch: Fetch) {
    // The store opens while the words are on their way.
    let opened: Rc<RefCell<Option<CaseLink>>> = Rc::default();
    let opening = opened.clone();
    task(async move {
        let link = CaseLink::open().await;
        *opening.borrow_mut() = Some(link);
    });
    let lang = words::known(&super::app::root_data("lang"));
    if !assets::words(lang).await {
        // The other language may be on this device although this one is not.
        let other = if lang == "en" { "zh" } else { "en" };
        if !assets::words(other).await {
            frame::broken();
            return;
        }
    }
    words::speak(lang);
    crate::ui::parts::set_pictures(assets::url("pictures").unwrap_or_default());
    let link = loop {
        if let Some(link) = opened.take() {
            break link;
        }
        loose::pause(4).await;
    };
    // Signals tell their watchers through it; set once, an error means that it is.
    let _ = any_spawner::Executor::init_wasm_bindgen();
    let owner = Owner::new();
    owner.set();
    let app = App::new(link);
    follow_address(app);
    count_calls(app);
    tools::mount(app);
    frame::mount(app);
    task(load(app));
    if invited() {
        // Another device's case comes first, or what is tapped now would open a second one.
        later::start(app, fetch, &owner);
        later::join(app).await;
    }
    take_tap(app).await;
    take_crash(app).await;
    // For measurements and tests: from here on the way to safety answers.
    super::app::set_root_data("ready", "1");
    later::start(app, fetch, &owner);
    // The page's owner lives as long as the page.
    std::mem::forget(owner);
}

/// Loads the guides of the region in force, and again when the network comes back.
pub async fn load(app: App) {
    let region = app.region.get_untracked();
    let got = content::load(app, &region).await;
    // The region may have changed while this was on its way.
    if app.region.get_untracked() == region {
        app.content.set(got);
    }
}

fn follow_address(app: App) {
    // A line that tells what just happened goes with the next screen but one.
    let told = Rc::new(Cell::new(0.0));
    let when = told.clone();
    watch(move || {
        app.notice.with(String::len);
        when.set(js_sys::Date::now());
    });
    listen(&window(), "hashchange", move |_| {
        if js_sys::Date::now() - told.get() > 1000.0 {
            app.notice.set(String::new());
        }
        task(async move {
            // What was tapped is in the case before the screen that follows from it is drawn.
            take_tap(app).await;
            app.route.set(Route::parse(&hash()));
            if invited() {
                later::join(app).await;
            }
        });
    });
    listen(&window(), "online", move |_| {
        if app.content.get_untracked().pack().is_none() {
            task(load(app));
        }
    });
}

/// Takes the answer that was given to the plain page into the case, with the time of the tap.
async fn take_tap(app: App) {
    let Some(tap) = tap_of_shell() else { return };
    // Forgotten only when it is written; a second call in between writes the same answer again,
    // which changes nothing.
    let pack = app.content.get_untracked().pack();
    let events = move |s: &State| fire_answer(s, pack, tap.yes);
    if app.write_from(Box::new(events), Some(tap.at)).await {
        tap.done();
    }
}

/// Tells the desk of a breakdown that the page recovered from.
async fn take_crash(app: App) {
    let Some(crash) = kept("crash") else { return };
    let (build, text) = crash.split_once('\n').unwrap_or(("", &crash));
    if app.state.with_untracked(|s| s.number.is_empty()) {
        return keep("crash", "");
    }
    if app.write(vec![Event::Crashed { build: build.into(), text: text.into() }]).await {
        keep("crash", "");
    }
}

/// Whether the address is an invitation into another device's case.
fn invited() -> bool {
    hash().starts_with("#j=")
}

/// A tap on any telephone link is part of the case; the link itself is the browser's.
fn count_calls(app: App) {
    listen(&page(), "click", move |event| {
        let target = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
        let link = target.and_then(|t| t.closest("a[href^='tel:']").ok().flatten());
        let Some(href) = link.and_then(|l| l.get_attribute("href")) else { return };
        let to = String::from(crate::ui::text::after(&href, "tel:"));
        app.record(vec![Event::Called { to }]);
    });
}

/// Tells the plain page that the app broke down, and keeps what it said for the next start. After
/// this nothing of the app runs again.
pub fn panicked(panic: &std::panic::PanicHookInfo) {
    let mut text = assets::build();
    text.push('\n');
    if let Some(at) = panic.location() {
        text.push_str(at.file());
        text.push(':');
        case::wire::put_int(i64::from(at.line()), &mut text);
        text.push(' ');
    }
    let said = panic.payload();
    let said =
        said.downcast_ref::<&str>().copied().or(said.downcast_ref::<String>().map(String::as_str));
    text.push_str(said.unwrap_or_default());
    keep("crash", text.get(..1000).unwrap_or(&text));
    web_sys::console::error_1(&wasm_bindgen::JsValue::from_str(&text));
    frame::broken();
}
