// What a scenario's step may say. Each verb takes the journey, its value, and the whole step
// (`on: "desk"` turns the page verbs to the agent's browser).
import { file } from './media.mjs';
import { aim } from './aim.mjs';
import { draw } from './draw.mjs';
import { call } from './call.mjs';
import { consent } from './consent.mjs';
import { desk } from './desk.mjs';
import { forms } from './forms.mjs';
import { hostile } from './hostile.mjs';
import { live } from './live.mjs';
import { soon } from './soon.mjs';

const pageOf = async (j, step) => (step.on === 'desk' ? j.deskPage() : j.page);

/** A selector: a string is CSS; {text: [...]} any of these words on something that can be used. */
const find = (page, what) => {
  if (typeof what === 'string') return page.locator(what).filter({ visible: true }).first();
  const words = [what.text].flat().map((w) => w.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  return page.locator(what.css ?? 'a, button, summary, label, [role=button]').filter({ hasText: new RegExp(words) }).filter({ visible: true }).first();
};

/**
 * Words come up within `ms`, looked for at every frame: the browser driver's own waiting looks only
 * every half second after a while, which is most of a second that counts.
 */
const comes = (page, text, ms) => page.waitForFunction(
  (words) => [...document.querySelectorAll('body *')].some((e) => e.textContent.includes(words) && !e.children.length && e.checkVisibility()),
  text,
  { timeout: ms, polling: 'raf' },
);

/** Words on the screen, unless it looks like a selector. */
const isCss = (text) => /^[.#[]|^[a-z]+[.#[]/.test(text);

const isPart = (part, whole) => {
  if (Array.isArray(part)) return Array.isArray(whole) && part.every((p) => whole.some((w) => isPart(p, w)));
  if (part && typeof part === 'object') return whole && typeof whole === 'object' && Object.entries(part).every(([k, v]) => isPart(v, whole[k]));
  if (typeof part === 'string' && part.startsWith('~')) return String(whole ?? '').includes(part.slice(1));
  return part === whole;
};

/** The events of `wanted` appear in `log` in this order (others may lie between). */
const inOrder = (wanted, log) => {
  let at = 0;
  for (const want of wanted) {
    while (at < log.length && !isPart(want, log[at].b)) at += 1;
    if (at === log.length) return `missing ${JSON.stringify(want)} in ${JSON.stringify(log.map((e) => e.b)).slice(-1500)}`;
    at += 1;
  }
  return true;
};

/** Where two logs of one writer part, in words; nothing when they are the same. */
const firstDifference = (device, server) => {
  const strip = (e) => e && JSON.stringify([e.k, e.n, e.at, e.b]);
  for (let i = 0; i < Math.max(device.length, server.length); i += 1) {
    const [a, b] = [strip(device[i]), strip(server[i])];
    if (a !== b) return `event ${i + 1} of device ${device.length}, server ${server.length}: device ${a}, server ${b}`;
  }
  return undefined;
};

const own = {
  async open(j, path) {
    await j.page.goto(path);
  },
  /** Waits until the app has taken the page over (or is ready to). */
  async ready(j) {
    await j.page.waitForFunction(() => document.documentElement.dataset.ready === '1');
  },
  /** `guide/step=choice`, one or more in a row. */
  async answer(j, answers) {
    for (const text of [answers].flat()) {
      const [step, choice] = text.split('=');
      const button = j.page.locator(`[data-q="${step}"] [data-a="${choice}"]`).first();
      await button.waitFor({ state: 'attached' });
      if (!(await button.isVisible())) {
        // A reason for skipping lies behind a disclosure.
        await button.locator('xpath=ancestor::details[not(@open)][1]/summary').click();
      }
      await button.click();
      // The next screen comes when the answer is written.
      await button.waitFor({ state: 'detached' });
    }
  },
  async tap(j, what, step) {
    const page = await pageOf(j, step);
    await find(page, what).click();
  },
  async fill(j, { into, text }, step) {
    await find(await pageOf(j, step), into).fill(text);
  },
  /** Keys of the app's own keypad, one after the other; `|` goes to the next field. */
  async keypad(j, keys) {
    for (const key of keys) await j.page.locator(`[data-key="${key}"]`).filter({ visible: true }).first().click();
  },
  async press(j, keys, step) {
    const page = await pageOf(j, step);
    for (const key of [keys].flat()) await page.keyboard.press(key);
  },
  /** Goes to a control with the Tab key alone: it is reached, seen, and not behind the call bar. */
  async tabTo(j, css) {
    for (let i = 0; i < 60; i += 1) {
      await j.page.keyboard.press('Tab');
      const at = await j.page.evaluate((wanted) => {
        const active = document.activeElement;
        if (!active?.matches(wanted)) return undefined;
        const [box, bar] = [active, document.querySelector('nav.calls')].map((e) => e.getBoundingClientRect());
        return { ring: getComputedStyle(active).outlineStyle !== 'none', seen: box.top >= -1 && (active.closest('nav.calls') || box.top + Math.min(box.height, 24) <= bar.top) };
      }, css);
      if (at && !at.ring) throw new Error(`${css} shows no focus`);
      if (at && !at.seen) throw new Error(`${css} has the focus out of sight`);
      if (at) return;
    }
    throw new Error(`60 times Tab did not reach ${css}`);
  },
  /** What axe finds against WCAG 2.2 A and AA, and AAA contrast of the sentences that keep people safe. */
  async accessible(j, screen) {
    const { default: axe } = await import('axe-core');
    // High enough for the whole screen: what scrolls under the call bar is not too small.
    const size = j.page.viewportSize();
    await j.page.setViewportSize({ ...size, height: 2400 });
    await j.page.evaluate(axe.source);
    // A screen that fades in has half its contrast.
    await j.page.waitForFunction(() => document.getAnimations().every(
      (a) => a.playState !== 'running' || a.effect.getComputedTiming().iterations === Infinity,
    ));
    const found = await j.page.evaluate(async () => {
      const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
      const all = await globalThis.axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] });
      const parts = [...document.querySelectorAll('#first h1, #first .btn, .plain:target, .say, .step .btn, nav.calls')];
      const strict = parts.length
        ? await globalThis.axe.run({ include: parts.map((_, i) => [`[data-axe="${parts[i].dataset.axe = String(i)}"]`]) }, { runOnly: { type: 'rule', values: ['color-contrast-enhanced'] }, rules: { 'color-contrast-enhanced': { enabled: true } }, resultTypes: ['violations'] })
        : { violations: [] };
      return [...all.violations, ...strict.violations].map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 120)).join(' | ')}`);
    });
    await j.page.setViewportSize(size);
    if (found.length) throw new Error(`${screen}: ${found.join('\n')}`);
  },
  /** A finger over the picture, in shares of its sides. */
  async draw(j, { from, to }) {
    const over = j.page.locator('.over').filter({ visible: true }).first();
    await over.scrollIntoViewIfNeeded();
    const box = await over.boundingBox();
    const at = ([x, y]) => [box.x + box.width * x, box.y + box.height * y];
    await j.page.mouse.move(...at(from));
    await j.page.mouse.down();
    await j.page.mouse.move(...at(to), { steps: 8 });
    await j.page.mouse.up();
  },
  async see(j, what, step) {
    const page = await pageOf(j, step);
    for (const one of [what].flat()) {
      if (typeof one === 'string' && !isCss(one) && step.within) {
        await comes(page, one, step.within);
      } else if (typeof one === 'string' && !isCss(one)) {
        await page.getByText(one).filter({ visible: true }).first().waitFor();
      } else {
        await find(page, one).waitFor({ timeout: step.within ?? 15000 });
      }
    }
  },
  async unseen(j, what, step) {
    const page = await pageOf(j, step);
    for (const one of [what].flat()) {
      const hits = typeof one === 'string' && isCss(one) ? page.locator(one) : page.getByText(one);
      await soon(`still there: ${one}`, 4000, async () => (await hits.filter({ visible: true }).count()) === 0);
    }
  },
  /** The file input that a "choose a file" button stands for. */
  async choose(j, { name, n, into }) {
    await j.page.locator(into ?? 'input[type=file]').first().setInputFiles(file(name, n));
  },
  /** Events that the device itself holds, in order. */
  async device(j, wanted) {
    await soon('device log', 20000, async () => inOrder(wanted, await j.deviceLog()));
  },
  /** Events that the server holds, in order, each key once. */
  async server(j, wanted) {
    await soon('server log', 30000, async () => {
      const log = await j.serverLog();
      const keys = new Set(log.map((s) => s.e.k));
      if (keys.size !== log.length) return 'an event is there twice';
      return inOrder(wanted, log.map((s) => s.e));
    });
  },
  /**
   * Everything on the device is on the server, once, in the order and with the time of the device.
   * Each writer by itself: numbers order what one device wrote, and nothing between two of them
   * (the device also holds what the server and the desk wrote).
   */
  async settled(j) {
    await soon('device and server agree', 30000, async () => {
      const device = await j.deviceLog();
      const server = (await j.serverLog()).map((s) => s.e);
      if (!device.length) return 'the device holds nothing';
      for (const d of new Set(device.map((e) => e.d))) {
        const apart = firstDifference(device.filter((e) => e.d === d), server.filter((e) => e.d === d));
        if (apart) return `of ${d}: ${apart}`;
      }
      return true;
    });
  },
  async count(j, { t, is }) {
    const log = await j.serverLog();
    const n = log.filter((s) => s.e.b.t === t).length;
    if (n !== is) throw new Error(`${n} events ${t}, not ${is}`);
  },
  async offline(j, off) {
    await j.context.setOffline(off);
  },
  async host(j, what) {
    if (what === 'kill') await j.server.kill();
    else if (what === 'start') {
      await j.server.hush();
      await j.server.start();
    } else if (what === 'babble') await j.server.babble();
    else throw new Error(`host: ${what}?`);
  },
  /** The tab dies without a word; the person opens the page again. */
  async killTab(j, path) {
    await j.page.close({ runBeforeUnload: false });
    j.page = await j.newPage(j.context);
    await j.page.goto(typeof path === 'string' ? path : '/');
  },
  async position(j, where) {
    await j.context.setGeolocation(where);
  },
  async wait(_, ms) {
    await new Promise((done) => setTimeout(done, ms));
  },
  async back(j) {
    await j.page.goBack();
  },
  /** Nothing is wider than the screen, no text is cut, at this text size in percent. */
  async textAt(j, percent) {
    await j.page.evaluate((p) => { document.documentElement.style.fontSize = `${p}%`; }, percent);
    const wide = await j.page.evaluate(() => {
      const over = [...document.querySelectorAll('#app *, #first *, main *')].filter((e) => {
        const box = e.getBoundingClientRect();
        return box.width && getComputedStyle(e).visibility !== 'hidden' && (box.right > innerWidth + 2 || box.left < -2) && !e.closest('svg,.scroll');
      });
      return over.slice(0, 3).map((e) => e.outerHTML.slice(0, 160));
    });
    if (wide.length) throw new Error(`wider than the screen at ${percent} %: ${wide.join('\n')}`);
    if (j.shots) await j.page.screenshot({ path: `${j.out}/${String(j.done).padStart(2, '0')}-text${percent}.png` });
    await j.page.evaluate(() => { document.documentElement.style.fontSize = ''; });
  },
  /** An attribute of the first match equals, or contains with a leading ~. */
  async attr(j, { of, name, is }, step) {
    const page = await pageOf(j, step);
    await soon(`${of} ${name}`, 8000, async () => {
      const value = decodeURIComponent((await page.locator(of).first().getAttribute(name)) ?? '');
      return isPart(is, value) || value;
    });
  },
  async shot(j, name, step) {
    const page = await pageOf(j, step);
    await page.screenshot({ path: `${j.out}/${name}.png` });
  },
  /** A second device opens what the first one shows: the link behind the code, in a new context. */
  async secondDevice(j, { linkFrom, size }) {
    const link = await j.page.locator(linkFrom).first().getAttribute('data-link');
    if (!link) throw new Error(`${linkFrom} has no data-link`);
    j.first = { context: j.context, page: j.page };
    j.link = link;
    j.context = await j.newContext({ ...j.device, size: size ?? 'phone', userAgent: undefined });
    j.page = await j.newPage(j.context);
    await j.page.goto(link.replace(/^https?:\/\/[^/]+/, j.server.url));
  },
  async sameLinkAgain(j) {
    j.context = await j.newContext({ ...j.device, size: 'phone', userAgent: undefined });
    j.page = await j.newPage(j.context);
    await j.page.goto(j.link.replace(/^https?:\/\/[^/]+/, j.server.url));
  },
  async desk(j) {
    await j.deskPage();
  },
};

/** Every verb by its name; two of one name would hide each other. */
export const verbs = {};
for (const [name, verb] of [own, aim, draw, call, consent, desk, forms, hostile, live].flatMap(Object.entries)) {
  if (verbs[name]) throw new Error(`two verbs are called ${name}`);
  verbs[name] = verb;
}
