//! What surrounds every screen: lines that tell what happened, the banner of the desk, the choice
//! of the screen, and the hand-over between the plain page and the app.

use super::app::{App, set_root_data};
use super::content::Content;
use super::later::{self, Around};
use super::route::Route;
use super::{guide, hub};
use crate::case_link::NotJoined;
use crate::react::*;
use crate::ui::dom::{computed, focus, page, watch, window};
use crate::ui::parts::{button, p, screen};
use crate::ui::{El, el};
use crate::words::{self, Key, t};
use ::guide::seal::Unsealed;
use std::cell::Cell;

/// What is on the screen, as far as it decides what is built.
enum Shown {
    /// The plain page; the app draws at most a line below it.
    Plain,
    /// A screen of the app.
    Screen(Route),
    /// Locked while there is fire.
    Locked,
}

/// Puts the app into its place on the page.
pub fn mount(app: App) {
    if let Some(place) = page().get_element_by_id("app") {
        let _ = place.append_child(frame(app).node());
    }
}

fn frame(app: App) -> El {
    let key = computed(move || match shown(app) {
        Shown::Plain => String::new(),
        Shown::Screen(route) => route.hash(),
        Shown::Locked => String::from(LOCKED),
    });
    let came = Cell::new(false);
    watch(move || set_root_data("app", if key.get().is_empty() { "" } else { "on" }));
    el("div")
        .class("frame")
        .dynamic(move || notice(app))
        .add(later::around(app, Around::Line))
        .add(later::around(app, Around::Banner))
        .dynamic(move || {
            let key = key.get();
            // Read here, so that a new language builds every screen anew; nothing else does.
            words::lang();
            let built = untrack(|| build(app, &key));
            arrive(built.node().clone(), came.replace(true) && !key.is_empty());
            built
        })
        .add(later::around(app, Around::Column))
        .add(later::around(app, Around::Below))
}

/// In place of an address, for what is locked while there is fire.
const LOCKED: &str = "locked";

fn shown(app: App) -> Shown {
    let route = app.route.get();
    let (fire, asked) = (app.state.with(|s| s.fire), app.fire_asked());
    let good = app.content.with(|c| c.pack().is_some());
    let guides = |route| if good { Shown::Screen(route) } else { Shown::Plain };
    match route {
        Route::First if !asked => Shown::Plain,
        Route::First if fire => guides(Route::Evacuate),
        Route::First => Shown::Screen(Route::Hub),
        Route::Evacuate => guides(Route::Evacuate),
        Route::Guide(id, n) if id == "safety" => guides(Route::Guide(id, n)),
        Route::Guide(id, n) if fire && id != "where" => {
            let _ = (id, n);
            Shown::Locked
        }
        Route::Photos(_) if fire => Shown::Locked,
        route => Shown::Screen(route),
    }
}

fn build(app: App, key: &str) -> El {
    match key {
        "" => return el("div").dynamic(move || no_guides(app)),
        LOCKED => return guide::locked(app),
        _ => {}
    }
    let route = Route::parse(key);
    match route {
        Route::First | Route::Hub => hub::screen(app),
        Route::Evacuate => of_pack(app, String::from("safety"), None),
        Route::Guide(id, n) => of_pack(app, id, n),
        route => later::show(app, route),
    }
}

fn of_pack(app: App, id: String, n: Option<usize>) -> El {
    el("div").class("grow").dynamic(move || match app.content.get() {
        Content::Good(pack) => guide::guide_screen(app, pack, id.clone(), n),
        _ => screen("screen step").dynamic(move || no_guides(app)),
    })
}

/// Why there are no guides, in a sentence; nothing while they are on their way to the plain page.
fn no_guides(app: App) -> El {
    let key = match app.content.get() {
        Content::Good(_) => return el("div"),
        Content::Loading => return p("wait", t(Key::Loading)),
        Content::Away => Key::PackMissing,
        Content::Refused(Unsealed::TooNew(_)) => Key::PackOld,
        Content::Refused(_) => Key::PackBroken,
    };
    el("div")
        .class("screen")
        .add(p("warn", t(key)))
        .add(button("btn", t(Key::Retry), move || crate::ui::dom::task(super::start::load(app))))
}

/// Names the page and puts the focus on the heading, after the screen is on the page.
fn arrive(built: web_sys::Element, take_focus: bool) {
    crate::ui::dom::task(async move {
        let heading = built.query_selector("h1").ok().flatten();
        let name = heading.as_ref().and_then(|h| h.text_content()).unwrap_or_default();
        let mut title = name;
        if !title.is_empty() {
            title.push_str(" · ");
        }
        title.push_str(t(Key::Brand));
        page().set_title(&title);
        if take_focus {
            window().scroll_to_with_x_and_y(0.0, 0.0);
            if let Some(heading) = heading {
                focus(&heading);
            }
        }
    });
}

fn notice(app: App) -> El {
    let text = app.notice.get();
    let line = el("div").class("notices").attr("role", "status");
    if text.is_empty() {
        return line;
    }
    line.add(p("", &text)).add(
        button("tool", "✕", move || app.notice.set(String::new()))
            .attr("aria-label", t(Key::Close)),
    )
}

/// Why an invitation did not work, in a sentence.
pub fn not_joined(why: NotJoined) -> String {
    t(match why {
        NotJoined::Malformed | NotJoined::NoCase => Key::JoinMalformed,
        NotJoined::Expired => Key::JoinExpired,
        NotJoined::Denied => Key::JoinDenied,
        NotJoined::Away => Key::JoinAway,
        NotJoined::Slow(_) => Key::JoinSlow,
    })
    .into()
}

/// The app cannot start; the plain page stays and says so (see `init.mjs`).
pub fn broken() {
    if let Ok(event) = web_sys::Event::new("nw-panic") {
        let _ = window().dispatch_event(&event);
    }
}
