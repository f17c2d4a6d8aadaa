//! The driver's face: makes the screens of `journey` live. Knows addresses, the case, the guides and
//! the devices; draws nothing itself that the desk would have to mirror.

pub mod aim;
pub mod app;
pub mod assets;
pub mod banner;
pub mod car;
pub mod consent;
pub mod content;
pub mod frame;
pub mod guide;
pub mod handover;
pub mod help;
pub mod hub;
pub mod later;
pub mod live;
pub mod messages;
pub mod meter;
pub mod photos;
pub mod place;
pub mod power;
pub mod route;
pub mod start;
pub mod tools;
pub mod update;
pub mod vehicle;
pub mod video;
