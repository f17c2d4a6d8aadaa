//! What a driver types about the place, read as data, and ages and accuracy in words. Pure.

use super::brief::int;
use crate::words::{Key, fill, t};

/// Longest road known has 4400 km of posts; one digit more is a slip of the thumb.
const MAX_KM: u32 = 9999;

/// A kilometre post as it is read off the plate, in metres: `K123+400`, `123+4`, `123,4`, `123/4`,
/// `123`. After the separator a single digit means hundreds of metres, as on the small posts.
/// `None` when it is no post.
pub fn parse_post(typed: &str) -> Option<u32> {
    let (mut km, mut metres, mut digits, mut after) = (0u32, 0u32, 0u32, None);
    for c in typed.trim().chars() {
        let digit = match c {
            '0'..='9' => c as u32 - '0' as u32,
            '０'..='９' => c as u32 - '０' as u32,
            'k' | 'K' | 'Ｋ' | 'p' | 'P' | 'r' | 'R' if digits == 0 => continue,
            ' ' => continue,
            '+' | '＋' | ',' | '.' | '/' | '，' | '。' if after.is_none() && digits > 0 => {
                after = Some(0u32);
                continue;
            }
            _ => return None,
        };
        match &mut after {
            None => km = km * 10 + digit,
            Some(n) if *n < 3 => {
                metres = metres * 10 + digit;
                *n += 1;
            }
            Some(_) => return None,
        }
        digits += 1;
        if km > MAX_KM {
            return None;
        }
    }
    let scale = match after {
        Some(1) => 100,
        Some(2) => 10,
        _ => 1,
    };
    (digits > 0).then_some(km * 1000 + metres * scale)
}

/// A post as it is said: kilometre and metres.
pub fn post_said(post_m: u32) -> String {
    let km = int(i64::from(post_m / 1000));
    fill(Key::PlacePostRead, &[&km, &int(i64::from(post_m % 1000))])
}

/// How long ago something was, by the clock that `now` is of. The future counts as now.
pub fn ago(at: i64, now: i64) -> String {
    let minutes = (now - at) / 60_000;
    match minutes {
        i64::MIN..=0 => t(Key::AgoNow).into(),
        1..=119 => fill(Key::AgoMinutes, &[&int(minutes)]),
        _ => fill(Key::AgoHours, &[&int(minutes / 60)]),
    }
}

/// How exact a position is: never more digits than the receiver can know.
pub fn within(acc_m: u32) -> String {
    match acc_m {
        0..=9 => fill(Key::PosWithin, &[&int(i64::from(acc_m.max(1)))]),
        10..=999 => fill(Key::PosWithin, &[&int(i64::from(acc_m.div_ceil(10) * 10))]),
        _ => fill(Key::PosWithinKm, &[&int(i64::from(acc_m.div_ceil(1000)))]),
    }
}

/// Letters that begin road numbers in a region, for the keys beside the digits.
pub fn road_letters(region: &str) -> [&'static str; 4] {
    match region {
        "cn" => ["G", "S", "X", ""],
        "de" => ["A", "B", "L", "K"],
        "fr" => ["A", "N", "D", "E"],
        "gb" => ["M", "A", "B", ""],
        _ => ["E", "R", "F", ""],
    }
}

/// What stands between kilometres and metres on the posts of a region.
pub fn post_keys(region: &str) -> [&'static str; 4] {
    match region {
        "de" => [",", "", "", ""],
        "gb" => ["/", "", "", ""],
        "fr" => ["+", "PR", "", ""],
        _ => ["+", "K", "", ""],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_as_people_type_them() {
        for (typed, metres) in [
            ("K123+400", 123_400),
            ("123+4", 123_400),
            ("123+45", 123_450),
            ("123", 123_000),
            (" k0 + 007 ", 7),
            ("１２３＋４００", 123_400),
            ("123,4", 123_400),
            ("PR 12.050", 12_050),
            ("98/6", 98_600),
            ("123+", 123_000),
        ] {
            assert_eq!(parse_post(typed), Some(metres), "{typed}");
        }
        for typed in
            ["", "K", "+4", "12345", "1+2345", "12a", "1++2", "1+2+3", "南京", "99999999999"]
        {
            assert_eq!(parse_post(typed), None, "{typed}");
        }
    }
}
