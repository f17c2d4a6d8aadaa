//! Tells an agent who may see it which screen is open: what the log cannot say, because nobody answered
//! anything yet. Names only, never what is typed.

use crate::driver::app::App;
use crate::driver::route::Route;
use crate::journey::stand::{stand, walk};
use crate::live::here;
use crate::react::*;
use crate::ui::dom::{computed, watch};
use case::event::Scope;
use case::live::Signal;
use case::view::Screen;
use guide::Pack;

/// Says it now and whenever another screen opens, while somebody may see it.
pub fn tell(app: App) {
    // `name guide step`, so that only what changes is told.
    let open = computed(move || {
        let route = app.route.get();
        let pack = app.content.get().pack();
        app.state.with(|s| {
            let may = s.grants.iter().any(|g| g.scope == Scope::View);
            let (g, q) = may.then(|| step(pack, s, &route)).flatten().unwrap_or_default();
            if may { [name(&route), " ", &g, " ", &q].concat() } else { String::new() }
        })
    });
    watch(move || {
        let open = open.get();
        let mut parts = open.split(' ').map(String::from);
        if let (Some(name), Some(g), Some(q)) = (parts.next(), parts.next(), parts.next()) {
            here().send(Signal::Screen { view: Screen { name, g, q, fields: Vec::new() } });
        }
    });
}

/// The step on the screen, where it is one.
fn step(
    pack: Option<&'static Pack>,
    state: &case::State,
    route: &Route,
) -> Option<(String, String)> {
    let (g, n) = match route {
        Route::Guide(g, n) => (g.as_str(), *n),
        Route::Evacuate => ("safety", None),
        _ => return None,
    };
    let stand = stand(&walk(pack?, g, state), n)?;
    Some((stand.guide.id.clone(), stand.step.id.clone()))
}

fn name(route: &Route) -> &'static str {
    match route {
        Route::First => "first",
        Route::Evacuate => "evacuate",
        Route::Hub => "hub",
        Route::Guide(..) => "guide",
        Route::Where => "where",
        Route::Photos(rest) if rest == "aim" => "aim",
        Route::Photos(_) => "photos",
        Route::Handover => "handover",
        Route::Messages => "messages",
        Route::Help => "help",
    }
}
