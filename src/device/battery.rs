//! The charge of the device, where the browser tells it (Chromium does, Safari and Firefox do
//! not). What follows from a low charge is not decided here.

use super::loose::{ask, get, navigator};
use wasm_bindgen::prelude::*;

/// The charge of the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charge {
    /// Percent.
    pub percent: u8,
    /// On a charger.
    pub charging: bool,
}

/// Tells the charge now and at every change, for the life of the page. `false` when the browser
/// does not tell: then the driver is asked.
pub async fn watch(told: impl Fn(Charge) + 'static) -> bool {
    let Some(battery) = ask(&navigator(), "getBattery", &[]).await else { return false };
    let source = battery.clone();
    let tell = move || {
        let level = get(&source, "level").and_then(|l| l.as_f64());
        let charging = get(&source, "charging").and_then(|c| c.as_bool());
        if let (Some(level), Some(charging)) = (level, charging) {
            told(Charge { percent: (level.clamp(0.0, 1.0) * 100.0) as u8, charging });
        }
    };
    tell();
    let tell = Closure::<dyn Fn()>::new(tell);
    if let Some(target) = battery.dyn_ref::<web_sys::EventTarget>() {
        for event in ["levelchange", "chargingchange"] {
            let _ = target.add_event_listener_with_callback(event, tell.as_ref().unchecked_ref());
        }
    }
    tell.forget();
    true
}
