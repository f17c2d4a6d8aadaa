// One person's way: the scenario's steps, each one verb of `verbs`. After every step the call bar
// must be there and whole.
import { Server, Agent } from './server.mjs';
import { launch, contextOptions, handicap } from './browser.mjs';
import { canBeDeaf } from './consent.mjs';
import { Proxy } from './proxy.mjs';
import { verbs } from './verbs.mjs';

export class Journey {
  constructor(name, scenario, variant, out, tools) {
    Object.assign(this, { name, scenario, variant, out, tools });
    this.device = scenario.device ?? {};
    this.noise = [];
    this.done = 0;
    this.desk = undefined;
    this.shots = process.env.SHOTS === '1';
  }

  async run() {
    this.server = new Server(this.tools.server, this.scenario.serverFlags);
    await this.server.start();
    this.agent = new Agent(this.server);
    if (this.scenario.proxy) {
      // Each side has a network of its own.
      this.nets = { driver: new Proxy(this.server.port), desk: new Proxy(this.server.port) };
      await Promise.all(Object.values(this.nets).map((net) => net.start()));
    }
    this.browser = await launch(this.tools, this.device, this.out);
    this.context = await this.newContext(this.device);
    this.page = await this.newPage(this.context);
    const steps = [...this.scenario.steps, ...(this.variant.then ?? [])];
    for (this.step of steps) {
      await this.perform(this.step);
      this.done += 1;
    }
    const broken = this.noise.filter((n) => n.startsWith('pageerror') || n.includes('Content Security Policy'));
    if (broken.length && !this.scenario.mayBreak) throw new Error(`the page reported errors:\n${broken.join('\n')}`);
  }

  async perform(step) {
    const verb = Object.keys(step).find((k) => verbs[k]);
    if (!verb) throw new Error(`no verb in ${JSON.stringify(step)}`);
    await verbs[verb](this, step[verb], step);
    const driver = this.page && !this.page.isClosed() && this.page.url().startsWith('http');
    if (driver && !step.noBar) await this.callBarStands();
    if (driver && this.shots) await this.page.screenshot({ path: `${this.out}/${String(this.done).padStart(2, '0')}-${verb}.png` });
  }

  /** Law 1: whatever happened, the hotline is on the screen, whole, with its number. */
  async callBarStands() {
    const bar = await this.page.evaluate(() => {
      const link = document.querySelector('nav.calls a[data-hotline]');
      if (!link) return 'the hotline link is gone';
      const box = link.getBoundingClientRect();
      const inside = box.top >= 0 && box.bottom <= innerHeight + 1 && box.left >= 0 && box.right <= innerWidth + 1;
      if (!inside || box.height < 48) return `the hotline link is at ${JSON.stringify(box)} of ${innerWidth}x${innerHeight}`;
      const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      if (!link.contains(top)) return `something covers the hotline link: ${top?.outerHTML.slice(0, 120)}`;
      return link.href.startsWith('tel:') || link.textContent.match(/\d{3}/) ? '' : 'the hotline link has no number';
    }).catch((e) => (String(e).includes('Execution context was destroyed') ? '' : String(e)));
    if (bar) throw new Error(bar);
  }

  async newContext(device, browser = this.browser) {
    const net = this.nets?.[browser === this.browser ? 'driver' : 'desk'];
    const context = await browser.newContext({ ...contextOptions(device), baseURL: net?.url ?? this.server.url });
    await handicap(context, device);
    return context;
  }

  async newPage(context) {
    const page = await context.newPage();
    page.setDefaultTimeout(15000);
    page.on('console', (m) => this.noise.push(`${m.type()}: ${m.text()}`));
    // A device's own token, for those who speak to the server in its place.
    page.on('request', (r) => { this.bearer = r.headers().authorization ?? this.bearer; });
    page.on('pageerror', (e) => this.noise.push(`pageerror: ${e.message}`));
    return page;
  }

  /** The desk in a browser of its own, logged in: a live camera on a machine without a graphics card leaves the others of its browser no frames. */
  async deskPage() {
    if (this.desk) return this.desk;
    await this.agent.login();
    const device = { size: 'desk', locale: this.variant.deskLocale ?? this.scenario.deskLocale ?? 'zh-CN', camera: 'none', webgl: false };
    this.office = await launch(this.tools, device, this.out);
    const context = await this.newContext(device, this.office);
    const [name, value] = this.agent.cookie.split(/=(.*)/s);
    await context.addCookies([{ name, value, url: this.server.url, httpOnly: true, sameSite: 'Strict' }]);
    this.desk = await this.newPage(context);
    if (this.scenario.deafDesk) await canBeDeaf(this, this.desk);
    await this.desk.goto('/desk/');
    return this.desk;
  }

  /** The events on the device, as written, in order of their numbers. */
  async deviceLog() {
    return this.page.evaluate(async () => {
      const db = await new Promise((done, fail) => {
        const request = indexedDB.open('nightwatch');
        request.onsuccess = () => done(request.result);
        request.onerror = () => fail(request.error);
      });
      const all = [];
      for (const name of db.objectStoreNames) {
        if (!name.startsWith('event')) continue;
        const values = await new Promise((done, fail) => {
          const request = db.transaction(name).objectStore(name).getAll();
          request.onsuccess = () => done(request.result);
          request.onerror = () => fail(request.error);
        });
        for (const value of values) {
          const text = typeof value === 'string' ? value : value?.text ?? value?.json ?? JSON.stringify(value);
          // Beside events the store holds counters and marks; a refused event follows its reason.
          let event;
          try { event = JSON.parse(text.slice(text.indexOf('{'))); } catch { continue; }
          all.push(event.e ?? event);
        }
      }
      db.close();
      const seen = new Set();
      return all.filter((e) => e.b?.t && !seen.has(e.k) && seen.add(e.k)).sort((a, b) => a.n - b.n);
    });
  }

  /** The only case on the server, with its log. */
  async serverLog() {
    const rows = await this.agent.rows();
    if (rows.length !== 1) throw new Error(`${rows.length} cases on the server, not one`);
    return this.agent.log(rows[0].case);
  }

  async end() {
    for (const browser of [this.browser, this.office]) await browser?.close().catch(() => {});
    await Promise.all(Object.values(this.nets ?? {}).map((net) => net.end()));
    await this.server?.end();
  }
}
