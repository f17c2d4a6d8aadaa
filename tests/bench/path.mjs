// Taps that a person needs, and what is left when the tab dies at each of 30 points of the path.
import { Agent } from '../journeys/lib/server.mjs';
import { launch, contextOptions } from '../journeys/lib/browser.mjs';
import { file } from '../journeys/lib/media.mjs';
import { soon } from '../journeys/lib/soon.mjs';
import { tmpdir } from 'node:os';

const ready = (page) => page.waitForFunction(() => document.documentElement.dataset.ready === '1');
const shown = (page, css) => page.locator(css).filter({ visible: true });
const KEEP = /保存照片|就用这张|Keep/;

/** Counts the taps from a cold start to a call, to the answer that evacuates, to a kept photo. */
export async function taps({ server, tools, row }) {
  const browser = await launch(tools, { camera: 'sharp' }, tmpdir());
  const context = await browser.newContext({ ...contextOptions({}), baseURL: server.url });
  const page = await context.newPage();
  let n = 0;
  const tap = async (what) => {
    await what.first().click();
    n += 1;
  };
  await page.goto('/');
  const call = await shown(page, 'nav.calls a[data-hotline]').first().getAttribute('href');
  row('taps from cold start to a call', call?.startsWith('tel:') ? 1 : 'no call', 1);
  await ready(page);
  await tap(shown(page, '[data-first=yes]'));
  await shown(page, '[data-q="safety/evac-out"]').first().waitFor();
  row('taps from cold start to the evacuate answer', n, 1);
  await context.close();

  const second = await browser.newContext({ ...contextOptions({}), baseURL: server.url });
  const phone = await second.newPage();
  n = 0;
  await phone.goto('/');
  await ready(phone);
  await tap(shown(phone, '[data-first=no]'));
  await shown(phone, '[data-q="safety/place"]').first().waitFor();
  await tap(shown(phone, '.head a[href="#hub"]'));
  await tap(shown(phone, 'a[href="#photos"]'));
  await tap(shown(phone, '.shots a'));
  await phone.locator('.shutter:not([disabled])').waitFor();
  await tap(shown(phone, '.shutter'));
  await tap(shown(phone, '.viewer .btn').filter({ hasText: KEEP }));
  await phone.waitForFunction(() => location.hash.startsWith('#photos/mark/'));
  row('taps from cold start to a photo saved', n, '≤ 6');
  await browser.close();
}

const ANSWERS = [
  'safety/place=expressway', 'safety/can-leave=yes', 'safety/hazards=done', 'safety/out=done', 'safety/rail=done',
  'safety/light=night', 'safety/sign-expressway=none', 'safety/call-expressway=called',
  'what/what=plug', 'chargeport/what=plug', 'chargeport/danger=no', 'chargeport/connector=type2',
  'chargeport/holder-car=done', 'chargeport/zero=yes', 'chargeport/unlock=still', 'chargeport/relock=still',
  'chargeport/push=still', 'chargeport/doors=still', 'chargeport/ice=no',
];
const PHOTOS = 10;

/** 19 answers, the fire question and ten photos, the tab killed after each as soon as it is shown as done. */
export async function killed({ server, tools, row }) {
  const browser = await launch(tools, { camera: 'none' }, tmpdir());
  const context = await browser.newContext({ ...contextOptions({}), baseURL: server.url });
  let page = await context.newPage();
  let kills = 0;
  const kill = async () => {
    await page.close({ runBeforeUnload: false });
    kills += 1;
    page = await context.newPage();
    await page.goto('/');
    await ready(page);
  };
  const go = (hash) => page.evaluate((h) => { location.hash = h; }, hash);
  await page.goto('/');
  await ready(page);
  await shown(page, '[data-first=no]').click();
  await shown(page, '[data-q="safety/place"]').first().waitFor();
  await kill();
  for (const answer of ANSWERS) {
    const [step, choice] = answer.split('=');
    await go(`guide/${step.split('/')[0]}`);
    const button = page.locator(`[data-q="${step}"] [data-a="${choice}"]`).first();
    await button.waitFor({ state: 'attached' });
    if (!(await button.isVisible())) await button.locator('xpath=ancestor::details[not(@open)][1]/summary').click();
    await button.click();
    await page.locator(`[data-q="${step}"]`).waitFor({ state: 'detached' });
    await kill();
  }
  for (let i = 1; i <= PHOTOS; i += 1) {
    await go('photos/take/damage');
    // The file way stands from the first moment, whatever becomes of the camera meanwhile.
    await page.locator('#app input[type=file]').last().setInputFiles(file('photo', i));
    await shown(page, '.viewer .btn').filter({ hasText: KEEP }).first().click();
    await page.waitForFunction(() => location.hash.startsWith('#photos/mark/'));
    await kill();
  }
  const agent = new Agent(server);
  let events = [];
  const of = (t) => events.filter((s) => s.e.b.t === t);
  await soon('everything on the server', 60_000, async () => {
    const rows = await agent.rows();
    events = await agent.log(rows[0].case);
    return of('received').length === PHOTOS || `${of('received').length} photos received`;
  }).catch(() => {});
  const keys = new Set(events.map((s) => s.e.k));
  const steps = new Set(of('answered').map((s) => `${s.e.b.g}/${s.e.b.q}=${s.e.b.a}`));
  const lost = ANSWERS.filter((a) => !steps.has(a)).length + (steps.has('safety/fire=no') ? 0 : 1);
  const photos = new Set(of('photo').map((s) => s.e.b.id)).size;
  const twice = events.length - keys.size + of('photo').length - photos + of('answered').length - steps.size;
  row(`tab killed at ${kills} points: answers lost`, lost, 0);
  row(`… of ${PHOTOS} photos lost`, PHOTOS - Math.min(photos, of('received').length), 0);
  row('… anything twice', twice, 0);
  await browser.close();
}
