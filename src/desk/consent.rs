//! How one consent stands between this agent and the driver, and since when. Pure: what is in force
//! is the case's own word; what was refused or ended is read from the log.

use case::State;
use case::event::{Event, Scope, Stored};

/// How one consent stands; times are Unix milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody asked.
    Never,
    /// Asked, and not answered yet.
    Asked(i64),
    /// In force.
    Allowed(i64),
    /// The driver did not allow it.
    Declined(i64),
    /// The driver took it back.
    Ended(i64),
}

impl Standing {
    /// Whether it makes sense to ask.
    pub fn askable(self) -> bool {
        !matches!(self, Standing::Asked(_) | Standing::Allowed(_))
    }
}

/// How it stands for the agent `me`.
pub fn standing(state: &State, log: &[Stored], me: &str, scope: Scope) -> Standing {
    if let Some(grant) = state.grants.iter().find(|g| g.agent == me && g.scope == scope) {
        return Standing::Allowed(grant.at);
    }
    // What this page has just written has no name on it yet.
    let mine = |agent: &str| agent == me || agent.is_empty();
    if let Some(asked) = state.asked.iter().find(|g| mine(&g.agent) && g.scope == scope) {
        return Standing::Asked(asked.at);
    }
    let (mut asked, mut granted, mut now) = (false, false, Standing::Never);
    for stored in log {
        match stored.e.b.event() {
            Some(Event::Asked { scopes }) if stored.who == me && scopes.contains(&scope) => {
                asked = true;
            }
            Some(Event::Granted { agent, scopes }) if agent == me && scopes.contains(&scope) => {
                granted = true;
            }
            Some(Event::Revoked { agent, scopes })
                if mine(agent) && (scopes.is_empty() || scopes.contains(&scope)) =>
            {
                now = match (granted, asked) {
                    (true, _) => Standing::Ended(stored.happened()),
                    (_, true) => Standing::Declined(stored.happened()),
                    _ => now,
                };
                (asked, granted) = (false, false);
            }
            _ => {}
        }
    }
    now
}

#[cfg(test)]
mod tests {
    use super::*;
    use case::Envelope;
    use case::event::Role;

    fn stored(o: u64, by: Role, who: &str, event: Event) -> Stored {
        let at = 1_000 * o as i64;
        let e = Envelope { v: 1, k: String::new(), d: String::new(), n: o, at, b: event.into() };
        Stored { o, rx: at, skew: 0, by, who: who.into(), e }
    }

    #[test]
    fn asked_allowed_ended_declined() {
        let scopes = || vec![Scope::View, Scope::Guide];
        let granted = Event::Granted { agent: "Li".into(), scopes: vec![Scope::View] };
        let declined = Event::Revoked { agent: "Li".into(), scopes: vec![Scope::Guide] };
        let stop = Event::Revoked { agent: "Li".into(), scopes: Vec::new() };
        let log = [
            stored(1, Role::Agent, "Li", Event::Asked { scopes: scopes() }),
            stored(2, Role::Driver, "", granted),
            stored(3, Role::Driver, "", declined),
            stored(4, Role::Driver, "", stop),
        ];
        let at = |n: usize, scope| standing(&State::fold(&log[..n]), &log[..n], "Li", scope);
        assert_eq!(at(0, Scope::View), Standing::Never);
        assert_eq!(at(1, Scope::View), Standing::Asked(1_000));
        assert_eq!(at(2, Scope::View), Standing::Allowed(2_000));
        assert_eq!(at(3, Scope::Guide), Standing::Declined(3_000));
        assert_eq!(at(4, Scope::View), Standing::Ended(4_000));
        assert_eq!(at(4, Scope::Guide), Standing::Declined(3_000));
        assert_eq!(standing(&State::fold(&log), &log, "Wang", Scope::View), Standing::Never);
    }
}
