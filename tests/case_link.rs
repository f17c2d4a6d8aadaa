//! case_link in a real browser: its stores, its outbox against a server in the page with every
//! fault that a network has, two tabs, kills, a full disk.
#![cfg_attr(target_arch = "wasm32", no_main)]

#[path = "case_link/conformance.rs"]
mod conformance;
#[path = "case_link/disk.rs"]
mod disk;
#[path = "case_link/fake.rs"]
mod fake;
#[path = "case_link/line.rs"]
mod line;
#[path = "case_link/photos.rs"]
mod photos;
#[path = "case_link/storm.rs"]
mod storm;
#[path = "case_link/tabs.rs"]
mod tabs;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
