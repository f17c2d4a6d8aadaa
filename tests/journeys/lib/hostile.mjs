// Verbs for text that means no good: 500 payloads in every text field of events, and what looks for
// an execution in every view. The payloads are made here from ways to break out and ways to run.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { soon } from './soon.mjs';

/** What may end the place that a text was put into. */
const BREAKS = ['', '">', '\'>', '</script>', '</textarea></title>', '</style>', '-->', ']]>', '`}', '\u2028"/>'];

/** What may run when it is markup; `N` is the payload's number. */
const RUNS = [
  '<img src=x onerror=hit(N)>',
  '<IMG SRC=x ONERROR="hit(N)">',
  '<img/src=x/onerror=hit(N)//',
  '<svg onload=hit(N)>',
  '<svg><animate onbegin=hit(N) attributeName=x dur=1s>',
  '<svg><script>hit(N)</script></svg>',
  '<svg><a xlink:href="javascript:hit(N)"><text y=9>x</text></a></svg>',
  '<svg><foreignObject><body onload=hit(N)></foreignObject></svg>',
  '<math><mi xlink:href="javascript:hit(N)">x</mi></math>',
  '<script>hit(N)</script>',
  '<script src="data:text/javascript,hit(N)"></script>',
  '<scr<script>ipt>hit(N)</scr</script>ipt>',
  '<iframe srcdoc="<script>parent.hit(N)</script>"></iframe>',
  '<iframe src="javascript:parent.hit(N)"></iframe>',
  '<object data="javascript:hit(N)"></object>',
  '<embed src="javascript:hit(N)">',
  '<body onpageshow=hit(N)>',
  '<details open ontoggle=hit(N)>x</details>',
  '<input autofocus onfocus=hit(N)>',
  '<select autofocus onfocus=hit(N)></select>',
  '<textarea autofocus onfocus=hit(N)></textarea>',
  '<button autofocus onfocus=hit(N)>x</button>',
  '<video src=x onerror=hit(N)></video>',
  '<video><source src=x onerror=hit(N)></video>',
  '<audio src=x onerror=hit(N)></audio>',
  '<marquee onstart=hit(N)>x</marquee>',
  '<div style="animation:spin 1s" onanimationstart=hit(N)>x</div>',
  '<div onpointerover=hit(N) style="position:fixed;inset:0">x</div>',
  '<a href="javascript:hit(N)">x</a>',
  '<a href="java&#9;script:hit(N)">x</a>',
  '<a href=" &#1;javascript:hit(N)">x</a>',
  '<form action="javascript:hit(N)"><button>x</button></form>',
  '<form><button formaction="javascript:hit(N)">x</button></form>',
  '<meta http-equiv="refresh" content="0;url=javascript:hit(N)">',
  '<base href="javascript:hit(N)//">',
  '<link rel=stylesheet href="data:text/css,*{color:red}" onload=hit(N)>',
  '<style onload=hit(N)>*{x:expression(hit(N))}</style>',
  '<template><img src=x onerror=hit(N)></template>',
  '<noscript><p title="</noscript><img src=x onerror=hit(N)>">',
  '<x id=a tabindex=1 autofocus onfocus=hit(N)>',
  '<!--><img src=x onerror=hit(N)>',
  '&lt;img src=x onerror=hit(N)&gt;',
  '&#60;img src=x onerror=hit(N)&#62;',
  '\\u003cimg src=x onerror=hit(N)\\u003e',
  '%3Cimg src=x onerror=hit(N)%3E',
  '{{constructor.constructor("hit(N)")()}}',
  '${hit(N)}',
  '";hit(N);//',
  'javascript:hit(N)',
  'data:text/html,<script>hit(N)</script>',
];

export const payloads = BREAKS.flatMap((end, i) => RUNS.map((run, j) => end + run.replaceAll('N', i * RUNS.length + j)));

