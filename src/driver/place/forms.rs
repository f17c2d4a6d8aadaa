//! The forms of a place that are typed: kilometre post, tunnel, car park, words.

use super::fields::{Field, Reading, fields};
use super::{Done, placed, save};
use crate::driver::app::App;
use crate::journey::place_text::{parse_post, post_keys, post_said, road_letters};
use crate::react::*;
use crate::ui::El;
use crate::ui::dom::el;
use crate::ui::parts::button;
use crate::ui::slot::Slot;
use crate::words::{Key, t};
use case::Event;
use case::place::{How, Place, post_text};
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;

/// Most characters of free words; the wire takes 16 KB.
const WORDS: &str = "400";

fn field(
    label: Key,
    hint: &'static str,
    pad: Option<[&'static str; 4]>,
    start: String,
    most: u32,
) -> Field {
    Field { label, hint, pad, start, most }
}

fn report(place: Place, typed: &[String]) -> Result<Event, Key> {
    match typed.iter().all(String::is_empty) {
        true => Err(Key::PlaceEmpty),
        false => Ok(Event::Placed { place }),
    }
}

fn nothing(_: &[String]) -> String {
    String::new()
}

/// Road, direction, post.
pub fn post(app: App, done: Done) -> El {
    let before = placed(app, How::Post);
    let region = app.region.get_untracked();
    let km = before.post_m.map(post_text).unwrap_or_default();
    let list = vec![
        field(Key::PlaceRoad, "G2", Some(road_letters(&region)), before.road, 24),
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
        report(place, typed)
    };
    fields(app, list, Reading { event, said: said_post }, done)
}

fn said_post(typed: &[String]) -> String {
    let text = typed[2].trim();
    match parse_post(text) {
        Some(post) => {
            let mut out = post_text(post);
            out.push_str(" · ");
            out.push_str(&post_said(post));
            out
        }
        None if text.is_empty() => String::new(),
        None => t(Key::PlacePostBad).into(),
    }
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
        report(place, typed)
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
        report(place, typed)
    };
    fields(app, list, Reading { event, said: nothing }, done)
}

/// Words: the place itself, or the note on the case.
pub fn words(app: App, of_place: bool, done: Done) -> El {
    let (label, start) = match of_place {
        true => (Key::PlaceWords, placed(app, How::Words).words),
        false => (Key::PlaceTell, app.state.with_untracked(|s| s.note.clone())),
    };
    let area = el("textarea").attr("rows", "3").attr("maxlength", WORDS).text(&start);
    let node: HtmlTextAreaElement = area.node().clone().unchecked_into();
    let empty = Slot::new(false);
    let told = empty.clone();
    let store = move || {
        let words = String::from(node.value().trim());
        empty.set(words.is_empty());
        if words.is_empty() {
            return;
        }
        let event = if of_place {
            let mut place = Place::new(How::Words);
            place.words = words;
            Event::Placed { place }
        } else {
            Event::Noted { id: String::new(), text: words }
        };
        save(app, event, done.clone());
    };
    el("div")
        .class("form")
        .add(el("label").class("slot").add(el("span").text(t(label))).add(area))
        .add(el("p").class("said bad").attr("role", "status").live(move |e| {
            e.set_text_content(told.get().then(|| t(Key::PlaceEmpty)));
        }))
        .add(button("btn lamp wide", t(Key::Save), store))
}
