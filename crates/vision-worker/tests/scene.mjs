// A made-up picture with something to hold on to everywhere, and frames in which it lies where it is
// told to lie. Works in Node and in a page.

/** Discs and strokes of many sizes on a slope; the same for the same seed. */
export function picture(w, h, seed = 1) {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const px = new Float32Array(w * h).map((_, i) => 90 + 60 * (i % w) / w);
  for (let n = 0; n < 260; n += 1) {
    const [cx, cy, r, grey] = [random() * w, random() * h, 3 + random() ** 3 * 60, 20 + random() * 220];
    const flat = 0.3 + random();
    for (let y = Math.max(0, Math.floor(cy - r)); y < Math.min(h, cy + r); y += 1) {
      for (let x = Math.max(0, Math.floor(cx - r)); x < Math.min(w, cx + r); x += 1) {
        if (((x - cx) / r) ** 2 + ((y - cy) / r / flat) ** 2 < 1) px[y * w + x] = grey;
      }
    }
  }
  return Uint8Array.from(px);
}

/** A map that turns by `a` about the middle of the picture, scales by `k` and shifts by (x, y). */
export function turn(w, h, a, k, x, y) {
  const [c, s] = [k * Math.cos(a), k * Math.sin(a)];
  const [mx, my] = [w / 2, h / 2];
  return [c, -s, mx - c * mx + s * my + x, s, c, my - s * mx - c * my + y, 0, 0, 1];
}

/** A `w` x `h` frame in which the picture lies under an affine map. */
export function frame(px, pw, ph, map, w, h, grey = 128) {
  const [a, b, c, d, e, f] = map;
  const det = a * e - b * d;
  const out = new Uint8Array(w * h).fill(grey);
  for (let y = 0; y < h; y += 1) {
    for (let x = 0; x < w; x += 1) {
      const [u, v] = [(e * (x - c) - b * (y - f)) / det, (a * (y - f) - d * (x - c)) / det];
      const [i, j] = [Math.floor(u), Math.floor(v)];
      if (i < 0 || j < 0 || i >= pw - 1 || j >= ph - 1) continue;
      const [p, q, o] = [u - i, v - j, j * pw + i];
      out[y * w + x] = (1 - q) * ((1 - p) * px[o] + p * px[o + 1]) + q * ((1 - p) * px[o + pw] + p * px[o + pw + 1]) + 0.5;
    }
  }
  return out;
}

/** The largest distance of a corner from where it is, pixels. */
export function apart(found, truth, w, h) {
  const at = (m, x, y) => {
    const z = m[6] * x + m[7] * y + m[8];
    return [(m[0] * x + m[1] * y + m[2]) / z, (m[3] * x + m[4] * y + m[5]) / z];
  };
  return Math.max(...[[0, 0], [w, 0], [w, h], [0, h]].map(([x, y]) => {
    const [p, q] = [at(found, x, y), at(truth, x, y)];
    return Math.hypot(p[0] - q[0], p[1] - q[1]);
  }));
}
