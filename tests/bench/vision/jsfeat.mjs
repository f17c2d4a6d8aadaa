// jsfeat, after its own image-matching example: corners and ORB on four scales of the reference and
// on the frame, brute-force matching, RANSAC homography; then its pyramidal Lucas-Kanade from frame
// to frame on the points that agreed.

const FEATURES = 300;
const SCREEN = 500;
const CLOSE = 48;
const ENOUGH = 12;

export async function load() {
  await new Promise((done, failed) => {
    const script = document.createElement('script');
    script.src = '/peers/jsfeat.js';
    script.onload = done;
    script.onerror = () => failed(new Error('jsfeat is not there'));
    document.head.append(script);
  });
  return { make: (w, h) => new Jsfeat(globalThis.jsfeat, w, h), heap: () => 0 };
}

const ones = (n) => {
  let v = n - ((n >> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >> 2) & 0x33333333);
  return (((v + (v >> 4)) & 0x0f0f0f0f) * 0x01010101) >> 24;
};

class Jsfeat {
  constructor(js, w, h) {
    this.js = js;
    this.w = w;
    this.h = h;
    const type = js.U8_t | js.C1_t;
    this.smooth = new js.matrix_t(w, h, type);
    this.bits = new js.matrix_t(32, SCREEN, type);
    this.corners = Array.from({ length: w * h }, () => new js.keypoint_t(0, 0, 0, 0, -1));
    this.pyramids = [0, 1].map(() => {
      const p = new js.pyramid_t(4);
      p.allocate(w, h, type);
      return p;
    });
    js.yape06.laplacian_threshold = 30;
    js.yape06.min_eigen_value_threshold = 25;
    this.xy = [new Float32Array(2 * SCREEN), new Float32Array(2 * SCREEN)];
    this.status = new Uint8Array(SCREEN);
  }

  detect(image, corners, most) {
    let n = this.js.yape06.detect(image, corners, 17);
    if (n > most) {
      const best = corners.slice(0, n).sort((a, b) => b.score - a.score);
      best.forEach((c, i) => { corners[i] = c; });
      n = most;
    }
    for (let i = 0; i < n; i += 1) corners[i].angle = this.angle(image, corners[i].x, corners[i].y);
    return n;
  }

  angle(image, px, py) {
    const ends = [15, 15, 15, 15, 14, 14, 14, 13, 13, 12, 11, 10, 9, 8, 6, 3];
    const { data, cols } = image;
    const o = py * cols + px;
    let [m01, m10] = [0, 0];
    for (let u = -15; u <= 15; u += 1) m10 += u * data[o + u];
    for (let v = 1; v <= 15; v += 1) {
      let sum = 0;
      for (let u = -ends[v]; u <= ends[v]; u += 1) {
        const [low, top] = [data[o + u + v * cols], data[o + u - v * cols]];
        sum += low - top;
        m10 += u * (low + top);
      }
      m01 += v * sum;
    }
    return Math.atan2(m01, m10);
  }

  reference(gray, w, h) {
    const { js } = this;
    const type = js.U8_t | js.C1_t;
    const full = new js.matrix_t(w, h, type);
    full.data.set(gray);
    this.patterns = [];
    for (let level = 0, k = Math.min(512 / w, 512 / h, 1); level < 4; level += 1, k /= Math.SQRT2) {
      let small = full;
      // It does nothing where the size stays.
      if (k < 1) {
        small = new js.matrix_t(Math.round(w * k), Math.round(h * k), type);
        js.imgproc.resample(full, small, small.cols, small.rows);
      }
      const soft = new js.matrix_t(small.cols, small.rows, type);
      js.imgproc.gaussian_blur(small, soft, 5);
      const corners = Array.from({ length: small.cols * small.rows >> 1 }, () => new js.keypoint_t(0, 0, 0, 0, -1));
      const n = this.detect(soft, corners, FEATURES);
      const bits = new js.matrix_t(32, FEATURES, type);
      js.orb.describe(soft, corners, n, bits);
      const points = corners.slice(0, n).map((c) => ({ x: c.x * w / small.cols, y: c.y * h / small.rows }));
      this.patterns.push({ points, words: bits.buffer.i32 });
    }
    return this.patterns[0].points.length > ENOUGH;
  }

  get follows() {
    return Boolean(this.map);
  }

  reset() {
    this.map = undefined;
  }

  process(gray) {
    this.pyramids.reverse();
    const now = this.pyramids[0];
    now.data[0].data.set(gray);
    now.build(now.data[0], true);
    if (this.map) this.map = this.follow();
    this.map ??= this.find();
    return this.map;
  }

  find() {
    const { js } = this;
    js.imgproc.gaussian_blur(this.pyramids[0].data[0], this.smooth, 5);
    const n = this.detect(this.smooth, this.corners, SCREEN);
    js.orb.describe(this.smooth, this.corners, n, this.bits);
    const words = this.bits.buffer.i32;
    const [from, to] = [[], []];
    for (let i = 0; i < n; i += 1) {
      let [best, at] = [256, undefined];
      for (const pattern of this.patterns) {
        for (let j = 0; j < pattern.points.length; j += 1) {
          let d = 0;
          for (let k = 0; k < 8; k += 1) d += ones(words[8 * i + k] ^ pattern.words[8 * j + k]);
          if (d < best) [best, at] = [d, pattern.points[j]];
        }
      }
      if (best < CLOSE) {
        from.push({ x: at.x, y: at.y });
        to.push({ x: this.corners[i].x, y: this.corners[i].y });
      }
    }
    return this.fit(from, to);
  }

  follow() {
    const { js } = this;
    const [before, after] = this.xy;
    const n = this.held.length;
    js.optical_flow_lk.track(this.pyramids[1], this.pyramids[0], before, after, n, 20, 30, this.status, 0.01, 0.001);
    const [from, to] = [[], []];
    for (let i = 0; i < n; i += 1) {
      if (!this.status[i]) continue;
      from.push(this.held[i]);
      to.push({ x: after[2 * i], y: after[2 * i + 1] });
    }
    return this.fit(from, to);
  }

  fit(from, to) {
    const { js } = this;
    if (from.length < ENOUGH) return undefined;
    const params = new js.ransac_params_t(4, 3, 0.5, 0.99);
    const kernel = new js.motion_model.homography2d();
    const map = new js.matrix_t(3, 3, js.F32_t | js.C1_t);
    const mask = new js.matrix_t(from.length, 1, js.U8_t | js.C1_t);
    if (!js.motion_estimator.ransac(params, kernel, from, to, from.length, map, mask, 1000)) return undefined;
    const good = from.map((_, i) => i).filter((i) => mask.data[i]);
    if (good.length < ENOUGH) return undefined;
    kernel.run(good.map((i) => from[i]), good.map((i) => to[i]), map, good.length);
    this.held = good.map((i) => from[i]);
    good.forEach((i, k) => this.xy[0].set([to[i].x, to[i].y], 2 * k));
    return Array.from(map.data);
  }

  free() {}
}
