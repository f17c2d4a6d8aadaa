//! The tracker for browsers: a plain class that any page can drive ([`api`]), and the loop that
//! makes a web worker of it ([`work`]). It asks nobody for a camera and draws nothing.

pub mod advice;
pub mod api;
pub mod browser;
pub mod luma;
pub mod memory;
pub mod plane;
pub mod work;
