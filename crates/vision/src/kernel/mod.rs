//! The innermost loops, each twice: in plain Rust ([`plain`] in each module, which native builds use
//! and which finishes what is left over), and for WebAssembly's 128-bit SIMD. A test that runs in a
//! browser holds them equal, to the last bit.
//!
//! Functions that a wasm marks with `simd128` make all of it need SIMD: every browser that the app
//! supports has it, and the page asks before it loads the worker.

#![allow(clippy::needless_range_loop)] // Lanes go by their numbers here.

pub mod block;
pub mod bytes;
pub mod ring;
pub mod runs;
