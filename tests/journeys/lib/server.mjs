// The real server as a child process on a free port, with a data folder of its own.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './find.mjs';

export async function freePort() {
  const probe = createServer();
  await new Promise((done) => probe.listen(0, '127.0.0.1', done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

export class Server {
  constructor(binary, flags = []) {
    this.binary = binary;
    this.flags = flags;
    this.output = '';
  }

  async start() {
    this.data ??= await mkdtemp(join(tmpdir(), 'nightwatch-'));
    this.port ??= await freePort();
    this.url = `http://127.0.0.1:${this.port}`;
    const args = ['--listen', `127.0.0.1:${this.port}`, '--data', this.data, '--app', join(root, 'dist'), ...this.flags];
    this.child = spawn(this.binary, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const keep = (chunk) => { this.output += chunk; };
    this.child.stdout.on('data', keep);
    this.child.stderr.on('data', keep);
    this.gone = new Promise((done) => this.child.once('exit', done));
    for (let i = 0; i < 200; i += 1) {
      if (this.child.exitCode !== null) throw new Error(`the server ended: ${this.output.slice(-800)}`);
      try {
        if ((await fetch(`${this.url}/healthz`)).ok) return;
      } catch {}
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(`the server does not answer: ${this.output.slice(-800)}`);
  }

  /** Ends it as a power cut would. */
  async kill() {
    if (!this.child) return;
    this.child.kill('SIGKILL');
    await this.gone;
    this.child = undefined;
  }

  /** Answers everything on the server's port with something that is no answer. */
  async babble() {
    await this.kill();
    this.fake = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<!doctype html><title>Login</title>Welcome to FreeWiFi');
    });
    await new Promise((done) => this.fake.listen(this.port, '127.0.0.1', done));
  }

  async hush() {
    if (!this.fake) return;
    this.fake.closeAllConnections();
    await new Promise((done) => this.fake.close(done));
    this.fake = undefined;
  }

  /** The one-time set-up token of a first start. */
  setupToken() {
    // A restart without an agent prints a new one.
    const token = [...this.output.matchAll(/#setup=([A-Za-z0-9_-]+)/g)].at(-1)?.[1];
    if (!token) throw new Error('the server printed no set-up link');
    return token;
  }

  async end() {
    await this.hush();
    await this.kill();
    if (this.data) await rm(this.data, { recursive: true, force: true });
  }
}

/** The desk's view of the server, over plain HTTP. */
export class Agent {
  constructor(server) {
    this.server = server;
  }

  async call(method, path, body) {
    const headers = { origin: this.server.url, 'content-type': 'application/json' };
    if (this.cookie) headers.cookie = this.cookie;
    const response = await fetch(this.server.url + path, { method, headers, body: body && JSON.stringify(body) });
    const set = response.headers.get('set-cookie');
    if (set) this.cookie = set.split(';')[0];
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    const text = await response.text();
    return text ? JSON.parse(text) : undefined;
  }

  async login() {
    if (this.cookie) return;
    const login = { name: 'desk', password: 'a long enough password' };
    await this.call('POST', '/v1/desk/setup', { ...login, token: this.server.setupToken() });
    if (!this.cookie) await this.call('POST', '/v1/desk/login', login);
  }

  async rows() {
    await this.login();
    return (await this.call('GET', '/v1/desk/cases?after=0&wait=0')).rows;
  }

  async log(id) {
    await this.login();
    const all = [];
    for (;;) {
      const tail = await this.call('GET', `/v1/cases/${id}/events?after=${all.length}&wait=0`);
      all.push(...tail.events);
      if (!tail.events.length || all.length >= tail.top) return all;
    }
  }
}
