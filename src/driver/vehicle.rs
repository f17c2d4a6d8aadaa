//! The form that asks for the model of the car, live: the choice becomes the fact `vehicle`.

use super::app::App;
use super::guide::{accept, answered};
use super::route::Route;
use crate::journey::stand::{stand, walk};
use crate::journey::vehicle::list;
use crate::react::*;
use crate::ui::{El, el};
use case::Event;
use guide::{Choice, Step};
use std::rc::Rc;

/// The list of cars. `first` is the answer of the step that the choice stands for.
pub fn form(app: App, step: &'static Step, first: Option<&'static Choice>) -> El {
    let (Some(pack), Some(first)) = (app.content.get_untracked().pack(), first) else {
        return el("div");
    };
    list(
        pack,
        Rc::new(move |car, name| {
            // The address names the guide that was begun; the step may belong to another one.
            let Route::Guide(root, n) = app.route.get_untracked() else { return };
            let Some(at) = app.state.with_untracked(|s| stand(&walk(pack, &root, s), n)) else {
                return;
            };
            let mut event = answered(&at.guide.id, step, first);
            if let Event::Answered { sets, said, .. } = &mut event {
                let mut set = String::from("vehicle=");
                set.push_str(&car.id);
                sets.push(set);
                *said = name;
            }
            accept(app, pack, root, at.n, vec![event]);
        }),
    )
}
