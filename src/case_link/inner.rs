//! The case in memory: loading it from the shelf, recording into it, and telling the screens.
//! Sending, receiving and photos work on it from their own files.

use super::http::Slot;
use super::mint;
use super::page::{self, Page};
use super::photos::Upload;
use super::plan::Plan;
use super::records::{self, Kind, Reader, Record};
use super::shelf::Shelf;
use super::store::PHOTO;
use super::tabs::Tabs;
use super::time::Bell;
use super::view::{Link, NotSaved, Outbox, Refused};
use crate::js;
use case::event::{Body, Face};
use case::message::{Answer, MAX_EVENT, MAX_TEXT, Verdict};
use case::state::Status;
use case::wire::to_json;
use case::{Envelope, Event, Replica, Role, State, upcast};
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Milliseconds after which a closed case is not taken up again.
const STALE: i64 = 12 * 3600 * 1000;
/// Milliseconds after waking in which a failed try says nothing about the network.
const YAWN: i64 = 3_000;

/// How the browser's own JSON reads records.
pub const READ: Reader = Reader {
    envelope: |text| upcast::envelope(&js::parse(text)?).ok(),
    stored: |text| records::stored(&js::parse(text)?),
};

/// Everything behind the handle.
pub struct Inner {
    pub state: ArcRwSignal<State>,
    pub outbox: ArcRwSignal<Outbox>,
    pub shelf: Shelf,
    /// Name of the database, the channel and the lock.
    pub name: String,
    pub device: String,
    pub token: String,
    pub case: RefCell<Option<String>>,
    pub replica: RefCell<Replica>,
    /// Offsets of this device's own events, as far as the server told them.
    pub own: RefCell<BTreeSet<u64>>,
    /// The server's mark of the history that this copy continues; empty before the first answer.
    pub epoch: RefCell<String>,
    /// Events of the case that are on their way.
    pub flying: Cell<u32>,
    /// Photos of which the bytes are here, by SHA-256.
    pub uploads: RefCell<BTreeMap<String, Upload>>,
    /// Other cases that still have something to send.
    pub left: RefCell<Vec<String>>,
    /// For the case, for those left, for photos, for receiving.
    pub plans: [RefCell<Plan>; 4],
    pub send_bell: Rc<Bell>,
    pub tail_bell: Rc<Bell>,
    pub send_slot: Slot,
    pub tail_slot: Slot,
    pub ask_slot: Slot,
    pub closed: Cell<bool>,
    /// When the page last came to the front or the network came back, Unix milliseconds.
    pub woke: Cell<i64>,
    hidden: Cell<Option<i64>>,
    tabs: RefCell<Option<Tabs>>,
    page: RefCell<Option<Page>>,
}

/// Places in [`Inner::plans`].
pub const NOW: usize = 0;
pub const LEFT: usize = 1;
pub const PHOTOS: usize = 2;
pub const TAIL: usize = 3;

impl Inner {
    /// Opens the store and takes up the case that was open.
    pub async fn open(name: &str) -> Rc<Inner> {
        let shelf = Shelf::open(name, READ, mint::now).await;
        let device = shelf.keep_meta("device", mint::uuid()).await;
        let token = shelf.keep_meta("token", mint::token()).await;
        let inner = Rc::new(Inner {
            state: ArcRwSignal::new(State::default()),
            outbox: ArcRwSignal::new(Outbox::default()),
            shelf,
            name: name.into(),
            device,
            token,
            case: RefCell::default(),
            replica: RefCell::default(),
            own: RefCell::default(),
            epoch: RefCell::default(),
            flying: Cell::default(),
            uploads: RefCell::default(),
            left: RefCell::default(),
            plans: Default::default(),
            send_bell: Rc::default(),
            tail_bell: Rc::default(),
            send_slot: Slot::default(),
            tail_slot: Slot::default(),
            ask_slot: Slot::default(),
            closed: Cell::default(),
            woke: Cell::new(mint::now()),
            hidden: Cell::default(),
            tabs: RefCell::default(),
            page: RefCell::default(),
        });
        inner.resume().await;
        inner.find_left().await;
        inner.prune_photos().await;
        inner.publish();
        inner.start();
        inner
    }

    async fn resume(&self) {
        for (key, note) in self.shelf.metas(PHOTO).await {
            if let Some(upload) = Upload::parse(&note) {
                self.uploads.borrow_mut().insert(key[PHOTO.len()..].into(), upload);
            }
        }
        let Some(case) = self.shelf.meta("case").await else {
            return;
        };
        self.load(&case).await;
        let state = self.replica.borrow().state(Role::Driver);
        let stale = state.status == Status::Done && mint::now() - state.last > STALE;
        if stale || (state.number.is_empty() && self.replica.borrow().top() == 0) {
            self.shelf.set_meta("case", None).await;
            *self.replica.borrow_mut() = Replica::default();
            self.own.borrow_mut().clear();
        } else {
            *self.case.borrow_mut() = Some(case);
        }
    }

