// Verbs for pointing, freezing and marking: what is on the screen against what the film's truth says.
import { W, H, truth, inverse, times, through, numberOf, pixels } from './plane.mjs';
import { soon } from './soon.mjs';
import { readFileSync } from 'node:fs';

/** Half the width of a mark's line on the page, pixels of the page. */
const HALF = 2.25;

/** A picture of an element that shows a frame whole, as a thing that answers in frame pixels. */
async function seen(j, css) {
  const width = () => j.page.evaluate((css) => document.querySelector(css).getBoundingClientRect().width, css);
  const page = await width();
  const shot = pixels(await j.page.locator(css).first().screenshot());
  // Taken while the page took another form: it says nothing.
  if ((await width()) !== page) return { amber: [], cyan: [] };
  const scale = Math.min(shot.width / W, shot.height / H);
  const [ox, oy] = [(shot.width - W * scale) / 2, (shot.height - H * scale) / 2];
  const at = (x, y) => shot.at(
    Math.min(shot.width - 1, Math.max(0, Math.round(ox + (x + 0.5) * scale - 0.5))),
    Math.min(shot.height - 1, Math.max(0, Math.round(oy + (y + 0.5) * scale - 0.5))),
  );
  const number = numberOf((x, y) => { const [r, g, b] = at(x, y); return (r + g + b) / 3; });
  // Everything that is of the driver's colour, and of the agent's, in frame pixels.
  const [amber, cyan] = [[], []];
  for (let y = 0; y < shot.height; y += 1) {
    for (let x = 0; x < shot.width; x += 1) {
      const [r, g, b] = shot.at(x, y);
      const list = r - b > 110 && r > 170 && g > 90 ? amber : b - r > 110 && b > 170 && g > 110 && cyan;
      if (list) list.push([(x + 0.5 - ox) / scale - 0.5, (y + 0.5 - oy) / scale - 0.5]);
    }
  }
  const wide = shot.width / page / scale;
  return { number, amber, cyan, wide, half: HALF * wide, scale };
}

export const frameNow = (j) => seen(j, '.aim canvas.ar');

/** A finger over the frozen picture, in parts of it. What takes it lies uppermost. */
async function drag(j, [x1, y1, x2, y2]) {
  const over = j.page.locator('.aim .over').filter({ visible: true }).last();
  await over.scrollIntoViewIfNeeded();
  const b = await over.boundingBox();
  await j.page.mouse.move(b.x + b.width * x1, b.y + b.height * y1);
  await j.page.mouse.down();
  await j.page.mouse.move(b.x + b.width * x2, b.y + b.height * y2, { steps: 6 });
  await j.page.mouse.up();
}

export const box = (points) => {
  const [xs, ys] = [points.map((p) => p[0]), points.map((p) => p[1])];
  const ends = (list) => [list.reduce((a, b) => Math.min(a, b)), list.reduce((a, b) => Math.max(a, b))];
  return [...ends(xs), ...ends(ys)];
};

