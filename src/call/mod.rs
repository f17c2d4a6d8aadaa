//! Ways out of the phone that need no network of ours: telephone, text message, QR code. They know
//! nothing of a case; text goes in.

pub mod qr;
mod qr_grid;
pub mod sms;
pub mod tel;

pub use qr::qr;
