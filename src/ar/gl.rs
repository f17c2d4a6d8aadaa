//! The picture on the screen: the very frame that was tracked, and the marks over it, drawn
//! together, so that nothing swims. One WebGL2 context; what is lost with it is made anew.

use super::marks::STRIDE;
use crate::device::loose::{call, get};
use js_sys::{JSON, Uint8Array};
use std::cell::{Cell, RefCell};
use std::slice::from_ref;
use wasm_bindgen::JsValue;
use web_sys::HtmlCanvasElement;

const FRAME: [&str; 2] =
    [include_str!("../../shaders/frame.vert"), include_str!("../../shaders/frame.frag")];
const MARK: [&str; 2] =
    [include_str!("../../shaders/mark.vert"), include_str!("../../shaders/mark.frag")];

// Constants of WebGL (Khronos, WebGL 2.0 specification, section 3.7 and the tables of WebGL 1.0).
const TRIANGLES: u32 = 4;
const SRC_ALPHA: u32 = 0x0302;
const ONE_MINUS_SRC_ALPHA: u32 = 0x0303;
const BLEND: u32 = 0x0BE2;
const TEXTURE_2D: u32 = 0x0DE1;
const UNSIGNED_BYTE: u32 = 0x1401;
const FLOAT: u32 = 0x1406;
const RGBA: u32 = 0x1908;
const LINEAR: u32 = 0x2601;
const TEXTURE_MAG_FILTER: u32 = 0x2800;
const TEXTURE_MIN_FILTER: u32 = 0x2801;
const TEXTURE_WRAP_S: u32 = 0x2802;
const TEXTURE_WRAP_T: u32 = 0x2803;
const CLAMP_TO_EDGE: u32 = 0x812F;
const ARRAY_BUFFER: u32 = 0x8892;
const DYNAMIC_DRAW: u32 = 0x88E8;
const FRAGMENT_SHADER: u32 = 0x8B30;
const VERTEX_SHADER: u32 = 0x8B31;
const LINK_STATUS: u32 = 0x8B82;

/// What lives in the graphics card's memory.
struct Parts {
    frame: JsValue,
    mark: JsValue,
    size: JsValue,
    none: JsValue,
    corners: JsValue,
    picture: JsValue,
    letters: JsValue,
}

/// A canvas that is drawn by the graphics card.
pub struct Surface {
    canvas: HtmlCanvasElement,
    gl: JsValue,
    parts: RefCell<Option<Parts>>,
    filled: Cell<bool>,
}

