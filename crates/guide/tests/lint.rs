//! Every rule has failing examples: each folder of `lint/` lays a file or two over `lint/_base`,
//! which is sound, and says in `expect.toml` which rule must speak up and with which words.
#![cfg(feature = "build")]

use guide::build::{Problem, check};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Every rule that `build` knows by name; `key` is tested where keys are.
const RULES: [&str; 21] = [
    "call",
    "cycle",
    "dead-end",
    "fact",
    "file",
    "fire",
    "forbidden",
    "form",
    "gate",
    "grade",
    "high-voltage",
    "language",
    "length",
    "number",
    "picture",
    "shape",
    "source",
    "tool",
    "twice",
    "unreachable",
    "var",
];

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lint")
}

fn lay(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("folder");
    for entry in std::fs::read_dir(from).expect("folder").flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            lay(&from, &to);
        } else {
            std::fs::copy(&from, &to).expect("copy");
        }
    }
}

/// Where an example is laid out; tests run at once, so each has its own folder.
fn laid(name: &str, test: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test).join(name);
    let _ = std::fs::remove_dir_all(&dir);
    lay(&examples().join("_base"), &dir);
    if name != "_base" {
        lay(&examples().join(name), &dir);
    }
    dir
}

fn checked(name: &str) -> Result<(), Vec<Problem>> {
    check(&laid(name, "lint"))
}

#[test]
fn the_base_is_sound() {
    assert_eq!(checked("_base"), Ok(()));
}

#[test]
fn every_example_breaks_its_rule() {
    let mut rules = BTreeSet::new();
    let mut failed = Vec::new();
    for entry in std::fs::read_dir(examples()).expect("examples").flatten() {
        let name = entry.file_name().into_string().expect("name");
        let Ok(expect) = std::fs::read_to_string(entry.path().join("expect.toml")) else {
            assert_eq!(name, "_base", "an example says what it expects");
            continue;
        };
        let expect: BTreeMap<String, String> = toml::from_str(&expect).expect("expect.toml");
        let problems = checked(&name).err().unwrap_or_default();
        let found =
            problems.iter().find(|p| p.rule == expect["rule"] && p.say.contains(&expect["says"]));
        match found {
            Some(p) if p.line.is_none() && p.file.starts_with("guides/") && p.rule != "twice" => {
                failed.push(format!("{name}: no line in {p}"));
            }
            Some(_) => {
                rules.insert(expect["rule"].clone());
            }
            None => failed.push(format!("{name}: expected {expect:?}, found {problems:?}")),
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    let missing: Vec<_> = RULES.iter().filter(|r| !rules.contains(**r)).collect();
    assert!(missing.is_empty() && rules.contains("words"), "rules without an example: {missing:?}");
}

#[test]
fn nothing_is_written_while_there_is_a_problem() {
    let dir = laid("cycle-step", "lint-build");
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lint-out");
    let _ = std::fs::remove_dir_all(&out);
    assert!(guide::build::build(&dir, &out).is_err());
    assert!(!out.exists());
}
