//! An alarm tone, made by the browser from nothing: two notes in turn, loud, until it is stopped.
//! It sounds only after a tap, because browsers allow it only then.

use std::cell::RefCell;
use web_sys::{AudioContext, OscillatorType};

thread_local! {
    static SOUNDING: RefCell<Option<AudioContext>> = const { RefCell::new(None) };
}

/// Seconds for which one start sounds.
const LASTS: u32 = 60;

/// Starts the tone. `false` when the device has no sound for pages.
pub fn start() -> bool {
    stop();
    let Ok(context) = AudioContext::new() else { return false };
    let Ok(tone) = context.create_oscillator() else { return false };
    tone.set_type(OscillatorType::Square);
    let now = context.current_time();
    // Two changes a second: far below what can harm, and unlike any ring tone.
    for beat in 0..LASTS * 2 {
        let pitch = if beat % 2 == 0 { 960.0 } else { 660.0 };
        let _ = tone.frequency().set_value_at_time(pitch, now + f64::from(beat) / 2.0);
    }
    let _ = tone.connect_with_audio_node(&context.destination());
    let _ = tone.start();
    let _ = tone.stop_with_when(now + f64::from(LASTS));
    SOUNDING.with(|s| *s.borrow_mut() = Some(context));
    true
}

/// Stops the tone.
pub fn stop() {
    if let Some(context) = SOUNDING.with(|s| s.borrow_mut().take()) {
        let _ = context.close();
    }
}
