//! The lamp beside the camera, where the browser lets a page switch it (Chromium on Android).

use super::loose::{ask, call, get};
use js_sys::JSON;
use web_sys::MediaStreamTrack;

/// Whether this camera has a lamp for pages; a switch that does nothing is not shown.
pub fn can(track: &MediaStreamTrack) -> bool {
    call(track, "getCapabilities", &[])
        .and_then(|has| get(&has, "torch"))
        .is_some_and(|torch| torch.is_truthy())
}

/// Switches the lamp. `false` when it did not obey.
pub async fn set(track: &MediaStreamTrack, on: bool) -> bool {
    let wish =
        if on { r#"{"advanced":[{"torch":true}]}"# } else { r#"{"advanced":[{"torch":false}]}"# };
    match JSON::parse(wish) {
        Ok(wish) => ask(track, "applyConstraints", &[wish]).await.is_some(),
        Err(_) => false,
    }
}
