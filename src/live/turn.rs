//! Of several tabs of a device one has the link: the one that is in front. The others go on with the
//! long poll, and are told by the store what the link brought.

use crate::case_link::page;
use crate::case_link::tabs::{Grip, Tabs, grip};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The right to the link.
#[derive(Default)]
pub struct Turn {
    grip: RefCell<Option<Grip>>,
    tabs: RefCell<Option<Tabs>>,
    asked: Rc<Cell<bool>>,
}

impl Turn {
    /// Whether this tab may have the link: it has it, or is in front and gets it. `lost` is called
    /// when a tab in front asks for it and this one is not.
    pub async fn take(&self, name: &str, lost: impl Fn() + 'static) -> bool {
        let asked = self.asked.clone();
        if self.tabs.borrow().is_none() {
            let hear = move |_| {
                if !page::visible() {
                    asked.set(true);
                    lost();
                }
            };
            *self.tabs.borrow_mut() = Some(Tabs::open(name, hear));
        }
        if self.asked.take() {
            self.give();
        }
        if self.grip.borrow().is_some() {
            return true;
        }
        if !page::visible() {
            return false;
        }
        let got = grip(name).await;
        let got_it = got.is_some();
        *self.grip.borrow_mut() = got;
        if !got_it && let Some(tabs) = &*self.tabs.borrow() {
            tabs.tell(name);
        }
        got_it
    }

    /// Gives the right back.
    pub fn give(&self) {
        *self.grip.borrow_mut() = None;
    }
}
