//! Who may say what, and when: by role, by the driver's consent, and by whose case it is. Pure; the
//! server asks all of it before it stores, the fold asks again what holds for every log.

use crate::State;
use crate::closing::Ending;
use crate::event::{Event, Role, Scope};
use crate::state::Status;

/// Whether a role may say this. The server asks before it stores, and the fold asks again, so
/// that nothing stored by a mistake takes effect.
pub fn may(role: Role, event: &Event) -> bool {
    use Event::*;
    match event {
        Opened { .. } | Joined { .. } | Spoke { .. } | Moved { .. } | Started { .. } => {
            role == Role::Driver
        }
        Answered { .. } | Ended { .. } | Photo { .. } | Marked { .. } | Dropped { .. } => {
            role == Role::Driver
        }
        Called { .. } | Handed { .. } | Power { .. } | Crashed { .. } => role == Role::Driver,
        Placed { place } => match role {
            Role::Driver => place.how != crate::place::How::Agent,
            Role::Agent => place.how == crate::place::How::Agent,
            Role::Server => false,
        },
        Noted { .. } | Said { .. } | Read { .. } => role != Role::Server,
        Claimed { .. } | Urgent { .. } | Closed { .. } => role == Role::Agent,
        Asked { .. } | Proposed { .. } | Drawn { .. } => role == Role::Agent,
        Ordered { .. } | Halted { .. } => role == Role::Agent,
        Granted { .. } | Revoked { .. } | Took { .. } | Frozen { .. } => role == Role::Driver,
        Reopened { .. } => role != Role::Server,
        Received { .. } => role == Role::Server,
    }
}

/// The consent that an agent must have for this, besides [`may`].
pub fn needs(event: &Event) -> Option<Scope> {
    match event {
        Event::Proposed { .. } => Some(Scope::Guide),
        Event::Drawn { .. } => Some(Scope::Annotate),
        _ => None,
    }
}

/// Why an agent may not say something of a case as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    /// Somebody else has the case.
    Taken,
    /// Only the agent who has the case may do this.
    NotYours,
    /// The case is closed.
    Closed,
    /// The driver may be in danger.
    Danger,
    /// The log does not allow this ending.
    Ending,
}

impl Against {
    /// For logs.
    pub fn why(self) -> &'static str {
        match self {
            Against::Taken => "somebody else has the case",
            Against::NotYours => "only the agent who has the case may do this",
            Against::Closed => "the case is closed",
            Against::Danger => "nobody drives on in danger",
            Against::Ending => "the log does not allow this ending",
        }
    }
}

/// What stands against the agent `who` saying this, besides [`may`] and [`needs`]. Asked before an
/// event is stored, not of a stored one: logs of before these rules stay what they are.
pub fn against(state: &State, who: &str, event: &Event) -> Option<Against> {
    let mine = state.agent == who;
    let done = state.status == Status::Done;
    match event {
        // Two who take it at the same moment both saw nobody: the second one no longer does.
        Event::Claimed { agent, from, .. } if agent == who => {
            (!mine && !state.agent.is_empty() && state.agent != *from).then_some(Against::Taken)
        }
        Event::Claimed { .. } => (!mine).then_some(Against::NotYours),
        Event::Closed { .. } if !mine => Some(Against::NotYours),
        Event::Closed { .. } if done => Some(Against::Closed),
        Event::Closed { outcome, d, .. } if !d.is_empty() => {
            let fits = |e: Ending| e.outcome() == *outcome && e.allowed(state);
            (!Ending::parse(d).is_some_and(fits)).then_some(Against::Ending)
        }
        Event::Ordered { .. } | Event::Halted {} if !mine => Some(Against::NotYours),
        Event::Ordered { .. } if done => Some(Against::Closed),
        Event::Ordered { .. } => {
            let red_light = state.fact("light-colour").is_some_and(|colour| colour == "red");
            (state.red || state.fire || red_light).then_some(Against::Danger)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Outcome;
    use crate::place::How;
    use crate::place::Place;

    #[test]
    fn only_an_agent_closes_and_only_the_server_receives() {
        let close = Event::closed(Outcome::Helped);
        let received = Event::Received { sha: String::new() };
        let say = Event::Said { text: String::new() };
        let placed = |how| Event::Placed { place: Place::new(how) };
        let table = [
            (close, [false, true, false]),
            (received, [false, false, true]),
            (say, [true, true, false]),
            (placed(How::Post), [true, false, false]),
            (placed(How::Agent), [false, true, false]),
            (Event::Dropped { id: String::new() }, [true, false, false]),
            (Event::Urgent { on: true }, [false, true, false]),
        ];
        for (event, expected) in table {
            let got = [Role::Driver, Role::Agent, Role::Server].map(|role| may(role, &event));
            assert_eq!(got, expected, "{event:?}");
        }
    }
}
