//! The pen in the photo viewer: its tools, or what is missing for them, and the paper over the
//! picture that takes mouse, pen, finger and keyboard. What is drawn is `draw`'s.

use super::super::draw::{May, Pen};
use super::super::say;
use super::super::trace::{Point, Tool, place};
use crate::journey::photo::{MARK_WORDS, drawings, marks};
use crate::ui::El;
use crate::ui::dom::svg;
use crate::words::{Key, fill, t};
use case::state::Drawing;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent, PointerEvent};

/// How far an arrow key moves: a hundredth of a side, ten times that with Shift.
const KEY: i32 = 655;

const TOOLS: [(Tool, Key, &str); 5] = [
    (Tool::Arrow, Key::DeskDrawArrow, "M5 19L19 5M9 5h10v10"),
    (Tool::Ring, Key::DeskDrawRing, "M12 5a9 7 0 1 0 .1 0z"),
    (Tool::Stroke, Key::DeskDrawStroke, "M4 15c4-9 6 6 9 0s4-6 7-2"),
    (Tool::Label, Key::DeskDrawLabel, "M5 6h14M12 6v13"),
    (Tool::Step, Key::DeskDrawStep, "M5 5h14v14H5zM10 9l2-1v8"),
];

/// The tools; without the driver's consent the sentence that says so, and the way to ask.
pub fn bar(pen: Pen) -> impl IntoView {
    view! {
        <div class="d-pen">
            {move || match pen.may.get() {
                May::Draw => tools(pen).into_any(),
                May::Wait => view! { <p role="status">{t(Key::DeskDrawAsked)}</p> }.into_any(),
                May::Closed => view! { <p role="status">{t(Key::DeskDrawClosed)}</p> }.into_any(),
                May::Ask => view! {
                    <p role="status">{t(Key::DeskDrawNeed)}</p>
                    <button class="d-main" on:click=move |_| pen.ask()>{t(Key::DeskDrawAsk)}</button>
                }.into_any(),
            }}
            {refused(pen)}
        </div>
    }
}

fn tools(pen: Pen) -> impl IntoView {
    let none = Memo::new(move |_| pen.own().is_empty());
    let buttons = TOOLS.map(|(tool, key, drawing)| {
        let pressed = move || if pen.tool.get() == tool { "true" } else { "false" };
        view! {
            <button aria-pressed=pressed on:click=move |_| pen.tool.set(tool)>
                <svg class="d-tool" viewBox="0 0 24 24" aria-hidden="true"><path d=drawing/></svg>{t(key)}
            </button>
        }
    });
    view! {
        <div class="d-actions" role="group" aria-label=t(Key::DeskDrawTools)>{buttons.to_vec()}</div>
        <button disabled=none on:click=move |_| pen.undo()>{t(Key::DeskDrawUndo)}</button>
        <button disabled=none on:click=move |_| pen.clear()>{t(Key::DeskDrawClear)}</button>
        {move || pen.wording.get().map(|_| words(pen))}
    }
}

fn words(pen: Pen) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let field = NodeRef::<leptos::html::Input>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            let _ = field.focus();
        }
    });
    let key = move |event: KeyboardEvent| {
        // Letters and arrows in the field are no orders to the viewer.
        event.stop_propagation();
        match event.key().as_str() {
            "Enter" if !event.is_composing() => pen.word(&text.get_untracked()),
            "Escape" => {
                event.prevent_default();
                pen.wording.set(None);
            }
            _ => {}
        }
    };
    view! {
        <div class="d-pen-words">
            <input node_ref=field maxlength=MARK_WORDS aria-label=t(Key::DeskDrawWords) placeholder=t(Key::DeskDrawWords)
                on:input=move |e| text.set(event_target_value(&e)) on:keydown=key/>
            <button class="d-main" on:click=move |_| pen.word(&text.get_untracked())>{t(Key::DeskDrawSet)}</button>
        </div>
    }
}

/// What the server did not take, until the agent has dealt with it.
fn refused(pen: Pen) -> impl IntoView {
    let refused = Memo::new(move |_| {
        pen.refused().into_iter().map(|(e, why)| (e.k, why)).collect::<Vec<(String, String)>>()
    });
    let again = move || {
        (pen.may.get() == May::Draw).then(
            || view! { <button on:click=move |_| pen.again()>{t(Key::DeskDrawAgain)}</button> },
        )
    };
    move || {
        let list = refused.get();
        let why = list.last()?.1.clone();
        Some(view! {
            <p class="d-refused" role="alert">
                <b>{fill(Key::DeskDrawRefused, &[&say::int(list.len() as i64)])}</b>" "<span class="d-log">{why}</span>" "
                {again}" "<button on:click=move |_| pen.discard()>{t(Key::DeskDrawDrop)}</button>
            </p>
        })
    }
}

