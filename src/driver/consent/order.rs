//! The agent's order to drive on: how fast, how far, where to, and when to stop at once, in numbers
//! that are read at a glance; taken or declined by the driver's tap alone. When it ends, that is
//! said as plainly.

use crate::device::{speech, vibration};
use crate::driver::app::App;
use crate::journey::brief::int;
use crate::journey::lead::find;
use crate::react::*;
use crate::ui::dom::{computed, watch, window};
use crate::ui::parts::{button, fold, p};
use crate::ui::{El, el};
use crate::words::{Key, fill, lang, say, t};
use case::event::{Goal, Halt, Take};
use case::state::{Order, Status};
use case::{Event, State};
use std::cell::Cell;

/// The card; empty when there is no order, or none that still says anything.
pub fn card(app: App) -> El {
    let key = computed(move || app.state.with(key));
    let before = Cell::new(false);
    watch(move || {
        let (on, ended) = key.with(|key| (key.starts_with("on"), key.starts_with("ended")));
        // Whoever drives by it does not look at the screen, or not at this part of it.
        if before.replace(on) && ended {
            window().scroll_to_with_x_and_y(0.0, 0.0);
            vibration::buzz(&[400, 200, 400, 200, 800]);
            speech::say(t(Key::OrderEnded), lang());
        }
    });
    el("div").dynamic(move || {
        let shown = !key.get().is_empty();
        let order = app.state.with_untracked(|s| s.order.clone()).filter(|_| shown);
        match order {
            Some(order) if order.ended.is_some() => el("section")
                .class("card order halted")
                .attr("role", "alert")
                .add(p("head", t(Key::OrderEnded))),
            Some(order) => limits(app, &order),
            None => el("i").attr("hidden", ""),
        }
    })
}

/// Different whenever something else is to be shown; empty for nothing.
fn key(state: &State) -> String {
    let Some(order) = state.order.as_ref().filter(|_| state.status != Status::Done) else {
        return String::new();
    };
    let taken = order.how == Some(Take::Accepted);
    let mark = match (order.ended.is_some(), order.how) {
        // Who never drove by it need not be stopped.
        (true, _) if !taken => return String::new(),
        (true, _) => "ended",
        (_, Some(Take::Accepted)) => "on",
        (_, Some(_)) => return String::new(),
        (_, None) => "asks",
    };
    [mark, "#", &int(order.o as i64)].concat()
}

fn limits(app: App, order: &Order) -> El {
    let o = order.o;
    let big = |value: u16, key: Key| {
        el("p").class("big").add(el("b").text(&int(i64::from(value)))).add(el("span").text(t(key)))
    };
    let mut stops = el("ul");
    for halt in &order.stops {
        stops = stops.add(el("li").text(t(stop(*halt))));
    }
    let card = el("section")
        .class("card order")
        .add(p("head", &fill(Key::OrderHead, &[&order.who])))
        .add(
            el("div")
                .class("bigs")
                .add(big(order.kmh, Key::OrderKmh))
                .add(big(order.km, Key::OrderKm)),
        )
        .add(p("to", t(goal(order.goal))))
        .add(p("stop", t(Key::OrderStop)))
        .add(stops)
        .maybe(basis(app, order));
    if order.how == Some(Take::Accepted) {
        return card.add(p("on", t(Key::OrderOn)));
    }
    let took = move |how| move || app.record(vec![Event::Took { o, how }]);
    card.add(
        el("div")
            .class("two")
            .add(button("btn accept", t(Key::OrderAccept), took(Take::Accepted)))
            .add(button("btn quiet decline", t(Key::OrderDecline), took(Take::Declined))),
    )
}

/// What the order rests on: sentences of the driver's own guides, with their sources.
fn basis(app: App, order: &Order) -> Option<El> {
    let pack = app.content.get_untracked().pack()?;
    let mut list = fold("basis", t(Key::OrderBasis));
    let mut any = false;
    for fact in &order.facts {
        let step = fact.split_once('/').and_then(|(g, q)| find(pack, g, q));
        let Some((_, step)) = step else { continue };
        any = true;
        list = list.add(p("", say(&step.say)));
        for source in pack.sources.iter().filter(|s| step.src.contains(&s.id)) {
            list = list.add(p("small", &[&source.title, " · ", &source.edition].concat()));
        }
    }
    any.then_some(list)
}

fn goal(goal: Goal) -> Key {
    match goal {
        Goal::Exit => Key::OrderGoExit,
        Goal::Rest => Key::OrderGoRest,
        Goal::Workshop => Key::OrderGoWorkshop,
        Goal::Charger => Key::OrderGoCharger,
    }
}

fn stop(halt: Halt) -> Key {
    match halt {
        Halt::Red => Key::OrderIfRed,
        Halt::Smell => Key::OrderIfSmell,
        Halt::Noise => Key::OrderIfNoise,
        Halt::Steering => Key::OrderIfSteering,
        Halt::Brakes => Key::OrderIfBrakes,
        Halt::Power => Key::OrderIfPower,
        Halt::Tyre => Key::OrderIfTyre,
        Halt::Sight => Key::OrderIfSight,
    }
}
