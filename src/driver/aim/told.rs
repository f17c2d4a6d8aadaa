//! What the screen says of each state, hint and rung.

use crate::ar::rung::{Hint, State, Why};
use crate::device::camera::Trouble;
use crate::words::Key;

/// Why the screen stands lower than it might.
pub fn why(why: Why) -> Key {
    match why {
        Why::NoTracker => Key::AimNoTracker,
        Why::NoGraphics => Key::AimNoGraphics,
        Why::LowPower => Key::AimLowPower,
        Why::Dark => Key::AimDark,
        Why::Lost => Key::AimLost,
    }
}

/// Why there is no camera.
pub fn no_camera(trouble: Trouble) -> Key {
    match trouble {
        Trouble::Refused => Key::AimCamRefused,
        Trouble::Absent => Key::AimCamAbsent,
        Trouble::Busy => Key::AimCamBusy,
        Trouble::Dead => Key::AimCamDead,
    }
}

/// What is said over the live picture.
pub fn live(state: State, hint: Hint) -> Key {
    match (state, hint) {
        (State::Tracking, _) => Key::AimOn,
        (State::Coasting, _) => Key::AimHold,
        (_, Hint::Torch) => Key::AimHintTorch,
        (State::Empty, Hint::Hold) => Key::AimHintHold,
        (State::Empty, Hint::Closer) => Key::AimHintCloser,
        (State::Empty, Hint::Back) => Key::AimHintBack,
        (_, Hint::Glare) => Key::AimHintGlare,
        (State::Empty, Hint::None) => Key::AimPoint,
        (State::Searching | State::Locking | State::Lost, _) => Key::AimSearch,
    }
}
