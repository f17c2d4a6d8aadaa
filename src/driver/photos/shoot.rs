//! The camera in the page: live picture, shutter, lamp. It keeps nothing.

use super::develop;
use super::take::{Stage, Take, file_button};
use crate::device::camera;
use crate::device::torch;
use crate::ui::El;
use crate::ui::dom::{el, listen, page};
use crate::ui::parts::{button, p};
use crate::words::{Key, t};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlVideoElement;

/// The live picture. When none comes, [`Stage::NoCamera`].
pub fn camera_view(take: Take) -> El {
    let live = RwSignal::new(false);
    let lamp = RwSignal::new(None::<bool>);
    let video = el("video")
        .attr("playsinline", "")
        .attr("muted", "")
        .attr("autoplay", "")
        .attr("aria-hidden", "true");
    let node: HtmlVideoElement = video.node().clone().unchecked_into();
    let shown = node.clone();
    start(take, shown.clone(), live, lamp);
    on_cleanup(|| light(false));
    // A hidden page has no use for the camera, and some phones take it away anyhow. The view
    // stays: what is hidden may be the phone's own file chooser, called from here.
    listen(&page(), "visibilitychange", move |_| {
        if page().hidden() {
            live.set(false);
            camera::close();
        } else {
            start(take, shown.clone(), live, lamp);
        }
    });
    let shutter = el("button")
        .attr("type", "button")
        .class("shutter")
        .attr("aria-label", t(Key::PhotoShoot))
        .live(move |e| {
            let _ = e.toggle_attribute_with_force("disabled", !live.get());
        })
        .on("click", move |_| {
            if let Some(canvas) = develop::from_video(&node, take.side()) {
                take.shown(canvas);
            }
        });
    el("div")
        .class("viewer")
        .add(el("div").class("frame-box live").add(video).add(
            p("wait", t(Key::PhotoStarting)).live(move |e| {
                let _ = e.toggle_attribute_with_force("hidden", live.get());
            }),
        ))
        .add(
            el("div")
                .class("trigger")
                .add(file_button(take, "btn", Key::PhotoFile, false))
                .add(shutter)
                .dynamic(move || match lamp.get() {
                    Some(on) => button("btn", t(Key::PhotoTorch), move || switch(lamp, !on))
                        .attr("aria-pressed", if on { "true" } else { "false" }),
                    None => el("i"),
                }),
        )
}

fn start(take: Take, video: HtmlVideoElement, live: RwSignal<bool>, lamp: RwSignal<Option<bool>>) {
    leptos::task::spawn_local(async move {
        let opened = camera::open().await;
        if live.try_get_untracked().is_none() {
            // The screen went while the browser asked.
            return camera::close();
        }
        let came = match opened {
            Ok(stream) => {
                light(true);
                let _ = lamp.try_set(camera::track(&stream).filter(torch::can).map(|_| false));
                camera::show(&stream, &video).await
            }
            Err(trouble) => Err(trouble),
        };
        match came {
            Ok(()) => {
                let _ = live.try_set(true);
            }
            Err(trouble) if live.try_get_untracked().is_some() && !page().hidden() => {
                camera::close();
                let _ = take.stage.try_set(Stage::NoCamera(trouble));
            }
            Err(_) => {}
        }
    });
}

/// Lets pictures flow, or stops them without giving the camera back.
fn light(on: bool) {
    if let Some(track) = camera::running().and_then(|s| camera::track(&s)) {
        track.set_enabled(on);
    }
}

fn switch(lamp: RwSignal<Option<bool>>, on: bool) {
    leptos::task::spawn_local(async move {
        let Some(track) = camera::running().and_then(|s| camera::track(&s)) else { return };
        let _ = lamp.try_set(torch::set(&track, on).await.then_some(on));
    });
}
