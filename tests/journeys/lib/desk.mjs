// Verbs for the desk: many cases at once, colleagues, files that are saved, and how fast red shows.
import { randomUUID, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Agent } from './server.mjs';
import { verbs } from './verbs.mjs';
import { soon } from './soon.mjs';

// The check digit of case numbers, as crates/case/src/number.rs has it.
const DAMM = ['0317598642', '7092154863', '4206871359', '1750983426', '6123045978', '3674209581', '5869720134', '8945362017', '9438617205', '2581436790'];
const number = (n) => {
  const digits = String(10_000_000_000 + n * 76_543_211);
  return digits + [...digits].reduce((row, d) => Number(DAMM[row][Number(d)]), 0);
};

/** A case of a phone that is not there. */
const phone = async (j) => {
  j.phones = (j.phones ?? 0) + 1;
  const it = { case: randomUUID().replace(/^(.{14})./, '$17'), d: randomUUID(), n: 0, token: randomBytes(32).toString('base64url') };
  it.say = async (...bodies) => {
    const at = Date.now();
    const events = bodies.map((b) => ({ v: 1, k: randomUUID(), d: it.d, n: (it.n += 1), at: it.at ?? at, b }));
    const response = await fetch(`${j.server.url}/v1/cases/${it.case}/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${it.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ sent: at, events }),
    });
    const { answers } = await response.json();
    const bad = answers?.find((a) => a.verdict !== 'ok');
    if (!answers || bad) throw new Error(`a phone's events: ${response.status} ${JSON.stringify(bad)}`);
  };
  it.number = number(j.phones);
  return it;
};

const answered = (g, q, a, sets, asked, said) => ({ t: 'answered', g, q, a, sets, asked, said });
const KINDS = ['plug', 'tyre', 'power', 'light', 'battery12v', 'locked', 'other'];

/** Opens a case as a phone does, `minutes` ago. */
const begin = async (j, i, lang, minutes, red) => {
  const it = await phone(j);
  it.at = Date.now() - minutes * 60_000;
  const kind = KINDS[i % KINDS.length];
  const first = [
    { t: 'opened', number: it.number, region: 'cn', lang, face: i % 5 ? 'phone' : 'car' },
    { t: 'placed', place: { how: 'post', road: `G${1 + (i % 90)}`, post_m: 1000 * ((i * 37) % 900) + 100 * (i % 10) } },
    { t: 'started', g: 'what', ed: '2026-11-22.1' },
    answered('what', 'what', kind, [`problem=${kind}`], '', ''),
  ];
  if (red) first.push({ t: 'started', g: 'safety', ed: '2026-11-22.1' }, answered('safety', 'people', 'inside', ['urgency=red', 'people=inside'], '', ''));
  await it.say(...first);
  return it;
};

/** A colleague with a log-in of their own. */
const colleague = async (j, name) => {
  j.colleagues ??= {};
  if (j.colleagues[name]) return j.colleagues[name];
  await j.agent.login();
  const { token } = await j.agent.call('POST', '/v1/desk/invite', {});
  const it = new Agent(j.server);
  await it.call('POST', '/v1/desk/setup', { name, password: 'a long enough password', token });
  j.colleagues[name] = it;
  return it;
};

const agentSays = async (agent, id, b) => {
  const at = Date.now();
  agent.desks ??= {};
  const own = (agent.desks[id] ??= { d: randomUUID(), n: 0 });
  own.n += 1;
  const events = [{ v: 1, k: randomUUID(), d: own.d, n: own.n, at, b }];
  const { answers } = await agent.call('POST', `/v1/cases/${id}/events`, { sent: at, events });
  return answers[0];
};

const only = async (j) => (await j.agent.rows()).at(-1).case;

export const desk = {
  /** Cases as of a busy night: waiting, taken, closed, red. */
  async surge(j, { cases, taken = 0, done = 0, red = 0, lang = 'zh' }) {
    const all = [];
    for (let i = 0; i < cases; i += 8) {
      const batch = Array.from({ length: Math.min(8, cases - i) }, (_, n) => begin(j, i + n, lang, 1 + (((i + n) * 7) % 240), i + n < red));
      all.push(...await Promise.all(batch));
    }
    const names = ['Li', 'Zhao', '陈', 'Weber'];
    for (const name of names) await colleague(j, name);
    const rest = all.slice(red);
    for (const [i, it] of rest.slice(0, taken + done).entries()) {
      const name = names[i % names.length];
      const agent = await colleague(j, name);
      await agentSays(agent, it.case, { t: 'claimed', agent: name });
      if (i < done) await agentSays(agent, it.case, { t: 'closed', outcome: 'towed', d: 'tow-workshop' });
    }
    j.surged = all;
  },
  async colleague(j, name) {
    await colleague(j, name);
  },
  /** What a colleague says in the newest case; `verdict` is what the server makes of it. */
  async colleagueSays(j, { who, b, verdict = 'ok' }) {
    const answer = await agentSays(await colleague(j, who), await only(j), b);
    if (answer.verdict !== verdict) throw new Error(`${JSON.stringify(b)} by ${who}: ${JSON.stringify(answer)}`);
  },
  /** The list has few elements, however many cases there are. */
  async rowsDrawn(j, { most, of }) {
    const page = await j.deskPage();
    await soon('the list is here', 20000, async () => {
      const counts = await page.locator('.d-count b').allTextContents();
      const sum = counts.reduce((a, b) => a + Number(b), 0);
      return sum === of || `${sum} cases, not ${of}`;
    });
    const drawn = await page.locator('.d-row').count();
    if (!drawn || drawn > most) throw new Error(`${drawn} rows are drawn, at most ${most}`);
  },
  /** Three cases turn red one after the other and come up on the desk; how long it took is printed beside the goal. */
  async redWithin(j, ms) {
    const page = await j.deskPage();
    const took = [];
    for (const it of j.surged.splice(-3)) {
      const before = Number(await page.locator(".d-count[data-state='0'] b").textContent());
      it.at = undefined;
      const seen = page.waitForFunction((n) => Number(document.querySelector(".d-count[data-state='0'] b").textContent) > n, before, { polling: 'raf', timeout: 15000 }).then(() => Date.now());
      await it.say({ t: 'started', g: 'safety', ed: '2026-11-22.1' });
      const began = Date.now();
      await it.say(answered('safety', 'fire', 'yes', ['fire=yes', 'urgency=red'], '', ''));
      took.push(await seen - began);
      await page.locator(`.d-reds [data-case="${it.case}"], .d-col[data-state="0"] [data-case="${it.case}"]`).first().waitFor();
    }
    console.log(`     red on the desk after ${took.join(', ')} ms (goal ${ms})`);
  },
  async deskSize(j, [width, height]) {
    await (await j.deskPage()).setViewportSize({ width, height });
  },
  async deskTheme(j, theme) {
    await (await j.deskPage()).evaluate((t) => { document.documentElement.dataset.theme = t; }, theme);
  },
  async deskHash(j, hash) {
    const page = await j.deskPage();
    const [row] = await j.agent.rows();
    await page.evaluate((h) => { location.hash = h; }, hash.replace('CASE', row?.case));
  },
  /** What axe finds on the desk's screen of the moment. */
  async deskAccessible(j, screen) {
    const page = await j.deskPage();
    await verbs.accessible({ page }, `desk, ${screen}`);
  },
  /** Presses something that saves a file, and gives the file to `check` by its kind. */
  async saves(j, { tap, has, events }) {
    const page = await j.deskPage();
    const [file] = await Promise.all([page.waitForEvent('download'), page.locator(tap).click()]);
    const text = await readFile(await file.path(), 'utf8');
    const id = (await j.agent.rows()).at(-1).case;
    const log = await j.agent.log(id);
    for (const words of has ?? []) if (!text.includes(words)) throw new Error(`${file.suggestedFilename()} has no ${words}`);
    if (events && file.suggestedFilename().endsWith('.json')) {
      const saved = JSON.parse(text);
      if (JSON.stringify(saved.events) !== JSON.stringify(log)) throw new Error('the file is not the log');
    } else if (events) {
      const rows = text.split('<tr><td>').length - 1;
      if (rows !== log.length) throw new Error(`${rows} lines for ${log.length} events`);
    }
  },
  async focusIs(j, css) {
    const page = await j.deskPage();
    await soon(`the keyboard is on ${css}`, 5000, async () => page.evaluate((c) => Boolean(document.activeElement?.matches(c)) || document.activeElement?.outerHTML.slice(0, 120), css));
  },
};
