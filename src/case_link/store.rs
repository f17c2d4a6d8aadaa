//! What a store of this device can do: one transaction over three rooms of texts and bytes under
//! text keys. Two stores pass the same tests: `db` (IndexedDB) and `memory`. What keys and values
//! mean is not a store's business.

use js_sys::ArrayBuffer;
use std::future::Future;
use std::pin::Pin;

/// Why a store could not do it. Nothing of the transaction was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fail {
    /// The browser has no store or hides it.
    Absent,
    /// No room.
    Full,
    /// The connection is gone; opening again may help.
    Gone,
    /// No answer in time. It may still happen later.
    Silent,
    /// Anything else.
    Broken,
}

/// The parts of a store, named as on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// The device's own few values: `device`, `token`, `case`, and `photo:<sha>` notes.
    Meta,
    /// Records of cases under `<case>/<kind>/<number>`.
    Events,
    /// Bytes of photos under their SHA-256.
    Photos,
}

impl Room {
    /// The name on disk.
    pub fn name(self) -> &'static str {
        match self {
            Room::Meta => "meta",
            Room::Events => "events",
            Room::Photos => "photos",
        }
    }
}

/// What is kept under a key.
#[derive(Clone, Debug)]
pub enum Value {
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(ArrayBuffer),
}

/// One entry.
#[derive(Clone, Debug)]
pub struct Item {
    /// Room.
    pub room: Room,
    /// Key.
    pub key: String,
    /// Value; in a write, `None` removes.
    pub value: Option<Value>,
}

impl Item {
    /// An entry with a text.
    pub fn text(room: Room, key: String, text: String) -> Item {
        Item { room, key, value: Some(Value::Text(text)) }
    }

    /// The removal of an entry, whether it is there or not.
    pub fn gone(room: Room, key: String) -> Item {
        Item { room, key, value: None }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }
}

/// A question: all entries of a room whose keys begin with this, in order of the keys.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Room.
    pub room: Room,
    /// Beginning of the key; empty for all.
    pub prefix: String,
}

impl Ask {
    /// A question.
    pub fn new(room: Room, prefix: &str) -> Ask {
        Ask { room, prefix: prefix.into() }
    }
}

/// Turns what was asked for into what is to be written. May be called more than once, each time
/// with fresh entries; only the last call counts.
pub type Then<'a> = dyn FnMut(&[Item]) -> Vec<Item> + 'a;

/// A result, later. Boxed, so that all who wait share one code: the size of the first download
/// hangs on it.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// The device's store.
pub trait Store {
    /// Asks, hands the entries (in the order of the questions) to `then`, and writes what it
    /// gives, all as one step. Done when it is on disk. Without `write` nothing may be written.
    fn transact<'a>(
        &'a self,
        write: bool,
        asks: &'a [Ask],
        then: &'a mut Then<'a>,
    ) -> Later<'a, Result<(), Fail>>;
}
