// The worker in a Chromium, from the files that are served: every message of the README, with frames
// whose truth is known; and the README's own example.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { chromium } from 'playwright-core';
import { findChromium } from '../../../tests/journeys/lib/find.mjs';

const here = import.meta.dirname;
const built = process.env.VISION_WORKER ?? join(here, '../../../dist/driver');
const FILES = { '/scene.mjs': join(here, 'scene.mjs'), '/page.mjs': join(here, 'page.mjs') };
const TYPES = { js: 'text/javascript', mjs: 'text/javascript', wasm: 'application/wasm', svg: 'image/svg+xml' };

let server;
let browser;
let example = '';
let url;

before(async () => {
  const readme = await readFile(join(here, '../README.md'), 'utf8');
  example = /```html\n([\s\S]*?)```/.exec(readme)[1];
  server = createServer(async (request, response) => {
    const path = new URL(request.url, 'http://x').pathname;
    const pages = {
      '/': '<!doctype html><script type=module src=page.mjs></script>',
      '/example': `<!doctype html>\n${example.replace('<img>', '<img src=still.svg>')}`,
      '/still.svg': svg(),
    };
    try {
      const body = pages[path] ?? await readFile(FILES[path] ?? join(built, path));
      response.setHeader('content-type', TYPES[path.split('.').pop()] ?? 'text/html');
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${server.address().port}`;
  browser = await chromium.launch({
    executablePath: findChromium(),
    args: ['--headless', '--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  });
});

after(async () => {
  await browser?.close();
  server?.close();
});

/** Runs a function of `page.mjs` in a fresh page. */
async function run(name) {
  const page = await browser.newPage();
  try {
    await page.goto(url);
    await page.waitForFunction(() => globalThis.tests);
    return await page.evaluate((n) => globalThis.tests[n](), name);
  } finally {
    await page.close();
  }
}

test('a camera frame is frozen, followed, lost and found again; every frame comes back', async () => {
  const seen = await run('freeze');
  assert.equal(seen.first.state, 'empty');
  assert.deepEqual(seen.frozen, { ok: true, w: 320, h: 240, bytes: 320 * 240 });
  assert.ok(seen.worst < 1, `${seen.worst} px`);
  assert.deepEqual([...new Set(seen.states)], ['tracking']);
  assert.equal(seen.away, 'lost');
  assert.ok(seen.again <= 3, `found again after ${seen.again} frames`);
  assert.equal(seen.back, seen.sent, 'frames that came back');
  assert.equal(seen.luma, 'copyTo', 'a camera frame has a plane of brightness');
});

test('a stored reference is found in bitmaps, which have no such plane', async () => {
  const seen = await run('bitmaps');
  assert.equal(seen.ready.reference, true);
  assert.ok(seen.ready.heap > 1e6 && seen.ready.heap < 24 * 2 ** 20, `${seen.ready.heap}`);
  assert.ok(seen.worst < 1, `${seen.worst} px`);
  assert.ok(['2d', 'webgl'].includes(seen.luma), seen.luma);
});

test('each way to the grey values is within three levels of the canvas, or is not gone', async () => {
  for (const seen of await run('ways')) {
    assert.ok(seen.apart <= 3, `${seen.what}: ${seen.luma} is ${seen.apart} levels off`);
  }
});

test('the size changes and the reference stays', async () => {
  const seen = await run('resize');
  assert.ok(seen.worst < 1, `${seen.worst} px`);
});

test('what makes no sense is answered or passed over', async () => {
  const seen = await run('nonsense');
  assert.deepEqual(seen.closed, ['empty', 'pose']);
  assert.deepEqual(seen.frozen, [false, false, false]);
  assert.match(seen.failed, /size/);
  assert.deepEqual(seen.both, [1, 2]);
  assert.ok(seen.alive);
});

test('files that do not come are said to have failed', async () => {
  assert.equal((await run('missing')).t, 'failed');
});

test('the example of the README runs', async () => {
  assert.ok(example.trim().split('\n').length <= 24, 'short enough to read');
  const page = await browser.newPage();
  try {
    await page.addInitScript(film);
    await page.goto(`${url}/example`);
    await page.waitForFunction(() => /^tracking .*\d/.test(document.title), undefined, { timeout: 30_000 });
  } finally {
    await page.close();
  }
});

/** Plays a moving film of the picture where the example looks for one. */
function film() {
  addEventListener('load', async () => {
    const still = document.querySelector('img');
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 });
    const context = canvas.getContext('2d');
    let i = 0;
    setInterval(() => {
      i += 1;
      context.fillRect(0, 0, 640, 480);
      context.drawImage(still, 60 + 20 * Math.sin(i / 9), 40, 520, 390);
    }, 50);
    const video = document.querySelector('video');
    video.srcObject = canvas.captureStream();
    await video.play();
  });
}

/** A picture with something to hold on to everywhere. */
function svg() {
  let state = 5;
  const random = (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * n);
  };
  const discs = Array.from({ length: 250 }, () => {
    const grey = random(255);
    return `<ellipse cx="${random(640)}" cy="${random(480)}" rx="${3 + random(40)}" ry="${3 + random(40)}" fill="rgb(${grey},${grey},${grey})"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480">${discs.join('')}</svg>`;
}
