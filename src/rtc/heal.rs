//! When a connection is to be mended, and how: a new way through the network first, a whole new
//! connection when that did not help. Pure; times are milliseconds and handed in.

/// How a connection is (`RTCPeerConnection.connectionState`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Being made, for the first time or again.
    Coming,
    /// Media can go through.
    Connected,
    /// Nothing comes through at the moment.
    Disconnected,
    /// Given up by the browser.
    Failed,
}

/// What to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cure {
    /// Look for another way through the network (`restartIce`).
    Restart,
    /// A new connection, the next generation.
    Renew,
}

/// A connection that is away for so long is mended; shorter gaps mend themselves.
const GAP: i64 = 3_000;
/// So long a cure is given to work.
const TRIAL: i64 = 8_000;
/// So long a new connection is given.
const FIRST: i64 = 12_000;
/// Ways that are looked for before a new connection is made.
const RESTARTS: u32 = 2;
/// The longest pause between new connections.
const LONGEST: i64 = 60_000;

/// Looks after a connection.
#[derive(Clone, Debug)]
pub struct Health {
    state: State,
    /// Since when it is not connected.
    since: Option<i64>,
    /// Cures since it was last connected, and when the last one was begun.
    restarts: u32,
    renewals: u32,
    tried: i64,
    /// It was connected at least once since it was made.
    was: bool,
}

impl Health {
    /// Of a new connection.
    pub fn new(now: i64) -> Health {
        Health {
            state: State::Coming,
            since: Some(now),
            restarts: 0,
            renewals: 0,
            tried: now,
            was: false,
        }
    }

    /// The browser says how it is.
    pub fn say(&mut self, state: State, now: i64) -> Option<Cure> {
        self.state = state;
        match state {
            State::Connected => {
                (self.since, self.restarts, self.renewals, self.was) = (None, 0, 0, true);
                return None;
            }
            _ => self.since = self.since.or(Some(now)),
        }
        // Given up: waiting brings nothing, but one cure at a time.
        let fresh = self.restarts == 0 && self.renewals == 0;
        if state == State::Failed && fresh { self.cure(now) } else { None }
    }

    /// The device has another network, or its line to the server came back.
    pub fn moved(&mut self, now: i64) -> Option<Cure> {
        if !self.was {
            return None;
        }
        self.tried = now;
        self.restarts = self.restarts.max(1);
        Some(Cure::Restart)
    }

    /// To be asked every second or so.
    pub fn tick(&mut self, now: i64) -> Option<Cure> {
        let since = self.since?;
        let wait = match (self.restarts, self.renewals) {
            (0, 0) if !self.was => FIRST,
            (0, 0) => GAP,
            (_, 0) => TRIAL,
            (_, n) => (FIRST << (n - 1).min(4)).min(LONGEST),
        };
        (now - since.max(self.tried) >= wait).then(|| self.cure(now)).flatten()
    }

    /// Whether it is tried for so long in vain that nobody should wait for it.
    pub fn hopeless(&self) -> bool {
        self.since.is_some() && self.renewals >= 2
    }

    /// Whether media can go through.
    pub fn connected(&self) -> bool {
        self.state == State::Connected
    }

    /// A new connection was made, by this side or the other.
    pub fn renewed(&mut self, now: i64) {
        let renewals = self.renewals;
        *self = Health { renewals, ..Health::new(now) };
    }

    fn cure(&mut self, now: i64) -> Option<Cure> {
        self.tried = now;
        if self.was && self.restarts < RESTARTS {
            self.restarts += 1;
            return Some(Cure::Restart);
        }
        self.renewals = self.renewals.saturating_add(1);
        Some(Cure::Renew)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_gap_mends_itself_and_a_long_one_is_mended() {
        let mut health = Health::new(0);
        assert_eq!(health.say(State::Connected, 900), None);
        assert_eq!(health.say(State::Disconnected, 5_000), None);
        assert_eq!(health.tick(7_900), None);
        assert_eq!(health.say(State::Connected, 7_950), None);
        assert_eq!(health.tick(60_000), None);
        health.say(State::Disconnected, 61_000);
        assert_eq!(health.tick(64_000), Some(Cure::Restart));
        assert_eq!(health.tick(71_900), None);
        assert_eq!(health.tick(72_000), Some(Cure::Restart));
        assert_eq!(health.tick(80_000), Some(Cure::Renew));
        assert!(!health.hopeless());
        health.renewed(80_000);
        assert_eq!(health.tick(91_000), None);
        assert_eq!(health.tick(92_000), Some(Cure::Renew));
        assert!(health.hopeless());
        health.renewed(92_000);
        health.say(State::Connected, 93_000);
        assert!(!health.hopeless());
    }

    #[test]
    fn given_up_by_the_browser_is_mended_at_once_and_not_twice() {
        let mut health = Health::new(0);
        health.say(State::Connected, 1_000);
        assert_eq!(health.say(State::Failed, 9_000), Some(Cure::Restart));
        assert_eq!(health.say(State::Failed, 9_001), None);
        assert_eq!(health.tick(16_999), None);
        assert_eq!(health.tick(17_000), Some(Cure::Restart));
    }

    #[test]
    fn another_network_is_a_new_way_only_for_what_was_connected() {
        let mut health = Health::new(0);
        assert_eq!(health.moved(500), None);
        health.say(State::Connected, 1_000);
        assert_eq!(health.moved(2_000), Some(Cure::Restart));
        // It stays connected: nothing else is done.
        assert_eq!(health.tick(90_000), None);
    }

    #[test]
    fn pauses_between_new_connections_grow_to_a_minute() {
        let (mut health, mut at, mut pauses) = (Health::new(0), 0, Vec::new());
        for now in (0..400_000).step_by(500) {
            if health.tick(now) == Some(Cure::Renew) {
                pauses.push(now - at);
                at = now;
                health.renewed(now);
            }
        }
        assert_eq!(pauses[..5], [12_000, 12_000, 24_000, 48_000, 60_000]);
    }
}
