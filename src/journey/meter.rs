//! How far from the car somebody has walked, as far as the phone can tell. Pure: fixes are handed
//! in; what cannot be measured is said, with a rough count of steps in its place.

use super::brief::int;
use crate::ui::dom::{El, el};
use crate::ui::parts::p;
use crate::words::{Key, fill, t};

/// Metres of one step of a walking adult, times ten. Rough on purpose, and said to be.
const STEP_DM: u32 = 7;

/// A point with the radius in which it is believed to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// Latitude in 1e-7 degrees, WGS-84.
    pub lat_e7: i64,
    /// Longitude in 1e-7 degrees, WGS-84.
    pub lon_e7: i64,
    /// Metres.
    pub acc_m: u32,
}

/// What the meter shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Not asked to measure.
    Off,
    /// Waiting for a position that is good enough to start from.
    Searching,
    /// This far, give or take.
    Walked {
        /// Metres from the start.
        m: u32,
        /// Metres of doubt.
        acc_m: u32,
        /// Even with the doubt it is far enough.
        enough: bool,
    },
    /// The position is too coarse for this distance.
    Coarse(u32),
    /// The driver or the system gives no position.
    Refused,
    /// There is no position to be had here.
    Absent,
}

/// What a new position means, seen from `start`. A position coarser than a third of the distance
/// measures nothing. The first good one becomes the start.
pub fn read(start: &mut Option<Point>, now: Point, target_m: u32) -> Reading {
    if now.acc_m * 3 > target_m {
        return Reading::Coarse(now.acc_m);
    }
    let Some(from) = *start else {
        *start = Some(now);
        return Reading::Walked { m: 0, acc_m: now.acc_m, enough: false };
    };
    let m = metres(from, now);
    let acc_m = from.acc_m.max(now.acc_m);
    Reading::Walked { m, acc_m, enough: m >= target_m + acc_m }
}

/// Metres between two points that are near each other, on a sphere of the mean radius of the Earth
/// (6 371 009 m). Below a kilometre the plane differs from the sphere by less than a millimetre.
pub fn metres(a: Point, b: Point) -> u32 {
    const RADIAN: f64 = std::f64::consts::PI / 180.0 / 1e7;
    let north = (b.lat_e7 - a.lat_e7) as f64 * RADIAN;
    let mut east = (b.lon_e7 - a.lon_e7) as f64 * RADIAN;
    if east > std::f64::consts::PI {
        east -= 2.0 * std::f64::consts::PI;
    } else if east < -std::f64::consts::PI {
        east += 2.0 * std::f64::consts::PI;
    }
    let east = east * cos((a.lat_e7 + b.lat_e7) as f64 / 2.0 * RADIAN);
    ((north * north + east * east).sqrt() * 6_371_009.0 + 0.5) as u32
}

/// Cosine between minus and plus a right angle, to six digits: the browser's own would be a call,
/// the library's would be kilobytes.
fn cos(x: f64) -> f64 {
    let s = x * x;
    1.0 - s / 2.0 * (1.0 - s / 12.0 * (1.0 - s / 30.0 * (1.0 - s / 56.0 * (1.0 - s / 90.0))))
}

/// Steps of a walking adult for a distance, rounded up to tens.
pub fn paces(metres: u32) -> u32 {
    (metres * 10).div_ceil(STEP_DM).div_ceil(10) * 10
}

/// The reading in words.
pub fn reading(reading: Reading, target_m: u32) -> El {
    let target = int(i64::from(target_m));
    let rough = || fill(Key::MeterPaces, &[&int(i64::from(paces(target_m)))]);
    let honest = |why: &str| {
        let mut text = String::from(why);
        text.push(' ');
        text.push_str(&rough());
        el("div").add(p("more", &text))
    };
    match reading {
        Reading::Off => el("div").add(p("more", &rough())),
        Reading::Searching => el("div").add(p("more", t(Key::MeterSearching))),
        Reading::Coarse(acc) => honest(&fill(Key::MeterCoarse, &[&int(i64::from(acc))])),
        Reading::Refused => honest(t(Key::MeterRefused)),
        Reading::Absent => honest(t(Key::MeterAbsent)),
        Reading::Walked { m, acc_m, enough } => el("div")
            .class(if enough { "walked enough" } else { "walked" })
            .add(
                el("p")
                    .class("far")
                    .add(el("b").text(&int(i64::from(m))))
                    .text(" / ")
                    .text(&fill(Key::Metres, &[&target])),
            )
            .add(
                el("progress")
                    .attr("max", &target)
                    .attr("value", &int(i64::from(m.min(target_m))))
                    .attr("aria-hidden", "true"),
            )
            .add(p("more", &fill(Key::MeterDoubt, &[&int(i64::from(acc_m))])))
            .add(p("go", t(if enough { Key::MeterEnough } else { Key::MeterWalk }))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64, lon: f64, acc_m: u32) -> Point {
        Point { lat_e7: (lat * 1e7) as i64, lon_e7: (lon * 1e7) as i64, acc_m }
    }

    #[test]
    fn metres_are_metres_from_the_equator_to_norway() {
        // A hundredth of a degree along a meridian is 1111.95 m on this sphere.
        for lat in [0.0, 31.23, 48.1, 69.6] {
            assert_eq!(metres(at(lat, 10.0, 5), at(lat + 0.001, 10.0, 5)), 111);
            let along = 111.195 * (lat * std::f64::consts::PI / 180.0).cos();
            let m = metres(at(lat, 10.0, 5), at(lat, 10.001, 5));
            assert!((f64::from(m) - along).abs() <= 1.0, "{lat}: {m} {along}");
        }
        assert_eq!(metres(at(0.0, 179.9995, 5), at(0.0, -179.9995, 5)), 111, "over the date line");
    }

    #[test]
    fn it_says_enough_only_when_the_doubt_is_covered() {
        let mut start = None;
        assert_eq!(read(&mut start, at(31.0, 121.0, 51), 150), Reading::Coarse(51));
        assert_eq!(start, None, "a coarse position is no start");
        let zero = Reading::Walked { m: 0, acc_m: 10, enough: false };
        assert_eq!(read(&mut start, at(31.0, 121.0, 10), 150), zero);
        let near = read(&mut start, at(31.0014, 121.0, 10), 150);
        assert_eq!(near, Reading::Walked { m: 156, acc_m: 10, enough: false });
        let far = read(&mut start, at(31.00145, 121.0, 10), 150);
        assert_eq!(far, Reading::Walked { m: 161, acc_m: 10, enough: true });
    }

    #[test]
    fn paces_are_rough_and_never_too_few() {
        assert_eq!(paces(150), 220);
        assert_eq!(paces(50), 80);
        assert!(paces(100) * 7 >= 1000);
    }
}
