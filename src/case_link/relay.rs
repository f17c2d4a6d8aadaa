//! Asks the server for the relays of a call.

use super::http::{Ask, Slot};
use super::inner::Inner;
use super::outbox::case_path;
use crate::js;
use case::message::Relay;
use wasm_bindgen::JsValue;

/// A call is not kept waiting for it longer than this, milliseconds.
const PATIENCE: i32 = 6_000;

impl Inner {
    /// See `CaseLink::relay`.
    pub async fn relay(&self) -> Option<Relay> {
        let path = case_path(&self.case()?, "/relay");
        let ask = Ask {
            method: "GET",
            path: &path,
            token: &self.token,
            body: JsValue::UNDEFINED,
            range: None,
            ms: PATIENCE,
        };
        let reply = Slot::default().ask(ask).await.filter(|reply| reply.status == 200)?;
        js::read(&reply.text).ok()
    }
}
