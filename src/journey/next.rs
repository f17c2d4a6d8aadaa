//! The next sensible thing, for the one bright button of the hub. Pure.

use super::stand::walk;
use case::State;
use guide::{Disposition, Pack};

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Out and away: nothing else.
    Evacuate,
    /// Go on in this guide.
    Guide(String),
    /// Everything is asked: hand the case over.
    HandOver,
}

/// The next sensible thing in this case.
pub fn next(pack: &'static Pack, state: &State) -> Next {
    if state.fire {
        return Next::Evacuate;
    }
    let open = |guide: &str| state.run(guide).is_none_or(|r| r.ended.is_none());
    let has = |guide: &str| pack.guides.iter().any(|g| g.id == guide);
    if open("safety") {
        return Next::Guide("safety".into());
    }
    // What has been begun is brought to its end first.
    if let Some(run) = state.runs.iter().rev().find(|r| r.ended.is_none() && has(&r.g)) {
        return Next::Guide(run.g.clone());
    }
    if has("where") && open("where") {
        return Next::Guide("where".into());
    }
    // The ambulance asks about people; nobody is asked about the car then.
    if state.fact("medical").as_deref() == Some("yes") {
        return Next::HandOver;
    }
    if open("what") {
        return Next::Guide("what".into());
    }
    match fix(pack, state) {
        Some(guide) if open(&guide) => Next::Guide(guide),
        _ => Next::HandOver,
    }
}

/// The guide that helps with what happened, when there is one.
pub fn fix(pack: &'static Pack, state: &State) -> Option<String> {
    state.run("what")?.ended?;
    let walk = walk(pack, "what", state);
    let (_, end) = walk.end()?;
    (end.end == Some(Disposition::Guide) && !end.then.is_empty()).then(|| end.then.clone())
}
