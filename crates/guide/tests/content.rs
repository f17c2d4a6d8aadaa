//! The project's own content keeps every rule, is signed, opens again, and is small enough.
#![cfg(feature = "build")]

use case::Map;
use guide::seal::{PublicKey, Sealed, open, read, unbase64};
use guide::{Disposition, Form, Kind, Pack, Step, Walk};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn content() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content")
}

fn told(problems: Vec<guide::build::Problem>) -> String {
    problems.iter().map(|p| format!("\n  {p}")).collect()
}

#[test]
fn content_builds_without_a_problem_and_every_pack_opens() {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("signed");
    let report = guide::build::build(&content(), &out).unwrap_or_else(|p| panic!("{}", told(p)));
    let keys = std::fs::read_to_string(content().join("keys/trusted.toml")).expect("keys");
    let keys: BTreeMap<String, String> = toml::from_str(&keys).expect("keys");
    let (id, key) =
        keys.iter().find(|(id, _)| **id == report.key).expect("signed by a trusted key");
    let trusted = [PublicKey { id: id.clone().leak(), bytes: unbase64(key).expect("public key") }];
    assert_eq!(report.regions.len(), 5);
    for region in &report.regions {
        let text =
            std::fs::read_to_string(out.join(format!("pack-{}.json", region.id))).expect("pack");
        let sealed: Sealed = serde_json::from_str(&text).expect("envelope");
        let pack = read(open(&sealed, &trusted).expect("signature")).expect("pack");
        assert_eq!(pack.region.id, region.id);
        assert!(
            pack.vehicles.last().is_some_and(|v| v.id == "other"),
            "the last car is another car"
        );
        assert!(!pack.region.hotline.is_empty());
    }
}

/// The packs as the app would have them.
fn packs(test: &str) -> Vec<Pack> {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let report = guide::build::build(&content(), &out).unwrap_or_else(|p| panic!("{}", told(p)));
    let pack = |id: &String| {
        let text = std::fs::read_to_string(out.join(format!("pack-{id}.json"))).expect("pack");
        let sealed: Sealed = serde_json::from_str(&text).expect("envelope");
        read(&sealed.pack).expect("pack")
    };
    report.regions.iter().map(|r| pack(&r.id)).collect()
}

/// Walks one way: `answers` are (guide/step, choice), anything else is answered by `other`.
fn way<'p>(
    pack: &'p Pack,
    guide: &str,
    facts: &[(&str, &str)],
    answers: &[(&str, &str)],
) -> Walk<'p> {
    let facts = facts.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect();
    Walk::new(pack, guide, &facts, |g, s| {
        let id = format!("{g}/{s}");
        answers.iter().find(|(at, _)| *at == id).map(|(_, c)| c.to_string())
    })
}

/// Every way through a guide, by trying every answer; calls `seen` at each step and end.
fn every_way<'p>(
    pack: &'p Pack,
    guide: &str,
    facts: &Map<String, String>,
    seen: &mut dyn FnMut(&Walk<'p>, &'p Step),
) {
    let mut done = BTreeSet::new();
    let mut open: Vec<Vec<(String, String)>> = vec![Vec::new()];
    while let Some(answers) = open.pop() {
        let walk = Walk::new(pack, guide, facts, |g, s| {
            let id = format!("{g}/{s}");
            answers.iter().find(|(at, _)| *at == id).map(|(_, c)| c.clone())
        });
        if let Some((_, end)) = walk.end() {
            seen(&walk, end);
            continue;
        }
        let (g, step) =
            walk.step().unwrap_or_else(|| panic!("{guide} {:?} after {answers:?}", walk.at));
        // The same step under the same facts goes on in the same ways.
        if !done.insert((g.id.clone(), step.id.clone(), walk.facts.clone())) {
            continue;
        }
        seen(&walk, step);
        for choice in &step.choices {
            let mut next = answers.clone();
            next.push((format!("{}/{}", g.id, step.id), choice.id.clone()));
            open.push(next);
        }
    }
}

const PLACES: [&str; 5] = ["expressway", "road", "tunnel", "carpark", "home"];

#[test]
fn every_way_through_every_guide_ends_and_fire_never_leads_back() {
    for pack in packs("ways") {
        let mut steps = 0;
        for guide in &pack.guides {
            for place in PLACES {
                let facts = Map::from([("place".to_string(), place.to_string())]);
                every_way(&pack, &guide.id, &facts, &mut |walk, step| {
                    steps += 1;
                    let burns = walk.facts.get("fire").is_some_and(|f| f == "yes");
                    if burns && guide.id != "where" {
                        let place =
                            [Form::Post, Form::Tunnel, Form::CarPark, Form::Position, Form::Words];
                        assert!(
                            step.form.is_none_or(|f| place.contains(&f)),
                            "{}/{}",
                            guide.id,
                            step.id
                        );
                        let (at, _) = walk.end().or(walk.step()).expect("stands somewhere");
                        assert!(at.safety, "{}/{} after fire", at.id, step.id);
                        if step.kind == Kind::End {
                            assert_eq!(step.end, Some(Disposition::Evacuate), "{}", step.id);
                        }
                    }
                });
            }
        }
        assert!(steps > 500, "{}: {steps}", pack.region.id);
    }
}

