//! By WebGL: the frame is drawn as grey, four pixels in one, so that a quarter of the bytes comes
//! back and nothing is left to convert. The context is the worker's own and is given back at once
//! when another way is faster.

use crate::browser::{OffscreenCanvas, set};
use crate::plane::Weights;
use js_sys::Object;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    type Context;
    #[wasm_bindgen(method, js_name = createShader)]
    fn create_shader(this: &Context, kind: u32) -> JsValue;
    #[wasm_bindgen(method, js_name = shaderSource)]
    fn shader_source(this: &Context, shader: &JsValue, text: &str);
    #[wasm_bindgen(method, js_name = compileShader)]
    fn compile_shader(this: &Context, shader: &JsValue);
    #[wasm_bindgen(method, js_name = createProgram)]
    fn create_program(this: &Context) -> JsValue;
    #[wasm_bindgen(method, js_name = attachShader)]
    fn attach_shader(this: &Context, program: &JsValue, shader: &JsValue);
    #[wasm_bindgen(method, js_name = linkProgram)]
    fn link_program(this: &Context, program: &JsValue);
    #[wasm_bindgen(method, js_name = getProgramParameter)]
    fn program_parameter(this: &Context, program: &JsValue, what: u32) -> JsValue;
    #[wasm_bindgen(method, js_name = useProgram)]
    fn use_program(this: &Context, program: &JsValue);
    #[wasm_bindgen(method, js_name = getUniformLocation)]
    fn uniform_location(this: &Context, program: &JsValue, name: &str) -> JsValue;
    #[wasm_bindgen(method, js_name = uniform3f)]
    fn uniform3(this: &Context, at: &JsValue, x: f32, y: f32, z: f32);
    #[wasm_bindgen(method, js_name = uniform4f)]
    fn uniform4(this: &Context, at: &JsValue, x: f32, y: f32, z: f32, w: f32);
    #[wasm_bindgen(method, js_name = createTexture)]
    fn create_texture(this: &Context) -> JsValue;
    #[wasm_bindgen(method, js_name = bindTexture)]
    fn bind_texture(this: &Context, target: u32, texture: &JsValue);
    #[wasm_bindgen(method, js_name = texParameteri)]
    fn tex_parameter(this: &Context, target: u32, name: u32, value: u32);
    #[wasm_bindgen(method, catch, js_name = texImage2D)]
    fn tex_image(
        this: &Context,
        target: u32,
        level: u32,
        inside: u32,
        format: u32,
        kind: u32,
        frame: &JsValue,
    ) -> Result<(), JsValue>;
    #[wasm_bindgen(method)]
    fn viewport(this: &Context, x: u32, y: u32, w: u32, h: u32);
    #[wasm_bindgen(method, js_name = drawArrays)]
    fn draw_arrays(this: &Context, mode: u32, first: u32, count: u32);
    #[wasm_bindgen(method, catch, js_name = readPixels)]
    fn read_pixels(
        this: &Context,
        x: u32,
        y: u32,
        w: u32,
        h: u32,
        format: u32,
        kind: u32,
        into: &mut [u8],
    ) -> Result<(), JsValue>;
    #[wasm_bindgen(method, js_name = isContextLost)]
    fn is_context_lost(this: &Context) -> bool;
    #[wasm_bindgen(method, js_name = getExtension)]
    fn extension(this: &Context, name: &str) -> JsValue;

    type LoseContext;
    #[wasm_bindgen(method, js_name = loseContext)]
    fn lose_context(this: &LoseContext);
}

/// A triangle that covers everything, from no buffer at all.
const VERTEX: &str = "#version 300 es
void main() {
  vec2 p = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0;
  gl_Position = vec4(p, 0.0, 1.0);
}";
// Rows are read back from the bottom, where the first row of the frame is drawn: no turning over.
const FRAGMENT: &str = "#version 300 es
precision highp float;
uniform sampler2D frame;
uniform vec3 weights;
uniform vec4 shape; // one over the size that is tracked; how far apart samples lie within a pixel
out vec4 grey;
float at(float x, float y) {
  vec2 p = vec2(x, y) * shape.xy;
  vec4 d = vec4(shape.zw, -shape.zw);
  vec3 c = texture(frame, p + d.xy).rgb + texture(frame, p + d.xw).rgb
         + texture(frame, p + d.zy).rgb + texture(frame, p + d.zw).rgb;
  return dot(c, weights) * 0.25;
}
void main() {
  float x = (gl_FragCoord.x - 0.5) * 4.0 + 0.5;
  grey = vec4(at(x, gl_FragCoord.y), at(x + 1.0, gl_FragCoord.y),
              at(x + 2.0, gl_FragCoord.y), at(x + 3.0, gl_FragCoord.y));
}";

