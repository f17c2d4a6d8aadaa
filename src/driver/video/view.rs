//! The bar of a call: who sees what, how good the line is, pause, microphone, end. It stays in reach
//! on every screen and lies over nothing.

use super::{Video, Wish};
use crate::device::loose::{call, get, pause};
use crate::driver::app::set_root_data;
use crate::react::*;
use crate::rtc::session::{Phase, Shown};
use crate::rtc::show;
use crate::ui::El;
use crate::ui::dom::{computed, el, leaving, listen, page, task, watch, window};
use crate::ui::parts::{button, link, p};
use crate::words::{self, Key, fill, t};
use case::wire::put_int;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// The bar, with the own picture in it.
pub fn view(video: &Rc<Video>, own: El) -> El {
    set_root_data("call", "on");
    leaving(|| set_root_data("call", ""));
    let (saying, words, keys) = (video.clone(), video.clone(), video.clone());
    // Figures change every other second: of those nobody is told aloud.
    let said = p("", "").attr("role", "status").live(move |e| {
        let text = sentence(&saying.agent, &saying.session.shown(), saying.wish.get());
        if e.text_content().as_deref() != Some(text.as_str()) {
            e.set_text_content(Some(&text));
        }
    });
    let (shows, stands) = (video.clone(), video.clone());
    let state = computed(move || {
        let (wish, shown) = (stands.wish.get(), stands.session.shown());
        let part = |on: bool, mark| if on { mark } else { "" };
        let (mic, unable) = (part(shown.mic, "mic"), part(shown.phase == Phase::Unable, "unable"));
        [part(wish == Wish::On, "on"), part(wish == Wish::Paused, "paused"), mic, unable].concat()
    });
    let own = own.live(move |e| {
        let _ = e.toggle_attribute_with_force("hidden", !shows.shows.get());
    });
    let bar = el("section")
        .class("call")
        .live(|e| drop(e.set_attribute("aria-label", t(Key::CallTitle))))
        .add(
            el("div")
                .class("call-now")
                .add(own)
                .add(el("div").add(said).dynamic(move || rest(&words))),
        )
        .dynamic(move || {
            // Built anew only for other buttons: one that changes under a finger is not pressed.
            state.with(|_| ());
            words::lang();
            untrack(|| buttons(&keys))
        })
        .add(voice(video));
    fit(video, bar.node().clone());
    bar
}

/// Parts of the screen, in 1/100, that the whole bar may take.
const MOST: f64 = 30.0;

/// Gives the bar its room above every screen, however many lines its words take. Where they take too
/// many, only the buttons stay in place and the words go with the page.
fn fit(video: &Rc<Video>, bar: Element) {
    let fit: Rc<dyn Fn()> = Rc::new(move || {
        let bar = bar.clone();
        task(async move {
            // Measured when it is on the page, with what has just changed.
            pause(30).await;
            let parts = bar.children();
            let high = |n| parts.item(n).map_or(0.0, |e| e.get_bounding_client_rect().height());
            let (words, keys) = (high(0), high(1));
            let screen = window().inner_height().ok().and_then(|h| h.as_f64()).unwrap_or(0.0);
            if !bar.is_connected() {
                return;
            }
            let tall = words + keys > screen * MOST / 100.0;
            set_root_data("call", if tall { "tall" } else { "on" });
            let room = if tall { keys } else { bar.get_bounding_client_rect().height() };
            let mut height = String::new();
            put_int(room as i64 + 1, &mut height);
            height.push_str("px");
            if let Some(style) = page().document_element().and_then(|root| get(&root, "style")) {
                call(&style, "setProperty", &["--call".into(), height.into()]);
            }
        });
    });
    let again = fit.clone();
    listen(&window(), "resize", move |_| again());
    let video = video.clone();
    watch(move || {
        let _ = (video.session.shown(), video.wish.get(), video.trouble.get(), words::lang());
        fit();
    });
}

/// The agent's voice, where the agent chose to send it.
fn voice(video: &Rc<Video>) -> El {
    let audio = el("audio").attr("autoplay", "");
    video.session.play(audio.node().unchecked_ref());
    audio
}

/// Line and rung, what is wrong, and the way by photo.
fn rest(video: &Rc<Video>) -> El {
    let (shown, wish) = (video.session.shown(), video.wish.get());
    let told = el("div");
    let trouble = video.trouble.get().map(|key| p("warn", t(key)));
    let photo =
        shown.hopeless || shown.phase == Phase::Unable || shown.rung == case::live::Rung::Stills;
    let photo = photo.then(|| link("", "#photos/take/", t(Key::Photo)));
    if wish != Wish::On || shown.phase != Phase::Up {
        return told.maybe(trouble).maybe(photo);
    }
    let what = fill(Key::CallSends, &[show::rung(shown.rung)]);
    let line = show::measured(&shown.sample, true);
    let quality = el("p").class("call-line").add(line).add(el("span").class("sends").text(&what));
    told.add(quality).maybe(trouble).maybe(photo)
}

fn sentence(agent: &str, shown: &Shown, wish: Wish) -> String {
    let key = match (shown.phase, wish) {
        (Phase::Unable, _) => Key::CallUnable,
        (_, Wish::Paused) => Key::CallPaused,
        (_, Wish::Off) if shown.asked => Key::CallAsked,
        (Phase::Ended, Wish::Off) => Key::CallEnded,
        (_, Wish::Off) => Key::CallMay,
        _ if shown.hopeless => Key::CallHopeless,
        (Phase::Up, _) if shown.rung == case::live::Rung::Stills => Key::CallHopeless,
        (Phase::Up, _) => Key::CallSees,
        (Phase::Broken, _) => Key::CallBroken,
        _ => Key::CallComing,
    };
    fill(key, &[agent])
}

fn buttons(video: &Rc<Video>) -> El {
    let (wish, mic, unable) = {
        let shown = video.session.shown();
        (video.wish.get(), shown.mic, shown.phase == Phase::Unable)
    };
    let row = el("div").class("call-keys");
    let (begin, rest, end, sound) = (video.clone(), video.clone(), video.clone(), video.clone());
    let first = match wish {
        Wish::On => button("btn pause", t(Key::CallPause), move || rest.pause()),
        _ => {
            let text = if wish == Wish::Paused { Key::CallResume } else { Key::CallShow };
            button("btn lamp show", t(text), move || begin.show())
        }
    };
    let text = if mic { Key::CallMicOn } else { Key::CallMicOff };
    let mic = (wish == Wish::On).then(|| {
        button("btn mic", t(text), move || sound.sound(!mic))
            .attr("aria-pressed", if mic { "true" } else { "false" })
    });
    row.maybe((!unable).then_some(first)).maybe(mic).add(button(
        "btn end",
        t(Key::CallEnd),
        move || end.finish(),
    ))
}
