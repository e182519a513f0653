// Draws samples in any limits, stretch, colormap or mix on a graphics processor, by WebGL2.

import { STRETCH_PARAMETERS } from '../view/values.js';
import { CODES, valuesOf } from '../view/samples.js';
import { LUPTON, MOST_PLANES, SINGLE, SUM, VERTEX } from './shaders.js';
import { FINE, FINE_LEVELS, LEVELS, fillLevels, fillPlaces, levelColors, packedColor, placesOf, rgbOf } from './tables.js';

/** @typedef {import('../view/samples.js').Samples} Samples */

/** @typedef {import('./tables.js').Look} Look */

/** Renderers that are no graphics processor. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;
const SIDE = 256; // of a table by code
/** Units of textures. */
const [CODE, TABLE] = [0, 1];

/** Whether shaders run on the processor, which browsers do not always count as a caveat. @param {WebGL2RenderingContext} gl */
function isSoftware(gl) {
  const details = gl.getExtension('WEBGL_debug_renderer_info');
  return SOFTWARE.test(String(gl.getParameter(details ? details.UNMASKED_RENDERER_WEBGL : gl.RENDERER)));
}

export class GlPainter {
  /** A painter on a canvas of its own, or null without WebGL2 on a graphics processor. @returns {GlPainter | null} */
  static create({ anyRenderer = false } = {}) {
    const canvas = document.createElement('canvas');
    const gl = canvas.getContext('webgl2', { alpha: false, antialias: false, depth: false, failIfMajorPerformanceCaveat: !anyRenderer });
    return gl && (anyRenderer || !isSoftware(gl)) ? new GlPainter(canvas, gl) : null;
  }

  /** @param {HTMLCanvasElement} canvas @param {WebGL2RenderingContext} gl */
  constructor(canvas, gl) {
    this.canvas = canvas;
    this._gl = gl;
    /** @type {Map<string, {program: WebGLProgram, uniforms: Map<string, WebGLUniformLocation | null>}>} */
    this._programs = new Map();
    /** @type {Map<string, WebGLTexture>} */
    this._textures = new Map();
    /** @type {Samples | null} */
    this._samples = null;
    /** Values by code of each plane, where a stretch needs them. @type {Float64Array[]} */
    this._values = [];
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.bindVertexArray(gl.createVertexArray());
  }

  /** Whether the browser has taken the context away. */
  get isLost() {
    return this._gl.isContextLost();
  }

  /** Whether samples of this size can be drawn. @param {number} columns @param {number} rows @param {number} planes */
  fits(columns, rows, planes) {
    const most = this._gl.getParameter(this._gl.MAX_TEXTURE_SIZE);
    return columns <= most && rows <= most && planes <= MOST_PLANES;
  }

  /** Take samples to draw. @param {Samples} samples */
  load(samples) {
    if (this._samples === samples) return;
    const gl = this._gl;
    this._samples = samples;
    this._values = [];
    const { columns, rows, planes } = samples;
    this._bind('codes', CODE, gl.TEXTURE_2D_ARRAY);
    gl.texImage3D(gl.TEXTURE_2D_ARRAY, 0, gl.R16UI, columns, rows, planes.length, 0, gl.RED_INTEGER, gl.UNSIGNED_SHORT, null);
    planes.forEach((codes, plane) => {
      gl.texSubImage3D(gl.TEXTURE_2D_ARRAY, 0, 0, 0, plane, columns, rows, 1, gl.RED_INTEGER, gl.UNSIGNED_SHORT, codes);
    });
  }

  /** Draw the samples. @param {Look} look */
  paint(look) {
    const samples = this._samples;
    if (!samples) return;
    const gl = this._gl;
    const { columns, rows } = samples;
    if (this.canvas.width !== columns || this.canvas.height !== rows) Object.assign(this.canvas, { width: columns, height: rows });
    gl.viewport(0, 0, columns, rows);
    if (look.components[0].color === null) this._single(look, samples);
    else if (look.stretch.name === 'lupton') this._lupton(look, samples);
    else this._sum(look, samples);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  /** @param {Look} look @param {Samples} samples */
  _single(look, { header, rows }) {
    const gl = this._gl;
    const [{ plane, vmin, vmax }] = look.components;
    const table = new Uint32Array(CODES);
    const colors = levelColors(look.colormap, look);
    const places = placesOf(look, LEVELS - 1)(header.planes[plane], { vmin, vmax });
    fillLevels(table, colors, header.planes[plane], { vmin, vmax }, places);
    table[0] = packedColor(look.missing);
    this._use('single', SINGLE, rows);
    this._bind('colors', TABLE, gl.TEXTURE_2D);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, SIDE, SIDE, 0, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(table.buffer));
    gl.uniform1i(this._at('single', 'colors'), TABLE);
  }

