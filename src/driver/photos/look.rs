//! The look before a photo is kept: what is wrong with it, what must not be seen on it, and the
//! one button that keeps it. What is covered is painted over in the pixels before they are stored.

use super::develop;
use super::drag::{area, boxes, surface};
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
    /// Boxes are drawn now.
    covering: bool,
    /// Boxes, by their points.
    covers: Vec<Vec<u16>>,
    /// The box under the finger.
    draft: Vec<u16>,
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
    let _ = canvas.set_attribute("role", "img");
    let _ = canvas.set_attribute("aria-label", t(Key::PhotoCheck));
    let mut out = el("div").class("viewer").add(picture(&canvas, &seen));
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
    let (kept, remembered) = (take.clone(), seen.clone());
    let keep = button(keep_class, t(keep), move || keep_it(&kept, &canvas, &warn, &remembered));
    let back = take.clone();
    let again = button(again_class, t(Key::PhotoAgain), move || {
        back.drop_canvas();
        back.stage.set(if back.app.low() { Stage::Ways } else { Stage::Camera });
    });
    let (press, pressed, told) = (seen.clone(), seen.clone(), seen.clone());
    let cover = button("btn", t(Key::PhotoCover), move || press.change(|s| s.covering ^= true))
        .live(move |e| {
            let now = if pressed.get().covering { "true" } else { "false" };
            let _ = e.set_attribute("aria-pressed", now);
        });
    let (first, second) = if good { (keep, again) } else { (again, keep) };
    out.add(el("p").class("note").attr("role", "alert").live(move |e| {
        let Seen { failed, busy, .. } = told.get();
        let said = busy.then_some(Key::PhotoReading).or(failed.then_some(Key::PhotoUnkept));
        e.set_text_content(said.map(t));
    }))
    .add(first)
    .add(el("div").class("two").add(second).add(cover))
    .dynamic(move || help(&seen))
}

fn picture(canvas: &HtmlCanvasElement, seen: &Slot<Seen>) -> El {
    let frame = el("div").class("frame-box");
    let _ = frame.node().append_child(canvas);
    let (over, drawn, dragged) = (seen.clone(), seen.clone(), seen.clone());
    let over = el("div").class("over").live(move |e| {
        let _ = e.toggle_attribute_with_force("hidden", !over.get().covering);
    });
    let over = surface(over, t(Key::PhotoKeys), move |points, finished| {
        dragged.change(|seen| {
            seen.draft = if finished { Vec::new() } else { points.to_vec() };
            // Less than half a percent of a side is a tap that slipped.
            if finished && area(points).is_some_and(|(_, _, w, h)| w > 300 && h > 300) {
                seen.covers.push(points.to_vec());
            }
        });
    });
    frame
        .dynamic(move || {
            let mut seen = drawn.get();
            seen.covers.push(seen.draft);
            boxes(&seen.covers)
        })
        .add(over)
}

fn help(seen: &Slot<Seen>) -> El {
    if !seen.get().covering {
        return el("i");
    }
    let undo = seen.clone();
    let undo = move || undo.change(|seen| drop(seen.covers.pop()));
    el("div").add(p("small", t(Key::PhotoCoverHow))).add(button(
        "btn quiet",
        t(Key::PhotoUndo),
        undo,
    ))
}

fn keep_it(take: &Take, canvas: &HtmlCanvasElement, warn: &[String], seen: &Slot<Seen>) {
    // A second tap while the first is being written must not make a second photo.
    if seen.peek().busy {
        return;
    }
    seen.change(|seen| seen.busy = true);
    let (take, canvas, warn, seen) = (take.clone(), canvas.clone(), warn.to_vec(), seen.clone());
    task(async move {
        burn(&canvas, &seen.peek().covers);
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

/// Paints over what is covered.
pub fn burn(canvas: &HtmlCanvasElement, covers: &[Vec<u16>]) {
    let Some(pen) = develop::pen(canvas) else { return };
    pen.set_fill_style_str("#000");
    let part = |v: u16, side: u32| f64::from(v) * f64::from(side) / 65_535.0;
    for (x, y, w, h) in covers.iter().filter_map(|c| area(c)) {
        let (cw, ch) = (canvas.width(), canvas.height());
        pen.fill_rect(part(x, cw), part(y, ch), part(w, cw), part(h, ch));
    }
}
