//! The project's own content keeps every rule, is signed, opens again, and is small enough.
#![cfg(feature = "build")]

use guide::seal::{PublicKey, Sealed, open, read, unbase64};
use std::path::{Path, PathBuf};

fn content() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content")
}

fn told(problems: Vec<guide::build::Problem>) -> String {
    problems.iter().map(|p| format!("\n  {p}")).collect()
}

#[test]
fn content_builds_without_a_problem_and_every_pack_opens() {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("content");
    let report = guide::build::build(&content(), &out).unwrap_or_else(|p| panic!("{}", told(p)));
    let keys = std::fs::read_to_string(content().join("keys/trusted.toml")).expect("keys");
    let keys: std::collections::BTreeMap<String, String> = toml::from_str(&keys).expect("keys");
    let (id, key) = keys.iter().find(|(id, _)| **id == report.key).expect("signed by a trusted key");
    let trusted =
        [PublicKey { id: id.clone().leak(), bytes: unbase64(key).expect("public key") }];
    assert_eq!(report.regions.len(), 5);
    for region in &report.regions {
        let text = std::fs::read_to_string(out.join(format!("pack-{}.json", region.id))).expect("pack");
        let sealed: Sealed = serde_json::from_str(&text).expect("envelope");
        let pack: serde_json::Value =
            serde_json::from_str(open(&sealed, &trusted).expect("signature")).expect("json");
        let pack = read(&pack).expect("pack");
        assert_eq!(pack.region.id, region.id);
        assert!(pack.vehicles.last().is_some_and(|v| v.id == "other"), "the last car is another car");
        assert!(!pack.region.hotline.is_empty());
    }
}
