// Verbs for the live link: each side's network by itself, how the link stands, and an agent who points.
import { soon } from './soon.mjs';

const side = async (j, step) => (step.on === 'desk' ? j.deskPage() : j.page);
const net = (j, step) => j.nets[step.on === 'desk' ? 'desk' : 'driver'];

/** What is lit on the driver's screen, by the names that the app gives; noted with the time it came. */
const watchLit = (page) => page.evaluate(() => {
  globalThis.litAt = undefined;
  const look = () => {
    if (document.querySelector('[data-lit]')) globalThis.litAt ??= Date.now();
  };
  globalThis.litWatch?.disconnect();
  globalThis.litWatch = new MutationObserver(look);
  globalThis.litWatch.observe(document.documentElement, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-lit'] });
});

const lit = (page) => page.evaluate(() => {
  const it = document.querySelector('[data-lit]');
  return it && `${it.closest('[data-q]')?.dataset.q}=${it.dataset.a ?? it.tagName.toLowerCase()}`;
});

export const live = {
  /** The link of a side is up (`socket`, `stream`), or wanted and not there (`away`). */
  async linked(j, how, step) {
    const page = await side(j, step);
    await soon(`the link is ${how}`, step.within ?? 15000, async () => {
      const now = await page.evaluate(() => document.documentElement.dataset.live ?? '');
      return [how].flat().includes(now) || now;
    });
  },
  /** Milliseconds that everything takes to and from a side. */
  async delay(j, ms, step) {
    net(j, step).delay = ms;
  },
  /** A side's network is cut, without a word to the browser. */
  async cut(j, on, step) {
    if (on) net(j, step).cut();
    else net(j, step).heal();
    j.healedAt = Date.now();
  },
  /** Paths that do not come through on a side's network. */
  async shut(j, paths, step) {
    net(j, step).block(paths);
  },
  /** After the network's return the link is up; how long it took is printed beside the goal. */
  async backWithin(j, ms, step) {
    const page = await side(j, step);
    await soon('the link is back', ms + 15000, () => page.evaluate(() => ['socket', 'stream'].includes(document.documentElement.dataset.live)));
    const took = Date.now() - j.healedAt;
    console.log(`     link back ${took} ms after the network (goal ${ms})`);
  },
  /** The agent points at an answer (`guide/step=answer`) or a step's sentence (`…=h1`); it lights up. */
  async point(j, what) {
    const [step, answer] = what.split('=');
    const desk = await j.deskPage();
    await watchLit(j.page);
    const button = desk.locator(`.d-here[data-q="${step}"] [data-point="${answer === 'h1' ? '' : answer}"]`);
    await button.waitFor();
    await soon('pointing is possible', 15000, () => button.isEnabled());
    const tapped = await button.evaluate((b) => { b.click(); return Date.now(); });
    await soon(`${what} is lit`, 15000, async () => (await lit(j.page)) === what || lit(j.page));
    const took = (await j.page.evaluate(() => globalThis.litAt)) - tapped;
    console.log(`     from the agent's tap to the light: ${took} ms`);
    const seen = await j.page.evaluate(() => {
      const [box, bar] = [document.querySelector('[data-lit]'), document.querySelector('nav.calls')].map((e) => e.getBoundingClientRect());
      return box.top >= -1 && box.top + Math.min(box.height, 24) <= bar.top;
    });
    if (!seen) await soon('it is in view', 4000, () => j.page.evaluate(() => {
      const [box, bar] = [document.querySelector('[data-lit]'), document.querySelector('nav.calls')].map((e) => e.getBoundingClientRect());
      return box.top >= -1 && box.top + Math.min(box.height, 24) <= bar.top;
    }));
  },
  /** Something, or nothing, is lit on the driver's screen. */
  async lit(j, what, step) {
    await soon(`lit: ${what}`, step.within ?? 8000, async () => {
      const now = await lit(j.page);
      return (now ?? '') === (what ?? '') || now;
    });
  },
  /** How present the driver is, as the desk tells. */
  async presence(j, state, step) {
    const desk = await j.deskPage();
    await soon(`the driver is ${state}`, step.within ?? 20000, async () => {
      const now = await desk.locator('.d-present').getAttribute('data-presence');
      return [state].flat().includes(now) || now;
    });
  },
  /** The tab on the screen is shut; the other one is on the screen. */
  async shutTab(j) {
    const other = j.tabs.find((tab) => tab !== j.page);
    await j.page.close();
    j.page = other;
    await j.page.bringToFront();
  },
};
