//! A piece of the page, built straight from elements of the browser.
//!
//! Every typed `view!` is compiled once for each shape it has; the driver's page has some thirty
//! screens and 85 KB. `El` is one type for all of them: a builder over the DOM. Signals, effects
//! and owners are Leptos' own, and an `El` can stand in a `view!` (see `view`).
//! What it does not do: server rendering, hydration, diffing. A screen that changes its shape is
//! built anew; a part that changes its text is bound with [`El::live`].
//!
//! Generic entrances box their closure at once and the rest is compiled once, out of line: that is
//! what keeps the bytes down, so keep it that way.

use crate::react::*;
use send_wrapper::SendWrapper;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Event, EventTarget, HtmlElement};

/// An element and what belongs to it. Build it inside an owner: listeners and bindings live until
/// the owner is cleaned up.
pub struct El(Element);

/// The page.
#[inline(never)]
pub fn page() -> Document {
    thread_local! {
        static DOCUMENT: Document = window().document().unwrap_throw();
    }
    DOCUMENT.with(Clone::clone)
}

/// The browser's window.
#[inline(never)]
pub fn window() -> web_sys::Window {
    js_sys::global().unchecked_into()
}

/// A new HTML element.
#[inline(never)]
pub fn el(tag: &str) -> El {
    // Creating fails only for a malformed name, and all names are literals of ours.
    El(page().create_element(tag).unwrap_throw())
}

/// A new element of a drawing.
#[inline(never)]
pub fn svg(tag: &str) -> El {
    El(page().create_element_ns(Some("http://www.w3.org/2000/svg"), tag).unwrap_throw())
}

impl El {
    /// The element itself.
    pub fn node(&self) -> &Element {
        &self.0
    }

    /// Sets the classes.
    pub fn class(self, names: &str) -> El {
        self.attr("class", names)
    }

    /// Sets an attribute.
    #[inline(never)]
    pub fn attr(self, name: &str, value: &str) -> El {
        let _ = self.0.set_attribute(name, value);
        self
    }

    /// Appends text.
    #[inline(never)]
    pub fn text(self, text: &str) -> El {
        let _ = self.0.append_with_str_1(text);
        self
    }

    /// Appends a child.
    #[inline(never)]
    #[expect(clippy::should_implement_trait, reason = "a builder's word; nothing is summed")]
    pub fn add(self, child: El) -> El {
        let _ = self.0.append_child(&child.0);
        self
    }

    /// Appends a child that may be missing.
    #[inline(never)]
    pub fn maybe(self, child: Option<El>) -> El {
        match child {
            Some(child) => self.add(child),
            None => self,
        }
    }

    /// Appends what a closure builds, and builds it anew when a signal that it read changes.
    pub fn dynamic(self, build: impl Fn() -> El + 'static) -> El {
        self.rebuilt(Box::new(build))
    }

    #[inline(never)]
    fn rebuilt(self, build: Box<dyn Build>) -> El {
        let parent = self.0.clone();
        keep(RenderEffect::new(move |old: Option<Element>| {
            let new = build.build().0;
            match old {
                Some(old) => replace(&old, &new),
                None => drop(parent.append_child(&new)),
            }
            new
        }));
        self
    }

    /// Calls `act` when it is pressed, by finger, mouse or key.
    pub fn press(self, act: impl FnMut() + 'static) -> El {
        self.pressed(Box::new(act))
    }

    #[inline(never)]
    fn pressed(self, mut act: Box<dyn Press>) -> El {
        attend(&self.0, "click", Box::new(move |_| act.press()));
        self
    }

    /// Calls `act` on every event of this name.
    pub fn on(self, event: &'static str, act: impl FnMut(Event) + 'static) -> El {
        attend(&self.0, event, Box::new(act));
        self
    }

    /// Runs `bind` now and whenever a signal that it read changes.
    pub fn live(self, bind: impl Fn(&Element) + 'static) -> El {
        let element = self.0.clone();
        watch(move || bind(&element));
        self
    }
}

