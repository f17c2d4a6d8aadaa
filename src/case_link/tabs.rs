//! Other tabs of this app on the same device: telling them that the store changed, and agreeing
//! who sends. Both are help only: events are numbered inside transactions and the server takes
//! each once, so nothing goes wrong where the browser has neither.

use js_sys::{Function, Promise, Reflect};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{BroadcastChannel, MessageEvent};

/// The channel to the other tabs; closed when dropped.
pub struct Tabs {
    channel: Option<BroadcastChannel>,
    _hear: Closure<dyn FnMut(MessageEvent)>,
}

impl Tabs {
    /// Joins the channel; `hear` gets the id of a case of which another tab changed something.
    pub fn open(name: &str, mut hear: impl FnMut(String) + 'static) -> Tabs {
        let hear = Closure::<dyn FnMut(_)>::new(move |event: MessageEvent| {
            if let Some(case) = event.data().as_string() {
                hear(case);
            }
        });
        let there = Reflect::has(&js_sys::global(), &"BroadcastChannel".into()).unwrap_or(false);
        let channel = there.then(|| BroadcastChannel::new(name).ok()).flatten();
        if let Some(channel) = &channel {
            channel.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        }
        Tabs { channel, _hear: hear }
    }

    /// Tells the other tabs that something of this case changed.
    pub fn tell(&self, case: &str) {
        if let Some(channel) = &self.channel {
            let _ = channel.post_message(&case.into());
        }
    }
}

impl Drop for Tabs {
    fn drop(&mut self) {
        if let Some(channel) = &self.channel {
            channel.set_onmessage(None);
            channel.close();
        }
    }
}

#[wasm_bindgen]
extern "C" {
    type Locks;
    #[wasm_bindgen(method, catch)]
    fn request(
        this: &Locks,
        name: &str,
        options: &JsValue,
        callback: &Function,
    ) -> Result<Promise, JsValue>;
}

/// The right to send, given back when dropped.
pub struct Grip(Option<Function>);

impl Drop for Grip {
    fn drop(&mut self) {
        if let Some(release) = &self.0 {
            let _ = release.call0(&JsValue::NULL);
        }
    }
}

/// Takes the right to send, if no other tab has it at this moment. Always given where the
/// browser knows no locks.
pub async fn grip(name: &str) -> Option<Grip> {
    let free = Some(Grip(None));
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into());
    let locks = navigator.and_then(|n| Reflect::get(&n, &"locks".into()));
    let locks: Locks = match locks {
        Ok(locks) if locks.is_object() => locks.unchecked_into(),
        _ => return free,
    };
    let options = js_sys::Object::new();
    let _ = Reflect::set(&options, &"ifAvailable".into(), &true.into());
    // The lock is held until the promise that the callback returns is kept.
    let release = Rc::new(RefCell::new(None));
    let keep = release.clone();
    let held = Promise::new(&mut |resolve, _| *keep.borrow_mut() = Some(resolve));
    let told = Rc::new(RefCell::new(None));
    let tell = told.clone();
    let answer = Promise::new(&mut |resolve, _| *tell.borrow_mut() = Some(resolve));
    let callback = Closure::<dyn FnMut(JsValue) -> JsValue>::new(move |lock: JsValue| {
        if let Some(tell) = told.borrow_mut().take() {
            let _ = tell.call1(&JsValue::NULL, &lock.is_truthy().into());
        }
        match lock.is_truthy() {
            true => held.clone().into(),
            false => JsValue::UNDEFINED,
        }
    });
    let asked = locks.request(name, &options, callback.as_ref().unchecked_ref());
    let asked = match asked {
        Ok(promise) => promise,
        Err(_) => return free,
    };
    // Whatever comes first: the callback, or a refusal of the whole request.
    let first = Promise::race(&js_sys::Array::of2(&answer, &asked));
    match JsFuture::from(first).await {
        Ok(got) if got.is_truthy() => Some(Grip(release.borrow_mut().take())),
        Ok(_) => None,
        Err(_) => free,
    }
}
