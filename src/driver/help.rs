//! Settings and help: language, rules of the place, light, power, screen of a car, a new case.

use super::app::{App, keep, set_root_data};
use super::content::Content;
use super::route::Route;
use super::{power, start};
use crate::react::*;
use crate::ui::parts::{button, h1, link, p, screen as section};
use crate::ui::slot::Slot;
use crate::ui::{El, el};
use crate::words::{Key, t};
use case::Event;

/// The regions with rules of their own, each in its own words and in the reader's.
const REGIONS: [(&str, Key); 5] = [
    ("cn", Key::RegionCn),
    ("de", Key::RegionDe),
    ("fr", Key::RegionFr),
    ("gb", Key::RegionGb),
    ("no", Key::RegionNo),
];

/// The screen of settings and help.
pub fn screen(app: App) -> El {
    let sure = Slot::new(false);
    section("screen help")
        .add(
            el("div")
                .class("head")
                .add(link("back", "#hub", "‹").attr("aria-label", t(Key::Back)))
                .add(p("at", t(Key::Back))),
        )
        .add(h1(t(Key::Help)))
        .add(p("more", t(Key::HelpText)))
        .add(group(Key::Region, p("more", t(Key::RegionWhy))))
        .dynamic(move || regions(app))
        .add(group(Key::Theme, el("div")))
        .add(
            el("div")
                .class("two")
                .add(theme("dark", Key::ThemeDark))
                .add(theme("light", Key::ThemeLight))
                .add(theme("auto", Key::ThemeAuto)),
        )
        .add(group(Key::LowPower, p("more", t(Key::LowPowerWhat))))
        .dynamic(move || {
            let low = app.low();
            let it = button("btn", t(if low { Key::TurnOff } else { Key::TurnOn }), move || {
                power::set(app, !low)
            });
            it.attr("aria-pressed", if low { "true" } else { "false" })
        })
        .add(group(Key::CarScreen, p("more", t(Key::CarScreenWhat))))
        .dynamic(move || {
            let on = app.car.get();
            let it = button("btn", t(if on { Key::TurnOff } else { Key::TurnOn }), move || {
                car(app, !on)
            });
            it.attr("aria-pressed", if on { "true" } else { "false" })
        })
        .add(group(Key::NewCase, p("more", t(Key::NewCaseWhat))))
        .dynamic(move || {
            let (yes, no) = (sure.clone(), sure.clone());
            if !sure.get() {
                return button("btn", t(Key::NewCase), move || yes.set(true));
            }
            el("div")
                .class("two")
                .add(button("btn red", t(Key::NewCaseSure), move || new_case(app)))
                .add(button("btn", t(Key::Cancel), move || no.set(false)))
        })
}

fn group(title: Key, what: El) -> El {
    el("div").class("group").add(el("h2").text(t(title))).add(what)
}

fn regions(app: App) -> El {
    let now = app.region.get();
    let mut list = el("div").class("two");
    for (id, name) in REGIONS {
        let on = now == id;
        list = list.add(
            button("btn", t(name), move || region(app, id))
                .attr("aria-pressed", if on { "true" } else { "false" }),
        );
    }
    list
}

fn region(app: App, id: &'static str) {
    if app.region.get_untracked() == id {
        return;
    }
    keep("region", id);
    set_root_data("region", id);
    app.region.set(id.into());
    app.content.set(Content::Loading);
    if app.state.with_untracked(|s| !s.number.is_empty()) {
        app.record(vec![Event::Moved { region: id.into() }]);
    }
    crate::ui::dom::task(start::load(app));
}

fn theme(name: &'static str, key: Key) -> El {
    button("btn", t(key), move || {
        keep("theme", if name == "auto" { "" } else { name });
        if name == "auto" {
            let hour = js_sys::Date::new_0().get_hours();
            set_root_data("theme", if !(7..18).contains(&hour) { "dark" } else { "light" });
        } else {
            set_root_data("theme", name);
        }
    })
}

fn car(app: App, on: bool) {
    keep("car", if on { "1" } else { "0" });
    set_root_data("car", if on { "on" } else { "" });
    app.car.set(on);
}

fn new_case(app: App) {
    crate::ui::dom::task(async move {
        app.link().new_case().await;
        app.draft.set(String::new());
        app.go(&Route::First);
    });
}
