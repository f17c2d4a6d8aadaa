//! Rules `picture`, `fact`, `number`: what a step refers to is there.

use super::{Content, Report, steps};
use std::collections::BTreeSet;

pub fn lint(content: &Content, report: &mut Report) {
    let built = report.built;
    let sets = |s: &String| s.split_once('=').map(|(name, _)| name.to_string());
    let mut facts: BTreeSet<String> = content.lint.facts.iter().cloned().collect();
    for (_, step) in steps(built) {
        facts.extend(step.sets.iter().filter_map(sets));
        facts.extend(step.choices.iter().flat_map(|c| &c.sets).filter_map(sets));
    }
    for (guide, step) in steps(built) {
        let pics = std::iter::once(&step.pic).chain(step.choices.iter().map(|c| &c.pic));
        for pic in pics.filter(|p| !p.is_empty() && !content.symbols.contains(*p)) {
            report.step(guide, step, "picture", format!("There is no drawing {pic}."));
        }
        let all = step.sets.iter().chain(step.choices.iter().flat_map(|c| &c.sets));
        for set in all.filter(|s| !well_formed(s)) {
            report.step(guide, step, "fact", format!("{set} is not written name=value."));
        }
        for when in step.branches.iter().flat_map(|b| &b.when) {
            match when.split_once('=') {
                Some((name, _)) if facts.contains(name.strip_suffix('!').unwrap_or(name)) => {}
                Some((name, _)) => {
                    let say = format!("Nothing ever sets the fact {name}.");
                    report.step(guide, step, "fact", say);
                }
                None => report.step(guide, step, "fact", format!("{when} is not name=value.")),
            }
        }
    }
    for n in &built.pack.region.numbers {
        if n.dial.is_empty() || !n.dial.bytes().all(|b| b.is_ascii_digit() || b == b'+') {
            report.region("number", format!("{:?} cannot be dialled.", n.dial));
        }
    }
}

/// `name=value`, both of small letters, digits and `-`.
fn well_formed(set: &str) -> bool {
    let plain = |s: &str| {
        !s.is_empty()
            && s.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    set.split_once('=').is_some_and(|(name, value)| plain(name) && plain(value))
}
