//! Whether an agent is there at this moment, in words and a shape. Who only reads along on another
//! device is not shown.

use crate::driver::app::App;
use crate::journey::lead::safe;
use crate::live::{State, here};
use crate::react::*;
use crate::ui::El;
use crate::ui::dom::{computed, el};
use crate::ui::parts::p;
use crate::words::{Key, fill};
use case::event::Role;
use case::live::{Peer, Presence};

/// The agent to tell of: the one who is most there.
fn agent(peers: &[Peer]) -> Option<&Peer> {
    peers.iter().filter(|p| p.by == Role::Agent).min_by_key(|p| p.state)
}

/// The line; empty when no agent is there, or when it cannot be known.
pub fn line(app: App) -> El {
    let text = computed(move || {
        let peers = here().peers();
        let up = matches!(here().state(), State::Up { .. });
        let Some(agent) = agent(&peers).filter(|_| up && app.state.with(safe)) else {
            return String::new();
        };
        let key = match agent.state {
            Presence::Live => Key::PresentHere,
            Presence::Stale | Presence::Lost => Key::PresentLost,
            Presence::Gone => return String::new(),
        };
        let mark = if agent.state == Presence::Live { "+" } else { "-" };
        [mark, &fill(key, &[&agent.who])].concat()
    });
    el("div").dynamic(move || {
        let text = text.get();
        match text.split_at_checked(1) {
            Some((mark, text)) => {
                p("present", text).attr("data-present", if mark == "+" { "here" } else { "lost" })
            }
            None => el("i").attr("hidden", ""),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(conn: u32, by: Role, state: Presence) -> Peer {
        let (who, d) = (String::from("a"), String::new());
        Peer { conn, by, who, d, guest: false, state, since: 0 }
    }

    #[test]
    fn the_agent_who_is_most_there_is_told() {
        let peers = [
            peer(1, Role::Driver, Presence::Live),
            peer(2, Role::Agent, Presence::Lost),
            peer(3, Role::Agent, Presence::Stale),
        ];
        assert_eq!(agent(&peers).map(|p| p.conn), Some(3));
        assert_eq!(agent(&peers[..1]).map(|p| p.conn), None);
    }
}
