//! How fast the device turns, where it has a gyroscope and says so. iPhones ask the driver first,
//! and only in answer to a tap; everywhere else nothing is asked. Without it nothing is missing.

use super::loose::{call, get};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// Turning about the device's own axes (x to its right, y to its top, z out of its screen),
/// radians a second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// About x.
    pub x: f64,
    /// About y.
    pub y: f64,
    /// About z.
    pub z: f64,
}

/// Asks for the gyroscope, where one has to. To be called in a tap, the one that leads to the
/// camera; a refusal changes nothing.
pub fn ask() {
    if let Some(kind) = get(&js_sys::global(), "DeviceMotionEvent")
        && let Some(asked) = call(&kind, "requestPermission", &[])
        && let Ok(promise) = asked.dyn_into::<js_sys::Promise>()
    {
        // Whoever says no is not asked why; a refusal that nobody takes would look like a fault.
        spawn_local(async move {
            let _ = JsFuture::from(promise).await;
        });
    }
}

/// The rate of a `devicemotion` event; `None` when there is no gyroscope or it says nonsense.
pub fn rate(event: &JsValue) -> Option<Rate> {
    let said = get(event, "rotationRate")?;
    let axis = |name: &str| get(&said, name).and_then(|v| v.as_f64()).filter(|v| v.is_finite());
    // Degrees a second: alpha about z, beta about x, gamma about y (W3C DeviceOrientation).
    let (z, x, y) = (axis("alpha")?, axis("beta")?, axis("gamma")?);
    Some(Rate { x: x.to_radians(), y: y.to_radians(), z: z.to_radians() })
}

/// Degrees by which the screen's picture is turned on the device.
pub fn screen_angle() -> f64 {
    let global = js_sys::global();
    let screen = get(&global, "screen").and_then(|s| get(&s, "orientation"));
    let angle = screen.and_then(|o| get(&o, "angle")).or_else(|| get(&global, "orientation"));
    angle.and_then(|a| a.as_f64()).filter(|a| a.is_finite()).unwrap_or_default()
}

/// The same turning about the axes of the picture as it is seen: right, up, out of the screen.
pub fn seen(rate: Rate, angle: f64) -> Rate {
    let (s, c) = angle.to_radians().sin_cos();
    Rate { x: rate.x * c - rate.y * s, y: rate.x * s + rate.y * c, z: rate.z }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: Rate, b: Rate) -> bool {
        (a.x - b.x).abs() + (a.y - b.y).abs() + (a.z - b.z).abs() < 1e-9
    }

    #[test]
    fn axes_turn_with_the_screen() {
        let rate = Rate { x: 1.0, y: 2.0, z: 3.0 };
        assert!(near(seen(rate, 0.0), rate));
        // The phone lies on its left side: its right edge is up, its top is to the left.
        assert!(near(seen(rate, 90.0), Rate { x: -2.0, y: 1.0, z: 3.0 }));
        assert!(near(seen(rate, 180.0), Rate { x: -1.0, y: -2.0, z: 3.0 }));
        // On its right side (written 270 or -90): its right edge is down, its top to the right.
        assert!(near(seen(rate, 270.0), Rate { x: 2.0, y: -1.0, z: 3.0 }));
        assert!(near(seen(rate, -90.0), seen(rate, 270.0)));
    }
}
