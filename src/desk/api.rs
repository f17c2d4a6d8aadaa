//! Requests to the server: the session's cookie goes with each, every answer is read into a wire
//! type or becomes a [`Fail`] that the screen can put into words. It knows no signals and keeps
//! nothing.

use case::message::{Fault, Refusal};
use case::{Bad, Get};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestCache, RequestCredentials, RequestInit, Response};

/// Longest wait for the answer to anything but a long poll, milliseconds.
const PATIENCE: i32 = 15_000;

/// Longest wait for a long poll that the server holds for [`HOLD`], milliseconds.
const POLL_PATIENCE: i32 = 40_000;

/// Seconds that the server may hold a long poll.
pub const HOLD: u32 = 25;

/// Why a request brought nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum Fail {
    /// No answer, or one of a gateway that cannot reach the server.
    Away,
    /// The session is over.
    Out,
    /// The server says no.
    Refused(Refusal),
    /// The answer is not what this page understands; the part that did not fit.
    Rubbish(&'static str),
}

impl Fail {
    /// The fault of a refusal.
    pub fn fault(&self) -> Option<Fault> {
        match self {
            Fail::Refused(refusal) => Some(refusal.fault),
            _ => None,
        }
    }
}

/// A request that can be broken off.
pub struct Call {
    controller: Option<AbortController>,
}

impl Default for Call {
    fn default() -> Call {
        Call { controller: AbortController::new().ok() }
    }
}

impl Call {
    /// What breaks it off, for whoever may want to.
    pub fn controller(&self) -> Option<AbortController> {
        self.controller.clone()
    }

    /// `GET`.
    pub async fn get<T: Get>(&self, path: &str) -> Result<T, Fail> {
        read(&self.send("GET", path, None, PATIENCE).await?)
    }

    /// `GET` that the server may hold until there is something new.
    pub async fn poll<T: Get>(&self, path: &str) -> Result<T, Fail> {
        read(&self.send("GET", path, None, POLL_PATIENCE).await?)
    }

    /// `POST` of a JSON text.
    pub async fn post<T: Get>(&self, path: &str, body: &str) -> Result<T, Fail> {
        read(&self.send("POST", path, Some(body), PATIENCE).await?)
    }

    /// `POST` whose answer has nothing to read.
    pub async fn tell(&self, path: &str, body: &str) -> Result<(), Fail> {
        self.send("POST", path, Some(body), PATIENCE).await.map(drop)
    }

    /// The text of a successful answer.
    async fn send(
        &self,
        method: &str,
        path: &str,
        body: Option<&str>,
        patience: i32,
    ) -> Result<String, Fail> {
        let window = web_sys::window().ok_or(Fail::Away)?;
        let init = RequestInit::new();
        init.set_method(method);
        init.set_credentials(RequestCredentials::SameOrigin);
        init.set_cache(RequestCache::NoStore);
        init.set_signal(self.controller.as_ref().map(AbortController::signal).as_ref());
        if let Some(body) = body {
            if let Ok(headers) = Headers::new() {
                let _ = headers.set("content-type", "application/json");
                init.set_headers(&headers);
            }
            init.set_body(&JsValue::from_str(body));
        }
        let deadline = self.deadline(patience);
        let answer = JsFuture::from(window.fetch_with_str_and_init(path, &init)).await;
        let response: Response =
            answer.map_err(|_| Fail::Away)?.dyn_into().map_err(|_| Fail::Away)?;
        let text = match response.text() {
            Ok(text) => JsFuture::from(text).await.map_err(|_| Fail::Away)?,
            Err(_) => return Err(Fail::Away),
        };
        if let Some(timer) = deadline {
            window.clear_timeout_with_handle(timer);
        }
        let text = text.as_string().unwrap_or_default();
        if response.ok() { Ok(text) } else { Err(refusal(response.status(), &text)) }
    }

    /// Breaks the request off when its time is over.
    fn deadline(&self, patience: i32) -> Option<i32> {
        let controller: &JsValue = self.controller.as_ref()?.as_ref();
        let abort = js_sys::Reflect::get(controller, &JsValue::from_str("abort")).ok()?;
        let abort: js_sys::Function = abort.dyn_into().ok()?;
        let abort = abort.bind0(controller);
        web_sys::window()?
            .set_timeout_with_callback_and_timeout_and_arguments_0(&abort, patience)
            .ok()
    }
}

fn read<T: Get>(text: &str) -> Result<T, Fail> {
    crate::js::read(text).map_err(|Bad(part)| Fail::Rubbish(part))
}

fn refusal(status: u16, text: &str) -> Fail {
    match crate::js::read::<Refusal>(text) {
        // Log-in and set-up answer 401 with their own reason; a reason to slow down is no log-out.
        Ok(refusal) if status != 401 || refusal.fault != Fault::Denied => Fail::Refused(refusal),
        _ if status == 401 => Fail::Out,
        Ok(refusal) => Fail::Refused(refusal),
        Err(_) if status >= 500 => Fail::Away,
        Err(Bad(part)) => Fail::Rubbish(part),
    }
}
