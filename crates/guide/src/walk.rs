//! The step machine: where a driver stands in a guide, computed from the answers in the case.
//!
//! Nothing is stored here and nothing is shown; the answers are handed in, latest first choice
//! per step, and the walk follows them from the start through gates and into other guides.

use crate::model::{Choice, Disposition, Guide, Kind, Pack, Step};
use case::Map;

/// A step that is answered.
#[derive(Clone, Copy, Debug)]
pub struct Passed<'p> {
    /// The guide the step belongs to.
    pub guide: &'p Guide,
    /// The step.
    pub step: &'p Step,
    /// The answer.
    pub choice: &'p Choice,
}

/// Where the walk stands.
#[derive(Clone, Copy, Debug)]
pub enum At<'p> {
    /// A step that waits for its answer.
    Step(&'p Guide, &'p Step),
    /// The way ended at this node.
    End(&'p Guide, &'p Step),
    /// The pack does not lead on from here (the lint refuses such a pack): offer the call.
    Lost(&'static str),
}

/// The way taken so far and where it stands.
#[derive(Clone, Debug)]
pub struct Walk<'p> {
    /// The answered steps, in order. Gates are not among them.
    pub path: Vec<Passed<'p>>,
    /// Where the walk stands now.
    pub at: At<'p>,
    /// The facts handed in, overwritten by those which the way establishes.
    pub facts: Map<String, String>,
    /// The walk ended before its last question, because no answer could change the outcome.
    pub settled: bool,
}

impl<'p> Walk<'p> {
    /// Walks `guide` from its start. `answers` gives the latest choice for (guide, step).
    ///
    /// An answer that the step does not offer (an older edition of the pack did) counts as none.
    ///
    /// **When the walk stops early.** At an unanswered question the walk looks at every way on,
    /// under the facts known so far and those the answers would set. It ends there, without
    /// asking, when all of this holds:
    /// - every way is made of questions and gates alone, in guides that are not `safety`: an
    ///   action, a form and a question marked `detail` are never skipped;
    /// - every end has the same disposition, the same `then` and establishes the same facts;
    /// - no skipped answer raises an alarm (`fire`, `medical`, `urgency`, `voice`, `people`);
    /// - when the end hands over to another guide, no gate anywhere reads a skipped fact.
    ///
    /// The end given is the one behind the last choices: experts write the least specific
    /// choice last. Looking ahead is bounded; beyond the bound the question is simply asked.
    pub fn new(
        pack: &'p Pack,
        guide: &str,
        facts: &Map<String, String>,
        answers: impl Fn(&str, &str) -> Option<String>,
    ) -> Self {
        follow(pack, guide, facts.clone(), &answers)
    }

    /// The step that waits for its answer.
    pub fn step(&self) -> Option<(&'p Guide, &'p Step)> {
        match self.at {
            At::Step(guide, step) => Some((guide, step)),
            _ => None,
        }
    }

    /// The end that was reached.
    pub fn end(&self) -> Option<(&'p Guide, &'p Step)> {
        match self.at {
            At::End(guide, step) => Some((guide, step)),
            _ => None,
        }
    }

    /// The disposition that was reached.
    pub fn disposition(&self) -> Option<Disposition> {
        self.end().and_then(|(_, step)| step.end)
    }
}

/// The step `to`, which is `node` or `guide/node`, seen from `here`.
pub fn find<'p>(pack: &'p Pack, here: &'p Guide, to: &str) -> Option<(&'p Guide, &'p Step)> {
    let (guide, node) = match to.split_once('/') {
        Some((id, node)) => (pack.guides.iter().find(|g| g.id == id)?, node),
        None => (here, to),
    };
    Some((guide, guide.steps.iter().find(|s| s.id == node)?))
}

/// The first step of a guide.
pub fn start<'p>(pack: &'p Pack, guide: &str) -> Option<(&'p Guide, &'p Step)> {
    let guide = pack.guides.iter().find(|g| g.id == guide)?;
    find(pack, guide, &guide.start)
}

/// Whether a condition holds: `name=value`, or `name!=value`, which holds for an unknown fact.
pub fn holds(condition: &str, fact: &dyn Fn(&str) -> Option<String>) -> bool {
    match condition.split_once('=') {
        Some((name, value)) => match name.strip_suffix('!') {
            Some(name) => fact(name).as_deref() != Some(value),
            None => fact(name).as_deref() == Some(value),
        },
        None => false,
    }
}

/// Where a gate leads under the facts.
fn branch<'p>(gate: &'p Step, fact: &dyn Fn(&str) -> Option<String>) -> Option<&'p str> {
    let open = gate.branches.iter().find(|b| b.when.iter().all(|c| holds(c, fact)))?;
    Some(&open.next)
}

fn establish(facts: &mut Map<String, String>, sets: &[String]) {
    for (name, value) in sets.iter().filter_map(|s| s.split_once('=')) {
        facts.insert(name.into(), value.into());
    }
}

