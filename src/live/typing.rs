//! Who writes a message at the moment. Said when it begins, again every few seconds, and when it ends;
//! believed for a few seconds, so that a page that is gone does not write for ever. What is written is
//! told by nobody before it is sent.

use super::here;
use crate::case_link::mint;
use crate::case_link::time::{spawn, within};
use crate::ui::value::Value;
use case::live::{Down, Signal};
use std::cell::Cell;

/// Milliseconds after which it is said again.
const AGAIN: i64 = 3_000;
/// Milliseconds for which it is believed.
const BELIEVED: i32 = 7_000;

thread_local! {
    static WRITER: Value<Option<String>> = Value::new(None);
    /// Counts what was heard, so that only the newest runs out.
    static HEARD: Cell<u32> = const { Cell::new(0) };
    /// When it was last said that somebody writes here; 0 when nobody does.
    static SAID: Cell<i64> = const { Cell::new(0) };
}

/// Listens as long as the page lives.
pub(super) fn listen() {
    let ear = here().hear(|down| {
        if let Down::Signal { who, s: Signal::Typing { on }, .. } = down {
            let n = HEARD.get().wrapping_add(1);
            HEARD.set(n);
            let writer = WRITER.with(|w| *w);
            writer.set(on.then(|| who.clone()));
            if *on {
                spawn(Box::pin(async move {
                    within(BELIEVED, std::future::pending::<()>()).await;
                    if HEARD.get() == n {
                        writer.set(None);
                    }
                }));
            }
        }
    });
    std::mem::forget(ear);
}

/// What is being written here has changed; empty when nothing is, or it was sent.
pub fn wrote(text: &str) {
    let (now, said, on) = (mint::now(), SAID.get(), !text.trim().is_empty());
    if on != (said != 0) || (on && !(0..AGAIN).contains(&(now - said))) {
        SAID.set(if on { now } else { 0 });
        here().send(Signal::Typing { on });
    }
}

/// Who writes on the other side: the name of an agent, empty for the driver. Tracked.
pub fn writer() -> Option<String> {
    WRITER.with(|w| *w).get()
}
