//! Old events in new builds. Each function turns the JSON of an event of version `i + 1` into
//! version `i + 2`; phones keep an outbox over an update, and logs live for years.

use crate::event::{Body, Envelope};
use crate::json::Json;
use crate::wire::{Bad, Get, Node, need};

type Upcast = fn(Json) -> Json;

/// One function for each retired version, oldest first.
const UPCASTERS: &[Upcast] = &[];

/// The version that this build writes.
pub const VERSION: u16 = UPCASTERS.len() as u16 + 1;

/// Reads an envelope of any version: older ones are brought up, newer ones keep their body
/// unread.
pub fn envelope<N: Node>(node: &N) -> Result<Envelope, Bad> {
    let v: u16 = need(node, "v")?;
    let body = node.field("b").ok_or(Bad("b"))?;
    let b = if v > VERSION {
        Body::Unknown(Json::copy(&body))
    } else if v == VERSION {
        Body::get(&body)?
    } else {
        // With nothing retired yet this is no code at all: readers over `Json` cost bytes.
        let retired = UPCASTERS.get(usize::from(v).wrapping_sub(1)..).ok_or(Bad("v"))?;
        if retired.is_empty() {
            return Err(Bad("v"));
        }
        let old = Json::copy(&body);
        Body::get(&retired.iter().fold(old, |json, upcast| upcast(json)))?
    };
    let (k, d) = (need(node, "k")?, need(node, "d")?);
    let (n, at) = (need(node, "n")?, need(node, "at")?);
    Ok(Envelope { v: v.max(VERSION), k, d, n, at, b })
}
