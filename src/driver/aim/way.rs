//! The way from a step of a guide to the camera: where the thing that the step speaks of can be
//! pointed at, marked, and shown to the desk. Which steps offer it is said in the guides, by the
//! fact `aim=yes` that such a step sets; nothing here names a guide. Part of the second chunk,
//! not of the camera's: it stands below steps of guides.

use crate::device::motion;
use crate::driver::app::{App, set_root_data};
use crate::driver::route::Route;
use crate::journey::brief::int;
use crate::journey::stand::{Stand, stand, walk};
use crate::react::*;
use crate::ui::El;
use crate::ui::dom::{computed, el};
use crate::ui::parts::{icon, p, pic};
use crate::words::{Key, say, t};

/// What a step sets to say that the camera is of help there.
const FACT: &str = "aim=yes";
/// Places where nobody stays at the car longer than the step itself takes.
const AWAY: [&str; 2] = ["expressway", "tunnel"];

/// Where one stands in a guide, by its address.
fn at(app: App, route: &Route) -> Option<Stand> {
    let Route::Guide(root, n) = route else { return None };
    let pack = app.content.get().pack()?;
    app.state.with(|s| stand(&walk(pack, root, s), *n))
}

/// The link under a step; nothing where the step does not offer it.
pub fn link(app: App) -> El {
    let target = computed(move || {
        let route = app.route.get();
        let quiet = app
            .state
            .with(|s| s.fire || s.fact("place").is_some_and(|p| AWAY.contains(&p.as_str())));
        let stand = at(app, &route).filter(|at| !quiet && at.step.sets.iter().any(|s| s == FACT));
        match (stand, route) {
            (Some(stand), Route::Guide(root, _)) => {
                ["#photos/aim//guide/", &root, "/", &int(stand.n as i64)].concat()
            }
            _ => String::new(),
        }
    });
    el("div").class("aim-offer").dynamic(move || {
        let href = target.get();
        set_root_data("offer", if href.is_empty() { "" } else { "on" });
        if href.is_empty() {
            return el("i").attr("hidden", "");
        }
        let eye = icon("M4 8h3l2-3h6l2 3h3v11H4zM12 10a3.5 3.5 0 1 0 .1 0z");
        let text = el("span").text(t(Key::AimOffer));
        el("a").class("btn").attr("href", &href).add(eye).add(text).on("click", |_| motion::ask())
    })
}

/// A way to the camera: a card with a title and what will happen. The tap is the one in which some
/// phones ask whether the page may know how they turn.
pub fn card(class: &str, href: &str, title: Key, how: Key) -> El {
    let words = el("span").add(el("b").text(t(title))).add(p("small", t(how)));
    let card = el("a").class(class).attr("href", href).add(pic("photo")).add(words);
    card.on("click", |_| motion::ask())
}

/// The sentence of the step that "back" leads to.
pub fn sentence(app: App, back: &str) -> Option<&'static str> {
    let stand = untrack(|| at(app, &Route::parse(back)))?;
    Some(say(&stand.step.say))
}
