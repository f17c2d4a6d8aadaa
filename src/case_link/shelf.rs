//! The device's store as the rest sees it: the disk, and memory behind it for when there is no
//! disk, it is full, or it fails in the middle of a case. Nothing is lost by that while the page
//! is open, and what memory took goes to the disk as soon as the disk takes it.

use super::db::Db;
use super::memory::Memory;
use super::records::{Edit, Kind, Reader, Record};
use super::store::{Ask, Fail, Item, Later, Room, Store, Then, Value};
use super::view::{Storage, Why};
use case::wire::put_int;
use js_sys::ArrayBuffer;
use std::cell::Cell;

/// The key in [`Room::Meta`] of this installation's id.
pub const DEVICE: &str = "device";
/// Milliseconds between two tries to go back to a disk that failed.
const AGAIN: u64 = 5_000;

/// Brings what memory took back to the disk, see [`super::records::pour`].
pub type Pour = fn(&[Record], &[Record], &str, Reader) -> Vec<Edit>;

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
    /// Set by `Inner::go`: until then a disk that failed is not gone back to.
    pub pour: Cell<Option<Pour>>,
}

impl Shelf {
    /// Opens the database of this name, or memory alone.
    pub async fn open(name: &str, read: Reader, now: fn() -> i64) -> Shelf {
        let (disk, spilled) = match Db::open(name).await {
            Ok(db) => (Some(db), None),
            Err(fail) => (None, Some(fail)),
        };
        let (memory, spilled, tried) = (Memory::default(), Cell::new(spilled), Cell::new(0));
        Shelf { disk, memory, spilled, tried, read, now, pour: Cell::default() }
    }

    /// What screens are told.
    pub fn storage(&self) -> Storage {
        match self.spilled.get() {
            None if self.loose().is_empty() => Storage::Kept,
            None | Some(Fail::Full) => Storage::Full,
            Some(Fail::Absent) => Storage::MemoryOnly(Why::Absent),
            Some(Fail::Silent) => Storage::MemoryOnly(Why::Silent),
            Some(Fail::Gone | Fail::Broken) => Storage::MemoryOnly(Why::Failed),
        }
    }

    /// Photos of which the bytes are only in memory.
    fn loose(&self) -> Vec<Item> {
        self.memory.get(&[Ask::new(Room::Photos, "")])
    }

