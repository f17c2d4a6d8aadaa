// Our tracker, OpenCV.js and jsfeat in one browser, over the same films, in one run:
// `node tests/bench/vision.mjs FILMS [film …]`. FILMS is what `vision-films` wrote. Times are a
// benchmark on a shared machine; the ratios are what to look at.
import { chromium } from 'playwright-core';
import { createServer } from 'node:http';
import { readFile, stat } from 'node:fs/promises';
import { constants, brotliCompressSync } from 'node:zlib';
import { extname, join, normalize } from 'node:path';
import { findChromium, root } from '../journeys/lib/find.mjs';

const [films, ...only] = process.argv.slice(2);
if (!films) throw new Error('which folder holds the films? see vision-films');
const ALL = ['Turn', 'Blur', 'Light', 'Hand', 'Leave', 'Hard'];
const names = ['ours', 'opencv', 'jsfeat'];
const SINGLE = 10;
const LONG = Number(process.env.FRAMES ?? 3000);
const ours = process.env.VISION_WORKER ?? join(root, 'dist/driver');

const FOLDERS = { bench: join(root, 'tests/bench/vision'), films, ours };
const FILES = {
  '/peers/opencv.js': join(root, 'node_modules/@techstark/opencv-js/dist/opencv.js'),
  '/peers/jsfeat.js': join(root, 'node_modules/jsfeat/build/jsfeat-min.js'),
};
const TYPES = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm', '.json': 'application/json' };
const PAGE = '<!doctype html><meta charset=utf-8><title>bench</title><script type=module src=/bench/run.mjs></script>';

/** Only what is named above; isolated, so that its clock has microseconds. */
async function serve() {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, 'http://x').pathname;
    const [, folder, ...rest] = path.split('/');
    const file = FILES[path] ?? (FOLDERS[folder] && join(FOLDERS[folder], normalize(`/${rest.join('/')}`)));
    response.setHeader('cross-origin-opener-policy', 'same-origin');
    response.setHeader('cross-origin-embedder-policy', 'require-corp');
    try {
      const body = path === '/' ? PAGE : await readFile(file);
      response.setHeader('content-type', path === '/' ? 'text/html' : TYPES[extname(file)] ?? 'application/octet-stream');
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

const quantile = (list, part) => {
  const sorted = list.slice().sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
};
const median = (list) => quantile(list, 0.5);
const fixed = (v, n) => (Number.isFinite(v) ? v.toFixed(n) : '-');
const mb = (bytes) => `${(bytes / 1048576).toFixed(1)} MB`;

async function packed(file) {
  const bytes = await readFile(file);
  // The best quality takes a minute on ten megabytes, and gains two parts in a hundred.
  const quality = bytes.length > 2e6 ? 9 : 11;
  const { BROTLI_PARAM_QUALITY: q, BROTLI_PARAM_LGWIN: w } = constants;
  return brotliCompressSync(bytes, { params: { [q]: quality, [w]: 22 } }).length;
}

async function sizes() {
  const parts = {
    'our wasm': join(ours, 'vision-worker_bg.wasm'),
    'our JS': join(ours, 'vision-worker.js'),
    'opencv': FILES['/peers/opencv.js'],
    'jsfeat': FILES['/peers/jsfeat.js'],
  };
  for (const [name, file] of Object.entries(parts)) {
    if (!(await stat(file).catch(() => undefined))) throw new Error(`${file} is missing`);
    const br = await packed(file);
    console.log(`size, ${name.padEnd(10)} ${(br / 1000).toFixed(1).padStart(8)} KB after brotli${name === 'our wasm' ? '   goal 50' : ''}`);
  }
}

const server = await serve();
const url = `http://127.0.0.1:${server.address().port}/`;
const browser = await chromium.launch({ executablePath: findChromium(), args: ['--headless', '--no-sandbox', '--disable-gpu', '--js-flags=--expose-gc'] });
try {
  await sizes();
  const open = async () => {
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error(error.message));
    await page.goto(url);
    await page.waitForFunction(() => globalThis.ready);
    return page;
  };
  for (const name of names) {
    const times = [];
    for (let i = 0; i < 5; i += 1) {
      const page = await open();
      times.push(await page.evaluate((n) => globalThis.ready(n), name));
      await page.close();
    }
    console.log(`ready, ${name.padEnd(9)} ${fixed(median(times), 0).padStart(8)} ms (least ${fixed(Math.min(...times), 0)})${name === 'ours' ? '   goal 60' : ''}`);
  }

  const page = await open();
  for (const name of names) await page.evaluate((n) => globalThis.ready(n), name);
  const sum = Object.fromEntries(names.map((n) => [n, { followed: [], found: [], errors: [], counted: 0, right: 0, wrong: 0 }]));
  const say = (film, run) => console.log(
    `| ${film.padEnd(14)} | ${run.name.padEnd(6)} | ${fixed(median(run.followed), 2).padStart(7)} (least ${fixed(quantile(run.followed, 0.05), 2).padStart(6)})`
    + ` | ${fixed(median(run.found), 1).padStart(7)} (least ${fixed(quantile(run.found, 0.05), 1).padStart(6)})`
    + ` | ${fixed(median(run.errors), 3).padStart(7)} | ${fixed(quantile(run.errors, 0.95), 3).padStart(7)} | ${fixed(100 * run.right / run.counted, 1).padStart(6)} % | ${String(run.wrong).padStart(4)} |`);
  console.log('| film           | who    | ms a tracked frame     | ms a detection         |  px med |  px p95 | <=5 px   | wrong |');
  const chosen = only.length ? only : ALL;
  for (const film of chosen) {
    for (const run of await page.evaluate(([f, n]) => globalThis.film(f, n, 0), [film, names])) {
      say(film, run);
      const all = sum[run.name];
      for (const key of ['followed', 'found', 'errors']) all[key].push(...run[key]);
      for (const key of ['counted', 'right', 'wrong']) all[key] += run[key];
    }
  }
  const alone = Object.fromEntries(names.map((n) => [n, { name: n, followed: [], found: [], errors: [], counted: 0, right: 0, wrong: 0 }]));
  for (const film of chosen.filter((f) => f !== 'Hard')) {
    for (const run of await page.evaluate(([f, n, s]) => globalThis.film(f, n, s), [film, names, SINGLE])) {
      for (const key of ['found', 'errors']) alone[run.name][key].push(...run[key]);
      for (const key of ['counted', 'right', 'wrong']) alone[run.name][key] += run[key];
    }
  }
  for (const name of names) say('all films', { name, ...sum[name] });
  for (const name of names) say('single frames', alone[name]);
  for (const name of names.slice(1)) {
    const ratio = (part, of) => fixed(part(of[name]) / part(of.ours), 1);
    console.log(`${name} takes ${ratio((r) => median(r.followed), sum)} times our time to follow, ${ratio((r) => median(r.found), alone)} times to find (single frames);`
      + ` its error is ${ratio((r) => median(r.errors), sum)} times ours`);
  }
  const freeze = await page.evaluate(([f]) => globalThis.freeze(f, 15), [chosen[0]]);
  console.log(`freeze to usable target ${fixed(median(freeze), 1)} ms (least ${fixed(Math.min(...freeze), 1)})   goal 40`);
  const long = await page.evaluate(([f, n]) => globalThis.long(f, n), [chosen[0], LONG]);
  console.log(`wasm heap ${mb(long.before)}, after ${LONG} more frames ${mb(long.after)} (grown by ${long.after - long.before} bytes), ${fixed(long.ms, 2)} ms each   goal 24 MB, flat`);
} finally {
  await browser.close();
  server.close();
}
