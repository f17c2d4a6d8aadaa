//! The device's store as the rest sees it: the disk, and memory behind it for when there is no
//! disk, it is full, or it fails in the middle of a case. Nothing is lost by that while the page
//! is open, and what memory took goes to the disk as soon as the disk takes it.

use super::db::Db;
use super::memory::{Memory, note_key};
use super::records::{Edit, Kind, Reader, Record, pour};
use super::store::{Fail, Store};
use super::view::{Storage, Why};
use js_sys::ArrayBuffer;
use std::cell::Cell;

/// Milliseconds between two tries to go back to a disk that failed.
const AGAIN: u64 = 5_000;

/// Disk and memory.
pub struct Shelf {
    disk: Option<Db>,
    /// A copy of what this tab knows of the disk, and everything that the disk did not take.
    memory: Memory,
    /// Why memory is what counts; `None` while it is the disk.
    spilled: Cell<Option<Fail>>,
    /// When the disk was last tried in vain, Unix milliseconds.
    tried: Cell<i64>,
    read: Reader,
    now: fn() -> i64,
}

impl Shelf {
    /// Opens the database of this name, or memory alone.
    pub async fn open(name: &str, read: Reader, now: fn() -> i64) -> Shelf {
        let (disk, spilled) = match Db::open(name).await {
            Ok(db) => (Some(db), None),
            Err(fail) => (None, Some(fail)),
        };
        Shelf {
            disk,
            memory: Memory::default(),
            spilled: Cell::new(spilled),
            tried: Cell::new(0),
            read,
            now,
        }
    }

    /// What screens are told.
    pub fn storage(&self) -> Storage {
        match self.spilled.get() {
            None if self.memory.photos().is_empty() => Storage::Kept,
            None | Some(Fail::Full) => Storage::Full,
            Some(Fail::Absent) => Storage::MemoryOnly(Why::Absent),
            Some(Fail::Silent) => Storage::MemoryOnly(Why::Silent),
            Some(Fail::Gone | Fail::Broken) => Storage::MemoryOnly(Why::Failed),
        }
    }

    /// The disk, when it is what counts.
    fn disk(&self) -> Option<&Db> {
        self.disk.as_ref().filter(|_| self.spilled.get().is_none())
    }

    fn spill(&self, fail: Fail) {
        self.spilled.set(Some(fail));
        self.tried.set((self.now)());
    }

    /// The value under a key.
    pub async fn meta(&self, key: &str) -> Option<String> {
        if let Some(disk) = self.disk() {
            match disk.meta(key).await {
                Ok(value) => return value,
                Err(fail) => self.spill(fail),
            }
        }
        self.memory.meta(key).await.ok().flatten()
    }

    /// All keys that begin with `prefix`, with their values.
    pub async fn metas(&self, prefix: &str) -> Vec<(String, String)> {
        if let Some(disk) = self.disk()
            && let Ok(found) = disk.metas(prefix).await
        {
            return found;
        }
        self.memory.metas(prefix).await.unwrap_or_default()
    }

    /// Sets a value; `None` removes it.
    pub async fn set_meta(&self, key: &str, value: Option<&str>) {
        let _ = self.memory.set_meta(key, value).await;
        if let Some(disk) = self.disk()
            && let Err(fail) = disk.set_meta(key, value).await
        {
            self.spill(fail);
        }
    }

    /// Sets a value if there is none, and gives the one that is there then.
    pub async fn keep_meta(&self, key: &str, value: String) -> String {
        let value = match self.disk() {
            Some(disk) => match disk.keep_meta(key, &value).await {
                Ok(kept) => kept,
                Err(fail) => {
                    self.spill(fail);
                    value
                }
            },
            None => value,
        };
        let _ = self.memory.set_meta(key, Some(&value)).await;
        value
    }

    /// The records of some kinds of a case.
    pub async fn read(&self, case: &str, kinds: &[Kind]) -> Vec<Record> {
        let spilled = self.spilled.get().is_some();
        if let Some(disk) = &self.disk
            && !(spilled && self.memory.knows(case))
        {
            match disk.read(case, kinds).await {
                Ok(records) => {
                    self.memory.replace(case, kinds, &records);
                    return records;
                }
                Err(fail) if !spilled => self.spill(fail),
                Err(_) => {}
            }
        }
        self.memory.records(case, kinds)
    }

