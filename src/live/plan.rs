//! How the link dials: which way next, and after what wait. Pure: time and chance are handed in.

use case::live::Close;

/// A way to the server that carries the live messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A WebSocket.
    Socket,
    /// An event stream, and `POST` for what is said.
    Stream,
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It was refused, or never came about.
    Failed,
    /// It was there for so many milliseconds and broke.
    Broke(i64),
    /// The server said good-bye: come again after so many milliseconds, or not as you are.
    Bye(Close, Option<u32>),
    /// Ended here, to dial anew at once.
    Again,
}

/// Upper bound of the first wait, milliseconds.
const FIRST: u32 = 300;
/// Upper bound of a wait while the network may be back any moment, milliseconds.
const SOON: u32 = 1_300;
/// Upper bound of a wait later, milliseconds.
const LATE: u32 = 15_000;
/// Tries before it is late: about a minute.
const TRIES: u32 = 60;
/// A connection that broke sooner was none, milliseconds.
const SHORT: i64 = 2_000;
/// Where sockets do not get through, how long they are not tried again, milliseconds.
const BLOCKED: i64 = 600_000;

/// Where the dialling stands.
#[derive(Debug, Default)]
pub struct Plan {
    tries: u32,
    /// The socket that was tried last did not come about.
    failed: bool,
    /// Sockets are blocked until then, Unix milliseconds.
    blocked: i64,
}

impl Plan {
    /// The way to try next.
    pub fn way(&self, now: i64) -> Way {
        let ahead = self.blocked - now;
        // A clock that was set back must not block sockets for ever.
        if self.failed || (1..=BLOCKED).contains(&ahead) { Way::Stream } else { Way::Socket }
    }

    /// The server answered on this way.
    pub fn welcomed(&mut self, way: Way, now: i64) {
        if way == Way::Stream && self.failed {
            self.blocked = now + BLOCKED;
        }
        self.failed = false;
    }

    /// A connection ended: milliseconds until the next one; `None` when only something new makes
    /// another one useful. `chance` gives a number below its argument.
    pub fn ended(&mut self, way: Way, end: End, chance: fn(u32) -> u32) -> Option<u32> {
        match end {
            End::Again => Some(0),
            End::Bye(_, after) => {
                self.tries = 0;
                after
            }
            End::Broke(lived) if lived >= SHORT => {
                self.tries = 0;
                Some(chance(FIRST))
            }
            // The other way at once.
            End::Failed | End::Broke(_) if way == Way::Socket => {
                self.failed = true;
                Some(0)
            }
            End::Failed | End::Broke(_) => {
                self.failed = false;
                let most = if self.tries < TRIES { SOON } else { LATE };
                let bound = FIRST.saturating_mul(1 << self.tries.min(8)).min(most);
                self.tries += 1;
                Some(100 + chance(bound))
            }
        }
    }

    /// Somebody looks at the page again, or the network came back: the waits begin anew.
    pub fn wake(&mut self) {
        self.tries = 0;
    }

    /// Another network may let sockets through.
    pub fn network(&mut self) {
        *self = Plan::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn most(n: u32) -> u32 {
        n - 1
    }

    #[test]
    fn a_blocked_socket_leads_to_the_stream_at_once_and_stays_there_for_a_while() {
        let mut plan = Plan::default();
        assert_eq!(plan.way(0), Way::Socket);
        assert_eq!(plan.ended(Way::Socket, End::Failed, most), Some(0));
        assert_eq!(plan.way(10), Way::Stream);
        plan.welcomed(Way::Stream, 1_000);
        assert_eq!(plan.ended(Way::Stream, End::Broke(60_000), most), Some(FIRST - 1));
        assert_eq!(plan.way(61_000), Way::Stream);
        assert_eq!(plan.way(1_001 + BLOCKED), Way::Socket);
        assert_eq!(plan.way(-BLOCKED), Way::Socket, "a clock that was set back");
        plan.network();
        assert_eq!(plan.way(61_000), Way::Socket);
    }

    #[test]
    fn a_socket_that_dies_at_once_counts_as_blocked() {
        let mut plan = Plan::default();
        plan.welcomed(Way::Socket, 0);
        assert_eq!(plan.ended(Way::Socket, End::Broke(SHORT - 1), most), Some(0));
        assert_eq!(plan.way(2_000), Way::Stream);
    }

    #[test]
    fn with_no_way_at_all_it_is_back_within_three_seconds_of_the_network_in_the_first_minute() {
        let mut plan = Plan::default();
        let mut waited = 0;
        for _ in 0..TRIES {
            assert_eq!(plan.way(0), Way::Socket);
            assert_eq!(plan.ended(Way::Socket, End::Failed, most), Some(0));
            let wait = plan.ended(Way::Stream, End::Failed, most).expect("again");
            assert!(wait <= 1_500, "{wait}");
            waited += wait;
        }
        assert!(waited > 60_000);
        plan.ended(Way::Socket, End::Failed, most);
        assert_eq!(plan.ended(Way::Stream, End::Failed, most), Some(99 + LATE));
        plan.wake();
        assert!(plan.ended(Way::Stream, End::Failed, most).is_some_and(|wait| wait < 500));
    }

    #[test]
    fn a_good_bye_is_obeyed() {
        let mut plan = Plan::default();
        let stop = End::Bye(Close::Stop, Some(7_000));
        assert_eq!(plan.ended(Way::Socket, stop, most), Some(7_000));
        assert_eq!(plan.ended(Way::Socket, End::Bye(Close::Denied, None), most), None);
        assert_eq!(plan.ended(Way::Socket, End::Again, most), Some(0));
        assert_eq!(plan.way(0), Way::Socket);
    }
}
