//! What the page is told by the browser: the network came or went, the page is in front again.
//! Only listens; what follows from it is decided elsewhere.

use wasm_bindgen::prelude::*;
use web_sys::{EventTarget, VisibilityState};

/// Events of the window after which sending and receiving are tried at once.
const WINDOW: [&str; 4] = ["online", "offline", "pageshow", "focus"];
/// Events of the document.
const DOCUMENT: [&str; 2] = ["visibilitychange", "resume"];

/// The listeners; taken away when dropped.
pub struct Page {
    targets: Vec<(EventTarget, &'static str)>,
    change: Closure<dyn FnMut()>,
}

impl Page {
    /// Calls `change` after each of the events.
    pub fn listen(change: impl FnMut() + 'static) -> Page {
        let change = Closure::<dyn FnMut()>::new(change);
        let mut targets: Vec<(EventTarget, &'static str)> = Vec::new();
        if let Some(window) = web_sys::window() {
            if let Some(document) = window.document() {
                targets.extend(DOCUMENT.map(|name| (document.clone().into(), name)));
            }
            targets.extend(WINDOW.map(|name| (window.clone().into(), name)));
        }
        for (target, name) in &targets {
            let call = change.as_ref().unchecked_ref();
            let _ = target.add_event_listener_with_callback(name, call);
        }
        Page { targets, change }
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        for (target, name) in &self.targets {
            let call = self.change.as_ref().unchecked_ref();
            let _ = target.remove_event_listener_with_callback(name, call);
        }
    }
}

/// Whether the browser believes that there is a network. `true` promises nothing.
pub fn online() -> bool {
    web_sys::window().is_none_or(|w| w.navigator().on_line())
}

/// Whether the page is in front.
pub fn visible() -> bool {
    let document = web_sys::window().and_then(|w| w.document());
    document.is_none_or(|d| d.visibility_state() != VisibilityState::Hidden)
}

/// Asks the browser not to throw the store away when space is short. The answer changes nothing.
pub fn ask_to_persist() {
    if let Some(window) = web_sys::window() {
        // `storage` is absent outside secure contexts.
        let navigator = window.navigator();
        let there = js_sys::Reflect::get(&navigator, &"storage".into());
        if there.is_ok_and(|s| s.is_object())
            && let Ok(asked) = navigator.storage().persist()
        {
            super::time::spawn(Box::pin(async move {
                let _ = wasm_bindgen_futures::JsFuture::from(asked).await;
            }));
        }
    }
}