  /** @param {Look} look @param {Samples} samples */
  _sum(look, { header, rows }) {
    const gl = this._gl;
    const tables = new Uint16Array(CODES * header.planes.length);
    const places = placesOf(look, FINE_LEVELS - 1);
    for (const { plane, ...limits } of look.components) {
      const table = tables.subarray(plane * CODES, (plane + 1) * CODES);
      fillLevels(table, FINE, header.planes[plane], limits, places(header.planes[plane], limits));
    }
    this._use('sum', SUM, rows);
    this._bind('levels', TABLE, gl.TEXTURE_2D_ARRAY);
    gl.texImage3D(gl.TEXTURE_2D_ARRAY, 0, gl.R16UI, SIDE, SIDE, header.planes.length, 0, gl.RED_INTEGER, gl.UNSIGNED_SHORT, tables);
    gl.uniform1i(this._at('sum', 'levels'), TABLE);
    this._mix('sum', look, header.planes.length, FINE_LEVELS - 1);
  }

  /** @param {Look} look @param {Samples} samples */
  _lupton(look, { header, rows }) {
    const gl = this._gl;
    const tables = new Float32Array(CODES * header.planes.length);
    for (const { plane, vmin, vmax } of look.components) {
      if (!this._values[plane]) valuesOf(header.planes[plane].knots, (this._values[plane] = new Float64Array(CODES)));
      fillPlaces(tables.subarray(plane * CODES, (plane + 1) * CODES), this._values[plane], { vmin, vmax });
    }
    this._use('lupton', LUPTON, rows);
    this._bind('places', TABLE, gl.TEXTURE_2D_ARRAY);
    gl.texImage3D(gl.TEXTURE_2D_ARRAY, 0, gl.R32F, SIDE, SIDE, header.planes.length, 0, gl.RED, gl.FLOAT, tables);
    gl.uniform1i(this._at('lupton', 'places'), TABLE);
    gl.uniform1f(this._at('lupton', 'softening'), look.stretch.parameter ?? STRETCH_PARAMETERS.lupton);
    gl.uniform1f(this._at('lupton', 'contrast'), look.contrast);
    gl.uniform1f(this._at('lupton', 'bias'), look.bias);
    gl.uniform1f(this._at('lupton', 'power'), 1 / look.gamma);
    this._mix('lupton', look, header.planes.length, 1);
  }

  /** Parameters of all mixes. @param {string} name @param {Look} look @param {number} count @param {number} unit of a level of full intensity */
  _mix(name, { components, saturation, invert, missing }, count, unit) {
    const gl = this._gl;
    const weights = new Float32Array(3 * count);
    for (const { plane, color } of components) weights.set(rgbOf(color ?? 'ffffff').map((part) => part / 255 / unit), 3 * plane);
    gl.uniform3fv(this._at(name, 'weights[0]'), weights);
    gl.uniform1i(this._at(name, 'count'), count);
    gl.uniform1f(this._at(name, 'saturation'), Math.min(saturation, 1e6));
    gl.uniform1i(this._at(name, 'invert'), Number(invert));
    gl.uniform3fv(this._at(name, 'missing'), missing.map((part) => part / 255));
  }

  /** @param {string} name @param {string} source @param {number} rows */
  _use(name, source, rows) {
    const gl = this._gl;
    if (!this._programs.has(name)) {
      const program = gl.createProgram();
      for (const [type, text] of /** @type {const} */ ([[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, source]])) {
        const shader = /** @type {WebGLShader} */ (gl.createShader(type));
        gl.shaderSource(shader, text);
        gl.compileShader(shader);
        gl.attachShader(program, shader);
      }
      gl.linkProgram(program);
      if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
        throw new Error(`The picture cannot be drawn by WebGL2: ${gl.getProgramInfoLog(program)}`);
      }
      this._programs.set(name, { program, uniforms: new Map() });
    }
    gl.useProgram(/** @type {any} */ (this._programs.get(name)).program);
    gl.uniform1i(this._at(name, 'codes'), CODE);
    gl.uniform1i(this._at(name, 'rows'), rows);
  }

  /** @param {string} name @param {string} uniform */
  _at(name, uniform) {
    const { program, uniforms } = /** @type {any} */ (this._programs.get(name));
    if (!uniforms.has(uniform)) uniforms.set(uniform, this._gl.getUniformLocation(program, uniform));
    return uniforms.get(uniform);
  }

  /** @param {string} name @param {number} unit @param {number} target */
  _bind(name, unit, target) {
    const gl = this._gl;
    gl.activeTexture(gl.TEXTURE0 + unit);
    const isNew = !this._textures.has(name);
    if (isNew) this._textures.set(name, gl.createTexture());
    gl.bindTexture(target, this._textures.get(name) ?? null);
    if (!isNew) return;
    for (const parameter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(target, parameter, gl.NEAREST);
    for (const parameter of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(target, parameter, gl.CLAMP_TO_EDGE);
  }
}
