//! The case as it is handed on: number, the text to read out, cards to show. Pure views; the desk
//! shows the same words that the driver reads out.

use super::brief;
use crate::ui::El;
use crate::ui::dom::el;
use crate::ui::parts::p;
use crate::words::{self, Key, fill, t};
use case::State;
use guide::Pack;

/// The number in groups of four, each group kept together.
pub fn number(number: &str) -> El {
    let mut out = el("p").class("case-number");
    for group in case::number::grouped(number).split(' ') {
        out = out.add(el("span").text(group)).text(" ");
    }
    out
}

/// The digits one by one with a breath between the groups, for a voice.
pub fn digits_said(number: &str) -> String {
    let mut out = String::new();
    for (i, c) in number.chars().enumerate() {
        if i > 0 {
            out.push_str(if i % 4 == 0 { ", " } else { " " });
        }
        out.push(c);
    }
    out
}

/// What happened, in the words the driver chose it by.
pub fn what(state: &State) -> Option<String> {
    let told =
        state.answers.iter().rev().find(|a| a.sets.iter().any(|s| s.starts_with("trouble=")))?;
    (!told.said.is_empty()).then(|| told.said.clone())
}

/// What to say to whoever answers: only what is known, the most urgent first.
pub fn script(pack: Option<&Pack>, state: &State) -> String {
    let fact = |name: &str| state.fact(name);
    let mut out = String::new();
    let mut say = |text: &str| {
        if !out.is_empty() && words::lang() == "en" {
            out.push(' ');
        }
        out.push_str(text);
    };
    if fact("medical").as_deref() == Some("yes") {
        say(t(Key::CardMedical));
    }
    say(t(if state.fire { Key::CardFire } else { Key::CardEv }));
    match brief::place(state) {
        Some(place) => say(&fill(Key::HandSayPlace, &[&place])),
        None => say(t(Key::HandSayNoPlace)),
    }
    match fact("people").as_deref() {
        Some("out") => say(t(Key::HandSayOut)),
        Some("inside") => say(t(Key::HandSayInside)),
        _ => {}
    }
    if let Some(car) = brief::car(pack, state) {
        say(&fill(Key::HandSayCar, &[&car]));
    }
    if fact("voice").as_deref() == Some("no") {
        say(t(Key::CardDeaf));
    }
    out
}

/// The card to read to whoever answers: the sentences first, then what happened and the case
/// number as lines to look at; an empty one is left out.
pub fn read_card(script: &str, what: &str, digits: &str) -> El {
    let mut list = el("dl").class("facts");
    for (label, value) in [(Key::HandWhat, what), (Key::CaseNumber, &case::number::grouped(digits))]
    {
        if !value.is_empty() {
            list = list.add(el("dt").text(t(label))).add(el("dd").text(value));
        }
    }
    el("div").class("card").add(p("script", script)).add(list)
}

/// Whom a card is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Card {
    /// Police, passers-by.
    Help,
    /// Anybody, about a driver who cannot hear or speak.
    Deaf,
}

/// A card in both languages at once, to be held out at arm's length. Names of roads and places
/// stay as they are on the signs.
pub fn card(kind: Card, pack: Option<&Pack>, state: &State, hotline: &str) -> El {
    let mut out = el("div").class("show-card");
    if kind == Card::Deaf || state.fact("voice").as_deref() == Some("no") {
        out = both(out, "big", Key::CardDeaf);
    }
    if kind == Card::Help {
        out = both(out, "big", Key::CardHelp);
    }
    out = both(out, "mid", if state.fire { Key::CardFire } else { Key::CardEv });
    if state.fact("medical").as_deref() == Some("yes") {
        out = both(out, "mid", Key::CardMedical);
    }
    let number = case::number::grouped(&state.number);
    for (label, value) in [
        (Key::CardPlace, brief::place(state)),
        (Key::CardCar, brief::car(pack, state)),
        (Key::CardNumber, Some(number)),
        (Key::CardHotline, Some(hotline.into())),
    ] {
        let Some(value) = value.filter(|v| !v.is_empty()) else { continue };
        let mut name = String::from(words::of("zh", label));
        name.push(' ');
        name.push_str(words::of("en", label));
        out = out.add(p("small", name.trim())).add(p("mid", &value));
    }
    out
}

fn both(out: El, class: &str, key: Key) -> El {
    // `keep`: the page hides what is in the other language, but not here.
    let mut keep = String::from(class);
    keep.push_str(" keep");
    out.add(p(&keep, words::of("zh", key)).attr("lang", "zh"))
        .add(p(&keep, words::of("en", key)).attr("lang", "en"))
}
