//! What a store of this device can do. Two of them pass the same tests: `db` (IndexedDB) and
//! `memory`. A store keeps records and bytes; what they mean is `records`' business.

use super::records::{Edit, Kind, Record};
use std::future::Future;
use std::pin::Pin;

/// Why a store could not do it. Nothing of the operation was kept.
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

/// The result of a store's operation, later. Boxed, so that all callers share one code.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T, Fail>> + 'a>>;

/// Turns the records that were read into edits. May be called more than once, each time with
/// fresh records; only the last call counts.
pub type Write<'a> = dyn FnMut(&[Record]) -> Vec<Edit> + 'a;

/// Name of a photo's note in `meta`: what comes before the SHA-256.
pub const PHOTO: &str = "photo:";

/// The device's store.
pub trait Store {
    /// The value under a key.
    fn meta<'a>(&'a self, key: &'a str) -> Later<'a, Option<String>>;
    /// All keys that begin with `prefix`, in order, with their values.
    fn metas<'a>(&'a self, prefix: &'a str) -> Later<'a, Vec<(String, String)>>;
    /// Sets a value; `None` removes it.
    fn set_meta<'a>(&'a self, key: &'a str, value: Option<&'a str>) -> Later<'a, ()>;
    /// Sets a value if there is none, and gives the one that is there then.
    fn keep_meta<'a>(&'a self, key: &'a str, value: &'a str) -> Later<'a, String>;

    /// The records of some kinds of a case, by kind in the given order, then by number.
    fn read<'a>(&'a self, case: &'a str, kinds: &'a [Kind]) -> Later<'a, Vec<Record>>;
    /// Reads records and edits the case in one transaction; done when it is on disk.
    fn change<'a>(
        &'a self,
        case: &'a str,
        kinds: &'a [Kind],
        write: &'a mut Write<'a>,
    ) -> Later<'a, ()>;
    /// Cases that have `Pending` records.
    fn waiting(&self) -> Later<'_, Vec<String>>;

    /// Keeps the bytes of a photo and its note (a value under [`PHOTO`] + SHA-256) together.
    fn put_photo<'a>(
        &'a self,
        sha: &'a str,
        bytes: &'a js_sys::ArrayBuffer,
        note: &'a str,
    ) -> Later<'a, ()>;
    /// The bytes of a photo.
    fn photo<'a>(&'a self, sha: &'a str) -> Later<'a, Option<js_sys::ArrayBuffer>>;
    /// Forgets a photo and its note.
    fn drop_photo<'a>(&'a self, sha: &'a str) -> Later<'a, ()>;
}