/// Puts one element in the place of another. Whoever had the focus inside finds it at the same
/// place again: a screen that is built anew while somebody tabs through it must not lose them.
fn replace(old: &Element, new: &Element) {
    let mut path = Vec::new();
    let mut at = page().active_element().filter(|active| old.contains(Some(active)));
    while let Some(node) = at.take().filter(|node| node != old) {
        let mut index = 0;
        let mut before = node.previous_element_sibling();
        while let Some(sibling) = before {
            index += 1;
            before = sibling.previous_element_sibling();
        }
        path.push(index);
        at = node.parent_element();
    }
    let _ = old.replace_with_with_node_1(new);
    let mut found = Some(new.clone()).filter(|_| !path.is_empty());
    for index in path.into_iter().rev() {
        found = found.and_then(|node| node.children().item(index));
    }
    if let Some(found) = found {
        focus(&found);
    }
}

/// Calls `act` on every event of this name until the owner is cleaned up.
pub fn listen(target: &EventTarget, event: &'static str, act: impl FnMut(Event) + 'static) {
    attend(target, event, Box::new(act));
}

type Act = Closure<dyn FnMut(Event)>;

// In place of `dyn Fn…`: a table of one method each, without the by-value twin that every boxed
// closure brings along.

trait Build {
    fn build(&self) -> El;
}
impl<F: Fn() -> El> Build for F {
    fn build(&self) -> El {
        self()
    }
}

trait Run {
    fn run(&self);
}
impl<F: Fn()> Run for F {
    fn run(&self) {
        self();
    }
}

trait Press {
    fn press(&mut self);
}
impl<F: FnMut()> Press for F {
    fn press(&mut self) {
        self();
    }
}

trait Heed {
    fn heed(&mut self, event: Event);
}
impl<F: FnMut(Event)> Heed for F {
    fn heed(&mut self, event: Event) {
        self(event);
    }
}

#[inline(never)]
fn attend(target: &EventTarget, event: &'static str, mut act: Box<dyn Heed>) {
    let act: Act = Closure::new(move |event| act.heed(event));
    let _ = target.add_event_listener_with_callback(event, act.as_ref().unchecked_ref());
    let held: SendWrapper<(EventTarget, Act)> = SendWrapper::new((target.clone(), act));
    on_cleanup(move || {
        let (target, act) = held.take();
        let _ = target.remove_event_listener_with_callback(event, act.as_ref().unchecked_ref());
    });
}

/// Runs `act` now and whenever a signal that it read changes, until the owner is cleaned up.
pub fn watch(act: impl Fn() + 'static) {
    watch_boxed(Box::new(act));
}

#[inline(never)]
fn watch_boxed(act: Box<dyn Run>) {
    keep(RenderEffect::new(move |_: Option<()>| act.run()));
}

/// A text that is computed from signals; whoever reads it is told only when it has changed.
pub fn computed(text: impl Fn() -> String + 'static) -> RwSignal<String> {
    computed_boxed(Box::new(text))
}

#[inline(never)]
fn computed_boxed(text: Box<dyn Fn() -> String>) -> RwSignal<String> {
    let out = RwSignal::new(String::new());
    watch(move || {
        let text = text();
        if out.with_untracked(|old| *old != text) {
            out.set(text);
        }
    });
    out
}

/// Calls `act` when the owner is cleaned up: the screen is being left.
pub fn leaving(act: impl FnOnce() + 'static) {
    let act: Box<dyn FnOnce()> = Box::new(act);
    left(act);
}

#[inline(never)]
fn left(act: Box<dyn FnOnce()>) {
    let held = SendWrapper::new(act);
    on_cleanup(move || held.take()());
}

/// Runs a task. It goes on when the screen that started it is gone; what it touches may be gone.
pub fn task(work: impl Future<Output = ()> + 'static) {
    let work: std::pin::Pin<Box<dyn Future<Output = ()>>> = Box::pin(work);
    start(work);
}

#[inline(never)]
fn start(work: std::pin::Pin<Box<dyn Future<Output = ()>>>) {
    wasm_bindgen_futures::spawn_local(work);
}

/// Keeps an effect until the owner is cleaned up.
fn keep<T: 'static>(effect: RenderEffect<T>) {
    let held = SendWrapper::new(RefCell::new(effect));
    on_cleanup(move || drop(held));
}

/// Puts the focus on an element, once it is on the page.
pub fn focus(element: &Element) {
    if let Some(html) = element.dyn_ref::<HtmlElement>() {
        let _ = html.focus();
    }
}
