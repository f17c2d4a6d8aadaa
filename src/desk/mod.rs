//! The desk: the agent's console. It logs in, shows the live list and one case at a time, and says
//! what the agent says; every case is folded by the same code as on the driver's phone. It never
//! imports the driver's face, and everything that came from somebody else is shown as text only.

pub mod ages;
pub mod api;
pub mod broken;
pub mod clock;
pub mod code;
pub mod consent;
pub mod draw;
pub mod facts;
pub mod history;
pub mod keys;
pub mod link;
pub mod list;
pub mod model;
pub mod near;
pub mod pack;
pub mod page;
pub mod people;
pub mod route;
pub mod say;
pub mod strip;
pub mod timeline;
pub mod tongue;
pub mod trace;
pub mod transcript;
pub mod typed;
pub mod views;
pub mod window;

/// Starts the desk on its page.
pub fn start() {
    broken::watch();
    views::app::mount();
}
