//! A store in memory: for private modes, for a full disk, and as the copy that `shelf` keeps of
//! what is on disk. Lost with the page.
//!
//! A list that is searched from end to end: a case has a few hundred records, and a tree would
//! cost the first download more than it saves here.

use super::store::{Ask, Fail, Item, Later, Room, Store, Then};
use std::cell::RefCell;

/// A store in memory.
#[derive(Default)]
pub struct Memory {
    /// In order of keys within each room.
    items: RefCell<Vec<Item>>,
}

impl Memory {
    /// The entries asked for.
    pub fn get(&self, asks: &[Ask]) -> Vec<Item> {
        let items = self.items.borrow();
        let mut out = Vec::new();
        for ask in asks {
            let meant = |i: &&Item| i.room == ask.room && i.key.starts_with(&ask.prefix);
            out.extend(items.iter().filter(meant).cloned());
        }
        out
    }

    /// Writes entries.
    pub fn put(&self, new: &[Item]) {
        let mut items = self.items.borrow_mut();
        for item in new {
            items.retain(|i| i.room != item.room || i.key != item.key);
            if item.value.is_some() {
                let at = items.partition_point(|i| i.key < item.key);
                items.insert(at, item.clone());
            }
        }
    }

    /// Puts entries in place of all that the questions mean; photos are left alone.
    pub fn replace(&self, asks: &[Ask], new: &[Item]) {
        let meant = |i: &Item| {
            asks.iter().any(|a| i.room == a.room && i.key.starts_with(&a.prefix))
                && i.room != Room::Photos
        };
        self.items.borrow_mut().retain(|i| !meant(i));
        for item in new.iter().filter(|i| i.room != Room::Photos) {
            self.put(std::slice::from_ref(item));
        }
    }
}

impl Store for Memory {
    fn transact<'a>(
        &'a self,
        _write: bool,
        asks: &'a [Ask],
        then: &'a mut Then<'a>,
    ) -> Later<'a, Result<(), Fail>> {
        let new = then(&self.get(asks));
        self.put(&new);
        Box::pin(std::future::ready(Ok(())))
    }
}
