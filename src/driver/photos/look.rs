//! The look before a photo is kept: what is wrong with it, what must not be seen on it, and the
//! one button that keeps it. What is covered is painted over in the pixels before they are stored.

use super::develop;
use super::drag::{area, boxes, surface};
use super::take::{Stage, Take};
use crate::case_link::PhotoMeta;
use crate::driver::place::told;
use crate::ui::El;
use crate::ui::dom::el;
use crate::ui::parts::{button, p};
use crate::words::{Key, t};
use leptos::prelude::*;
use vision::quality::Warning;
use web_sys::HtmlCanvasElement;

/// The picture, its warnings, and what can be done.
pub fn look(take: Take) -> El {
    let Some(canvas) = take.canvas.try_get_value().flatten() else {
        take.stage.set(Stage::Ways);
        return el("div");
    };
    let warned = develop::warnings(&canvas);
    let covering = RwSignal::new(false);
    let covers = RwSignal::new(Vec::<Vec<u16>>::new());
    let draft = RwSignal::new(None::<Vec<u16>>);
    let trouble = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let _ = canvas.set_attribute("role", "img");
    let _ = canvas.set_attribute("aria-label", t(Key::PhotoCheck));
    let over = el("div").class("over").live(move |e| {
        let _ = e.toggle_attribute_with_force("hidden", !covering.get());
    });
    let over = surface(over, t(Key::PhotoKeys), move |points, finished| {
        let big = area(points).is_some_and(|(_, _, w, h)| w > 300 && h > 300);
        if finished {
            draft.set(None);
            if big {
                covers.update(|all| all.push(points.to_vec()));
            }
        } else {
            draft.set(Some(points.to_vec()));
        }
    });
    let frame = el("div").class("frame-box");
    let _ = frame.node().append_child(&canvas);
    let picture = frame
        .dynamic(move || {
            let mut all = covers.get();
            all.extend(draft.get());
            boxes(&all)
        })
        .add(over);
    let mut out = el("div").class("viewer").add(picture);
    for warning in &warned {
        out = out.add(p(
            "note",
            t(match warning {
                Warning::Blurred => Key::PhotoBlurred,
                Warning::Dark => Key::PhotoDark,
                Warning::Glare => Key::PhotoGlare,
            }),
        ));
    }
    let names: Vec<String> = warned.iter().map(|w| w.name().into()).collect();
    let good = warned.is_empty();
    // The bright button is what serves the case best.
    let (keep, keep_class, again_class) = match good {
        true => (Key::PhotoKeep, "btn lamp wide", "btn"),
        false => (Key::PhotoKeepAnyway, "btn", "btn lamp wide"),
    };
    let again = move || {
        take.drop_canvas();
        take.stage.set(if take.app.low() { Stage::Ways } else { Stage::Camera });
    };
    let out = out.add(el("p").class("note").attr("role", "alert").live(move |e| {
        let _ = e.toggle_attribute_with_force("hidden", !trouble.get());
        e.set_text_content(trouble.get().then(|| t(Key::PhotoUnkept)));
    }));
    let keep =
        button(keep_class, t(keep), move || keep_it(take, covers, names.clone(), trouble, busy));
    let again = button(again_class, t(Key::PhotoAgain), again);
    let cover =
        button("btn", t(Key::PhotoCover), move || covering.update(|c| *c = !*c)).live(move |e| {
            let _ = e.set_attribute("aria-pressed", if covering.get() { "true" } else { "false" });
        });
    let (first, second) = if good { (keep, again) } else { (again, keep) };
    out.add(first).add(el("div").class("two").add(second).add(cover)).dynamic(
        move || match covering.get() {
            false => el("i"),
            true => el("div").add(p("small", t(Key::PhotoCoverHow))).add(button(
                "btn quiet",
                t(Key::PhotoUndo),
                move || covers.update(|all| drop(all.pop())),
            )),
        },
    )
}

fn keep_it(
    take: Take,
    covers: RwSignal<Vec<Vec<u16>>>,
    warn: Vec<String>,
    trouble: RwSignal<bool>,
    busy: RwSignal<bool>,
) {
    // A second tap while the first is being written must not make a second photo.
    if busy.get_untracked() {
        return;
    }
    busy.set(true);
    let Some(canvas) = take.canvas.try_get_value().flatten() else { return };
    let (shot, covers) = (take.shot.get_value(), covers.get_untracked());
    let app = take.app;
    leptos::task::spawn_local(async move {
        burn(&canvas, &covers);
        let meta = PhotoMeta { w: canvas.width(), h: canvas.height(), shot, warn };
        app.opened().await;
        let kept = match develop::jpeg(&canvas).await {
            Some(blob) => app.link().save_photo(&blob, meta).await.ok(),
            None => None,
        };
        match kept {
            Some(id) => {
                told(app, t(Key::PhotoKept));
                if let Some(done) = take.done.try_get_value() {
                    done(id);
                }
            }
            None => {
                let _ = (trouble.try_set(true), busy.try_set(false));
            }
        }
    });
}

/// Paints over what is covered.
fn burn(canvas: &HtmlCanvasElement, covers: &[Vec<u16>]) {
    let Some(pen) = develop::pen(canvas) else { return };
    pen.set_fill_style_str("#000");
    let part = |v: u16, side: u32| f64::from(v) * f64::from(side) / 65_535.0;
    for (x, y, w, h) in covers.iter().filter_map(|c| area(c)) {
        let (cw, ch) = (canvas.width(), canvas.height());
        pen.fill_rect(part(x, cw), part(y, ch), part(w, cw), part(h, ch));
    }
}
