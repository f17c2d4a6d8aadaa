// Runs in the page: every tracker over every frame of a film, in turns, so that whatever else the
// machine does hits all of them alike.

const LOADERS = { ours: './ours.mjs', opencv: './opencv.mjs', jsfeat: './jsfeat.mjs' };
const loaded = {};

/** Loads one library; milliseconds until a tracker of 640 x 480 is there. */
globalThis.ready = async (name) => {
  const module = await import(LOADERS[name]);
  const began = performance.now();
  loaded[name] = await module.load();
  loaded[name].make(640, 480).free();
  return performance.now() - began;
};

const at = (m, x, y) => {
  const z = m[6] * x + m[7] * y + m[8];
  return [(m[0] * x + m[1] * y + m[2]) / z, (m[3] * x + m[4] * y + m[5]) / z];
};

/** Root mean square distance of the four corners, pixels. */
function error(map, truth, w, h) {
  let sum = 0;
  for (const [x, y] of [[-0.5, -0.5], [w - 0.5, -0.5], [w - 0.5, h - 0.5], [-0.5, h - 0.5]]) {
    const [p, q] = [at(map, x, y), at(truth, x, y)];
    sum += ((p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2) / 4;
  }
  return Math.sqrt(sum);
}

let list;
const bytes = async (name) => new Uint8Array(await (await fetch(`/films/${name}`)).arrayBuffer());

/** One film. `single`: each `single`-th frame alone, from nothing. */
globalThis.film = async (name, names, single) => {
  list ??= await (await fetch('/films/films.json')).json();
  const { w, h, counts } = list;
  const one = list.films.find((f) => f.name === name);
  const [frames, picture] = [await bytes(`${name}.frames`), await bytes(`${name}.reference`)];
  const runs = names.map((n) => {
    const tracker = loaded[n].make(w, h);
    const began = performance.now();
    const taken = tracker.reference(picture, one.w, one.h);
    return { name: n, tracker, taken, set: performance.now() - began, followed: [], found: [], errors: [], counted: 0, right: 0, wrong: 0 };
  });
  for (let i = 0; i < one.frames.length; i += single || 1) {
    const gray = frames.subarray(i * w * h, (i + 1) * w * h);
    const truth = one.frames[i];
    for (let k = 0; k < runs.length; k += 1) {
      const run = runs[(i + k) % runs.length];
      if (single) run.tracker.reset();
      const followed = run.tracker.follows;
      const began = performance.now();
      const map = run.taken ? run.tracker.process(gray) : undefined;
      const ms = performance.now() - began;
      if (followed && map && run.tracker.follows) run.followed.push(ms);
      else if (!followed) run.found.push(ms);
      const e = map ? error(map, truth.map, one.w, one.h) : Infinity;
      if (map && !(e <= 15)) run.wrong += 1;
      if (truth.seen < counts) continue;
      run.counted += 1;
      if (e <= 5) {
        run.right += 1;
        run.errors.push(e);
      }
    }
  }
  return runs.map(({ tracker, ...run }) => {
    tracker.free();
    return run;
  });
};

/** Our tracker over a film to and fro; bytes of its wasm before and after, and milliseconds each. */
globalThis.long = async (name, count) => {
  const { w, h } = list;
  const one = list.films.find((f) => f.name === name);
  const [frames, picture] = [await bytes(`${name}.frames`), await bytes(`${name}.reference`)];
  const tracker = loaded.ours.make(w, h);
  tracker.reference(picture, one.w, one.h);
  const n = one.frames.length;
  const frame = (i) => {
    const k = i % (2 * n - 2);
    const at = k < n ? k : 2 * n - 2 - k;
    return frames.subarray(at * w * h, (at + 1) * w * h);
  };
  for (let i = 0; i < n; i += 1) tracker.process(frame(i));
  const before = loaded.ours.heap();
  const began = performance.now();
  for (let i = n; i < n + count; i += 1) tracker.process(frame(i));
  const ms = (performance.now() - began) / count;
  const after = loaded.ours.heap();
  tracker.free();
  return { before, after, ms };
};

/** A frame becomes the reference: milliseconds, several times. */
globalThis.freeze = async (name, times) => {
  const { w, h } = list;
  const gray = (await bytes(`${name}.frames`)).subarray(0, w * h);
  const all = [];
  for (let i = 0; i < times; i += 1) {
    const tracker = loaded.ours.make(w, h);
    const began = performance.now();
    tracker.reference(gray, w, h);
    all.push(performance.now() - began);
    tracker.free();
  }
  return all;
};
