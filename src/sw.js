// The service worker of one page (driver or desk). `xtask post-build` fills in the four constants.
//
// What it does: keeps one complete build of the page on the device, so that it opens in a tunnel.
// What it does not do: decide about updates, touch the API, or answer for anything it has no copy of.
//
// The rules, each bought by somebody's white page:
// - Install stores every file of the build in a new cache, or fails as a whole. Files whose names
//   carry a hash are taken from an older build's cache when they are there: weak signal is expensive.
// - A new build waits. It takes over when the page says 'update' (the person tapped, or no case is
//   open), never by itself: the running page still loads files of its own build.
// - The cache of the build before is kept, for a second tab that still runs it.
// - Only the page itself (the scope's root, whatever its search or hash) and listed files are
//   answered from the cache; everything else goes to the network as if no worker were here.
//
// If a worker ever has to be taken back, serve this instead of it under the same name; browsers
// fetch sw.js past their caches at the next visit and at least daily:
//   self.addEventListener('install', () => self.skipWaiting());
//   self.addEventListener('activate', (e) => e.waitUntil((async () => {
//     for (const name of await caches.keys()) if (name.startsWith('nw-')) await caches.delete(name);
//     await self.registration.unregister();
//   })()));
// It removes stored files only. Cases lie in IndexedDB, which it does not touch.
'use strict';

const BUILD = '__NW_BUILD__';
const PAGE = '__NW_PAGE__';
const PRECACHE = ['__NW_PRECACHE__'];
const NEVER = ['__NW_NEVER__'];

const PREFIX = `nw-${PAGE}-`;
const CACHE = PREFIX + BUILD;
const ROOT = new URL('./', self.registration.scope);
const LISTED = new Set(PRECACHE.map((name) => new URL(name, ROOT).href));
// `words-zh.1a2b3c4d.json`, `driver-0123456789abcdef_bg.wasm`, `0123456789abcdef-init.mjs`: same name, same bytes, for ever.
const HASHED = /[/.-][0-9a-f]{8,}[._-]/;
// Few at a time: on a slow network the page itself comes first.
const AT_ONCE = 3;

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('message', (event) => {
  if (event.data === 'update') self.skipWaiting();
});
self.addEventListener('fetch', (event) => {
  const answer = route(event.request);
  if (answer) event.respondWith(answer);
});

async function install() {
  // The same build again, with another hotline put in by its operator: its files are here already.
  const again = await caches.has(CACHE);
  const cache = await caches.open(CACHE);
  const waiting = [...LISTED];
  const next = async () => {
    for (let url = waiting.shift(); url; url = waiting.shift()) await cache.put(url, await obtain(url));
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, next));
  } catch (error) {
    waiting.length = 0;
    // Half a build is worse than none: it would open and then miss a file.
    if (!again) await caches.delete(CACHE);
    throw error;
  }
}

async function obtain(url) {
  const hashed = HASHED.test(url);
  const kept = hashed && (await caches.match(url));
  if (kept) return kept;
  const response = await fetch(url, { cache: hashed ? 'default' : 'no-cache', credentials: 'same-origin' });
  // A login page of a hotel's network answers 200 too, by way of a redirect.
  if (!response.ok || response.redirected) throw new Error(`${url}: ${response.status}`);
  if (url === ROOT.href && !(await response.clone().text()).includes(BUILD)) {
    throw new Error('the server has another build by now');
  }
  return response;
}

async function activate() {
  const ours = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  // In order of creation: the last one is the build before this.
  await Promise.all(ours.slice(0, -1).map((name) => caches.delete(name)));
  await self.clients.claim();
}

// A promise of the answer, or nothing: then the browser goes on as without a worker.
function route(request) {
  if (request.method !== 'GET') return undefined;
  const url = new URL(request.url);
  if (url.origin !== ROOT.origin || NEVER.some((path) => url.pathname.startsWith(path))) return undefined;
  if (request.mode === 'navigate') {
    return url.pathname === ROOT.pathname ? stored(ROOT.href, CACHE, request) : undefined;
  }
  url.search = '';
  url.hash = '';
  if (LISTED.has(url.href)) return stored(url.href, CACHE, request);
  // A page of the build before, still open in another tab.
  return HASHED.test(url.pathname) ? stored(url.href, undefined, request) : undefined;
}

async function stored(url, cacheName, request) {
  // The browser may have thrown our files away to make room.
  return (await caches.match(url, { cacheName })) || fetch(request);
}
