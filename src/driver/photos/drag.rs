//! A finger, a mouse or a keyboard on a picture, as points of the picture's own frame. What the
//! points mean is the caller's.

use crate::ui::El;
use crate::ui::dom::el;
use crate::ui::slot::Slot;
use case::wire::put_int;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent, PointerEvent};

/// Points nearer to the last one than this are left out (0.7 % of a side).
const NEAR: i32 = 450;
/// Most points of one line; the wire takes 16 KB for an event.
const MOST: usize = 160;
/// How far an arrow key moves (a thirtieth of a side).
const KEY: i32 = 2184;

/// Takes the points so far, and whether the drag is finished.
type Told = Rc<dyn Fn(&[u16], bool)>;

#[derive(Default)]
struct Drag {
    points: Vec<u16>,
    on: bool,
    cursor: (i32, i32),
}

/// Makes `over`, which lies over the picture, take drags: `told` gets the points so far, and
/// `true` when the drag is finished. By keyboard the arrows move a cross and Enter begins and ends.
pub fn surface(over: El, label: &str, told: impl Fn(&[u16], bool) + 'static) -> El {
    let told: Told = Rc::new(told);
    let drag = Rc::new(RefCell::new(Drag { cursor: (32_768, 32_768), ..Drag::default() }));
    let cross = Slot::new(None::<(i32, i32)>);
    let (gone, moved) = (cross.clone(), cross.clone());
    let node = over.node().clone();
    let (begin, more, end, lost, key) =
        (drag.clone(), drag.clone(), drag.clone(), drag.clone(), drag);
    let (told2, told3, told5, told4) = (told.clone(), told.clone(), told.clone(), told);
    let (node2, node3) = (node.clone(), node);
    over.attr("tabindex", "0")
        .attr("role", "application")
        .attr("aria-label", label)
        .add(hair(cross))
        .on("pointerdown", move |event| {
            let Some(at) = point(&event, &node2) else { return };
            event.prevent_default();
            let id = event.unchecked_ref::<PointerEvent>().pointer_id();
            let _ = node2.set_pointer_capture(id);
            gone.set(None);
            let mut drag = begin.borrow_mut();
            drag.points = vec![at.0, at.1];
            drag.on = true;
        })
        .on("pointermove", move |event| {
            let mut drag = more.borrow_mut();
            if !drag.on {
                return;
            }
            let Some(at) = point(&event, &node3) else { return };
            add(&mut drag.points, at);
            told2(&drag.points, false);
        })
        .on("pointerup", move |_| finish(&end, &told3))
        .on("pointercancel", move |_| finish(&lost, &told5))
        .on("keydown", move |event| press(&event, &key, &moved, &told4))
}

fn add(points: &mut Vec<u16>, at: (u16, u16)) {
    if let [.., x, y] = points[..] {
        let far =
            (i32::from(x) - i32::from(at.0)).abs().max((i32::from(y) - i32::from(at.1)).abs());
        if far < NEAR {
            return;
        }
    }
    if points.len() >= 2 * MOST {
        points.truncate(2 * MOST - 2);
    }
    points.extend([at.0, at.1]);
}

fn finish(drag: &Rc<RefCell<Drag>>, told: &Told) {
    let points = {
        let mut drag = drag.borrow_mut();
        if !std::mem::take(&mut drag.on) {
            return;
        }
        std::mem::take(&mut drag.points)
    };
    told(&points, true);
}

fn point(event: &Event, over: &Element) -> Option<(u16, u16)> {
    let event: &PointerEvent = event.dyn_ref()?;
    let frame = over.get_bounding_client_rect();
    let part = |at: f64, start: f64, long: f64| {
        ((at - start) / long.max(1.0) * 65_535.0).clamp(0.0, 65_535.0) as u16
    };
    Some((
        part(f64::from(event.client_x()), frame.left(), frame.width()),
        part(f64::from(event.client_y()), frame.top(), frame.height()),
    ))
}

fn press(event: &Event, drag: &Rc<RefCell<Drag>>, cross: &Slot<Option<(i32, i32)>>, told: &Told) {
    let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
    let (dx, dy) = match key.key().as_str() {
        "ArrowLeft" => (-KEY, 0),
        "ArrowRight" => (KEY, 0),
        "ArrowUp" => (0, -KEY),
        "ArrowDown" => (0, KEY),
        "Enter" | " " => (0, 0),
        _ => return,
    };
    event.prevent_default();
    let ended = {
        let mut drag = drag.borrow_mut();
        let stay = |v: i32| v.clamp(0, 65_535);
        drag.cursor = (stay(drag.cursor.0 + dx), stay(drag.cursor.1 + dy));
        cross.set(Some(drag.cursor));
        let at = (drag.cursor.0 as u16, drag.cursor.1 as u16);
        if (dx, dy) == (0, 0) && !drag.on {
            drag.points = vec![at.0, at.1];
            drag.on = true;
            return;
        }
        if drag.on {
            add(&mut drag.points, at);
            told(&drag.points, false);
        }
        (dx, dy) == (0, 0)
    };
    if ended {
        finish(drag, told);
    }
}

/// The cross of the keyboard, in thousandths of the frame.
fn hair(cross: Slot<Option<(i32, i32)>>) -> El {
    el("i").class("cross").live(move |e| {
        let at = cross.get();
        let _ = e.toggle_attribute_with_force("hidden", at.is_none());
        let mut style = String::new();
        for (name, v) in [("left:", at.map(|p| p.0)), ("top:", at.map(|p| p.1))] {
            style.push_str(name);
            put_int(i64::from(v.unwrap_or_default() * 100 / 65_535), &mut style);
            style.push_str("%;");
        }
        // Set through the style object: the page's policy forbids style attributes.
        if let Some(html) = e.dyn_ref::<web_sys::HtmlElement>() {
            html.style().set_css_text(&style);
        }
    })
}
