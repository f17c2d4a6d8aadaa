//! From the wish for a photo to one that is kept: reason, camera or file, a look, kept. Every
//! trouble has its own sentence and leaves the other way open.

use super::develop::{self, Bad, SIDE, SIDE_LOW};
use super::{look, shoot};
use crate::device::camera::Trouble;
use crate::device::file;
use crate::driver::app::App;
use crate::journey::brief::int;
use crate::journey::photo;
use crate::ui::El;
use crate::ui::dom::el;
use crate::ui::parts::{button, h1, icon, link, p, screen as frame};
use crate::words::{Key, fill, t};
use leptos::prelude::*;
use std::rc::Rc;
use web_sys::{Blob, HtmlCanvasElement};

/// Where the taking of a photo is.
#[derive(Clone, Copy, PartialEq)]
pub enum Stage {
    /// The reason and the ways.
    Ways,
    /// The camera is asked for or runs.
    Camera,
    /// The camera gave nothing.
    NoCamera(Trouble),
    /// A file is being read.
    Reading,
    /// A file was no photo.
    NoPhoto(Bad),
    /// Before it is kept.
    Look,
}

/// What the parts of taking a photo share.
#[derive(Clone, Copy)]
pub struct Take {
    /// The page.
    pub app: App,
    /// Where it is.
    pub stage: RwSignal<Stage>,
    /// The picture that is looked at.
    pub canvas: StoredValue<Option<HtmlCanvasElement>, LocalStorage>,
    /// Name of the shot.
    pub shot: StoredValue<String>,
    /// Called with the name of the photo that was kept.
    pub done: StoredValue<Rc<dyn Fn(String)>, LocalStorage>,
}

impl Take {
    /// Longest side of what is kept.
    pub fn side(&self) -> u32 {
        if self.app.low() { SIDE_LOW } else { SIDE }
    }

    /// Takes a picture to be looked at.
    pub fn shown(&self, canvas: HtmlCanvasElement) {
        self.drop_canvas();
        if self.canvas.try_set_value(Some(canvas)).is_none() {
            let _ = self.stage.try_set(Stage::Look);
        }
    }

    /// Gives the picture's memory back.
    pub fn drop_canvas(&self) {
        if let Some(old) = self.canvas.try_get_value().flatten() {
            develop::discard(&old);
        }
        let _ = self.canvas.try_set_value(None);
    }
}

/// The screen: the camera at once, because the list has given the reason; in low-power mode the
/// phone's own camera, which costs less.
pub fn screen(app: App, shot: &str, at_once: bool, done: Rc<dyn Fn(String)>) -> El {
    let one = photo::shot(shot);
    frame("screen photos take")
        .add(
            el("div")
                .class("head")
                .add(
                    el("a")
                        .class("back")
                        .attr("href", "#photos")
                        .attr("aria-label", t(Key::Back))
                        .add(icon("M15 4l-8 8 8 8")),
                )
                .add(p("at", t(Key::PhotoTitle))),
        )
        .add(h1(t(one.title)))
        .add(stages(app, one.id, Some(one.how), at_once && !app.low(), done))
}

/// The same inside a guide, which has its own heading.
pub fn form(app: App, shot: &str, done: Rc<dyn Fn(String)>) -> El {
    stages(app, shot, None, false, done)
}

fn stages(app: App, shot: &str, how: Option<Key>, at_once: bool, done: Rc<dyn Fn(String)>) -> El {
    let first = if at_once { Stage::Camera } else { Stage::Ways };
    let take = Take {
        app,
        stage: RwSignal::new(first),
        canvas: StoredValue::new_local(None),
        shot: StoredValue::new(shot.into()),
        done: StoredValue::new_local(done),
    };
    on_cleanup(move || take.drop_canvas());
    el("div").class("form").dynamic(move || {
        let stage = take.stage.get();
        let part = match stage {
            Stage::Ways => ways(take, None),
            Stage::Camera => shoot::camera_view(take),
            Stage::NoCamera(trouble) => ways(take, Some(no_camera(trouble))),
            Stage::Reading => p("lead busy", t(Key::PhotoReading)),
            Stage::NoPhoto(bad) => ways(take, Some(no_photo(bad))),
            Stage::Look => look::look(take),
        };
        let how = how.filter(|_| stage != Stage::Look).map(|how| p("more", t(how)));
        el("div").maybe(how).add(part)
    })
}

fn ways(take: Take, trouble: Option<String>) -> El {
    let (low, failed) = (take.app.low(), trouble.is_some());
    let out = el("div").attr("role", "status").maybe(trouble.map(|text| p("note", &text)));
    let out = if low || failed {
        out.add(file_button(take, "btn lamp wide", Key::PhotoPhoneCamera, true))
    } else {
        out.add(button("btn lamp wide", t(Key::PhotoOpen), move || take.stage.set(Stage::Camera)))
    };
    out.add(file_button(take, "btn wide", Key::PhotoFile, false)).maybe(
        matches!(take.stage.get_untracked(), Stage::NoCamera(Trouble::Busy))
            .then(|| button("btn quiet", t(Key::Again), move || take.stage.set(Stage::Camera))),
    )
}

/// A file as a photo: from the phone's own camera, or chosen.
pub fn file_button(take: Take, class: &str, text: Key, camera: bool) -> El {
    let mut input = el("input").attr("type", "file").attr("accept", "image/*").class("unseen");
    if camera {
        input = input.attr("capture", "environment");
    }
    let input = input.on("change", move |event| {
        if let Some(chosen) = file::chosen(&event) {
            read(take, chosen.into());
        }
    });
    el("label").class(class).text(t(text)).add(input)
}

fn read(take: Take, blob: Blob) {
    take.stage.set(Stage::Reading);
    leptos::task::spawn_local(async move {
        match develop::from_file(&blob, take.side()).await {
            Ok(canvas) => take.shown(canvas),
            Err(bad) => {
                let _ = take.stage.try_set(Stage::NoPhoto(bad));
            }
        }
    });
}

fn no_camera(trouble: Trouble) -> String {
    t(match trouble {
        Trouble::Refused => Key::PhotoCamRefused,
        Trouble::Absent => Key::PhotoCamAbsent,
        Trouble::Busy => Key::PhotoCamBusy,
        Trouble::Dead => Key::PhotoCamDead,
    })
    .into()
}

fn no_photo(bad: Bad) -> String {
    match bad {
        Bad::Format => t(Key::PhotoNot).into(),
        Bad::Broken => t(Key::PhotoBroken).into(),
        Bad::TooLarge(w, h) => fill(Key::PhotoLarge, &[&int(i64::from(w)), &int(i64::from(h))]),
    }
}

/// The way back to the list.
pub fn to_list() -> El {
    link("btn quiet", "#photos", t(Key::Back))
}
