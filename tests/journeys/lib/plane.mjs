// A film for the fake camera whose truth is known: a textured plane that rests, moves, leaves and
// comes back. Every frame carries its own number as bars, so that what is on the screen can be held
// against where it should be. And a worker that reads those bars in place of the tracker, for
// journeys that are about the screen alone.
import { createWriteStream } from 'node:fs';
import { inflateSync } from 'node:zlib';

export const W = 640;
export const H = 480;
export const FRAMES = 120;
const [PW, PH] = [900, 700];

/** Plane to frame, pixel centres at integers, row-major; nothing while the plane is out of sight. */
export function truth(i) {
  const ease = (t) => t * t * (3 - 2 * t);
  let [turn, scale, x, y, px, py] = [0, 0.95, 0, 0, 0, 0];
  if (i < 75) {
    const t = i < 25 ? 0 : Math.sin((ease((i - 25) / 50)) * 2 * Math.PI);
    const u = i < 25 ? 0 : Math.sin((ease((i - 25) / 50)) * Math.PI);
    [turn, scale, x, y, px, py] = [0.22 * t, 0.95 - 0.18 * u, 30 * t, -22 * u, 2.5e-4 * u, -1.5e-4 * t];
  }
  if (i >= 78 && i < 95) return undefined;
  if (i >= 75 && i < 78) x = (i - 74) * 160;
  if (i >= 95 && i < 99) x = (i - 99) * 120;
  const [c, s] = [Math.cos(turn) * scale, Math.sin(turn) * scale];
  // Centre of the plane to the origin, turn and scale, tilt, to the middle of the frame.
  const a = [c, -s, -c * 450 + s * 350, s, c, -s * 450 - c * 350, 0, 0, 1];
  a[6] = px * a[0] + py * a[3];
  a[7] = px * a[1] + py * a[4];
  a[8] = 1 + px * a[2] + py * a[5];
  const [mx, my] = [319.5 + x, 239.5 + y];
  for (let k = 0; k < 3; k += 1) {
    a[k] += mx * a[6 + k];
    a[3 + k] += my * a[6 + k];
  }
  return a;
}

export function inverse(m) {
  const [a, b, c, d, e, f, g, h, i] = m;
  const out = [e * i - f * h, c * h - b * i, b * f - c * e, f * g - d * i, a * i - c * g, c * d - a * f, d * h - e * g, b * g - a * h, a * e - b * d];
  const det = a * out[0] + b * out[3] + c * out[6];
  return out.map((v) => v / det);
}

export function times(a, b) {
  return [0, 1, 2, 3, 4, 5, 6, 7, 8].map((k) => {
    const [r, c] = [3 * Math.floor(k / 3), k % 3];
    return a[r] * b[c] + a[r + 1] * b[3 + c] + a[r + 2] * b[6 + c];
  });
}

