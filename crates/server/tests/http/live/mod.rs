//! The live link over each of its transports: the same promises, the same tests.

mod bad;
pub mod link;
mod matrix;
mod promises;
mod resume;
