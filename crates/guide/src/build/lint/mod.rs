//! The rules that `content/` must keep. Each rule has its own file and a failing example in
//! `tests/lint/`; a rule says what is wrong in a sentence and where.

mod fire;
mod graph;
mod instruct;
mod parts;
mod reach;
mod text;
mod touch;

use super::Problem;
use super::compile::{Built, Content};
use crate::model::{Guide, Step};

/// Applies every rule to every region.
pub fn lint(content: &Content, problems: &mut Vec<Problem>) {
    for built in &content.packs {
        let mut report = Report { built, problems };
        // Where names do not lead anywhere, following them tells nothing more.
        let sound = graph::lint(content, &mut report);
        parts::lint(content, &mut report);
        text::lint(content, &mut report);
        touch::lint(content, &mut report);
        instruct::lint(content, &mut report);
        if sound {
            reach::lint(&mut report);
            fire::lint(&mut report);
        }
    }
}

/// Where a rule reports to.
struct Report<'a> {
    built: &'a Built,
    problems: &'a mut Vec<Problem>,
}

impl Report<'_> {
    fn step(&mut self, guide: &Guide, step: &Step, rule: &'static str, say: impl Into<String>) {
        let problem = self.built.problem(
            &guide.id,
            &step.id,
            rule,
            format!("{}/{}: {}", guide.id, step.id, say.into()),
        );
        self.problems.push(problem);
    }

    fn guide(&mut self, guide: &str, rule: &'static str, say: impl Into<String>) {
        let problem = self.built.problem(guide, "", rule, format!("{guide}: {}", say.into()));
        self.problems.push(problem);
    }

    fn region(&mut self, rule: &'static str, say: impl Into<String>) {
        self.problems.push(Problem::new(&self.built.region_file, rule, say));
    }
}

/// Every step of a pack with its guide.
fn steps(built: &Built) -> impl Iterator<Item = (&Guide, &Step)> {
    built.pack.guides.iter().flat_map(|g| g.steps.iter().map(move |s| (g, s)))
}

/// Where a step leads, within the guide or across.
fn nexts(step: &Step) -> impl Iterator<Item = &str> {
    step.choices
        .iter()
        .map(|c| c.next.as_str())
        .chain(step.branches.iter().map(|b| b.next.as_str()))
}
