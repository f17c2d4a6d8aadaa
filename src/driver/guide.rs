//! The generic screen of every guide, live: an answer is written to the case, the way is walked
//! anew, and the address moves on. What is shown is `journey`'s; where one stands is `guide`'s.

use super::app::{App, hash};
use super::later;
use super::route::Route;
use crate::device::{alarm, speech, vibration, wake_lock};
use crate::journey::end::{EndActs, end};
use crate::journey::stand::{Stand, stand, walk};
use crate::journey::step::{Acts, Around, step};
use crate::react::*;
use crate::ui::dom::{computed, watch};
use crate::ui::parts::{button, h1, link, p, screen};
use crate::ui::{El, el};
use crate::words::{Key, lang, say, t};
use case::{Event, State};
use guide::{Choice, Disposition, Kind, Pack, Step};
use std::cell::Cell;
use std::rc::Rc;

/// A guide, `n` answered steps into it, or where the answers end.
pub fn guide_screen(app: App, pack: &'static Pack, root: String, n: Option<usize>) -> El {
    if !pack.guides.iter().any(|g| g.id == root) {
        return screen("screen step").add(h1(t(Key::NoSuchGuide))).add(link(
            "btn lamp",
            "#hub",
            t(Key::ToHub),
        ));
    }
    begin(app, pack, &root);
    // Built anew when the place on the way changes, and not with every event of the case.
    let place = computed({
        let root = root.clone();
        move || {
            app.state.with(|s| {
                let mut key = stand(&walk(pack, &root, s), n).map(|s| s.key()).unwrap_or_default();
                // The end tells how long it took, as soon as that is written.
                if s.run(&root).is_some_and(|r| r.ended.is_some()) {
                    key.push('.');
                }
                key
            })
        }
    });
    follow_front(app, pack, root.clone(), n);
    on_cleanup(|| {
        wake_lock::want(false);
        alarm::stop();
        speech::hush();
    });
    // Nothing else than the place builds the step anew: whoever is reading it is left alone.
    el("div").class("grow").dynamic(move || {
        let place = place.get();
        untrack(|| match seen(app, pack, &root, n, &place) {
            Some(stand) if stand.end => at(app, pack, &root, stand),
            // A form in a step may write events, and must not be built anew by them.
            Some(stand) => untrack(|| at(app, pack, &root, stand)),
            // The linter refuses such a pack; a driver who meets one is still not left alone.
            None => screen("screen step").add(h1(t(Key::WayLost))).add(link(
                "btn lamp",
                "#handover",
                t(Key::HandTitle),
            )),
        })
    })
}

/// Goes on when the step on the screen, unanswered so far, is answered in another tab or on
/// another device. A step that somebody went back to stays.
fn follow_front(app: App, pack: &'static Pack, root: String, n: Option<usize>) {
    let waited = Cell::new(false);
    watch(move || {
        let (answered, front) = app.state.with(|s| {
            let walk = walk(pack, &root, s);
            (n.is_some_and(|n| n < walk.path.len()), walk.path.len())
        });
        if answered && waited.get() && !app.answering.get_untracked() {
            app.go(&Route::Guide(root.clone(), Some(front)));
        }
        waited.set(!answered);
    });
}

fn seen(app: App, pack: &'static Pack, root: &str, n: Option<usize>, key: &str) -> Option<Stand> {
    if key.is_empty() {
        return None;
    }
    app.state.with_untracked(|s| stand(&walk(pack, root, s), n))
}

fn at(app: App, pack: &'static Pack, root: &str, stand: Stand) -> El {
    let danger = app.state.with_untracked(|s| s.fire);
    let back = match stand.n {
        0 if danger => None,
        0 => Some(Route::Hub),
        // The fire question is not asked again once it was answered with yes (law 2).
        1 if danger && root == "safety" => None,
        n => Some(Route::Guide(root.into(), Some(n - 1))),
    };
    let around =
        Around { pack, stand, back: back.map(|r| r.hash()), danger, phone: !app.car.get() };
    let hear: Rc<dyn Fn(String)> = Rc::new(|text: String| speech::say(&text, lang()));
    let choose = chooser(app, pack, root, stand);
    let acts = Acts { choose: choose.clone(), hear: speech::can().then_some(hear) };
    wake_lock::want(stand.step.kind != Kind::Ask && !(app.low() && nearly_empty(app)));
    if danger {
        vibration::buzz(&[300, 150, 300]);
    }
    if !stand.end {
        let form = stand
            .step
            .form
            .map(|form| later::ask(app, form, stand.guide.id.clone(), stand.step, choose.clone()));
        return step(&around, form, &acts);
    }
    finish(app, root, stand);
    let loud = stand.step.end == Some(Disposition::Evacuate);
    let sounding = Cell::new(false);
    let alarm_toggle: Rc<dyn Fn()> = Rc::new(move || {
        if sounding.replace(!sounding.get()) {
            alarm::stop();
        } else {
            alarm::start();
            vibration::buzz(&[500, 200, 500, 200, 500]);
        }
    });
    let solved: Rc<dyn Fn()> = Rc::new(move || {
        app.record(vec![Event::Said { text: t(Key::SolvedMessage).into() }]);
        app.go(&Route::Messages);
    });
    let root_again = String::from(root);
    let again: Rc<dyn Fn()> = Rc::new(move || {
        app.record(vec![started(pack, &root_again)]);
        app.go(&Route::Guide(root_again.clone(), Some(0)));
    });
    let more = EndActs {
        alarm: loud.then_some(alarm_toggle),
        solved: Some(solved),
        again: (root != "safety").then_some(again),
    };
    app.state.with(|s| end(&around, root, s, &acts, more))
}