    /// As [`Store::transact`], and never fails: what the disk does not take, memory does.
    pub fn transact<'a>(
        &'a self,
        write: bool,
        asks: &'a [Ask],
        then: &'a mut Then<'_>,
    ) -> Later<'a, ()> {
        Box::pin(async move {
            if write {
                self.come_back().await;
            }
            let mut new = Vec::new();
            if let Some(disk) = self.disk.as_ref().filter(|_| self.spilled.get().is_none()) {
                let mut both = |items: &[Item]| {
                    self.memory.replace(asks, items);
                    new = then(items);
                    new.clone()
                };
                let done = disk.transact(write, asks, &mut both).await;
                let photo = new.iter().position(|i| i.room == Room::Photos);
                match done {
                    // Bytes that are on disk are not held in memory as well.
                    Ok(()) => new.retain(|i| i.room != Room::Photos || i.value.is_none()),
                    // Events are small and may still fit: only the photo stays in memory.
                    Err(_) if photo.is_some() => self.tried.set((self.now)()),
                    Err(fail) => {
                        self.spilled.set(Some(fail));
                        self.tried.set((self.now)());
                        new = then(&self.memory.get(asks));
                    }
                }
            } else {
                new = then(&self.memory.get(asks));
            }
            self.memory.put(&new);
        })
    }

    /// Writes one entry.
    pub async fn put(&self, item: Item) {
        self.transact(true, &[], &mut |_| vec![item.clone()]).await;
    }

    /// Reads records of some kinds of a case and edits the case in one transaction.
    pub fn change<'a>(
        &'a self,
        case: &'a str,
        kinds: &'a [Kind],
        edit: &'a mut dyn FnMut(&[Record]) -> Vec<Edit>,
    ) -> Later<'a, ()> {
        Box::pin(async move {
            let then = &mut |items: &[Item]| items_of(case, edit(&records_of(case, items)));
            self.transact(true, &asks(case, kinds), then).await;
        })
    }

    /// The records of some kinds of a case.
    pub fn read<'a>(&'a self, case: &'a str, kinds: &'a [Kind]) -> Later<'a, Vec<Record>> {
        Box::pin(async move {
            let mut found = Vec::new();
            let then = &mut |items: &[Item]| {
                found = records_of(case, items);
                Vec::new()
            };
            self.transact(false, &asks(case, kinds), then).await;
            found
        })
    }

    /// The bytes of a photo, from memory or, whatever its state, from the disk.
    pub fn photo<'a>(&'a self, sha: &'a str) -> Later<'a, Option<ArrayBuffer>> {
        Box::pin(async move {
            let asks = [Ask::new(Room::Photos, sha)];
            let mut found = self.memory.get(&asks).pop();
            if let (Some(disk), None) = (&self.disk, &found) {
                let then = &mut |items: &[Item]| {
                    found = items.first().cloned();
                    Vec::new()
                };
                let _ = disk.transact(false, &asks, then).await;
            }
            match found?.value? {
                Value::Bytes(bytes) => Some(bytes),
                Value::Text(_) => None,
            }
        })
    }

    /// Puts what only memory has on the disk, if the disk takes it again.
    async fn come_back(&self) {
        let Some(disk) = &self.disk else { return };
        let loose = self.loose();
        let now = (self.now)();
        let soon = now.saturating_sub(self.tried.get()).unsigned_abs() < AGAIN;
        if soon || (self.spilled.get().is_none() && loose.is_empty()) {
            return;
        }
        self.tried.set(now);
        if self.spilled.get().is_some() {
            let Some(pour) = self.pour.get() else { return };
            let all = [Ask::new(Room::Events, "")];
            let (mut old, mut new) = (Vec::new(), Vec::new());
            let then = &mut |there: &[Item]| {
                old = there.to_vec();
                new = self.poured(there, pour);
                new.clone()
            };
            if let Err(fail) = disk.transact(true, &all, then).await {
                return self.spilled.set(Some(fail));
            }
            self.spilled.set(None);
            self.memory.replace(&all, &old);
            self.memory.put(&new);
        }
        for item in loose {
            let put = &mut |_: &[Item]| vec![item.clone()];
            if disk.transact(true, &[], put).await.is_err() {
                return;
            }
            self.memory.put(&[Item::gone(item.room, item.key)]);
        }
    }

    /// What memory has to tell the disk.
    fn poured(&self, there: &[Item], pour: Pour) -> Vec<Item> {
        let mut new = self.memory.get(&[Ask::new(Room::Meta, "")]);
        let device = new.iter().find(|i| i.key == DEVICE).and_then(|i| i.as_text());
        let device = String::from(device.unwrap_or_default());
        let here = self.memory.get(&[Ask::new(Room::Events, "")]);
        for case in cases_of(&here) {
            let edits =
                pour(&records_of(&case, there), &records_of(&case, &here), &device, self.read);
            new.append(&mut items_of(&case, edits));
        }
        new
    }
}

/// The cases of which there are records.
pub fn cases_of(items: &[Item]) -> Vec<String> {
    let mut cases: Vec<String> = Vec::new();
    for item in items {
        if let Some((case, _)) = item.key.split_once('/')
            && cases.last().is_none_or(|last| last != case)
        {
            cases.push(case.into());
        }
    }
    cases
}

/// The key of a record; without a number, what all keys of the kind begin with.
fn key(case: &str, kind: Kind, n: Option<u64>) -> String {
    let mut key = String::from(case);
    key.push('/');
    key.push_str(kind.code());
    key.push('/');
    if let Some(n) = n {
        // Digits enough for every integer of JavaScript, so that keys are in order of numbers.
        let mut digits = String::new();
        put_int(n as i64, &mut digits);
        for _ in digits.len()..16 {
            key.push('0');
        }
        key.push_str(&digits);
    }
    key
}

/// The questions for the records of some kinds of a case.
pub fn asks(case: &str, kinds: &[Kind]) -> Vec<Ask> {
    kinds.iter().map(|kind| Ask { room: Room::Events, prefix: key(case, *kind, None) }).collect()
}

/// The records of a case among entries.
pub fn records_of(case: &str, items: &[Item]) -> Vec<Record> {
    let record = |item: &Item| {
        let rest = item.key.strip_prefix(case)?.strip_prefix('/')?;
        let (code, n) = rest.split_once('/')?;
        let kind = Kind::ALL.into_iter().find(|k| k.code() == code)?;
        Some(Record { kind, n: n.parse().ok()?, text: item.as_text()?.into() })
    };
    items.iter().filter_map(record).collect()
}

/// The entries that edits of a case come to.
pub fn items_of(case: &str, edits: Vec<Edit>) -> Vec<Item> {
    let item = |edit| match edit {
        Edit::Put(r) => Item::text(Room::Events, key(case, r.kind, Some(r.n)), r.text),
        Edit::Delete(kind, n) => Item::gone(Room::Events, key(case, kind, Some(n))),
    };
    edits.into_iter().map(item).collect()
}
