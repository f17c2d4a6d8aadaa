//! What passes between this page and the agents beside it at the moment, and is nowhere kept: who is
//! there, what an agent points at, which screen is open. All of it goes over the page's live link
//! (`crate::live`); without it the page is what it was before.

mod point;
mod present;
mod screen;

use super::app::App;
use crate::ui::El;
use crate::ui::dom::el;

/// Begins to listen and to tell, as long as the page lives. Call it once, in the second part.
pub fn begin(app: App) {
    screen::tell(app);
    point::listen(app);
}

/// A quiet line above the screens: whether an agent is there. Nothing until everybody is safe.
pub fn line(app: App) -> El {
    el("div").class("beside").attr("aria-live", "polite").add(present::line(app)).add(point::told())
}
