#version 300 es
// The camera's frame as it is.
precision mediump float;
uniform sampler2D image;
in highp vec2 uv;
out vec4 colour;
void main() {
  colour = vec4(texture(image, uv).rgb, 1.0);
}
