//! The service worker: keeps the page on the device. A newer build waits until somebody taps, and
//! is offered only while no case is open: nobody's floor is pulled away in the middle of a step.

use super::app::App;
use crate::device::loose::{ask, call, get, navigator};
use crate::react::*;
use crate::ui::dom::{listen, window};
use crate::ui::parts::button;
use crate::ui::{El, el};
use crate::words::{Key, t};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};

/// Registers the service worker and watches for a newer build.
pub fn watch(app: App) {
    let Some(workers) = get(&navigator(), "serviceWorker") else { return };
    crate::ui::dom::task(async move {
        let Some(it) = ask(&workers, "register", &[JsValue::from_str("sw.js")]).await else {
            return;
        };
        let controlled = get(&workers, "controller").is_some();
        if get(&it, "waiting").is_some() && controlled {
            app.newer.set(true);
        }
        let registration = it.clone();
        let found = Closure::<dyn FnMut()>::new(move || {
            let (Some(new), workers) = (get(&registration, "installing"), workers.clone()) else {
                return;
            };
            let worker = new.clone();
            let changed = Closure::<dyn FnMut()>::new(move || {
                let installed = get(&worker, "state").and_then(|s| s.as_string()).as_deref()
                    == Some("installed");
                // The first worker of a device is no news.
                if installed && get(&workers, "controller").is_some() {
                    app.newer.set(true);
                }
            });
            add(&new, "statechange", changed);
        });
        add(&it, "updatefound", found);
    });
}

fn add(target: &JsValue, event: &str, act: Closure<dyn FnMut()>) {
    if let Some(target) = target.dyn_ref::<web_sys::EventTarget>() {
        let _ = target.add_event_listener_with_callback(event, act.as_ref().unchecked_ref());
    }
    // Listeners of the service worker live as long as the page.
    act.forget();
}

/// The line that offers a newer build; empty while a case is open.
pub fn line(app: App) -> El {
    if !app.newer.get() || app.state.with(|s| !s.number.is_empty()) {
        return el("div");
    }
    el("div").class("notices").add(button("btn quiet", t(Key::NewVersion), move || {
        if let Some(workers) = get(&navigator(), "serviceWorker") {
            // The page is loaded again when the new worker has taken over, not before.
            if let Some(target) = workers.dyn_ref::<web_sys::EventTarget>() {
                listen(target, "controllerchange", |_| {
                    let _ = window().location().reload();
                });
            }
            crate::ui::dom::task(async move {
                if let Some(it) = ask(&workers, "getRegistration", &[]).await
                    && let Some(waiting) = get(&it, "waiting")
                {
                    call(&waiting, "postMessage", &[JsValue::from_str("update")]);
                }
            });
        }
    }))
}
