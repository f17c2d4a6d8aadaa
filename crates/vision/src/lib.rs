//! Pixels in; pose, telltales and photo quality out.

pub mod header;

pub mod quality;
