// The worker of the measuring page: draws films, tracks them, tells one result a frame. Messages:
// in  {films: [number], frames, seed, every}
// out {t: 'begin', names, total}, {t: 'frame', film, anew, state, was, ms, px, counts}, {t: 'frozen',
// ms}, {t: 'end'}, {t: 'failed', why}
'use strict';

addEventListener('message', async ({ data }) => {
  try {
    importScripts('vision-bench.js');
    await wasm_bindgen({ module_or_path: 'vision-bench_bg.wasm' });
    const { Run, films, frames } = wasm_bindgen;
    const names = films();
    const chosen = data.films?.filter((n) => n in names) ?? names.map((_, n) => n);
    const length = Math.min(data.frames || frames(), frames());
    const finds = Math.ceil(length / data.every);
    postMessage({ t: 'begin', names, total: chosen.length * (length + finds) });
    for (const film of chosen) {
      const run = new Run(film, data.seed);
      postMessage({ t: 'frozen', ms: run.freeze_ms() });
      for (let i = 0; i < length; i += 1) postMessage({ t: 'frame', film, anew: false, ...run.step(i, false) });
      // The same film again, each frame found from nothing.
      for (let i = 0; i < length; i += data.every) postMessage({ t: 'frame', film, anew: true, ...run.step(i, true) });
      run.free();
    }
    postMessage({ t: 'end' });
  } catch (error) {
    postMessage({ t: 'failed', why: String(error) });
  }
});
