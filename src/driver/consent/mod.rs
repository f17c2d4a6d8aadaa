//! What an agent asks to be allowed, what is allowed, and the step that an agent suggests: one card
//! above whatever screen is open. It stands in the page and covers nothing, and waits until
//! everybody is safe. What is allowed is decided by the driver's taps alone.

mod ask;
mod lead;

use super::app::App;
use crate::ui::El;
use crate::ui::dom::el;

/// The cards. They stay on the page all the time, because readers of the screen announce only what
/// changes inside a known region.
pub fn cards(app: App) -> El {
    el("div").class("consent").attr("aria-live", "polite").add(ask::card(app)).add(lead::card(app))
}
