// A server in the page for the tests of case_link: it takes the place of `fetch` and keeps the
// rules of the real one (order, duplicates, gaps, conflicts, pieces of photos). On top of that it
// can lose requests, lose answers, answer rubbish, refuse, be slow, and lose history.
(function (seed) {
  let s = seed >>> 0 || 1;
  const random = () => {
    s ^= s << 13; s >>>= 0; s ^= s >>> 17; s ^= s << 5; s >>>= 0;
    return s / 4294967296;
  };
  const cases = new Map();
  const t = {
    cases, requests: 0, polls: 0, posts: 0, trouble: 0, down: false, page: '', refuse: '', denyKind: '',
    tombstones: true, slow: 0, notPhoto: false, clock: 0,
  };
  const sleep = (ms) => new Promise((go) => setTimeout(go, ms));
  const now = () => Date.now() + t.clock;
  const json = (status, body, headers) =>
    new Response(status === 204 ? null : JSON.stringify(body), { status, headers });
  const refuse = (status, fault, more) => json(status, { fault, ...more });
  const sha = async (bytes) =>
    [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))]
      .map((b) => b.toString(16).padStart(2, '0')).join('');
  const make = () => ({
    epoch: 'e' + Math.floor(random() * 1e9), log: [], keys: new Map(), last: new Map(),
    tokens: new Set(), invites: new Set(), photos: new Map(), bells: new Set(),
  });
  const ring = (c) => { for (const bell of c.bells) bell(); c.bells.clear(); };
  const store = (c, by, e, skew) => {
    const o = c.log.length + 1;
    c.log.push({ o, rx: now(), skew, by, e });
    c.keys.set(e.k, { o, body: JSON.stringify([e.b, e.at]) });
    ring(c);
    return o;
  };
  const one = (c, e, skew, batch) => {
    const last = c.last.get(e.d) || 0;
    const known = c.keys.get(e.k);
    const answer = (verdict, o, why) => ({ k: e.k, verdict, ...(o ? { o } : {}), ...(why ? { why } : {}) });
    if (known) {
      const same = known.body === JSON.stringify([e.b, e.at]);
      if (e.n === last + 1) c.last.set(e.d, e.n);
      return answer(same ? 'dup' : 'conflict', known.o);
    }
    if (e.n > last + 1) return answer('gap', last + 1);
    if (e.n <= last) { batch.held = true; return answer('conflict'); }
    if (batch.held) return answer('gap', e.n);
    if (t.denyKind && e.b.t === t.denyKind) {
      if (t.tombstones) c.last.set(e.d, e.n);
      return answer('denied', 0, 'not for this role');
    }
    c.last.set(e.d, e.n);
    return answer('ok', store(c, 'driver', e, skew));
  };
  const append = (id, token, batch) => {
    const first = batch.events[0];
    let c = cases.get(id);
    if (!c) {
      if (first.n !== 1 || first.b.t !== 'opened') {
        const verdict = first.n === 1 ? 'denied' : 'gap';
        return json(200, { now: now(), epoch: '', answers: batch.events.map((e) => ({ k: e.k, verdict, o: 1 })) });
      }
      cases.set(id, (c = make()));
      c.tokens.add(token);
    }
    if (!c.tokens.has(token)) return refuse(403, 'denied');
    const skew = Math.abs(now() - batch.sent) < 5000 ? 0 : now() - batch.sent;
    return json(200, { now: now(), epoch: c.epoch, answers: batch.events.map((e) => one(c, e, skew, batch)) });
  };
  const tail = async (c, url, signal) => {
    const after = Number(url.searchParams.get('after'));
    const until = Date.now() + Number(url.searchParams.get('wait')) * 1000;
    while (c.log.length === after && Date.now() < until && !signal.aborted) {
      await new Promise((go) => {
        c.bells.add(go);
        signal.addEventListener('abort', go);
        setTimeout(go, Math.max(0, until - Date.now()));
      });
    }
    return json(200, { now: now(), epoch: c.epoch, top: c.log.length, events: c.log.slice(after) });
  };
  const photo = async (c, name, init) => {
    const p = c.photos.get(name) || { have: new Uint8Array(0), done: false };
    const progress = (status) => new Response(null, {
      status, headers: { 'Upload-Offset': String(p.have.length), 'Upload-Complete': p.done ? '?1' : '?0' },
    });
    if (init.method === 'HEAD') return progress(200);
    const [, a, b, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(init.headers.get('Content-Range')).map(Number);
    const bytes = new Uint8Array(init.body);
    if (bytes.length !== b - a + 1) return refuse(400, 'bad');
    if (t.notPhoto) return refuse(415, 'not_a_photo');
    if (!p.done && a <= p.have.length) {
      const have = new Uint8Array(Math.max(p.have.length, b + 1));
      have.set(p.have);
      have.set(bytes, a);
      p.have = have;
      c.photos.set(name, p);
    }
    if (p.have.length < total) return progress(202);
    if (!p.done) {
      if ((await sha(p.have)) !== name) { c.photos.delete(name); return refuse(422, 'hash'); }
      p.done = true;
      t.say(c, 'server', { t: 'received', sha: name });
    }
    return progress(200);
  };
  const serve = async (path, init) => {
    const url = new URL(path, location.href);
    const token = (init.headers.get('Authorization') || '').replace('Bearer ', '');
    if (url.pathname === '/v1/join') {
      const join = JSON.parse(init.body);
      const c = cases.get(join.case);
      const hash = await sha(new TextEncoder().encode(join.invite));
      if (!c || !c.invites.delete(hash)) return refuse(410, 'expired');
      c.joins = (c.joins || new Set()).add(join.hash);
      return new Response(null, { status: 204 });
    }
    const [, id, what, name] = /^\/v1\/cases\/([^/]+)\/(\w+)(?:\/(\w+))?$/.exec(url.pathname);
    if (t.refuse) return refuse(403, t.refuse);
    if (what === 'events' && init.method === 'POST') t.posts += 1;
    const c = cases.get(id);
    if (c && c.joins && c.joins.has(await sha(new TextEncoder().encode(token)))) c.tokens.add(token);
    if (what === 'events' && init.method === 'POST') return append(id, token, JSON.parse(init.body));
    if (!c) return refuse(404, 'missing');
    if (!c.tokens.has(token)) return refuse(403, 'denied');
    if (what === 'events') { t.polls += 1; return tail(c, url, init.signal); }
    if (what === 'photos') return photo(c, name, init);
    if (what === 'invites') { c.invites.add(JSON.parse(init.body).hash); return new Response(null, { status: 204 }); }
    return refuse(404, 'missing');
  };
  // Says something for the desk or the server.
  t.say = (c, by, b, at) => {
    const d = '00000000-0000-7000-8000-0000000000' + (by === 'agent' ? '01' : '02');
    const n = (c.last.get(d) || 0) + 1;
    c.last.set(d, n);
    const k = `01923456-789a-7fff-bfff-${by === 'agent' ? 'a' : 'b'}${String(n).padStart(11, '0')}`;
    return store(c, by, { v: 1, k, d, n, at: at || now(), b }, 0);
  };
  // A backup is restored: the newest events of a case never happened.
  t.restore = (c, lost) => {
    c.log.splice(Math.max(0, c.log.length - lost));
    c.epoch += '+';
    c.keys = new Map();
    c.last = new Map();
    for (const { o, e } of c.log) {
      c.keys.set(e.k, { o, body: JSON.stringify([e.b, e.at]) });
      c.last.set(e.d, Math.max(c.last.get(e.d) || 0, e.n));
    }
    ring(c);
  };
  t.only = () => [...cases.values()][0];
  globalThis.fetch = async (path, init) => {
    t.requests += 1;
    const cut = () => new TypeError('Failed to fetch');
    if (t.down) { await sleep(5); throw cut(); }
    if (t.slow) await sleep(t.slow);
    if (t.page) return new Response(t.page, { status: 200, headers: { 'Content-Type': 'text/html' } });
    const x = random();
    const bad = t.trouble;
    await sleep(random() * 12);
    if (x < bad * 0.25) throw cut();
    if (x < bad * 0.35) return new Response('<html>Welcome to the hotel</html>', { status: 200 });
    if (x < bad * 0.45) return new Response('Bad gateway', { status: 502 });
    if (x < bad * 0.5) return refuse(429, 'slow', { after: 0 });
    const answer = await serve(path, init);
    if (init.signal.aborted) throw new DOMException('aborted', 'AbortError');
    if (x < bad * 0.8) throw cut();
    if (x < bad * 0.9) return new Response('{"now":', { status: 200 });
    return answer;
  };
  globalThis.fake = t;
})
