//! Rules `high-voltage`, `tool`, `forbidden`: nobody is asked to touch an orange cable, to take a
//! tool, or to follow dangerous advice that circulates (law 11).
//!
//! A warning may name what must not be touched; an action may not.

use super::{Content, Report, steps};
use crate::model::{Kind, Step, Text};
use std::collections::BTreeMap;

type Lists = BTreeMap<String, Vec<String>>;

pub fn lint(content: &Content, report: &mut Report) {
    let built = report.built;
    let lists = &content.lint;
    for (guide, step) in steps(built) {
        if built.refused.iter().any(|(g, s)| *g == guide.id && *s == step.id) {
            report.step(
                guide,
                step,
                "tool",
                "It is marked as needing a tool or coming near high voltage.",
            );
        }
        if matches!(step.kind, Kind::Act | Kind::Form) {
            let asked = || std::iter::once(&step.say).chain(&step.more);
            for word in asked().filter_map(|t| named(t, &lists.high_voltage)) {
                report.step(guide, step, "high-voltage", format!("The action names {word}."));
            }
            for word in asked().filter_map(|t| named(t, &lists.tools)) {
                report.step(guide, step, "tool", format!("The action names a tool: {word}."));
            }
        }
        for word in texts(step).filter_map(|t| named(t, &lists.forbidden)) {
            report.step(guide, step, "forbidden", format!("Dangerous advice: {word}."));
        }
    }
}

fn texts(step: &Step) -> impl Iterator<Item = &Text> {
    let choices = step.choices.iter().map(|c| &c.text);
    std::iter::once(&step.say).chain(&step.more).chain(&step.warn).chain(choices)
}

/// The first listed word that the text contains.
fn named<'l>(text: &Text, lists: &'l Lists) -> Option<&'l str> {
    [("zh", &text.zh), ("en", &text.en)].into_iter().find_map(|(lang, said)| {
        let said = said.to_lowercase();
        lists.get(lang)?.iter().find(|w| says(&said, w)).map(String::as_str)
    })
}

/// Whether the text has the word; a word of Latin letters only as a whole ("jack", not "jacket").
fn says(text: &str, word: &str) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.match_indices(word).any(|(at, _)| {
        let before = letter(text[..at].chars().next_back());
        let after = letter(text[at + word.len()..].chars().next());
        !word.is_ascii() || !(before || after)
    })
}
