//! The walk against every way there is: it may stop early only where no answer can change the
//! outcome, it does stop there, and it never skips an action.

use case::Map;
use guide::{At, Branch, Choice, Disposition, Guide, Kind, Pack, Region, Step, Text, Walk};
use proptest::prelude::*;

fn text() -> Text {
    Text { zh: String::new(), en: String::new() }
}

fn step(id: usize, kind: Kind) -> Step {
    Step {
        id: format!("s{id}"),
        kind,
        say: text(),
        more: None,
        warn: None,
        pic: String::new(),
        src: Vec::new(),
        choices: Vec::new(),
        branches: Vec::new(),
        form: None,
        metres: 0,
        end: None,
        then: String::new(),
        sets: Vec::new(),
        detail: false,
    }
}

fn pack(steps: Vec<Step>, safety: bool) -> Pack {
    let guide = Guide { id: "g".into(), title: text(), start: "s0".into(), safety, steps };
    let region = Region {
        id: "cn".into(),
        name: text(),
        numbers: Vec::new(),
        gcj02: false,
        hotline: String::new(),
        sms: String::new(),
    };
    Pack {
        v: 1,
        edition: String::new(),
        region,
        sources: Vec::new(),
        guides: vec![guide],
        vehicles: Vec::new(),
    }
}

/// A random step that leads only to later steps, so that there is no cycle.
fn any_step(id: usize, last: usize) -> BoxedStrategy<Step> {
    let end = prop_oneof![
        4 => Just(Disposition::Rescue), 2 => Just(Disposition::Agent),
        1 => Just(Disposition::Guide),
    ]
    .prop_map(move |end| Step {
        end: Some(end),
        then: if end == Disposition::Guide { "g".into() } else { String::new() },
        ..step(id, Kind::End)
    });
    if id == last {
        return end.boxed();
    }
    let fact = prop_oneof![Just("a=1"), Just("a=2"), Just("b=1"), Just("b=2"), Just("medical=yes")];
    let sets = prop::collection::vec(fact.clone().prop_map(String::from), 0..2);
    let next = (id + 1..=last).prop_map(|n| format!("s{n}"));
    let choices = prop::collection::vec((next.clone(), sets.clone()), 2..4).prop_map(|all| {
        let make = |(i, (next, sets)): (usize, _)| Choice {
            id: format!("c{i}"),
            text: text(),
            pic: String::new(),
            next,
            sets,
            skip: false,
        };
        all.into_iter().enumerate().map(make).collect::<Vec<_>>()
    });
    let kind = prop_oneof![8 => Just(Kind::Ask), 1 => Just(Kind::Act)];
    let asks = (kind, choices, prop::bool::weighted(0.1))
        .prop_map(move |(kind, choices, detail)| Step { choices, detail, ..step(id, kind) });
    let when = prop_oneof![Just("a=1"), Just("b=2"), Just("b!=1")];
    let gates = (when, next.clone(), next).prop_map(move |(when, yes, no)| Step {
        branches: vec![
            Branch { when: vec![when.into()], next: yes },
            Branch { when: Vec::new(), next: no },
        ],
        ..step(id, Kind::Gate)
    });
    prop_oneof![6 => asks, 2 => gates, 2 => end].boxed()
}

fn any_pack() -> impl Strategy<Value = Pack> {
    (2usize..9, prop::bool::weighted(0.1)).prop_flat_map(|(last, safety)| {
        let steps: Vec<_> = (0..=last).map(|id| any_step(id, last)).collect();
        steps.prop_map(move |steps| pack(steps, safety))
    })
}

/// What one full way on from a step comes to.
#[derive(Debug, PartialEq, Clone)]
struct Way {
    end: Option<Disposition>,
    then: String,
    /// It passes an action, a form, a detail, an alarm or a safety guide.
    must: bool,
}

/// Every full way on, found by trying everything.
fn ways(pack: &Pack, at: &str, facts: &Map<String, String>, must: bool, out: &mut Vec<Way>) {
    let guide = &pack.guides[0];
    let step = guide.steps.iter().find(|s| s.id == at).expect("step");
    let set = |facts: &Map<String, String>, sets: &[String]| {
        let mut facts = facts.clone();
        facts.extend(
            sets.iter().filter_map(|s| s.split_once('=')).map(|(n, v)| (n.into(), v.into())),
        );
        facts
    };
    match step.kind {
        Kind::End => out.push(Way { end: step.end, then: step.then.clone(), must }),
        Kind::Gate => {
            let open = |b: &&Branch| {
                b.when.iter().all(|w| {
                    let (name, value) = w.split_once('=').expect("condition");
                    match name.strip_suffix('!') {
                        Some(name) => facts.get(name).map(String::as_str) != Some(value),
                        None => facts.get(name).map(String::as_str) == Some(value),
                    }
                })
            };
            let branch = step.branches.iter().find(open).expect("branch");
            ways(pack, &branch.next, facts, must, out);
        }
        _ => {
            let here = must || step.kind != Kind::Ask || step.detail || guide.safety;
            for choice in &step.choices {
                let alarm = choice.sets.iter().any(|s| s == "medical=yes");
                ways(pack, &choice.next, &set(facts, &choice.sets), here || alarm, out);
            }
        }
    }
}

fn read_somewhere(pack: &Pack, fact: &str) -> bool {
    let branches = pack.guides[0].steps.iter().flat_map(|s| &s.branches);
    branches.flat_map(|b| &b.when).any(|w| w.starts_with(fact))
}

