#version 300 es
// Corners in pixels of the canvas, first row at the top.
uniform vec2 canvas;
layout(location = 0) in vec2 at;
layout(location = 1) in vec2 letters;
layout(location = 2) in vec4 paint;
out vec2 uv;
out vec4 ink;
void main() {
  vec2 p = at / canvas * 2.0 - 1.0;
  uv = letters;
  ink = paint;
  gl_Position = vec4(p.x, -p.y, 0.0, 1.0);
}
