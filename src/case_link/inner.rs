//! What is behind the handle: opening, taking up and leaving a case, and starting and ending what
//! runs by itself. Writing, telling, sending, receiving and photos work on it from their own files.

use super::copy::{READ, ReadBase, build};
use super::http::Slot;
use super::mint;
use super::page::{self, Page};
use super::photos::Upload;
use super::plan::Plan;
use super::records::{Edit, Kind, Record};
use super::shelf::{DEVICE, Shelf, cases_of, items_of, records_of};
use super::store::{Ask, Item, Later, Room};
use super::tabs::Tabs;
use super::time::{Bell, spawn};
use super::view::{Link, Outbox};
use crate::react::*;
use case::state::Status;
use case::{Replica, Role, State};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Milliseconds after which a closed case is not taken up again.
const STALE: i64 = 12 * 3600 * 1000;

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
    /// The poll under way is one that the server holds.
    pub holding: Cell<bool>,
    /// Reads a snapshot. Set by [`Inner::go`]: only what came from the server needs it.
    pub base: Cell<Option<ReadBase>>,
    /// A snapshot was met before it could be read.
    unread: Cell<bool>,
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
pub const CASE: &str = "case";

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
            holding: Cell::default(),
            base: Cell::default(),
            unread: Cell::default(),
            woke: Cell::new(mint::now()),
            hidden: Cell::default(),
            tabs: RefCell::default(),
            page: RefCell::default(),
        });
        inner.resume().await;
        // Where there is no disk, that is said at once.
        inner.publish_outbox();
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
            if stale {
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
            let unread = records.iter().any(|r| r.kind == Kind::Base);
            self.unread.set(unread && self.base.get().is_none());
            let (replica, own) = build(&records, &self.device, self.base.get());
            let epoch = records.into_iter().find(|r| r.kind == Kind::Epoch);
            *self.replica.borrow_mut() = replica;
            *self.own.borrow_mut() = own;
            *self.epoch.borrow_mut() = epoch.map(|r| r.text).unwrap_or_default();
        })
    }

    /// Forgets, in memory, the case that was open.
    pub fn leave(&self) {
        *self.case.borrow_mut() = None;
        *self.replica.borrow_mut() = Replica::default();
        self.own.borrow_mut().clear();
        self.epoch.borrow_mut().clear();
        self.tail_slot.stop();
        self.tail_bell.ring();
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

    /// See `CaseLink::go`.
    pub fn go(self: &Rc<Self>) {
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
        let inner = self.clone();
        spawn(Box::pin(async move {
            inner.base.set(Some(|text| crate::js::read(text).ok()));
            inner.shelf.pour.set(Some(super::records::pour));
            // What began as the server's snapshot can be read from now on.
            if let Some(case) = inner.case()
                && inner.unread.get()
            {
                inner.load(&case).await;
            }
            inner.tidy().await;
            super::outbox::start(&inner);
            super::tail::start(&inner);
        }));
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
}

/// Adds a number to a list that has each once.
pub fn add(list: &mut Vec<u64>, n: u64) {
    if !list.contains(&n) {
        list.push(n);
    }
}
