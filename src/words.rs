//! The words of the interface, one packed list a language, fetched by the start of the page.
//!
//! [`t`] reads the language of the moment and is tracked: what was built with it is built anew
//! when the language changes. It fetches nothing; the caller hands in what it has read.

use crate::ui::value::Value;
use std::cell::RefCell;

include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// The languages in which the app is complete.
pub const LANGUAGES: [&str; 2] = ["zh", "en"];

type List = &'static [String];

thread_local! {
    static LANG: Value<&'static str> = Value::new("zh");
    static LISTS: RefCell<[Option<List>; 2]> = const { RefCell::new([None, None]) };
}

/// The language known by this name; Chinese for one that the app does not speak.
pub fn known(lang: &str) -> &'static str {
    if lang.starts_with("en") { "en" } else { "zh" }
}

/// The language of the moment; tracked.
#[inline(never)]
pub fn lang() -> &'static str {
    LANG.with(|l| l.get())
}

fn place(lang: &str) -> usize {
    usize::from(lang == "en")
}

/// Whether the words of a language are here.
pub fn here(lang: &str) -> bool {
    LISTS.with(|l| l.borrow()[place(lang)].is_some())
}

/// Takes the words of a language. `false` when the list is not that of this build.
pub fn take(lang: &str, list: Vec<String>) -> bool {
    if ![Key::COUNT, Key::SHARED].contains(&list.len()) {
        return false;
    }
    // At most two lists in the life of a page: leaking them spares every screen a copy.
    LISTS.with(|l| l.borrow_mut()[place(lang)] = Some(list.leak()));
    true
}

/// Changes the language. Its words should be [`here`]; without them those that are here stay.
pub fn speak(lang: &str) {
    LANG.with(|l| l.set(known(lang)));
}

/// The text of a key in the language of the moment; tracked.
#[inline(never)]
pub fn t(key: Key) -> &'static str {
    let first = place(lang());
    LISTS.with(|l| {
        let lists = l.borrow();
        let list = lists[first].or(lists[1 - first]);
        list.and_then(|list| list.get(key as usize)).map_or("", String::as_str)
    })
}

/// The text of a key in a given language, for cards that show both; empty when its list is not
/// here.
pub fn of(lang: &str, key: Key) -> &'static str {
    let list = LISTS.with(|l| l.borrow()[place(lang)]);
    list.and_then(|list| list.get(key as usize)).map_or("", String::as_str)
}

/// The text of a key with `{0}`, `{1}` … filled in.
#[inline(never)]
pub fn fill(key: Key, with: &[&str]) -> String {
    let mut out = String::new();
    let mut rest = t(key);
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (name, tail) = after.split_once('}').unwrap_or((after, ""));
        let at = name.bytes().next().map_or(usize::MAX, |b| usize::from(b.wrapping_sub(b'0')));
        out.push_str(with.get(at).copied().unwrap_or_default());
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// A text of a pack in the language of the moment; tracked.
#[inline(never)]
pub fn say(text: &guide::Text) -> &str {
    if lang() == "en" { &text.en } else { &text.zh }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::{Path, PathBuf};

    fn sources(dir: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path());
        let found = entries.map(|p| if p.is_dir() { sources(&p) } else { vec![p] });
        found.flatten().collect()
    }

    #[test]
    fn the_desks_words_are_said_by_the_desk_alone() {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let files = sources(&src);
        assert!(files.len() > 100);
        let others = |f: &&PathBuf| !f.starts_with(src.join("desk")) && !f.ends_with("words.rs");
        for file in files.iter().filter(others) {
            let text = std::fs::read_to_string(file).unwrap();
            assert!(!text.contains("Key::Desk"), "{}", file.display());
        }
        const { assert!(Key::SHARED < Key::COUNT) };
        const { assert!(Key::DeskTitle as usize >= Key::SHARED) };
    }
}
