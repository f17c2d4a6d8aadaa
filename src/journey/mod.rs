//! The driver's screens as pure views of (state, pack, words): what a tap does is handed in. The
//! driver's page makes them live, the desk mirrors them. Nothing here fetches, stores, asks a
//! device, or knows of an address other than as the target of a link.

pub mod brief;
pub mod end;
pub mod handover;
pub mod hub;
pub mod lead;
pub mod meter;
pub mod next;
pub mod photo;
pub mod place;
pub mod place_text;
pub mod stand;
pub mod step;
pub mod thread;
pub mod vehicle;
