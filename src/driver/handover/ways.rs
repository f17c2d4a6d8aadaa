//! The ways out: telephone numbers of the region, text messages, the code for somebody near.

use super::{copy_button, hotline, pack};
use crate::call::{qr, sms};
use crate::driver::app::App;
use crate::react::*;
use crate::ui::El;
use crate::ui::dom::{el, page, svg};
use crate::ui::parts::{fold, link, p};
use crate::ui::slot::Slot;
use crate::words::{Key, say, t};
use case::Event;
use case::event::Way;
use guide::Text;
use wasm_bindgen::JsCast;

/// The hotline and the region's numbers, each printed in full. On the screen of a car they are
/// only printed.
pub fn calls(app: App) -> El {
    let phone = !app.car.get();
    let (dial, written) = hotline();
    let mut list = el("div").class("calls-list").add(row(
        phone,
        &dial,
        &written,
        t(Key::HandHotline),
        None,
        true,
    ));
    for number in pack(app).iter().flat_map(|p| &p.region.numbers).filter(|n| !n.sms) {
        list = list.add(row(
            phone,
            &number.dial,
            &number.dial,
            say(&number.name),
            number.note.as_ref(),
            false,
        ));
    }
    list
}

fn row(phone: bool, dial: &str, written: &str, name: &str, note: Option<&Text>, lamp: bool) -> El {
    let class = if lamp { "btn call-row lamp" } else { "btn call-row" };
    let row = if phone {
        let mut href = String::from("tel:");
        href.push_str(dial);
        link(class, &href, "")
    } else {
        el("p").class(class)
    };
    let row = row.add(el("span").text(name)).add(el("b").text(written));
    el("div").add(row).maybe(note.map(|n| p("small", say(n))))
}

/// The minimum data set as a text message: what it says, to whom it can go, and what that is worth.
pub fn texts(app: App, body: String) -> El {
    let phone = !app.car.get();
    let to = receiver(app);
    let out = el("div")
        .class("texts")
        .add(p("small", t(Key::HandSmsSays)))
        .add(el("p").class("packet").attr("translate", "no").text(&body));
    if !phone {
        return out;
    }
    let first = if to.is_empty() { Key::HandSmsAnyone } else { Key::HandSmsToUs };
    let mut out = out
        .add(text_link(app, "btn wide", &to, &body).text(t(first)))
        .add(copy_button(body.clone()));
    if let Some(pack) = pack(app) {
        for number in pack.region.numbers.iter().filter(|n| n.sms) {
            out = out
                .add(
                    text_link(app, "btn call-row", &number.dial, &body)
                        .add(el("span").text(say(&number.name)))
                        .add(el("b").text(&number.dial)),
                )
                .maybe(number.note.as_ref().map(|n| p("small", say(n))));
        }
    }
    out
}

fn text_link(app: App, class: &str, to: &str, body: &str) -> El {
    link(class, &sms::link(to, body), "")
        .on("click", move |_| app.record(vec![Event::Handed { way: Way::Sms }]))
}

/// Where the service reads texts: the region's number, or the page's; empty for none.
fn receiver(app: App) -> String {
    let of_region = pack(app).map(|p| p.region.sms.clone()).unwrap_or_default();
    if !of_region.is_empty() {
        return of_region;
    }
    let plain = page().query_selector("[data-sms]").ok().flatten();
    plain.and_then(|e| e.get_attribute("data-sms")).unwrap_or_default()
}

/// The code, drawn when it is asked for.
pub fn code(app: App, text: RwSignal<String>) -> El {
    let open = Slot::new(false);
    let toggled = open.clone();
    fold("qr-fold", t(Key::HandQr))
        .on("toggle", move |event| {
            let target = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
            let now = target.is_some_and(|t| t.has_attribute("open"));
            if now && !toggled.peek() {
                app.record(vec![Event::Handed { way: Way::Qr }]);
            }
            toggled.set(now);
        })
        .add(p("small", t(Key::HandQrHow)))
        .dynamic(move || match open.get() {
            true => drawing(&text.get(), t(Key::HandQr)),
            false => el("i"),
        })
}

/// A text as a code on white, whatever the theme: readers want dark on light.
pub fn drawing(text: &str, label: &str) -> El {
    let Some(code) = qr(text) else { return el("i") };
    let side = crate::journey::brief::int(i64::from(code.size));
    let mut frame = String::from("0 0 ");
    frame.push_str(&side);
    frame.push(' ');
    frame.push_str(&side);
    svg("svg")
        .attr("class", "qr")
        .attr("viewBox", &frame)
        .attr("role", "img")
        .attr("aria-label", label)
        .add(svg("path").attr("d", &code.path))
}
