//! What crosses the wire: golden files, and both readers and both writers against each other.

#![allow(clippy::disallowed_methods, reason = "golden files are read from disk")]

mod support;

use case::json::Json;
use case::message::{Batch, Tail};
use case::wire::{Get, to_json};
use case::{State, Stored};
use proptest::prelude::*;
use serde_json::Value;
use support::both_ways;

#[test]
fn golden_files_of_every_version_read_write_and_fold() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    for version in 1..=case::upcast::VERSION {
        let dir = root.join(format!("v{version}"));
        let text =
            std::fs::read_to_string(dir.join("tail.json")).expect("a golden log for each version");
        let value: Value = serde_json::from_str(&text).expect("JSON");
        let stored = value["events"].as_array().expect("events").iter().map(|s| {
            let e = case::upcast::envelope(&s["e"]).expect("an envelope");
            let mut s = s.clone();
            s["e"] = serde_json::from_str(&to_json(&e)).expect("JSON");
            Stored::get(&s).expect("stored")
        });
        let log: Vec<Stored> = stored.collect();
        let expected = std::fs::read_to_string(dir.join("state.json")).expect("its state");
        assert_eq!(to_json(&State::fold(&log)), expected.trim(), "version {version}");
        if version == case::upcast::VERSION {
            let tail: Tail = both_ways(text.trim());
            assert_eq!(to_json(&tail), text.trim(), "the canonical form is what the file has");
            let tags: std::collections::BTreeSet<_> =
                log.iter().filter_map(|s| s.e.b.event()).map(|e| e.tag()).collect();
            assert_eq!(tags.len(), 32, "every kind of event is in the golden log: {tags:?}");
        }
    }
}

#[test]
fn a_kind_never_heard_of_is_kept_and_skipped() {
    let text = r#"{"v":1,"k":"k","d":"d","n":1,"at":5,"b":{"t":"teleported","to":[1,{"x":true}]}}"#;
    let envelope: case::Envelope = both_ways(text);
    assert_eq!(envelope.b.event(), None);
    assert_eq!(to_json(&envelope), text);
}

#[test]
fn a_later_version_keeps_its_body_unread() {
    let text = r#"{"v":999,"k":"k","d":"d","n":1,"at":5,"b":{"t":"said","text":7}}"#;
    let value: Value = serde_json::from_str(text).expect("JSON");
    let envelope = case::upcast::envelope(&value).expect("kept");
    assert_eq!(envelope.b.event(), None);
    assert_eq!(to_json(&envelope), text);
}

#[test]
fn a_known_kind_with_a_broken_member_is_refused() {
    for body in [
        r#"{"t":"said","text":7}"#,
        r#"{"t":"said"}"#,
        r#"{"t":5}"#,
        "{}",
        "[]",
        "null",
        r#""said""#,
    ] {
        let value: Value = serde_json::from_str(body).expect("JSON");
        assert!(case::event::Body::get(&value).is_err(), "{body}");
        assert!(serde_json::from_str::<case::event::Body>(body).is_err(), "{body}");
    }
}

proptest! {
    #[test]
    fn every_log_reads_back_both_ways(log in support::log(20)) {
        let tail = Tail { now: 1, epoch: "e".into(), top: log.len() as u64, snap: Some(Box::new(State::fold(&log))), events: log };
        let text = to_json(&tail);
        prop_assert_eq!(both_ways::<Tail>(&text), tail);
    }

    #[test]
    fn rubbish_never_panics(text in ".*") {
        if let Ok(value) = serde_json::from_str::<Value>(&text) {
            let _ = Batch::get(&value);
            let _ = Json::copy(&value);
        }
        let _ = serde_json::from_str::<Batch>(&text);
    }
}
