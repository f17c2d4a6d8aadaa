//! How exactly a case ends, and which endings its log allows. Pure; the words are the pages' own.
//! The server asks before it stores a closing, the desk before it offers one.

use crate::State;
use crate::event::{Outcome, Take};
use crate::wire;

wire! {
    /// How exactly a case ended.
    pub enum Ending : str {
        /// The driver mended it with a guide.
        Solved = "solved",
        /// An agent's words were enough.
        Advice = "advice",
        /// The driver went on under an order to drive on.
        DriveOn = "drive-on",
        /// A crew mended it on the spot.
        OnSite = "on-site",
        /// Carried to a workshop.
        TowWorkshop = "tow-workshop",
        /// Carried to a charger.
        TowCharger = "tow-charger",
        /// Carried to another place that the driver chose.
        TowOther = "tow-other",
        /// The fire brigade has it.
        Fire = "fire",
        /// The police have it.
        Police = "police",
        /// The ambulance has it.
        Ambulance = "ambulance",
        /// The road's own rescue has it.
        Road = "road",
        /// The operator of the charger has it.
        Operator = "operator",
        /// Opened by mistake.
        Mistake = "mistake",
        /// The same breakdown has another case.
        Double = "double",
        /// Nobody answered any more.
        NoContact = "no-contact",
    }
}

impl Ending {
    /// The outcome that it is one kind of.
    pub fn outcome(self) -> Outcome {
        use Ending::*;
        match self {
            Solved | Advice | DriveOn | OnSite => Outcome::Helped,
            TowWorkshop | TowCharger | TowOther => Outcome::Towed,
            Fire | Police | Ambulance | Road | Operator => Outcome::HandedOver,
            Mistake | Double | NoContact => Outcome::Void,
        }
    }

    /// Whether the log allows it: after a report of fire nobody was just talked out of it, nobody
    /// who may be in danger is given up, and only who accepted an order drove on by one.
    pub fn allowed(self, state: &State) -> bool {
        match self {
            Ending::DriveOn => {
                let accepted = |o: &crate::state::Order| o.open() && o.how == Some(Take::Accepted);
                !state.fire && state.order.as_ref().is_some_and(accepted)
            }
            Ending::Solved | Ending::Advice | Ending::OnSite => !state.fire,
            Ending::NoContact => !state.fire && !state.red,
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(state: &State) -> Vec<&'static str> {
        Ending::ALL.iter().filter(|e| e.allowed(state)).map(|e| e.as_str()).collect()
    }

    #[test]
    fn fire_and_danger_leave_fewer_ways_to_end() {
        let calm = allowed(&State::default());
        assert_eq!(calm.len(), Ending::ALL.len() - 1, "{calm:?}");
        assert!(!calm.contains(&"drive-on"));
        let red = allowed(&State { red: true, ..State::default() });
        assert!(red.contains(&"solved") && !red.contains(&"no-contact"));
        let fire = allowed(&State { fire: true, red: true, ..State::default() });
        for never in ["solved", "advice", "on-site", "drive-on", "no-contact"] {
            assert!(!fire.contains(&never), "{never}");
        }
        assert!(fire.contains(&"fire") && fire.contains(&"mistake"));
    }

    #[test]
    fn every_outcome_has_an_ending() {
        for outcome in Outcome::ALL {
            assert!(Ending::ALL.iter().any(|e| e.outcome() == *outcome), "{outcome:?}");
        }
    }
}
