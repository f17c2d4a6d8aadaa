//! An element as a Leptos view, for pages that are written with `view!`.

use super::dom::El;
use leptos::prelude::IntoRender;
use leptos::tachys::html::attribute::{Attribute, any_attribute::AnyAttribute};
use leptos::tachys::hydration::Cursor;
use leptos::tachys::view::add_attr::AddAnyAttr;
use leptos::tachys::view::{Mountable, Position, PositionState, Render, RenderHtml};
use send_wrapper::SendWrapper;
use web_sys::{Element, Node};

/// An element that is not on the page yet.
pub struct View(SendWrapper<Element>);

impl IntoRender for El {
    type Output = View;
    fn into_render(self) -> View {
        View(SendWrapper::new(self.node().clone()))
    }
}

/// An element on the page.
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

impl Render for View {
    type State = Mounted;
    fn build(self) -> Mounted {
        Mounted(self.0)
    }
    fn rebuild(self, state: &mut Mounted) {
        let _ = state.0.replace_with_with_node_1(&self.0);
        state.0 = self.0;
    }
}

impl AddAnyAttr for View {
    type Output<A: Attribute> = View;
    fn add_any_attr<A: Attribute>(self, _: A) -> View {
        self
    }
}

impl RenderHtml for View {
    type AsyncOutput = View;
    type Owned = View;
    const MIN_LENGTH: usize = 0;
    fn dry_resolve(&mut self) {}
    async fn resolve(self) -> View {
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
    fn into_owned(self) -> View {
        self
    }
}
