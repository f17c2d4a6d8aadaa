// The first file of the vision worker: loads its wasm, keeps the messages that come before it is
// there, and says `failed` once when it cannot be loaded or breaks. What the messages mean stands in
// the crate's README.
'use strict';
let receive;
let early = [];
let over = false;

function fail(error) {
  if (over) return;
  over = true;
  early = [];
  postMessage({ t: 'failed', why: String(error) });
}

function take(message) {
  if (over) return;
  try {
    receive(message);
  } catch (error) {
    // A trap leaves its memory in an unknown state: nothing calls into it any more.
    fail(error);
  }
}

addEventListener('message', (event) => (receive ? take(event.data) : early.push(event.data)));
// Traps in what the browser calls back.
addEventListener('error', (event) => fail(event.message));
addEventListener('unhandledrejection', (event) => fail(event.reason));

try {
  importScripts('vision-worker.js');
  wasm_bindgen({ module_or_path: 'vision-worker_bg.wasm' }).then(() => {
    receive = wasm_bindgen.receive;
    early.forEach(take);
    early = [];
  }, fail);
} catch (error) {
  fail(error);
}
