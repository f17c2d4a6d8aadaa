//! From the wish for a photo to one that is kept: reason, camera or file, a look, kept. Every
//! trouble has its own sentence and leaves the other way open.

use super::develop::{self, Bad, SIDE, SIDE_LOW};
use super::{look, shoot};
use crate::device::camera::Trouble;
use crate::device::file;
use crate::driver::app::App;
use crate::journey::brief::int;
use crate::journey::photo;
use crate::react::*;
use crate::ui::El;
use crate::ui::dom::{el, task};
use crate::ui::parts::{button, h1, icon, p, screen as frame};
use crate::ui::slot::Slot;
use crate::words::{Key, fill, t};
use send_wrapper::SendWrapper;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Blob, HtmlCanvasElement, HtmlInputElement};

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
pub struct Taking {
    /// The page.
    pub app: App,
    /// Where it is.
    pub stage: Slot<Stage>,
    /// The picture that is looked at.
    pub canvas: RefCell<Option<HtmlCanvasElement>>,
    /// Name of the shot.
    pub shot: String,
    /// The inputs behind the buttons: the phone's own camera, and files. They outlive the stages:
    /// a chooser may still be open when the camera gives up, and what is chosen then is read.
    choosers: [HtmlInputElement; 2],
    /// How to take it, where the screen does not say it by itself.
    how: Option<Key>,
    /// Called with the name of the photo that was kept.
    pub done: Rc<dyn Fn(String)>,
}

/// One taking of a photo.
pub type Take = Rc<Taking>;

impl Taking {
    /// Longest side of what is kept.
    pub fn side(&self) -> u32 {
        if self.app.low() { SIDE_LOW } else { SIDE }
    }

    /// Takes a picture to be looked at.
    pub fn show(&self, canvas: HtmlCanvasElement) {
        self.drop_canvas();
        *self.canvas.borrow_mut() = Some(canvas);
        self.stage.set(Stage::Look);
    }

    /// Gives the picture's memory back.
    pub fn drop_canvas(&self) {
        if let Some(old) = self.canvas.borrow_mut().take() {
            develop::discard(&old);
        }
    }
}

/// The screen: the camera at once, because the list has given the reason; in low-power mode the
/// phone's own camera, which costs less.
pub fn screen(app: App, shot: &str, done: Rc<dyn Fn(String)>) -> El {
    let one = photo::shot(shot);
    let back = el("a").class("back").attr("href", "#photos").attr("aria-label", t(Key::Back));
    let back = back.add(icon("M15 4l-8 8 8 8"));
    let first = if app.low() { Stage::Ways } else { Stage::Camera };
    frame("screen photos take")
        .add(el("div").class("head").add(back).add(p("at", t(Key::PhotoTitle))))
        .add(h1(t(one.title)))
        .add(stages(app, one.id, Some(one.how), first, done))
}

/// The same inside a guide, which has its own heading.
pub fn form(app: App, shot: &str, done: Rc<dyn Fn(String)>) -> El {
    stages(app, shot, None, Stage::Ways, done)
}

fn stages(app: App, shot: &str, how: Option<Key>, first: Stage, done: Rc<dyn Fn(String)>) -> El {
    let stage = Slot::new(first);
    let canvas = RefCell::new(None);
    let phone = chooser().attr("capture", "environment");
    let inputs = [phone, chooser()];
    let choosers = inputs.each_ref().map(|input| input.node().clone().unchecked_into());
    let take = Rc::new(Taking { app, stage, canvas, shot: shot.into(), choosers, how, done });
    let last = SendWrapper::new(take.clone());
    on_cleanup(move || last.drop_canvas());
    let mut out = el("div").class("form");
    for input in inputs {
        let take = take.clone();
        out = out.add(input.on("change", move |event| {
            if let Some(chosen) = file::chosen(&event) {
                read(&take, chosen.into());
            }
        }));
    }
    out.dynamic(move || at(&take))
}

/// An input that is pressed by a button elsewhere.
fn chooser() -> El {
    let input = el("input").attr("type", "file").attr("accept", "image/*").class("unseen");
    input.attr("tabindex", "-1").attr("aria-hidden", "true")
}

fn at(take: &Take) -> El {
    let stage = take.stage.get();
    let part = match stage {
        Stage::Ways => ways(take, None),
        Stage::Camera => shoot::camera_view(take),
        Stage::NoCamera(trouble) => ways(take, Some(no_camera(trouble))),
        Stage::Reading => p("lead busy", t(Key::PhotoReading)),
        Stage::NoPhoto(bad) => ways(take, Some(no_photo(bad))),
        Stage::Look => look::look(take),
    };
    let how = take.how.filter(|_| stage != Stage::Look).map(|how| p("more", t(how)));
    el("div").maybe(how).add(part)
}

fn ways(take: &Take, trouble: Option<String>) -> El {
    let (low, failed) = (take.app.low(), trouble.is_some());
    let camera = || {
        let take = take.clone();
        move || take.stage.set(Stage::Camera)
    };
    let mut out = el("div").attr("role", "status").maybe(trouble.map(|text| p("note", &text)));
    out = match low || failed {
        true => out.add(file_button(take, "btn lamp wide", Key::PhotoPhoneCamera, true)),
        false => out.add(button("btn lamp wide", t(Key::PhotoOpen), camera())),
    };
    out = out.add(file_button(take, "btn wide", Key::PhotoFile, false));
    match take.stage.peek() {
        Stage::NoCamera(Trouble::Busy) => out.add(button("btn quiet", t(Key::Again), camera())),
        _ => out,
    }
}

/// A file as a photo: from the phone's own camera, or chosen.
pub fn file_button(take: &Take, class: &str, text: Key, camera: bool) -> El {
    let input = take.choosers[usize::from(!camera)].clone();
    button(class, t(text), move || input.click())
}

fn read(take: &Take, blob: Blob) {
    let take = take.clone();
    take.stage.set(Stage::Reading);
    task(async move {
        match develop::from_file(&blob, take.side()).await {
            Ok(canvas) => take.show(canvas),
            Err(bad) => take.stage.set(Stage::NoPhoto(bad)),
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