#[test]
fn each_country_keeps_its_own_law_about_the_triangle() {
    // Metres asked for by place: (motorway, ordinary road).
    let law = [("cn", 150, 50), ("de", 200, 50), ("fr", 0, 30), ("gb", 0, 45), ("no", 150, 150)];
    for pack in packs("triangle") {
        let (_, motorway, road) = law.iter().find(|l| l.0 == pack.region.id).expect("region");
        for (place, least) in [("expressway", motorway), ("road", road)] {
            let facts = Map::from([("place".to_string(), place.to_string())]);
            let mut asked = BTreeSet::new();
            every_way(&pack, "safety", &facts, &mut |_, step| {
                if step.form == Some(Form::Meter) {
                    assert!(step.choices.iter().any(|c| c.skip && c.id == "unsafe"), "a way out");
                    asked.insert(step.metres);
                }
            });
            let expected = if *least == 0 { None } else { Some(least) };
            assert_eq!(asked.first(), expected, "{} {place}", pack.region.id);
        }
    }
}

const LADDER: [(&str, &str); 12] = [
    ("chargeport/what", "plug"),
    ("chargeport/danger", "no"),
    ("chargeport/holder-car", "done"),
    ("chargeport/zero", "yes"),
    ("chargeport/unlock", "still"),
    ("chargeport/relock", "still"),
    ("chargeport/push", "still"),
    ("chargeport/doors", "still"),
    ("chargeport/ice", "no"),
    ("chargeport/where-plugged", "home"),
    ("chargeport/reset-home", "still"),
    ("chargeport/car", "done"),
];

fn ladder<'p>(
    pack: &'p Pack,
    plug: &str,
    car: &str,
    but: &[(&'static str, &'static str)],
) -> Walk<'p> {
    let plug = ("chargeport/connector", plug);
    let mut answers: Vec<(&str, &str)> = but.to_vec();
    answers.push(plug);
    answers.extend(LADDER);
    way(pack, "chargeport", &[("vehicle", car)], &answers)
}

#[test]
fn the_cord_is_shown_only_for_a_known_car_and_without_current() {
    let pack = &packs("cord")[0];
    let at = |walk: &Walk| walk.step().or(walk.end()).map(|(g, s)| format!("{}/{}", g.id, s.id));
    assert_eq!(at(&ladder(pack, "gbt-ac", "tesla-y", &[])).as_deref(), Some("cord-tesla-y/screen"));
    assert_eq!(
        at(&ladder(pack, "type2", "fisker-ocean", &[])).as_deref(),
        Some("cord-fisker/screen")
    );
    for car in pack.vehicles.iter().filter(|v| !v.guides.contains_key("cord")) {
        let walk = ladder(pack, "gbt-ac", &car.id, &[]);
        assert_eq!(at(&walk).as_deref(), Some("chargeport/booklet"), "{}", car.id);
    }
    assert!(pack.vehicles.iter().filter(|v| v.id.starts_with("xpeng")).count() >= 8);
    // Not certain that no current flows: no cord, whatever the car.
    let live = ladder(pack, "gbt-ac", "tesla-y", &[("chargeport/zero", "no")]);
    assert_eq!(at(&live).as_deref(), Some("chargeport/end-current"));
    // Nor for a plug that was not recognised.
    let unknown = ladder(pack, "unknown", "tesla-y", &[]);
    assert_eq!(at(&unknown).as_deref(), Some("chargeport/end-plug"));
    // A GB/T DC plug is held by the charger: never a cord, and the operator is called.
    let cable = |g: &str| g.starts_with("cord");
    let facts = Map::from([("vehicle".to_string(), "tesla-y".to_string())]);
    every_way(pack, "chargeport", &facts, &mut |walk, step| {
        let guide = walk.step().or(walk.end()).map(|(g, _)| g.id.as_str()).unwrap_or_default();
        if walk.facts.get("plug").is_some_and(|p| p == "gbt-dc") {
            assert!(!cable(guide), "{guide}/{}", step.id);
        }
        if cable(guide) {
            assert_eq!(
                walk.facts.get("current").map(String::as_str),
                Some("zero"),
                "{guide}/{}",
                step.id
            );
        }
    });
}

#[test]
fn tesla_separately_and_fisker_together() {
    let pack = &packs("rules")[0];
    let step = |guide: &str, id: &str| {
        let guide = pack.guides.iter().find(|g| g.id == guide).expect("guide");
        guide.steps.iter().find(|s| s.id == id).expect("step").clone()
    };
    for guide in ["cord-tesla-y", "cord-tesla-s", "cord-tesla-3"] {
        let warn = step(guide, "pull").warn.expect("a warning");
        assert!(warn.en.contains("Never pull cord and plug at the same time"), "{guide}");
    }
    assert!(step("cord-fisker", "together").say.en.contains("both at once"));
}

#[test]
fn medical_help_is_two_taps_away_and_asks_nothing_about_the_car() {
    for pack in packs("medical") {
        let walk = way(
            &pack,
            "safety",
            &[("place", "expressway")],
            &[("safety/fire", "no"), ("safety/can-leave", "medical")],
        );
        assert_eq!(walk.step().map(|(_, s)| s.id.as_str()), Some("med-call"), "{}", pack.region.id);
        assert_eq!(walk.facts.get("urgency").map(String::as_str), Some("red"));
        let place = way(
            &pack,
            "where",
            &[("medical", "yes")],
            &[("where/position", "done"), ("where/words", "skip"), ("where/photo", "skip")],
        );
        assert_eq!(place.disposition(), Some(Disposition::Emergency), "no question about the car");
    }
}

#[test]
fn a_question_that_changes_nothing_is_not_asked() {
    let pack = &packs("settled")[0];
    let walk = way(pack, "tyre", &[], &[("tyre/seen", "lamp")]);
    assert!(walk.settled, "flashing or steady, an agent looks at it");
    assert_eq!(walk.disposition(), Some(Disposition::Agent));
    let asked = way(pack, "tyre", &[], &[("tyre/seen", "flat")]);
    assert_eq!(asked.step().map(|(_, s)| s.id.as_str()), Some("which"), "the crew wants to know");
}
