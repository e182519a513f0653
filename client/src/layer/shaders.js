// Fragment shaders that look up the color of each pixel by its code. The steps of mixes are those of
// the server's kernels (src/celestile/render/kernels/intensity.py: mix, superpose, keep_hue).

const HEAD = `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2DArray;
precision highp sampler2DArray;
uniform usampler2DArray codes;
uniform int rows;
out vec4 color;
uint codeOf(int plane) {
  ivec2 at = ivec2(gl_FragCoord.xy);
  return texelFetch(codes, ivec3(at.x, rows - 1 - at.y, plane), 0).r;
}
ivec3 placeOf(uint code, int plane) { return ivec3(int(code & 255u), int(code >> 8u), plane); }
`;

const MIX = `
uniform int count;
uniform vec3 weights[MOST];
uniform float saturation;
uniform bool invert;
uniform vec3 missing;
vec4 finished(vec3 light, bool isMissing) {
  if (isMissing) return vec4(missing, 1.0);
  if (saturation != 1.0) {
    vec3 bounded = min(light, 1.0);
    float gray = dot(bounded, vec3(0.299, 0.587, 0.114));
    light = gray + saturation * (bounded - gray);
  }
  light = clamp(light, 0.0, 1.0);
  return vec4(invert ? 1.0 - light : light, 1.0);
}
`;

export const MOST_PLANES = 32;

export const VERTEX = `#version 300 es
void main() {
  // One triangle that covers the canvas.
  gl_Position = vec4(float((gl_VertexID & 1) << 2) - 1.0, float((gl_VertexID & 2) << 1) - 1.0, 0.0, 1.0);
}`;

/** One plane: its colors by code. */
export const SINGLE = `${HEAD}
uniform highp sampler2D colors;
void main() { color = texelFetch(colors, placeOf(codeOf(0), 0).xy, 0); }`;

/** Several planes: their levels by code, added in their colors. */
export const SUM = `${HEAD}${MIX.replace('MOST', String(MOST_PLANES))}
uniform usampler2DArray levels;
void main() {
  vec3 light = vec3(0.0);
  bool isMissing = true;
  for (int plane = 0; plane < count; plane++) {
    uint code = codeOf(plane);
    isMissing = isMissing && code == 0u;
    light += weights[plane] * float(texelFetch(levels, placeOf(code, plane), 0).r);
  }
  color = finished(light, isMissing);
}`;

/** Several planes after Lupton et al. 2004: their places between the limits by code. */
export const LUPTON = `${HEAD}${MIX.replace('MOST', String(MOST_PLANES))}
uniform sampler2DArray places;
uniform float softening;
uniform float contrast;
uniform float bias;
uniform float power;
float arsinh(float x) { return x < 0.01 ? x - x * x * x / 6.0 : x > 1e8 ? log(2.0) + log(x) : log(x + sqrt(x * x + 1.0)); }
float stretched(float x) {
  float y = arsinh(softening * clamp(x, 0.0, 1.0)) / arsinh(softening);
  y = clamp((y - bias) * contrast + 0.5, 0.0, 1.0);
  return y > 0.0 ? pow(y, power) : 0.0;
}
void main() {
  vec3 light = vec3(0.0);
  float mean = 0.0;
  bool isMissing = true;
  for (int plane = 0; plane < count; plane++) {
    uint code = codeOf(plane);
    isMissing = isMissing && code == 0u;
    float x = texelFetch(places, placeOf(code, plane), 0).r;
    light += weights[plane] * x;
    mean += x / float(count);
  }
  light *= stretched(mean) / max(mean, 1e-20);
  color = finished(light / max(max(light.r, light.g), max(light.b, 1.0)), isMissing);
}`;
