// Verbs for an agent who draws on the driver's picture: the desk's hand, the driver's consent, and
// what is on the driver's live camera against what the film's truth says.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { W, H, truth, inverse, times, through } from './plane.mjs';
import { box, frameNow } from './aim.mjs';
import { soon } from './soon.mjs';

/** Half the width of an agent's line, and how far round its number nothing else is looked for. */
const HALF = 3.25;
const ROUND = 45;

/** A second device of the driver, which says what it is told: consent, or taking a photo out. */
async function driverSays(j, b) {
  const [{ case: id }] = await j.agent.rows();
  const call = async (path, token, body) => {
    const headers = { origin: j.server.url, 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    const response = await fetch(j.server.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? undefined : response.json();
  };
  if (!j.second) {
    // The phone's own token, as the phone sends it.
    const phone = j.bearer.replace('Bearer ', '');
    const [invite, token] = [1, 2].map(() => randomBytes(32).toString('base64url'));
    const hash = (text) => createHash('sha256').update(text).digest('hex');
    await call(`/v1/cases/${id}/invites`, phone, { hash: hash(invite) });
    await call('/v1/join', undefined, { case: id, invite, hash: hash(token) });
    j.second = { token, d: randomUUID(), n: 0 };
  }
  j.second.n += 1;
  const e = { v: 1, k: randomUUID(), d: j.second.d, n: j.second.n, at: Date.now(), b };
  const said = await call(`/v1/cases/${id}/events`, j.second.token, { sent: Date.now(), events: [e] });
  if (!['ok', 'dup'].includes(said.answers[0].verdict)) throw new Error(JSON.stringify(said.answers));
}

const drawnOnServer = async (j) => (await j.serverLog()).map((s) => s.e.b).filter((b) => b.t === 'drawn');

/** Ends of an arrow and of its two barbs, at 30 degrees and six of 110 parts of the picture long. */
function lines([x1, y1, x2, y2]) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const barb = Math.min(Math.hypot(dx, dy), (W * 6) / 110) / Math.hypot(dx, dy);
  const end = (side) => [x2 - barb * (dx * 0.866 - dy * side), y2 - barb * (dy * 0.866 + dx * side)];
  return [[x1, y1], [x2, y2], end(0.5), end(-0.5)];
}

/** The hand of the agent goes over the photo, in shares of its sides. */
async function hand(j, points) {
  const paper = j.desk.locator('.d-viewer .d-paper');
  await paper.waitFor();
  const b = await paper.boundingBox();
  const at = ([x, y]) => [b.x + b.width * x, b.y + b.height * y];
  await j.desk.mouse.move(...at(points[0]));
  await j.desk.mouse.down();
  for (const point of points.slice(1)) await j.desk.mouse.move(...at(point), { steps: 8 });
}

export const draw = {
  /** The agent opens the case and its newest photo, as soon as its bytes are there. */
  async agentOpens(j, { again } = {}) {
    const desk = await j.deskPage();
    if (again) await desk.reload();
    else await desk.locator('.d-row').first().click();
    await desk.locator('.d-thumb img').last().waitFor({ timeout: 30000 });
    await desk.locator('.d-thumb').last().click();
    await desk.locator('.d-viewer[open] .d-stage image').waitFor();
  },
  /** The driver agrees (`granted`) or takes it back (`revoked`), on another device of theirs. */
  async consent(j, t) {
    await driverSays(j, { t, agent: 'desk', scopes: ['annotate'] });
  },
  /** The driver takes the newest photo out of the case, on another device of theirs. */
  async driverDrops(j) {
    const id = (await j.serverLog()).map((s) => s.e.b).filter((b) => b.t === 'photo').at(-1).id;
    await driverSays(j, { t: 'dropped', id });
  },
  /** The agent draws with a tool; `keys` instead of a hand; `kept: false` when the server cannot have it yet. */
  async agentDraws(j, { tool, points, words, keys, kept = true }) {
    const before = kept && (await drawnOnServer(j)).length;
    await j.desk.locator('.d-pen button').filter({ hasText: tool }).click();
    if (keys) {
      await j.desk.locator('.d-paper').focus();
      for (const key of keys) await j.desk.keyboard.press(key);
    } else {
      await hand(j, points);
      await j.desk.mouse.up();
    }
    if (words) {
      await j.desk.locator('.d-pen-words input').fill(words);
      await j.desk.keyboard.press('Enter');
    }
    if (!kept) return;
    await soon('the drawing on the server', 8000, async () => {
      const drawn = await drawnOnServer(j);
      j.drawn = (j.drawn ?? []).concat(drawn.slice(before).flatMap((b) => b.marks));
      return drawn.length > before || drawn.length;
    });
  },
  /** The agent's hand is on the photo while the driver takes the consent back: the stroke is let go. */
  async revokedInHand(j) {
    const before = (await drawnOnServer(j)).length;
    await hand(j, [[0.2, 0.7], [0.3, 0.8]]);
    await driverSays(j, { t: 'revoked', agent: 'desk', scopes: ['annotate'] });
    await j.desk.locator('.d-paper').waitFor({ state: 'detached', timeout: 5000 });
    await j.desk.mouse.up();
    const after = (await drawnOnServer(j)).length;
    if (after !== before) throw new Error(`${after - before} drawings after consent was taken back`);
  },
  /** The agent's network is cut, or back. */
  async agentOffline(j, off) {
    await j.desk.context().setOffline(off);
  },
  /**
   * The agent's arrow and number lie where the truth says, in `of` different frames between `from` and
   * `to`, within `px` pixels of the frame. One pixel of the phone's page is 1.8 of the frame, and the
   * box of an arrow ends at a barb that is less than a pixel wide there.
   */
  async drawnTrue(j, { of = 4, px = 2, from = 0, to = 74 }) {
    const arrow = j.drawn.find((m) => m.shape === 'arrow').at;
    const step = j.drawn.find((m) => m.shape === 'words' && m.text === '1').at;
    const frame = (v, i) => (v / 65535) * (i % 2 ? H : W) - 0.5;
    const done = new Map();
    const off = [];
    let last = '';
    const end = Date.now() + 60000;
    while (done.size < of && Date.now() < end) {
      const { number, cyan, wide } = await frameNow(j);
      last = `frame ${number}, ${cyan.length} pixels`;
      if (number === undefined || number < from || number > to || done.has(number) || cyan.length < 40) continue;
      const map = times(truth(number), inverse(truth(j.frozen)));
      const on = (at) => through(map, ...at.map(frame));
      const centre = on(step);
      const near = ([x, y]) => Math.max(Math.abs(x - centre[0]), Math.abs(y - centre[1])) < ROUND;
      const half = HALF * wide;
      const want = box(lines(arrow.map(frame)).map((p) => through(map, ...p))).map((v, i) => v + (i % 2 ? half : -half));
      const got = box(cyan.filter((p) => !near(p)));
      const square = box(cyan.filter(near));
      const middle = [(square[0] + square[1]) / 2, (square[2] + square[3]) / 2];
      const wrong = Math.max(...got.map((v, i) => Math.abs(v - want[i])), ...middle.map((v, i) => Math.abs(v - centre[i])));
      done.set(number, wrong);
      const words = (list) => list.map((v) => v.toFixed(1)).join(' ');
      if (wrong > px) off.push(`frame ${number}: ${wrong.toFixed(2)} px (arrow ${words(got)} for ${words(want)}, number ${words(middle)} for ${words(centre)})`);
    }
    if (done.size < of) throw new Error(`drawings seen in ${done.size} frames of ${of} (frozen ${j.frozen}; ${last})`);
    j.noise.push(`drawings beside the truth, px: ${[...done].map(([n, v]) => `${n}:${v.toFixed(2)}`).join(' ')}`);
    if (process.env.TELL) console.log(`     ${j.noise.at(-1)}`);
    if (off.length) throw new Error(off.join('; '));
  },
  /** While the part is out of sight nothing of the agent's is on the live picture. */
  async drawnAway(j) {
    await soon('a frame without the plane', 30000, async () => {
      const { number, cyan } = await frameNow(j);
      if (number < 82 || number > 92) return number;
      if (cyan.length > 20) throw new Error(`a drawing is shown in frame ${number}, where the part is not`);
      return true;
    });
  },
  /** Nothing of the agent's is on the live picture any more. */
  async drawnGone(j) {
    await soon('no drawing', 8000, async () => {
      const { cyan } = await frameNow(j);
      return cyan.length === 0 || cyan.length;
    });
  },
  /** What the worker was told so far; `trackerSame` holds against it: a stroke begins nothing anew. */
  async trackerNoted(j) {
    j.opens = await j.page.evaluate(() => globalThis.toldWorker.filter((m) => m.t !== 'frame' && m.t !== 'turned').length);
  },
  async trackerSame(j) {
    const now = await j.page.evaluate(() => globalThis.toldWorker.filter((m) => m.t !== 'frame' && m.t !== 'turned').map((m) => m.t));
    if (now.length !== j.opens) throw new Error(`the tracker was told ${now.slice(j.opens).join(', ')}`);
  },
};
