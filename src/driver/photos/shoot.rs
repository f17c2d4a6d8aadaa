//! The camera in the page: live picture, shutter, lamp. It keeps nothing.

use super::develop;
use super::take::{Stage, Take, file_button};
use crate::device::{camera, torch};
use crate::react::on_cleanup;
use crate::ui::El;
use crate::ui::dom::{el, listen, page, task};
use crate::ui::parts::{button, p};
use crate::ui::slot::Slot;
use crate::words::{Key, t};
use wasm_bindgen::JsCast;
use web_sys::HtmlVideoElement;

/// What the view shows of the camera.
#[derive(Clone, Copy, Default)]
struct Seen {
    /// Pictures come.
    live: bool,
    /// The lamp: on, off, or none there.
    lamp: Option<bool>,
}

/// The live picture. When none comes, [`Stage::NoCamera`].
pub fn camera_view(take: &Take) -> El {
    let seen = Slot::new(Seen::default());
    let video = el("video").attr("playsinline", "").attr("muted", "").attr("autoplay", "");
    let node: HtmlVideoElement = video.node().clone().unchecked_into();
    start(take, &node, &seen);
    on_cleanup(|| camera::flow(false));
    // A hidden page has no use for the camera, and some phones take it away anyhow. The view
    // stays: what is hidden may be the phone's own file chooser, called from here.
    let (again, shown, resumed) = (take.clone(), node.clone(), seen.clone());
    listen(&page(), "visibilitychange", move |_| {
        if page().hidden() {
            resumed.set(Seen::default());
            camera::close();
        } else {
            start(&again, &shown, &resumed);
        }
    });
    let (ready, waiting, shot) = (seen.clone(), seen.clone(), take.clone());
    let shutter = el("button")
        .attr("type", "button")
        .class("shutter")
        .attr("aria-label", t(Key::PhotoShoot))
        .live(move |e| {
            let _ = e.toggle_attribute_with_force("disabled", !ready.get().live);
        })
        .on("click", move |_| {
            if let Some(canvas) = develop::from_video(&node, shot.side()) {
                shot.show(canvas);
            }
        });
    let wait = p("wait", t(Key::PhotoStarting)).live(move |e| {
        let _ = e.toggle_attribute_with_force("hidden", waiting.get().live);
    });
    let row = el("div").class("trigger").add(file_button(take, "btn", Key::PhotoFile, false));
    el("div")
        .class("viewer")
        .add(el("div").class("frame-box live").add(video.attr("aria-hidden", "true")).add(wait))
        .add(row.add(shutter).dynamic(move || lamp(&seen)))
}

fn lamp(seen: &Slot<Seen>) -> El {
    let Some(on) = seen.get().lamp else { return el("i") };
    let press = seen.clone();
    let press = move || {
        let seen = press.clone();
        task(async move {
            let Some(track) = camera::running_track() else { return };
            let obeyed = torch::set(&track, !on).await;
            seen.change(|seen| seen.lamp = obeyed.then_some(!on));
        });
    };
    let pressed = if on { "true" } else { "false" };
    button("btn", t(Key::PhotoTorch), press).attr("aria-pressed", pressed)
}

fn start(take: &Take, video: &HtmlVideoElement, seen: &Slot<Seen>) {
    let (take, video, seen) = (take.clone(), video.clone(), seen.clone());
    task(async move {
        let opened = camera::open().await;
        if !seen.shown() {
            // The screen went while the browser asked.
            return camera::close();
        }
        let came = match opened {
            Ok(stream) => {
                camera::flow(true);
                let lamp = camera::track(&stream).filter(torch::can).map(|_| false);
                seen.change(|seen| seen.lamp = lamp);
                camera::show(&stream, &video).await
            }
            Err(trouble) => Err(trouble),
        };
        match came {
            Ok(()) => seen.change(|seen| seen.live = true),
            Err(trouble) if seen.shown() && !page().hidden() => {
                camera::close();
                take.stage.set(Stage::NoCamera(trouble));
            }
            Err(_) => {}
        }
    });
}