    /// Reads records and edits the case in one transaction; done when it is on disk, or in
    /// memory where there is no disk.
    pub async fn change(
        &self,
        case: &str,
        kinds: &[Kind],
        write: &mut dyn FnMut(&[Record]) -> Vec<Edit>,
    ) {
        self.come_back().await;
        if let Some(disk) = self.disk() {
            let mut edits = Vec::new();
            let mut both = |records: &[Record]| {
                edits = write(records);
                edits.clone()
            };
            match disk.change(case, kinds, &mut both).await {
                Ok(()) => return self.memory.edit(case, edits),
                Err(fail) => self.spill(fail),
            }
        }
        let edits = write(&self.memory.records(case, kinds));
        self.memory.edit(case, edits);
    }

    /// Cases with events that wait to be sent.
    pub async fn waiting(&self) -> Vec<String> {
        let mut cases = self.memory.waiting().await.unwrap_or_default();
        if let Some(disk) = &self.disk
            && let Ok(more) = disk.waiting().await
        {
            for case in more {
                // Of a case that memory knows better than a failing disk, memory tells.
                let known = self.spilled.get().is_some() && self.memory.knows(&case);
                if !known && !cases.contains(&case) {
                    cases.push(case);
                }
            }
        }
        cases
    }

    /// Keeps the bytes of a photo and its note.
    pub async fn put_photo(&self, sha: &str, bytes: &ArrayBuffer, note: &str) {
        if let Some(disk) = self.disk() {
            match disk.put_photo(sha, bytes, note).await {
                Ok(()) => return,
                // Events are small and may still fit: only the photo stays in memory.
                Err(_) => self.tried.set((self.now)()),
            }
        }
        let _ = self.memory.put_photo(sha, bytes, note).await;
    }

    /// The bytes of a photo.
    pub async fn photo(&self, sha: &str) -> Option<ArrayBuffer> {
        if let Ok(Some(bytes)) = self.memory.photo(sha).await {
            return Some(bytes);
        }
        self.disk.as_ref()?.photo(sha).await.ok()?
    }

    /// Forgets a photo and its note.
    pub async fn drop_photo(&self, sha: &str) {
        let _ = self.memory.drop_photo(sha).await;
        if let Some(disk) = &self.disk {
            let _ = disk.drop_photo(sha).await;
        }
    }

    /// Puts what only memory has on the disk, if the disk takes it again.
    pub async fn come_back(&self) {
        let Some(disk) = &self.disk else { return };
        let nothing = self.spilled.get().is_none() && self.memory.photos().is_empty();
        let now = (self.now)();
        if nothing || (now - self.tried.get()).unsigned_abs() < AGAIN {
            return;
        }
        self.tried.set(now);
        match self.empty_into(disk).await {
            Ok(()) => self.spilled.set(None),
            Err(fail) if self.spilled.get().is_some() => self.spilled.set(Some(fail)),
            Err(_) => {}
        }
    }

    async fn empty_into(&self, disk: &Db) -> Result<(), Fail> {
        if self.spilled.get().is_some() {
            for (key, value) in self.memory.metas("").await? {
                disk.set_meta(&key, Some(&value)).await?;
            }
            for case in self.memory.cases() {
                let memory = self.memory.records(&case, &Kind::ALL);
                let mut write = |there: &[Record]| pour(there, &memory, self.read);
                disk.change(&case, &Kind::ALL, &mut write).await?;
                let now = disk.read(&case, &Kind::ALL).await?;
                self.memory.replace(&case, &Kind::ALL, &now);
            }
            self.spilled.set(None);
        }
        for sha in self.memory.photos() {
            let note = self.memory.meta(&note_key(&sha)).await?.unwrap_or_default();
            if let Some(bytes) = self.memory.photo(&sha).await? {
                disk.put_photo(&sha, &bytes, &note).await?;
                self.memory.forget_bytes(&sha);
            }
        }
        Ok(())
    }
}
