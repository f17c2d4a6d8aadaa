//! What is known of the place, every report with its basis, accuracy and age. A pure view.

use super::brief;
use super::place_text::{ago, post_said, within};
use crate::ui::El;
use crate::ui::dom::el;
use crate::ui::parts::p;
use crate::words::{Key, fill, t};
use case::State;
use case::gcj02;
use case::place::{How, Place, degrees};

/// The name of a kind of report.
pub fn basis(how: How) -> &'static str {
    t(match how {
        How::Agent => Key::PlaceAtAgent,
        How::Device => Key::PlaceAtDevice,
        How::Post => Key::PlaceAtPost,
        How::Tunnel => Key::PlaceAtTunnel,
        How::CarPark => Key::PlaceAtCarpark,
        How::Words => Key::PlaceAtWords,
    })
}

/// Every report, the newest first. `chinese`: maps of the region use GCJ-02; `now` is by the clock
/// of the state.
pub fn known(state: &State, chinese: bool, now: i64) -> El {
    let mut list = el("ul").class("known");
    for placed in state.places.iter().rev() {
        let place = &placed.place;
        let mut item = el("li").add(
            el("p")
                .class("known-head")
                .add(el("b").text(basis(place.how)))
                .add(el("span").text(&ago(place.fix_at.unwrap_or(placed.at), now))),
        );
        item = match point(place) {
            Some(at) => item.add(position(at, place.acc_m, chinese)),
            None => item.add(p("known-what", &brief::report_text(place))),
        };
        if let Some(post) = place.post_m {
            item = item.add(p("small", &post_said(post)));
        }
        list = list.add(item);
    }
    list
}

fn point(place: &Place) -> Option<gcj02::Point> {
    Some((place.lat_e7?, place.lon_e7?))
}

/// A position: first how exact it is, then its figures in both datums.
pub fn position(at: gcj02::Point, acc_m: Option<u32>, chinese: bool) -> El {
    let mut out = el("div").class("fix");
    if let Some(acc) = acc_m {
        out = out.add(p("known-what", &within(acc)));
        if acc > 100 {
            out = out.add(p("note", t(Key::PosRough)));
        }
    }
    if let Some(map) = gcj02::shown(at).filter(|_| chinese) {
        out = out.add(p("small", &fill(Key::PosMap, &[&pair(map)])));
    }
    out.add(p("small", &fill(Key::PosStored, &[&pair(at)])))
}

/// Latitude and longitude with five decimals.
pub fn pair((lat, lon): gcj02::Point) -> String {
    let mut out = degrees(lat);
    out.push_str(", ");
    out.push_str(&degrees(lon));
    out
}
