//! The limits of one incoming event, checked before it reaches a store. Pure.
//!
//! Who may say what is not decided here (`case::may`), nor order and duplicates (`case::ledger`).

use super::Incoming;
use case::event::{Body, Envelope, Event, Mark};
use case::id::{is_sha256, is_uuid};
use case::json::Json;
use case::message::{MAX_EVENT, MAX_TEXT};
use case::wire::{Node as _, Put as _};
use serde_json::Value;

/// Elements that a list may have.
const MAX_LIST: usize = 64;
/// Numbers that the points of one mark may have: 512 points.
const MAX_POINTS: usize = 1024;
/// Levels of lists and objects inside each other.
const MAX_DEPTH: usize = 8;
/// Characters of names that code gives: guides, steps, choices, regions.
const MAX_NAME: usize = 128;
/// Bytes that a photo may have.
pub const MAX_PHOTO: u64 = 12 << 20;

/// Reads one element of a batch.
pub fn incoming(value: &Value) -> Incoming {
    let id = identity(value);
    let refused = |why: &str| Incoming::Refused { id: id.clone(), why: why.into() };
    let envelope = match case::upcast::envelope(value) {
        Ok(envelope) => envelope,
        Err(bad) => return refused(&format!("not readable: {bad}")),
    };
    match check(&envelope) {
        Ok(()) => Incoming::Fine(envelope),
        Err(why) => refused(&why),
    }
}

fn identity(value: &Value) -> Option<(String, String, u64)> {
    let k = value.field("k")?.text().filter(|k| is_uuid(k))?;
    let d = value.field("d")?.text().filter(|d| is_uuid(d))?;
    let n = u64::try_from(value.field("n")?.int()?).ok()?;
    Some((k, d, n))
}

/// Whether an envelope is within the limits; if not, which one it breaks.
pub fn check(envelope: &Envelope) -> Result<(), String> {
    if !is_uuid(&envelope.k) || !is_uuid(&envelope.d) {
        return Err("k and d must be UUIDs".into());
    }
    let mut text = String::new();
    envelope.b.put(&mut text);
    if text.len() > MAX_EVENT {
        return Err(format!("more than {MAX_EVENT} bytes"));
    }
    let tree = match &envelope.b {
        Body::Unknown(json) => json.clone(),
        Body::Known(_) => {
            let value: Value = serde_json::from_str(&text).map_err(|e| e.to_string())?;
            Json::copy(&value)
        }
    };
    limits(&tree, "", 0)?;
    match &envelope.b {
        Body::Known(event) => meaning(event),
        Body::Unknown(_) => Ok(()),
    }
}

fn limits(json: &Json, key: &str, depth: usize) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Err("too deep".into());
    }
    match json {
        Json::Text(text) if text.chars().count() > MAX_TEXT => {
            Err(format!("{key}: more than {MAX_TEXT} characters"))
        }
        Json::List(items) => {
            let max = if key == "at" { MAX_POINTS } else { MAX_LIST };
            if items.len() > max {
                return Err(format!("{key}: more than {max} elements"));
            }
            items.iter().try_for_each(|v| limits(v, key, depth + 1))
        }
        Json::Map(map) => {
            if map.len() > MAX_LIST {
                return Err(format!("{key}: more than {MAX_LIST} members"));
            }
            map.iter().try_for_each(|(k, v)| limits(v, k, depth + 1))
        }
        _ => Ok(()),
    }
}

fn name(text: &str, what: &str) -> Result<(), String> {
    let good = |c: char| c.is_ascii_alphanumeric() || "-_.:/+".contains(c);
    match !text.is_empty() && text.len() <= MAX_NAME && text.chars().all(good) {
        true => Ok(()),
        false => Err(format!("{what} is not a name")),
    }
}

fn sets(sets: &[String]) -> Result<(), String> {
    let good = |set: &String| set.len() <= 2 * MAX_NAME && set.contains('=');
    match sets.iter().all(good) {
        true => Ok(()),
        false => Err("sets: not name=value".into()),
    }
}

fn id(id: &str) -> Result<(), String> {
    match is_uuid(id) {
        true => Ok(()),
        false => Err("id is not a UUID".into()),
    }
}

fn points(marks: &[Mark]) -> Result<(), String> {
    match marks.iter().all(|m| m.at.len() % 2 == 0) {
        true => Ok(()),
        false => Err("at: half a point".into()),
    }
}

