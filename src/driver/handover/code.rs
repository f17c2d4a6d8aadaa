//! Six digits for whoever is on the phone: the agent who types them has this case before them and
//! asks to look. They give no right; the question comes on this screen, as always.

use crate::case_link::NotJoined;
use crate::device::speech;
use crate::driver::app::App;
use crate::driver::messages::clock;
use crate::journey::handover::digits_said;
use crate::ui::El;
use crate::ui::dom::{el, task};
use crate::ui::parts::{button, p};
use crate::ui::slot::Slot;
use crate::words::{Key, fill, lang, t};
use case::message::Code;

/// The button, and the digits once they are here.
pub fn view(app: App) -> El {
    let shown = Slot::new(None::<Result<Code, Key>>);
    let got = shown.clone();
    let ask = move || {
        let shown = got.clone();
        task(async move {
            app.opened().await;
            shown.set(Some(app.link().code().await.map_err(failed)));
        });
    };
    el("div").attr("aria-live", "polite").dynamic(move || match shown.get() {
        Some(Ok(code)) => digits(&code),
        other => el("div")
            .maybe(other.and_then(Result::err).map(|key| p("note", t(key))))
            .add(button("btn code-show", t(Key::HandCodeShow), ask.clone())),
    })
}

fn digits(code: &Code) -> El {
    let (first, last) = code.code.split_at_checked(3).unwrap_or((&code.code, ""));
    let number = el("p").class("case-number code");
    let number = number.add(el("span").text(first)).text(" ").add(el("span").text(last));
    let said = digits_said(&code.code);
    el("div")
        .class("card code-card")
        .add(p("small", t(Key::HandCodeHow)))
        .add(number)
        .add(p("small", &fill(Key::HandCodeUntil, &[&clock(code.until)])))
        .maybe(
            speech::can()
                .then(|| button("btn", t(Key::HandHearDigits), move || speech::say(&said, lang()))),
        )
}

fn failed(why: NotJoined) -> Key {
    match why {
        NotJoined::Slow(_) => Key::JoinSlow,
        _ => Key::HandCodeAway,
    }
}
