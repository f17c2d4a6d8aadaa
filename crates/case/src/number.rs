//! The case number: minted on the phone with no network, read out over a bad line.
//!
//! Twelve decimal digits: eleven random ones and a Damm check digit, spoken in groups of four.
//! Damm's scheme catches every single wrong digit and every swap of two neighbours (H. M. Damm,
//! *Total anti-symmetrische Quasigruppen*, 2004; the table is the order-10 one given there).

/// Digits of a case number, the check digit included.
pub const DIGITS: usize = 12;

const TABLE: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

fn damm(digits: impl Iterator<Item = u8>) -> u8 {
    digits.fold(0, |row, d| TABLE[usize::from(row)][usize::from(d)])
}

/// Mints a number from eight random bytes. The first digit is never 0, so that nobody drops it.
pub fn mint(random: [u8; 8]) -> String {
    // 9·10^10 values; the remainder of a 64-bit number is even to within 5·10^-9.
    let n = 10_000_000_000 + u64::from_be_bytes(random) % 90_000_000_000;
    let mut text = String::with_capacity(DIGITS);
    crate::wire::put_int(n as i64, &mut text);
    let check = damm(text.bytes().map(|b| b - b'0'));
    text.push((b'0' + check) as char);
    text
}

/// The number in what a person typed or said: digits of any script width, separators ignored.
/// `None` when it is not twelve digits or the check digit does not fit.
pub fn parse(typed: &str) -> Option<String> {
    let mut text = String::with_capacity(DIGITS);
    for c in typed.chars() {
        match c {
            '0'..='9' => text.push(c),
            '０'..='９' => text.push((b'0' + (c as u32 - '０' as u32) as u8) as char),
            ' ' | '-' | '.' | '\u{a0}' | '\u{3000}' => {}
            _ => return None,
        }
    }
    let good = text.len() == DIGITS && damm(text.bytes().map(|b| b - b'0')) == 0;
    good.then_some(text)
}

/// The number in groups of four, as it is shown and spoken.
pub fn grouped(number: &str) -> String {
    let mut out = String::with_capacity(number.len() + 2);
    for (i, c) in number.chars().enumerate() {
        if i > 0 && i % 4 == 0 {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_wrong_digit_and_every_neighbour_swap_is_caught() {
        for seed in 0..2_000u64 {
            let number = mint(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
            assert_eq!(parse(&number).as_deref(), Some(number.as_str()));
            let digits: Vec<char> = number.chars().collect();
            for i in 0..digits.len() {
                for d in '0'..='9' {
                    let mut wrong = digits.clone();
                    wrong[i] = d;
                    let wrong: String = wrong.into_iter().collect();
                    assert_eq!(parse(&wrong).is_some(), wrong == number, "{number} {wrong}");
                }
                if i > 0 && digits[i - 1] != digits[i] {
                    let mut wrong = digits.clone();
                    wrong.swap(i - 1, i);
                    assert_eq!(
                        parse(&wrong.into_iter().collect::<String>()),
                        None,
                        "{number} at {i}"
                    );
                }
            }
        }
    }

    proptest! {
        #[test]
        fn minted_numbers_read_back(random: [u8; 8]) {
            let number = mint(random);
            prop_assert_eq!(number.len(), DIGITS);
            prop_assert!(!number.starts_with('0'));
            prop_assert_eq!(parse(&grouped(&number)), Some(number));
        }

        #[test]
        fn parse_never_panics(typed in ".*") {
            let _ = parse(&typed);
        }
    }
}
