//! Every key of the desk on one panel.

use crate::words::{Key, t};
use leptos::html;
use leptos::prelude::*;

/// The panel, so that the keyboard can open it.
#[derive(Clone, Copy)]
pub struct Help(NodeRef<html::Dialog>);

impl Default for Help {
    fn default() -> Help {
        Help(NodeRef::new())
    }
}

/// Keys and what they do, in the order of use.
const KEYS: [(&str, Key); 17] = [
    ("j  k  ↓  ↑", Key::DeskKeyWalk),
    ("Enter", Key::DeskKeyOpen),
    ("/", Key::DeskKeyFind),
    ("r", Key::DeskKeyRed),
    ("1  2  3  4", Key::DeskKeyState),
    ("a  o  n", Key::DeskKeyWhose),
    ("t", Key::DeskKeyTake),
    ("h", Key::DeskKeyHand),
    ("d", Key::DeskKeyOrder),
    ("c", Key::DeskKeyClose),
    ("e", Key::DeskKeyExport),
    ("m", Key::DeskKeyMessage),
    ("f", Key::DeskKeyFacts),
    ("p", Key::DeskKeyReplay),
    ("←  →  Home  End", Key::DeskKeyStep),
    ("w  s  l", Key::DeskKeyGo),
    ("Esc", Key::DeskKeyBack),
];

impl Help {
    /// Opens it.
    pub fn open(self) {
        if let Some(dialog) = self.0.get_untracked().filter(|d| !d.open()) {
            let _ = dialog.show_modal();
        }
    }

    /// The button and the panel.
    pub fn view(self) -> impl IntoView {
        let shut = move |_| {
            if let Some(dialog) = self.0.get_untracked() {
                dialog.close();
            }
        };
        let rows = KEYS.map(|(keys, what)| {
            let keys = keys.split("  ").map(|k| view! { <kbd>{k}</kbd> }).collect_view();
            view! { <div><dt>{keys}</dt><dd>{t(what)}</dd></div> }
        });
        view! {
            <button class="d-quiet d-keys-button" aria-keyshortcuts="?" on:click=move |_| self.open()>{t(Key::DeskKeys)}" ?"</button>
            <dialog class="d-keys" node_ref=self.0 aria-label=t(Key::DeskKeys)>
                <h2>{t(Key::DeskKeys)}</h2>
                <dl>{rows}</dl>
                <button class="d-main" autofocus on:click=shut>{t(Key::DeskShut)}</button>
            </dialog>
        }
    }
}
