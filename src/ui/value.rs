//! A value that lives as long as the page. Like a signal of any type, but only a counter goes
//! through the reactive graph: each type of signal compiles that graph anew, some two kilobytes.
//! What a screen remembers while it is shown is a [`Slot`](super::slot::Slot) instead.

use crate::react::*;
use std::cell::RefCell;

/// The value behind its handle.
struct Inner<T> {
    value: RefCell<T>,
    changes: ArcRwSignal<u32>,
}

/// A value that lives as long as the page; the handle is copied freely.
pub struct Value<T: 'static>(&'static Inner<T>);

impl<T> Clone for Value<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Value<T> {}

impl<T> Value<T> {
    /// A new value. Never freed: make it once for the page.
    pub fn new(value: T) -> Value<T> {
        let changes = ArcRwSignal::new(0);
        Value(Box::leak(Box::new(Inner { value: RefCell::new(value), changes })))
    }

    /// Reads the value; whoever reads it so is run anew when it changes.
    pub fn with<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        track(&self.0.changes);
        read(&self.0.value.borrow())
    }

    /// Reads the value once.
    pub fn with_untracked<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        read(&self.0.value.borrow())
    }

    /// Changes the value.
    pub fn set(&self, value: T) {
        *self.0.value.borrow_mut() = value;
        tell(&self.0.changes);
    }
}

impl<T: Clone> Value<T> {
    /// The value; whoever reads it so is run anew when it changes.
    pub fn get(&self) -> T {
        track(&self.0.changes);
        self.get_untracked()
    }

    /// The value, read once.
    pub fn get_untracked(&self) -> T {
        self.0.value.borrow().clone()
    }
}

#[inline(never)]
fn track(changes: &ArcRwSignal<u32>) {
    changes.track();
}

#[inline(never)]
fn tell(changes: &ArcRwSignal<u32>) {
    changes.update(|n| *n = n.wrapping_add(1));
}
