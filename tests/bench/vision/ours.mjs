// Our tracker through its plain API, as anybody would drive it.

/** Loads the wasm; gives what the bench needs of it. */
export async function load() {
  await new Promise((done, failed) => {
    const script = document.createElement('script');
    script.src = '/ours/vision-worker.js';
    script.onload = done;
    script.onerror = () => failed(new Error('vision-worker.js is not built'));
    document.head.append(script);
  });
  // `wasm_bindgen` is a name of the script, not a property of the window.
  const bindings = new Function('return wasm_bindgen')();
  const wasm = await bindings({ module_or_path: '/ours/vision-worker_bg.wasm' });
  return { make: (w, h) => new Ours(new bindings.Tracker(w, h)), heap: () => wasm.memory.buffer.byteLength };
}

class Ours {
  constructor(tracker) {
    this.tracker = tracker;
  }

  reference(gray, w, h) {
    return this.tracker.set_reference(gray, w, h);
  }

  process(gray) {
    return this.tracker.process(gray);
  }

  get follows() {
    return ['locking', 'tracking', 'coasting'].includes(this.tracker.state());
  }

  reset() {
    this.tracker.reset();
  }

  free() {
    this.tracker.free();
  }
}
