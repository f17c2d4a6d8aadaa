//! Rules `language`, `length`: every text is there in both languages, is in the language it says,
//! and is short enough for a shaking hand.

use super::{Content, Report, steps};
use crate::build::words::is_han;
use crate::model::{Kind, Text};

/// Most characters: (Chinese, English).
const SAY: (usize, usize) = (60, 120);
const MORE: (usize, usize) = (120, 240);
const CHOICE: (usize, usize) = (24, 60);

pub fn lint(_: &Content, report: &mut Report) {
    let built = report.built;
    for (guide, step) in steps(built) {
        let none = Text { zh: String::new(), en: String::new() };
        let mut found = Vec::new();
        if step.kind != Kind::Gate {
            judge("say", &step.say, SAY, false, &mut found);
        } else if step.say != none {
            found.push(("shape", "A gate says nothing.".into()));
        }
        for (name, text) in [("more", &step.more), ("warn", &step.warn)] {
            if let Some(text) = text {
                judge(name, text, MORE, false, &mut found);
            }
        }
        for choice in &step.choices {
            judge(&choice.id, &choice.text, CHOICE, true, &mut found);
        }
        for (rule, say) in found {
            report.step(guide, step, rule, say);
        }
    }
    let mut found = Vec::new();
    for guide in &built.pack.guides {
        judge(&guide.id, &guide.title, CHOICE, false, &mut found);
    }
    judge("name", &built.pack.region.name, CHOICE, true, &mut found);
    for number in &built.pack.region.numbers {
        judge(&number.dial, &number.name, CHOICE, true, &mut found);
        if let Some(note) = &number.note {
            judge(&number.dial, note, MORE, false, &mut found);
        }
    }
    for car in &built.pack.vehicles {
        judge(&car.id, &car.make, CHOICE, true, &mut found);
        judge(&car.id, &car.model, CHOICE, true, &mut found);
    }
    for (rule, say) in found {
        report.region(rule, say);
    }
}

/// `name`: the text may be a name, the same in both languages.
fn judge(
    what: &str,
    text: &Text,
    most: (usize, usize),
    name: bool,
    found: &mut Vec<(&'static str, String)>,
) {
    for (lang, said, most) in [("zh", &text.zh, most.0), ("en", &text.en, most.1)] {
        if said.trim().is_empty() {
            found.push(("language", format!("{what}: the text in {lang} is missing.")));
        }
        let length = said.chars().count();
        if length > most {
            found.push((
                "length",
                format!("{what}: {length} characters in {lang}, at most {most}."),
            ));
        }
    }
    if text.en.chars().any(is_han) {
        found.push(("language", format!("{what}: the English text has Chinese characters.")));
    }
    let named = name && text.zh == text.en;
    if !text.zh.is_empty() && !named && !text.zh.chars().any(is_han) {
        found.push(("language", format!("{what}: the Chinese text has no Chinese characters.")));
    }
}