impl Surface {
    /// Takes the canvas. `None` where the browser refuses WebGL2 or its shaders.
    pub fn new(canvas: &HtmlCanvasElement) -> Option<Surface> {
        let wish = JSON::parse(r#"{"alpha":false,"antialias":true,"depth":false}"#).ok()?;
        let gl = call(canvas, "getContext", &["webgl2".into(), wish]).filter(JsValue::is_object)?;
        let surface = Surface {
            canvas: canvas.clone(),
            gl,
            parts: RefCell::default(),
            filled: Cell::new(false),
        };
        surface.build().then_some(surface)
    }

    /// Makes everything anew, after the context came back. `false`: it cannot be had.
    pub fn build(&self) -> bool {
        self.filled.set(false);
        let parts = self.parts();
        let made = parts.is_some();
        *self.parts.borrow_mut() = parts;
        made
    }

    fn parts(&self) -> Option<Parts> {
        let frame = self.program(FRAME)?;
        let mark = self.program(MARK)?;
        let size = self.make("getUniformLocation", &[mark.clone(), "canvas".into()])?;
        // Two sets of corners: none for the frame, ours for marks.
        let none = self.make("createVertexArray", &[])?;
        let corners = self.make("createVertexArray", &[])?;
        let buffer = self.make("createBuffer", &[])?;
        self.gl("bindVertexArray", from_ref(&corners));
        self.gl("bindBuffer", &[ARRAY_BUFFER.into(), buffer]);
        for (place, (count, kind, whole, from)) in
            [(2, FLOAT, false, 0), (2, FLOAT, false, 8), (4, UNSIGNED_BYTE, true, 16)]
                .iter()
                .enumerate()
        {
            let place = JsValue::from(place as u32);
            self.gl("enableVertexAttribArray", from_ref(&place));
            let how = [
                place,
                (*count).into(),
                (*kind).into(),
                (*whole).into(),
                STRIDE.into(),
                (*from).into(),
            ];
            self.gl("vertexAttribPointer", &how);
        }
        let (picture, letters) = (self.texture()?, self.texture()?);
        self.gl("blendFunc", &[SRC_ALPHA.into(), ONE_MINUS_SRC_ALPHA.into()]);
        Some(Parts { frame, mark, size, none, corners, picture, letters })
    }

    fn program(&self, sources: [&str; 2]) -> Option<JsValue> {
        let program = self.make("createProgram", &[])?;
        for (source, kind) in sources.into_iter().zip([VERTEX_SHADER, FRAGMENT_SHADER]) {
            let shader = self.make("createShader", &[kind.into()])?;
            self.gl("shaderSource", &[shader.clone(), source.into()]);
            self.gl("compileShader", from_ref(&shader));
            self.gl("attachShader", &[program.clone(), shader]);
        }
        self.gl("linkProgram", from_ref(&program));
        let linked = self.make("getProgramParameter", &[program.clone(), LINK_STATUS.into()]);
        linked.filter(JsValue::is_truthy).map(|_| program)
    }

    fn texture(&self) -> Option<JsValue> {
        let texture = self.make("createTexture", &[])?;
        self.gl("bindTexture", &[TEXTURE_2D.into(), texture.clone()]);
        for (what, how) in [
            (TEXTURE_MIN_FILTER, LINEAR),
            (TEXTURE_MAG_FILTER, LINEAR),
            (TEXTURE_WRAP_S, CLAMP_TO_EDGE),
            (TEXTURE_WRAP_T, CLAMP_TO_EDGE),
        ] {
            self.gl("texParameteri", &[TEXTURE_2D.into(), what.into(), how.into()]);
        }
        Some(texture)
    }

    /// Takes the sheet of letters.
    pub fn letters(&self, sheet: &HtmlCanvasElement) -> bool {
        self.parts.borrow().as_ref().is_some_and(|parts| self.fill(&parts.letters, sheet))
    }

    /// Takes a frame of `w` × `h` pixels. `false` when the browser cannot draw this kind of frame.
    pub fn frame(&self, frame: &JsValue, w: u32, h: u32) -> bool {
        if self.canvas.width() != w || self.canvas.height() != h {
            self.canvas.set_width(w);
            self.canvas.set_height(h);
        }
        let taken =
            self.parts.borrow().as_ref().is_some_and(|parts| self.fill(&parts.picture, frame));
        self.filled.set(taken);
        taken
    }

    fn fill(&self, texture: &JsValue, from: &JsValue) -> bool {
        self.gl("bindTexture", &[TEXTURE_2D.into(), texture.clone()]);
        let args = [TEXTURE_2D, 0, RGBA, RGBA, UNSIGNED_BYTE].map(JsValue::from);
        let [a, b, c, d, e] = args;
        call(&self.gl, "texImage2D", &[a, b, c, d, e, from.clone()]).is_some()
    }

    /// Draws the frame it has, and the triangles over it.
    pub fn draw(&self, corners: &[u8]) {
        let held = self.parts.borrow();
        let Some(parts) = held.as_ref().filter(|_| self.filled.get()) else { return };
        let (w, h) = (self.canvas.width(), self.canvas.height());
        self.gl("viewport", &[0.into(), 0.into(), w.into(), h.into()]);
        self.gl("disable", &[BLEND.into()]);
        self.gl("useProgram", from_ref(&parts.frame));
        self.gl("bindVertexArray", from_ref(&parts.none));
        self.gl("bindTexture", &[TEXTURE_2D.into(), parts.picture.clone()]);
        self.gl("drawArrays", &[TRIANGLES.into(), 0.into(), 3.into()]);
        if corners.is_empty() {
            return;
        }
        self.gl("enable", &[BLEND.into()]);
        self.gl("useProgram", from_ref(&parts.mark));
        self.gl("uniform2f", &[parts.size.clone(), w.into(), h.into()]);
        self.gl("bindVertexArray", from_ref(&parts.corners));
        self.gl("bindTexture", &[TEXTURE_2D.into(), parts.letters.clone()]);
        let bytes = JsValue::from(Uint8Array::from(corners));
        self.gl("bufferData", &[ARRAY_BUFFER.into(), bytes, DYNAMIC_DRAW.into()]);
        let count = corners.len() as i32 / STRIDE;
        self.gl("drawArrays", &[TRIANGLES.into(), 0.into(), count.into()]);
    }

    /// Gives the graphics card's memory back at once.
    pub fn close(&self) {
        self.parts.borrow_mut().take();
        if let Some(ends) = self.make("getExtension", &["WEBGL_lose_context".into()]) {
            call(&ends, "loseContext", &[]);
        }
    }

    fn gl(&self, name: &str, with: &[JsValue]) {
        call(&self.gl, name, with);
    }

    fn make(&self, name: &str, with: &[JsValue]) -> Option<JsValue> {
        call(&self.gl, name, with).filter(|made| !made.is_null() && !made.is_undefined())
    }
}

/// Canvas pixels of one pixel of the page's own measure, for a canvas that is shown whole in the box
/// it lies in. The box is asked, not the canvas: the first frame is drawn before the canvas is shown.
pub fn scale(canvas: &HtmlCanvasElement) -> f64 {
    let Some(shown) = canvas.parent_element().map(|parent| parent.get_bounding_client_rect())
    else {
        return 1.0;
    };
    let part = (shown.width() / f64::from(canvas.width().max(1)))
        .min(shown.height() / f64::from(canvas.height().max(1)));
    if part > 0.01 { 1.0 / part } else { 1.0 }
}

/// Whether things that move by themselves are unwelcome here.
pub fn still() -> bool {
    let wish = JsValue::from_str("(prefers-reduced-motion: reduce)");
    call(&js_sys::global(), "matchMedia", &[wish])
        .and_then(|m| get(&m, "matches"))
        .is_some_and(|m| m.is_truthy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shaders_are_of_the_version_that_webgl2_takes() {
        for source in FRAME.into_iter().chain(MARK) {
            assert!(source.starts_with("#version 300 es\n"));
        }
        for source in [FRAME[1], MARK[1]] {
            assert!(source.contains("precision mediump float;") && source.contains("out vec4"));
        }
    }
}
