//! What passes between the desk and the driver at the moment, and is nowhere kept: which screen the
//! driver has open, what the agent points at, who is there. All of it goes over the page's live link.

use super::model::Desk;
use super::page;
use super::route::Route;
use crate::live::{State, here};
use case::event::{Role, Scope};
use case::live::{Down, Peer, Presence, Signal};
use case::view::Screen;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Milliseconds that the driver's side keeps lit what is pointed at.
const LIT: i32 = 12_000;

/// See the module.
#[derive(Clone, Copy)]
pub struct Near {
    /// What is open on the driver's screen; `None` while that is not told.
    screen: RwSignal<Option<Screen>>,
    /// What the agent points at: guide, step, answer (empty for the step), and a count.
    pointed: RwSignal<Option<(String, String, String)>>,
    count: RwSignal<u32>,
    /// The server did not take what was pointed at.
    pub refused: RwSignal<bool>,
}

impl Default for Near {
    fn default() -> Near {
        Near {
            screen: RwSignal::new(None),
            pointed: RwSignal::new(None),
            count: RwSignal::new(0),
            refused: RwSignal::new(false),
        }
    }
}

impl Near {
    /// Listens as long as the page lives.
    pub fn listen(self, desk: Desk) {
        let ear = here().hear(move |down| match down {
            Down::Signal { by: Role::Driver, s: Signal::Screen { view }, .. } => {
                // What is not on the screen any more is not pointed at either.
                let left = self.pointed.with_untracked(|p| {
                    p.as_ref().is_some_and(|(g, q, _)| *g != view.g || *q != view.q)
                });
                if left {
                    self.point_away();
                }
                self.screen.set(Some(view.clone()));
            }
            Down::No { kind, .. } if kind == "point" => {
                self.pointed.set(None);
                self.refused.set(true);
            }
            _ => {}
        });
        // The link lives as long as the page, and so does this.
        std::mem::forget(ear);
        // What was said in one case, or with a consent that ended, is not shown in another.
        let seen = Memo::new(move |_| match desk.route.get() {
            Route::Case(id) => {
                let sees =
                    desk.case(&id).replica.with(|r| r.settled().allows(&desk.agent(), Scope::View));
                Some((id, sees))
            }
            _ => None,
        });
        Effect::new(move |before: Option<Option<(String, bool)>>| {
            let now = seen.get();
            // A consent that begins takes nothing away: what is shown may have come before it.
            let begins =
                matches!((&before, &now), (Some(Some((old, _))), Some((id, true))) if old == id);
            if !begins {
                self.screen.set(None);
                self.pointed.set(None);
                self.refused.set(false);
            }
            now
        });
    }

    /// Whether the own link is up. Tracked.
    pub fn linked(self) -> bool {
        matches!(here().state(), State::Up { .. })
    }

    /// What is open on the driver's screen, as long as that is told by somebody who is there. Tracked.
    pub fn open(self) -> Option<Screen> {
        self.screen.get().filter(|_| self.there())
    }

    /// Whether the driver is there and hears what is said. Tracked.
    pub fn there(self) -> bool {
        matches!(driver(self.linked(), &here().peers()), Driver::Is(Presence::Live, _))
    }

    /// Points at a step, or at one of its answers.
    pub fn point(self, g: &str, q: &str, id: &str) {
        let n = self.count.get_untracked() + 1;
        self.count.set(n);
        self.refused.set(false);
        self.pointed.set(Some((g.into(), q.into(), id.into())));
        here().send(Signal::Point { id: id.into(), g: g.into(), q: q.into() });
        spawn_local(async move {
            // It goes dark there by itself; here it is said no longer either.
            let until = page::device_now() + i64::from(LIT);
            while page::device_now() < until {
                page::sleep((until - page::device_now()) as i32).await;
            }
            if self.count.get_untracked() == n {
                self.point_away();
            }
        });
    }

    /// Points at nothing.
    pub fn point_away(self) {
        if self.pointed.get_untracked().is_some() {
            self.pointed.set(None);
            let nothing = String::new;
            here().send(Signal::Point { id: nothing(), g: nothing(), q: nothing() });
        }
    }

    /// Whether this is pointed at. Tracked.
    pub fn points_at(self, g: &str, q: &str, id: &str) -> bool {
        self.pointed.with(|p| p.as_ref().is_some_and(|p| p.0 == g && p.1 == q && p.2 == id))
    }

    /// Whether anything is pointed at. Tracked.
    pub fn pointing(self) -> bool {
        self.pointed.with(Option::is_some)
    }
}

/// How present the driver is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Driver {
    /// The own link is down: nobody knows.
    Unknown,
    /// No device of the driver has a live link.
    Never,
    /// So present, since then by the server's clock.
    Is(Presence, i64),
}

/// How present the driver is: of several devices the one that is most there.
pub fn driver(linked: bool, peers: &[Peer]) -> Driver {
    if !linked {
        return Driver::Unknown;
    }
    let theirs = peers.iter().filter(|p| p.by == Role::Driver && !p.guest);
    let most = theirs.min_by_key(|p| (p.state, std::cmp::Reverse(p.since)));
    most.map_or(Driver::Never, |p| Driver::Is(p.state, p.since))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_device_that_is_most_there_counts_and_a_reader_never() {
        let peer = |by, guest, state, since| Peer {
            conn: 1,
            by,
            who: String::new(),
            d: String::new(),
            guest,
            state,
            since,
        };
        let agent = peer(Role::Agent, false, Presence::Live, 5);
        let reader = peer(Role::Driver, true, Presence::Live, 5);
        let lost = peer(Role::Driver, false, Presence::Lost, 7);
        let stale = peer(Role::Driver, false, Presence::Stale, 3);
        assert_eq!(driver(true, &[agent.clone(), reader.clone()]), Driver::Never);
        let all = [agent, reader, lost, stale];
        assert_eq!(driver(true, &all), Driver::Is(Presence::Stale, 3));
        assert_eq!(driver(false, &all), Driver::Unknown);
    }
}
