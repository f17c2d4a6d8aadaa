//! Rules `source`, `grade`: whoever tells a driver what to do says where it is written, and the
//! place is one that may be trusted (law 3).

use super::{Content, Report, steps};
use crate::build::compile::cites;
use crate::model::{Disposition, Grade, Kind, Step};

pub fn lint(content: &Content, report: &mut Report) {
    let built = report.built;
    for (guide, step) in steps(built) {
        if !instructs(step) {
            continue;
        }
        if step.src.is_empty() {
            report.step(guide, step, "source", "An instruction names its source.");
        }
        for id in &step.src {
            match content.sources.get(id).map(|s| s.grade) {
                Some(Grade::C | Grade::U) => {
                    let say = format!("The source {id} may not instruct: its grade is below B.");
                    report.step(guide, step, "grade", say);
                }
                Some(Grade::A | Grade::B) | None => {}
            }
        }
    }
    for id in cites(&built.pack).filter(|id| !content.sources.contains_key(*id)) {
        let place = steps(built).find(|(_, s)| s.src.contains(id));
        let say = format!("The source {id} is not in sources.toml.");
        match place {
            Some((guide, step)) => report.step(guide, step, "source", say),
            None => report.region("source", say),
        }
    }
    for number in built.pack.region.numbers.iter().filter(|n| n.src.is_empty()) {
        report.region("source", format!("The number {} names its source.", number.dial));
    }
}

/// Whether a step tells somebody what to do: an action, a walk to be measured, a warning, and
/// an end that sends to an emergency service or adds advice of its own.
fn instructs(step: &Step) -> bool {
    let advice = step.warn.is_some() || step.more.is_some();
    match step.kind {
        Kind::Act => true,
        Kind::Form => step.metres > 0 || step.warn.is_some(),
        Kind::Ask | Kind::Gate => step.warn.is_some(),
        Kind::End => {
            use Disposition::{Emergency, Evacuate, Operator, Rescue};
            advice || matches!(step.end, Some(Evacuate | Emergency | Operator | Rescue))
        }
    }
}
