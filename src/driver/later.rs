//! The part of the driver's code that is not needed to reach safety: it is a file of its own (a
//! chunk, see `docs/decisions/0006-chunks.md`), fetched right after the first screen stands. Until
//! it is here, what it would draw is a line that says so; when it cannot be had, the line says that
//! and offers to try again. Only this file knows what is in the chunk: code that the first screens
//! call by any other way is not in it.

use super::app::{App, hash};
use super::content::Content;
use super::frame::not_joined;
use super::route::Route;
use super::{
    aim, banner, car, consent, handover, help, live, messages, meter, photos, place, power, update,
};
use super::{start, vehicle, video};
use crate::device::loose;
use crate::react::*;
use crate::ui::dom::{listen, task, window};
use crate::ui::parts::{button, p, screen};
use crate::ui::slot::Slot;
use crate::ui::{El, el};
use crate::words::{Key, t};
use ::case::event::Face;
use ::guide::seal::Claim;
use ::guide::{Choice, Form, Step};
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// Fetches the chunk and calls [`install`], which is in it. `false`: it cannot be had now.
pub type Fetch = fn() -> Pin<Box<dyn Future<Output = bool>>>;

type Joining = Pin<Box<dyn Future<Output = ()>>>;

/// How far it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// On its way.
    Coming,
    /// Here; everything works.
    Here,
    /// Not to be had: no network on a first visit, or a server that does not have this build.
    Away,
}

/// What an answer to a step calls.
pub type Choose = Rc<dyn Fn(&'static Choice)>;

/// The ways into the chunk.
#[derive(Clone, Copy)]
struct Later {
    begin: fn(App),
    screen: fn(App, &Route) -> El,
    form: fn(App, Form, &str, &'static Step, Choose) -> El,
    around: fn(App, Around) -> El,
    join: fn(App) -> Joining,
    holds: fn(&Claim, &str) -> bool,
}

thread_local! {
    static LATER: Cell<Option<Later>> = const { Cell::new(None) };
    static STARTED: Cell<bool> = const { Cell::new(false) };
}

/// Makes the chunk known to the first screens. Must be called inside the chunk alone, or the linker
/// puts everything named here into the first bundle.
pub fn install() {
    let later = Later {
        begin,
        screen: build,
        form,
        around: beside,
        join: |app| Box::pin(joined(app)),
        holds: |claim, text| claim.holds(text),
    };
    LATER.set(Some(later));
}

fn begin(app: App) {
    let link = app.link();
    link.go();
    link.go_live();
    live::begin(app);
    if matches!(app.content.get_untracked(), Content::Away) {
        task(start::load(app));
    }
    power::watch(app);
    update::watch(app);
}

fn build(app: App, route: &Route) -> El {
    match route {
        Route::Where => place::screen(app),
        Route::Photos(rest) => photos::screen(app, rest),
        Route::Handover => handover::screen(app),
        Route::Messages => messages::screen(app),
        _ => help::screen(app),
    }
}

fn beside(app: App, which: Around) -> El {
    match which {
        Around::Line => {
            el("div").dynamic(move || update::line(app)).add(untrack(|| photos::drawn::line(app)))
        }
        Around::Banner => {
            let lines = el("div").add(banner::banner(app)).add(live::line(app));
            lines.add(consent::cards(app)).add(untrack(|| video::door::bar(app)))
        }
        Around::Column => car::column(app),
        Around::Below => el("div").add(aim::way::link(app)).add(handover::missed()),
    }
}

/// Takes over a case from another device: the address is an invitation.
async fn joined(app: App) {
    let fragment = hash();
    // The token works once; it does not stay in the address.
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some("#hub"));
    }
    app.route.set(Route::Hub);
    let face = if app.car.get_untracked() { Face::Car } else { Face::Phone };
    if let Err(why) = app.link().join(&fragment, face).await {
        app.notice.set(not_joined(why));
    }
}

/// The form of a step. It stands for the step's first answer.
fn form(app: App, form: Form, guide: &str, step: &'static Step, choose: Choose) -> El {
    let first = step.choices.iter().find(|c| !c.skip);
    let done = move || {
        if let Some(choice) = first {
            choose(choice);
        }
    };
    match form {
        Form::Vehicle => vehicle::form(app, step, first),
        Form::Meter => meter::form(step.metres, done),
        Form::Photo => photos::form(app, &step.id, done),
        _ => place::form(app, form, guide, done),
    }
}

/// Pauses between tries, milliseconds.
const PAUSES: [i32; 3] = [1_000, 4_000, 15_000];

