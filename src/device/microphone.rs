//! The microphone of a call.

use super::loose::{ask, get, navigator};
use wasm_bindgen::JsCast;
use web_sys::{MediaStream, MediaStreamTrack};

/// Asks for the microphone; `None` when there is none to be had.
pub async fn track() -> Option<MediaStreamTrack> {
    let devices = get(&navigator(), "mediaDevices")?;
    let wish = js_sys::JSON::parse(r#"{"audio":true}"#).ok()?;
    let stream: MediaStream = ask(&devices, "getUserMedia", &[wish]).await?.dyn_into().ok()?;
    stream.get_audio_tracks().get(0).dyn_into().ok()
}
