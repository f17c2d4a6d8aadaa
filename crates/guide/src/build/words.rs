//! The words of the interface: one list a language, keyed, with `{0}` for what is filled in.
//! Browsers get flat arrays in the order of the sorted keys; the app gets the keys as an enum.

use super::Problem;
use super::load::{Doc, one};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

/// Languages, each with a file in `words/`.
pub const LANGUAGES: [&str; 2] = ["zh", "en"];

/// Key to text, for each of [`LANGUAGES`].
pub type WordLists = [BTreeMap<String, String>; 2];

/// What the key of a word begins with that only the desk's own screens say.
const DESK: &str = "desk_";

/// The words in the order of their numbers: the desk's own come last, so that everybody else's list
/// is the beginning of theirs. With how many there are before them.
pub fn numbered(words: &BTreeMap<String, String>) -> (Vec<(&String, &String)>, usize) {
    let (mut all, desk): (Vec<_>, Vec<_>) =
        words.iter().partition(|(key, _)| !key.starts_with(DESK));
    let shared = all.len();
    all.extend(desk);
    (all, shared)
}

/// Reads and compares the lists.
pub fn load(dir: &Path, problems: &mut Vec<Problem>) -> WordLists {
    let docs = LANGUAGES.map(|lang| {
        let file = format!("words/{lang}.toml");
        one::<BTreeMap<String, String>>(dir, &file, problems).unwrap_or_else(|| Doc {
            file,
            text: String::new(),
            is: BTreeMap::new(),
        })
    });
    let keys: BTreeSet<&String> = docs.iter().flat_map(|d| d.is.keys()).collect();
    for key in keys {
        if !key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
            || !key.starts_with(|c: char| c.is_ascii_lowercase())
        {
            problems.push(Problem::new(
                "words",
                "words",
                format!("{key} is not a name like_this."),
            ));
        }
        let texts = docs.each_ref().map(|d| d.is.get(key));
        for (doc, text) in docs.iter().zip(texts) {
            let say = match text {
                None => format!("{key} is missing."),
                Some(text) if text.trim().is_empty() => format!("{key} is empty."),
                Some(text) if doc.file.ends_with("en.toml") && text.chars().any(is_han) => {
                    format!("{key} has Chinese characters.")
                }
                Some(_) => continue,
            };
            problems
                .push(Problem { line: line_of(doc, key), ..Problem::new(&doc.file, "words", say) });
        }
        if let [Some(a), Some(b)] = texts
            && holes(a) != holes(b)
        {
            let say = format!("{key} has other {{n}} places in the other language.");
            problems.push(Problem {
                line: line_of(&docs[1], key),
                ..Problem::new(&docs[1].file, "words", say)
            });
        }
    }
    docs.map(|d| d.is)
}

/// A Chinese character or Chinese punctuation.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{303f}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
}

fn line_of(doc: &Doc<BTreeMap<String, String>>, key: &str) -> Option<usize> {
    let at = doc.text.lines().position(|l| l.split('=').next().is_some_and(|k| k.trim() == key));
    at.map(|at| at + 1)
}

fn holes(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

/// Rust source of the enum of keys, for the app's build script.
///
/// # Errors
/// Every difference between the lists.
pub fn words_rs(content_dir: &Path) -> Result<String, Vec<Problem>> {
    let mut problems = Vec::new();
    let [_, en] = load(content_dir, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut out = String::from(
        "/// A text of the interface. Its number is its place in `words-desk-<lang>.json`.\n\
         #[derive(Clone, Copy, Debug, PartialEq, Eq)]\n#[repr(u16)]\npub enum Key {\n",
    );
    let (all, shared) = numbered(&en);
    for (key, text) in &all {
        let _ = writeln!(out, "    /// {:?}\n    {},", text, camel(key));
    }
    let _ = writeln!(
        out,
        "}}\n\nimpl Key {{\n    /// How many texts there are.\n    pub const COUNT: usize = {};\n    \
         /// How many of them others than the desk have.\n    pub const SHARED: usize = {shared};\n}}",
        all.len()
    );
    Ok(out)
}

fn camel(key: &str) -> String {
    let parts = key.split('_').filter(|p| !p.is_empty());
    parts.map(|p| p[..1].to_ascii_uppercase() + &p[1..]).collect()
}
