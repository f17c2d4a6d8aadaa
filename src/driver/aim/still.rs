//! The picture that stands still: drawn on with a finger, kept in the case before anything else,
//! its marks with it.

use super::{Aim, Aiming, Keeping, Stage, Still, keep, stored};
use crate::ar::rung::Rung;
use crate::case_link::PhotoMeta;
use crate::device::{camera, file};
use crate::driver::photos::covers::{self, Covers};
use crate::driver::photos::{develop, list, mark};
use crate::ui::El;
use crate::ui::dom::{el, task, watch};
use crate::ui::parts::{button, p};
use crate::ui::slot::Slot;
use crate::words::{Key, t};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{HtmlCanvasElement, HtmlInputElement};

/// The picture, the tools, and the ways on.
pub fn view(aim: &Aim) -> El {
    let Some(still) = aim.still.borrow().clone() else { return el("div") };
    let sheet = still.sheet.clone();
    let _ = still.canvas.set_attribute("role", "img");
    let _ = still.canvas.set_attribute("aria-label", t(Key::AimPicture));
    let picture = el("div").class("frame-box");
    let _ = picture.node().append_child(&still.canvas);
    let (w, h) = (still.canvas.width(), still.canvas.height());
    let worded = sheet.clone();
    let (kept, drawn) = (aim.clone(), still.clone());
    watch(move || {
        if drawn.sheet.drawn.get().marks.is_empty() {
            return;
        }
        match drawn.keeping.peek() {
            // A drawing is ours until something is marked on it; then it is the driver's.
            Keeping::Not if drawn.drawing => kept.keep(&drawn),
            Keeping::Soon => kept.keep_covered(&drawn),
            _ => {}
        }
    });
    let (covering, cover, covered) = (still.covers.clone(), aim.clone(), still.clone());
    el("div")
        .class("marking")
        .live(move |e| {
            let _ = e.class_list().toggle_with_force("covering", covering.get().on);
        })
        .add(covers::over(mark::board(picture, w, h, &sheet), &still.covers))
        .add(progress(aim, &still))
        .dynamic(move || keep::tools(&cover, &covered))
        .add(mark::tools(&sheet))
        .dynamic(move || mark::words(&worded))
        .add(on(aim, &still))
        .add(below(aim, &still))
}

/// How far the picture is kept, and a second try when it is not.
fn progress(aim: &Aim, still: &Still) -> El {
    let (app, of, again) = (aim.app, still.clone(), aim.clone());
    let retry = of.clone();
    let line = p("state", "").attr("role", "status").live(move |e| {
        let id = of.sheet.id.get();
        let (class, text) = match of.keeping.get() {
            Keeping::Kept if !id.is_empty() => list::progress(app, &id),
            Keeping::Failed => ("state bad", t(Key::PhotoUnkept).into()),
            Keeping::Not => ("state", t(Key::AimDrawing).into()),
            Keeping::Soon => ("state", t(Key::AimSoon).into()),
            _ => ("state", t(Key::PhotoReading).into()),
        };
        let _ = e.set_attribute("class", class);
        e.set_text_content(Some(&text));
    });
    el("div").add(line).dynamic(move || match retry.keeping.get() {
        Keeping::Failed => {
            let (aim, still) = (again.clone(), retry.clone());
            button("btn", t(Key::Again), move || aim.keep(&still))
        }
        _ => el("i").attr("hidden", ""),
    })
}

/// The one bright button.
fn on(aim: &Aim, still: &Still) -> El {
    let go = aim.clone();
    if still.drawing {
        let files = el("div").class("two").add(chooser(aim, true)).add(chooser(aim, false));
        let again = button("btn wide", t(Key::AimCamera), move || go.go_live());
        return el("div").maybe(camera::can().then_some(again)).add(files);
    }
    let rung = aim.rung.peek();
    if aim.follow.away.get() {
        let again = button("btn lamp wide", t(Key::AimCamera), move || go.go_live());
        let files = el("div").class("two").add(chooser(aim, true)).add(chooser(aim, false));
        return if camera::can() { again } else { files };
    }
    if aim.may_step_up() {
        return button("btn lamp wide", t(Key::AimAgain), move || go.step_up());
    }
    let key = match rung {
        Rung::Tracked if aim.follow.reference.get().is_some() => Key::AimLive,
        _ => Key::AimNew,
    };
    button("btn lamp wide", t(key), move || go.go_live())
}

