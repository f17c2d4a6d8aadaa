// What the worker's tests do in the page. Every function gives plain data to judge.
import { apart, frame, picture, turn } from './scene.mjs';

const [W, H] = [320, 240];
const px = picture(2 * W, 2 * H);
const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const DOUBLE = [2, 0, 0.5, 0, 2, 0.5, 0, 0, 1];
const HALF = [0.5, 0, -0.25, 0, 0.5, -0.25, 0, 0, 1];
const times = (a, b) => IDENTITY.map((_, i) => {
  const [r, c] = [3 * Math.floor(i / 3), i % 3];
  return a[r] * b[c] + a[r + 1] * b[c + 3] + a[r + 2] * b[c + 6];
});

/** Where the picture lies in shot `i`, in pixels of 640 x 480. */
const place = (i) => turn(2 * W, 2 * H, 0.1 * Math.sin(i / 6), 0.9 + 0.08 * Math.cos(i / 8), 20 * Math.sin(i / 5), 12 * Math.cos(i / 7));
const gray = (i) => frame(px, 2 * W, 2 * H, place(i), 2 * W, 2 * H);
/** The same in pixels of the tracked size. */
const small = (map) => times(HALF, times(map, DOUBLE));

/** As a camera gives it: brightness in a plane of its own, from 16 to 235, and two of colour. */
function video(px, w, h, i = 0) {
  const bytes = new Uint8Array(w * h * 3 / 2).fill(128);
  px.forEach((v, k) => { bytes[k] = 16 + Math.round(v * 219 / 255); });
  return new VideoFrame(bytes, {
    format: 'I420', codedWidth: w, codedHeight: h, timestamp: i * 33_000,
    colorSpace: { matrix: 'smpte170m', primaries: 'smpte170m', transfer: 'smpte170m', fullRange: false },
  });
}

function drawn(px, w, h, colour = [1, 1, 1]) {
  const canvas = new OffscreenCanvas(w, h);
  const rgba = new Uint8ClampedArray(4 * px.length).map((_, i) => (i % 4 === 3 ? 255 : px[i >> 2] * colour[i % 4]));
  canvas.getContext('2d').putImageData(new ImageData(rgba, w, h), 0, 0);
  return canvas;
}

/** A worker with a way to wait for its next message. */
function start(script = 'vision-worker_loader.js') {
  const worker = new Worker(script);
  const [messages, waiting] = [[], []];
  worker.onmessage = ({ data }) => (waiting.length ? waiting.shift()(data) : messages.push(data));
  const next = () => (messages.length ? Promise.resolve(messages.shift()) : new Promise((done) => waiting.push(done)));
  return {
    tell: (message, give = []) => worker.postMessage(message, give),
    next,
    ask: (message, give = []) => {
      worker.postMessage(message, give);
      return next();
    },
    async frame(id, frame) {
      const pose = await this.ask({ t: 'frame', id, frame }, [frame]);
      this.back = (this.back ?? 0) + Number(pose.frame instanceof VideoFrame || pose.frame instanceof ImageBitmap);
      pose.frame?.close();
      return pose;
    },
    end: () => worker.terminate(),
  };
}

/** Sends shots; gives the largest error and what was said. */
async function follow(w, from, to, shot, truth) {
  const said = { worst: 0, states: [], luma: '' };
  for (let i = from; i < to; i += 1) {
    const pose = await w.frame(i, await shot(i));
    said.states.push(pose.state);
    said.luma = pose.luma;
    said.worst = Math.max(said.worst, pose.map ? apart(pose.map, truth(i), W, H) : 999);
  }
  return said;
}

const invert = ([a, b, c, d, e, f]) => {
  const n = a * e - b * d;
  return [e / n, -b / n, (b * f - e * c) / n, -d / n, a / n, (d * c - a * f) / n, 0, 0, 1];
};

async function freeze() {
  const w = start();
  // Sent before its wasm is there: kept, not lost.
  await w.ask({ t: 'open', w: W, h: H });
  const shot = (i) => video(gray(i), 2 * W, 2 * H, i);
  const first = await w.frame(0, shot(0));
  const f = await w.ask({ t: 'freeze', id: 0 });
  const truth = (i) => times(small(place(i)), invert(small(place(0))));
  w.tell({ t: 'turned', ms: 33, x: NaN, y: 'x', z: undefined });
  w.tell({ t: 'turned', ms: 33, x: 0.001, y: 0, z: 0 });
  const said = await follow(w, 1, 25, shot, truth);
  let away;
  for (let i = 0; i < 14; i += 1) away = await w.frame(100 + i, video(new Uint8Array(4 * W * H).fill(90), 2 * W, 2 * H));
  let again = 0;
  for (let pose = {}; !pose.map && again < 20; again += 1) pose = await w.frame(200 + again, shot(25));
  w.end();
  return {
    ...said, first: { state: first.state }, frozen: { ok: f.ok, w: f.w, h: f.h, bytes: f.gray?.length },
    away: away.state, again, back: w.back, sent: 1 + 24 + 14 + again,
  };
}