/// The marks of both sides over the picture, and the paper that takes the hand while it may draw.
pub fn layer(pen: Pen) -> El {
    let (w, h) = pen.size;
    let lost = move || {
        let refused = pen.refused();
        let events = refused.iter().filter_map(|(e, _)| e.b.event());
        let marks: Vec<_> = events
            .filter_map(|event| match event {
                case::Event::Drawn { marks, .. } => Some(marks.clone()),
                _ => None,
            })
            .flatten()
            .collect();
        unnamed(w, h, marks).class("marks d-lost")
    };
    svg("g")
        .dynamic(move || marks(w, h, &pen.marks()))
        .dynamic(move || drawings(w, h, &pen.drawn()))
        .dynamic(lost)
        .dynamic(move || unnamed(w, h, pen.draft().into_iter().collect()))
        .dynamic(move || match pen.may.get() {
            May::Draw => untrack(|| paper(pen)),
            _ => svg("g"),
        })
}

fn unnamed(w: u32, h: u32, marks: Vec<case::event::Mark>) -> El {
    drawings(w, h, &[Drawing { m: String::new(), who: String::new(), marks }])
}

fn paper(pen: Pen) -> El {
    let (w, h) = (say::int(i64::from(pen.size.0)), say::int(i64::from(pen.size.1)));
    let paper = svg("rect").attr("class", "d-paper").attr("width", &w).attr("height", &h);
    let node = paper.node().clone();
    let (begin, more) = (node.clone(), node);
    let paper = paper
        .attr("tabindex", "0")
        .attr("role", "application")
        .attr("aria-label", t(Key::DeskDrawKeys))
        .on("pointerdown", move |event| {
            let Some((at, id)) = pointed(&event, &begin) else { return };
            event.prevent_default();
            let _ = begin.set_pointer_capture(id);
            pen.cross.set(None);
            pen.drop_stroke();
            pen.draw(at);
        })
        .on("pointermove", move |event| {
            if !pen.stroke.with_untracked(Vec::is_empty)
                && pen.cross.get_untracked().is_none()
                && let Some((at, _)) = pointed(&event, &more)
            {
                pen.draw(at);
            }
        })
        .on("pointerup", move |_| {
            if pen.cross.get_untracked().is_none() {
                pen.lift();
            }
        })
        .on("pointercancel", move |_| pen.drop_stroke())
        .on("keydown", move |event| pressed(pen, &event));
    svg("g").add(paper).dynamic(move || cross(pen))
}

fn pointed(event: &Event, paper: &Element) -> Option<(Point, i32)> {
    let event: &PointerEvent = event.dyn_ref()?;
    // Moves say -1, the main button 0.
    if event.button() > 0 {
        return None;
    }
    let frame = paper.get_bounding_client_rect();
    let at = (f64::from(event.client_x()), f64::from(event.client_y()));
    let place = place(at, (frame.left(), frame.top()), (frame.width(), frame.height()));
    Some((place, event.pointer_id()))
}

/// By keyboard: arrows move a cross, Enter sets it down and lifts it, Escape lets go.
fn pressed(pen: Pen, event: &Event) {
    let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
    let step = if key.shift_key() { 10 * KEY } else { KEY };
    let (dx, dy) = match key.key().as_str() {
        "ArrowLeft" => (-step, 0),
        "ArrowRight" => (step, 0),
        "ArrowUp" => (0, -step),
        "ArrowDown" => (0, step),
        "Enter" | " " => (0, 0),
        "Escape" if pen.cross.get_untracked().is_some() => {
            event.prevent_default();
            event.stop_propagation();
            pen.drop_stroke();
            return pen.cross.set(None);
        }
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    let (x, y) = pen.cross.get_untracked().unwrap_or((32_768, 32_768));
    let move_by = |v: u16, d: i32| (i32::from(v) + d).clamp(0, 65_535) as u16;
    let at = (move_by(x, dx), move_by(y, dy));
    pen.cross.set(Some(at));
    let down = !pen.stroke.with_untracked(Vec::is_empty);
    if (dx, dy) != (0, 0) {
        if down {
            pen.draw(at);
        }
    } else if down {
        pen.lift();
    } else {
        pen.draw(at);
        // A place needs no second stroke of the key.
        if matches!(pen.tool.get_untracked(), Tool::Label | Tool::Step) {
            pen.lift();
        }
    }
}

fn cross(pen: Pen) -> El {
    let Some((x, y)) = pen.cross.get() else { return svg("g") };
    let at = |v: u16, side: u32| i64::from(v) * i64::from(side) / 65_535;
    let (x, y) = (at(x, pen.size.0), at(y, pen.size.1));
    let arm = i64::from(pen.size.0.max(pen.size.1)) / 40 + 4;
    let mut path = String::new();
    for (letter, v) in
        [("M", x - arm), (" ", y), ("H", x + arm), ("M", x), (" ", y - arm), ("V", y + arm)]
    {
        path.push_str(letter);
        path.push_str(&say::int(v));
    }
    let line = |class: &str, wide: i64| {
        svg("path").attr("class", class).attr("d", &path).attr("stroke-width", &say::int(wide))
    };
    svg("g").add(line("mark under", arm / 4 + 2)).add(line("mark core d-cross", arm / 12 + 1))
}
