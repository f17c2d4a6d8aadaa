//! Requests to our own server: a time limit, a way to stop them, and a strict eye on who
//! answers. Decides nothing about trying again.

use super::mint;
use super::store::Later;
use super::time::within;
use crate::js;
use case::message::Refusal;
use case::wire::Get as _;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, RequestCache, RequestCredentials, RequestInit, RequestRedirect,
    Response,
};

/// A request.
pub struct Ask<'a> {
    /// `GET`, `HEAD`, `POST`, `PUT`.
    pub method: &'a str,
    /// Path from the root of this site.
    pub path: &'a str,
    /// This device's token.
    pub token: &'a str,
    /// Text or a Blob; undefined for none.
    pub body: JsValue,
    /// `Content-Range` of a piece.
    pub range: Option<&'a str>,
    /// Milliseconds until it is given up.
    pub ms: i32,
}

/// An answer, whoever gave it.
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Body.
    pub text: String,
    /// Headers.
    pub headers: Headers,
    /// Milliseconds it took.
    pub took: i64,
}

impl Reply {
    /// The body as a refusal of our server.
    pub fn refusal(&self) -> Option<Refusal> {
        match self.status {
            200..=299 => None,
            _ => js::parse(&self.text).and_then(|json| Refusal::get(&json).ok()),
        }
    }
}

/// Holds the request under way, so that it can be stopped.
#[derive(Default)]
pub struct Slot(RefCell<Option<AbortController>>);

impl Slot {
    /// Stops the request under way, if there is one.
    pub fn stop(&self) {
        if let Some(running) = self.0.borrow_mut().take() {
            running.abort();
        }
    }

    /// Sends a request. `None` when no answer came, for whatever reason.
    pub fn ask<'a>(&'a self, ask: Ask<'a>) -> Later<'a, Option<Reply>> {
        Box::pin(async move {
            let window = web_sys::window()?;
            let stop = AbortController::new().ok()?;
            let init = RequestInit::new();
            init.set_method(ask.method);
            init.set_signal(Some(&stop.signal()));
            init.set_cache(RequestCache::NoStore);
            // An agent's cookie in the same browser must not make the driver's events an agent's.
            init.set_credentials(RequestCredentials::Omit);
            // Ours never redirects; a network's log-in page does.
            init.set_redirect(RequestRedirect::Error);
            let headers = Headers::new().ok()?;
            let mut bearer = String::from("Bearer ");
            bearer.push_str(ask.token);
            headers.set("Authorization", &bearer).ok()?;
            if ask.body.is_string() {
                headers.set("Content-Type", "application/json").ok()?;
            }
            if let Some(range) = ask.range {
                headers.set("Content-Range", range).ok()?;
            }
            init.set_headers(&headers);
            init.set_body(&ask.body);
            *self.0.borrow_mut() = Some(stop.clone());
            let began = mint::now();
            let fetch = read(window.fetch_with_str_and_init(ask.path, &init));
            let answer = within(ask.ms, fetch).await;
            if answer.is_none() {
                stop.abort();
            }
            let mut held = self.0.borrow_mut();
            if held.as_ref() == Some(&stop) {
                *held = None;
            }
            let (response, text) = answer?.ok()?;
            Some(Reply {
                status: response.status(),
                text,
                headers: response.headers(),
                took: mint::now().saturating_sub(began).max(0),
            })
        })
    }
}

async fn read(fetch: js_sys::Promise) -> Result<(Response, String), JsValue> {
    let response: Response = JsFuture::from(fetch).await?.dyn_into()?;
    let text = JsFuture::from(response.text()?).await?;
    Ok((response, text.as_string().unwrap_or_default()))
}
