//! What a screen remembers while it is shown. Like a signal of any type, but only a counter goes
//! through the reactive graph: each type of signal compiles that graph anew, some two kilobytes.

use crate::react::*;
use std::cell::RefCell;
use std::rc::Rc;

/// A value that screens read and change. Clones are the same value.
pub struct Slot<T>(Rc<RefCell<T>>, RwSignal<u32>);

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Slot<T> {
        Slot(self.0.clone(), self.1)
    }
}

impl<T: Clone> Slot<T> {
    /// A new value, shown for as long as the owner it is made under.
    pub fn new(value: T) -> Slot<T> {
        Slot(Rc::new(RefCell::new(value)), RwSignal::new(0))
    }

    /// The value; whoever reads it so is run anew when it changes.
    pub fn get(&self) -> T {
        read(self.1);
        self.peek()
    }

    /// The value, read once.
    pub fn peek(&self) -> T {
        self.0.borrow().clone()
    }

    /// Changes the value.
    pub fn set(&self, value: T) {
        *self.0.borrow_mut() = value;
        told(self.1);
    }

    /// Changes the value in place.
    pub fn change(&self, act: impl FnOnce(&mut T)) {
        act(&mut self.0.borrow_mut());
        told(self.1);
    }

    /// Whether the screen that it was made for is still shown.
    pub fn shown(&self) -> bool {
        shown(self.1)
    }
}

#[inline(never)]
fn read(counter: RwSignal<u32>) {
    counter.track();
}

#[inline(never)]
fn told(counter: RwSignal<u32>) {
    counter.try_update(|n| *n = n.wrapping_add(1));
}

#[inline(never)]
fn shown(counter: RwSignal<u32>) -> bool {
    counter.try_get_untracked().is_some()
}
