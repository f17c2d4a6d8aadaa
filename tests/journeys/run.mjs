// Runs the journeys: every folder below scenarios/ is one person's way through the product, as
// data. `node tests/journeys/run.mjs [part of a name …]`; NIGHTWATCH_SERVER names the server's
// binary, CHROMIUM the browser, SHOTS=1 keeps a picture of every screen in test-output/.
import { readdir, readFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Journey } from './lib/journey.mjs';
import { root, findServer, findChromium } from './lib/find.mjs';

const wanted = process.argv.slice(2);
const home = join(root, 'tests/journeys/scenarios');
const names = (await readdir(home)).filter((n) => !wanted.length || wanted.some((w) => n.includes(w))).sort();
const tools = { server: findServer(), chromium: findChromium() };
let passed = 0;
const failed = [];
for (const name of names) {
  const data = JSON.parse(await readFile(join(home, name, 'scenario.json'), 'utf8'));
  const out = join(root, 'test-output', name);
  await mkdir(out, { recursive: true });
  for (const variant of data.variants ?? [{}]) {
    const label = variant.name ? `${name} (${variant.name})` : name;
    const journey = new Journey(label, { ...data, device: { ...data.device, ...variant.device } }, variant, out, tools);
    const began = Date.now();
    try {
      await journey.run();
      passed += 1;
      console.log(`ok   ${label}  ${((Date.now() - began) / 1000).toFixed(1)} s, ${journey.done} steps`);
    } catch (error) {
      failed.push(label);
      console.log(`FAIL ${label} at step ${journey.done + 1} ${JSON.stringify(journey.step)}\n     ${String(error.stack ?? error).split('\n').slice(0, 6).join('\n     ')}`);
      for (const line of journey.noise.slice(-12)) console.log(`     | ${line}`);
    } finally {
      await journey.end();
    }
  }
}
if (failed.length) console.log(`failed: ${failed.join(', ')}`);
console.log(`${passed} passed, ${failed.length} failed`);
process.exit(failed.length || !passed ? 1 : 0);
