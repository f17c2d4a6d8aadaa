//! Telling the screens: the state, the outbox, and how the way to the server is.

use super::inner::Inner;
use super::mint;
use super::page;
use super::view::{Link, Outbox, Refused};
use crate::react::*;
use case::{Envelope, Role};

/// Milliseconds after waking in which a failed try says nothing about the network.
const YAWN: i64 = 3_000;

impl Inner {
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

fn refused((envelope, why): &(Envelope, String)) -> Refused {
    Refused { what: envelope.b.event().map_or("", |e| e.tag()).into(), why: why.clone() }
}
