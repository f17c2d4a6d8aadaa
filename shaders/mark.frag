#version 300 es
// Plain paint; where there are letters, as much of it as they cover.
precision mediump float;
uniform sampler2D image;
in highp vec2 uv;
in vec4 ink;
out vec4 colour;
void main() {
  float cover = uv.x < 0.0 ? 1.0 : texture(image, uv).a;
  colour = vec4(ink.rgb, ink.a * cover);
}
