// Cold start, warm start, and how quickly taps are answered.
import { launch, contextOptions } from '../journeys/lib/browser.mjs';
import { tmpdir } from 'node:os';

const median = (list) => list.slice().sort((a, b) => a - b)[Math.floor(list.length / 2)];
const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;

/** Records first paint, layout shift, slow events, and when the app is ready. */
const watch = () => {
  globalThis.nwSeen = { cls: 0, lcp: 0, ready: 0, inp: [] };
  const see = (type, take, more) => {
    try { new PerformanceObserver((l) => l.getEntries().forEach(take)).observe({ type, buffered: true, ...more }); } catch {}
  };
  see('layout-shift', (e) => { if (!e.hadRecentInput) globalThis.nwSeen.cls += e.value; });
  see('largest-contentful-paint', (e) => { globalThis.nwSeen.lcp = e.startTime; });
  see('event', (e) => { if (e.interactionId) globalThis.nwSeen.inp.push(e.duration); }, { durationThreshold: 16 });
  new MutationObserver(() => {
    if (document.documentElement?.dataset.ready && !globalThis.nwSeen.ready) globalThis.nwSeen.ready = performance.now();
  }).observe(document, { subtree: true, attributes: true, childList: true, attributeFilter: ['data-ready'] });
};

async function page(browser, url, cpu, network) {
  const context = await browser.newContext({ ...contextOptions({}), baseURL: url });
  await context.addInitScript(watch);
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: cpu });
  if (network) {
    await cdp.send('Network.enable');
    await cdp.send('Network.emulateNetworkConditions', network);
  }
  return { context, page, cdp };
}

const SLOW_3G = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 };

export async function coldStart({ server, tools, row }) {
  const browser = await launch(tools, { camera: 'none', webgl: false }, tmpdir());
  const painted = [];
  const ready = [];
  let cls = 0;
  for (let i = 0; i < tools.runs; i += 1) {
    const { context, page: tab } = await page(browser, server.url, 6, SLOW_3G);
    await tab.goto('/', { waitUntil: 'commit' });
    await tab.waitForFunction(() => globalThis.nwSeen?.ready, undefined, { timeout: 60_000 });
    await tab.waitForTimeout(500);
    const seen = await tab.evaluate(() => ({ ...globalThis.nwSeen, fcp: performance.getEntriesByName('first-contentful-paint')[0]?.startTime }));
    painted.push(seen.fcp);
    ready.push(seen.ready);
    cls = Math.max(cls, seen.cls);
    await context.close();
  }
  await browser.close();
  row('slow 3G + 6x CPU, cold: painted', seconds(median(painted)), '1.0 s', '1.5 s');
  row('slow 3G + 6x CPU, cold: app running', seconds(median(ready)), '4.0 s', '6.0 s');
  row('CLS when the app takes over', cls.toFixed(4), '0', '0.02');
}

export async function warmStart({ server, tools, row }) {
  const browser = await launch(tools, { camera: 'none', webgl: false }, tmpdir());
  const { context, page: tab } = await page(browser, server.url, 1);
  await tab.goto('/');
  await tab.waitForFunction(() => globalThis.nwSeen?.ready, undefined, { timeout: 60_000 });
  await tab.evaluate(() => navigator.serviceWorker.ready);
  await tab.waitForTimeout(1500);
  await server.kill();
  const ready = [];
  for (let i = 0; i < tools.runs; i += 1) {
    const next = await context.newPage();
    const cdp = await context.newCDPSession(next);
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    await next.goto('/', { waitUntil: 'commit' });
    await next.waitForFunction(() => globalThis.nwSeen?.ready, undefined, { timeout: 30_000 });
    ready.push(await next.evaluate(() => globalThis.nwSeen.ready));
    await next.close();
  }
  await browser.close();
  row('warm start, server away, 4x CPU', seconds(median(ready)), '0.4 s', '0.8 s');
}

export async function interaction({ server, tools, row }) {
  const browser = await launch(tools, { camera: 'sharp', webgl: false }, tmpdir());
  const { context, page: tab } = await page(browser, server.url, 4);
  await tab.goto('/');
  await tab.waitForFunction(() => globalThis.nwSeen?.ready, undefined, { timeout: 60_000 });
  await tab.locator('[data-first=no]').tap();
  for (let i = 0; i < 12; i += 1) {
    const button = tab.locator('[data-a]').filter({ visible: true }).first();
    if (!(await button.waitFor({ timeout: 3000 }).then(() => true, () => false))) break;
    await button.tap();
    await tab.waitForTimeout(350);
  }
  for (const route of ['where', 'what', 'photos', 'handover', 'hub']) {
    await tab.evaluate((r) => { location.hash = r; }, route);
    await tab.waitForTimeout(300);
    const button = tab.locator('#app button').filter({ visible: true }).first();
    if (await button.count()) await button.tap({ timeout: 2000 }).catch(() => {});
    await tab.waitForTimeout(300);
  }
  const times = await tab.evaluate(() => globalThis.nwSeen.inp);
  await context.close();
  await browser.close();
  const worst = times.length ? Math.max(...times) : 0;
  row(`slowest of ${times.length} answered taps (INP), 4x CPU`, times.length ? `${worst} ms` : 'under 16 ms', '100 ms', '200 ms');
}
