//! Rule `fire`: once there is fire, smoke or vapour, no way leads back to the car (law 2). What can
//! be come to after `fire=yes` stands in a safety guide and asks for nothing but the place.

use super::{Report, nexts, steps};
use crate::model::{Disposition, Form, Guide, Step};
use crate::walk::{find, start};

pub fn lint(report: &mut Report) {
    let built = report.built;
    let pack = &built.pack;
    let mut open: Vec<(&Guide, &Step)> = Vec::new();
    for (guide, step) in steps(built) {
        let fire = |sets: &[String]| sets.iter().any(|s| s == "fire=yes");
        if fire(&step.sets) {
            open.push((guide, step));
        }
        let choices = step.choices.iter().filter(|c| fire(&c.sets));
        open.extend(choices.filter_map(|c| find(pack, guide, &c.next)));
        for choice in step.choices.iter().filter(|c| c.sets.iter().any(|s| s == "fire=no")) {
            if !guide.safety {
                let say =
                    format!("{}: only a safety guide may say that there is no fire.", choice.id);
                report.step(guide, step, "fire", say);
            }
        }
    }
    let mut seen: Vec<(&str, &str)> = Vec::new();
    while let Some((guide, step)) = open.pop() {
        if seen.contains(&(&guide.id, &step.id)) {
            continue;
        }
        seen.push((&guide.id, &step.id));
        let place = matches!(
            step.form,
            None | Some(Form::Post | Form::Tunnel | Form::CarPark | Form::Position | Form::Words)
        );
        if !guide.safety {
            report.step(
                guide,
                step,
                "fire",
                "A way after fire=yes leads here, out of the safety guide.",
            );
        } else if !place {
            report.step(guide, step, "fire", "After fire=yes nothing but the place is asked.");
        } else if step.end.is_some_and(|e| e != Disposition::Evacuate) || !step.then.is_empty() {
            report.step(
                guide,
                step,
                "fire",
                "After fire=yes a way ends in evacuation, and nothing follows.",
            );
        } else {
            open.extend(nexts(step).filter_map(|n| find(pack, guide, n)));
            open.extend(start(pack, &step.then));
        }
    }
    for guide in pack.guides.iter().filter(|g| g.id == "safety") {
        let first = find(pack, guide, &guide.start);
        if first
            .is_none_or(|(_, s)| !s.choices.iter().any(|c| c.sets.iter().any(|s| s == "fire=yes")))
        {
            report.guide(&guide.id, "fire", "Its first step asks about fire.");
        }
        if !guide.safety {
            report.guide(&guide.id, "fire", "It is marked safety = true.");
        }
    }
}
