//! The minimum data set: what still helps when only one text message gets out. ASCII in the
//! GSM 7-bit alphabet, at most 160 characters, so that it is one message in every network
//! (3GPP TS 23.038); a superset of what fits of the eCall minimum set (EN 15722).

use crate::place::{How, degrees, post_text};
use crate::state::State;
use crate::wire::put_int;

/// Characters of one text message in the GSM 7-bit alphabet.
pub const MAX: usize = 160;

/// One message for the desk, the police or whoever is near:
/// `NW 4071 8825 3912 FIRE cn EXPRESSWAY G2>Nanjing K123+400 31.23040,121.47370+-12m no_power`.
///
/// What does not fit is left out from the end; number, fire and place come first. Characters
/// outside the alphabet are left out, so a Chinese road name falls back to position and post.
pub fn sms(state: &State) -> String {
    let mut out = String::from("NW ");
    out.push_str(&crate::number::grouped(&state.number));
    let facts = state.facts("");
    let fact = |name: &str| facts.get(name).map(String::as_str).unwrap_or_default();
    if state.fire {
        add(&mut out, "FIRE");
    }
    if fact("medical") == "yes" {
        add(&mut out, "MEDICAL");
    }
    if fact("voice") == "no" {
        add(&mut out, "CANNOT SPEAK");
    }
    add(&mut out, &state.region);
    add(&mut out, &fact("place").to_ascii_uppercase());
    if let Some(p) = state.placed(How::Post).map(|p| &p.place) {
        let mut text = ascii(&p.road, 12);
        let toward = ascii(&p.toward, 16);
        if !toward.is_empty() {
            text.push('>');
            text.push_str(&toward);
        }
        add(&mut out, &text);
        if let Some(m) = p.post_m {
            add(&mut out, &post_text(m));
        }
    }
    if let Some(p) = state.placed(How::Tunnel).map(|p| &p.place) {
        add(&mut out, &ascii(&p.tunnel, 16));
        add(&mut out, &ascii(&p.wall_box, 8));
    }
    if let Some(p) = state.placed(How::CarPark).map(|p| &p.place) {
        add(&mut out, &ascii(&p.level, 6));
        add(&mut out, &ascii(&p.bay, 8));
    }
    if let Some(p) = state.placed(How::Device).map(|p| &p.place)
        && let (Some(lat), Some(lon)) = (p.lat_e7, p.lon_e7)
    {
        let mut text = degrees(lat);
        text.push(',');
        text.push_str(&degrees(lon));
        if let Some(acc) = p.acc_m {
            text.push_str("+-");
            put_int(i64::from(acc), &mut text);
            text.push('m');
        }
        add(&mut out, &text);
    }
    add(&mut out, &ascii(fact("vehicle"), 20));
    add(&mut out, &ascii(fact("problem"), 16));
    out
}

/// Appends a word if the whole still fits one message.
fn add(out: &mut String, word: &str) {
    if !word.is_empty() && out.len() + 1 + word.len() <= MAX {
        out.push(' ');
        out.push_str(word);
    }
}

/// The characters that every 7-bit message carries unchanged, at most `max`.
fn ascii(text: &str, max: usize) -> String {
    // A list of characters, not a text to search: the search of the library costs kilobytes.
    let safe = |c: &char| {
        c.is_ascii_alphanumeric()
            || matches!(c, ' ' | '+' | '-' | '.' | '/' | ',' | ':' | '(' | ')' | '_' | '#')
    };
    text.trim().chars().filter(safe).take(max).collect::<String>().trim().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Event, Face};
    use crate::place::Place;
    use crate::state::Placed;
    use crate::{Envelope, Role, Stored};

    fn opened(events: Vec<Event>) -> State {
        let first = Event::Opened {
            number: "407188253912".into(),
            region: "cn".into(),
            lang: "zh".into(),
            face: Face::Phone,
        };
        let all = std::iter::once(first).chain(events).enumerate().map(|(i, b)| {
            let n = i as u64 + 1;
            let e = Envelope { v: 1, k: String::new(), d: "d".into(), n, at: 0, b: b.into() };
            Stored { o: n, rx: 0, skew: 0, by: Role::Driver, who: String::new(), e }
        });
        State::fold(&all.collect::<Vec<_>>())
    }

    fn answered(sets: &[&str]) -> Event {
        let sets = sets.iter().map(|s| String::from(*s)).collect();
        let (asked, said) = Default::default();
        Event::Answered {
            g: "g".into(),
            q: "q".into(),
            a: "a".into(),
            sets,
            skip: false,
            asked,
            said,
        }
    }

    #[test]
    fn a_full_case_reads_as_one_line() {
        let mut post = Place::new(How::Post);
        (post.road, post.toward, post.post_m) = ("G2".into(), "南京 Nanjing".into(), Some(123_400));
        let mut fix = Place::new(How::Device);
        (fix.lat_e7, fix.lon_e7, fix.acc_m) = (Some(312_304_049), Some(1_214_737_000), Some(12));
        let facts = ["fire=yes", "place=expressway", "vehicle=xpeng-p7", "problem=power"];
        let state = opened(vec![
            answered(&facts),
            Event::Placed { place: post },
            Event::Placed { place: fix },
        ]);
        assert_eq!(
            sms(&state),
            "NW 4071 8825 3912 FIRE cn EXPRESSWAY G2>Nanjing K123+400 31.23040,121.47370+-12m xpeng-p7 power"
        );
    }

    #[test]
    fn the_longest_case_still_fits_one_message() {
        let mut state =
            opened(vec![answered(&["fire=yes", "medical=yes", "voice=no", "place=expressway"])]);
        for how in How::ALL {
            let mut place = Place::new(*how);
            let long = "W".repeat(400);
            (place.road, place.toward, place.tunnel) = (long.clone(), long.clone(), long.clone());
            (place.wall_box, place.level, place.bay) = (long.clone(), long.clone(), long);
            (place.lat_e7, place.lon_e7) = (Some(-899_999_999), Some(-1_799_999_999));
            (place.acc_m, place.post_m) = (Some(u32::MAX), Some(u32::MAX));
            state.places.push(Placed { place, by: Role::Driver, at: 0 });
        }
        let text = sms(&state);
        assert!(text.len() <= MAX && text.is_ascii(), "{text}");
        assert!(text.starts_with("NW 4071 8825 3912 FIRE MEDICAL"), "{text}");
    }
}
