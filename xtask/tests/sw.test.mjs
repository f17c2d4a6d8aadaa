// Runs src/sw.js against a small model of a browser's caches and network.
// `node --test xtask/tests/` runs it; `cargo xtask test` does too.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import vm from 'node:vm';

const TEMPLATE = readFileSync(new URL('../../src/sw.js', import.meta.url), 'utf8');
const ORIGIN = 'https://nw.example';

class Answer {
  constructor(body, { status = 200, redirected = false } = {}) {
    Object.assign(this, { body, status, redirected, ok: status >= 200 && status < 300 });
  }
  clone() { return this; }
  async text() { return this.body; }
}

/** One browser profile: its caches outlive workers; `network` maps URLs to answers. */
class Device {
  stores = new Map();
  network = new Map();
  fetched = [];

  caches = {
    open: async (name) => {
      if (!this.stores.has(name)) this.stores.set(name, new Map());
      return { put: async (url, answer) => void this.stores.get(name).set(url, answer) };
    },
    has: async (name) => this.stores.has(name),
    delete: async (name) => this.stores.delete(name),
    keys: async () => [...this.stores.keys()],
    match: async (url, { cacheName } = {}) => {
      for (const [name, store] of this.stores) {
        if ((!cacheName || cacheName === name) && store.has(url)) return store.get(url);
      }
    },
  };

  fetch = async (request) => {
    const url = typeof request === 'string' ? request : request.url;
    this.fetched.push(url);
    if (!this.network.has(url)) throw new TypeError('Failed to fetch');
    return this.network.get(url);
  };

  serve(build, files) {
    this.network.set(`${ORIGIN}/`, new Answer(`<meta content="${build}">`));
    for (const file of files) this.network.set(`${ORIGIN}/${file}`, new Answer(`${file} of ${build}`));
  }

  worker(build, files) {
    const listeners = {};
    const self = {
      registration: { scope: `${ORIGIN}/` },
      clients: { claim: async () => {} },
      skipped: false,
      skipWaiting() { this.skipped = true; },
      addEventListener: (type, listener) => { listeners[type] = listener; },
    };
    const source = TEMPLATE.replace("'__NW_BUILD__'", JSON.stringify(build))
      .replace("'__NW_PAGE__'", '"driver"')
      .replace("['__NW_PRECACHE__']", JSON.stringify(['./', ...files.map((f) => `./${f}`)]))
      .replace("['__NW_NEVER__']", '["/v1/","/healthz","/desk/"]');
    vm.runInNewContext(source, { self, caches: this.caches, fetch: this.fetch, URL, Error, Promise });
    const wait = async (type) => {
      let work;
      listeners[type]({ waitUntil: (promise) => { work = promise; } });
      await work;
    };
    return {
      self,
      install: () => wait('install'),
      activate: () => wait('activate'),
      message: (data) => listeners.message({ data }),
      /** The body the page gets, or undefined when the worker keeps out of it. */
      ask: async (path, { method = 'GET', mode = 'no-cors' } = {}) => {
        let answer;
        const url = new URL(path, ORIGIN).href;
        listeners.fetch({ request: { url, method, mode }, respondWith: (promise) => { answer = promise; } });
        return answer && (await answer).body;
      },
    };
  }
}

const FILES = ['app.11111111.css', 'icon.svg'];

async function installed() {
  const device = new Device();
  device.serve('b1', FILES);
  const worker = device.worker('b1', FILES);
  await worker.install();
  await worker.activate();
  return { device, worker };
}

test('answers the page and its files with no network', async () => {
  const { device, worker } = await installed();
  device.network.clear();
  assert.match(await worker.ask('/', { mode: 'navigate' }), /b1/);
  assert.match(await worker.ask('/?from=qr#step', { mode: 'navigate' }), /b1/);
  assert.equal(await worker.ask('/app.11111111.css'), 'app.11111111.css of b1');
  assert.equal(await worker.ask('/icon.svg?v=2'), 'icon.svg of b1');
});

test('keeps out of the API, the desk, other pages, other origins and writes', async () => {
  const { worker } = await installed();
  for (const path of ['/v1/cases', '/healthz', '/desk/', '/desk/app.11111111.css', '/unknown.json', 'https://other.example/']) {
    assert.equal(await worker.ask(path), undefined, path);
  }
  assert.equal(await worker.ask('/desk/', { mode: 'navigate' }), undefined);
  assert.equal(await worker.ask('/other', { mode: 'navigate' }), undefined);
  assert.equal(await worker.ask('/', { method: 'POST' }), undefined);
});

test('waits until it is told to take over', async () => {
  const { worker } = await installed();
  assert.equal(worker.self.skipped, false);
  worker.message('something else');
  assert.equal(worker.self.skipped, false);
  worker.message('update');
  assert.equal(worker.self.skipped, true);
});

test('a build that cannot be stored whole leaves nothing and does not harm the old one', async () => {
  const { device, worker } = await installed();
  device.serve('b2', ['app.22222222.css']);
  await assert.rejects(device.worker('b2', ['app.22222222.css', 'missing.33333333.js']).install());
  assert.deepEqual(await device.caches.keys(), ['nw-driver-b1']);
  device.network.clear();
  assert.match(await worker.ask('/', { mode: 'navigate' }), /b1/);
});

test('refuses a page of another build and a redirect to a login page', async () => {
  const device = new Device();
  device.serve('b3', FILES);
  await assert.rejects(device.worker('b2', FILES).install(), /another build/);
  device.serve('b2', FILES);
  device.network.set(`${ORIGIN}/icon.svg`, new Answer('log in', { redirected: true }));
  await assert.rejects(device.worker('b2', FILES).install());
});

test('fetches only what is new, and keeps the build before for a tab that runs it', async () => {
  const { device } = await installed();
  device.fetched.length = 0;
  const files = ['app.22222222.css', 'icon.svg', 'words-zh.aaaaaaaa.json'];
  device.serve('b2', files);
  const second = device.worker('b2', files);
  await second.install();
  await second.activate();
  device.fetched.length = 0;
  device.serve('b3', files);
  const third = device.worker('b3', files);
  await third.install();
  assert.deepEqual(device.fetched.sort(), [`${ORIGIN}/`, `${ORIGIN}/icon.svg`], 'hashed files are copied');
  await third.activate();
  assert.deepEqual(await device.caches.keys(), ['nw-driver-b2', 'nw-driver-b3']);
});

test('a file of the build before is still answered after the exchange', async () => {
  const { device } = await installed();
  device.serve('b2', ['app.22222222.css']);
  const second = device.worker('b2', ['app.22222222.css']);
  await second.install();
  await second.activate();
  device.network.clear();
  assert.equal(await second.ask('/app.11111111.css'), 'app.11111111.css of b1');
});

test('goes to the network when the browser has thrown the files away', async () => {
  const { device, worker } = await installed();
  device.stores.clear();
  assert.match(await worker.ask('/', { mode: 'navigate' }), /b1/);
  device.network.clear();
  await assert.rejects(worker.ask('/', { mode: 'navigate' }));
});

test('the same build with another hotline changes the page, and harms nothing when it fails', async () => {
  const { device, worker } = await installed();
  device.network.set(`${ORIGIN}/`, new Answer('<meta content="b1"> hotline 2'));
  await device.worker('b1', FILES).install();
  assert.match(await worker.ask('/', { mode: 'navigate' }), /hotline 2/);
  device.network.clear();
  await assert.rejects(device.worker('b1', FILES).install());
  assert.equal(await worker.ask('/app.11111111.css'), 'app.11111111.css of b1');
});
