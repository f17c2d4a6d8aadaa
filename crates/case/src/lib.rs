//! The case: an append-only log of events, folded by one pure function into the state that
//! everybody sees. The phone, the server and the desk all use this crate and nothing else to
//! agree on what happened.
//!
//! It knows nothing of browser, network, clock or disk: time and randomness are handed in.

extern crate self as case;

pub mod closing;
pub mod event;
pub mod flat;
mod fold;
pub mod gcj02;
pub mod id;
pub mod json;
pub mod ledger;
pub mod live;
pub mod map;
pub mod message;
pub mod number;
pub mod packet;
pub mod place;
pub mod replica;
pub mod rule;
pub mod share;
pub mod state;
pub mod upcast;
pub mod view;
pub mod wire;

pub use event::{Envelope, Event, Role, Stored, may};
pub use map::Map;
pub use place::Place;
pub use replica::Replica;
pub use state::State;
pub use wire::{Bad, Get, Node, Put};
