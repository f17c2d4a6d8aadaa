//! The screen of a car: no telephone, no camera, read from an arm's length. A column beside the
//! screens shows the numbers large, and a code that moves the case to the phone.

use super::app::App;
use super::frame::not_joined;
use crate::ui::dom::{svg, window};
use crate::ui::parts::{button, p};
use crate::ui::{El, el};
use crate::words::{Key, t};
use leptos::prelude::*;

/// The column; empty on other screens.
pub fn column(app: App) -> El {
    if !app.car.get() {
        return el("div").class("car-cell");
    }
    let code = RwSignal::new(String::new());
    let trouble = RwSignal::new(String::new());
    let ask = move || {
        trouble.set(String::new());
        crate::ui::dom::task(async move {
            app.opened().await;
            match app.link().invite().await {
                Ok(fragment) => code.set(address(&fragment)),
                Err(why) => trouble.set(not_joined(why)),
            }
        });
    };
    el("aside")
        .class("car-cell car-side")
        .add(p("park", t(Key::CarMoving)))
        .add(p("say", t(Key::CarCall)))
        .add(el("p").class("number").text(&super::app::hotline()))
        .dynamic(move || el("div").dynamic(move || numbers(app)))
        .add(el("h2").text(t(Key::CarMove)))
        .add(p("more", t(Key::CarMoveWhat)))
        .dynamic(move || {
            let code = code.get();
            match crate::call::qr::qr(&code) {
                Some(drawn) if !code.is_empty() => qr(&drawn).attr("data-link", &code),
                _ => button("btn lamp", t(Key::CarMoveShow), ask),
            }
        })
        .dynamic(move || p("more", &trouble.get()))
}

fn numbers(app: App) -> El {
    let mut list = el("div").class("numbers");
    let Some(pack) = app.content.get().pack() else { return list };
    for number in pack.region.numbers.iter().filter(|n| !n.sms) {
        list = list.add(
            el("p").add(el("b").text(&number.dial)).text(" ").text(crate::words::say(&number.name)),
        );
    }
    list
}

fn qr(code: &crate::call::qr::Code) -> El {
    let size = crate::journey::brief::int(i64::from(code.size));
    let mut view = String::from("0 0 ");
    view.push_str(&size);
    view.push(' ');
    view.push_str(&size);
    svg("svg")
        .attr("class", "qr")
        .attr("viewBox", &view)
        .attr("role", "img")
        .attr("aria-label", t(Key::CarMove))
        .add(svg("path").attr("d", &code.path))
}

fn address(fragment: &str) -> String {
    let location = window().location();
    let mut out = location.origin().unwrap_or_default();
    out.push_str(&location.pathname().unwrap_or_default());
    out.push('#');
    out.push_str(fragment);
    out
}