fn below(aim: &Aim, still: &Still) -> El {
    let (say, left, sheet, id) =
        (aim.clone(), aim.clone(), still.sheet.clone(), still.sheet.id.clone());
    let words = button("btn quiet", t(Key::AimWords), move || say.stage.set(Stage::Words));
    let gone: Rc<dyn Fn()> = Rc::new(move || {
        left.still.borrow_mut().take();
        left.has_still.set(false);
        left.follow.reference.set(None);
        left.follow.given.borrow_mut().take();
        left.follows("");
        stored::name(&left, "");
        left.go_live();
    });
    el("div").class("two").add(words).dynamic(move || match id.get().is_empty() {
        true => el("i").attr("hidden", ""),
        false => mark::remove(sheet.clone(), gone.clone()),
    })
}

/// A photo from elsewhere, where the page has no camera: the phone's own, or a file.
fn chooser(aim: &Aim, camera: bool) -> El {
    let input = el("input").attr("type", "file").attr("accept", "image/*").class("unseen");
    let input = if camera { input.attr("capture", "environment") } else { input };
    let input = input.attr("tabindex", "-1").attr("aria-hidden", "true");
    let node: HtmlInputElement = input.node().clone().unchecked_into();
    let aim = aim.clone();
    let failed = Slot::new(false);
    let told = failed.clone();
    let input = input.on("change", move |event| {
        let Some(chosen) = file::chosen(&event) else { return };
        let (aim, failed) = (aim.clone(), failed.clone());
        task(async move {
            match develop::from_file(&chosen.into(), develop::SIDE).await {
                Ok(canvas) if aim.stage.shown() => {
                    aim.rung.set(Rung::Frozen);
                    aim.take(canvas, false);
                }
                Ok(_) => {}
                Err(_) => failed.set(true),
            }
        });
    });
    let text = if camera { Key::PhotoPhoneCamera } else { Key::PhotoFile };
    let note = p("note", t(Key::PhotoNot)).attr("role", "alert").live(move |e| {
        let _ = e.toggle_attribute_with_force("hidden", !told.get());
    });
    el("div").add(input).add(button("btn wide", t(text), move || node.click())).add(note)
}

impl Aiming {
    /// Takes a picture to be drawn on: it is kept, then shown.
    pub fn take(self: &Rc<Self>, canvas: HtmlCanvasElement, drawing: bool) {
        let warn: Vec<String> = match drawing {
            true => Vec::new(),
            false => develop::warnings(&canvas).iter().map(|w| w.name().into()).collect(),
        };
        let still = self.owner.with(|| Still {
            canvas,
            sheet: mark::Sheet::new(self.app, "", Vec::new()),
            drawing,
            warn,
            keeping: Slot::new(Keeping::Not),
            covers: Slot::new(Covers::default()),
        });
        self.keep_now();
        if !drawing {
            self.keep_soon(&still);
        }
        self.follow.given.borrow_mut().take();
        *self.still.borrow_mut() = Some(still);
        self.has_still.set(true);
        // Built anew, also when a still picture was shown before.
        self.stage.set(Stage::Still);
    }

    /// Puts the picture into the case, and the marks that were drawn meanwhile.
    pub fn keep(self: &Rc<Self>, still: &Still) {
        if matches!(still.keeping.peek(), Keeping::Now | Keeping::Kept) {
            return;
        }
        still.keeping.set(Keeping::Now);
        let (app, still, aim) = (self.app, still.clone(), self.clone());
        task(async move {
            let (w, h) = (still.canvas.width(), still.canvas.height());
            let meta = PhotoMeta { w, h, shot: String::new(), warn: still.warn.clone() };
            // The bytes are taken now; opening a case may last.
            let bytes = develop::jpeg(&still.canvas).await;
            app.opened().await;
            let kept = match bytes {
                Some(blob) => app.link().save_photo(&blob, meta).await.ok(),
                None => None,
            };
            match kept {
                Some(id) => {
                    if aim.stage.shown() {
                        stored::name(&aim, &id);
                    }
                    aim.follows(&id);
                    still.sheet.id.set(id);
                    still.keeping.set(Keeping::Kept);
                    if !still.sheet.drawn.peek().marks.is_empty() {
                        still.sheet.record();
                    }
                }
                None => still.keeping.set(Keeping::Failed),
            }
        });
    }
}