    /// Reads the case anew from the shelf.
    pub async fn load(&self, case: &str) {
        let records = self.shelf.read(case, &Kind::ALL).await;
        let epoch = self.shelf.meta(&epoch_key(case)).await;
        let (replica, own) = build(&records, &self.device);
        *self.replica.borrow_mut() = replica;
        *self.own.borrow_mut() = own;
        *self.epoch.borrow_mut() = epoch.unwrap_or_default();
    }

    fn start(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        *self.page.borrow_mut() = Some(Page::listen(move || {
            if let Some(inner) = weak.upgrade() {
                inner.page_changed();
            }
        }));
        let weak = Rc::downgrade(self);
        *self.tabs.borrow_mut() = Some(Tabs::open(&self.name, move |case| {
            if let Some(inner) = weak.upgrade() {
                wasm_bindgen_futures::spawn_local(async move { inner.heard_tab(&case).await });
            }
        }));
        super::outbox::start(self);
        super::tail::start(self);
    }

    /// Ends everything that runs for this handle.
    pub fn close(&self) {
        self.closed.set(true);
        *self.page.borrow_mut() = None;
        *self.tabs.borrow_mut() = None;
        for slot in [&self.send_slot, &self.tail_slot, &self.ask_slot] {
            slot.stop();
        }
        self.send_bell.ring();
        self.tail_bell.ring();
    }

    fn page_changed(&self) {
        if !page::online() {
            self.set_link(Link::Offline);
            return;
        }
        if !page::visible() {
            self.hidden.set(Some(mint::now()));
            return;
        }
        // After a sleep an open request may be dead without anybody having told us.
        let slept = self.hidden.take().is_some_and(|at| mint::now() - at > 30_000);
        let was_offline = self.outbox.with_untracked(|o| o.link == Link::Offline);
        if slept || was_offline {
            self.tail_slot.stop();
            self.woke.set(mint::now());
        }
        self.wake();
    }

    /// Tries to send and receive at once.
    pub fn wake(&self) {
        for plan in &self.plans {
            plan.borrow_mut().wake();
        }
        self.send_bell.ring();
        self.tail_bell.ring();
    }

    async fn heard_tab(self: Rc<Self>, case: &str) {
        if self.closed.get() {
            return;
        }
        let current = self.case();
        if current.is_none() {
            self.resume().await;
        } else if current.as_deref() == Some(case) {
            self.load(case).await;
        }
        self.find_left().await;
        self.publish();
        self.send_bell.ring();
    }

    /// Tells the other tabs.
    pub fn tell(&self, case: &str) {
        if let Some(tabs) = &*self.tabs.borrow() {
            tabs.tell(case);
        }
    }

    /// Looks for other cases that still have something to send.
    pub async fn find_left(&self) {
        let mut left = self.shelf.waiting().await;
        let current = self.case();
        left.retain(|case| Some(case) != current.as_ref());
        *self.left.borrow_mut() = left;
    }

    pub fn case(&self) -> Option<String> {
        self.case.borrow().clone()
    }

    /// Whether this is the case that the screens show.
    pub fn shows(&self, case: &str) -> bool {
        self.case.borrow().as_deref() == Some(case)
    }

    /// See `CaseLink::begin`.
    pub async fn begin(&self, region: &str, lang: &str, face: Face) -> Result<(), NotSaved> {
        self.new_case().await;
        let case = mint::uuid();
        self.shelf.set_meta("case", Some(&case)).await;
        let opened = Event::Opened {
            number: mint::number(),
            region: region.into(),
            lang: lang.into(),
            face,
        };
        let envelope = self.write(&case, self.envelope(opened, None)?).await;
        *self.case.borrow_mut() = Some(case.clone());
        self.replica.borrow_mut().write(envelope);
        self.written(&case);
        page::ask_to_persist();
        Ok(())
    }

    /// See `CaseLink::record`.
    pub async fn record(&self, event: Event, at: Option<i64>) -> Result<(), NotSaved> {
        let case = self.case().ok_or(NotSaved::NoCase)?;
        let envelope = self.write(&case, self.envelope(event, at)?).await;
        if self.shows(&case) {
            self.replica.borrow_mut().write(envelope);
        }
        self.written(&case);
        Ok(())
    }

    fn envelope(&self, event: Event, at: Option<i64>) -> Result<Envelope, NotSaved> {
        let text = to_json(&event);
        if text.len() > MAX_EVENT - 512 || longest_text(&text) > MAX_TEXT {
            return Err(NotSaved::TooLarge);
        }
        Ok(Envelope {
            v: upcast::VERSION,
            k: mint::uuid(),
            d: self.device.clone(),
            n: 0,
            at: at.unwrap_or_else(mint::now),
            b: Body::Known(event),
        })
    }

    /// Numbers an event and writes it to the shelf.
    async fn write(&self, case: &str, mut envelope: Envelope) -> Envelope {
        let numbered = &mut |there: &[Record]| records::append(there, &mut envelope);
        self.shelf.change(case, &[Kind::Counter], numbered).await;
        envelope
    }

