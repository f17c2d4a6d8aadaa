//! What an agent asks to be allowed, what is allowed, the step that an agent suggests, the order to
//! drive on and the end of the case: one card
//! above whatever screen is open. It stands in the page and covers nothing, and waits until
//! everybody is safe. What is allowed is decided by the driver's taps alone.

mod ask;
mod end;
mod lead;
mod order;

use super::app::App;
use crate::ui::El;
use crate::ui::dom::el;

/// The cards. They stay on the page all the time, because readers of the screen announce only what
/// changes inside a known region.
pub fn cards(app: App) -> El {
    el("div")
        .class("consent")
        .attr("aria-live", "polite")
        .add(end::card(app))
        .add(order::card(app))
        .add(ask::card(app))
        .add(lead::card(app))
}