/** Notes what runs, what the policy stops, and what became markup although it was text. */
const watch = () => {
  const seen = (globalThis.hostileSeen = { ran: [], stopped: [] });
  globalThis.hit = (n) => seen.ran.push(n);
  for (const name of ['alert', 'confirm', 'prompt', 'print', 'open']) globalThis[name] = () => seen.ran.push(name);
  const real = globalThis.eval;
  globalThis.eval = (text) => { if (/hit\(/.test(text)) seen.ran.push('eval'); return real(text); };
  addEventListener('securitypolicyviolation', (e) => seen.stopped.push(`${e.violatedDirective} ${e.sample || e.blockedURI}`), true);
};

const report = (page) => page.evaluate(() => ({
  ...globalThis.hostileSeen,
  markup: [...document.querySelectorAll('*')].filter((e) => [...e.attributes].some((a) => /^on|^(src|href|srcdoc|action|formaction|data|content)$/.test(a.name) && /hit\(/.test(a.value))
    || (/^(script|style)$/i.test(e.tagName) && /hit\(/.test(e.textContent))).map((e) => e.outerHTML.slice(0, 120)),
}));

async function clean(page, where) {
  // Two frames: what is drawn now is there, and what it begins has begun.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const { ran, stopped, markup } = await report(page);
  if (ran.length || stopped.length || markup.length) throw new Error(`${where}: ${JSON.stringify({ ran, stopped, markup }).slice(0, 600)}`);
}

async function call(j, method, path, head, body) {
  const headers = { origin: j.server.url, 'content-type': 'application/json', ...head };
  const response = await fetch(j.server.url + path, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  const text = await response.text();
  return { cookie: response.headers.get('set-cookie')?.split(';')[0], json: text ? JSON.parse(text) : undefined };
}

const sha = (text) => createHash('sha256').update(text).digest('hex');
const secret = () => randomBytes(32).toString('base64url');

/** Somebody who can write into a case: counts as a device does, and every event has to be taken. */
class Writer {
  constructor(j, id, head) {
    Object.assign(this, { j, id, head, d: randomUUID(), n: 0 });
  }

  async say(bodies) {
    for (let i = 0; i < bodies.length; i += 60) {
      const at = Date.now();
      const events = bodies.slice(i, i + 60).map((b) => ({ v: 1, k: randomUUID(), d: this.d, n: (this.n += 1), at, b }));
      const { json } = await call(this.j, 'POST', `/v1/cases/${this.id}/events`, this.head, { sent: at, events });
      const bad = json.answers.findIndex((a) => a.verdict !== 'ok');
      if (bad >= 0) throw new Error(`${JSON.stringify(bodies[i + bad]).slice(0, 300)}: ${JSON.stringify(json.answers[bad])}`);
    }
  }
}

/** Another device of the driver, let in by the one on the screen. */
async function device(j, id) {
  const [invite, token] = [secret(), secret()];
  await call(j, 'POST', `/v1/cases/${id}/invites`, { authorization: j.bearer }, { hash: sha(invite) });
  await call(j, 'POST', '/v1/join', {}, { case: id, invite, hash: sha(token) });
  return new Writer(j, id, { authorization: `Bearer ${token}` });
}

/** A colleague whose very name is a payload. */
async function colleague(j, id, name) {
  const { token } = await j.agent.call('POST', '/v1/desk/invite', {});
  const login = { name, password: 'a long enough password', token };
  const { cookie } = await call(j, 'POST', '/v1/desk/setup', {}, login);
  return new Writer(j, id, { cookie });
}

const mark = (text) => ({ shape: 'words', at: [20000, 20000], text });
const picture = (id, text) => ({ t: 'photo', id, sha: sha(id), size: 9, w: 9, h: 9, shot: text, warn: [text] });
const placed = (how, p) => ({ t: 'placed', place: { how, road: p, toward: p, tunnel: p, wall_box: p, level: p, bay: p, words: p } });

/** Every text field that a driver's device can fill, and then every one that an agent can. */
const ofDriver = (p, i, photo) => [
  { t: 'answered', g: 'hostile', q: `q${i}`, a: 'a', sets: [`x${i}=${p.slice(0, 60)}`, `problem=${p.slice(0, 60)}`], asked: p, said: p },
  { t: 'started', g: `hostile${i}`, ed: 'e' },
  { t: 'ended', g: `hostile${i}`, q: 'q', d: 'self_fixed', sets: [], said: p },
  placed('words', p),
  { t: 'marked', id: photo, marks: [mark(p), mark(p)] },
  { t: 'noted', id: photo, text: p },
  { t: 'noted', text: p },
  { t: 'granted', agent: p, scopes: ['view', 'guide'] },
  { t: 'reopened', why: p },
  { t: 'crashed', build: p, text: p },
  { t: 'hologram', text: p, [p]: p },
  { t: 'said', text: p },
];
const ofAgent = (p, photo, m) => [
  placed('agent', p),
  { t: 'drawn', id: photo, m, marks: [mark(p)] },
  { t: 'noted', text: p },
  { t: 'said', text: p },
];
/** Closing ends consent, so it comes after what needs it. */
const ofEnds = (p) => [{ t: 'closed', outcome: 'helped', note: p }, { t: 'reopened', why: p }];

const holds = (page, text) => page.evaluate((t) => document.body.textContent.includes(t), text);
const go = (page, hash) => page.evaluate((h) => { location.hash = h; }, hash);

/** Looks at each screen of the driver, with all that can be opened opened. */
async function throughDriver(j, last) {
  for (const hash of ['hub', 'where', 'photos', 'handover', 'messages', 'help', 'evacuate', 'guide/safety/0', 'guide/what/0']) {
    await go(j.page, hash);
    if (hash === 'messages') await soon('the last message at the driver', 60000, async () => (await holds(j.page, last)) || 'not there');
    await j.page.evaluate(() => document.querySelectorAll('#app details').forEach((d) => { d.open = true; }));
    await clean(j.page, `driver #${hash}`);
  }
}

async function throughDesk(j, id, last) {
  await go(j.desk, `/case/${id}`);
  await soon('the last message at the desk', 60000, async () => (await holds(j.desk, last)) || 'not there');
  await j.desk.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
  await clean(j.desk, 'the case at the desk');
}

export const hostile = {
  /** Before any page is open. */
  async watchForExecution(j) {
    await j.context.addInitScript(watch);
  },
  /** What is looked for is found when it is there: without a policy it runs, with ours it is stopped. */
  async wouldRun(j, least) {
    const page = await j.context.newPage();
    await page.route('**/without-policy', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>x</title><body>' }));
    await page.goto('/without-policy');
    for (const text of payloads) await page.evaluate((t) => { document.body.insertAdjacentHTML('beforeend', t); }, text);
    await soon(`${least} payloads run where nothing stops them`, 20000, async () => {
      const ran = new Set((await report(page)).ran).size;
      return ran >= least || ran;
    });
    if (!(await report(page)).markup.length) throw new Error('markup is not seen');
    await page.goto('/');
    await page.evaluate((t) => { document.body.insertAdjacentHTML('beforeend', t); }, payloads[0]);
    await soon('our policy stops it and says so', 10000, async () => {
      const { ran, stopped, markup } = await report(page);
      return (!ran.length && stopped.length > 0 && markup.length > 0) || JSON.stringify({ ran, stopped, markup });
    });
    await page.close();
  },
  /** 500 payloads through every text field, looked at from both sides after each round. */
  async hostileText(j, { rounds }) {
    if (new Set(payloads).size !== 500) throw new Error(`${new Set(payloads).size} payloads`);
    const desk = await j.deskPage();
    await desk.context().addInitScript(watch);
    await desk.reload();
    const [{ case: id }] = await j.agent.rows();
    // Each may say so much in a minute and no more.
    const devices = [];
    for (let i = 0; i < rounds; i += 1) devices.push(await device(j, id));
    const names = ['<img src=x onerror=hit(1)>', '"><svg onload=hit(2)>'];
    const agents = [await colleague(j, id, names[0]), await colleague(j, id, names[1])];
    const size = payloads.length / rounds;
    for (let round = 0; round < rounds; round += 1) {
      const mine = payloads.slice(round * size, (round + 1) * size);
      const [driver, agent, name] = [devices[round], agents[round % 2], names[round % 2]];
      const photos = Array.from({ length: Math.ceil(size / 10) }, () => randomUUID());
      await driver.say([{ t: 'granted', agent: name, scopes: ['annotate', 'guide'] }, ...photos.map((p, i) => picture(p, mine[i]))]);
      await driver.say(mine.flatMap((p, i) => ofDriver(p, round * size + i, photos[i % photos.length])));
      await agent.say([{ t: 'asked', scopes: ['camera'] }, { t: 'claimed', agent: name, from: names[(round + 1) % 2], note: mine[0] }]);
      await driver.say([{ t: 'granted', agent: name, scopes: ['annotate'] }]);
      await agent.say(mine.flatMap((p, i) => ofAgent(p, photos[i % photos.length], randomUUID())));
      await agent.say(mine.flatMap(ofEnds));
      const last = `end of round ${round} <b>${randomUUID()}</b>`;
      await agent.say([{ t: 'said', text: last }]);
      await throughDesk(j, id, last);
      await throughDriver(j, last);
    }
  },
  /** One case for each payload, all of them in the desk's list. */
  async hostileList(j) {
    const [{ number }] = await j.agent.rows();
    for (let i = 0; i < payloads.length; i += 20) {
      await Promise.all(payloads.slice(i, i + 20).map(async (p) => {
        const writer = new Writer(j, randomUUID(), { authorization: `Bearer ${secret()}` });
        const opened = { t: 'opened', number, region: 'cn', lang: 'zh', face: 'phone' };
        await writer.say([opened, { t: 'ended', g: 'g', q: 'q', d: 'self_fixed', sets: [], said: p }, placed('words', p)]);
      }));
    }
    await go(j.desk, '/');
    await soon('all cases in the list', 60000, async () => {
      const counts = await j.desk.locator('.d-count b').allTextContents();
      const sum = counts.reduce((a, b) => a + Number(b), 0);
      return sum > payloads.length || sum;
    });
    // Only the rows in sight are drawn: all of them come into sight once.
    const seen = new Set();
    for (let last = -1, top = 0; top > last;) {
      const rows = await j.desk.locator('.d-window .d-row').evaluateAll((all) => all.map((row) => row.dataset.case ?? row.closest('[data-case]').dataset.case));
      for (const row of rows) seen.add(row);
      last = top;
      top = await j.desk.evaluate(() => new Promise((done) => {
        const frame = [...document.querySelectorAll('.d-window')].at(-1);
        frame.scrollTop += frame.clientHeight / 2;
        requestAnimationFrame(() => requestAnimationFrame(() => done(frame.scrollTop)));
      }));
    }
    if (seen.size < payloads.length) throw new Error(`${seen.size} of ${payloads.length} rows were drawn`);
    await clean(j.desk, 'the list at the desk');
  },
};
