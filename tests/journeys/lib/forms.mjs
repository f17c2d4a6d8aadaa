// Verbs for the app's own forms: places, cars, photos; and for what may go wrong around it.
import { file } from './media.mjs';
import { soon } from './soon.mjs';


const visible = (page, css) => page.locator(css).filter({ visible: true });

/** Opens a way of the place screen when the form is not there already. */
async function formOf(j, index) {
  if (!(await visible(j.page, '.form .slot').count())) await visible(j.page, '.ways > button').nth(index).click();
  await visible(j.page, '.form .slot input').first().waitFor();
}

/** Types into the fields of a form by their place, keypad first where there is one. */
async function typed(j, values) {
  for (const [i, text] of values.entries()) {
    if (!text) continue;
    const field = visible(j.page, '.form .slot input').nth(i);
    await field.click();
    await field.fill('');
    for (const key of text) {
      const onPad = visible(j.page, '.pad .key').filter({ hasText: new RegExp(`^${key.replace(/[+]/g, '\\+')}$`) }).first();
      if (await onPad.count()) await onPad.click();
      else await j.page.keyboard.insertText(key);
    }
  }
  await visible(j.page, '.form .btn.lamp').last().click();
}

/** A photo is chosen as a file, looked at, and kept. */
async function keepFile(j, what) {
  await j.page.evaluate(() => { location.hash = 'photos/take/damage'; });
  const input = j.page.locator('#app input[type=file]').last();
  await input.waitFor({ state: 'attached' });
  await input.setInputFiles(file(what.name, what.n));
}

const photos = async (j) => {
  await j.page.evaluate(() => { location.hash = 'photos'; });
  return visible(j.page, '.thumbs > li');
};

