//! Ways to each other. Out of the phone with no network of ours: telephone, text message, QR code.
//! And pictures over a network: the call between driver and agent, whose voice stays the phone
//! call's. They know nothing of a case; text and signals go in.

pub mod heal;
pub mod ladder;
pub mod measure;
pub mod peer;
pub mod qr;
mod qr_grid;
pub mod session;
pub mod show;
pub mod sms;
pub mod talk;
pub mod tel;

pub use qr::qr;
