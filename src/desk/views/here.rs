//! Where the driver is: the step that the answers have come to, or what is open on the driver's screen
//! when that is something else; and, with consent, pointing at a step or an answer of it. Pointing
//! lights a place up on the driver's side and does nothing else.

use super::super::near::Near;
use super::super::pack::Guides;
use super::super::say;
use super::case::Seen;
use crate::journey::lead::{current, find};
use crate::journey::stand::walk;
use crate::words::{self, Key, fill, t};
use ::guide::Pack;
use case::State;
use case::event::Scope;
use case::view::Screen;
use leptos::prelude::*;

/// A step, in the agent's language.
#[derive(Clone, PartialEq)]
struct Here {
    g: String,
    q: String,
    title: String,
    say: String,
    warn: String,
    /// Name and text.
    choices: Vec<(String, String)>,
}

/// What there is to show.
#[derive(Clone, PartialEq)]
enum Open {
    Step(Here),
    /// Another screen, by its name.
    Other(String),
    Nothing,
}

fn open(pack: &'static Pack, state: &State, screen: Option<&Screen>) -> Open {
    // The log says which step it is, unless the driver's screen says that something else is open.
    let (g, q, n) = match screen {
        Some(s) if !s.q.is_empty() => {
            let path = walk(pack, &s.g, state).path;
            let passed = path.iter().position(|at| at.guide.id == s.g && at.step.id == s.q);
            (s.g.clone(), s.q.clone(), passed)
        }
        Some(s) if s.name != "guide" => return Open::Other(s.name.clone()),
        _ => (String::new(), String::new(), None),
    };
    let front = current(pack, state);
    let front = front.filter(|f| g.is_empty() || (f.guide.id == g && f.step.id == q));
    let (guide, step, n) = match (front, find(pack, &g, &q)) {
        (Some(f), _) => (f.guide, f.step, (!f.end).then_some(f.n)),
        (None, Some((guide, step))) => (guide, step, n),
        (None, None) => return Open::Nothing,
    };
    let mut title = String::from(words::say(&guide.title));
    if let Some(n) = n {
        title.push_str(" · ");
        title.push_str(&fill(Key::StepOf, &[&say::int(n as i64 + 1)]));
    }
    let choices = step.choices.iter().map(|c| (c.id.clone(), words::say(&c.text).into()));
    Open::Step(Here {
        g: guide.id.clone(),
        q: step.id.clone(),
        title,
        say: words::say(&step.say).into(),
        warn: step.warn.as_ref().map(words::say).unwrap_or_default().into(),
        choices: choices.collect(),
    })
}

/// The panel's part.
pub fn here(seen: Seen, guides: RwSignal<Guides>) -> impl IntoView {
    let near = seen.desk.near;
    let open = Memo::new(move |_| {
        let pack: &'static Pack = guides.get().pack()?;
        let screen = near.open();
        Some(seen.state.with(|s| open(pack, s, screen.as_ref())))
    });
    let guide = Memo::new(move |_| seen.state.with(|s| s.allows(&seen.desk.agent(), Scope::Guide)));
    move || match (open.get(), guides.get()) {
        (Some(Open::Step(here)), _) => step(seen, near, here, guide.get()).into_any(),
        (Some(Open::Other(name)), _) => view! {
            <div class="d-here" data-screen=name.clone()>
                <p class="d-hint">{t(Key::DeskScreen)}</p>
                <p class="d-here-say">{screen(&name)}</p>
            </div>
        }
        .into_any(),
        (_, Guides::Here(_)) => view! { <p class="d-none">{t(Key::DeskJointNone)}</p> }.into_any(),
        (_, Guides::Coming) => ().into_any(),
        (_, Guides::Missing) => {
            view! { <p class="d-none">{t(Key::DeskJointNoPack)}</p> }.into_any()
        }
    }
}

fn step(seen: Seen, near: Near, here: Here, may_point: bool) -> impl IntoView {
    let (g, q) = (here.g.clone(), here.q.clone());
    let point = move |id: String| {
        let (g, q) = (g.clone(), q.clone());
        let on = {
            let (g, q, id) = (g.clone(), q.clone(), id.clone());
            Memo::new(move |_| near.points_at(&g, &q, &id))
        };
        let at = id.clone();
        let press = move |_| match on.get_untracked() {
            true => near.point_away(),
            false => near.point(&g, &q, &at),
        };
        view! {
            <button class="d-point" data-point=id disabled=move || !near.linked() aria-pressed=move || on.get().to_string() on:click=press>
                {move || t(if on.get() { Key::DeskPointing } else { Key::DeskPoint })}
            </button>
        }
    };
    let choices = here.choices.into_iter().map(|(id, text)| {
        let point = may_point.then(|| point(id));
        view! { <li><span>{text}</span>{point}</li> }
    });
    let choices = choices.collect_view();
    view! {
        <div class="d-here" class:d-pointable=may_point data-q=[here.g, "/".into(), here.q].concat()>
            <p class="d-hint">{t(Key::DeskJointWhere)}" · "{here.title}</p>
            <div class="d-here-line"><p class="d-here-say">{here.say}</p>{may_point.then(|| point(String::new()))}</div>
            {(!here.warn.is_empty()).then(|| view! { <p class="d-here-warn">{here.warn}</p> })}
            <ul>{choices}</ul>
            {may_point.then(|| view! { <p class="d-hint" role="status">{move || told(seen, near)}</p> })}
        </div>
    }
}

fn told(seen: Seen, near: Near) -> &'static str {
    let _ = seen.now();
    if near.refused.get() {
        t(Key::DeskPointRefused)
    } else if !near.there() {
        t(Key::DeskPointUnlinked)
    } else if near.pointing() {
        t(Key::DeskPointAt)
    } else {
        ""
    }
}

/// A screen that is no step, in words.
fn screen(name: &str) -> &'static str {
    t(match name {
        "first" => Key::DeskScreenFirst,
        "evacuate" => Key::DeskScreenEvacuate,
        "hub" => Key::DeskScreenHub,
        "where" => Key::DeskScreenWhere,
        "photos" => Key::DeskScreenPhotos,
        "aim" => Key::DeskScreenAim,
        "handover" => Key::DeskScreenHandover,
        "messages" => Key::DeskScreenMessages,
        "help" => Key::DeskScreenHelp,
        _ => Key::DeskScreenGuide,
    })
}
