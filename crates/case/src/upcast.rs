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
    let version: u16 = need(node, "v")?;
    if version == VERSION {
        return Envelope::get(node);
    }
    let mut json = Json::copy(node);
    let Json::Map(map) = &mut json else {
        return Err(Bad("envelope"));
    };
    let mut body = map.remove("b").ok_or(Bad("b"))?;
    if version == 0 {
        return Err(Bad("v"));
    }
    if version > VERSION {
        map.insert(
            "b".into(),
            Json::Map([("t".into(), Json::Text("later".into()))].into_iter().collect()),
        );
        let mut envelope = Envelope::get(&json)?;
        envelope.b = Body::Unknown(body);
        return Ok(envelope);
    }
    for upcast in &UPCASTERS[usize::from(version) - 1..] {
        body = upcast(body);
    }
    map.insert("b".into(), body);
    map.insert("v".into(), Json::Int(i64::from(VERSION)));
    Envelope::get(&json)
}
