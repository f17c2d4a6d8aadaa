//! Seeded schedules without any input or output: devices with outboxes, a network that drops, doubles
//! and reorders, a server that dies, clocks that leap; and a checker over both logs. It has the
//! room, the rules of admission and the device's replica of the real thing, and neither sockets nor
//! a disk. That the checker can fail is a test too: see [`Flaw`].

mod check;
mod client;
mod drawn;
mod network;
mod sending;
mod server;
mod world;

use crate::store::conformance::kit::Random;
use world::World;

/// Schedules of one run; the same ones every time.
const SCHEDULES: u64 = 20_000;
/// Names another number of schedules, for long runs.
const MORE: &str = "NIGHTWATCH_SCHEDULES";
/// Steps of one schedule.
const STEPS: usize = 100;

/// What the schedules are to reach, or the checks say nothing.
#[derive(Clone, Copy, Debug, Default)]
struct Reached {
    acknowledged: usize,
    answered_again: usize,
    gaps: usize,
    denied: usize,
    crashes: usize,
    cuts: usize,
    half_open: usize,
    reloads: usize,
    snapshots: usize,
    signals: usize,
    refused_signals: usize,
    resumed: usize,
    silent: usize,
}

impl std::ops::AddAssign for Reached {
    fn add_assign(&mut self, o: Reached) {
        self.acknowledged += o.acknowledged;
        self.answered_again += o.answered_again;
        self.gaps += o.gaps;
        self.denied += o.denied;
        self.crashes += o.crashes;
        self.cuts += o.cuts;
        self.half_open += o.half_open;
        self.reloads += o.reloads;
        self.snapshots += o.snapshots;
        self.signals += o.signals;
        self.refused_signals += o.refused_signals;
        self.resumed += o.resumed;
        self.silent += o.silent;
    }
}

/// A mistake put into the server on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flaw {
    None,
    /// Answers before the events are kept, and dies.
    AnswersTooEarly,
    /// Stores whatever comes, however often.
    ForgetsKeys,
    /// Stores in the order of arrival instead of the device's.
    IgnoresOrder,
    /// Tells nobody of some commits.
    KeepsSilent,
    /// Leaves an event out of a tail.
    SkipsOne,
    /// Sends an event of a tail with the words of another.
    ChangesWords,
    /// Never hears that consent ended.
    DeafToRevoke,
    /// Gives a snapshot that is not what its log comes to.
    WrongSnapshot,
}

impl Flaw {
    const ALL: [Flaw; 8] = [
        Flaw::AnswersTooEarly,
        Flaw::ForgetsKeys,
        Flaw::IgnoresOrder,
        Flaw::KeepsSilent,
        Flaw::SkipsOne,
        Flaw::ChangesWords,
        Flaw::DeafToRevoke,
        Flaw::WrongSnapshot,
    ];

    /// Part of what the checker says of it.
    fn symptom(self) -> &'static str {
        match self {
            Flaw::None => "",
            Flaw::AnswersTooEarly => "acknowledged and not in the log",
            Flaw::ForgetsKeys => "twice in the log",
            Flaw::IgnoresOrder => "out of order",
            Flaw::KeepsSilent => "idle without the whole log",
            Flaw::SkipsOne => "a hole",
            Flaw::ChangesWords | Flaw::WrongSnapshot => "another state",
            Flaw::DeafToRevoke => "without consent",
        }
    }
}

/// One schedule to its end; the first thing that was wrong, if any.
fn run(seed: u64, flaw: Flaw) -> (Reached, Option<String>) {
    let mut world = World::new(seed, flaw);
    for _ in 0..STEPS {
        world.step();
        if world.wrong.is_some() {
            return (world.reached, world.wrong);
        }
    }
    world.settle();
    (world.reached, world.wrong)
}

#[test]
fn twenty_thousand_schedules_lose_nothing_double_nothing_and_show_nothing_without_consent() {
    let threads = std::thread::available_parallelism().map_or(2, |n| n.get() as u64);
    let more = std::env::var(MORE).ok().and_then(|n| n.parse().ok());
    let schedules = more.unwrap_or(SCHEDULES);
    let one = |first: u64| {
        let mut all = Reached::default();
        for seed in (1 + first..=schedules).step_by(threads as usize) {
            let (reached, wrong) = run(seed, Flaw::None);
            assert!(wrong.is_none(), "schedule {seed}: {}", wrong.unwrap_or_default());
            all += reached;
        }
        all
    };
    let mut all = Reached::default();
    std::thread::scope(|scope| {
        let tasks: Vec<_> = (0..threads).map(|first| scope.spawn(move || one(first))).collect();
        for task in tasks {
            all += task.join().expect("every schedule holds");
        }
    });
    let least = [
        all.acknowledged,
        all.answered_again,
        all.gaps,
        all.denied,
        all.crashes,
        all.cuts,
        all.half_open,
        all.reloads,
        all.snapshots,
        all.signals,
        all.refused_signals,
        all.resumed,
        all.silent,
    ];
    assert!(least.iter().all(|n| *n > 500), "the schedules do not reach enough: {all:?}");
}

#[test]
fn the_checker_finds_every_flaw() {
    for flaw in Flaw::ALL {
        let found: Vec<String> = (1..=400).filter_map(|seed| run(seed, flaw).1).collect();
        let named = found.iter().filter(|what| what.contains(flaw.symptom())).count();
        assert!(named > 0, "{flaw:?} was not found, only {} like {:?}", found.len(), found.first());
    }
}
