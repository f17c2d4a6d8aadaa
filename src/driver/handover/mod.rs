//! Hand over: everything with which the case leaves the phone. Calls come first; each other way
//! that is taken is part of the case.

mod missed;
mod outbox;
mod ways;

pub use missed::missed;

use crate::device::{clipboard, speech};
use crate::driver::app::App;
use crate::driver::assets;
use crate::journey::brief;
use crate::journey::handover::{Card, card, digits_said, number, read_card, read_lines, script};
use crate::ui::El;
use crate::ui::dom::{el, page};
use crate::ui::parts::{button, h1, p, screen as frame};
use crate::words::{Key, lang, t};
use case::event::Way;
use case::{Event, packet};
use guide::Pack;
use leptos::prelude::*;

/// The screen of `#handover`.
pub fn screen(app: App) -> El {
    let shown = RwSignal::new(None::<Card>);
    el("div").dynamic(move || match shown.get() {
        Some(kind) => showing(app, kind, shown),
        None => all(app, shown),
    })
}

fn all(app: App, shown: RwSignal<Option<Card>>) -> El {
    // Memos: what has not changed is not built anew under a finger or a screen reader.
    let digits = Memo::new(move |_| app.state.with(|s| s.number.clone()));
    let read = Memo::new(move |_| app.state.with(|s| (script(pack(app), s), read_lines(s))));
    let text = Memo::new(move |_| app.state.with(packet::sms));
    frame("screen handover")
        .add(h1(t(Key::HandTitle)))
        .dynamic(move || number_block(digits.get()))
        .add(el("h2").text(t(Key::HandRead)))
        .dynamic(move || {
            let (said, lines) = read.get();
            read_card(&said, &lines).maybe(hear(said))
        })
        .add(el("h2").text(t(Key::HandCalls)))
        .dynamic(move || ways::calls(app))
        .add(el("h2").text(t(Key::OutTitle)))
        .add(outbox::view(app))
        .add(el("h2").text(t(Key::HandSms)))
        .dynamic(move || ways::texts(app, text.get()))
        .add(ways::code(app, text))
        .add(el("h2").text(t(Key::HandCards)))
        .add(
            el("div")
                .class("two")
                .add(button("btn", t(Key::HandCardPolice), move || show(app, shown, Card::Help)))
                .add(button("btn", t(Key::HandCardDeaf), move || show(app, shown, Card::Deaf))),
        )
}

/// The guides, when they are there.
fn pack(app: App) -> Option<&'static Pack> {
    app.content.get().pack()
}

fn number_block(digits: String) -> El {
    if digits.is_empty() {
        return p("note", t(Key::HandNumberNone));
    }
    let said = digits_said(&digits);
    el("div")
        .class("card number-card")
        .add(p("small", t(Key::HandNumberHow)))
        .add(number(&digits))
        .add(
            el("div").class("two").add(copy_button(digits)).maybe(speech::can().then(|| {
                button("btn", t(Key::HandHearDigits), move || speech::say(&said, lang()))
            })),
        )
}

fn hear(text: String) -> Option<El> {
    speech::can().then(|| button("btn", t(Key::Hear), move || speech::say(&text, lang())))
}

/// A button that copies a text and says whether it did.
pub(super) fn copy_button(text: String) -> El {
    let done = RwSignal::new(None::<bool>);
    button("btn", "", move || {
        let text = text.clone();
        leptos::task::spawn_local(async move {
            let copied = clipboard::copy(&text).await;
            let _ = done.try_set(Some(copied));
        });
    })
    .attr("aria-live", "polite")
    .live(move |e| {
        e.set_text_content(Some(t(match done.get() {
            None => Key::HandCopy,
            Some(true) => Key::HandCopied,
            Some(false) => Key::HandCopyFailed,
        })));
    })
}

fn show(app: App, shown: RwSignal<Option<Card>>, kind: Card) {
    app.record(vec![Event::Handed { way: Way::Card }]);
    leptos::task::spawn_local(async move {
        // The card is in both languages; the one not in use may not have been read yet.
        assets::words("zh").await;
        assets::words("en").await;
        let _ = shown.try_set(Some(kind));
    });
}

fn showing(app: App, kind: Card, shown: RwSignal<Option<Card>>) -> El {
    let (_, hotline) = hotline();
    frame("screen handover")
        .dynamic(move || app.state.with(|s| card(kind, pack(app), s, &hotline)))
        .add(button("btn wide", t(Key::HandCardBack), move || shown.set(None)))
}

/// The hotline as the first packet has it: digits to dial, and as it is written.
pub(super) fn hotline() -> (String, String) {
    let link = page().query_selector("a[data-hotline]").ok().flatten();
    let href = link.as_ref().and_then(|l| l.get_attribute("href")).unwrap_or_default();
    let dial = String::from(href.trim_start_matches("tel:"));
    let written =
        link.and_then(|l| l.query_selector("b").ok().flatten()).and_then(|b| b.text_content());
    let written = written.unwrap_or_else(|| dial.clone());
    (dial, written)
}

/// A count as text.
pub(super) fn int(n: usize) -> String {
    brief::int(n as i64)
}