fn nearly_empty(app: App) -> bool {
    app.charge.get_untracked().is_some_and(|c| c.percent < 10 && !c.charging)
}

/// Writes `started` when the guide has no run yet. Asked again when its turn comes: an answer that
/// was on its way begins a run too, and a second beginning would forget it.
fn begin(app: App, pack: &'static Pack, root: &str) {
    if app.state.with_untracked(|s| s.run(root).is_some()) {
        return;
    }
    let root = String::from(root);
    crate::ui::dom::task(async move {
        let events = move |s: &State| match s.run(&root) {
            Some(_) => Vec::new(),
            None => vec![started(pack, &root)],
        };
        app.write_from(Box::new(events), None).await;
    });
}

fn started(pack: &Pack, guide: &str) -> Event {
    Event::Started { g: guide.into(), ed: pack.edition.clone() }
}

/// An answer as it is written to the case.
pub fn answered(guide: &str, step: &Step, choice: &Choice) -> Event {
    Event::Answered {
        g: guide.into(),
        q: step.id.clone(),
        a: choice.id.clone(),
        sets: choice.sets.clone(),
        skip: choice.skip,
        asked: say(&step.say).into(),
        said: say(&choice.text).into(),
    }
}

fn chooser(app: App, pack: &'static Pack, root: &str, stand: Stand) -> Rc<dyn Fn(&'static Choice)> {
    let root = String::from(root);
    Rc::new(move |choice| {
        let events = vec![answered(&stand.guide.id, stand.step, choice)];
        accept(app, pack, root.clone(), stand.n, events);
    })
}

/// Writes the answer to the step at `n` and goes on.
pub fn accept(app: App, pack: &'static Pack, root: String, n: usize, mut events: Vec<Event>) {
    let fire = events
        .iter()
        .any(|e| matches!(e, Event::Answered { sets, .. } if sets.iter().any(|s| s == "fire=yes")));
    if fire && root != "safety" {
        // Wherever smoke is reported, the way out is the one of the safety guide.
        events.extend(app.state.with_untracked(|s| fire_answer(s, Some(pack), true)));
    }
    app.answering.set(true);
    let here = hash();
    crate::ui::dom::task(async move {
        if app.write(events).await {
            let next = if fire { Route::Evacuate } else { after(app, pack, root, n).await };
            // Whoever has gone elsewhere meanwhile is not fetched back; from fire everybody is.
            if fire || hash() == here {
                app.go(&next);
            }
        }
        app.answering.set(false);
    });
}

/// Where it goes on after the answer to the step at `n`.
async fn after(app: App, pack: &'static Pack, root: String, n: usize) -> Route {
    let (ended, front) = app.state.with_untracked(|s| {
        let walk = walk(pack, &root, s);
        (walk.end().map(|(_, step)| step), walk.path.len())
    });
    match ended {
        // A guide that only leads to another one does not cost a tap; what it said is a line.
        Some(step)
            if step.end == Some(Disposition::Guide)
                && !step.then.is_empty()
                && root != "safety" =>
        {
            app.write(vec![ending(&root, step)]).await;
            app.notice.set(say(&step.say).into());
            Route::Guide(step.then.clone(), None)
        }
        _ => Route::Guide(root, Some((n + 1).min(front))),
    }
}

fn ending(root: &str, step: &Step) -> Event {
    Event::Ended {
        g: root.into(),
        q: step.id.clone(),
        d: step.end.map_or("", Disposition::as_str).into(),
        sets: step.sets.clone(),
        said: say(&step.say).into(),
    }
}

/// Writes `ended` once for each end that is reached.
fn finish(app: App, root: &str, stand: Stand) {
    let known = app
        .state
        .with_untracked(|s| s.run(root).is_some_and(|r| r.ended.is_some() && r.q == stand.step.id));
    if !known {
        app.record(vec![ending(root, stand.step)]);
    }
}

/// The events of an answer to the fire question, with or without a pack at hand.
pub fn fire_answer(state: &State, pack: Option<&'static Pack>, yes: bool) -> Vec<Event> {
    let mut events = Vec::new();
    if state.run("safety").is_none() {
        let ed = pack.map(|p| p.edition.clone()).unwrap_or_default();
        events.push(Event::Started { g: "safety".into(), ed });
    }
    let set = if yes { "fire=yes" } else { "fire=no" };
    let of_pack = pack.and_then(|pack| {
        let (_, step) = guide::walk::start(pack, "safety")?;
        let choice = step.choices.iter().find(|c| c.sets.iter().any(|s| s == set))?;
        Some(answered("safety", step, choice))
    });
    // The plain page asks the same question with no pack at hand.
    events.push(of_pack.unwrap_or_else(|| Event::Answered {
        g: "safety".into(),
        q: "fire".into(),
        a: if yes { "yes" } else { "no" }.into(),
        sets: vec![set.into()],
        skip: false,
        asked: t(Key::FireQuestion).into(),
        said: t(if yes { Key::Yes } else { Key::No }).into(),
    }));
    events
}

/// The screen in place of what is locked while there is fire (law 2).
pub fn locked(app: App) -> El {
    screen("screen step danger locked")
        .add(h1(t(Key::LockedFire)))
        .add(p("more", t(Key::LockedFireWhy)))
        .add(button("btn lamp", t(Key::ToEvacuate), move || app.go(&Route::Evacuate)))
}