export const through = (m, x, y) => {
  const w = m[6] * x + m[7] * y + m[8];
  return [(m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w];
};

// Bars: ten cells along the lower edge, dark or light: light, seven bits, parity, dark.
const CELL = { x: 40, y: 448, w: 24, h: 24 };

const bars = (i) => {
  const bits = [0, 1, 2, 3, 4, 5, 6].map((b) => (i >> b) & 1);
  return [1, ...bits, bits.reduce((a, b) => a ^ b, 0), 0];
};

/** The number of a frame from its bars; `gray(x, y)` gives brightness in pixels of the frame. */
export function numberOf(gray) {
  const cells = Array.from({ length: 10 }, (_, k) => (gray(40 + k * 24 + 12, 460) > 128 ? 1 : 0));
  const bits = cells.slice(1, 8);
  if (cells[0] !== 1 || cells[9] !== 0 || bits.reduce((a, b) => a ^ b, 0) !== cells[8]) return undefined;
  return bits.reduce((sum, bit, k) => sum + (bit << k), 0);
}

function texture() {
  let seed = 7;
  const random = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
  const out = new Float32Array(PW * PH).fill(128);
  for (let n = 0; n < 420; n += 1) {
    const [w, h] = [12 + random() * 90, 12 + random() * 70];
    const [x, y, v, round] = [random() * PW - w / 2, random() * PH - h / 2, 30 + random() * 195, random() < 0.4];
    for (let j = Math.max(0, y | 0); j < Math.min(PH, y + h); j += 1) {
      for (let i = Math.max(0, x | 0); i < Math.min(PW, x + w); i += 1) {
        const inside = !round || ((i - x) / w - 0.5) ** 2 + ((j - y) / h - 0.5) ** 2 < 0.25;
        if (inside) out[j * PW + i] = v;
      }
    }
  }
  return out;
}

/** Writes the film. */
export async function film(path) {
  const plane = texture();
  const file = createWriteStream(path);
  file.write(`YUV4MPEG2 W${W} H${H} F15:1 Ip A1:1 C420jpeg\n`);
  const chroma = Buffer.alloc((W * H) / 2, 128);
  let last = '';
  let luma;
  for (let i = 0; i < FRAMES; i += 1) {
    const map = truth(i);
    const key = JSON.stringify(map ?? null);
    // A plane that rests is rendered once.
    luma = key === last ? Buffer.from(luma) : render(map && inverse(map), plane);
    last = key;
    bars(i).forEach((bit, k) => {
      for (let y = 0; y < CELL.h; y += 1) luma.fill(bit ? 235 : 20, (CELL.y + y) * W + CELL.x + k * CELL.w, (CELL.y + y) * W + CELL.x + (k + 1) * CELL.w);
    });
    if (!file.write(Buffer.concat([Buffer.from('FRAME\n'), luma, chroma]))) await new Promise((done) => file.once('drain', done));
  }
  await new Promise((done) => file.end(done));
}

function render(back, plane) {
  const out = Buffer.alloc(W * H);
  for (let y = 0; y < H; y += 1) {
    for (let x = 0; x < W; x += 1) {
      let v = 70 + 20 * Math.sin(x / 97) + 15 * Math.sin(y / 71);
      if (back) {
        const [u, t] = through(back, x, y);
        const [i, j] = [Math.floor(u), Math.floor(t)];
        if (i >= 0 && j >= 0 && i < PW - 1 && j < PH - 1) {
          const [fu, ft] = [u - i, t - j];
          const at = j * PW + i;
          v = (plane[at] * (1 - fu) + plane[at + 1] * fu) * (1 - ft) + (plane[at + PW] * (1 - fu) + plane[at + PW + 1] * fu) * ft;
        }
      }
      out[y * W + x] = v;
    }
  }
  return out;
}

/** A worker in the tracker's place: it knows each frame's truth by its number. */
export const knowingWorker = () => `'use strict';
const W = ${W}, H = ${H};
${truth}
${inverse}
${times}
${numberOf}
// From a frame of the film to one of another size, pixel centres at integers.
const scaled = ({ w, h }) => [w / W, 0, (w / W - 1) / 2, 0, h / H, (h / H - 1) / 2, 0, 0, 1];
let size, reference, kept, last, found = 0;
const canvas = new OffscreenCanvas(W, H);
const pen = canvas.getContext('2d', { willReadFrequently: true });
onmessage = ({ data }) => {
  if (data.t === 'open') {
    [size, found] = [data, 0];
    // A reference of a mark that is stored: its bars tell which frame it was.
    const { gray, w, h } = data.reference ?? {};
    kept = { w, h };
    reference = gray && numberOf((x, y) => gray[Math.round(((y + 0.5) * h) / H - 0.5) * w + Math.round(((x + 0.5) * w) / W - 0.5)]);
    postMessage({ t: 'ready', luma: '2d', heap: 0, reference: reference !== undefined });
  }
  if (data.t === 'size') size = data;
  if (data.t === 'freeze') { [reference, kept] = [last, size]; postMessage({ t: 'frozen', ok: true, gray: new Uint8Array(1), w: size.w, h: size.h, ms: 1 }); }
  if (data.t !== 'frame') return;
  pen.drawImage(data.frame, 0, 0, W, H);
  const pixels = pen.getImageData(0, 0, W, H).data;
  last = numberOf((x, y) => pixels[(y * W + x) * 4]);
  const there = last === undefined ? undefined : truth(last);
  const from = reference === undefined ? undefined : truth(reference);
  const placed = there && from;
  const pose = {
    t: 'pose', id: data.id, state: from ? (placed ? 'tracking' : 'lost') : 'empty',
    map: placed ? new Float64Array(times(times(scaled(size), times(there, inverse(from))), inverse(scaled(kept)))) : undefined, hint: '', ms: 1, frame: data.frame,
  };
  // The first mark stands long enough for a screenshot: it is drawn before its canvas is shown.
  const wait = found === 1 ? 700 : 0;
  found += placed ? 1 : 0;
  setTimeout(() => postMessage(pose, [data.frame]), wait);
};
`;

/** Pixels of a PNG of eight bits, RGB or RGBA, as the browser's screenshots are. */
export function pixels(png) {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const n = png[25] === 6 ? 4 : 3;
  const parts = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const line = width * n;
  const out = Buffer.alloc(line * height);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (line + 1)];
    for (let x = 0; x < line; x += 1) {
      const left = x >= n ? out[y * line + x - n] : 0;
      const up = y ? out[(y - 1) * line + x] : 0;
      const corner = x >= n && y ? out[(y - 1) * line + x - n] : 0;
      const p = left + up - corner;
      const [a, b, c] = [Math.abs(p - left), Math.abs(p - up), Math.abs(p - corner)];
      const guess = [0, left, up, (left + up) >> 1, a <= b && a <= c ? left : b <= c ? up : corner][filter];
      out[y * line + x] = raw[y * (line + 1) + 1 + x] + guess;
    }
  }
  return { width, height, n, at: (x, y) => out.subarray((y * width + x) * n, (y * width + x) * n + 3) };
}
