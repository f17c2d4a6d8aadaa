//! The tools in the header. Language and light are buttons of the plain page and work before this
//! code is here; this adds low power and help, and follows the language.

use super::app::{App, root_data, set_root_data};
use super::{assets, power};
use crate::react::*;
use crate::ui::dom::{listen, page, window};
use crate::ui::el;
use crate::ui::parts::{button, icon};
use crate::words::{self, Key, t};
use case::Event;

/// Adds the tools, before those that are there, so that none of them moves.
pub fn mount(app: App) {
    let Some(tools) = page().get_element_by_id("top-tools") else { return };
    let help = el("a")
        .class("tool")
        .attr("href", "#help")
        .add(icon("M9 9.5a3 3 0 1 1 4.2 2.7c-.8.4-1.2 1-1.2 1.8v.5M12 17.5v.1"))
        .live(|it| {
            let _ = it.set_attribute("aria-label", t(Key::Help));
        });
    let low =
        button("tool", "", move || power::set(app, !app.state.with_untracked(|s| s.low_power)))
            .add(icon("M3 8h15v8H3zM20.5 10.5v3M6 10.5v3"))
            .live(move |it| {
                let _ = it.set_attribute("aria-label", t(Key::LowPower));
                let _ = it.set_attribute("aria-pressed", if app.low() { "true" } else { "false" });
            });
    let _ = tools.prepend_with_node_2(low.node(), help.node());
    listen(&window(), "nw-lang", move |_| {
        crate::ui::dom::task(async move {
            let lang = words::known(&root_data("lang"));
            if assets::words(lang).await {
                words::speak(lang);
                if app.state.with_untracked(|s| !s.number.is_empty() && s.lang != lang) {
                    app.record(vec![Event::Spoke { lang: lang.into() }]);
                }
            } else {
                // The words of that language are not to be had now: the page stays whole.
                set_root_data("lang", words::lang());
                app.notice.set(t(Key::LanguageAway).into());
            }
        });
    });
}
