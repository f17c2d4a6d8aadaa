//! The forms of a place that are typed: kilometre post, tunnel, car park, words.

use super::fields::{Field, Reading, fields};
use super::{Done, placed, save};
use crate::driver::app::App;
use crate::journey::place_text::{parse_post, post_keys, post_said, road_letters};
use crate::ui::El;
use crate::ui::dom::el;
use crate::ui::parts::button;
use crate::words::{Key, t};
use case::Event;
use case::place::{How, Place, post_text};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;

/// Most characters of free words; the wire takes 16 KB.
const WORDS: u32 = 400;

fn field(
    label: Key,
    hint: &'static str,
    pad: Option<[&'static str; 4]>,
    start: String,
    most: u32,
) -> Field {
    Field { label, hint, pad, start, most }
}

fn placed_event(place: Place, filled: bool) -> Result<Event, Key> {
    if filled { Ok(Event::Placed { place }) } else { Err(Key::PlaceEmpty) }
}

fn nothing(_: &[String]) -> String {
    String::new()
}

/// Road, direction, post.
pub fn post(app: App, done: Done) -> El {
    let before = placed(app, How::Post);
    let region = app.region.get_untracked();
    let letters = road_letters(&region);
    let km = before.post_m.map(post_text).unwrap_or_default();
    let list = vec![
        field(Key::PlaceRoad, "G2", Some(letters), before.road, 24),
        field(Key::PlaceToward, t(Key::PlaceTowardHint), None, before.toward, 40),
        field(Key::PlacePost, "K123+400", Some(post_keys(&region)), km, 12),
    ];
    let event = |typed: &[String]| {
        let mut place = Place::new(How::Post);
        place.road = typed[0].clone();
        place.toward = typed[1].clone();
        if !typed[2].is_empty() {
            place.post_m = Some(parse_post(&typed[2]).ok_or(Key::PlacePostBad)?);
        }
        let filled = typed.iter().any(|v| !v.is_empty());
        placed_event(place, filled)
    };
    let said = |typed: &[String]| match (parse_post(&typed[2]), typed[2].is_empty()) {
        (Some(post), _) => {
            let mut out = post_text(post);
            out.push_str(" · ");
            out.push_str(&post_said(post));
            out
        }
        (None, true) => String::new(),
        (None, false) => t(Key::PlacePostBad).into(),
    };
    fields(app, list, Reading { event, said }, done)
}

/// Tunnel and wall box.
pub fn tunnel(app: App, done: Done) -> El {
    let before = placed(app, How::Tunnel);
    let list = vec![
        field(Key::PlaceBox, "", Some(["K", "+", "A", "-"]), before.wall_box, 16),
        field(Key::PlaceTunnel, "", None, before.tunnel, 40),
    ];
    let event = |typed: &[String]| {
        let mut place = Place::new(How::Tunnel);
        place.wall_box = typed[0].clone();
        place.tunnel = typed[1].clone();
        let filled = typed.iter().any(|v| !v.is_empty());
        placed_event(place, filled)
    };
    fields(app, list, Reading { event, said: nothing }, done)
}

/// Car park, level, bay.
pub fn car_park(app: App, done: Done) -> El {
    let before = placed(app, How::CarPark);
    let list = vec![
        field(Key::PlaceLevel, "B2", Some(["B", "F", "P", "-"]), before.level, 8),
        field(Key::PlaceBay, "", Some(["A", "B", "C", "D"]), before.bay, 12),
        field(Key::PlaceCarPark, "", None, before.words, 60),
    ];
    let event = |typed: &[String]| {
        let mut place = Place::new(How::CarPark);
        place.level = typed[0].clone();
        place.bay = typed[1].clone();
        place.words = typed[2].clone();
        let filled = typed.iter().any(|v| !v.is_empty());
        placed_event(place, filled)
    };
    fields(app, list, Reading { event, said: nothing }, done)
}

/// The place in words.
pub fn words(app: App, done: Done) -> El {
    let start = placed(app, How::Words).words;
    free(Key::PlaceWords, start, move |words| {
        let mut place = Place::new(How::Words);
        place.words = words;
        save(app, Event::Placed { place }, done);
    })
}

/// Words about anything else: the note on the case.
pub fn note(app: App, done: Done) -> El {
    let start = app.state.with_untracked(|s| s.note.clone());
    free(Key::PlaceTell, start, move |text| {
        save(app, Event::Noted { id: String::new(), text }, done)
    })
}

fn free(label: Key, start: String, store: impl Fn(String) + 'static) -> El {
    let area = el("textarea")
        .attr("rows", "3")
        .attr("maxlength", &crate::journey::brief::int(i64::from(WORDS)))
        .text(&start);
    let node: HtmlTextAreaElement = area.node().clone().unchecked_into();
    let empty = RwSignal::new(false);
    el("div")
        .class("form")
        .add(el("label").class("slot").add(el("span").text(t(label))).add(area))
        .add(el("p").class("said bad").attr("role", "status").live(move |e| {
            e.set_text_content(empty.get().then(|| t(Key::PlaceEmpty)));
        }))
        .add(button("btn lamp wide", t(Key::Save), move || {
            let text = node.value().trim().to_owned();
            empty.set(text.is_empty());
            if !text.is_empty() {
                store(text);
            }
        }))
}
