//! The desk by keyboard: j/k or arrows move in the list, Enter opens (the browser's own doing),
//! / searches, m writes a message, Escape goes one step back. Keys typed into a field are left
//! alone, and so is everything while an input method composes.

use super::model::Desk;
use super::page;
use super::route::Route;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, window};

/// The search box.
pub const SEARCH: &str = "#find";

/// The message box.
pub const MESSAGE: &str = "#say";

/// Listens as long as the page lives.
pub fn listen(desk: Desk, clear_search: impl Fn() -> bool + 'static) {
    let Some(document) = window().and_then(|w| w.document()) else { return };
    page::listen(&document, "keydown", move |event| {
        let Ok(event) = event.dyn_into::<KeyboardEvent>() else { return };
        let plain =
            !event.ctrl_key() && !event.meta_key() && !event.alt_key() && !event.is_composing();
        if plain && pressed(desk, &event, &clear_search) {
            event.prevent_default();
        }
    });
}

fn pressed(desk: Desk, event: &KeyboardEvent, clear_search: &impl Fn() -> bool) -> bool {
    let Some(document) = window().and_then(|w| w.document()) else { return false };
    let focused = document.active_element();
    let typing = focused
        .as_ref()
        .is_some_and(|e| matches!(e.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
    // An open dialog has the keyboard to itself.
    if document.query_selector("dialog[open]").ok().flatten().is_some() {
        return false;
    }
    match event.key().as_str() {
        "Escape" => back(desk, focused, typing, clear_search),
        _ if typing => return false,
        "j" => walk(1),
        "k" => walk(-1),
        "ArrowDown" if in_list(focused.as_ref()) => walk(1),
        "ArrowUp" if in_list(focused.as_ref()) => walk(-1),
        "/" => page::focus(SEARCH),
        "m" => page::focus(MESSAGE),
        _ => return false,
    }
    true
}

fn in_list(focused: Option<&Element>) -> bool {
    focused.is_none_or(|e| e.tag_name() == "BODY" || e.closest(".d-list").ok().flatten().is_some())
}

/// Search first, then the field, then the case.
fn back(desk: Desk, focused: Option<Element>, typing: bool, clear_search: &impl Fn() -> bool) {
    if typing {
        let searching = focused.as_ref().is_some_and(|e| e.id() == "find");
        if !(searching && clear_search())
            && let Some(field) = focused.and_then(|e| e.dyn_into::<HtmlElement>().ok())
        {
            let _ = field.blur();
        }
    } else if !clear_search() && matches!(desk.route.get_untracked(), Route::Case(_)) {
        page::go("#/");
    }
}

/// Moves the keyboard up or down the list, beginning from the case on the screen.
fn walk(by: i32) {
    let Some(document) = window().and_then(|w| w.document()) else { return };
    let Ok(rows) = document.query_selector_all(".d-list .d-row") else { return };
    let rows: Vec<HtmlElement> =
        (0..rows.length()).filter_map(|i| rows.item(i)?.dyn_into().ok()).collect();
    let focused = document.active_element();
    let here = rows.iter().position(|r| focused.as_ref() == Some(r.as_ref()));
    let shown =
        || rows.iter().position(|r| r.get_attribute("aria-current").is_some_and(|c| c == "page"));
    let next = match here.or_else(shown) {
        Some(at) => at as i32 + by,
        None => 0,
    };
    if let Some(row) = rows.get(next.clamp(0, rows.len().max(1) as i32 - 1) as usize) {
        let _ = row.focus();
    }
}
