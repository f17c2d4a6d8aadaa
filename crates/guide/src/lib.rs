//! The format of `content/`: parse, lint, sign, and walk step by step.
//!
//! A guide is a graph of steps without cycles. Where the driver stands in it is computed from
//! the answers in the case, never stored beside them. This crate knows nothing of screens,
//! network or clocks; it is handed the answers and gives the step. Only the feature `build`,
//! which no browser uses, reads files.

#[cfg(feature = "build")]
pub mod build;
pub mod model;
pub mod seal;
pub mod walk;

pub use model::*;
pub use walk::{At, Passed, Walk};
