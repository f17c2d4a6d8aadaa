//! Where a guide ends, by its disposition. A pure view: what a tap does is handed in.

use super::brief::{lasted, script};
use super::step::{Acts, Around, call, head, sources, text};
use crate::ui::dom::{El, el};
use crate::ui::parts::{button, link, p, pic, screen};
use crate::words::{Key, fill, say, t};
use case::State;
use guide::{Disposition, Pack};
use std::rc::Rc;

/// What else an end can do on this device.
pub struct EndActs {
    /// Starts or stops the alarm tone; `None` where there is none to be heard.
    pub alarm: Option<Rc<dyn Fn()>>,
    /// Tells the desk that the problem is gone.
    pub solved: Option<Rc<dyn Fn()>>,
    /// Begins the guide anew.
    pub again: Option<Rc<dyn Fn()>>,
}

/// The end of a guide on its screen. `root` is the guide that was begun.
pub fn end(around: &Around, root: &str, state: &State, acts: &Acts, more: EndActs) -> El {
    let step = around.stand.step;
    let way = step.end.unwrap_or(Disposition::Agent);
    let then = title(around.pack, &step.then);
    let mut foot = el("div").class("choices");
    match way {
        Disposition::Evacuate | Disposition::Emergency => {
            foot = foot.add(card(around.pack, state, way));
            if let Some(alarm) = more.alarm {
                foot = foot.add(button("btn", t(Key::AlarmSound), move || alarm()));
            }
            foot = foot.maybe(onward(then, &step.then, "btn"));
            foot = foot.add(link("btn", "#handover", t(Key::HandTitle)));
        }
        Disposition::Rescue | Disposition::Agent | Disposition::Operator => {
            foot = foot.add(link("btn lamp", "#handover", t(Key::HandTitle)));
            foot = foot.maybe(onward(then, &step.then, "btn"));
            foot = foot.add(link("btn", "#photos", t(Key::AddPhotos)));
        }
        Disposition::Guide => {
            foot = foot.maybe(onward(then, &step.then, "btn lamp"));
        }
        Disposition::Solved => {
            let run = state.run(root);
            let took = run.and_then(|r| Some(lasted(r.ended? - r.began)));
            foot = foot.maybe(took.map(|took| p("took", &fill(Key::Took, &[&took]))));
            if let Some(solved) = more.solved {
                foot = foot.add(button("btn lamp", t(Key::TellSolved), move || solved()));
            }
        }
    }
    // Nothing leads back in (law 2).
    if !around.danger {
        foot = foot.add(link("btn quiet", "#hub", t(Key::ToHub)));
        if let Some(again) = more.again {
            foot = foot.add(button("btn quiet", t(Key::BeginAgain), move || again()));
        }
    }
    screen(if around.danger { "screen step danger" } else { "screen step" })
        .attr("data-q", &around.stand.name())
        .add(head(around))
        .maybe((!step.pic.is_empty()).then(|| pic(&step.pic)))
        .add(text(around, acts))
        .maybe(call(around))
        .add(foot)
        .maybe(sources(around.pack, step))
}

/// The card to read out on the phone.
fn card(pack: &'static Pack, state: &State, way: Disposition) -> El {
    el("div")
        .class("card")
        .add(el("h2").text(t(Key::ReadThisOut)))
        .add(p("script", &script(Some(pack), state, Some(way))))
}

fn title(pack: &'static Pack, guide: &str) -> Option<&'static str> {
    pack.guides.iter().find(|g| g.id == guide).map(|g| say(&g.title))
}

fn onward(title: Option<&'static str>, guide: &str, class: &str) -> Option<El> {
    let title = title?;
    let mut href = String::from("#guide/");
    href.push_str(guide);
    Some(link(class, &href, &fill(Key::GoOnWith, &[title])))
}
