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
    add(&mut out, &ascii(fact("trouble"), 16));
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
    let safe = |c: &char| c.is_ascii_alphanumeric() || " +-./,:()_#".contains(*c);
    text.trim()
        .chars()
        .filter(safe)
        .take(max)
        .collect::<String>()
        .trim()
        .into()
}
