//! A store in memory: for private modes, for a full disk, and as the copy that `shelf` keeps of
//! what is on disk. Lost with the page.

use super::records::{Edit, Kind, Record};
use super::store::{Later, PHOTO, Store, Write};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// A store in memory. Its operations are done when they are called, not when they are awaited.
#[derive(Default)]
pub struct Memory {
    meta: RefCell<BTreeMap<String, String>>,
    events: RefCell<BTreeMap<String, Case>>,
    photos: RefCell<BTreeMap<String, js_sys::ArrayBuffer>>,
}

type Case = BTreeMap<(Kind, u64), String>;

fn done<'a, T: 'a>(value: T) -> Later<'a, T> {
    Box::pin(std::future::ready(Ok(value)))
}

impl Memory {
    /// The records of some kinds.
    pub fn records(&self, case: &str, kinds: &[Kind]) -> Vec<Record> {
        let events = self.events.borrow();
        let Some(case) = events.get(case) else {
            return Vec::new();
        };
        let mut out = Vec::new();
        for kind in kinds {
            for ((kind, n), text) in case.range((*kind, 0)..=(*kind, u64::MAX)) {
                let (kind, n, text) = (*kind, *n, text.clone());
                out.push(Record { kind, n, text });
            }
        }
        out
    }

    /// Makes edits.
    pub fn edit(&self, case: &str, edits: Vec<Edit>) {
        let mut events = self.events.borrow_mut();
        let case = events.entry(case.into()).or_default();
        for edit in edits {
            match edit {
                Edit::Put(r) => case.insert((r.kind, r.n), r.text),
                Edit::Delete(kind, n) => case.remove(&(kind, n)),
            };
        }
    }

    /// Puts these records in place of all of their kinds.
    pub fn replace(&self, case: &str, kinds: &[Kind], records: &[Record]) {
        let old = self.records(case, kinds);
        let gone = old.iter().map(|r| Edit::Delete(r.kind, r.n));
        let put = records.iter().map(|r| Edit::Put(r.clone()));
        self.edit(case, gone.chain(put).collect());
    }

    /// Cases of which there is anything.
    pub fn cases(&self) -> Vec<String> {
        self.events.borrow().keys().cloned().collect()
    }

    /// Whether there is anything of a case.
    pub fn knows(&self, case: &str) -> bool {
        self.events.borrow().contains_key(case)
    }

    /// SHA-256 of the photos of which the bytes are here.
    pub fn photos(&self) -> Vec<String> {
        self.photos.borrow().keys().cloned().collect()
    }

    /// Forgets the bytes of a photo, not its note.
    pub fn forget_bytes(&self, sha: &str) {
        self.photos.borrow_mut().remove(sha);
    }
}

impl Store for Memory {
    fn meta<'a>(&'a self, key: &'a str) -> Later<'a, Option<String>> {
        done(self.meta.borrow().get(key).cloned())
    }

    fn metas<'a>(&'a self, prefix: &'a str) -> Later<'a, Vec<(String, String)>> {
        let meta = self.meta.borrow();
        let some = meta.iter().filter(|(key, _)| key.starts_with(prefix));
        done(some.map(|(k, v)| (k.clone(), v.clone())).collect())
    }

    fn set_meta<'a>(&'a self, key: &'a str, value: Option<&'a str>) -> Later<'a, ()> {
        let mut meta = self.meta.borrow_mut();
        match value {
            Some(value) => meta.insert(key.into(), value.into()),
            None => meta.remove(key),
        };
        done(())
    }

    fn keep_meta<'a>(&'a self, key: &'a str, value: &'a str) -> Later<'a, String> {
        let mut meta = self.meta.borrow_mut();
        done(meta.entry(key.into()).or_insert_with(|| value.into()).clone())
    }

    fn read<'a>(&'a self, case: &'a str, kinds: &'a [Kind]) -> Later<'a, Vec<Record>> {
        done(self.records(case, kinds))
    }

    fn change<'a>(
        &'a self,
        case: &'a str,
        kinds: &'a [Kind],
        write: &'a mut Write<'a>,
    ) -> Later<'a, ()> {
        let edits = write(&self.records(case, kinds));
        self.edit(case, edits);
        done(())
    }

    fn waiting(&self) -> Later<'_, Vec<String>> {
        let events = self.events.borrow();
        let waits = |c: &Case| c.keys().any(|(kind, _)| *kind == Kind::Pending);
        let some = events.iter().filter(|(_, c)| waits(c));
        done(some.map(|(id, _)| id.clone()).collect())
    }

    fn put_photo<'a>(
        &'a self,
        sha: &'a str,
        bytes: &'a js_sys::ArrayBuffer,
        note: &'a str,
    ) -> Later<'a, ()> {
        self.photos.borrow_mut().insert(sha.into(), bytes.clone());
        let mut meta = self.meta.borrow_mut();
        meta.insert(note_key(sha), note.into());
        done(())
    }

    fn photo<'a>(&'a self, sha: &'a str) -> Later<'a, Option<js_sys::ArrayBuffer>> {
        done(self.photos.borrow().get(sha).cloned())
    }

    fn drop_photo<'a>(&'a self, sha: &'a str) -> Later<'a, ()> {
        self.forget_bytes(sha);
        self.meta.borrow_mut().remove(&note_key(sha));
        done(())
    }
}

/// The key of a photo's note.
pub fn note_key(sha: &str) -> String {
    let mut key = String::from(PHOTO);
    key.push_str(sha);
    key
}
