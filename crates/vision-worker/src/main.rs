//! The worker's wasm. Starting it does nothing: a page drives [`vision_worker::api`] itself, and
//! `vision-worker_loader.js` drives [`vision_worker::work`] with the messages it is sent.

use vision_worker as _;

fn main() {}
