//! Where a step that an agent suggests would lead, and whether a driver may be led there. Pure: the
//! driver's card and the agent's list come to the same answer from the same log.

use super::stand::{Stand, stand, walk};
use case::State;
use guide::{Guide, Pack, Step};

/// What comes of a suggestion.
#[derive(Clone, Copy, Debug)]
pub enum Lead {
    /// The guide opens here. It is the suggested step only when `reached`: what the guide asks
    /// before it is not passed over.
    Opens {
        /// Where the guide opens.
        stand: Stand,
        /// Whether that is the step itself.
        reached: bool,
    },
    /// People are not safe yet, or it burns: nothing is suggested now.
    Waits,
    /// There is no such step in the guides of this region.
    Unknown,
    /// The way to safety is never walked anew at somebody's word.
    Safety,
    /// It would lead back to the car where nobody goes back.
    Car,
}

/// The guide that leads to safety.
const SAFETY: &str = "safety";
/// Guides that are answered away from the car.
const FROM_AFAR: [&str; 2] = ["where", "what"];
/// Places where nobody goes back to the car.
const AWAY: [&str; 2] = ["expressway", "tunnel"];

/// Whether everybody is out of danger, as far as the case says: only then is anything else shown
/// than the way to safety.
pub fn safe(state: &State) -> bool {
    !state.fire
        && state.run(SAFETY).is_some_and(|run| run.ended.is_some())
        && state.fact("people").as_deref() != Some("inside")
}

/// The step of that name.
pub fn find(pack: &'static Pack, g: &str, q: &str) -> Option<(&'static Guide, &'static Step)> {
    let guide = pack.guides.iter().find(|guide| guide.id == g)?;
    Some((guide, guide.steps.iter().find(|step| step.id == q)?))
}

/// Where the suggested step `q` of the guide `g` would lead.
pub fn lead(pack: &'static Pack, state: &State, g: &str, q: &str) -> Lead {
    if !safe(state) {
        return Lead::Waits;
    }
    if g == SAFETY {
        return Lead::Safety;
    }
    if find(pack, g, q).is_none() {
        return Lead::Unknown;
    }
    let away = state.fact("place").is_some_and(|place| AWAY.contains(&place.as_str()));
    if away && !FROM_AFAR.contains(&g) {
        return Lead::Car;
    }
    let walk = walk(pack, g, state);
    let passed = walk.path.iter().position(|at| at.guide.id == g && at.step.id == q);
    match stand(&walk, passed) {
        // What another guide took over is led by that one.
        Some(stand) if stand.guide.id == SAFETY => Lead::Safety,
        Some(stand) => Lead::Opens { stand, reached: stand.guide.id == g && stand.step.id == q },
        None => Lead::Unknown,
    }
}

/// The guide in which something happened last, and where its answers end. A guide that the driver
/// was led to counts from the moment of the suggestion.
pub fn current(pack: &'static Pack, state: &State) -> Option<Stand> {
    let led = state.proposal.as_ref().filter(|p| p.how == Some(case::event::Take::Accepted));
    let newest = state.runs.iter().max_by_key(|run| {
        let path = walk(pack, &run.g, state).path;
        let answered = path.iter().filter_map(|at| state.answer(&at.guide.id, &at.step.id));
        let last = answered.map(|answer| answer.at).max().unwrap_or(0);
        let told = led.filter(|p| p.g == run.g).map_or(0, |p| p.at);
        last.max(run.began).max(told)
    })?;
    stand(&walk(pack, &newest.g, state), None)
}
