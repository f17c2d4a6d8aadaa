// Verbs for what driver and agent do together: consent, and steps that are suggested.
import { randomUUID } from 'node:crypto';
import { soon } from './soon.mjs';

/** A page whose sockets can be made deaf; before it is opened. */
export const canBeDeaf = (j, page) => page.routeWebSocket(/\/v1\/live$/, (socket) => {
  (j.sockets ??= []).push(socket);
  socket.connectToServer().onMessage((message) => j.deaf || socket.send(message));
});

/** An event of the agent, past the desk's page: for screens of the driver that need one. */
const says = async (j, b) => {
  const [row] = await j.agent.rows();
  const at = Date.now();
  j.said = { d: j.said?.d ?? randomUUID(), n: (j.said?.n ?? 0) + 1 };
  const events = [{ v: 1, k: randomUUID(), ...j.said, at, b }];
  const { answers } = await j.agent.call('POST', `/v1/cases/${row.case}/events`, { sent: at, events });
  if (answers[0].verdict !== 'ok') throw new Error(`the agent's event: ${JSON.stringify(answers)}`);
};

export const consent = {
  async agentSays(j, b) {
    await soon('a case on the server', 15000, async () => (await j.agent.rows()).length === 1);
    await says(j, b);
  },
  /** The desk no longer hears what happens, although it can still speak. */
  async deafDesk(j, on) {
    const desk = await j.deskPage();
    const heard = /\/v1\/cases\/[^/]+\/(events\?|stream)/;
    j.deaf = on;
    if (on) return desk.route(heard, (route) => route.abort());
    await desk.unroute(heard);
    // What a socket lost while it was deaf nobody knows of: it ends, as one does that lost anything.
    await Promise.all(j.sockets.splice(0).map((socket) => socket.close()));
  },
  /** The agent types the digits on the driver's screen, or others, into the search box. */
  async dictated(j, digits) {
    const code = digits === true ? (j.dictated ??= await j.page.locator('.code').innerText()) : digits;
    const desk = await j.deskPage();
    await desk.locator('#find').fill(code);
    await desk.locator('#find').press('Enter');
  },
  /** It is on the screen as it stands, above the call bar. */
  async inView(j, css) {
    await soon(`${css} in view`, 8000, () => j.page.evaluate((css) => {
      const [box, bar] = [document.querySelector(css), document.querySelector('nav.calls')].map((e) => e.getBoundingClientRect());
      return (box.top >= 0 && box.bottom <= bar.top) || `${box.top} to ${box.bottom}`;
    }, css));
  },
  async deskReload(j) {
    await (await j.deskPage()).reload();
  },
  async pick(j, { into, value }, step) {
    const page = step.on === 'desk' ? await j.deskPage() : j.page;
    await page.locator(into).selectOption(value);
  },
  /** The part of the address that names the screen. */
  async hashIs(j, hash) {
    await soon(`at ${hash}`, 8000, async () => j.page.evaluate((h) => location.hash === h || location.hash, hash));
  },
};
