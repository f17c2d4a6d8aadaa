//! Words as a picture for the graphics card: the browser writes them on a sheet once, in any
//! language, and they are placed from there in every frame.

use super::marks::{Written, is_step};
use crate::device::loose::{call, get};
use crate::ui::dom::page;
use case::event::Mark;
use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlCanvasElement;

/// Height of a line for each pixel of the letters' size.
const LINE: f64 = 1.3;
/// Size of the words in the page's own pixels.
const SIZE: f64 = 19.0;

/// The sheet, and where each mark's words are on it.
pub struct Letters {
    sheet: HtmlCanvasElement,
    written: Vec<Option<Written>>,
    /// What is written, to write it only once.
    texts: Vec<String>,
    px: f64,
    wide: f64,
}

/// A text in lines, and how wide the widest is.
struct Block {
    lines: Vec<String>,
    wide: f64,
}

impl Letters {
    /// An empty sheet. `None` where the browser has no canvas.
    pub fn new() -> Option<Letters> {
        let sheet = page().create_element("canvas").ok()?.unchecked_into();
        Some(Letters { sheet, written: Vec::new(), texts: Vec::new(), px: 0.0, wide: 0.0 })
    }

    /// Where the words of each mark are.
    pub fn written(&self) -> &[Option<Written>] {
        &self.written
    }

    /// Writes the words of the marks for a canvas `wide` pixels wide, with `px` of its pixels to one
    /// of the page. The sheet when it is another than before.
    pub fn write(&mut self, marks: &[Mark], px: f64, wide: f64) -> Option<&HtmlCanvasElement> {
        let same = self.texts.len() == marks.len()
            && self.texts.iter().zip(marks).all(|(text, mark)| *text == mark.text);
        // A size that differs a little looks the same.
        if same && (self.px / px - 1.0).abs() < 0.15 && (self.wide - wide).abs() < 0.5 {
            return None;
        }
        self.texts = marks.iter().map(|mark| mark.text.clone()).collect();
        (self.px, self.wide) = (px, wide);
        self.set();
        Some(&self.sheet)
    }

    fn set(&mut self) {
        let size = SIZE * self.px;
        let pen: JsValue = match self.sheet.get_context("2d") {
            Ok(Some(pen)) => pen.into(),
            _ => return self.written.clear(),
        };
        font(&pen, size);
        let most = self.wide * 0.6;
        let blocks: Vec<Block> = self.texts.iter().map(|text| broken(&pen, text, most)).collect();
        let w = blocks.iter().map(|b| b.wide).fold(1.0, f64::max) + 4.0;
        let rows: usize = blocks.iter().map(|b| b.lines.len()).sum();
        let row = (size * LINE).ceil();
        let h = row * rows.max(1) as f64;
        // A new size also wipes the sheet.
        self.sheet.set_width(w as u32);
        self.sheet.set_height(h as u32);
        font(&pen, size);
        let _ = Reflect::set(&pen, &"fillStyle".into(), &"#fff".into());
        let _ = Reflect::set(&pen, &"textBaseline".into(), &"middle".into());
        let (w, h) = (w.floor(), h.floor());
        let mut y = 0.0;
        self.written.clear();
        for block in blocks {
            if block.lines.is_empty() {
                self.written.push(None);
                continue;
            }
            let top = y;
            for line in &block.lines {
                let at = [JsValue::from_str(line), 2.0.into(), (y + row / 2.0).into()];
                call(&pen, "fillText", &at);
                y += row;
            }
            let uv = [0.0, top / h, (block.wide + 4.0).min(w) / w, y / h];
            self.written.push(Some(Written { uv, size: ((block.wide + 4.0).min(w), y - top) }));
        }
    }
}

fn font(pen: &JsValue, size: f64) {
    let mut font = String::from("700 ");
    case::wire::put_int(size as i64, &mut font);
    font.push_str("px system-ui,sans-serif");
    let _ = Reflect::set(pen, &"font".into(), &font.into());
}

fn width(pen: &JsValue, text: &str) -> f64 {
    let measured = call(pen, "measureText", &[JsValue::from_str(text)]);
    measured.and_then(|m| get(&m, "width")).and_then(|w| w.as_f64()).unwrap_or_default()
}

/// Breaks a text where a line is full: between words, and between signs of scripts without spaces.
fn broken(pen: &JsValue, text: &str, most: f64) -> Block {
    let mut out = Block { lines: Vec::new(), wide: 0.0 };
    if text.is_empty() {
        return out;
    }
    let mut line = String::new();
    let mut piece = String::new();
    let mut left = text.chars().peekable();
    while let Some(c) = left.next() {
        piece.push(c);
        let ends = c == ' ' || !c.is_ascii() || left.peek().is_none_or(|next| !next.is_ascii());
        if !ends {
            continue;
        }
        let mut longer = line.clone();
        longer.push_str(&piece);
        if !line.is_empty() && width(pen, &longer) > most && !is_step(text) {
            out.lines.push(std::mem::take(&mut line));
            longer = piece.clone();
        }
        line = longer;
        piece.clear();
    }
    out.lines.push(line);
    out.wide = out.lines.iter().map(|line| width(pen, line)).fold(0.0, f64::max).ceil();
    out
}
