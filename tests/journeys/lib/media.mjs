// Pictures made here: what the fake camera shows, and files a person might choose.
import { createWriteStream } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { film } from './plane.mjs';

const W = 640;
const H = 480;

/** Brightness of the test scene: a charge port with pins, edges and some texture. */
function scene(x, y) {
  const dx = x - W / 2;
  const dy = y - H / 2;
  const r = Math.hypot(dx, dy);
  if (r < 150) {
    for (let i = 0; i < 7; i += 1) {
      const a = (i / 7) * 2 * Math.PI;
      if (Math.hypot(dx - 85 * Math.cos(a), dy - 85 * Math.sin(a)) < 26) return 225;
    }
    return 45;
  }
  return ((x >> 5) + (y >> 5)) % 2 ? 150 : 110;
}

/** A y4m clip for the fake camera: `sharp`, `blurred`, `dark`, or the moving `plane`. */
export async function clip(path, kind) {
  if (kind === 'plane') return film(path);
  let luma = new Float32Array(W * H);
  for (let y = 0; y < H; y += 1) for (let x = 0; x < W; x += 1) luma[y * W + x] = scene(x, y);
  if (kind === 'dark') luma = luma.map((v) => 6 + v * 0.04);
  if (kind === 'blurred') for (let i = 0; i < 3; i += 1) luma = boxBlur(luma, 12);
  const file = createWriteStream(path);
  file.write(`YUV4MPEG2 W${W} H${H} F15:1 Ip A1:1 C420jpeg\n`);
  const plane = Buffer.from(Uint8Array.from(luma));
  const chroma = Buffer.alloc((W * H) / 2, 128);
  for (let i = 0; i < 8; i += 1) {
    file.write('FRAME\n');
    file.write(plane);
    file.write(chroma);
  }
  await new Promise((done) => file.end(done));
}

function boxBlur(from, r) {
  const pass = (src, step, length, lines, lineStep) => {
    const out = new Float32Array(src.length);
    for (let l = 0; l < lines; l += 1) {
      let sum = 0;
      const at = (i) => src[l * lineStep + Math.min(length - 1, Math.max(0, i)) * step];
      for (let i = -r; i <= r; i += 1) sum += at(i);
      for (let i = 0; i < length; i += 1) {
        out[l * lineStep + i * step] = sum / (2 * r + 1);
        sum += at(i + r + 1) - at(i - r);
      }
    }
    return out;
  };
  return pass(pass(from, 1, W, H, W), W, H, W, 1);
}

const crcTable = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});
const crc = (bytes) => (bytes.reduce((c, b) => crcTable[(c ^ b) & 255] ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;

function chunk(type, body) {
  const out = Buffer.alloc(12 + body.length);
  out.writeUInt32BE(body.length, 0);
  out.write(type, 4, 'latin1');
  body.copy(out, 8);
  out.writeUInt32BE(crc(out.subarray(4, 8 + body.length)), 8 + body.length);
  return out;
}

/** A gray PNG of any size; zeros compress a thousandfold, which makes the bomb. */
export function png(width, height, pixel = () => 0) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  const raw = Buffer.alloc((width + 1) * height);
  if (pixel.length) for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) raw[y * (width + 1) + 1 + x] = pixel(x, y);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(raw, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Files by the names that scenarios use. */
export function file(name, n = 0) {
  switch (name) {
    case 'photo': return { name: `photo${n}.png`, mimeType: 'image/png', buffer: png(W, H, (x, y) => scene(x + n * 7, y + n * 3)) };
    case 'bomb': return { name: 'bomb.png', mimeType: 'image/png', buffer: png(20000, 20000) };
    case 'text': return { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('this is no photo') };
    default: throw new Error(`no file called ${name}`);
  }
}
