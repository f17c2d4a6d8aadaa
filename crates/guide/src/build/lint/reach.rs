//! Rules `unreachable`, `cycle`, `call`: every step can be come to, no way goes in circles, and
//! from everywhere there is a way to somebody who helps.

use super::{Report, nexts, steps};
use crate::model::{Disposition, Guide, Kind, Step};
use crate::walk::{find, start};
use std::collections::{BTreeMap, BTreeSet};

/// Guides that the app itself opens.
pub const ROOTS: [&str; 3] = ["safety", "where", "what"];

type Id<'p> = (&'p str, &'p str);
type Ways<'p> = BTreeMap<Id<'p>, Vec<Id<'p>>>;

pub fn lint(report: &mut Report) {
    let built = report.built;
    let pack = &built.pack;
    let mut ways: Ways = BTreeMap::new();
    for (guide, step) in steps(built) {
        let mut to: Vec<Id> = nexts(step).filter_map(|n| find(pack, guide, n)).map(name).collect();
        if !step.then.is_empty() {
            to.extend(start(pack, &step.then).map(name));
        }
        ways.insert(name((guide, step)), to);
    }

    for root in ROOTS.iter().filter(|r| start(pack, r).is_none()) {
        report.region("unreachable", format!("The guide {root}, which the app opens, is missing."));
    }
    let reached = closure(&ways, ROOTS.iter().filter_map(|r| start(pack, r)).map(name));
    for (guide, step) in steps(built).filter(|s| !reached.contains(&name(*s))) {
        report.step(guide, step, "unreachable", "No way leads here.");
    }

    // Peel off what leads nowhere further; what stays leads in a circle.
    let mut left = ways.clone();
    loop {
        let done: Vec<Id> = left
            .iter()
            .filter(|(_, to)| to.iter().all(|t| !left.contains_key(t)))
            .map(|(id, _)| *id)
            .collect();
        if done.is_empty() {
            break;
        }
        done.iter().for_each(|id| drop(left.remove(id)));
    }
    let round =
        left.keys().copied().find(|id| closure(&left, left[id].iter().copied()).contains(id));
    if let Some((guide, step)) = round.and_then(|id| steps(built).find(|s| name(*s) == id)) {
        report.step(guide, step, "cycle", "From here a way leads back to here.");
    }

    // Backwards from every end where somebody helps.
    let mut helped: BTreeSet<Id> = steps(built).filter(|(_, s)| helps(s)).map(name).collect();
    loop {
        let more: Vec<Id> = ways
            .iter()
            .filter(|(id, to)| !helped.contains(*id) && to.iter().any(|t| helped.contains(t)))
            .map(|(id, _)| *id)
            .collect();
        if more.is_empty() {
            break;
        }
        helped.extend(more);
    }
    for (guide, step) in
        steps(built).filter(|s| s.1.kind != Kind::End && !helped.contains(&name(*s)))
    {
        report.step(guide, step, "call", "No way from here leads to somebody who helps.");
    }
}

fn name<'p>((guide, step): (&'p Guide, &'p Step)) -> Id<'p> {
    (&guide.id, &step.id)
}

fn helps(step: &Step) -> bool {
    use Disposition::*;
    matches!(step.end, Some(Evacuate | Emergency | Rescue | Agent | Operator))
}

fn closure<'p>(ways: &Ways<'p>, from: impl Iterator<Item = Id<'p>>) -> BTreeSet<Id<'p>> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<Id> = from.collect();
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            open.extend(ways.get(&id).into_iter().flatten().copied());
        }
    }
    seen
}
