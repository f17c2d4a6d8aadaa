//! Says where a reference picture is in every camera frame, to a fraction of a pixel.

pub mod align;
pub mod corners;
pub mod describe;
pub mod detect;
pub mod features;
pub mod glance;
pub mod mat;
pub mod pyramid;
pub mod robust;
pub mod scales;
pub mod solve;
pub mod template;
pub mod tracker;
pub mod views;

pub use tracker::{NotEnoughDetail, Quality, State, Tracker};
