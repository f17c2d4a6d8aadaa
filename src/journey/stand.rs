//! Where a case stands in a guide, computed from its answers. Pure: the driver's page and the desk
//! come to the same place from the same log.

use case::State;
use guide::{Guide, Pack, Step, Walk};

/// Facts whose value is chosen on a form, so that no choice of a guide can name it.
const CHOSEN: [&str; 1] = ["vehicle="];

/// Walks a guide with the answers of the case.
pub fn walk(pack: &'static Pack, guide: &str, state: &State) -> Walk<'static> {
    let mut facts: case::Map<String, String> = state.facts(guide);
    for set in state.answers.iter().flat_map(|a| &a.sets) {
        if CHOSEN.iter().any(|name| set.starts_with(name))
            && let Some((name, value)) = set.split_once('=')
        {
            facts.insert(name.into(), value.into());
        }
    }
    Walk::new(pack, guide, &facts, |g, q| state.answer(g, q).map(|a| a.a.clone()))
}

/// What a guide shows at one place of its way.
#[derive(Clone, Copy, Debug)]
pub struct Stand {
    /// How many answered steps lie before it.
    pub n: usize,
    /// The guide that the step belongs to.
    pub guide: &'static Guide,
    /// The step, or the end.
    pub step: &'static Step,
    /// The way ends here.
    pub end: bool,
    /// The choice in force, when the step is answered.
    pub chosen: Option<&'static str>,
}

impl Stand {
    /// `guide/step`: the step's name in the log, on the screen for tools and tests.
    pub fn name(&self) -> String {
        [self.guide.id.as_str(), "/", &self.step.id].concat()
    }
}

impl Stand {
    /// Different for every place, and for every answer there.
    pub fn key(&self) -> String {
        let mut key = super::brief::int(self.n as i64);
        for part in [&self.guide.id, &self.step.id, self.chosen.unwrap_or_default()] {
            key.push('/');
            key.push_str(part);
        }
        key
    }
}

/// The place `n` answered steps into the way; without `n`, and past the end, where the answers
/// end. `None` when the pack does not lead on from there.
pub fn stand(walk: &Walk<'static>, n: Option<usize>) -> Option<Stand> {
    if let Some(passed) = n.and_then(|n| walk.path.get(n)) {
        let n = n.unwrap_or_default();
        let chosen = Some(passed.choice.id.as_str());
        return Some(Stand { n, guide: passed.guide, step: passed.step, end: false, chosen });
    }
    let (guide, step) = walk.step().or(walk.end())?;
    Some(Stand { n: walk.path.len(), guide, step, end: walk.end().is_some(), chosen: None })
}
