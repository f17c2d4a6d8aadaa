//! The bar of a call: who sees what, how good the line is, pause, microphone, end. It stays in reach
//! on every screen and lies over nothing.

use super::{Video, Wish};
use crate::call::session::{Phase, Shown};
use crate::call::show;
use crate::driver::app::set_root_data;
use crate::react::*;
use crate::ui::El;
use crate::ui::dom::{computed, el, leaving};
use crate::ui::parts::{button, link, p};
use crate::words::{self, Key, fill, t};
use std::rc::Rc;
use wasm_bindgen::JsCast;

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
    el("section")
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
            (state.with(|_| ()), words::lang());
            untrack(|| buttons(&keys))
        })
        .add(voice(video))
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
    let theirs = shown
        .theirs
        .map(|(_, _, rung)| el("span").text(&fill(Key::CallReceives, &[show::rung(rung)])));
    let quality = el("p").class("call-line").add(line).add(el("span").class("sends").text(&what));
    told.add(quality.maybe(theirs)).maybe(trouble).maybe(photo)
}

fn sentence(agent: &str, shown: &Shown, wish: Wish) -> String {
    let key = match (shown.phase, wish) {
        (Phase::Unable, _) => Key::CallUnable,
        (_, Wish::Paused) => Key::CallPaused,
        (Phase::Ended, Wish::Off) => Key::CallEnded,
        (_, Wish::Off) if shown.asked => Key::CallAsked,
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
