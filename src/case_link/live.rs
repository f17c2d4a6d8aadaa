//! The case on the page's live link: to whom it connects, and what it brings. The link only carries;
//! what it brought is taken by the same rules, and in the same loop, as the answer to a long poll.

use super::inner::Inner;
use super::tail::News;
use super::view::Link;
use crate::live::{Face, Hello, here};
use crate::react::*;
use std::rc::Rc;

/// How fresh the screens know the last word of the server, milliseconds: as with long polls.
const CONTACT: i64 = 25_000;

impl Inner {
    /// See `CaseLink::go_live`.
    pub fn go_live(self: &Rc<Self>) {
        let (asked, told) = (Rc::downgrade(self), Rc::downgrade(self));
        here().start(Face {
            hello: Box::new(move || asked.upgrade()?.hello()),
            turned: Box::new(move || {
                if let Some(inner) = told.upgrade() {
                    inner.turned();
                }
            }),
            alone: Some([&self.name, "-live"].concat()),
        });
    }

    fn hello(&self) -> Option<Hello> {
        let case = self.case().filter(|_| !self.closed.get() && self.known())?;
        let after = self.replica.borrow().top();
        Some(Hello {
            case,
            token: self.token.clone(),
            after,
            epoch: self.epoch.borrow().clone(),
            d: self.device.clone(),
            floor: self.floor(after),
        })
    }

    fn turned(&self) {
        if here().up() {
            let heard = here().heard();
            let told = self.outbox.with_untracked(|o| {
                o.link == Link::Online && o.last_contact.is_some_and(|at| heard - at < CONTACT)
            });
            if !told {
                self.heard(heard, 0);
            }
            // What a poll would be told, the link brings.
            if self.holding.replace(false) {
                self.tail_slot.stop();
            }
        }
        self.tail_bell.ring();
    }

    /// Takes what the link brought; whether a poll has to bring the rest.
    pub async fn take_live(&self, case: &str) -> bool {
        let live = here();
        live.check();
        while let Some((floor, tail)) = live.tail() {
            let news = News::of(&tail);
            let top = self.replica.borrow().top();
            // A hole is never taken: it may be this copy that was rewound.
            if let Some(news) = news.filter(|news| news.follows(top)) {
                self.take(case, news, floor).await;
            }
            if self.closed.get() || !self.shows(case) {
                return false;
            }
        }
        self.replica.borrow().top() < live.seen()
    }
}
