//! The case at a glance: its number, the next sensible thing, and a tile for each part with how far
//! it has come. A pure view.

use super::brief::{int, place};
use super::next::{Next, fix, next};
use crate::ui::dom::{El, el};
use crate::ui::parts::{h1, link, pic, screen};
use crate::words::{Key, fill, say, t};
use case::State;
use guide::Pack;
use std::rc::Rc;

/// What the hub is told besides the state.
pub struct Hub {
    /// The guides, when there are any.
    pub pack: Option<&'static Pack>,
    /// How far saving and sending have come, in words.
    pub sent: String,
    /// This device has no camera to offer.
    pub no_camera: bool,
    /// Smoke or smell was noticed only now.
    pub smoke: Rc<dyn Fn()>,
}

/// The hub on its screen.
pub fn hub(hub: &Hub, state: &State) -> El {
    let mut body =
        screen("screen hub").add(h1(t(if state.fire { Key::HubFire } else { Key::HubTitle })));
    if !state.number.is_empty() {
        let number = case::number::grouped(&state.number);
        body = body.add(
            el("p")
                .class("number-line")
                .text(t(Key::CaseNumber))
                .text(" ")
                .add(el("b").text(&number)),
        );
    }
    body = body.maybe(hub.pack.map(|pack| next_button(pack, state)));
    body.add(tiles(hub, state))
}

fn next_button(pack: &'static Pack, state: &State) -> El {
    let (href, text) = match next(pack, state) {
        Next::Evacuate => (String::from("#evacuate"), String::from(t(Key::ToEvacuate))),
        Next::HandOver => (String::from("#handover"), String::from(t(Key::HandTitle))),
        Next::Guide(id) => {
            let title = pack.guides.iter().find(|g| g.id == id).map_or("", |g| say(&g.title));
            (guide_href(&id), fill(Key::GoOnWith, &[title]))
        }
    };
    link("btn lamp next", &href, &text)
}

fn guide_href(id: &str) -> String {
    let mut href = String::from("#guide/");
    href.push_str(id);
    href
}

fn tiles(hub: &Hub, state: &State) -> El {
    let mut tiles = el("nav").class("tiles").attr("aria-label", t(Key::HubTitle));
    let none = || String::from(t(Key::NotYet));
    tiles =
        tiles.add(tile("#where", "km-post", t(Key::PlaceTitle), place(state).unwrap_or_else(none)));
    if !state.fire {
        let what = state.answers.iter().find(|a| a.g == "what").map(|a| a.said.clone());
        tiles = tiles.add(tile(
            "#what",
            "light-amber",
            t(Key::WhatHappened),
            what.unwrap_or_else(none),
        ));
        tiles = tiles.maybe(fix_tile(hub.pack, state));
        if !hub.no_camera {
            let n = state.photos.len() as i64;
            let photos = if n == 0 { none() } else { fill(Key::PhotoCount, &[&int(n)]) };
            tiles = tiles.add(tile("#photos", "photo", t(Key::PhotoTitle), photos));
        }
    }
    tiles = tiles.add(tile("#handover", "phone", t(Key::HandTitle), hub.sent.clone()));
    let last = state.messages.last().map(|m| m.text.chars().take(40).collect());
    tiles = tiles.add(tile("#messages", "other", t(Key::Messages), last.unwrap_or_else(none)));
    if !state.fire {
        let smoke = hub.smoke.clone();
        tiles = tiles.add(
            el("button")
                .attr("type", "button")
                .class("tile red")
                .press(move || smoke())
                .add(pic("fire-smoke"))
                .add(el("span").class("name").text(t(Key::SmokeNow))),
        );
    }
    tiles
}

/// The guide that helps with what happened; before that is known, the one that is asked for most.
fn fix_tile(pack: Option<&'static Pack>, state: &State) -> Option<El> {
    let pack = pack?;
    let id = fix(pack, state).unwrap_or_else(|| "chargeport".into());
    let guide = pack.guides.iter().find(|g| g.id == id)?;
    let run = state.run(&id);
    let so_far = match run {
        Some(run) if run.ended.is_some() => run.said.clone(),
        Some(_) => String::from(t(Key::Begun)),
        None => String::from(t(Key::NotYet)),
    };
    let picture = if id == "chargeport" { "plug-stuck" } else { "battery12v" };
    let first = guide.steps.iter().find(|s| s.id == guide.start).map_or("", |s| s.pic.as_str());
    let picture = if first.is_empty() { picture } else { first };
    Some(tile(&guide_href(&id), picture, say(&guide.title), so_far))
}

fn tile(href: &str, picture: &str, name: &str, so_far: String) -> El {
    el("a").class("tile").attr("href", href).add(pic(picture)).add(
        el("span")
            .class("what")
            .add(el("span").class("name").text(name))
            .add(el("span").class("so-far").text(&so_far)),
    )
}