export const aim = {
  /** The camera's picture is up: `tracked` by the graphics card, `plain` by the browser's video. */
  async aimed(j, how) {
    await j.page.locator('.aim .freeze:not([disabled])').waitFor();
    const canvas = j.page.locator('.aim canvas.ar').filter({ visible: true });
    if (how === 'tracked') return canvas.waitFor();
    return soon('the plain picture', 12000, async () => (await canvas.count()) === 0);
  },
  /** Freezes while the film is between two frames, and notes which one it got. */
  async freeze(j, [from, to]) {
    await soon(`frame ${from} to ${to}`, 20000, async () => {
      const { number } = await frameNow(j);
      return (number >= from && number <= to) || number;
    });
    await j.page.locator('.aim .freeze').click();
    await j.page.locator('.aim .marking canvas').waitFor();
    j.frozen = (await seen(j, '.aim .marking .frame-box canvas')).number;
    if (j.frozen === undefined || !truth(j.frozen)) throw new Error(`frozen frame ${j.frozen}`);
  },
  /** A ring drawn with the finger, in parts of the picture. */
  async ring(j, corners) {
    await j.page.locator('.aim .tools .btn').nth(1).click();
    await drag(j, corners);
    await soon('the ring in the case', 8000, async () => {
      const mark = (await j.deviceLog()).filter((e) => e.b.t === 'marked').at(-1)?.b.marks.at(-1);
      j.ring = mark?.at;
      return mark?.shape === 'ring' || JSON.stringify(mark ?? null);
    });
  },
  /**
   * The ring is where the truth says, in `of` different frames between `from` and `to`, each side of
   * it within `px` pixels of the frame.
   */
  async ringTrue(j, { of = 5, px = 2, from = 0, to = 74 }) {
    const done = new Map();
    const off = [];
    let tries = 0;
    const end = Date.now() + 60000;
    while (done.size < of && Date.now() < end) {
      tries += 1;
      const { number, amber, half, scale } = await frameNow(j);
      if (number === undefined || number < from || number > to || done.has(number) || amber.length < 40) continue;
      const map = times(truth(number), inverse(truth(j.frozen)));
      const [x1, y1, x2, y2] = j.ring.map((v, i) => (v / 65535) * (i % 2 ? H : W) - 0.5);
      const rim = Array.from({ length: 720 }, (_, i) => (i / 360) * Math.PI).map((a) => through(
        map, (x1 + x2) / 2 + ((x2 - x1) / 2) * Math.cos(a), (y1 + y2) / 2 + ((y2 - y1) / 2) * Math.sin(a)));
      // A mark that just comes up is not wholly of its colour yet.
      const length = rim.reduce((sum, p, i) => sum + Math.hypot(p[0] - rim.at(i - 1)[0], p[1] - rim.at(i - 1)[1]), 0);
      if (amber.length < 0.4 * length * 2 * half * scale * scale) continue;
      const want = box(rim).map((v, i) => v + (i % 2 ? half : -half));
      const got = box(amber);
      const wrong = Math.max(...got.map((v, i) => Math.abs(v - want[i])));
      done.set(number, wrong);
      if (wrong > px) off.push(`frame ${number}: ${wrong.toFixed(2)} px (${got.map((v) => v.toFixed(1))} for ${want.map((v) => v.toFixed(1))})`);
    }
    if (done.size < of) throw new Error(`marks seen in ${done.size} frames of ${of} (${tries} looks, frozen ${j.frozen})`);
    j.noise.push(`ring beside the truth, px: ${[...done].map(([n, v]) => `${n}:${v.toFixed(2)}`).join(' ')}`);
    if (process.env.TELL) console.log(`     ${j.noise.at(-1)}`);
    if (off.length) throw new Error(off.join('; '));
  },
  /** While the plane is out of sight, no mark is shown, and the screen says that it looks. */
  async ringAway(j) {
    await soon('a frame without the plane', 90000, async () => {
      const { number, amber } = await frameNow(j);
      if (number < 82 || number > 92) return number;
      if (amber.length > 20) throw new Error(`a mark is shown in frame ${number}, where the place is not`);
      const line = await j.page.locator('.aim .over-line').innerText();
      return /Looking|正在找/.test(line) || line;
    });
  },
  /** The context is lost, and, with `back`, restored after so many milliseconds. */
  async loseContext(j, { back } = {}) {
    await j.page.evaluate((back) => {
      const lose = document.querySelector('.aim canvas.ar').getContext('webgl2').getExtension('WEBGL_lose_context');
      lose.loseContext();
      if (back) setTimeout(() => lose.restoreContext(), back);
    }, back);
  },
  /** What may happen to a running camera: `ended`, `mute`, `unmute`, or its pictures `stand` still. */
  async camera(j, what) {
    await j.page.evaluate((what) => {
      const track = document.querySelector('video').srcObject.getVideoTracks()[0];
      if (what === 'ended') track.stop();
      // What a page hears when its film stands still: nothing.
      if (what === 'stand') {
        Object.defineProperty(HTMLVideoElement.prototype, 'currentTime', { get: () => 1 });
        HTMLVideoElement.prototype.requestVideoFrameCallback = () => 0;
      } else track.dispatchEvent(new Event(what));
    }, what);
  },
  /** No mark is on the screen's live picture, now and for a while. */
  async ringOff(j, ms = 600) {
    const end = Date.now() + ms;
    do {
      const canvas = j.page.locator('.aim canvas.ar').filter({ visible: true });
      if (await canvas.count()) {
        const { number, amber } = await frameNow(j);
        if (amber.length > 20) throw new Error(`a mark is shown on a picture that is not live (frame ${number})`);
      }
    } while (Date.now() < end);
  },
  /** The page goes out of sight, or comes back. */
  async sight(j, seen) {
    await j.page.evaluate((seen) => {
      for (const [name, value] of [['hidden', !seen], ['visibilityState', seen ? 'visible' : 'hidden']]) {
        Object.defineProperty(document, name, { configurable: true, get: () => value });
      }
      document.dispatchEvent(new Event('visibilitychange'));
    }, seen);
  },
  /** The camera's light is off: no track of the page runs. */
  async cameraOff(j) {
    await soon('the camera given back', 4000, () => j.page.evaluate(() => {
      const stream = document.querySelector('video')?.srcObject;
      return !stream?.active || 'a stream runs';
    }));
  },
  /** The page is loaded again where it stands. */
  async reload(j) {
    await j.page.reload();
  },
  /** From now on the worker's file cannot be had. */
  async noWorker(j) {
    await j.context.unrouteAll({ behavior: 'ignoreErrors' });
    await j.context.route('**/vision-worker*', (route) => route.fulfill({ status: 404, body: '' }));
  },
  /** The phone is turned: the screen has this size from now on. */
  async turn(j, [width, height]) {
    await j.page.setViewportSize({ width, height });
  },
  /** The camera gives pictures of this size from now on. */
  async pictures(j, [width, height]) {
    await j.page.evaluate(([width, height]) => document.querySelector('video').srcObject.getVideoTracks()[0].applyConstraints({ width, height }), [width, height]);
    await soon('pictures of another size', 6000, async () => {
      const w = await j.page.evaluate(() => document.querySelector('video').videoWidth);
      return w === width || w;
    });
  },
  /** The gyroscope says something, in degrees a second, every 20 ms for a while. */
  async gyro(j, { alpha, beta, gamma, of = 20 }) {
    await j.page.evaluate(async ({ alpha, beta, gamma, of }) => {
      for (let i = 0; i < of; i += 1) {
        const event = new Event('devicemotion');
        Object.defineProperty(event, 'rotationRate', { value: i % 5 === 4 ? null : { alpha, beta, gamma } });
        dispatchEvent(event);
        await new Promise((done) => setTimeout(done, 20));
      }
    }, { alpha, beta, gamma, of });
  },
  /** What the worker was told of the turning, in the picture's axes, radians a second. */
  async turned(j, { x, y, z }) {
    await soon('turns told to the worker', 6000, async () => {
      const told = await j.page.evaluate(() => globalThis.toldWorker?.filter((m) => m.t === 'turned') ?? []);
      const near = told.filter((m) => Math.hypot(m.x - x, m.y - y, m.z - z) < 1e-6);
      const spoilt = told.filter((m) => Number.isNaN(m.x));
      return (near.length > 3 && spoilt.length > 0) || told.slice(-3);
    });
  },
  /** The measuring page has ended, and its figures are figures. No time is judged, only that it is one. */
  async benched(j, { within = 50, px = 2 } = {}) {
    await j.page.waitForFunction(() => ['done', 'failed'].includes(document.documentElement.dataset.bench), undefined, { timeout: 240000 });
    await j.page.locator('#copy').click();
    const result = JSON.parse(await j.page.evaluate(() => globalThis.benchResult ?? 'null'));
    if (!result) throw new Error(`no result: ${await j.page.locator('#state').innerText()}`);
    const is = (name, v, least, most) => {
      if (typeof v !== 'number' || !(v >= least && v <= most)) throw new Error(`${name} is ${v}, not from ${least} to ${most}`);
    };
    const { all } = result;
    is('frames', result.frames, 10, 2000);
    is('within 5 px', all.within, within, 100);
    is('px, median', all.px.median, 0, px);
    is('px, p95', all.px.p95, all.px.median, 5);
    is('ms of a followed frame', all.follow.median, 0, 10000);
    is('ms of finding', all.find.p95, 0, 10000);
    is('ms until ready', result.ready_ms, 1, 60000);
    is('heap, MB', result.heap_mb, 1, 64);
    is('ms of freezing', result.freeze_ms.median, 0, 10000);
    is('states', Object.values(all.states).reduce((a, b) => a + b, 0), 10, 2000);
    is('films', Object.keys(result.films).length, 1, 6);
    const shown = await j.page.locator('[data-figure] dd').allInnerTexts();
    if (shown.length !== 8 || shown.some((text) => !/^\d/.test(text))) throw new Error(`shown: ${shown.join(' | ')}`);
    j.noise.push(JSON.stringify(result));
    if (process.env.TELL) console.log(`     ${JSON.stringify(all)}`);
  },
  /** Saves what was recorded; the file is small grey frames whose bars give their numbers, and maps that say the same as the truth. */
  async recorded(j, { frames = 8, px = 3 } = {}) {
    await soon('something recorded', 8000, async () => (await j.page.locator('.record .two .btn:not([disabled])').count()) === 2);
    await new Promise((done) => setTimeout(done, 1500));
    const [download] = await Promise.all([j.page.waitForEvent('download'), j.page.locator('.record .two .btn').nth(1).click()]);
    const path = `${j.out}/${download.suggestedFilename()}`;
    await download.saveAs(path);
    const bytes = readFileSync(path);
    if (bytes.toString('latin1', 0, 8) !== 'NWREC1\n\0') throw new Error('no recording');
    const [w, h, rw, rh, count] = [...[8, 10, 12, 14].map((at) => bytes.readUInt16LE(at)), bytes.readUInt32LE(16)];
    if (w !== 320 || h !== 240 || rw !== 320 || rh !== 240 || count < frames) throw new Error(`${count} frames of ${w} x ${h}, reference ${rw} x ${rh}`);
    let at = 20 + rw * rh;
    let right = 0;
    for (let i = 0; i < count; i += 1) {
      const placed = bytes[at + 5];
      const map = placed ? Array.from({ length: 9 }, (_, k) => bytes.readDoubleLE(at + 6 + 8 * k)) : undefined;
      at += 6 + 72 * placed;
      const gray = bytes.subarray(at, at + w * h);
      at += w * h;
      const number = numberOf((x, y) => gray[Math.round((y + 0.5) / 2 - 0.5) * w + Math.round((x + 0.5) / 2 - 0.5)]);
      if (!map || number === undefined || !truth(number)) continue;
      const want = through(times(truth(number), inverse(truth(j.frozen))), 320, 240);
      const got = through(map, 159.75, 119.75).map((v) => (v + 0.5) * 2 - 0.5);
      const off = Math.hypot(got[0] - want[0], got[1] - want[1]);
      if (off > px) throw new Error(`frame ${number} of the recording is ${off.toFixed(2)} px beside the truth`);
      right += 1;
    }
    if (at !== bytes.length || right < 3) throw new Error(`${right} frames with a place; ${at} bytes of ${bytes.length}`);
  },
  /** A box over part of the frozen picture. */
  async coverBox(j, corners) {
    await drag(j, corners);
  },
  /** Every photo that this device or the server holds is black in this place. */
  async covered(j, [x, y]) {
    await soon('the covered photo at the desk', 20000, async () => {
      const shas = (await j.serverLog()).map((s) => s.e.b).filter((b) => b.t === 'photo').map((b) => b.sha);
      if (!shas.length) return 'no photo';
      const [row] = await j.agent.rows();
      for (const sha of shas) {
        const response = await fetch(`${j.server.url}/v1/cases/${row.case}/photos/${sha}`, { headers: { cookie: j.agent.cookie } });
        if (!response.ok) return `photo ${response.status}`;
        const bytes = Buffer.from(await response.arrayBuffer()).toString('base64');
        const rgb = await j.page.evaluate(async ([data, x, y]) => {
          const image = new Image();
          image.src = `data:image/jpeg;base64,${data}`;
          await image.decode();
          const canvas = document.createElement('canvas');
          [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
          const pen = canvas.getContext('2d');
          pen.drawImage(image, 0, 0);
          const at = (u, v) => [...pen.getImageData(u * canvas.width, v * canvas.height, 1, 1).data].slice(0, 3);
          return [at(x, y), at(0.02, 0.02)];
        }, [bytes, x, y]);
        if (Math.max(...rgb[0]) > 24) throw new Error(`not covered: ${rgb[0]}`);
        if (Math.max(...rgb[1]) < 30) throw new Error(`all of it is black: ${rgb[1]}`);
      }
      return true;
    });
  },
  /** Nothing of a kind is on the device. */
  async noneYet(j, t) {
    const log = await j.deviceLog();
    if (log.some((e) => e.b.t === t)) throw new Error(`${t} is in the log already`);
  },
};