/// Fetches the chunk, now and whenever the network comes back, and starts what is in it under
/// `owner`, which lives as long as the page. A second call changes nothing.
pub fn start(app: App, fetch: Fetch, owner: &Owner) {
    if STARTED.replace(true) {
        return;
    }
    let page = owner.clone();
    let busy = Rc::new(Cell::new(false));
    let go: Rc<dyn Fn()> = Rc::new(move || {
        if app.later.get_untracked() == Stage::Here || busy.replace(true) {
            return;
        }
        app.later.set(Stage::Coming);
        let (page, busy) = (page.clone(), busy.clone());
        task(async move {
            let mut here = fetch().await;
            for wait in PAUSES {
                if !here && window().navigator().on_line() {
                    app.later.set(Stage::Away);
                    loose::pause(wait).await;
                    here = fetch().await;
                }
            }
            app.later.set(if here { Stage::Here } else { Stage::Away });
            busy.set(false);
            if let Some(later) = LATER.get() {
                page.with(|| (later.begin)(app));
            }
        });
    });
    for event in ["online", AGAIN] {
        let again = go.clone();
        owner.with(|| listen(&window(), event, move |_| again()));
    }
    go();
}

/// Asked for by a tap.
const AGAIN: &str = "nw-later";

/// A part of the page that the chunk draws.
fn part(app: App, build: impl Fn(Later) -> El + 'static, waiting: fn(Stage) -> El) -> El {
    el("div").class("grow").dynamic(move || match (app.later.get(), LATER.get()) {
        (Stage::Here, Some(later)) => untrack(|| build(later)),
        (stage, _) => waiting(stage),
    })
}

/// A screen.
pub fn show(app: App, route: Route) -> El {
    part(app, move |later| (later.screen)(app, &route), |stage| screen("screen").add(told(stage)))
}

/// The form of a step.
pub fn ask(app: App, form: Form, guide: String, step: &'static Step, choose: Choose) -> El {
    part(app, move |later| (later.form)(app, form, &guide, step, choose.clone()), told)
}

/// What surrounds every screen.
pub fn around(app: App, which: Around) -> El {
    el("div").dynamic(move || match (app.later.get(), LATER.get()) {
        (Stage::Here, Some(later)) => (later.around)(app, which),
        _ => el("i").attr("hidden", ""),
    })
}

/// A part beside the screens.
#[derive(Clone, Copy)]
pub enum Around {
    /// The offer of a newer build.
    Line,
    /// An unread message of the desk; what an agent asks for or suggests.
    Banner,
    /// The column of a car's screen.
    Column,
    /// What stands below: the way to the camera, the number that was not dialled.
    Below,
}

/// The ways into the chunk, once it is here; `None` when it cannot be had now.
async fn arrived(app: App) -> Option<Later> {
    while app.later.get_untracked() == Stage::Coming {
        loose::pause(50).await;
    }
    LATER.get()
}

/// Follows the invitation in the address, as soon as the code for it is here.
pub async fn join(app: App) {
    match arrived(app).await {
        Some(later) => (later.join)(app).await,
        None => app.notice.set(t(Key::JoinAway).into()),
    }
}

/// Checks a pack's signature where the browser cannot, as soon as the code for it is here.
pub async fn holds(app: App, claim: &Claim, text: &str) -> Option<bool> {
    Some((arrived(app).await?.holds)(claim, text))
}

fn told(stage: Stage) -> El {
    waiting(stage, || {
        if let Ok(event) = web_sys::Event::new(AGAIN) {
            let _ = window().dispatch_event(&event);
        }
    })
}

/// Fetches a file of code, the first time or again, and tells how far it is.
pub fn bring(stage: &Slot<Stage>, fetch: Option<Fetch>) {
    let stage = stage.clone();
    if stage.peek() == Stage::Away {
        stage.set(Stage::Coming);
    }
    task(async move {
        let here = match fetch {
            Some(fetch) => fetch().await,
            None => false,
        };
        if stage.shown() {
            stage.set(if here { Stage::Here } else { Stage::Away });
        }
    });
}

/// In place of what code that is still to come would draw: that it is coming, or that it cannot be
/// had and a button for another try.
pub fn waiting(stage: Stage, again: impl FnMut() + 'static) -> El {
    match stage {
        Stage::Away => {
            el("div").add(p("warn", t(Key::LaterAway))).add(button("btn", t(Key::Retry), again))
        }
        _ => p("wait", t(Key::Loading)),
    }
}
