//! The desk by keyboard: the list, its filters, what is done with a case, and the way between the
//! screens; `?` shows them all. A key presses the button that stands for it, so that a key never
//! does what cannot be seen. Keys typed into a field are left alone, and so is everything while an
//! input method composes.

use super::model::{Desk, Who};
use super::page;
use super::route::{Route, case_href};
use super::views::help::Help;
use super::views::list::Search;
use super::views::replay::SLIDER;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, KeyboardEvent, window};

/// The search box.
pub const SEARCH: &str = "#find";

/// The message box.
pub const MESSAGE: &str = "#say";

/// Keys that press a button: the key, and the button.
const BUTTONS: [(&str, &str); 13] = [
    ("r", ".d-more-red"),
    ("1", ".d-count[data-state='0']"),
    ("2", ".d-count[data-state='1']"),
    ("3", ".d-count[data-state='2']"),
    ("4", ".d-count[data-state='3']"),
    ("a", "[data-whose='0']"),
    ("o", "[data-whose='1']"),
    ("n", "[data-whose='2']"),
    ("t", ".d-take"),
    ("h", ".d-hand-over"),
    ("d", ".d-order"),
    ("c", ".d-close"),
    ("e", ".d-export"),
];

/// Keys that lead to another screen.
const SCREENS: [(&str, &str); 3] = [("w", "#/wall"), ("s", "#/shift"), ("l", "#/")];

/// Listens as long as the page lives.
pub fn listen(desk: Desk, search: Search, help: Help) {
    let Some(document) = window().and_then(|w| w.document()) else { return };
    page::listen(&document, "keydown", move |event| {
        let Ok(event) = event.dyn_into::<KeyboardEvent>() else { return };
        let plain =
            !event.ctrl_key() && !event.meta_key() && !event.alt_key() && !event.is_composing();
        if plain && pressed(desk, &event, search, help) {
            event.prevent_default();
        }
    });
}

fn pressed(desk: Desk, event: &KeyboardEvent, search: Search, help: Help) -> bool {
    let Some(document) = window().and_then(|w| w.document()) else { return false };
    let focused = document.active_element();
    let typing = focused
        .as_ref()
        .is_some_and(|e| matches!(e.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
    // An open dialog has the keyboard to itself.
    if document.query_selector("dialog[open]").ok().flatten().is_some() {
        return false;
    }
    // Nothing is done behind the log-in.
    if !matches!(desk.who.get_untracked(), Who::Agent(_)) {
        return false;
    }
    let key = event.key();
    let replaying = matches!(desk.route.get_untracked(), Route::Replay(_));
    match key.as_str() {
        "Escape" => back(desk, focused, typing, search),
        "ArrowLeft" | "ArrowRight" | "Home" | "End" if replaying => return turn(&key, focused),
        _ if typing => return false,
        "j" => walk(desk, search, 1, focused.as_ref()),
        "k" => walk(desk, search, -1, focused.as_ref()),
        "ArrowDown" if in_list(focused.as_ref()) => walk(desk, search, 1, focused.as_ref()),
        "ArrowUp" if in_list(focused.as_ref()) => walk(desk, search, -1, focused.as_ref()),
        "/" => page::focus(SEARCH),
        "m" => page::focus(MESSAGE),
        "f" => press(".d-facts"),
        "p" => press(".d-to-replay"),
        "?" => help.open(),
        key => match SCREENS.iter().find(|(k, _)| *k == key) {
            Some((_, hash)) => page::go(hash),
            None => match BUTTONS.iter().find(|(k, _)| *k == key) {
                Some((_, button)) => press(button),
                None => return false,
            },
        },
    }
    true
}

/// Presses a button, if it is there to be seen.
fn press(selector: &str) {
    let document = window().and_then(|w| w.document());
    let found = document.and_then(|d| d.query_selector(selector).ok().flatten());
    let found = found.and_then(|e| e.dyn_into::<HtmlElement>().ok());
    if let Some(button) = found.filter(|button| button.offset_parent().is_some()) {
        button.click();
    }
}

/// Goes through a replay from wherever the keyboard is; the slider itself moves by its own keys.
fn turn(key: &str, focused: Option<Element>) -> bool {
    let document = window().and_then(|w| w.document());
    let slider = document.and_then(|d| d.get_element_by_id(SLIDER));
    let slider = slider.and_then(|e| e.dyn_into::<HtmlInputElement>().ok());
    let Some(slider) = slider else { return false };
    if focused.is_some_and(|f| &f == slider.as_ref() as &Element) {
        return false;
    }
    let (at, last) = (slider.value_as_number(), slider.max().parse::<f64>().unwrap_or(1.0));
    slider.set_value_as_number(match key {
        "ArrowLeft" => (at - 1.0).max(1.0),
        "ArrowRight" => (at + 1.0).min(last),
        "Home" => 1.0,
        _ => last,
    });
    if let Ok(event) = web_sys::Event::new("input") {
        let _ = slider.dispatch_event(&event);
    }
    true
}

fn in_list(focused: Option<&Element>) -> bool {
    focused.is_none_or(|e| e.tag_name() == "BODY" || e.closest(".d-list").ok().flatten().is_some())
}

/// Search first, then the field, then the screen.
fn back(desk: Desk, focused: Option<Element>, typing: bool, search: Search) {
    if typing {
        let searching = focused.as_ref().is_some_and(|e| e.id() == "find");
        if !(searching && search.clear())
            && let Some(field) = focused.and_then(|e| e.dyn_into::<HtmlElement>().ok())
        {
            let _ = field.blur();
        }
        return;
    }
    match desk.route.get_untracked() {
        Route::Replay(case) => page::go(&case_href(&case)),
        Route::Case(_) | Route::Wall | Route::Shift if !search.clear() => page::go("#/"),
        _ => drop(search.clear()),
    }
}

/// Moves the keyboard up or down the list: from the row it is on, from the case on the screen, or
/// from the row it was on last.
fn walk(desk: Desk, search: Search, by: i32, focused: Option<&Element>) {
    let on = focused.and_then(|e| e.get_attribute("data-case"));
    let open = || match desk.route.get_untracked() {
        Route::Case(case) => Some(case),
        _ => search.here(),
    };
    search.walk(by, on.or_else(open));
}
