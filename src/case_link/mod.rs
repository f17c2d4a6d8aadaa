//! This device's copy of a case: its log, its photos, the way to the server.
//!
//! [`CaseLink`] is the one handle that screens hold. What [`CaseLink::record`] takes is on disk
//! before the state changes; sending, receiving and trying again happen by themselves from
//! [`CaseLink::go`] on, for as long as a handle is alive. It draws nothing and says nothing in any language: screens read
//! [`CaseLink::state`] and [`CaseLink::outbox`].
//!
//! Every part has its own file; this one only lists what can be asked.

mod copy;
pub mod db;
mod http;
mod inner;
mod join;
mod live;
pub mod memory;
mod migrations;
pub mod mint;
mod outbox;
pub(crate) mod page;
mod photos;
pub mod plan;
pub mod records;
mod relay;
mod shelf;
mod shell;
pub mod store;
pub(crate) mod tabs;
mod tail;
mod tell;
pub(crate) mod time;
pub mod view;
mod write;

pub use shell::{Tap, tap_of_shell};
pub use view::{
    Link, NotJoined, NotSaved, Outbox, PhotoAt, PhotoMeta, PhotoProgress, Refused, Storage, Why,
};

use crate::react::*;
use case::event::Face;
use case::message::Relay;
use case::{Event, State};
use inner::Inner;
use send_wrapper::SendWrapper;
use std::ops::Deref;
use std::rc::Rc;
pub use store::Later;

/// This device's copy of one case. Clones are the same link; when the last one is dropped,
/// sending and receiving stop.
#[derive(Clone)]
pub struct CaseLink(SendWrapper<Rc<Guard>>);

/// Ends the work of a link with its last handle; the work itself holds no handle.
struct Guard(Rc<Inner>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Deref for Guard {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl CaseLink {
    /// Opens the device's store, or memory where there is none, and takes up the case that was
    /// open when the page was last closed. Never fails; `outbox().storage` tells what it got.
    pub async fn open() -> CaseLink {
        CaseLink::open_as("nightwatch").await
    }

    /// As [`CaseLink::open`], with a database of another name: a device of its own, for tests.
    pub async fn open_as(name: &str) -> CaseLink {
        CaseLink(SendWrapper::new(Rc::new(Guard(Inner::open(name).await))))
    }

    /// Begins to send, to receive and to listen to other tabs, and goes on by itself. Call it once.
    pub fn go(&self) {
        self.0.0.go();
    }

    /// Besides, puts the case on the page's live link (`crate::live`). Call it once, and for one
    /// handle of a page.
    pub fn go_live(&self) {
        self.0.0.go_live();
    }

    /// The case as it stands: the server's part and what is only here, folded. An empty
    /// `number` means that there is no case.
    pub fn state(&self) -> ReadSignal<State> {
        self.0.state.read_only().into()
    }

    /// What is saved, on its way and received, and how the store and the server are.
    pub fn outbox(&self) -> ReadSignal<Outbox> {
        self.0.outbox.read_only().into()
    }

    /// Id of the case; `None` when there is none. Not tracked.
    pub fn case(&self) -> Option<String> {
        self.0.case()
    }

    /// Id of this installation, as in `case::state::Device`.
    pub fn device(&self) -> String {
        self.0.device.clone()
    }

    /// Begins a case: mints its id and number with no network and records `opened`. A case that
    /// was open before is left as by [`CaseLink::new_case`].
    pub fn begin<'a>(
        &'a self,
        region: &'a str,
        lang: &'a str,
        face: Face,
    ) -> Later<'a, Result<(), NotSaved>> {
        Box::pin(self.0.begin(region, lang, face))
    }

    /// Takes an event into the log: resolves, and changes the state, only after it is on disk
    /// (or in memory, where `outbox().storage` says that there is no disk).
    pub fn record(&self, event: Event) -> Later<'_, Result<(), NotSaved>> {
        self.0.record(event, None)
    }

    /// As [`CaseLink::record`], for something that happened earlier: `at` is in Unix
    /// milliseconds of this device.
    pub fn record_at(&self, event: Event, at: i64) -> Later<'_, Result<(), NotSaved>> {
        self.0.record(event, Some(at))
    }

    /// Saves the bytes of a photo, then records `photo`. The result is the photo's name in the
    /// case, for marks and notes. Sending goes on by itself.
    pub fn save_photo<'a>(
        &'a self,
        bytes: &'a web_sys::Blob,
        meta: PhotoMeta,
    ) -> Later<'a, Result<String, NotSaved>> {
        Box::pin(self.0.save_photo(bytes, meta))
    }

    /// The bytes of a photo by their SHA-256; `None` when they are not on this device.
    pub fn photo<'a>(&'a self, sha: &'a str) -> Later<'a, Option<web_sys::Blob>> {
        Box::pin(self.0.photo(sha))
    }

    /// Asks the server for six digits to read over the phone: they lead an agent to this case.
    pub fn code(&self) -> Later<'_, Result<case::message::Code, NotJoined>> {
        Box::pin(self.0.code())
    }

    /// Asks the server for a one-time invitation. The result is a URL fragment without `#`
    /// (`j=<case>.<token>`), for a QR code.
    pub fn invite(&self) -> Later<'_, Result<String, NotJoined>> {
        Box::pin(self.0.invite())
    }

    /// Joins the case of an invitation; `fragment` with or without `#`. It becomes the current
    /// case and `joined` is recorded.
    pub fn join<'a>(&'a self, fragment: &'a str, face: Face) -> Later<'a, Result<(), NotJoined>> {
        Box::pin(self.0.join(fragment, face))
    }

    /// The server's relays for a call; `None` when it could not be asked or gives none.
    pub fn relay(&self) -> Later<'_, Option<Relay>> {
        Box::pin(self.0.relay())
    }

    /// Leaves the current case. What it has not sent yet is still sent.
    pub fn new_case(&self) -> Later<'_, ()> {
        self.0.new_case()
    }

    /// Tries to send and receive at once, as after a tap on "try again".
    pub fn try_now(&self) {
        self.0.wake();
    }
}
