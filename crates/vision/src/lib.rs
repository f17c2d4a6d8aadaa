//! Pixels in; pose, telltales and photo quality out.

pub mod header;

pub mod kernel;

pub mod quality;

pub mod recording;

pub mod track;

#[cfg(any(test, feature = "bench"))]
pub mod synth;