/// Whether a fact that a gate reads is set on some way on.
fn sets_read(pack: &Pack, at: &str, seen: &mut Vec<String>) -> bool {
    if seen.contains(&at.to_string()) {
        return false;
    }
    seen.push(at.into());
    let step = pack.guides[0].steps.iter().find(|s| s.id == at).expect("step");
    let sets = step.choices.iter().flat_map(|c| &c.sets);
    sets.filter_map(|s| s.split_once('=')).any(|(n, _)| read_somewhere(pack, n))
        || step.choices.iter().any(|c| sets_read(pack, &c.next, seen))
        || step.branches.iter().any(|b| sets_read(pack, &b.next, seen))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn it_stops_early_exactly_where_no_answer_matters(
        pack in any_pack(),
        answers in prop::collection::vec(prop::option::weighted(0.6, 0usize..4), 9),
        known in prop::option::of(Just("a")),
    ) {
        let given = known.map(|n| (n.to_string(), "1".to_string())).into_iter().collect();
        let answer = |_: &str, s: &str| -> Option<String> {
            let at: usize = s[1..].parse().ok()?;
            answers[at].map(|c| format!("c{c}"))
        };
        let walk = Walk::new(&pack, "g", &given, answer);
        prop_assert!(!matches!(walk.at, At::Lost(_)), "{:?}", walk.at);

        // Where it stands without looking ahead: follow the answers by hand.
        let last = walk.path.last().map_or("s0", |p| p.choice.next.as_str());
        let mut all = Vec::new();
        ways(&pack, last, &walk.facts, false, &mut all);
        if let Some((_, end)) = walk.end() {
            for way in &all {
                prop_assert_eq!((way.end, &way.then), (end.end, &end.then));
                prop_assert!(!way.must || !walk.settled, "an action was skipped: {:?}", all);
            }
        } else {
            let differ = all.windows(2).any(|w| (w[0].end, &w[0].then) != (w[1].end, &w[1].then));
            let must = all.iter().any(|w| w.must);
            let handed = all[0].end == Some(Disposition::Guide)
                && sets_read(&pack, last, &mut Vec::new());
            prop_assert!(differ || must || handed, "a question was asked in vain: {:?}", all);
        }
    }

    #[test]
    fn the_same_answers_give_the_same_way(pack in any_pack(), seed in 0usize..4) {
        let answer = |_: &str, s: &str| Some(format!("c{}", (s.len() + seed) % 3));
        let facts = Map::new();
        let one = Walk::new(&pack, "g", &facts, answer);
        let two = Walk::new(&pack, "g", &facts, answer);
        prop_assert_eq!(format!("{:?}", one.at), format!("{:?}", two.at));
        prop_assert_eq!(one.facts, two.facts);
    }
}

fn choice(id: &str, next: &str, sets: &[&str]) -> Choice {
    let sets = sets.iter().map(|s| s.to_string()).collect();
    Choice { id: id.into(), text: text(), pic: String::new(), next: next.into(), sets, skip: false }
}

#[test]
fn it_crosses_guides_and_keeps_what_answers_establish() {
    let ask = Step {
        choices: vec![choice("yes", "other/x", &["a=2"]), choice("no", "s1", &[])],
        ..step(0, Kind::Ask)
    };
    let end = Step { end: Some(Disposition::Solved), ..step(1, Kind::End) };
    let mut pack = pack(vec![ask, end], false);
    let end = Step {
        id: "x".into(),
        end: Some(Disposition::Agent),
        sets: vec!["b=1".into()],
        ..step(0, Kind::End)
    };
    pack.guides.push(Guide {
        id: "other".into(),
        title: text(),
        start: "x".into(),
        safety: false,
        steps: vec![end],
    });
    let facts = Map::from([("a".to_string(), "1".to_string())]);
    let walk = Walk::new(&pack, "g", &facts, |g, s| ((g, s) == ("g", "s0")).then(|| "yes".into()));
    assert_eq!(walk.path.len(), 1);
    assert_eq!(walk.end().map(|(g, s)| (g.id.as_str(), s.id.as_str())), Some(("other", "x")));
    assert_eq!(walk.facts, Map::from([("a".into(), "2".into()), ("b".into(), "1".into())]));
    assert!(!walk.settled);
    let unanswered = Walk::new(&pack, "g", &facts, |_, _| Some("gone".into()));
    assert_eq!(
        unanswered.step().map(|(_, s)| s.id.as_str()),
        Some("s0"),
        "an unknown answer is none"
    );
}

#[test]
fn a_broken_pack_is_said_to_be_lost_and_does_not_hang() {
    let to = |next: &str| vec![Branch { when: Vec::new(), next: next.into() }];
    let gate = |next: &str| Step { branches: to(next), ..step(0, Kind::Gate) };
    let none = Map::new();
    let round = pack(vec![gate("s0")], false);
    assert!(matches!(Walk::new(&round, "g", &none, |_, _| None).at, At::Lost("cycle")));
    let nowhere = pack(vec![gate("s9")], false);
    assert!(matches!(Walk::new(&nowhere, "g", &none, |_, _| None).at, At::Lost("next")));
    assert!(matches!(Walk::new(&nowhere, "h", &none, |_, _| None).at, At::Lost("guide")));
}

#[test]
fn looking_ahead_is_bounded() {
    // Forty questions of two answers that meet again: a million million ways.
    let mut steps: Vec<Step> = (0..40)
        .map(|i| {
            let next = format!("s{}", i + 1);
            Step {
                choices: vec![choice("a", &next, &[]), choice("b", &next, &[])],
                ..step(i, Kind::Ask)
            }
        })
        .collect();
    steps.push(Step { end: Some(Disposition::Rescue), ..step(40, Kind::End) });
    let pack = pack(steps, false);
    let walk = Walk::new(&pack, "g", &Map::new(), |_, _| None);
    assert_eq!(walk.step().map(|(_, s)| s.id.as_str()), Some("s0"), "beyond the bound it asks");
}
