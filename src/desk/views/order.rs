//! The order to drive on (law 5: only an agent gives one, with limits): composed of allowed choices,
//! resting on facts with their sources; then what the driver did with it.

use super::super::clock::time;
use super::super::facts::{Fact, facts};
use super::super::pack;
use super::super::say;
use super::actions::{Tray, button, cancel};
use super::case::Seen;
use crate::words::{self, Key, fill, t};
use case::event::{Event, Goal, Halt, Take};
use case::state::Order;
use leptos::prelude::*;

/// Speeds to choose from, km/h.
const KMH: [u16; 6] = [10, 20, 30, 40, 60, 80];
/// Distances to choose from, km.
const KM: [u16; 6] = [1, 2, 5, 10, 20, 50];
/// Guides whose facts an order can rest on.
const RESTS_ON: [&str; 3] = ["light", "tyre", "what"];

/// The tray.
pub fn tray(seen: Seen, tray: RwSignal<Tray>) -> impl IntoView {
    let guides = pack::follow(seen.part(|s| s.region.clone()));
    // The most careful of all choices; every stop condition is on until it is taken off.
    let (kmh, km) = (RwSignal::new(KMH[1]), RwSignal::new(KM[1]));
    let goal = RwSignal::new(Goal::Exit);
    let stops = RwSignal::new(Halt::ALL.to_vec());
    let rests = RwSignal::new(Vec::<String>::new());
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (stops, facts) = (stops.get_untracked(), rests.get_untracked());
        if !stops.is_empty() {
            let (kmh, km, goal) = (kmh.get_untracked(), km.get_untracked(), goal.get_untracked());
            seen.say(Event::Ordered { kmh, km, goal, stops, facts });
            tray.set(Tray::Shut);
        }
    };
    let goals = Goal::ALL.iter().map(|g| {
        let chosen = *g == goal.get_untracked();
        view! { <option value=g.as_str() selected=chosen>{say::goal(*g)}</option> }
    });
    let halts = Halt::ALL.iter().map(|halt| {
        let halt = *halt;
        let flip = move |_| stops.update(|all| flip(all, halt));
        view! {
            <label><input type="checkbox" prop:checked=move || stops.with(|all| all.contains(&halt)) on:change=flip/>
            <span>{say::halt(halt)}</span></label>
        }
    });
    let known = move || {
        let all = guides.get().pack().map(facts).unwrap_or_default();
        let here = all.into_iter().filter(|f| RESTS_ON.contains(&f.guide) && !f.stays);
        here.map(|fact| rest(&fact, rests)).collect_view()
    };
    view! {
        <form class="d-tray d-order-form" on:submit=send aria-label=t(Key::DeskOrder)>
            <p class="d-hint">{t(Key::DeskOrderNote)}</p>
            <div class="d-limits">
                {number("order-kmh", Key::DeskOrderKmh, &KMH, kmh)}
                {number("order-km", Key::DeskOrderKm, &KM, km)}
                <label><span>{t(Key::DeskOrderGoal)}</span>
                    <select id="order-goal" on:change=move |e| goal.set(Goal::parse(&event_target_value(&e)).unwrap_or(Goal::Exit))>{goals.collect_view()}</select>
                </label>
            </div>
            <fieldset><legend>{t(Key::DeskOrderStops)}</legend>{halts.collect_view()}</fieldset>
            <details><summary>{t(Key::DeskOrderFacts)}</summary>{known}</details>
            <div class="d-actions">
                <button class="d-main d-send-order" prop:disabled=move || stops.with(Vec::is_empty)>{t(Key::DeskOrderGo)}</button>
                {cancel(tray)}
            </div>
        </form>
    }
}

fn flip<T: PartialEq>(all: &mut Vec<T>, one: T) {
    match all.iter().position(|x| *x == one) {
        Some(at) => drop(all.remove(at)),
        None => all.push(one),
    }
}

fn number(id: &'static str, key: Key, all: &'static [u16], value: RwSignal<u16>) -> impl IntoView {
    let options = all.iter().map(|n| {
        let text = say::int(i64::from(*n));
        let chosen = *n == value.get_untracked();
        view! { <option value=text.clone() selected=chosen>{text.clone()}</option> }
    });
    let pick = move |event| {
        let wanted = event_target_value(&event);
        if let Some(n) = all.iter().find(|n| say::int(i64::from(**n)) == wanted) {
            value.set(*n);
        }
    };
    view! { <label><span>{t(key)}</span><select id=id on:change=pick>{options.collect_view()}</select></label> }
}

fn rest(fact: &Fact, rests: RwSignal<Vec<String>>) -> impl IntoView + use<> {
    let name = fact.name();
    let shown = name.clone();
    let flip = move |_| rests.update(|all| flip(all, name.clone()));
    view! {
        <label class="d-rest-on">
            <input type="checkbox" prop:checked=move || rests.with(|all| all.contains(&shown)) on:change=flip/>
            <span>{words::say(fact.text).to_owned()}<small>{fact.source()}</small></span>
        </label>
    }
}

/// The order in force or the last one, and what became of it.
pub fn told(seen: Seen) -> impl IntoView {
    let order = seen.part(|s| s.order.clone());
    move || {
        let order = order.get()?;
        let (state, how) = standing(&order);
        let limits = fill(
            Key::DeskOrderLimits,
            &[
                &say::int(i64::from(order.kmh)),
                &say::int(i64::from(order.km)),
                say::goal(order.goal),
            ],
        );
        let stops: Vec<&str> = order.stops.iter().map(|h| say::halt(*h)).collect();
        let halt = (order.ended.is_none() && order.o > 0).then(|| {
            button("d-danger d-halt", Key::DeskOrderHalt, move || seen.say(Event::Halted {}))
        });
        Some(view! {
            <div class="d-noted d-ordered" data-order=state role="status">
                <b>{limits}</b><span>{how}</span>
                <span class="d-hint">{fill(Key::DeskOrderStopIf, &[&stops.join(" · ")])}</span>
                {halt}
            </div>
        })
    }
}

fn standing(order: &Order) -> (&'static str, String) {
    match (order.ended, order.how) {
        (Some(at), _) => ("ended", fill(Key::DeskOrderEnded, &[&time(at)])),
        (_, Some(Take::Accepted)) => ("accepted", t(Key::DeskOrderAccepted).into()),
        (_, Some(_)) => ("declined", t(Key::DeskOrderDeclined).into()),
        _ => ("waiting", fill(Key::DeskOrderWaits, &[&time(order.at)])),
    }
}