export const forms = {
  async post(j, { road, toward, metres, post }) {
    await formOf(j, 0);
    await typed(j, [road, toward, `K${post ?? '123'}+${metres}`]);
  },
  async tunnel(j, { name, box }) {
    await formOf(j, 1);
    await typed(j, [box, name]);
  },
  async carpark(j, { level, bay }) {
    await formOf(j, 2);
    await typed(j, [level, bay]);
  },
  async vehicle(j, id) {
    await j.page.locator(`[data-car="${id}"]`).click();
  },
  async guideIs(j, id) {
    await j.page.locator(`[data-q^="${id}/"]`).waitFor();
  },
  /** The one amber button: the next sensible thing. */
  async next(j) {
    // A screen of danger pulses and is never still; a thumb does not wait for that.
    await visible(j.page, '#app .btn.lamp').last().click({ force: true });
  },
  async hash(j, route) {
    await j.page.evaluate((r) => { location.hash = r; }, route);
  },
  /** Self-help is locked (law 2): the way out of the car stands where it would be. */
  async locked(j) {
    await j.page.locator('.locked').filter({ visible: true }).first().waitFor();
    const open = await visible(j.page, '[data-q^="chargeport/"], [data-q^="what/"], .photos, input[type=file]').count();
    if (open) throw new Error('self-help is open although there is fire');
  },
  async photo(j, what) {
    await keepFile(j, what);
    await visible(j.page, '.viewer .btn').filter({ hasText: /保存照片|就用这张|Keep/ }).first().click();
    await j.page.waitForFunction(() => location.hash.startsWith('#photos/mark/'));
  },
  /** A file that is no photo, or too large: refused in words, the way stays open. */
  async refusedFile(j, what) {
    await keepFile(j, what);
    await visible(j.page, '[role=status] .note').first().waitFor();
    await visible(j.page, '.form .btn').first().waitFor();
  },
  async photosShown(j, n) {
    const thumbs = await photos(j);
    await soon(`${n} photos on the screen`, 10000, async () => (await thumbs.count()) === n || thumbs.count());
    await soon('their pictures', 10000, async () => {
      const seen = await thumbs.locator('img').evaluateAll((all) => all.filter((i) => i.naturalWidth > 0).length);
      return seen === n || seen;
    });
  },
  async photosReceived(j, n) {
    const thumbs = await photos(j);
    await soon(`${n} photos received`, 45000, async () => {
      const ok = await thumbs.locator('.state.ok').count();
      return ok === n || ok;
    });
  },
  /** What the server keeps of a photo has no EXIF and no location. */
  async noMetadata(j) {
    const rows = await j.agent.rows();
    const log = await j.agent.log(rows[0].case);
    for (const { b } of log.map((s) => s.e).filter((e) => e.b.t === 'photo')) {
      const response = await fetch(`${j.server.url}/v1/cases/${rows[0].case}/photos/${b.sha}`, { headers: { cookie: j.agent.cookie } });
      const bytes = Buffer.from(await response.arrayBuffer());
      if (bytes.readUInt16BE(0) !== 0xffd8) throw new Error('the photo is not a JPEG');
      for (const word of ['Exif', 'XMP', 'GPS']) if (bytes.includes(word)) throw new Error(`the photo has ${word}`);
    }
  },
  /**
   * The camera in the page: `keep`, `warned` (a warning, kept anyway), `file` (no camera: the file
   * way), `late` (the camera gives up while the file chooser is open).
   */
  async shoot(j, how) {
    await j.page.evaluate(() => { location.hash = 'photos/take/damage'; });
    if (how === 'file') {
      await visible(j.page, '[role=status] .note').first().waitFor();
      await j.page.locator('#app input[type=file]').last().setInputFiles(file('photo', 1));
    } else if (how === 'late') {
      const opened = j.page.waitForEvent('filechooser');
      await visible(j.page, '.trigger .btn').first().click();
      const chooser = await opened;
      await j.page.evaluate(() => globalThis.cameraGivesUp());
      await visible(j.page, '[role=status] .note').first().waitFor();
      await chooser.setFiles(file('photo', 1));
    } else {
      await j.page.locator('.shutter:not([disabled])').click();
    }
    await visible(j.page, '.viewer .btn.lamp').waitFor();
    const warned = await visible(j.page, '.viewer p.note').count();
    if ((how === 'warned') !== warned > 0) throw new Error(`${warned} warnings`);
    // With a warning the bright button is the one that takes it again.
    await visible(j.page, '.viewer .btn').filter({ hasText: /保存照片|就用这张|Keep/ }).first().click();
    await j.page.waitForFunction(() => location.hash.startsWith('#photos/mark/'));
  },
  /** The agent writes in the case; the text goes by the desk's own page. */
  async deskSays(j, text) {
    const desk = await j.deskPage();
    await visible(desk, '.d-row').first().click();
    const box = visible(desk, '#say').first();
    await box.fill(text);
    await box.press('Enter');
  },
  async block(j, pattern) {
    await j.context.unrouteAll();
    if (pattern) await j.context.route(pattern, (route) => route.abort());
  },
  /** One character of a file is changed on its way. */
  async tamper(j, pattern) {
    await j.context.route(pattern, async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace('safety', 'sbfety');
      await route.fulfill({ response, body });
    });
  },
  /** The wasm instance breaks: its memory is overwritten, and the next tap traps. */
  async panic(j) {
    await j.page.evaluate(() => new Uint8Array(globalThis.wasmOfPage.memory.buffer).fill(0xff));
    const off = () => document.documentElement.dataset.app === 'off';
    if (!(await j.page.evaluate(off))) await visible(j.page, '#app button').first().click().catch(() => {});
    await j.page.waitForFunction(off);
  },
  async secondTab(j, path) {
    j.tabs = [j.page, await j.newPage(j.context)];
    j.page = j.tabs[1];
    await j.page.goto(path);
    await j.page.waitForFunction(() => document.documentElement.dataset.ready === '1');
  },
  async otherTab(j) {
    j.page = j.tabs.find((t) => t !== j.page);
    await j.page.bringToFront();
  },
  /** The service worker has everything, so that the next start needs no network. */
  async cached(j) {
    await j.page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
    await soon('cache', 20000, async () => (await j.page.evaluate(async () => {
      const names = await caches.keys();
      const all = await Promise.all(names.map(async (n) => (await (await caches.open(n)).keys()).length));
      return all.reduce((a, b) => a + b, 0);
    })) >= 8 || 'few');
  },
};
