//! How long ago, and by how much clocks differ: numbers for the screen, in the one or two units
//! that a person reads at a glance. Pure; the words are put around them elsewhere.

/// Clocks that differ by less than this agree as far as an agent is concerned, milliseconds.
pub const CLOCK_SLACK: i64 = 60_000;

/// After so long without a word from the driver the screen says "silent", milliseconds.
pub const SILENCE: i64 = 120_000;

/// A span of time in reading units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// Less than a minute.
    Seconds(i64),
    /// Less than an hour.
    Minutes(i64),
    /// Less than a day: hours and the minutes over.
    Hours(i64, i64),
    /// Days and the hours over.
    Days(i64, i64),
}

/// Puts milliseconds into reading units, rounded down; a negative span counts as nothing.
pub fn span(ms: i64) -> Span {
    let s = ms.max(0) / 1000;
    match s {
        0..60 => Span::Seconds(s),
        60..3_600 => Span::Minutes(s / 60),
        3_600..86_400 => Span::Hours(s / 3_600, s % 3_600 / 60),
        _ => Span::Days(s / 86_400, s % 86_400 / 3_600),
    }
}

/// How a device's clock stands to the server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// Within [`CLOCK_SLACK`].
    Agrees,
    /// The device shows a later time, by so many milliseconds.
    Ahead(i64),
    /// The device shows an earlier time, by so many milliseconds.
    Behind(i64),
}

/// Reads the skew of an event: what is added to the device's time to get the server's.
pub fn clock(skew: i64) -> Clock {
    if skew.saturating_abs() <= CLOCK_SLACK {
        Clock::Agrees
    } else if skew < 0 {
        Clock::Ahead(skew.saturating_neg())
    } else {
        Clock::Behind(skew)
    }
}

/// How long an event waited on the device before it arrived; `None` below a minute.
pub fn delay(happened: i64, received: i64) -> Option<i64> {
    let waited = received.saturating_sub(happened);
    (waited >= 60_000).then_some(waited)
}

/// Minutes and seconds as on a stopwatch, `00:42`; hours in front when there are any.
pub fn stopwatch(ms: i64) -> String {
    let s = ms.max(0) / 1000;
    let mut out = String::new();
    if s >= 3_600 {
        case::wire::put_int(s / 3_600, &mut out);
        out.push(':');
    }
    for (i, part) in [s % 3_600 / 60, s % 60].into_iter().enumerate() {
        if i > 0 {
            out.push(':');
        }
        out.push((b'0' + (part / 10) as u8) as char);
        out.push((b'0' + (part % 10) as u8) as char);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_use_the_unit_a_person_would() {
        for (ms, want) in [
            (-5, Span::Seconds(0)),
            (59_999, Span::Seconds(59)),
            (60_000, Span::Minutes(1)),
            (3_599_999, Span::Minutes(59)),
            (3_600_000, Span::Hours(1, 0)),
            (86_399_000, Span::Hours(23, 59)),
            (90_000_000, Span::Days(1, 1)),
        ] {
            assert_eq!(span(ms), want, "{ms}");
        }
    }

    #[test]
    fn a_clock_a_day_off_is_told_with_its_direction() {
        assert_eq!(clock(60_000), Clock::Agrees);
        assert_eq!(clock(-60_000), Clock::Agrees);
        assert_eq!(clock(-86_400_000), Clock::Ahead(86_400_000));
        assert_eq!(clock(3_600_000), Clock::Behind(3_600_000));
        assert_eq!(clock(i64::MIN), Clock::Ahead(i64::MAX));
    }

    #[test]
    fn only_real_waits_are_told() {
        assert_eq!(delay(1_000, 60_999), None);
        assert_eq!(delay(1_000, 61_000), Some(60_000));
        assert_eq!(delay(5_000, 1_000), None);
    }

    #[test]
    fn stopwatch_reads_like_one() {
        assert_eq!(stopwatch(42_000), "00:42");
        assert_eq!(stopwatch(3_723_000), "1:02:03");
        assert_eq!(stopwatch(-1), "00:00");
    }
}
