//! Keeps the screen from going dark while a step is being read or done. The browser takes the
//! lock away whenever the page is hidden; it is asked for again when the page is seen again.
//!
//! Where there is no wake lock nothing happens: it is a help, never a condition.

use super::loose::{ask, call, get, navigator};
use std::cell::{Cell, RefCell};
use wasm_bindgen::prelude::*;

thread_local! {
    static WANTED: Cell<bool> = const { Cell::new(false) };
    static LISTENING: Cell<bool> = const { Cell::new(false) };
    static HELD: RefCell<Option<JsValue>> = const { RefCell::new(None) };
}

/// Asks for the lock, or gives it back.
pub fn want(wanted: bool) {
    if WANTED.with(|w| w.replace(wanted)) == wanted {
        return;
    }
    if wanted {
        listen();
        take();
    } else if let Some(lock) = HELD.with(|h| h.borrow_mut().take()) {
        call(&lock, "release", &[]);
    }
}

fn take() {
    let Some(wake) = get(&navigator(), "wakeLock") else { return };
    wasm_bindgen_futures::spawn_local(async move {
        let Some(lock) = ask(&wake, "request", &[JsValue::from_str("screen")]).await else {
            return;
        };
        // The answer may come after the wish has gone.
        if WANTED.with(Cell::get) {
            let old = HELD.with(|h| h.borrow_mut().replace(lock));
            if let Some(old) = old {
                call(&old, "release", &[]);
            }
        } else {
            call(&lock, "release", &[]);
        }
    });
}

fn listen() {
    if LISTENING.with(|l| l.replace(true)) {
        return;
    }
    let again = Closure::<dyn FnMut()>::new(|| {
        let hidden = web_sys::window().and_then(|w| w.document()).is_none_or(|d| d.hidden());
        if WANTED.with(Cell::get) && !hidden {
            take();
        }
    });
    if let Some(document) = web_sys::window().and_then(|w| w.document()) {
        let _ = document
            .add_event_listener_with_callback("visibilitychange", again.as_ref().unchecked_ref());
    }
    // One listener for the life of the page.
    again.forget();
}
