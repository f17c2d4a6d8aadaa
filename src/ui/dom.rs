//! A piece of the page, built straight from elements of the browser.
//!
//! Every typed `view!` is compiled once for each shape it has; the driver's page has some thirty
//! screens and 85 KB. `El` is one type for all of them: a builder over the DOM that is a Leptos
//! view, so that either can stand inside the other. Signals, effects and owners are Leptos' own.
//! What it does not do: server rendering, hydration, diffing. A screen that changes its shape is
//! built anew; a part that changes its text is bound with [`El::live`].

use leptos::prelude::*;
use leptos::tachys::html::attribute::{Attribute, any_attribute::AnyAttribute};
use leptos::tachys::hydration::Cursor;
use leptos::tachys::view::add_attr::AddAnyAttr;
use leptos::tachys::view::{Mountable, Position, PositionState, Render, RenderHtml};
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Event, HtmlElement, Node};

/// An element and what belongs to it. Build it inside an owner: listeners and bindings live until
/// the owner is cleaned up.
pub struct El(SendWrapper<Element>);

thread_local! {
    static DOCUMENT: Document = window().document().unwrap_or_else(|| Document::from(JsValue::NULL));
}

/// The page.
pub fn page() -> Document {
    DOCUMENT.with(Clone::clone)
}

/// The browser's window.
pub fn window() -> web_sys::Window {
    js_sys::global().unchecked_into()
}

/// A new HTML element.
pub fn el(tag: &str) -> El {
    make(page().create_element(tag))
}

/// A new element of a drawing.
pub fn svg(tag: &str) -> El {
    make(page().create_element_ns(Some("http://www.w3.org/2000/svg"), tag))
}

/// Creating fails only for a malformed tag name, and all tags are literals of ours.
fn make(made: Result<Element, JsValue>) -> El {
    El(SendWrapper::new(made.unwrap_throw()))
}

impl El {
    /// The element itself.
    pub fn node(&self) -> &Element {
        &self.0
    }

    /// Sets the classes.
    pub fn class(self, names: &str) -> El {
        self.0.set_class_name(names);
        self
    }

    /// Sets an attribute.
    pub fn attr(self, name: &str, value: &str) -> El {
        let _ = self.0.set_attribute(name, value);
        self
    }

    /// Appends text.
    pub fn text(self, text: &str) -> El {
        let _ = self.0.append_with_str_1(text);
        self
    }

    /// Appends a child.
    pub fn add(self, child: El) -> El {
        let _ = self.0.append_child(child.node());
        self
    }

    /// Appends a child that may be missing.
    pub fn maybe(self, child: Option<El>) -> El {
        match child {
            Some(child) => self.add(child),
            None => self,
        }
    }

    /// Appends a Leptos view.
    pub fn view(self, view: AnyView) -> El {
        let mut state = view.build();
        state.mount(&self.0, None);
        keep(state);
        self
    }

    /// Appends what a closure builds, and builds it anew when a signal that it read changes.
    pub fn dynamic(self, build: impl Fn() -> El + Send + 'static) -> El {
        let build: Box<dyn Fn() -> El + Send> = Box::new(build);
        self.view((move || build()).into_any())
    }

    /// Calls `act` on every event of this name.
    pub fn on(self, event: &'static str, act: impl FnMut(Event) + 'static) -> El {
        listen(&self.0, event, act);
        self
    }

    /// Runs `bind` now and whenever a signal that it read changes.
    pub fn live(self, bind: impl Fn(&Element) + 'static) -> El {
        let element = self.0.clone();
        let bind: Box<dyn Fn()> = Box::new(move || bind(&element));
        keep(RenderEffect::new(move |_| bind()));
        self
    }
}

/// Calls `act` on every event of this name until the owner is cleaned up.
pub fn listen(
    target: &web_sys::EventTarget,
    event: &'static str,
    act: impl FnMut(Event) + 'static,
) {
    let act: Box<dyn FnMut(Event)> = Box::new(act);
    let closure = Closure::wrap(act);
    let function = closure.as_ref().unchecked_ref();
    let _ = target.add_event_listener_with_callback(event, function);
    let held = SendWrapper::new((target.clone(), closure));
    on_cleanup(move || {
        let (target, closure) = held.take();
        let _ = target.remove_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
    });
}

/// Keeps a value until the owner is cleaned up.
fn keep<T: 'static>(value: T) {
    let held = SendWrapper::new(value);
    on_cleanup(move || drop(held));
}

/// Puts the focus on an element, once it is on the page.
pub fn focus(element: &Element) {
    if let Some(html) = element.dyn_ref::<HtmlElement>() {
        let _ = html.focus();
    }
}

/// An [`El`] on the page.
pub struct Mounted(SendWrapper<Element>);

impl Mountable for Mounted {
    fn unmount(&mut self) {
        self.0.remove();
    }
    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        let _ = parent.insert_before(&self.0, marker);
    }
    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        match self.0.parent_element() {
            Some(parent) => {
                child.mount(&parent, Some(&self.0));
                true
            }
            None => false,
        }
    }
    fn elements(&self) -> Vec<Element> {
        vec![(*self.0).clone()]
    }
}

impl Render for El {
    type State = Mounted;
    fn build(self) -> Mounted {
        Mounted(self.0)
    }
    fn rebuild(self, state: &mut Mounted) {
        let _ = state.0.replace_with_with_node_1(&self.0);
        state.0 = self.0;
    }
}

impl AddAnyAttr for El {
    type Output<A: Attribute> = El;
    fn add_any_attr<A: Attribute>(self, _: A) -> El {
        self
    }
}

impl RenderHtml for El {
    type AsyncOutput = El;
    type Owned = El;
    const MIN_LENGTH: usize = 0;
    fn dry_resolve(&mut self) {}
    async fn resolve(self) -> El {
        self
    }
    fn to_html_with_buf(
        self,
        _: &mut String,
        _: &mut Position,
        _: bool,
        _: bool,
        _: Vec<AnyAttribute>,
    ) {
    }
    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> Mounted {
        self.build()
    }
    fn into_owned(self) -> El {
        self
    }
}
