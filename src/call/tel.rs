//! Notices when a tap on a number brought up no call: some embedded views ignore `tel:` in silence.
//! It never stands between the tap and the browser.

use crate::device::camera::pause;
use crate::ui::dom::{listen, page, task, window};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;

/// A dialler comes up within this time, milliseconds.
const SOON: i32 = 1500;

/// Calls `missed` with the digits when, after a tap on a number, the page is neither left nor
/// covered. Lives until the owner is cleaned up.
pub fn watch(missed: impl Fn(String) + 'static) {
    let missed = Rc::new(missed);
    let left = Rc::new(Cell::new(false));
    for (target, event) in [
        (web_sys::EventTarget::from(window()), "blur"),
        (web_sys::EventTarget::from(window()), "pagehide"),
        (web_sys::EventTarget::from(page()), "visibilitychange"),
    ] {
        let left = left.clone();
        listen(&target, event, move |_| left.set(true));
    }
    listen(&page(), "click", move |event| {
        let target = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
        let link = target.and_then(|t| t.closest("a[href^='tel:']").ok().flatten());
        let Some(href) = link.and_then(|l| l.get_attribute("href")) else { return };
        left.set(false);
        let (left, missed) = (left.clone(), missed.clone());
        task(async move {
            pause(SOON).await;
            if !left.get() && !page().hidden() {
                missed(crate::ui::text::after(&href, "tel:").into());
            }
        });
    });
}