async function bitmaps() {
  const w = start();
  const reference = { gray: frame(px, 2 * W, 2 * H, HALF, W, H), w: W, h: H };
  const ready = await w.ask({ t: 'open', w: W, h: H, reference });
  const shot = (i) => createImageBitmap(drawn(gray(i), 2 * W, 2 * H));
  const truth = (i) => times(HALF, times(place(i), DOUBLE));
  await w.frame(0, await shot(1));
  const said = await follow(w, 1, 12, shot, truth);
  w.end();
  return { ready, ...said };
}

/** What the worker takes for grey, by freezing a frame, against the canvas. */
async function ways() {
  const [a, b] = [2 * W, 2 * H];
  const kinds = {
    'video, half range': () => video(gray(1), a, b),
    'video, as large as tracked': () => video(frame(px, a, b, HALF, W, H), W, H),
    'video, no whole part': () => video(picture(500, 376), 500, 376),
    'canvas in a frame': () => new VideoFrame(drawn(gray(1), a, b, [1, 0.7, 0.4]), { timestamp: 0 }),
    'bitmap': () => createImageBitmap(drawn(gray(1), a, b, [0.5, 1, 0.8])),
  };
  const all = [];
  for (const [what, make] of Object.entries(kinds)) {
    const w = start();
    await w.ask({ t: 'open', w: W, h: H });
    const one = await make();
    const context = new OffscreenCanvas(W, H).getContext('2d');
    context.drawImage(one, 0, 0, W, H);
    one.close();
    const { data } = context.getImageData(0, 0, W, H);
    let pose;
    for (let i = 0; i < 9; i += 1) pose = await w.frame(i, await make());
    const { gray: grey } = await w.ask({ t: 'freeze', id: 8 });
    let sum = 0;
    for (let i = 0; i < W * H; i += 1) sum += grey ? grey[i] - (0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2]) : 999;
    all.push({ what, luma: pose.luma, apart: Math.abs(sum) / W / H });
    w.end();
  }
  return all;
}

async function resize() {
  const w = start();
  const reference = { gray: frame(px, 2 * W, 2 * H, HALF, W, H), w: W, h: H };
  await w.ask({ t: 'open', w: H, h: W, reference });
  await w.frame(0, video(new Uint8Array(4 * W * H).fill(90), 2 * H, 2 * W));
  w.tell({ t: 'size', w: W, h: H });
  await w.frame(1, video(gray(1), 2 * W, 2 * H));
  const said = await follow(w, 1, 8, (i) => video(gray(i), 2 * W, 2 * H, i), (i) => times(HALF, times(place(i), DOUBLE)));
  w.end();
  return said;
}

async function nonsense() {
  const w = start();
  const shot = () => video(gray(0), 2 * W, 2 * H);
  const closed = await w.frame(1, shot());
  for (const none of [null, 7, 'x', [], {}, { t: 1 }, { t: 'no such' }, { t: 'reset' }, { t: 'turned' }]) w.tell(none);
  const failed = (await w.ask({ t: 'open', w: 0, h: NaN })).why;
  await w.ask({ t: 'open', w: W, h: H, reference: { gray: new Uint8Array(4), w: W, h: H } });
  const frozen = [(await w.ask({ t: 'freeze', id: 1 })).ok, (await w.ask({ t: 'freeze' })).ok];
  const blank = video(new Uint8Array(4 * W * H).fill(60), 2 * W, 2 * H);
  await w.frame(5, blank);
  frozen.push((await w.ask({ t: 'freeze', id: 5 })).ok);
  // No frame at all, then two at once: both are answered.
  await w.ask({ t: 'frame', id: 6, frame: 'x' });
  const two = [shot(), shot()];
  two.forEach((frame, i) => w.tell({ t: 'frame', id: i + 1, frame }, [frame]));
  const both = [(await w.next()).id, (await w.next()).id].sort();
  const alive = (await w.frame(9, shot())).t === 'pose';
  w.end();
  return { closed: [closed.state, closed.t], failed, frozen, both, alive };
}

async function missing() {
  const text = await (await fetch('vision-worker_loader.js')).text();
  const broken = text.replaceAll('vision-worker_bg.wasm', 'gone.wasm');
  const w = start(URL.createObjectURL(new Blob([`const importScripts = (name) => self.importScripts(new URL(name, '${location.href}').href);\n{${broken}}`])));
  const said = await w.next();
  w.end();
  return said;
}

globalThis.tests = { freeze, bitmaps, ways, resize, nonsense, missing };
