//! The case in a line or two: what is read out to whoever answers the phone, and what the tiles of
//! the hub say. Pure.

use crate::words::{Key, fill, say, t};
use case::State;
use case::place::{How, Place, degrees, post_text};
use guide::{Disposition, Pack};

/// The place in words, the most exact report first; `None` when nothing is known.
pub fn place(state: &State) -> Option<String> {
    let best = [How::Agent, How::Post, How::Tunnel, How::CarPark, How::Words, How::Device];
    let report = best.iter().find_map(|how| state.placed(*how))?;
    let text = report_text(&report.place);
    (!text.is_empty()).then_some(text)
}

/// One report of the place in words; its coordinates only where it has nothing else.
pub fn report_text(place: &Place) -> String {
    let mut out = String::new();
    let toward = if place.toward.is_empty() {
        String::new()
    } else {
        fill(Key::TowardWhere, &[&place.toward])
    };
    let post = place.post_m.map(post_text).unwrap_or_default();
    for part in [
        &place.road,
        &toward,
        &post,
        &place.tunnel,
        &place.wall_box,
        &place.level,
        &place.bay,
        &place.words,
    ] {
        add(&mut out, part);
    }
    if out.is_empty()
        && let (Some(lat), Some(lon)) = (place.lat_e7, place.lon_e7)
    {
        out.push_str(&degrees(lat));
        out.push_str(", ");
        out.push_str(&degrees(lon));
    }
    out
}

fn add(out: &mut String, part: &str) {
    if !part.is_empty() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(part);
    }
}

/// The car, as its driver named it.
pub fn car(pack: Option<&Pack>, state: &State) -> Option<String> {
    let id = state.fact("vehicle")?;
    let car = pack?.vehicles.iter().find(|v| v.id == id)?;
    let mut out = String::from(say(&car.make));
    add(&mut out, say(&car.model));
    Some(out)
}

/// What to say on the phone.
pub fn script(pack: Option<&Pack>, state: &State, end: Option<Disposition>) -> String {
    let unknown = || String::from(t(Key::Unknown));
    let place = place(state).unwrap_or_else(unknown);
    let car = car(pack, state).unwrap_or_else(unknown);
    let medical = state.fact("medical").as_deref() == Some("yes");
    let key = match end {
        _ if state.fire => Key::ScriptFire,
        Some(Disposition::Evacuate) => Key::ScriptFire,
        _ if medical => Key::ScriptMedical,
        _ => Key::ScriptBreakdown,
    };
    let mut out = fill(key, &[&place, &car]);
    if state.fact("voice").as_deref() == Some("no") {
        out.push(' ');
        out.push_str(t(Key::ScriptTextOnly));
    }
    out
}

/// A stretch of time as minutes and seconds.
pub fn lasted(ms: i64) -> String {
    let seconds = (ms / 1000).max(0);
    let mut out = String::new();
    case::wire::put_int(seconds / 60, &mut out);
    out.push(':');
    out.push((b'0' + (seconds % 60 / 10) as u8) as char);
    out.push((b'0' + (seconds % 10) as u8) as char);
    out
}

/// A whole number as text.
pub fn int(value: i64) -> String {
    let mut out = String::new();
    case::wire::put_int(value, &mut out);
    out
}
