//! The live link where sockets are blocked: an event stream read with `fetch` (an `EventSource` cannot
//! carry a device's token), and `POST` for what is said. It passes texts on; what they mean is known
//! elsewhere.

use super::Hello;
use super::inbox::{Inbox, Piece};
use crate::case_link::time::{spawn, within};
use crate::js;
use case::Node as _;
use case::live::{MAX_SIGNALS, Signal, Signals};
use case::wire::{put_int, to_json};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, ReadableStreamDefaultReader, RequestCache, RequestCredentials,
    RequestInit, RequestRedirect, Response,
};

/// Milliseconds for what is said.
const PATIENCE: i32 = 8_000;
/// Signals that wait for the network at most; the oldest give way.
const MOST: usize = 256;

/// An open, or opening, stream; ended when dropped.
pub struct Stream(Rc<Inner>);

struct Inner {
    case: String,
    token: String,
    stop: AbortController,
    inbox: Rc<Inbox>,
    conn: Cell<u32>,
    /// What is to be said; a beat besides.
    waiting: RefCell<Vec<Signal>>,
    beat: Cell<bool>,
    busy: Cell<bool>,
}

/// Begins to open one. `None` where the browser has no streams.
pub fn dial(hello: &Hello, inbox: &Rc<Inbox>) -> Option<Stream> {
    let inner = Rc::new(Inner {
        case: hello.case.clone(),
        token: hello.token.clone(),
        stop: AbortController::new().ok()?,
        inbox: inbox.clone(),
        conn: Cell::new(0),
        waiting: RefCell::default(),
        beat: Cell::new(false),
        busy: Cell::new(false),
    });
    let mut path = String::from("/stream?after=");
    put_int(hello.after as i64, &mut path);
    for (name, value) in [("&epoch=", &hello.epoch), ("&d=", &hello.d)] {
        path.push_str(name);
        path.push_str(&String::from(js_sys::encode_uri_component(value)));
    }
    let request = inner.request("GET", &path, None)?;
    let reading = inner.clone();
    spawn(Box::pin(async move {
        let _ = read(request, &reading.inbox).await;
        reading.inbox.push(Piece::End);
    }));
    Some(Stream(inner))
}

async fn read(request: js_sys::Promise, inbox: &Inbox) -> Result<(), JsValue> {
    let response: Response = JsFuture::from(request).await?.dyn_into()?;
    // Somebody else's page must not be read as ours, nor without end.
    let ours = response.headers().get("content-type")?;
    let ours = ours.is_some_and(|kind| kind.starts_with("text/event-stream"));
    let (true, Some(body)) = (response.ok() && ours, response.body()) else { return Ok(()) };
    let reader: ReadableStreamDefaultReader = body.get_reader().dyn_into()?;
    let decoder = web_sys::TextDecoder::new()?;
    let go_on = web_sys::TextDecodeOptions::new();
    go_on.set_stream(true);
    let mut text = String::new();
    loop {
        let piece = JsFuture::from(reader.read()).await?;
        let Ok(bytes) = js_sys::Reflect::get(&piece, &"value".into())?.dyn_into() else {
            return Ok(());
        };
        let bytes: js_sys::Uint8Array = bytes;
        text.push_str(&decoder.decode_with_buffer_source_and_options(&bytes, &go_on)?);
        while let Some((event, rest)) = text.split_once("\n\n") {
            inbox.push(match event.strip_prefix("data: ") {
                Some(message) => Piece::Text(message.into()),
                None => Piece::Alive,
            });
            text = rest.into();
        }
    }
}

async fn answer(request: js_sys::Promise) -> Result<(u16, String), JsValue> {
    let response: Response = JsFuture::from(request).await?.dyn_into()?;
    let text = JsFuture::from(response.text()?).await?;
    Ok((response.status(), text.as_string().unwrap_or_default()))
}

impl Stream {
    /// The number that the server gave to this stream.
    pub fn welcomed(&self, conn: u32) {
        self.0.conn.set(conn);
    }

    /// Says something; `None` is the beat. What is said while a request is under way goes together
    /// in the next one.
    pub fn say(&self, signal: Option<Signal>) {
        match signal {
            Some(signal) => {
                let mut waiting = self.0.waiting.borrow_mut();
                waiting.push(signal);
                let over = waiting.len().saturating_sub(MOST);
                waiting.drain(..over);
            }
            None => self.0.beat.set(true),
        }
        if !self.0.busy.replace(true) {
            let inner = self.0.clone();
            spawn(Box::pin(async move {
                while inner.go_on().await {}
                inner.busy.set(false);
            }));
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.0.waiting.borrow_mut().clear();
        self.0.beat.set(false);
        self.0.stop.abort();
    }
}

impl Inner {
    /// Sends what waits; whether there was anything and it arrived.
    async fn go_on(&self) -> bool {
        let signals: Vec<Signal> = {
            let mut waiting = self.waiting.borrow_mut();
            let some = waiting.len().min(MAX_SIGNALS);
            waiting.drain(..some).collect()
        };
        if signals.is_empty() && !self.beat.take() {
            return false;
        }
        let body = to_json(&Signals { conn: self.conn.get(), signals });
        let Some(request) = self.request("POST", "/signals", Some(&body)) else { return false };
        let answer = within(PATIENCE, answer(request)).await;
        match answer.and_then(Result::ok) {
            // After 429 nothing is tried again: what is newest is on its way anyhow.
            Some((200..=299 | 429, text)) => {
                self.inbox.push(Piece::Alive);
                self.relayed(&text);
                true
            }
            _ => {
                self.inbox.push(Piece::End);
                false
            }
        }
    }

    /// The answer, as the messages that a socket would bring.
    fn relayed(&self, text: &str) {
        let Some(relayed) = js::parse(text) else { return };
        for no in relayed.field("no").and_then(|no| no.items()).unwrap_or_default() {
            if let Ok(no) = js_sys::JSON::stringify(&no.0) {
                self.inbox.push(Piece::Text(no.into()));
            }
        }
        if let Some(now) = relayed.field("now").and_then(|now| now.int()) {
            let mut beat = String::from(r#"{"t":"beat","now":"#);
            put_int(now, &mut beat);
            beat.push('}');
            self.inbox.push(Piece::Text(beat));
        }
    }

    fn request(&self, method: &str, rest: &str, body: Option<&str>) -> Option<js_sys::Promise> {
        let init = RequestInit::new();
        init.set_method(method);
        init.set_signal(Some(&self.stop.signal()));
        init.set_cache(RequestCache::NoStore);
        init.set_redirect(RequestRedirect::Error);
        let headers = Headers::new().ok()?;
        if self.token.is_empty() {
            init.set_credentials(RequestCredentials::SameOrigin);
        } else {
            // An agent's cookie in the same browser must not make the driver an agent.
            init.set_credentials(RequestCredentials::Omit);
            headers.set("Authorization", &["Bearer ", &self.token].concat()).ok()?;
        }
        if let Some(body) = body {
            headers.set("Content-Type", "application/json").ok()?;
            init.set_body(&body.into());
        }
        init.set_headers(&headers);
        let path = ["/v1/cases/", &self.case, rest].concat();
        Some(web_sys::window()?.fetch_with_str_and_init(&path, &init))
    }
}
