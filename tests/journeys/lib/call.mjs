// Verbs for a call between driver and agent: pictures that really come, the camera that really goes
// off, and what the browser asked for.
import { soon } from './soon.mjs';

/** Whether the picture in a video changes: compared pixel by pixel, small. */
const picture = (page, css) => page.evaluate((selector) => {
  const video = document.querySelector(selector);
  if (!video?.videoWidth || !video.checkVisibility()) return undefined;
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [32, 24];
  const context = canvas.getContext('2d');
  context.drawImage(video, 0, 0, 32, 24);
  return [...context.getImageData(0, 0, 32, 24).data];
}, css);

const apart = (a, b) => a.reduce((sum, v, i) => sum + Math.abs(v - b[i]), 0) / a.length;

/** Names of the ways through the network that the driver's connections use. */
const ways = (j) => j.page.evaluate(() => (globalThis.peers ?? [])
  .filter((pc) => pc.connectionState !== 'closed')
  .map((pc) => /a=ice-ufrag:(\S+)/.exec(pc.localDescription?.sdp ?? '')?.[1]));

const cameras = (j) => j.page.evaluate(() => globalThis.cameras ?? []);

export const call = {
  /** Notes on the driver's page every camera that is asked for, and every connection. */
  async watchCalls(j) {
    await j.context.addInitScript(() => {
      const [tracks, peers] = [[], []];
      globalThis.peers = peers;
      Object.defineProperty(globalThis, 'cameras', { get: () => tracks.map((t) => t.readyState) });
      const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = async (wish) => {
        const stream = await ask(wish);
        tracks.push(...stream.getVideoTracks());
        return stream;
      };
      const Peer = globalThis.RTCPeerConnection;
      globalThis.RTCPeerConnection = class extends Peer {
        constructor(...with_) {
          super(...with_);
          peers.push(this);
        }
      };
    });
  },
  /** Pictures come to the desk, and they move. */
  async moving(j) {
    const desk = await j.deskPage();
    let first;
    await soon('moving pictures on the desk', 60000, async () => {
      const now = await picture(desk, '.d-call video');
      if (!now) return 'no picture';
      // A black picture is none.
      if (now.every((v, i) => i % 4 === 3 || v < 8)) return 'black';
      first ??= now;
      return apart(first, now) > 1 || 'the picture stands still';
    });
  },
  /** So many cameras were asked for since the page was loaded, and the last one runs or does not. */
  async filming(j, { asked, on }) {
    await soon('camera', 15000, async () => {
      const all = await cameras(j);
      const runs = all.filter((state) => state === 'live').length;
      return (all.length === asked && runs === (on ? 1 : 0)) || JSON.stringify(all);
    });
  },
  /** The phone comes to another network: it looks for another way, and finds it. */
  async networkChanges(j) {
    const before = (await ways(j)).at(-1);
    await j.context.setOffline(true);
    await j.context.setOffline(false);
    await soon('another way through the network', 30000, async () => {
      const now = (await ways(j)).at(-1);
      return (now && now !== before) || `${before} and ${now}`;
    });
  },
};
