//! The case in memory: loading it from the shelf, recording into it, and telling the screens.
//! Sending, receiving and photos work on it from their own files.

use super::http::Slot;
use super::mint;
use super::page::{self, Page};
use super::photos::Upload;
use super::plan::Plan;
use super::records::{self, Edit, Kind, Reader, Record};
use super::shelf::{DEVICE, Shelf, asks, cases_of, items_of, records_of};
use super::store::{Ask, Item, Later, Room};
use super::tabs::Tabs;
use super::time::{Bell, spawn};
use super::view::{Link, NotSaved, Outbox, Refused};
use crate::js;
use case::event::{Body, Face};
use case::message::{Answer, MAX_EVENT, MAX_TEXT, Verdict};
use case::state::Status;
use case::wire::to_json;
use case::{Envelope, Event, Replica, Role, State, upcast};
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
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
    pub own: RefCell<Vec<u64>>,
    /// The server's mark of the history that this copy continues; empty before the first answer.
    pub epoch: RefCell<String>,
    /// Events of the case that are on their way.
    pub flying: Cell<u32>,
    /// Photos of which the bytes are here.
    pub uploads: RefCell<Vec<Upload>>,
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

/// Keys of the device's own values.
const TOKEN: &str = "token";
const CASE: &str = "case";

impl Inner {
    /// Opens the store and takes up the case that was open.
    pub async fn open(name: &str) -> Rc<Inner> {
        let shelf = Shelf::open(name, READ, mint::now).await;
        let mut values = [(DEVICE, mint::uuid()), (TOKEN, mint::token())];
        // In one step, so that two tabs opened at once are one device.
        let keep = &mut |there: &[Item]| {
            let mut new = Vec::new();
            for (key, value) in &mut values {
                match there.iter().find(|i| i.key == *key).and_then(|i| i.as_text()) {
                    Some(kept) => *value = kept.into(),
                    None => new.push(Item::text(Room::Meta, (*key).into(), value.clone())),
                }
            }
            new
        };
        shelf.transact(true, &[Ask::new(Room::Meta, "")], keep).await;
        let [(_, device), (_, token)] = values;
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
        inner.tidy().await;
        inner.start();
        inner
    }

