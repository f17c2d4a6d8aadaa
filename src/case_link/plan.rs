//! When to try, how much to send at once, and what an answer means. Pure: time and chance are
//! handed in, nothing is sent here.

use case::message::{Fault, MAX_BATCH, Refusal};

/// Longest waiting time between two tries, milliseconds.
pub const LONGEST: u32 = 20_000;
/// Upper bound of the first waiting time, milliseconds.
const FIRST: u32 = 500;
/// Waiting time after a refusal of the whole device, milliseconds: only a person can mend that.
const REFUSED: u32 = 60_000;
/// Bytes of events in one body; a weak network carries this in a few seconds.
const BYTES: usize = 128 * 1024;

/// What the server, or whoever answered for it, said to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It was done; the body is to be read.
    Done,
    /// This device has no right to it.
    Refused,
    /// The server does not know the case or the thing.
    Missing,
    /// Not readable or too large as it was sent: try less at once.
    Less,
    /// Refused for good, for this reason.
    Never(Fault),
    /// Again after so many seconds.
    Later(u32),
    /// No answer of ours: no network, a server that is down, a page of somebody else's gateway.
    Nothing,
}

/// What a status and, where one could be read, a refusal mean. Anything that is not of our
/// server's making counts as no answer, so that a hotel's log-in page never loses or refuses
/// anything.
pub fn judge(status: u16, refusal: Option<&Refusal>) -> Heard {
    let Some(refusal) = refusal else {
        return match status {
            200..=299 => Heard::Done,
            _ => Heard::Nothing,
        };
    };
    match refusal.fault {
        Fault::Denied | Fault::Expired => Heard::Refused,
        Fault::Missing => Heard::Missing,
        Fault::Bad | Fault::TooLarge => Heard::Less,
        Fault::NotAPhoto | Fault::Hash => Heard::Never(refusal.fault),
        Fault::Slow | Fault::Storage => Heard::Later(refusal.after.unwrap_or(2)),
    }
}

/// The waiting time of one way out, and how much goes at once.
#[derive(Clone, Debug)]
pub struct Plan {
    tries: u32,
    /// When the waiting began, Unix milliseconds, and how long it lasts.
    since: i64,
    wait: u32,
    /// Events in one batch.
    limit: usize,
}

impl Default for Plan {
    fn default() -> Plan {
        Plan { tries: 0, since: 0, wait: 0, limit: MAX_BATCH }
    }
}

impl Plan {
    /// Milliseconds still to wait. A clock that was set back or ahead only shortens it.
    pub fn due(&self, now: i64) -> u32 {
        let passed = now.saturating_sub(self.since);
        match u32::try_from(passed) {
            Ok(passed) => self.wait.saturating_sub(passed),
            Err(_) => 0,
        }
    }

    /// It worked.
    pub fn good(&mut self) {
        self.tries = 0;
        self.wait = 0;
        self.limit = (self.limit * 2).min(MAX_BATCH);
    }

    /// It did not work: waits a random time below a bound that doubles (full jitter), at least
    /// `at_least` milliseconds. `chance` gives a number below its argument.
    pub fn bad(&mut self, now: i64, at_least: u32, chance: fn(u32) -> u32) {
        let bound = FIRST.saturating_mul(1 << self.tries.min(6)).min(LONGEST);
        self.tries += 1;
        self.since = now;
        self.wait = (50 + chance(bound)).max(at_least);
        self.limit = (self.limit / 2).max(1);
    }

    /// The server refused this device.
    pub fn refused(&mut self, now: i64, chance: fn(u32) -> u32) {
        self.bad(now, REFUSED, chance);
    }

    /// Something changed (network, page in front, a tap): try at once.
    pub fn wake(&mut self) {
        self.wait = 0;
    }

    /// Whether it has not worked for so many tries in a row.
    pub fn tries(&self) -> u32 {
        self.tries
    }

    /// How many of the next events go into one batch, by their sizes in bytes: at least one.
    pub fn batch(&self, sizes: impl Iterator<Item = usize>) -> usize {
        let mut sum = 0;
        let fits = |size: &usize| {
            sum += size + 1;
            sum <= BYTES
        };
        let count = sizes.take(self.limit).take_while(fits).count();
        count.max(1)
    }
}

/// Milliseconds after which a request with a body of `bytes` is given up. Ten seconds, and the
/// time that 2 KB/s need for it: a slow network is not a dead one.
pub fn patience(bytes: usize) -> i32 {
    10_000 + (bytes / 2).min(60_000) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_grows_to_twenty_seconds_and_is_spread() {
        let mut plan = Plan::default();
        let mut bounds = Vec::new();
        for _ in 0..9 {
            plan.bad(1_000, 0, |bound| bound - 1);
            bounds.push(plan.due(1_000));
        }
        assert_eq!(bounds, [549, 1049, 2049, 4049, 8049, 16049, 20049, 20049, 20049]);
        plan.bad(1_000, 0, |_| 0);
        assert_eq!(plan.due(1_000), 50);
        plan.good();
        assert_eq!(plan.due(1_000), 0);
        plan.bad(1_000, 0, |bound| bound);
        assert_eq!(plan.due(1_000), 550);
    }

    #[test]
    fn a_clock_that_jumps_only_shortens_the_waiting() {
        let mut plan = Plan::default();
        plan.refused(86_400_000, |_| 0);
        assert_eq!(plan.due(86_400_000), REFUSED);
        assert_eq!(plan.due(86_400_000 + 86_400_000), 0);
        assert_eq!(plan.due(0), 0);
        plan.refused(5, |_| 0);
        plan.wake();
        assert_eq!(plan.due(5), 0);
    }

    #[test]
    fn batches_shrink_with_failures_and_grow_again() {
        let mut plan = Plan::default();
        assert_eq!(plan.batch([10; 100].into_iter()), MAX_BATCH);
        assert_eq!(plan.batch([60 * 1024; 100].into_iter()), 2);
        assert_eq!(plan.batch([500 * 1024; 3].into_iter()), 1);
        for _ in 0..9 {
            plan.bad(0, 0, |_| 0);
        }
        assert_eq!(plan.batch([10; 100].into_iter()), 1);
        plan.good();
        plan.good();
        assert_eq!(plan.batch([10; 100].into_iter()), 4);
    }

    #[test]
    fn only_our_own_refusals_refuse() {
        let no = |fault| Some(Refusal { fault, why: String::new(), after: None });
        let heard = |status, fault: Option<Fault>| match fault {
            Some(fault) => judge(status, no(fault).as_ref()),
            None => judge(status, None),
        };
        assert_eq!(heard(200, None), Heard::Done);
        // A gateway's own pages, whatever their status.
        for status in [301, 401, 403, 404, 413, 500, 502, 504, 511] {
            assert_eq!(heard(status, None), Heard::Nothing, "{status}");
        }
        assert_eq!(heard(403, Some(Fault::Denied)), Heard::Refused);
        assert_eq!(heard(404, Some(Fault::Missing)), Heard::Missing);
        assert_eq!(heard(413, Some(Fault::TooLarge)), Heard::Less);
        assert_eq!(heard(422, Some(Fault::Hash)), Heard::Never(Fault::Hash));
        assert_eq!(heard(429, Some(Fault::Slow)), Heard::Later(2));
    }

    #[test]
    fn patience_grows_with_the_size() {
        assert_eq!(patience(0), 10_000);
        assert_eq!(patience(64 * 1024), 42_768);
        assert_eq!(patience(usize::MAX), 70_000);
    }
}
