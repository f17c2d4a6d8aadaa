// The plain API in Node, from the files that are served: what it finds, and that nothing handed to it
// can break it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { apart, frame, picture, turn } from './scene.mjs';

const built = process.env.VISION_WORKER ?? join(import.meta.dirname, '../../../dist/driver');
const script = readFileSync(join(built, 'vision-worker.js'), 'utf8');
const bindings = new Function(`${script};return wasm_bindgen`)();
const wasm = bindings.initSync({ module: readFileSync(join(built, 'vision-worker_bg.wasm')) });
const { Tracker } = bindings;

const [W, H] = [320, 240];
const px = picture(W, H);
const place = (i) => turn(W, H, 0.12 * Math.sin(i / 5), 0.85 + 0.1 * Math.cos(i / 7), 12 * Math.sin(i / 4), 7 * Math.cos(i / 6));
const shot = (i) => frame(px, W, H, place(i), W, H);

// A picture that others may look like is believed with the second frame only.
const seen = (t, i) => t.process(shot(i)) ?? t.process(shot(i));

function tracker() {
  const t = new Tracker(W, H);
  assert.equal(t.set_reference(px, W, H), true);
  return t;
}

test('finds and follows, and says so', () => {
  const t = new Tracker(W, H);
  assert.equal(t.state(), 'empty');
  assert.equal(t.process(shot(0)), undefined);
  assert.equal(t.set_reference(px, W, H), true);
  assert.equal(t.state(), 'searching');
  seen(t, 0);
  for (let i = 0; i < 30; i += 1) {
    const map = t.process(shot(i));
    assert.ok(map instanceof Float64Array && map.length === 9, `frame ${i}: ${t.state()}`);
    assert.ok(apart(map, place(i), W, H) < 1, `frame ${i}: ${apart(map, place(i), W, H)} px`);
  }
  assert.equal(t.state(), 'tracking');
  const quality = t.quality();
  assert.ok(quality.score > 0.7 && quality.seen > 0.7 && quality.sigma < 1 && quality.agreement > 0.5, JSON.stringify(quality));
  for (let i = 0; i < 12; i += 1) assert.equal(t.process(new Uint8Array(W * H).fill(90)), undefined);
  assert.equal(t.quality(), undefined);
  t.reset();
  assert.equal(t.state(), 'searching');
  assert.ok(seen(t, 3));
  t.free();
});

test('a frame that became the reference is followed from where it was', () => {
  const t = new Tracker(W, H);
  assert.equal(t.set_reference(shot(0), W, H), true);
  t.start_from(Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1));
  assert.ok(t.process(shot(0)));
  while (t.prepare());
  assert.equal(t.state(), 'tracking');
});

test('a clamped array and a part of a buffer are bytes too', () => {
  const t = tracker();
  assert.ok(seen(t, 0));
  assert.ok(t.process(new Uint8ClampedArray(shot(0))));
  const padded = new Uint8Array(W * H + 100);
  padded.set(shot(1), 37);
  assert.ok(t.process(padded.subarray(37, 37 + W * H)));
});

const NONE = [undefined, null, 0, NaN, '', 'x', {}, [], [1, 2], new Array(W * H).fill(0), () => 1, Symbol('x'), 10n,
  new ArrayBuffer(W * H), new DataView(new ArrayBuffer(W * H)), new Float32Array(W * H).fill(NaN), new Float64Array(W * H),
  new BigInt64Array(W * H), new Uint16Array(W * H), new Uint8Array(0), new Uint8Array(1), new Uint8Array(W * H - 1),
  new Uint8Array(W * H + 1), new Uint8Array(4 * W * H), { length: W * H, byteLength: W * H }];

test('what is no frame is a frame in which nothing is seen', () => {
  const t = tracker();
  assert.ok(seen(t, 0));
  for (const none of NONE) assert.equal(t.process(none), undefined);
  assert.ok(seen(t, 1), 'and then it goes on');
});

test('what is no reference is refused, and the one before is kept', () => {
  const t = tracker();
  for (const none of NONE) assert.equal(t.set_reference(none, W, H), false);
  const sizes = [0, 1, -1, 15, NaN, Infinity, 0.5, 1e9, 2 ** 31, 2 ** 32, W + 1, '7', undefined, null];
  for (const w of sizes) for (const h of [...sizes, H]) assert.equal(t.set_reference(px, w, h), false);
  for (const [w, h] of [[1, 1], [16, 16], [17, 31], [W, H]]) {
    assert.equal(t.set_reference(new Uint8Array(w * h).fill(77), w, h), false, 'no texture');
  }
  assert.ok(seen(t, 0));
});

test('frames of any size are a size', () => {
  for (const [w, h] of [[0, 0], [1, 1], [15, 400], [16, 16], [17, 16], [33, 47], [641, 481], [NaN, -1], [1e9, 1e9], [9000, 16], [8192, 8192], ['a', {}]]) {
    const t = new Tracker(w, h);
    const n = Math.min(w * h || 0, 1e6);
    t.set_reference(px, W, H);
    for (const grey of [0, 255, 128]) assert.equal(t.process(new Uint8Array(n).fill(grey)), undefined);
    assert.equal(t.process(Uint8Array.from({ length: n }, (_, i) => Math.imul(i, 2654435761) >>> 24)), undefined);
    t.start_from(new Float64Array(9).fill(NaN));
    t.start_from(new Float64Array(9));
    t.start_from(new Float64Array(3));
    assert.ok(['searching', 'empty', 'lost', 'coasting'].includes(t.state()));
    t.free();
  }
});

test('noise never is the reference', () => {
  const t = tracker();
  let state = 7;
  for (let i = 0; i < 8; i += 1) {
    const noise = new Uint8Array(W * H).map(() => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24);
    assert.equal(t.process(noise), undefined);
  }
});

test('memory does not grow with frames, nor with trackers that are given back', () => {
  const t = tracker();
  for (let i = 0; i < 40; i += 1) t.process(i % 9 === 8 ? NONE[i % NONE.length] : shot(i));
  const before = wasm.memory.buffer.byteLength;
  for (let i = 0; i < 300; i += 1) t.process(i % 9 === 8 ? NONE[i % NONE.length] : shot(i));
  assert.equal(wasm.memory.buffer.byteLength, before);
  for (let i = 0; i < 5; i += 1) tracker().free();
  const some = wasm.memory.buffer.byteLength;
  for (let i = 0; i < 20; i += 1) tracker().free();
  assert.equal(wasm.memory.buffer.byteLength, some);
});