fn meaning(event: &Event) -> Result<(), String> {
    match event {
        Event::Opened { number, region, lang, .. } => {
            if case::number::parse(number).as_deref() != Some(number) {
                return Err("number: the check digit does not fit".into());
            }
            name(region, "region")?;
            name(lang, "lang")
        }
        Event::Spoke { lang } => name(lang, "lang"),
        Event::Moved { region } => name(region, "region"),
        Event::Started { g, ed } => name(g, "g").and(name(ed, "ed")),
        Event::Answered { g, q, a, sets: s, .. } => {
            name(g, "g").and(name(q, "q")).and(name(a, "a")).and(sets(s))
        }
        Event::Ended { g, q, d, sets: s, .. } => {
            name(g, "g").and(name(q, "q")).and(name(d, "d")).and(sets(s))
        }
        Event::Placed { place } => match place.sane() {
            true => Ok(()),
            false => Err("place: not a point on Earth".into()),
        },
        Event::Photo { id: photo, sha, size, w, h, .. } => {
            id(photo)?;
            let side = |v: &u32| (1..=vision::header::MAX_SIDE).contains(v);
            match is_sha256(sha)
                && (1..=MAX_PHOTO).contains(&u64::from(*size))
                && side(w)
                && side(h)
            {
                true => Ok(()),
                false => Err("photo: hash, size or dimensions".into()),
            }
        }
        Event::Marked { id: photo, marks } => id(photo).and(points(marks)),
        Event::Drawn { id: photo, m, marks } => id(photo).and(id(m)).and(points(marks)),
        Event::Asked { scopes } | Event::Granted { scopes, .. } if scopes.is_empty() => {
            Err("scopes: none".into())
        }
        Event::Granted { agent, .. } => match agent.trim().is_empty() {
            true => Err("agent: consent is to a person".into()),
            false => Ok(()),
        },
        Event::Proposed { g, q } => name(g, "g").and(name(q, "q")),
        Event::Ordered { kmh, km, stops, facts, .. } => {
            let within = (5..=80).contains(kmh) && (1..=100).contains(km) && !stops.is_empty();
            match within {
                true => facts.iter().try_for_each(|fact| name(fact, "facts")),
                false => Err("an order has 5 to 80 km/h, 1 to 100 km, and when to stop".into()),
            }
        }
        Event::Closed { d, .. } if !d.is_empty() => name(d, "d"),
        Event::Frozen { id: photo } if photo.is_empty() => Ok(()),
        Event::Frozen { id: photo } => id(photo),
        Event::Noted { id: photo, .. } if photo.is_empty() => Ok(()),
        Event::Noted { id: photo, .. } | Event::Dropped { id: photo } => id(photo),
        Event::Called { to } => {
            let dials = |c: char| c.is_ascii_digit() || "+*#- ".contains(c);
            match to.len() <= 32 && to.chars().all(dials) {
                true => Ok(()),
                false => Err("to: not a number to dial".into()),
            }
        }
        Event::Power { percent: Some(101..), .. } => Err("percent: over 100".into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const K: &str = "01923456-789a-7fff-bfff-ffffffffffff";

    fn read(b: Value) -> Result<Envelope, String> {
        let value = json!({"v": 1, "k": K, "d": K, "n": 1, "at": 5, "b": b});
        match incoming(&value) {
            Incoming::Fine(envelope) => Ok(envelope),
            Incoming::Refused { id, why } => {
                assert_eq!(id, Some((K.into(), K.into(), 1)));
                Err(why)
            }
        }
    }

    #[test]
    fn limits_are_limits() {
        let said = |n| read(json!({"t": "said", "text": "停".repeat(n)}));
        assert!(said(MAX_TEXT).is_ok());
        assert!(said(MAX_TEXT + 1).is_err());
        let stroke = |n: usize| {
            let mark = json!({"shape": "stroke", "at": vec![1; n]});
            read(json!({"t": "marked", "id": K, "marks": [mark]}))
        };
        assert!(stroke(1024).is_ok());
        assert!(stroke(1026).is_err());
        assert!(stroke(3).is_err());
        let marks = |n| {
            let mark = json!({"shape": "words", "at": [1, 2]});
            read(json!({"t": "marked", "id": K, "marks": vec![mark; n]}))
        };
        assert!(marks(64).is_ok());
        assert!(marks(65).is_err());
    }

    #[test]
    fn nonsense_is_named() {
        let opened =
            json!({"t": "opened", "number": "123", "region": "cn", "lang": "zh", "face": "phone"});
        assert!(read(opened).unwrap_err().contains("check digit"));
        let place = json!({"t": "placed", "place": {"how": "device", "lat_e7": 1}});
        assert!(read(place).unwrap_err().contains("Earth"));
        assert!(read(json!({"t": "called", "to": "javascript:1"})).is_err());
        assert!(read(json!({"t": "dropped", "id": "../x"})).is_err());
        assert!(read(json!({"t": "said"})).unwrap_err().contains("not readable"));
        assert!(read(json!({"text": "no kind"})).is_err());
        assert!(matches!(incoming(&json!([1, 2])), Incoming::Refused { id: None, .. }));
    }

    #[test]
    fn kinds_of_a_newer_build_are_kept_within_the_limits() {
        let ok = read(json!({"t": "hologram", "rays": [1, 2]})).unwrap();
        assert!(matches!(ok.b, Body::Unknown(_)));
        assert!(read(json!({"t": "hologram", "x": "a".repeat(4001)})).is_err());
        let mut deep = json!(1);
        for _ in 0..10 {
            deep = json!([deep]);
        }
        assert!(read(json!({"t": "hologram", "x": deep})).is_err());
    }
}
