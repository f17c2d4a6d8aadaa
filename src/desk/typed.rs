//! Reads what an agent types about a place: coordinates and kilometre posts, in the forms that
//! people read them out. Pure; no floating point, so that what was typed is what is stored.

use case::Place;
use case::place::How;

/// Why a typed place cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadPlace {
    /// Nothing was typed.
    Empty,
    /// The coordinates cannot be read, or are no point on Earth.
    Point,
    /// The kilometre post cannot be read.
    Post,
}

/// Puts the fields of the agent's form together.
pub fn place(
    road: &str,
    toward: &str,
    post: &str,
    point: &str,
    words: &str,
) -> Result<Place, BadPlace> {
    let fields = [road, toward, post, point, words];
    if fields.iter().all(|f| f.trim().is_empty()) {
        return Err(BadPlace::Empty);
    }
    let mut place = Place::new(How::Agent);
    place.road = road.trim().into();
    place.toward = toward.trim().into();
    place.words = words.trim().into();
    if !post.trim().is_empty() {
        place.post_m = Some(self::post(post).ok_or(BadPlace::Post)?);
    }
    if !point.trim().is_empty() {
        let (lat, lon) = self::point(point).ok_or(BadPlace::Point)?;
        place.lat_e7 = Some(lat);
        place.lon_e7 = Some(lon);
    }
    if place.sane() { Ok(place) } else { Err(BadPlace::Point) }
}

/// ASCII for the full-width digits and signs that Chinese keyboards give.
fn plain(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(c as u32 - '！' as u32 + '!' as u32).unwrap_or(c),
        '\u{3000}' | '\u{a0}' => ' ',
        '、' => ',',
        '−' | '–' => '-',
        other => other,
    }
}

/// Metres from `K123+400`, `123+400`, `123.4` or `123`.
fn post(typed: &str) -> Option<u32> {
    let typed: String = typed.chars().map(plain).filter(|c| *c != ' ').collect();
    let typed = typed.strip_prefix(['K', 'k']).unwrap_or(&typed);
    let (km, metres) = if let Some((km, metres)) = typed.split_once('+') {
        (km, (metres.len() <= 3).then(|| digits(metres)).flatten()?)
    } else if let Some((km, tenths)) = typed.split_once('.') {
        let metres = (1..=3).contains(&tenths.len()).then(|| digits(tenths)).flatten()?;
        (km, metres * 10u32.pow(3 - tenths.len() as u32))
    } else {
        (typed, 0)
    };
    (km.len() <= 4).then(|| digits(km)).flatten()?.checked_mul(1000)?.checked_add(metres)
}

/// Latitude and longitude in 1e-7 degrees from `31.23040, 121.47370`.
fn point(typed: &str) -> Option<(i64, i64)> {
    let typed: String = typed.chars().map(plain).collect();
    let mut parts = typed.split([',', ' ', ';']).filter(|p| !p.is_empty());
    let (lat, lon) = (degrees(parts.next()?)?, degrees(parts.next()?)?);
    parts.next().is_none().then_some((lat, lon))
}

fn degrees(text: &str) -> Option<i64> {
    let text = text.trim_end_matches('°');
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || whole.len() > 3 {
        return None;
    }
    let mut value = i64::from(digits(whole)?);
    // Digits past the seventh are less than a centimetre: read, not kept.
    let mut part = part.chars();
    for _ in 0..7 {
        let digit = part.next().unwrap_or('0').to_digit(10)?;
        value = value * 10 + i64::from(digit);
    }
    part.all(|c| c.is_ascii_digit()).then_some(sign * value)
}

fn digits(text: &str) -> Option<u32> {
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_are_read_as_people_say_them() {
        for (typed, metres) in [
            ("K123+400", 123_400),
            ("k7 + 50", 7_050),
            ("123.4", 123_400),
            ("123", 123_000),
            ("Ｋ１２＋３００", 12_300),
        ] {
            assert_eq!(post(typed), Some(metres), "{typed}");
        }
        for typed in ["", "K", "K1+4000", "1.", "1.2345", "12a", "-3", "99999"] {
            assert_eq!(post(typed), None, "{typed}");
        }
    }

    #[test]
    fn points_keep_every_digit_and_must_be_on_earth() {
        assert_eq!(point("31.2304049, 121.4737"), Some((312_304_049, 1_214_737_000)));
        assert_eq!(point("-33.9° 18.42°"), Some((-339_000_000, 184_200_000)));
        assert_eq!(point("３１．５，１２１"), Some((315_000_000, 1_210_000_000)));
        for typed in ["31.2", "a b", "31,2,121,4", "31.2x 121", "1 2 3"] {
            assert_eq!(point(typed), None, "{typed}");
        }
        assert_eq!(place("", "", "", "91, 0", ""), Err(BadPlace::Point));
        assert_eq!(place(" ", "", "", "", ""), Err(BadPlace::Empty));
        assert_eq!(place("G2", "", "x", "", ""), Err(BadPlace::Post));
        let good = place("G2", "Nanjing", "K1+2", "1,2", "bridge").map(|p| (p.how, p.post_m));
        assert_eq!(good, Ok((How::Agent, Some(1_002))));
    }
}
