// A network of our own between a browser and the server: slow, cut, or one that lets some things
// through and others not. It passes bytes on and reads no more of them than a request's first line.
import { connect, createServer } from 'node:net';

/** Milliseconds that every byte takes in each direction. */
export class Proxy {
  constructor(port) {
    this.to = port;
    this.delay = 0;
    this.down = false;
    this.blocked = [];
    this.open = new Set();
  }

  async start() {
    this.server = createServer((near) => this.pass(near));
    await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${this.server.address().port}`;
  }

  pass(near) {
    if (this.down) return near.destroy();
    const far = connect(this.to, '127.0.0.1');
    const pair = [near, far];
    this.open.add(pair);
    const end = () => {
      this.open.delete(pair);
      pair.forEach((socket) => socket.destroy());
    };
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', end);
    }
    // A connection may carry many requests: each piece that begins like one is looked at.
    const refused = (bytes) => {
      const line = bytes.subarray(0, 400).toString('latin1').split('\r\n')[0];
      pair.path = /^(GET|POST|PUT|HEAD) (\S+) HTTP/.exec(line)?.[2] ?? pair.path;
      return this.blocked.some((part) => pair.path?.includes(part));
    };
    near.on('data', (bytes) => (refused(bytes) ? end() : this.later(far, bytes)));
    far.on('data', (bytes) => this.later(near, bytes));
  }

  later(socket, bytes) {
    const write = () => socket.writable && socket.write(bytes);
    if (this.delay) setTimeout(write, this.delay);
    else write();
  }

  /** Everything that is open breaks, and nothing new comes through. */
  cut() {
    this.down = true;
    this.breakAll();
  }

  heal() {
    this.down = false;
  }

  /** Paths with one of these in them do not come through. */
  block(parts) {
    this.blocked = parts;
    for (const pair of this.open) if (parts.some((part) => pair.path?.includes(part))) pair.forEach((s) => s.destroy());
  }

  breakAll() {
    for (const pair of this.open) pair.forEach((socket) => socket.destroy());
  }

  async end() {
    this.breakAll();
    await new Promise((done) => this.server.close(done));
  }
}
