// OpenCV.js at its best with what its build has: ORB, brute-force matching with a ratio test and a
// RANSAC homography to find; to follow, the reference is warped to where it was and KLT points of it
// are looked for in the frame, so that nothing drifts. Lost when few points agree.

const POINTS = 150;
const ENOUGH = 15;

export async function load() {
  await new Promise((done, failed) => {
    const script = document.createElement('script');
    script.src = '/peers/opencv.js';
    script.onload = done;
    script.onerror = () => failed(new Error('OpenCV.js is not there'));
    document.head.append(script);
  });
  let cv = globalThis.cv;
  if (cv instanceof Promise) cv = await cv;
  else if (!cv.Mat) await new Promise((done) => { cv.onRuntimeInitialized = done; });
  return { make: (w, h) => new OpenCv(cv, w, h), heap: () => cv.HEAPU8.length };
}

class OpenCv {
  constructor(cv, w, h) {
    this.cv = cv;
    this.frame = new cv.Mat(h, w, cv.CV_8UC1);
    this.warped = new cv.Mat();
    this.orb = new cv.ORB(1000);
    this.none = new cv.Mat();
    this.matcher = new cv.BFMatcher(cv.NORM_HAMMING, false);
  }

  reference(gray, w, h) {
    const { cv } = this;
    this.picture = cv.matFromArray(h, w, cv.CV_8UC1, gray);
    this.size = [w, h];
    const keys = new cv.KeyPointVector();
    this.bits = new cv.Mat();
    this.orb.detectAndCompute(this.picture, this.none, keys, this.bits);
    this.keys = Array.from({ length: keys.size() }, (_, i) => keys.get(i).pt);
    keys.delete();
    const corners = new cv.Mat();
    cv.goodFeaturesToTrack(this.picture, corners, POINTS, 0.01, 12);
    this.points = Array.from(corners.data32F);
    corners.delete();
    return this.keys.length > ENOUGH;
  }

  get follows() {
    return Boolean(this.map);
  }

  reset() {
    this.map = undefined;
  }

  process(gray) {
    this.frame.data.set(gray);
    if (this.map) this.map = this.follow(this.map);
    this.map ??= this.find();
    return this.map;
  }

  find() {
    const { cv } = this;
    const keys = new cv.KeyPointVector();
    const bits = new cv.Mat();
    const pairs = new cv.DMatchVectorVector();
    const from = [];
    const to = [];
    this.orb.detectAndCompute(this.frame, this.none, keys, bits);
    if (bits.rows > 1) {
      this.matcher.knnMatch(bits, this.bits, pairs, 2);
      for (let i = 0; i < pairs.size(); i += 1) {
        const pair = pairs.get(i);
        if (pair.size() === 2) {
          const [a, b] = [pair.get(0), pair.get(1)];
          if (a.distance < 0.8 * b.distance) {
            const [p, q] = [this.keys[a.trainIdx], keys.get(a.queryIdx).pt];
            from.push(p.x, p.y);
            to.push(q.x, q.y);
          }
        }
        pair.delete();
      }
    }
    for (const m of [keys, bits, pairs]) m.delete();
    return this.fit(from, to, 0.25);
  }

  follow(map) {
    const { cv } = this;
    const { rows, cols } = this.frame;
    const h = cv.matFromArray(3, 3, cv.CV_64FC1, map);
    cv.warpPerspective(this.picture, this.warped, h, new cv.Size(cols, rows));
    h.delete();
    const from = [];
    const at = [];
    for (let i = 0; i < this.points.length; i += 2) {
      const [x, y] = [this.points[i], this.points[i + 1]];
      const z = map[6] * x + map[7] * y + map[8];
      const [u, v] = [(map[0] * x + map[1] * y + map[2]) / z, (map[3] * x + map[4] * y + map[5]) / z];
      if (u > 8 && v > 8 && u < cols - 8 && v < rows - 8) {
        from.push(x, y);
        at.push(u, v);
      }
    }
    if (from.length < 2 * ENOUGH) return undefined;
    const before = cv.matFromArray(at.length / 2, 1, cv.CV_32FC2, at);
    const [after, status, error] = [new cv.Mat(), new cv.Mat(), new cv.Mat()];
    cv.calcOpticalFlowPyrLK(this.warped, this.frame, before, after, status, error, new cv.Size(21, 21), 3);
    const [a, b] = [[], []];
    for (let i = 0; i < status.rows; i += 1) {
      if (!status.data[i]) continue;
      a.push(from[2 * i], from[2 * i + 1]);
      b.push(after.data32F[2 * i], after.data32F[2 * i + 1]);
    }
    for (const m of [before, after, status, error]) m.delete();
    return this.fit(a, b, 0.4);
  }

  /** A homography that enough of the pairs agree with. */
  fit(from, to, part) {
    const { cv } = this;
    const n = from.length / 2;
    if (n < ENOUGH) return undefined;
    const [a, b] = [cv.matFromArray(n, 1, cv.CV_32FC2, from), cv.matFromArray(n, 1, cv.CV_32FC2, to)];
    const mask = new cv.Mat();
    const h = cv.findHomography(a, b, cv.RANSAC, 3, mask);
    const agree = h.rows === 3 ? cv.countNonZero(mask) : 0;
    const map = agree >= Math.max(ENOUGH, part * n) ? Array.from(h.data64F) : undefined;
    for (const m of [a, b, mask, h]) m.delete();
    return map;
  }

  free() {
    for (const m of [this.frame, this.warped, this.orb, this.none, this.matcher, this.picture, this.bits]) m?.delete();
  }
}
