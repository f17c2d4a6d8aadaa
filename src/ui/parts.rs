//! The few parts that every screen is made of. They know nothing of cases: text in, element out.

use super::dom::{El, el, svg};
use std::cell::RefCell;

thread_local! {
    static PICTURES: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Tells where the sheet of drawings is.
pub fn set_pictures(url: String) {
    PICTURES.with(|p| *p.borrow_mut() = url);
}

/// A drawing by its name. It repeats what the words say, so readers of the screen skip it.
#[inline(never)]
pub fn pic(name: &str) -> El {
    let mut href = PICTURES.with(|p| p.borrow().clone());
    href.push('#');
    href.push_str(name);
    svg("svg").attr("class", "pic").attr("aria-hidden", "true").add(svg("use").attr("href", &href))
}

/// A line drawing of 24 × 24 units.
#[inline(never)]
pub fn icon(path: &str) -> El {
    svg("svg")
        .attr("class", "icon")
        .attr("viewBox", "0 0 24 24")
        .attr("aria-hidden", "true")
        .add(svg("path").attr("d", path))
}

/// The heading of a screen, which takes the focus when the screen comes.
#[inline(never)]
pub fn h1(text: &str) -> El {
    el("h1").attr("tabindex", "-1").text(text)
}

/// A paragraph.
#[inline(never)]
pub fn p(class: &str, text: &str) -> El {
    el("p").class(class).text(text)
}

/// A button; further classes beside `btn`.
pub fn button(class: &str, text: &str, act: impl FnMut() + 'static) -> El {
    bare(class, text).press(act)
}

#[inline(never)]
fn bare(class: &str, text: &str) -> El {
    el("button").attr("type", "button").class(class).text(text)
}

/// A link.
#[inline(never)]
pub fn link(class: &str, href: &str, text: &str) -> El {
    el("a").class(class).attr("href", href).text(text)
}

/// What is there but need not be seen at once.
#[inline(never)]
pub fn fold(class: &str, summary: &str) -> El {
    el("details").class(class).add(el("summary").text(summary))
}

/// A screen, narrow enough to read.
#[inline(never)]
pub fn screen(class: &str) -> El {
    el("section").class(class)
}
