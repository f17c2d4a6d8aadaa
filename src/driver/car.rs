//! The screen of a car: no telephone, no camera, read from an arm's length. A column beside the
//! screens shows the numbers large, and a code that moves the case to the phone.

use super::app::App;
use super::frame::not_joined;
use crate::ui::dom::{svg, window};
use crate::ui::parts::{button, p};
use crate::ui::slot::Slot;
use crate::ui::{El, el};
use crate::words::{Key, t};
use std::rc::Rc;

/// The column; empty on other screens.
pub fn column(app: App) -> El {
    if !app.car.get() {
        return el("div").class("car-cell");
    }
    let code = Slot::new(String::new());
    let trouble = Slot::new(String::new());
    let (got, failed) = (code.clone(), trouble.clone());
    let ask: Rc<dyn Fn()> = Rc::new(move || {
        failed.set(String::new());
        let (got, failed) = (got.clone(), failed.clone());
        crate::ui::dom::task(async move {
            app.opened().await;
            match app.link().invite().await {
                Ok(fragment) => got.set(address(&fragment)),
                Err(why) => failed.set(not_joined(why)),
            }
        });
    });
    el("aside")
        .class("car-cell car-side")
        .add(p("park", t(Key::CarMoving)))
        .add(p("say", t(Key::CarCall)))
        .add(el("p").class("number").text(&super::app::hotline()))
        .add(el("h2").text(t(Key::CarMove)))
        .add(p("more", t(Key::CarMoveWhat)))
        .dynamic(move || {
            let code = code.get();
            match crate::call::qr::qr(&code) {
                Some(drawn) if !code.is_empty() => qr(&drawn).attr("data-link", &code),
                _ => button("btn", t(Key::CarMoveShow), {
                    let ask = ask.clone();
                    move || ask()
                }),
            }
        })
        .dynamic(move || p("more", &trouble.get()))
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
