//! The stories hold to what a phone may say and to what `content/` really asks and answers.

use super::*;
use crate::store::check::check;
use case::State;
use case::event::{Envelope, Role, Stored, may};
use case::state::Answer;
use guide::{Form, Pack, Walk};
use std::path::Path;

fn told(story: &Story) -> Vec<Event> {
    let opened = Event::Opened {
        number: case::number::mint([7; 8]),
        region: story.region.into(),
        lang: story.lang.into(),
        face: story.face,
    };
    let steps = (0..).map_while(|i| story.step(i)).filter_map(|s| match s {
        Step::Event(event) => Some(event),
        Step::Photo { .. } => None,
    });
    std::iter::once(opened).chain(steps).collect()
}

fn envelope(event: Event) -> Envelope {
    let id = String::from("01923456-789a-7fff-bfff-ffffffffffff");
    Envelope { v: 1, k: id.clone(), d: id, n: 1, at: 1, b: event.into() }
}

fn apply(state: &mut State, event: &Event) {
    state.apply(&Stored {
        o: state.top + 1,
        rx: 1,
        skew: 0,
        by: Role::Driver,
        who: String::new(),
        e: envelope(event.clone()),
    });
}

#[test]
fn every_step_is_what_a_phone_may_say() {
    for story in STORIES {
        let beginning = story.beginning(case::number::mint([7; 8]));
        // Nothing that is told at once is cut off by a photo.
        assert_eq!(beginning.len() as u64, story.before_steps() + story.at_once as u64);
        for event in beginning.into_iter().chain(told(story)) {
            assert!(may(Role::Driver, &event));
            check(&envelope(event)).unwrap();
        }
    }
}

/// Where the phone of the story stands in a guide, as the app computes it.
fn walk<'p>(pack: &'p Pack, guide: &str, state: &State) -> Walk<'p> {
    let mut facts = state.facts(guide);
    if let Some(vehicle) = state.fact("vehicle") {
        facts.insert("vehicle".into(), vehicle);
    }
    Walk::new(pack, guide, &facts, |g, q| state.answer(g, q).map(|a: &Answer| a.a.clone()))
}

#[test]
fn every_story_goes_the_way_of_its_guides_in_their_words() {
    let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content");
    let packs = guide::build::packs(&content).expect("content");
    for story in STORIES {
        let pack = packs.iter().find(|p| p.region.id == story.region).expect("region");
        let words = |text: &guide::Text| match story.lang {
            "zh" => text.zh.clone(),
            _ => text.en.clone(),
        };
        let mut state = State::default();
        for event in told(story) {
            match &event {
                Event::Started { g, .. } => assert!(guide::walk::start(pack, g).is_some(), "{g}"),
                Event::Answered { g, q, a, sets, skip, asked, said } => {
                    let walk = walk(pack, g, &state);
                    let (_, step) = walk.step().unwrap_or_else(|| panic!("{g}/{q}: {:?}", walk.at));
                    assert_eq!(step.id, *q, "{g}");
                    let choice = step.choices.iter().find(|c| c.id == *a);
                    let choice = choice.unwrap_or_else(|| panic!("{g}/{q} does not offer {a}"));
                    assert_eq!((words(&step.say), choice.skip), (asked.clone(), *skip), "{g}/{q}");
                    if step.form == Some(Form::Vehicle) {
                        // The car is chosen from a list; its name is the answer.
                        let id = sets.iter().find_map(|s| s.strip_prefix("vehicle="));
                        let car = pack.vehicles.iter().find(|v| Some(v.id.as_str()) == id);
                        assert!(car.is_some_and(|c| said.contains(&words(&c.model))), "{sets:?}");
                    } else {
                        assert_eq!((&words(&choice.text), &choice.sets), (said, sets), "{g}/{q}");
                    }
                }
                Event::Ended { g, q, d, sets, said } => {
                    let walk = walk(pack, g, &state);
                    let (_, step) = walk.end().unwrap_or_else(|| panic!("{g}/{q}: {:?}", walk.at));
                    assert_eq!(step.id, *q, "{g}");
                    assert_eq!(step.end.map(|e| e.as_str()), Some(d.as_str()), "{g}/{q}");
                    assert_eq!((&words(&step.say), &step.sets), (said, sets), "{g}/{q}");
                }
                _ => {}
            }
            apply(&mut state, &event);
        }
    }
}

#[test]
fn a_place_is_told_from_the_first_second() {
    for story in STORIES {
        let mut state = State::default();
        for event in story.beginning(case::number::mint([7; 8])) {
            apply(&mut state, &event);
        }
        assert!(!crate::store::line::row("c", 1, true, &state).place.is_empty());
    }
}
