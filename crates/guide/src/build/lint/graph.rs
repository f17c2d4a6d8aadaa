//! Rules `dead-end`, `gate`, `shape`, `twice`: every answer leads somewhere, and every kind of step
//! has what it needs to be left again.

use super::{Content, Report, nexts, steps};
use crate::model::{Disposition, Guide, Kind, Step};
use crate::walk::{find, start};
use std::collections::BTreeSet;

/// Whether everything leads somewhere.
pub fn lint(_: &Content, report: &mut Report) -> bool {
    let built = report.built;
    let pack = &built.pack;
    let before = report.problems.len();
    let mut ids = BTreeSet::new();
    for guide in &pack.guides {
        if !ids.insert(&guide.id) {
            report.guide(&guide.id, "twice", "There are two guides of this name.");
        }
        if start(pack, &guide.id).is_none() {
            report.guide(
                &guide.id,
                "dead-end",
                format!("Its first step {} is missing.", guide.start),
            );
        }
        let mut names = BTreeSet::new();
        for step in guide.steps.iter().filter(|s| !names.insert(&s.id)) {
            report.step(guide, step, "twice", "There are two steps of this name.");
        }
    }
    for (guide, step) in steps(built) {
        for next in nexts(step).filter(|next| find(pack, guide, next).is_none()) {
            report.step(guide, step, "dead-end", format!("{next} is missing."));
        }
        if !step.then.is_empty() && start(pack, &step.then).is_none() {
            report.step(guide, step, "dead-end", format!("The guide {} is missing.", step.then));
        }
        let mut names = BTreeSet::new();
        for choice in step.choices.iter().filter(|c| !names.insert(&c.id)) {
            report.step(guide, step, "twice", format!("The answer {} is there twice.", choice.id));
        }
        shape(guide, step, report);
    }
    for car in &pack.vehicles {
        for guide in car.guides.values().filter(|g| start(pack, g).is_none()) {
            report.region(
                "dead-end",
                format!("The car {} names the guide {guide}, which is missing.", car.id),
            );
        }
    }
    report.problems[before..].iter().all(|p| p.rule != "dead-end")
}

fn shape(guide: &Guide, step: &Step, report: &mut Report) {
    let ends = |d| step.end == Some(d);
    let say = match step.kind {
        Kind::Ask if step.choices.len() < 2 => "A question needs two answers.",
        Kind::Act if step.choices.iter().all(|c| c.id == "done") => {
            "An action needs a way out besides done."
        }
        Kind::Form if step.form.is_none() => "A form step names its form.",
        Kind::Form if !step.choices.iter().any(|c| c.skip) => "A form can always be skipped.",
        Kind::Gate if step.branches.last().is_none_or(|b| !b.when.is_empty()) => {
            let say = "The last branch of a gate is unconditional.";
            return report.step(guide, step, "gate", say);
        }
        Kind::End if step.end.is_none() => "An end names its disposition.",
        Kind::End if ends(Disposition::Guide) && step.then.is_empty() => {
            "This end names the guide that goes on."
        }
        Kind::End if !step.choices.is_empty() => "An end asks nothing.",
        Kind::Ask | Kind::Act | Kind::Gate | Kind::End if step.form.is_some() => {
            "Only a form step has a form."
        }
        Kind::Gate if !step.choices.is_empty() => "A gate asks nothing.",
        _ => return,
    };
    report.step(guide, step, "shape", say);
}
