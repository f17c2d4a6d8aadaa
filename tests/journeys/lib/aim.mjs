// Verbs for pointing, freezing and marking: what is on the screen against what the film's truth says.
import { W, H, truth, inverse, times, through, numberOf, pixels } from './plane.mjs';
import { soon } from './soon.mjs';

/** Half the width of a mark's line on the page, pixels of the page. */
const HALF = 2.25;

/** A picture of an element that shows a frame whole, as a thing that answers in frame pixels. */
async function seen(j, css) {
  const shot = pixels(await j.page.locator(css).first().screenshot());
  const scale = Math.min(shot.width / W, shot.height / H);
  const [ox, oy] = [(shot.width - W * scale) / 2, (shot.height - H * scale) / 2];
  const at = (x, y) => shot.at(
    Math.min(shot.width - 1, Math.max(0, Math.round(ox + (x + 0.5) * scale - 0.5))),
    Math.min(shot.height - 1, Math.max(0, Math.round(oy + (y + 0.5) * scale - 0.5))),
  );
  const number = numberOf((x, y) => { const [r, g, b] = at(x, y); return (r + g + b) / 3; });
  // Everything that is of the mark's colour, in frame pixels.
  const amber = [];
  for (let y = 0; y < shot.height; y += 1) {
    for (let x = 0; x < shot.width; x += 1) {
      const [r, g, b] = shot.at(x, y);
      if (r - b > 110 && r > 170 && g > 90) amber.push([(x + 0.5 - ox) / scale - 0.5, (y + 0.5 - oy) / scale - 0.5]);
    }
  }
  const page = await j.page.evaluate((css) => document.querySelector(css).getBoundingClientRect().width, css);
  return { number, amber, half: HALF * (shot.width / page) / scale };
}

const frameNow = (j) => seen(j, '.aim canvas.ar');

const box = (points) => {
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
  async ring(j, [x1, y1, x2, y2]) {
    await j.page.locator('.aim .tools .btn').nth(1).click();
    const over = j.page.locator('.aim .over').filter({ visible: true });
    await over.scrollIntoViewIfNeeded();
    const b = await over.boundingBox();
    await j.page.mouse.move(b.x + b.width * x1, b.y + b.height * y1);
    await j.page.mouse.down();
    await j.page.mouse.move(b.x + b.width * x2, b.y + b.height * y2, { steps: 6 });
    await j.page.mouse.up();
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
      const { number, amber, half } = await frameNow(j);
      if (number === undefined || number < from || number > to || done.has(number) || amber.length < 40) continue;
      const map = times(truth(number), inverse(truth(j.frozen)));
      const [x1, y1, x2, y2] = j.ring.map((v, i) => (v / 65535) * (i % 2 ? H : W) - 0.5);
      const rim = Array.from({ length: 720 }, (_, i) => (i / 360) * Math.PI).map((a) => through(
        map, (x1 + x2) / 2 + ((x2 - x1) / 2) * Math.cos(a), (y1 + y2) / 2 + ((y2 - y1) / 2) * Math.sin(a)));
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
    await soon('a frame without the plane', 30000, async () => {
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
};
