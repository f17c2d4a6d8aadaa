//! Hand over: everything with which the case leaves the phone. Calls come first; each other way
//! that is taken is part of the case.

mod code;
mod missed;
mod outbox;
mod ways;

pub use missed::missed;

use crate::device::{clipboard, speech};
use crate::driver::app::App;
use crate::driver::assets;
use crate::journey::brief;
use crate::journey::handover::{Card, card, digits_said, number, read_card, script, what};
use crate::react::*;
use crate::ui::El;
use crate::ui::dom::{computed, el, page, task};
use crate::ui::parts::{button, h1, p, screen as frame};
use crate::ui::slot::Slot;
use crate::words::{Key, lang, t};
use case::event::Way;
use case::{Event, packet};
use guide::Pack;

/// The screen of `#handover`.
pub fn screen(app: App) -> El {
    let shown = Slot::new(None::<Card>);
    el("div").dynamic(move || match shown.get() {
        Some(kind) => showing(app, kind, &shown),
        None => all(app, &shown),
    })
}

fn all(app: App, shown: &Slot<Option<Card>>) -> El {
    // What has not changed is not built anew under a finger or a screen reader.
    let digits = computed(move || app.state.with(|s| s.number.clone()));
    let read = computed(move || app.state.with(|s| script(pack(app), s)));
    let happened = computed(move || app.state.with(|s| what(s).unwrap_or_default()));
    let text = computed(move || app.state.with(packet::sms));
    let cards = el("div").class("two");
    let cards = cards.add(card_button(app, shown, Card::Help, Key::HandCardPolice));
    let cards = cards.add(card_button(app, shown, Card::Deaf, Key::HandCardDeaf));
    frame("screen handover")
        .add(h1(t(Key::HandTitle)))
        .dynamic(move || number_block(digits.get()))
        .add(code::view(app))
        .add(el("h2").text(t(Key::HandRead)))
        .dynamic(move || {
            let said = read.get();
            read_card(&said, &happened.get(), &digits.get()).maybe(hear(said))
        })
        .add(el("h2").text(t(Key::HandCalls)))
        .dynamic(move || ways::calls(app))
        .add(el("h2").text(t(Key::OutTitle)))
        .add(outbox::view(app))
        .add(el("h2").text(t(Key::HandSms)))
        .dynamic(move || ways::texts(app, text.get()))
        .add(ways::code(app, text))
        .add(el("h2").text(t(Key::HandCards)))
        .add(cards)
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
    let said = Slot::new(Key::HandCopy);
    let now = said.clone();
    let press = move || {
        let (text, said) = (text.clone(), said.clone());
        task(async move {
            let copied = clipboard::copy(&text).await;
            said.set(if copied { Key::HandCopied } else { Key::HandCopyFailed });
        });
    };
    button("btn", "", press)
        .attr("aria-live", "polite")
        .live(move |e| e.set_text_content(Some(t(now.get()))))
}

fn card_button(app: App, shown: &Slot<Option<Card>>, kind: Card, text: Key) -> El {
    let shown = shown.clone();
    button("btn", t(text), move || {
        app.record(vec![Event::Handed { way: Way::Card }]);
        let shown = shown.clone();
        task(async move {
            // The card is in both languages; the one not in use may not have been read yet.
            assets::words("zh").await;
            assets::words("en").await;
            shown.set(Some(kind));
        });
    })
}

fn showing(app: App, kind: Card, shown: &Slot<Option<Card>>) -> El {
    let (_, hotline) = hotline();
    let shown = shown.clone();
    frame("screen handover")
        .dynamic(move || app.state.with(|s| card(kind, pack(app), s, &hotline)))
        .add(button("btn wide", t(Key::HandCardBack), move || shown.set(None)))
}

/// The hotline as the first packet has it: digits to dial, and as it is written.
pub(super) fn hotline() -> (String, String) {
    let link = page().query_selector("a[data-hotline]").ok().flatten();
    let href = link.as_ref().and_then(|l| l.get_attribute("href")).unwrap_or_default();
    let dial = String::from(crate::ui::text::after(&href, "tel:"));
    let written =
        link.and_then(|l| l.query_selector("b").ok().flatten()).and_then(|b| b.text_content());
    let written = written.unwrap_or_else(|| dial.clone());
    (dial, written)
}

/// A count as text.
pub(super) fn int(n: usize) -> String {
    brief::int(n as i64)
}
