//! The look before a photo is kept: what is wrong with it, what must not be seen on it, and the
//! one button that keeps it. What is covered is painted over in the pixels before they are stored.

use super::covers::{self, Covers, burn};
use super::develop;
use super::take::{Stage, Take};
use crate::case_link::PhotoMeta;
use crate::driver::place::told;
use crate::ui::El;
use crate::ui::dom::{el, task};
use crate::ui::parts::{button, p};
use crate::ui::slot::Slot;
use crate::words::{Key, t};
use vision::quality::Warning;
use web_sys::HtmlCanvasElement;

/// What the look remembers.
#[derive(Clone, Default)]
struct Seen {
    /// It is being kept.
    busy: bool,
    /// It could not be kept.
    failed: bool,
}

/// The picture, its warnings, and what can be done.
pub fn look(take: &Take) -> El {
    let Some(canvas) = take.canvas.borrow().clone() else { return el("div") };
    let warned = develop::warnings(&canvas);
    let seen = Slot::new(Seen::default());
    let covers = Slot::new(Covers::default());
    let _ = canvas.set_attribute("role", "img");
    let _ = canvas.set_attribute("aria-label", t(Key::PhotoCheck));
    let mut out = el("div").class("viewer").add(picture(&canvas, &covers));
    for warning in &warned {
        let key = match warning {
            Warning::Blurred => Key::PhotoBlurred,
            Warning::Dark => Key::PhotoDark,
            Warning::Glare => Key::PhotoGlare,
        };
        out = out.add(p("note", t(key)));
    }
    let good = warned.is_empty();
    let warn: Vec<String> = warned.iter().map(|w| w.name().into()).collect();
    // The bright button is what serves the case best.
    let (keep, keep_class, again_class) = match good {
        true => (Key::PhotoKeep, "btn lamp wide", "btn"),
        false => (Key::PhotoKeepAnyway, "btn", "btn lamp wide"),
    };
    let (kept, remembered, hidden) = (take.clone(), seen.clone(), covers.clone());
    let keep = button(keep_class, t(keep), move || {
        keep_it(&kept, &canvas, &warn, &remembered, &hidden);
    });
    let back = take.clone();
    let again = button(again_class, t(Key::PhotoAgain), move || {
        back.drop_canvas();
        back.stage.set(if back.app.low() { Stage::Ways } else { Stage::Camera });
    });
    let (press, pressed) = (covers.clone(), covers.clone());
    let cover =
        button("btn", t(Key::PhotoCover), move || press.change(|c| c.on ^= true)).live(move |e| {
            let now = if pressed.get().on { "true" } else { "false" };
            let _ = e.set_attribute("aria-pressed", now);
        });
    let (first, second) = if good { (keep, again) } else { (again, keep) };
    out.add(el("p").class("note").attr("role", "alert").live(move |e| {
        let Seen { failed, busy } = seen.get();
        let said = busy.then_some(Key::PhotoReading).or(failed.then_some(Key::PhotoUnkept));
        e.set_text_content(said.map(t));
    }))
    .add(first)
    .add(el("div").class("two").add(second).add(cover))
    .dynamic(move || help(&covers))
}

fn picture(canvas: &HtmlCanvasElement, covers: &Slot<Covers>) -> El {
    let frame = el("div").class("frame-box");
    let _ = frame.node().append_child(canvas);
    covers::over(frame, covers)
}

fn help(covers: &Slot<Covers>) -> El {
    match covers.get().on {
        true => el("div").add(covers::how()).add(covers::undo(covers)),
        false => el("i"),
    }
}

fn keep_it(
    take: &Take,
    canvas: &HtmlCanvasElement,
    warn: &[String],
    seen: &Slot<Seen>,
    covers: &Slot<Covers>,
) {
    // A second tap while the first is being written must not make a second photo.
    if seen.peek().busy {
        return;
    }
    seen.change(|seen| seen.busy = true);
    let (take, canvas, warn) = (take.clone(), canvas.clone(), warn.to_vec());
    let (seen, covers) = (seen.clone(), covers.clone());
    task(async move {
        burn(&canvas, &covers.peek());
        let meta =
            PhotoMeta { w: canvas.width(), h: canvas.height(), shot: take.shot.clone(), warn };
        let app = take.app;
        app.opened().await;
        let kept = match develop::jpeg(&canvas).await {
            Some(blob) => app.link().save_photo(&blob, meta).await.ok(),
            None => None,
        };
        match kept {
            Some(id) => {
                told(app, t(Key::PhotoKept));
                if seen.shown() {
                    (take.done)(id);
                }
            }
            None => seen.change(|seen| (seen.failed, seen.busy) = (true, false)),
        }
    });
}