    fn written(&self, case: &str) {
        self.publish();
        self.tell(case);
        self.send_bell.ring();
    }

    /// See `CaseLink::new_case`.
    pub async fn new_case(&self) {
        self.shelf.set_meta("case", None).await;
        *self.case.borrow_mut() = None;
        *self.replica.borrow_mut() = Replica::default();
        self.own.borrow_mut().clear();
        self.epoch.borrow_mut().clear();
        self.tail_slot.stop();
        self.find_left().await;
        self.publish();
    }

    /// Gives the screens the state and the outbox as they are now.
    pub fn publish(&self) {
        let state = self.replica.borrow().state(Role::Driver);
        self.state.set(state);
        self.publish_outbox();
    }

    /// Gives the screens the outbox as it is now.
    pub fn publish_outbox(&self) {
        let photos = self.photo_view();
        let replica = self.replica.borrow();
        let waiting = replica.pending().len() as u32;
        let sending = self.flying.get().min(waiting);
        let mut next = self.outbox.get_untracked();
        next.saved = waiting - sending;
        next.sending = sending;
        next.received = self.own.borrow().len() as u32;
        next.refused = replica.refused().iter().map(refused).collect();
        next.photos = photos;
        next.storage = self.shelf.storage();
        self.set_outbox(next);
    }

    fn set_outbox(&self, next: Outbox) {
        if self.outbox.with_untracked(|o| *o != next) {
            self.outbox.set(next);
        }
    }

    /// Tells how the way to the server is.
    pub fn set_link(&self, link: Link) {
        let mut next = self.outbox.get_untracked();
        let yawning = mint::now() - self.woke.get() < YAWN && next.link == Link::Online;
        if link == Link::Away && yawning {
            return;
        }
        next.link = if link == Link::Away && !page::online() { Link::Offline } else { link };
        self.set_outbox(next);
    }

    /// Notes an answer of the server: its clock, and how long the request took.
    pub fn heard(&self, now: i64, took: i64) {
        let mut next = self.outbox.get_untracked();
        next.link = Link::Online;
        next.last_contact = Some(now);
        next.skew = now - (mint::now() - took / 2);
        self.set_outbox(next);
    }
}

/// Where the mark of a case's history is kept.
pub fn epoch_key(case: &str) -> String {
    let mut key = String::from("epoch:");
    key.push_str(case);
    key
}

fn refused((envelope, why): &(Envelope, String)) -> Refused {
    Refused { what: envelope.b.event().map_or("", |e| e.tag()).into(), why: why.clone() }
}

/// The copy that the records of a case come to, and the offsets of this device's own events. A
/// record that cannot be read is left where it is and skipped.
fn build(records: &[Record], me: &str) -> (Replica, BTreeSet<u64>) {
    let mut replica = Replica::default();
    let mut own = BTreeSet::new();
    let of = |kind| records.iter().filter(move |r: &&Record| r.kind == kind);
    for r in of(Kind::Base) {
        if let Ok(state) = js::read::<State>(&r.text) {
            replica.receive_snapshot(state);
        }
    }
    let mut take = |text: &str, verdict: Option<Verdict>, o: u64, why: &str| {
        let Some(envelope) = (READ.envelope)(text) else {
            return;
        };
        let (k, why) = (envelope.k.clone(), why.into());
        replica.write(envelope);
        if let Some(verdict) = verdict {
            replica.answer(&Answer { k, verdict, o, why });
        }
    };
    for r in of(Kind::Acked) {
        take(&r.text, Some(Verdict::Ok), r.n, "");
        own.insert(r.n);
    }
    for r in of(Kind::Refused) {
        let (why, text) = r.text.split_once('\n').unwrap_or_default();
        take(text, Some(Verdict::Denied), 0, why);
    }
    for r in of(Kind::Pending) {
        take(&r.text, None, 0, "");
    }
    // Last, so that what came back from the server takes its own place from what waits.
    for r in of(Kind::Stored) {
        if let Some(stored) = (READ.stored)(&r.text) {
            if stored.e.d == me {
                own.insert(stored.o);
            }
            replica.receive(stored);
        }
    }
    (replica, own)
}

/// Characters of the longest string in JSON text, within what escapes add.
fn longest_text(json: &str) -> usize {
    let (mut longest, mut length, mut inside, mut escaped) = (0, 0, false, false);
    for c in json.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if inside => {
                escaped = true;
                length += 1;
            }
            '"' => {
                inside = !inside;
                longest = longest.max(length);
                length = 0;
            }
            _ => length += usize::from(inside),
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::longest_text;

    #[test]
    fn strings_are_measured_in_characters() {
        assert_eq!(longest_text(r#"{"a":1}"#), 1);
        assert_eq!(longest_text(r#"{"t":"护栏外","n":123456}"#), 3);
        assert_eq!(longest_text(r#"{"t":"a\"b\\","u":""}"#), 4);
    }
}
