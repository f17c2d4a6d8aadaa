// Bytes over the air, as the server sends them with brotli.
import { get } from 'node:http';

const fetched = (url) => new Promise((done, fail) => {
  get(url, { headers: { 'accept-encoding': 'br' } }, (response) => {
    const parts = [];
    response.on('data', (d) => parts.push(d));
    response.on('end', () => done({
      bytes: Buffer.concat(parts),
      head: response.rawHeaders.join('').length + response.rawHeaders.length * 2 + 17,
      encoding: response.headers['content-encoding'] ?? 'none',
      status: response.statusCode,
    }));
  }).on('error', fail);
});

export async function sizes({ server, row }) {
  const { brotliDecompressSync } = await import('node:zlib');
  const first = await fetched(`${server.url}/`);
  const html = (first.encoding === 'br' ? brotliDecompressSync(first.bytes) : first.bytes).toString();
  const kb = (n) => `${(n / 1000).toFixed(2)} KB`;
  row('first response, body + headers (br)', kb(first.bytes.length + first.head), '9 KB', '13 KB');
  const names = [...html.matchAll(/(?:href|src|from)\s*=?\s*['"]([^'"]+\.(?:wasm|js|css))['"]/g)].map((m) => m[1]);
  const total = { wasm: 0, js: 0, css: 0 };
  for (const name of new Set(names)) {
    const asset = await fetched(new URL(name, `${server.url}/`).href);
    if (asset.status === 200) total[name.split('.').pop()] += asset.bytes.length;
  }
  row('driver core wasm (br)', kb(total.wasm), '85 KB', '100 KB');
  row('driver JS (br)', kb(total.js), '8 KB', '10 KB');
  row('driver CSS beyond the first response (br)', kb(total.css), '7 KB', '10 KB');
  const map = /name="?nw-assets"?\s+content='?"?([^'>]+)/.exec(html)?.[1].replace(/&quot;/g, '"') ?? '{}';
  for (const [name, url] of Object.entries(JSON.parse(map))) {
    const asset = await fetched(new URL(url, `${server.url}/`).href);
    const goals = name.startsWith('words') ? ['6 KB', '10 KB'] : name.startsWith('pack') ? ['25 KB', '40 KB'] : ['', ''];
    row(`${name} (br)`, kb(asset.bytes.length), ...goals);
  }
}
