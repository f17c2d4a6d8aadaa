//! The watch line of a case: its whole life on one line, a tick for each thing that happened, and
//! the stretches in which nothing was heard from the driver as gaps (law 7: silence is shown as
//! silence). Pure geometry.

use super::ages::SILENCE;
use case::event::{Role, Stored};

/// Width of the line in its own units.
pub const WIDTH: i64 = 1000;

/// What the line shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strip {
    /// Where something happened on the driver's side, 0 to [`WIDTH`].
    pub driver: Vec<i64>,
    /// Where the desk did something.
    pub desk: Vec<i64>,
    /// From where to where the driver was heard at least every two minutes.
    pub heard: Vec<(i64, i64)>,
}

/// Draws the log from the case's beginning to now (server's clock, Unix milliseconds).
pub fn strip(opened: i64, now: i64, log: &[Stored]) -> Strip {
    let length = now.saturating_sub(opened).max(1);
    let x = |at: i64| {
        let ms = at.saturating_sub(opened).clamp(0, length);
        i64::try_from(i128::from(ms) * i128::from(WIDTH) / i128::from(length)).unwrap_or(WIDTH)
    };
    let mut out = Strip::default();
    let mut run: Option<(i64, i64)> = None;
    for s in log {
        match s.by {
            Role::Driver => {
                push(&mut out.driver, x(s.happened()));
                run = match run {
                    Some((from, to)) if s.rx.saturating_sub(to) <= SILENCE => {
                        Some((from, to.max(s.rx)))
                    }
                    ended => {
                        out.heard.extend(ended.map(|(from, to)| (x(from), x(to))));
                        Some((s.rx, s.rx))
                    }
                };
            }
            Role::Agent => push(&mut out.desk, x(s.happened())),
            Role::Server => {}
        }
    }
    if let Some((from, to)) = run {
        let end = if now.saturating_sub(to) <= SILENCE { now } else { to };
        out.heard.push((x(from), x(end)));
    }
    out
}

/// Ticks at one place are one tick.
fn push(ticks: &mut Vec<i64>, x: i64) {
    if ticks.last() != Some(&x) {
        ticks.push(x);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use case::event::{Envelope, Event};

    fn said(o: u64, by: Role, at: i64, rx: i64) -> Stored {
        let e = Envelope {
            v: 1,
            k: o.to_string(),
            d: "d".into(),
            n: o,
            at,
            b: Event::Said { text: "x".into() }.into(),
        };
        Stored { o, rx, skew: 0, by, who: String::new(), e }
    }

    #[test]
    fn silence_is_a_gap() {
        let min = 60_000;
        let log = [
            said(1, Role::Driver, 0, 0),
            said(2, Role::Driver, min, min),
            said(3, Role::Agent, 2 * min, 2 * min),
            // Written at minute 3 in a tunnel, arrived at minute 8.
            said(4, Role::Driver, 3 * min, 8 * min),
        ];
        let strip = strip(0, 10 * min, &log);
        assert_eq!(strip.driver, [0, 100, 300]);
        assert_eq!(strip.desk, [200]);
        assert_eq!(strip.heard, [(0, 100), (800, 1000)]);
    }

    #[test]
    fn times_out_of_range_stay_on_the_line() {
        let log = [said(1, Role::Driver, -50, 5), said(2, Role::Driver, i64::MAX, 6)];
        let strip = strip(0, 1_000_000, &log);
        assert_eq!(strip.driver, [0, 1000]);
        assert_eq!(self::strip(5, 5, &[]), Strip::default());
    }
}
