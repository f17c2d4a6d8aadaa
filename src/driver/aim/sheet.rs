//! The drawing for those without a camera: a car from above, its front to the left, on which one
//! shows where. It is no particular car and says nothing of any.

use crate::ar::frames::make;
use crate::device::loose::{call, get};
use crate::driver::photos::develop;
use crate::ui::dom::page;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlCanvasElement;

const WIDE: u32 = 1200;
const HIGH: u32 = 760;

/// Body, glass, doors and lamps; wheels; the arrow of the way it drives.
const LINES: [&str; 3] = [
    "M250 190h560q150 0 190 60q30 60 30 130t-30 130q-40 60-190 60h-560q-110 0-130-80q-10-50-10-110t10-110q20-80 130-80z\
     M400 240q-40 140 0 280M470 230l-70 10M470 530l-70-10M800 245q40 135 0 270M740 230l60 15M740 530l60-15\
     M470 230h270v300h-270zM605 190v40M605 530v40M160 235l-25 60M160 525l-25-60M1015 270l15 50M1015 490l15-50\
     M430 190l20-35h30l5 35M430 570l20 35h30l5-35",
    "M240 165h130v25h-130zM240 570h130v25h-130zM790 165h130v25h-130zM790 570h130v25h-130z",
    "M85 380h-60M45 360l-20 20 20 20",
];

/// The drawing. `None` where the browser has no canvas to draw on.
pub fn drawing() -> Option<HtmlCanvasElement> {
    let canvas: HtmlCanvasElement = page().create_element("canvas").ok()?.unchecked_into();
    canvas.set_width(WIDE);
    canvas.set_height(HIGH);
    let pen = develop::pen(&canvas)?;
    pen.set_fill_style_str("#f5f7fa");
    pen.fill_rect(0.0, 0.0, f64::from(WIDE), f64::from(HIGH));
    let set = |name: &str, value: JsValue| {
        let _ = js_sys::Reflect::set(&pen, &name.into(), &value);
    };
    set("strokeStyle", "#3f4a57".into());
    set("lineWidth", 6.into());
    set("lineJoin", "round".into());
    set("lineCap", "round".into());
    pen.set_fill_style_str("#3f4a57");
    let kind = get(&js_sys::global(), "Path2D")?;
    for (i, line) in LINES.into_iter().enumerate() {
        let path = make(&kind, &[line.into()])?;
        call(&pen, if i == 1 { "fill" } else { "stroke" }, &[path]);
    }
    Some(canvas)
}
