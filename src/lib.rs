//! The browser app: the driver's page and the desk, each its own binary and page.
//!
//! Faces (`driver`, `desk`) use `journey`, `case_link`, `ar`, `call`, `rtc`, `device` and `ui`; those never
//! import a face, one face never imports another, and `journey` sees only state, words and `ui`.

pub mod ar;
pub mod call;
pub mod case_link;
#[cfg(feature = "desk")]
pub mod desk;
pub mod device;
pub mod driver;
pub mod journey;
pub mod js;
pub mod live;
pub mod react;
pub mod rtc;
pub mod ui;
pub mod words;
