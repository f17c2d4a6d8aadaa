//! The call between driver and agent: pictures over the network; the voice stays the phone call's.
//! What is decided is pure (`talk`, `heal`, `ladder`, `measure`), `session` carries it out on the
//! browser's connection (`peer`). It knows nothing of a case; signals go in and come out.

pub mod heal;
pub mod ladder;
pub mod measure;
pub mod peer;
pub mod session;
pub mod show;
pub mod talk;
