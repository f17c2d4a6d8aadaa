//! The server in the page (`server.js`), and waiting for what happens by itself.

use js_sys::{Function, Promise};
use nightwatch::case_link::{CaseLink, mint};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Puts a fresh server in the place of `fetch`; its faults follow from the seed.
pub fn start(seed: u32) {
    let make = js_sys::eval(include_str!("server.js")).expect("server.js is a function");
    let make: Function = make.unchecked_into();
    make.call1(&JsValue::NULL, &seed.into()).expect("the server starts");
}

/// Evaluates an expression about `fake`.
pub fn js(expression: &str) -> JsValue {
    js_sys::eval(expression).unwrap_or_else(|e| panic!("{expression}: {e:?}"))
}

/// As [`js`], for a number.
pub fn number(expression: &str) -> f64 {
    js(expression).as_f64().unwrap_or_else(|| panic!("{expression} is no number"))
}

/// As [`js`], for a text.
pub fn text(expression: &str) -> String {
    js(expression).as_string().unwrap_or_else(|| panic!("{expression} is no text"))
}

/// Waits.
pub async fn sleep(ms: i32) {
    let wait = Promise::new(&mut |go, _| {
        let window = web_sys::window().expect("a window");
        let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&go, ms);
    });
    let _ = JsFuture::from(wait).await;
}

/// Waits until something is so, at most `ms` milliseconds.
pub async fn until(what: &str, ms: i64, mut so: impl FnMut() -> bool) {
    let end = mint::now() + ms;
    while !so() {
        assert!(mint::now() < end, "not within {ms} ms: {what}");
        sleep(5).await;
    }
}

/// A device of its own: a database that no other test uses.
pub fn device() -> String {
    let mut name = String::from("test-");
    name.push_str(&mint::uuid());
    name
}

/// A further handle on a device: a new page after a kill, or another tab.
pub async fn page(device: &str) -> CaseLink {
    let link = CaseLink::open_as(device).await;
    link.go();
    link
}

/// Does several things at once; the results in their order.
pub async fn all<'a, T>(work: Vec<Pin<Box<dyn Future<Output = T> + 'a>>>) -> Vec<T> {
    let mut work: Vec<_> = work.into_iter().map(|w| (Some(w), None)).collect();
    poll_fn(|cx| {
        for (running, done) in &mut work {
            if let Some(w) = running
                && let Poll::Ready(value) = w.as_mut().poll(cx)
            {
                *running = None;
                *done = Some(value);
            }
        }
        match work.iter().all(|(_, done)| done.is_some()) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    })
    .await;
    work.into_iter().filter_map(|(_, done)| done).collect()
}