/// The frame's texture, its shader and a canvas to draw on.
pub struct Gl {
    context: Context,
    weights: JsValue,
    shape: JsValue,
    size: (usize, usize),
}

impl Gl {
    /// For `w` × `h` pixels; `None` when `w` is no multiple of four, or without WebGL 2.
    pub fn new(w: usize, h: usize) -> Option<Gl> {
        if !w.is_multiple_of(4) {
            return None;
        }
        let canvas = OffscreenCanvas::new((w / 4) as u32, h as u32).ok()?;
        let options = Object::new();
        for off in ["antialias", "depth", "premultipliedAlpha"] {
            set(&options, off, &false.into());
        }
        let context = canvas.context("webgl2", &options).ok().filter(JsValue::is_object)?;
        let context: Context = context.unchecked_into();
        let program = context.create_program();
        for (kind, text) in [(0x8b31, VERTEX), (0x8b30, FRAGMENT)] {
            let shader = context.create_shader(kind);
            if !shader.is_object() {
                return None;
            }
            context.shader_source(&shader, text);
            context.compile_shader(&shader);
            context.attach_shader(&program, &shader);
        }
        context.link_program(&program);
        if context.program_parameter(&program, 0x8b82).as_bool() != Some(true) {
            return None;
        }
        context.use_program(&program);
        context.bind_texture(TEXTURE_2D, &context.create_texture());
        // Linear, and clamped at the edges: a frame's sides are no powers of two.
        for (name, value) in
            [(0x2801, 0x2601), (0x2800, 0x2601), (0x2802, 0x812f), (0x2803, 0x812f)]
        {
            context.tex_parameter(TEXTURE_2D, name, value);
        }
        context.viewport(0, 0, (w / 4) as u32, h as u32);
        let weights = context.uniform_location(&program, "weights");
        let shape = context.uniform_location(&program, "shape");
        Some(Gl { context, weights, shape, size: (w, h) })
    }

    /// The grey values of a frame of `size` pixels, scaled; `false` when it cannot be drawn or the
    /// context is gone.
    pub fn read(
        &mut self,
        frame: &JsValue,
        size: (usize, usize),
        weights: Weights,
        out: &mut [u8],
    ) -> bool {
        let (w, h) = self.size;
        if out.len() != w * h || size.0 == 0 || size.1 == 0 {
            return false;
        }
        let c = &self.context;
        if c.tex_image(TEXTURE_2D, 0, RGBA, RGBA, UNSIGNED_BYTE, frame).is_err() {
            return false;
        }
        // One look between four pixels covers two by two; more are spread where more are covered.
        let apart = |of: usize, n: usize| {
            let covered = of as f32 / n as f32;
            (covered - 2.0).max(0.0) / 4.0 / of as f32
        };
        let [r, g, b] = weights.map(|v| v as f32 / 256.0);
        c.uniform3(&self.weights, r, g, b);
        c.uniform4(&self.shape, 1.0 / w as f32, 1.0 / h as f32, apart(size.0, w), apart(size.1, h));
        c.draw_arrays(TRIANGLES, 0, 3);
        let read = c.read_pixels(0, 0, (w / 4) as u32, h as u32, RGBA, UNSIGNED_BYTE, out);
        read.is_ok() && !c.is_context_lost()
    }
}

impl Drop for Gl {
    fn drop(&mut self) {
        let lose = self.context.extension("WEBGL_lose_context");
        if lose.is_object() {
            lose.unchecked_ref::<LoseContext>().lose_context();
        }
    }
}

const TEXTURE_2D: u32 = 0x0de1;
const RGBA: u32 = 0x1908;
const UNSIGNED_BYTE: u32 = 0x1401;
const TRIANGLES: u32 = 4;
