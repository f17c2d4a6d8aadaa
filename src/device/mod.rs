//! What the browser can do: one capability a file, each absent where the browser lacks it. Nothing
//! here knows of cases, words or screens.

pub mod alarm;
pub mod battery;
pub mod camera;
pub mod clipboard;
pub mod file;
pub mod lenses;
pub mod loose;
pub mod microphone;
pub mod motion;
pub mod position;
pub mod speech;
pub mod torch;
pub mod vibration;
pub mod wake_lock;
