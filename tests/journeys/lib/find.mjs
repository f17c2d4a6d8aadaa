// Where the things lie that a journey needs.
import { existsSync, statSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');

/** The server's binary: NIGHTWATCH_SERVER, or the newest that cargo built. */
export function findServer() {
  if (process.env.NIGHTWATCH_SERVER) return process.env.NIGHTWATCH_SERVER;
  const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
  const built = ['debug', 'release'].map((p) => join(target, p, 'nightwatch-server')).filter(existsSync);
  built.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (!built.length) throw new Error('no nightwatch-server is built: run `cargo build -p server` first');
  return built[0];
}

/** A Chromium: CHROMIUM, or the first on the path. */
export function findChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8' }).trim();
    } catch {}
  }
  throw new Error('no Chromium found: `cargo xtask test` installs one, or set CHROMIUM');
}