fn follow<'p>(
    pack: &'p Pack,
    guide: &str,
    facts: Map<String, String>,
    answers: &dyn Fn(&str, &str) -> Option<String>,
) -> Walk<'p> {
    let mut walk = Walk { path: Vec::new(), at: At::Lost("guide"), facts, settled: false };
    let mut next = start(pack, guide);
    // Every step is passed at most once; more is a cycle, which the lint refuses.
    let mut left: usize = pack.guides.iter().map(|g| g.steps.len()).sum();
    while let Some((guide, step)) = next {
        if left == 0 {
            walk.at = At::Lost("cycle");
            return walk;
        }
        left -= 1;
        establish(&mut walk.facts, &step.sets);
        let to = match step.kind {
            Kind::End => {
                walk.at = At::End(guide, step);
                return walk;
            }
            Kind::Gate => branch(step, &|name| walk.facts.get(name).cloned()),
            _ => {
                let answer = answers(&guide.id, &step.id);
                let choice = answer.and_then(|a| step.choices.iter().find(|c| c.id == a));
                let Some(choice) = choice else {
                    walk.at = At::Step(guide, step);
                    if let Some((guide, end)) = settled(pack, guide, step, &walk.facts) {
                        establish(&mut walk.facts, &end.sets);
                        walk.at = At::End(guide, end);
                        walk.settled = true;
                    }
                    return walk;
                };
                establish(&mut walk.facts, &choice.sets);
                walk.path.push(Passed { guide, step, choice });
                Some(choice.next.as_str())
            }
        };
        next = to.and_then(|to| find(pack, guide, to));
        walk.at = At::Lost("next");
    }
    walk
}

/// Facts that change what everybody else does at once; a question that sets one is asked.
const ALARMS: [&str; 5] = ["fire", "medical", "urgency", "voice", "people"];

/// How many nodes the look ahead may visit.
const BOUND: u32 = 512;

/// The one outcome that every way on from an unanswered step has, if there is one.
fn settled<'p>(
    pack: &'p Pack,
    guide: &'p Guide,
    step: &'p Step,
    facts: &Map<String, String>,
) -> Option<(&'p Guide, &'p Step)> {
    let mut ahead = Ahead { pack, facts, end: None, read: false, left: BOUND };
    let same = ahead.same(guide, step, None);
    let (guide, end) = ahead.end.filter(|_| same)?;
    let hands_over = end.end == Some(Disposition::Guide) || !end.then.is_empty();
    (!(hands_over && ahead.read)).then_some((guide, end))
}

/// Facts set on the way that is being looked at, newest first.
struct Set<'a> {
    sets: &'a [String],
    before: Option<&'a Set<'a>>,
}

struct Ahead<'p, 'f> {
    pack: &'p Pack,
    facts: &'f Map<String, String>,
    end: Option<(&'p Guide, &'p Step)>,
    /// A skipped answer sets a fact that some gate reads.
    read: bool,
    left: u32,
}

impl<'p> Ahead<'p, '_> {
    fn fact(&self, name: &str, mut set: Option<&Set>) -> Option<String> {
        while let Some(s) = set {
            let here = s.sets.iter().rev().filter_map(|s| s.split_once('=')).find(|s| s.0 == name);
            if let Some((_, value)) = here {
                return Some(value.into());
            }
            set = s.before;
        }
        self.facts.get(name).cloned()
    }

    /// Whether every way from here ends like the ends seen so far.
    fn same(&mut self, guide: &'p Guide, step: &'p Step, before: Option<&Set>) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        let set = Set { sets: &step.sets, before };
        match step.kind {
            Kind::End => match self.end {
                Some((_, end)) => {
                    end.end == step.end && end.then == step.then && end.sets == step.sets
                }
                None => {
                    self.end = Some((guide, step));
                    true
                }
            },
            Kind::Gate => {
                let to = branch(step, &|name| self.fact(name, Some(&set)));
                match to.and_then(|to| find(self.pack, guide, to)) {
                    Some((guide, step)) => self.same(guide, step, Some(&set)),
                    None => false,
                }
            }
            Kind::Ask if !guide.safety && !step.detail && !step.choices.is_empty() => {
                step.choices.iter().rev().all(|choice| self.choice(guide, choice, &set))
            }
            _ => false,
        }
    }

    fn choice(&mut self, guide: &'p Guide, choice: &'p Choice, before: &Set) -> bool {
        for (name, _) in choice.sets.iter().filter_map(|s| s.split_once('=')) {
            if ALARMS.contains(&name) {
                return false;
            }
            self.read |= reads(self.pack, name);
        }
        let set = Set { sets: &choice.sets, before: Some(before) };
        match find(self.pack, guide, &choice.next) {
            Some((guide, step)) => self.same(guide, step, Some(&set)),
            None => false,
        }
    }
}

/// Whether a gate of the pack asks for the fact.
fn reads(pack: &Pack, fact: &str) -> bool {
    let branches = pack.guides.iter().flat_map(|g| &g.steps).flat_map(|s| &s.branches);
    branches.flat_map(|b| &b.when).filter_map(|c| c.split_once('=')).any(|(name, _)| {
        let name = name.strip_suffix('!').unwrap_or(name);
        name == fact
    })
}
