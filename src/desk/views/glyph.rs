//! The shape of each state, so that it can be told without colour: triangle, ring, half-filled
//! ring, square with a tick.

use super::super::list::Group;
use leptos::prelude::*;

/// The sign of a state; what it means is said in words beside it.
pub fn glyph(group: Group) -> impl IntoView {
    let (class, path) = match group {
        Group::Red => {
            ("d-glyph d-red", "M8 .8 15.8 15H.2ZM7.1 5.6h1.8v4.8H7.1ZM7.1 11.6h1.8v1.8H7.1Z")
        }
        Group::Open => (
            "d-glyph d-open",
            "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1ZM8 3.6a4.4 4.4 0 1 0 0 8.8 4.4 4.4 0 0 0 0-8.8Z",
        ),
        Group::Taken => {
            ("d-glyph d-taken", "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1ZM8 3a5 5 0 0 1 0 10Z")
        }
        Group::Done => (
            "d-glyph d-done",
            "M1.5 1.5h13v13h-13ZM3.9 8.2l1.3-1.3 1.9 1.9 3.8-3.9 1.3 1.3-5.1 5.3Z",
        ),
    };
    view! {
        <svg class=class viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path fill="currentColor" fill-rule="evenodd" d=path/>
        </svg>
    }
}
