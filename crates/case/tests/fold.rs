//! The laws of the log: order by offset only, snapshots change nothing, and any order of
//! delivery, duplication and reload ends in the same state.

mod support;

use case::ledger::{Batch, Known};
use case::message::{Answer, Verdict};
use case::wire::to_json;
use case::{Envelope, Event, Replica, Role, State, Stored};
use proptest::prelude::*;

proptest! {
    #[test]
    fn snapshot_and_tail_equal_the_whole(log in support::log(60), cut in 0usize..60) {
        let cut = cut.min(log.len());
        let text = to_json(&State::fold(&log[..cut]));
        let mut state: State = serde_json::from_str(&text).expect("a snapshot reads back");
        for stored in &log[cut..] {
            state.apply(stored);
        }
        prop_assert_eq!(state, State::fold(&log));
    }

    #[test]
    fn any_order_of_delivery_ends_in_the_same_state(
        log in support::log(40),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..120),
        snap_at in 0usize..40,
        snap_when in 0usize..120,
    ) {
        let mut replica = Replica::default();
        for (i, index) in order.iter().enumerate() {
            if i == snap_when {
                replica.receive_snapshot(State::fold(&log[..snap_at.min(log.len())]));
            }
            if !log.is_empty() {
                replica.receive(index.get(&log).clone());
            }
        }
        for stored in log.iter().rev() {
            replica.receive(stored.clone());
        }
        prop_assert_eq!(replica.settled(), &State::fold(&log));
        prop_assert_eq!(replica.state(Role::Driver), State::fold(&log));
    }

    #[test]
    fn fire_is_never_taken_back(log in support::log(60)) {
        let mut state = State::default();
        let mut burning = false;
        for stored in &log {
            state.apply(stored);
            prop_assert!(state.fire || !burning);
            burning = state.fire;
        }
        prop_assert_eq!(state.facts("").get("fire").is_some_and(|v| v == "yes"), burning || state.fact("fire").as_deref() == Some("yes"));
    }
}

/// A server in memory: the ledger and nothing else.
#[derive(Default)]
struct Server {
    log: Vec<Stored>,
}

impl Server {
    fn take(&mut self, e: &Envelope, by: Role) -> Answer {
        let same_body = |s: &Stored| s.e.b == e.b && s.e.at == e.at;
        let known = self.log.iter().find(|s| s.e.k == e.k);
        let known = known.map(|s| Known { o: s.o, same_body: same_body(s) });
        let last = self.log.iter().filter(|s| s.e.d == e.d).map(|s| s.e.n).max().unwrap_or(0);
        let (verdict, o) = match Batch::default().admit(last, known, e.n) {
            Ok(_) => {
                let o = self.log.len() as u64 + 1;
                self.log.push(Stored { o, rx: 1, skew: 0, by, who: String::new(), e: e.clone() });
                (Verdict::Ok, o)
            }
            Err(other) => other,
        };
        Answer { k: e.k.clone(), verdict, o, why: String::new() }
    }
}

/// What one device keeps over a reload.
struct Device {
    name: String,
    written: Vec<Envelope>,
    acked: Vec<String>,
    seen: Vec<Stored>,
    replica: Replica,
}

impl Device {
    fn reload(&mut self) {
        self.replica = Replica::default();
        for stored in &self.seen {
            self.replica.receive(stored.clone());
        }
        for e in self.written.iter().filter(|e| !self.acked.contains(&e.k)) {
            self.replica.write(e.clone());
        }
    }
}

#[derive(Clone, Debug)]
enum Move {
    Write(Box<Event>),
    Send { answer_lost: bool, from: usize },
    Fetch { reversed: bool, from: usize },
    Reload,
}

fn moves() -> impl Strategy<Value = Vec<(bool, Move)>> {
    let one = prop_oneof![
        3 => support::event().prop_map(|e| Move::Write(Box::new(e))),
        3 => (any::<bool>(), 0usize..3).prop_map(|(answer_lost, from)| Move::Send { answer_lost, from }),
        2 => (any::<bool>(), 0usize..9).prop_map(|(reversed, from)| Move::Fetch { reversed, from }),
        1 => Just(Move::Reload),
    ];
    prop::collection::vec((any::<bool>(), one), 0..80)
}

fn step(server: &mut Server, device: &mut Device, action: Move) {
    match action {
        Move::Write(event) => {
            let n = device.written.len() as u64 + 1;
            let envelope = support::envelope(&device.name, n, n as i64, *event);
            device.written.push(envelope.clone());
            device.replica.write(envelope);
        }
        Move::Send { answer_lost, from } => {
            for e in device.replica.pending().to_vec().iter().skip(from) {
                let answer = server.take(e, Role::Driver);
                if !answer_lost {
                    if matches!(answer.verdict, Verdict::Ok | Verdict::Dup) {
                        device.acked.push(answer.k.clone());
                    }
                    device.replica.answer(&answer);
                }
            }
        }
        Move::Fetch { reversed, from } => {
            let mut tail: Vec<Stored> = server.log.iter().skip(from).cloned().collect();
            if reversed {
                tail.reverse();
            }
            for stored in tail {
                device.replica.receive(stored.clone());
                device.seen.push(stored);
            }
        }
        Move::Reload => device.reload(),
    }
}

proptest! {
    #[test]
    fn two_devices_over_a_bad_line_agree_and_lose_nothing(moves in moves()) {
        let mut server = Server::default();
        let device = |name: &str| Device {
            name: name.into(), written: vec![], acked: vec![], seen: vec![], replica: Replica::default(),
        };
        let mut devices = [device("x"), device("y")];
        for (which, action) in moves {
            step(&mut server, &mut devices[usize::from(which)], action);
        }
        // The line is good again: everything goes out, everything comes in.
        for device in &mut devices {
            step(&mut server, device, Move::Send { answer_lost: false, from: 0 });
        }
        for device in &mut devices {
            step(&mut server, device, Move::Fetch { reversed: false, from: 0 });
            prop_assert!(device.replica.pending().is_empty());
            prop_assert!(device.replica.refused().is_empty());
            prop_assert_eq!(device.replica.state(Role::Driver), State::fold(&server.log));
            let mine: Vec<_> = server.log.iter().filter(|s| s.e.d == device.name).map(|s| s.e.clone()).collect();
            prop_assert_eq!(&mine, &device.written, "each event once, in the order written");
        }
    }
}