    /// Takes up the case that the device had open, and the photos that it has.
    fn resume(&self) -> Later<'_, ()> {
        Box::pin(async {
            let mut case = None;
            let mut uploads = Vec::new();
            let then = &mut |items: &[Item]| {
                let text = |i: &Item| Some(String::from(i.as_text()?));
                case = items.iter().find(|i| i.key == CASE).and_then(text);
                uploads = items.iter().filter_map(Upload::read).collect();
                Vec::new()
            };
            self.shelf.transact(false, &[Ask::new(Room::Meta, "")], then).await;
            *self.uploads.borrow_mut() = uploads;
            let Some(case) = case else { return };
            self.load(&case).await;
            let state = self.replica.borrow().state(Role::Driver);
            let stale = state.status == Status::Done && mint::now() - state.last > STALE;
            if stale || (state.number.is_empty() && state.top == 0) {
                self.leave();
                self.shelf.put(Item::gone(Room::Meta, CASE.into())).await;
            } else {
                *self.case.borrow_mut() = Some(case);
            }
            self.publish();
        })
    }

    /// Reads the case anew from the shelf.
    pub fn load<'a>(&'a self, case: &'a str) -> Later<'a, ()> {
        Box::pin(async move {
            let records = self.shelf.read(case, &Kind::ALL).await;
            let (replica, own) = build(&records, &self.device);
            let epoch = records.into_iter().find(|r| r.kind == Kind::Epoch);
            *self.replica.borrow_mut() = replica;
            *self.own.borrow_mut() = own;
            *self.epoch.borrow_mut() = epoch.map(|r| r.text).unwrap_or_default();
        })
    }

    /// Forgets, in memory, the case that was open.
    fn leave(&self) {
        *self.case.borrow_mut() = None;
        *self.replica.borrow_mut() = Replica::default();
        self.own.borrow_mut().clear();
        self.epoch.borrow_mut().clear();
        self.tail_slot.stop();
    }

    /// Forgets what this device no longer needs: it is an outbox, not an archive. Earlier cases
    /// of which all is sent, and the bytes of their photos.
    async fn tidy(&self) {
        let current = self.case();
        let then = &mut |items: &[Item]| {
            let mut new = Vec::new();
            for case in cases_of(items) {
                let keep = |r: &Record| matches!(r.kind, Kind::Pending | Kind::Refused);
                let records = records_of(&case, items);
                if Some(&case) != current.as_ref() && !records.iter().any(keep) {
                    let gone = records.iter().map(|r| Edit::Delete(r.kind, r.n)).collect();
                    new.append(&mut items_of(&case, gone));
                }
            }
            for upload in self.uploads.borrow().iter() {
                if Some(&upload.case) != current.as_ref() && upload.sent >= upload.size {
                    new.append(&mut upload.gone());
                }
            }
            new
        };
        self.shelf.transact(true, &[Ask::new(Room::Events, "")], then).await;
        self.find_left().await;
        self.publish();
    }

    /// Looks for other cases that still have something to send.
    pub fn find_left(&self) -> Later<'_, ()> {
        Box::pin(async {
            let mut left = Vec::new();
            let then = &mut |items: &[Item]| {
                left = cases_of(items);
                left.retain(|case| {
                    let waits = |r: &Record| r.kind == Kind::Pending;
                    !self.shows(case) && records_of(case, items).iter().any(waits)
                });
                Vec::new()
            };
            self.shelf.transact(false, &[Ask::new(Room::Events, "")], then).await;
            *self.left.borrow_mut() = left;
        })
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
                spawn(Box::pin(async move { inner.heard_tab(&case).await }));
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
        let opened = Event::Opened {
            number: mint::number(),
            region: region.into(),
            lang: lang.into(),
            face,
        };
        let envelope = self.envelope(opened, None)?;
        self.take_up(&case, Some(envelope)).await;
        page::ask_to_persist();
        Ok(())
    }

    /// Makes a case the current one, with its first event.
    pub fn take_up<'a>(&'a self, case: &'a str, first: Option<Envelope>) -> Later<'a, ()> {
        Box::pin(async move {
            let current = Item::text(Room::Meta, CASE.into(), case.into());
            self.write(case, first, Some(current)).await;
            self.load(case).await;
            *self.case.borrow_mut() = Some(case.into());
            self.written(case);
        })
    }

    /// See `CaseLink::record`.
    pub fn record(&self, event: Event, at: Option<i64>) -> Later<'_, Result<(), NotSaved>> {
        Box::pin(async move {
            let case = self.case().ok_or(NotSaved::NoCase)?;
            let envelope = self.envelope(event, at)?;
            let envelope = self.write(&case, Some(envelope), None).await;
            if let Some(envelope) = envelope.filter(|_| self.shows(&case)) {
                self.replica.borrow_mut().write(envelope);
            }
            self.written(&case);
            Ok(())
        })
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

    /// Numbers an event and writes it to the shelf, with one more entry, as one step.
    fn write<'a>(
        &'a self,
        case: &'a str,
        mut envelope: Option<Envelope>,
        more: Option<Item>,
    ) -> Later<'a, Option<Envelope>> {
        Box::pin(async move {
            let then = &mut |items: &[Item]| {
                let mut new = Vec::from_iter(more.clone());
                if let Some(envelope) = &mut envelope {
                    let edits = records::append(&records_of(case, items), envelope);
                    new.append(&mut items_of(case, edits));
                }
                new
            };
            self.shelf.transact(true, &asks(case, &[Kind::Counter]), then).await;
            envelope
        })
    }

    fn written(&self, case: &str) {
        self.publish();
        self.tell(case);
        self.send_bell.ring();
    }

    /// See `CaseLink::new_case`.
    pub fn new_case(&self) -> Later<'_, ()> {
        Box::pin(async {
            self.leave();
            self.shelf.put(Item::gone(Room::Meta, CASE.into())).await;
            self.find_left().await;
            self.publish();
        })
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

/// Adds a number to a list that has each once.
pub fn add(list: &mut Vec<u64>, n: u64) {
    if !list.contains(&n) {
        list.push(n);
    }
}

fn refused((envelope, why): &(Envelope, String)) -> Refused {
    Refused { what: envelope.b.event().map_or("", |e| e.tag()).into(), why: why.clone() }
}

/// The copy that the records of a case come to, and the offsets of this device's own events. A
/// record that cannot be read is left where it is and skipped.
fn build(records: &[Record], me: &str) -> (Replica, Vec<u64>) {
    let mut replica = Replica::default();
    let mut own = Vec::new();
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
        own.push(r.n);
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
                add(&mut own, stored.o);
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
