//! Consent: the question, and the line that says what is allowed and ends it.

use crate::driver::app::App;
use crate::driver::video;
use crate::journey::lead::safe;
use crate::react::*;
use crate::ui::dom::computed;
use crate::ui::parts::{button, fold, p};
use crate::ui::{El, el};
use crate::words::{Key, fill, lang, t};
use case::event::Scope;
use case::state::Grant;
use case::{Event, State};
use std::cell::Cell;
use std::rc::Rc;

/// The question of an agent, or what is allowed; empty when neither is.
pub fn card(app: App) -> El {
    let key = computed(move || app.state.with(key));
    el("div").dynamic(move || {
        let (asks, allowed) = match key.get().as_str() {
            "" => Default::default(),
            _ => app.state.with_untracked(|s| (first(&s.asked), first(&s.grants))),
        };
        let mut all = el("div");
        if let Some((agent, scopes)) = asks {
            all = all.add(question(app, agent, scopes));
        }
        all.maybe(allowed.map(|(agent, scopes)| line(app, agent, &scopes)))
    })
}

/// Different whenever something else is to be shown; empty for nothing, and until people are safe.
fn key(state: &State) -> String {
    let mut key = String::new();
    if !safe(state) {
        return key;
    }
    for (mark, grants) in [("?", &state.asked), ("!", &state.grants)] {
        for grant in grants {
            for part in [mark, &grant.agent, "\n", grant.scope.as_str(), "\n"] {
                key.push_str(part);
            }
        }
    }
    key
}

/// The first agent among these, and all that concerns this one. Others come when this is answered.
fn first(grants: &[Grant]) -> Option<(String, Vec<Scope>)> {
    let agent = grants.first()?.agent.clone();
    let scopes = grants.iter().filter(|g| g.agent == agent).map(|g| g.scope).collect();
    Some((agent, scopes))
}

fn question(app: App, agent: String, scopes: Vec<Scope>) -> El {
    // One bit for each that was switched off.
    let off = Rc::new(Cell::new(0_u32));
    let mut list = el("ul").class("scopes");
    let mut choice = fold("scopes", t(Key::ConsentChoose));
    for (i, scope) in scopes.iter().enumerate() {
        list = list.add(el("li").text(words(*scope)));
        let off = off.clone();
        let switch = el("input")
            .attr("type", "checkbox")
            .attr("checked", "")
            .attr("data-scope", scope.as_str())
            .on("change", move |_| off.set(off.get() ^ (1 << i)));
        choice = choice.add(el("label").add(switch).add(el("span").text(words(*scope))));
    }
    let all = scopes.clone();
    let name = agent.clone();
    let allow = move || {
        let part = |on: bool| -> Vec<Scope> {
            let scopes = all.iter().enumerate();
            scopes.filter(|(i, _)| (off.get() & (1 << i) == 0) == on).map(|(_, s)| *s).collect()
        };
        let (on, off) = (part(true), part(false));
        let mut events = Vec::new();
        if on.contains(&Scope::Camera) {
            video::door::tapped();
        }
        if !on.is_empty() {
            events.push(Event::Granted { agent: name.clone(), scopes: on });
        }
        if !off.is_empty() {
            events.push(Event::Revoked { agent: name.clone(), scopes: off });
        }
        app.record(events);
    };
    let head = fill(Key::ConsentAsks, &[&agent]);
    let not = move || {
        app.record(vec![Event::Revoked { agent: agent.clone(), scopes: scopes.clone() }]);
    };
    el("section")
        .class("card asks")
        .attr("aria-label", t(Key::ConsentTitle))
        .add(p("head", &head))
        .add(list)
        .add(p("small", t(Key::ConsentEnds)))
        .add(
            el("div")
                .class("two")
                .add(button("btn allow", t(Key::ConsentAllow), allow))
                .add(button("btn quiet not-now", t(Key::ConsentNotNow), not)),
        )
        .add(choice)
}

fn line(app: App, agent: String, scopes: &[Scope]) -> El {
    let mut what = String::new();
    for scope in scopes {
        if !what.is_empty() {
            what.push_str(if lang() == "en" { ", " } else { "、" });
        }
        what.push_str(words(*scope));
    }
    let text = fill(Key::ConsentMay, &[&agent, &what]);
    let stop = move || {
        app.record(vec![Event::Revoked { agent: agent.clone(), scopes: Vec::new() }]);
    };
    el("div").class("allowed").add(p("", &text)).add(button(
        "btn quiet stop",
        t(Key::ConsentStop),
        stop,
    ))
}

/// What is asked for, in plain words.
fn words(scope: Scope) -> &'static str {
    t(match scope {
        Scope::View => Key::ConsentView,
        Scope::Guide => Key::ConsentGuide,
        Scope::Annotate => Key::ConsentAnnotate,
        Scope::Freeze => Key::ConsentFreeze,
        Scope::Camera => Key::ConsentCamera,
        Scope::Record => Key::ConsentRecord,
        Scope::Vehicle => Key::ConsentVehicle,
    })
}
