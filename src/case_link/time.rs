//! Waiting: a bell that can be rung, and a limit for work that may never end. Uses the browser's
//! timers; what is waited for, and how long, is decided elsewhere.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use wasm_bindgen::prelude::*;

/// Lets work go on by itself. Boxed, so that all of it shares one code.
pub fn spawn(work: Pin<Box<dyn Future<Output = ()>>>) {
    wasm_bindgen_futures::spawn_local(work);
}

/// A running timer; stopped when dropped.
struct Timer {
    id: Option<i32>,
    over: Rc<Cell<bool>>,
    waker: Rc<RefCell<Option<Waker>>>,
    _fire: Closure<dyn FnMut()>,
}

impl Timer {
    fn start(ms: i32) -> Timer {
        let over = Rc::new(Cell::new(false));
        let waker = Rc::new(RefCell::new(None::<Waker>));
        let (set, wake) = (over.clone(), waker.clone());
        let fire = Closure::<dyn FnMut()>::new(move || {
            set.set(true);
            if let Some(waker) = wake.borrow_mut().take() {
                waker.wake();
            }
        });
        let call = fire.as_ref().unchecked_ref();
        let id = web_sys::window()
            .and_then(|w| w.set_timeout_with_callback_and_timeout_and_arguments_0(call, ms).ok());
        Timer { id, over, waker, _fire: fire }
    }

    fn poll(&self, cx: &Context<'_>) -> Poll<()> {
        if self.over.get() {
            return Poll::Ready(());
        }
        *self.waker.borrow_mut() = Some(cx.waker().clone());
        Poll::Pending
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let (Some(window), Some(id)) = (web_sys::window(), self.id) {
            window.clear_timeout_with_handle(id);
        }
    }
}

/// Does the work, but no longer than `ms` milliseconds: then `None`, and the work is dropped.
pub async fn within<T>(ms: i32, work: impl Future<Output = T>) -> Option<T> {
    let timer = Timer::start(ms);
    let mut work = pin!(work);
    poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => timer.poll(cx).map(|()| None),
    })
    .await
}

/// Wakes the one who waits for it. Rung while nobody waits, it lets the next one through.
#[derive(Default)]
pub struct Bell {
    rung: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl Bell {
    /// Rings.
    pub fn ring(&self) {
        self.rung.set(true);
        if let Some(waker) = self.waker.borrow_mut().take() {
            waker.wake();
        }
    }

    /// Waits for the bell, or until `ms` milliseconds have passed; `None` waits for the bell.
    pub async fn wait(&self, ms: Option<u32>) {
        let rung = poll_fn(|cx| {
            if self.rung.take() {
                return Poll::Ready(());
            }
            *self.waker.borrow_mut() = Some(cx.waker().clone());
            Poll::Pending
        });
        match ms {
            Some(ms) => {
                within(ms.min(i32::MAX as u32) as i32, rung).await;
            }
            None => rung.await,
        }
    }
}
