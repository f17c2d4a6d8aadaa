//! Says where a reference picture is in every camera frame, to a fraction of a pixel, and says so
//! when it does not know.
//!
//! [`tracker`] is the door. It follows by fitting grey values ([`align`], [`template`]); where
//! nothing is known it finds by features ([`detect`] and what it uses) or by outlines
//! ([`outline`], [`hone`]). No clock, no camera, no drawing.

pub mod align;
pub mod belief;
pub mod block;
pub mod corners;
pub mod describe;
pub mod detect;
pub mod features;
pub mod field;
pub mod follow;
pub mod hone;
pub mod keyframe;
pub mod mat;
pub mod motion;
pub mod outline;
pub mod pose;
pub mod pyramid;
pub mod rank;
pub mod robust;
pub mod scales;
pub mod seek;
pub mod shapes;
pub mod smooth;
pub mod solve;
pub mod space;
pub mod template;
pub mod tracker;
pub mod trig;
pub mod turn;
pub mod views;

pub use tracker::{NotEnoughDetail, Quality, State, Tracker};

#[cfg(test)]
mod tests;
