// The figures of the driver's page, measured in a real Chromium against the real server:
// `node tests/bench/run.mjs [part of a name …]`. Sizes are exact; times are medians of RUNS loads
// on a shared machine and are a benchmark, never a test.
import { Server } from '../journeys/lib/server.mjs';
import { findServer, findChromium } from '../journeys/lib/find.mjs';
import { sizes } from './sizes.mjs';
import { coldStart, warmStart, interaction } from './times.mjs';
import { taps, killed } from './path.mjs';

const wanted = process.argv.slice(2);
const parts = { sizes, coldStart, warmStart, interaction, taps, killed };
const rows = [];
const row = (what, value, goal, cap) => {
  rows.push({ what, value, goal, cap });
  console.log(`${what.padEnd(58)} ${String(value).padStart(16)}   goal ${String(goal).padEnd(10)} cap ${cap ?? ''}`);
};
const tools = { server: findServer(), chromium: findChromium(), runs: Number(process.env.RUNS ?? 5) };
for (const [name, part] of Object.entries(parts)) {
  if (wanted.length && !wanted.some((w) => name.includes(w))) continue;
  const server = new Server(tools.server);
  await server.start();
  try {
    await part({ server, tools, row });
  } finally {
    await server.end();
  }
}
