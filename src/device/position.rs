//! Where the device believes itself to be, in WGS-84, with the radius it claims. The browser asks
//! the driver at the first call, so the reason stands on the screen before anything here is called.
//! It converts nothing for maps; see `case::gcj02`.

use super::loose::{ask, get, navigator};
use js_sys::JSON;
use wasm_bindgen::prelude::*;
use web_sys::{Geolocation, PositionOptions};

/// A position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Latitude in 1e-7 degrees, WGS-84.
    pub lat_e7: i64,
    /// Longitude in 1e-7 degrees, WGS-84.
    pub lon_e7: i64,
    /// Radius in metres within which the device believes itself to be (95 %).
    pub acc_m: u32,
    /// When it was fixed, Unix milliseconds.
    pub at: i64,
}

/// Why there is no position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The driver or the system said no.
    Refused,
    /// The browser has no position, or keeps it from this page.
    Absent,
    /// No satellite, no network: nothing to fix it by.
    Unavailable,
    /// It took too long.
    TimedOut,
}

/// A running watch; dropping it stops the receiver.
pub struct Watch {
    source: Geolocation,
    id: i32,
    _told: Closure<dyn FnMut(JsValue)>,
    _failed: Closure<dyn FnMut(JsValue)>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.source.clear_watch(self.id);
    }
}

/// Tells every new position and every trouble until the watch is dropped. With `low` power it
/// takes what the network knows, up to five minutes old, and leaves the satellites alone.
///
/// # Errors
/// [`Trouble::Absent`] at once; everything else is told.
pub fn watch(low: bool, told: impl Fn(Result<Fix, Trouble>) + 'static) -> Result<Watch, Trouble> {
    let source: Geolocation =
        get(&navigator(), "geolocation").ok_or(Trouble::Absent)?.unchecked_into();
    let told = std::rc::Rc::new(told);
    let fail = told.clone();
    let told = Closure::<dyn FnMut(JsValue)>::new(move |p: JsValue| {
        if let Some(fix) = read(&p) {
            told(Ok(fix));
        }
    });
    let failed = Closure::<dyn FnMut(JsValue)>::new(move |e: JsValue| {
        fail(Err(match get(&e, "code").and_then(|c| c.as_f64()) {
            Some(1.0) => Trouble::Refused,
            Some(3.0) => Trouble::TimedOut,
            _ => Trouble::Unavailable,
        }));
    });
    let id = source
        .watch_position_with_error_callback_and_options(
            told.as_ref().unchecked_ref(),
            Some(failed.as_ref().unchecked_ref()),
            &options(low),
        )
        .map_err(|_| Trouble::Absent)?;
    Ok(Watch { source, id, _told: told, _failed: failed })
}

/// Whether the driver has said yes before, so that asking again opens no dialog.
pub async fn allowed() -> bool {
    let Some(rights) = get(&navigator(), "permissions") else { return false };
    let Ok(what) = JSON::parse(r#"{"name":"geolocation"}"#) else { return false };
    let state = ask(&rights, "query", &[what]).await.and_then(|s| get(&s, "state"));
    state.and_then(|s| s.as_string()).is_some_and(|s| s == "granted")
}

fn options(low: bool) -> PositionOptions {
    let options = PositionOptions::new();
    options.set_enable_high_accuracy(!low);
    options.set_maximum_age(if low { 300_000 } else { 5_000 });
    options.set_timeout(20_000);
    options
}

/// A position of the browser; `None` for one that is not on Earth.
fn read(position: &JsValue) -> Option<Fix> {
    let coords = get(position, "coords")?;
    let number = |of: &JsValue, name: &str| get(of, name)?.as_f64().filter(|n| n.is_finite());
    let (lat, lon) = (number(&coords, "latitude")?, number(&coords, "longitude")?);
    if lat.abs() > 90.0 || lon.abs() > 180.0 {
        return None;
    }
    let e7 = |degrees: f64| (degrees * 1e7 + 0.5).floor() as i64;
    let acc = number(&coords, "accuracy").unwrap_or(0.0).max(0.0);
    // A receiver may stamp its fixes with a clock of its own; one from the future is of now.
    let now = js_sys::Date::now();
    let at = number(position, "timestamp").filter(|at| *at > 0.0 && *at < now).unwrap_or(now);
    Some(Fix { lat_e7: e7(lat), lon_e7: e7(lon), acc_m: (acc + 0.999) as u32, at: at as i64 })
}
