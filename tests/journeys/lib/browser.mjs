// A person's device: a Chromium with a viewport, a language, a camera and a place.
import { chromium } from 'playwright-core';
import { join } from 'node:path';
import { clip } from './media.mjs';
import { knowingWorker } from './plane.mjs';

const FLAGS = [
  '--headless', '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];
const WEBGL = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

const SIZES = { phone: [390, 844], car: [1280, 800], 'car-wide': [1920, 1080], desk: [1440, 900] };

export async function launch(tools, device, out) {
  // Times are taken without an emulated graphics card: its buffer swaps last up to 300 ms on a machine
  // that has none, and are not the page's.
  const args = [...FLAGS, ...(device.webgl === false ? ['--disable-gpu'] : WEBGL)];
  const camera = device.camera ?? 'sharp';
  if (camera !== 'refused') args.push('--use-fake-ui-for-media-stream');
  if (camera !== 'none') {
    const path = join(out, `${camera === 'refused' ? 'sharp' : camera}.y4m`);
    await clip(path, camera);
    args.push('--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${path}`);
  }
  return chromium.launch({ executablePath: tools.chromium, args });
}

/** Options of a context for a device description. */
export function contextOptions(device) {
  const [width, height] = SIZES[device.size ?? 'phone'];
  const phone = (device.size ?? 'phone') === 'phone';
  return {
    viewport: { width, height },
    deviceScaleFactor: phone ? 2 : 1,
    isMobile: phone,
    hasTouch: device.size !== 'desk',
    locale: device.locale ?? 'zh-CN',
    colorScheme: device.theme ?? 'dark',
    javaScriptEnabled: device.js ?? true,
    geolocation: device.position && device.position !== 'refused' ? device.position : undefined,
    permissions: device.position && device.position !== 'refused' ? ['geolocation'] : [],
    userAgent: device.userAgent,
    serviceWorkers: device.serviceWorker === false ? 'block' : 'allow',
  };
}

/** The vision worker's file: one that `knows` the film's truth, one that is `missing`, one that is `mute`. */
function worker(route, kind) {
  if (kind === 'missing') return route.fulfill({ status: 404, body: '' });
  return route.fulfill({ contentType: 'text/javascript', body: kind === 'mute' ? '' : knowingWorker() });
}

/** What a device lacks or gets wrong, put on before any page script. */
export async function handicap(context, device) {
  const lacks = {
    camera: device.camera === 'none',
    refuseCamera: device.camera === 'refused',
    lateCamera: device.camera === 'late',
    indexedDB: device.storage === 'none',
    ed25519: device.ed25519 === false,
    skew: device.clockSkewMs ?? 0,
    battery: device.battery,
    hour: device.hour,
    webgl2: device.webgl2 === false,
    simd: device.simd === false,
    cameras: device.cameras,
  };
  if (device.worker) await context.route('**/vision-worker*', (route) => worker(route, device.worker));
  await context.addInitScript((lacks) => {
    addEventListener('TrunkApplicationStarted', (event) => { globalThis.wasmOfPage = event.detail?.wasm; });
    if (lacks.camera) Object.defineProperty(navigator, 'mediaDevices', { value: undefined });
    if (lacks.refuseCamera && navigator.mediaDevices) {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));
    }
    if (lacks.lateCamera) {
      // Gives up while the person is already elsewhere, when the test says so.
      navigator.mediaDevices.getUserMedia = () => new Promise((_, fail) => {
        globalThis.cameraGivesUp = () => fail(new DOMException('Could not start video source', 'NotReadableError'));
      });
    }
    if (lacks.webgl2) {
      const real = HTMLCanvasElement.prototype.getContext;
      HTMLCanvasElement.prototype.getContext = function getContext(kind, ...rest) {
        return /webgl/.test(kind) ? null : real.call(this, kind, ...rest);
      };
    }
    if (globalThis.Worker) {
      // What the page tells its workers, for those who look.
      const say = Worker.prototype.postMessage;
      Worker.prototype.postMessage = function postMessage(message, ...rest) {
        (globalThis.toldWorker ??= []).push({ ...message, frame: undefined });
        return say.call(this, message, ...rest);
      };
    }
    if (lacks.cameras) {
      // More than one camera at the back: the one there is, under several names.
      const devices = navigator.mediaDevices;
      const [ask, list] = [devices.getUserMedia.bind(devices), devices.enumerateDevices.bind(devices)];
      const names = lacks.cameras.map((label, i) => ({ deviceId: `lens${i}`, groupId: '', kind: 'videoinput', label }));
      devices.enumerateDevices = async () => [...(await list()).filter((d) => d.kind !== 'videoinput'), ...names];
      devices.getUserMedia = async (wish) => {
        const exact = wish.video?.deviceId?.exact;
        if (exact && !names.some((n) => n.deviceId === exact)) throw new DOMException('no such camera', 'OverconstrainedError');
        const stream = await ask({ ...wish, video: { width: wish.video.width, height: wish.video.height } });
        for (const track of stream.getVideoTracks()) {
          const real = track.getSettings.bind(track);
          track.getSettings = () => ({ ...real(), deviceId: exact ?? 'lens0' });
        }
        return stream;
      };
    }
    if (lacks.simd) WebAssembly.validate = () => false;
    if (lacks.ed25519) {
      // As browsers before 2024 answer.
      const unknown = () => Promise.reject(new DOMException('Algorithm: Unrecognized name', 'NotSupportedError'));
      Object.defineProperty(SubtleCrypto.prototype, 'importKey', { value: unknown });
    }
    if (lacks.indexedDB) {
      IDBFactory.prototype.open = function open() {
        throw new DOMException('The user denied permission to access the database.', 'InvalidStateError');
      };
    }
    if (lacks.skew) {
      const now = Date.now.bind(Date);
      const RealDate = Date;
      const Shifted = function Date_(...a) {
        if (!new.target) return new RealDate(now() + lacks.skew).toString();
        return a.length ? new RealDate(...a) : new RealDate(now() + lacks.skew);
      };
      Shifted.prototype = RealDate.prototype;
      Shifted.now = () => now() + lacks.skew;
      Shifted.parse = RealDate.parse;
      Shifted.UTC = RealDate.UTC;
      globalThis.Date = Shifted;
    }
    if (lacks.battery) {
      const battery = Object.assign(new EventTarget(), lacks.battery);
      navigator.getBattery = () => Promise.resolve(battery);
    }
  }, lacks);
}
