//! The checker over both logs: pure, so that it can be shown to find what it looks for.

use super::journal::Journal;
use case::{State, Stored};
use std::collections::HashSet;

/// The first thing that is wrong, if any.
pub fn logs(log: &[Stored], journal: &Journal) -> Option<String> {
    let mut keys = HashSet::new();
    for (i, stored) in log.iter().enumerate() {
        if stored.o != i as u64 + 1 {
            return Some(format!("a hole in the log at {}", stored.o));
        }
        if !keys.insert(&stored.e.k) {
            return Some(format!("{} twice in the log", stored.e.k));
        }
    }
    let mut fold = State::default();
    log.iter().for_each(|s| fold.apply(s));
    for client in &journal.clients {
        if let Some(wrong) = client.wrong.first() {
            return Some(wrong.clone());
        }
        let at = |o: u64| log.get((o as usize).wrapping_sub(1));
        for (k, o) in &client.acknowledged {
            if at(*o).is_none_or(|s| s.e.k != *k) {
                return Some(format!("{k} acknowledged and not in the log at {o}"));
            }
        }
        let mine: Vec<_> = log.iter().filter(|s| s.e.d == client.d).map(|s| &s.e).collect();
        let written: Vec<_> = client.written.iter().collect();
        if mine != written {
            return Some(format!(
                "{} wrote {} and {} are there",
                client.d,
                written.len(),
                mine.len()
            ));
        }
        if client.seen.len() != log.len() {
            return Some(format!("{} saw {} of {}", client.d, client.seen.len(), log.len()));
        }
        if let Some((o, k)) = client.seen.iter().find(|(o, k)| at(**o).is_none_or(|s| s.e.k != **k))
        {
            return Some(format!("{} saw {k} at {o}, which is not there", client.d));
        }
        if client.state != fold {
            return Some(format!("{} came to another state than the log", client.d));
        }
        if client.signals > 0 && !client.hears {
            return Some(format!("{} heard signals without consent", client.d));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::journal::{Account, Journal};
    use super::*;
    use case::event::Role;
    use server::store::conformance::kit::{Device, open_event, said};

    /// A log that is right, with its journal.
    fn right() -> (Vec<Stored>, Journal) {
        let mut phone = Device::driver("case");
        let mut written = vec![phone.next(open_event())];
        written.extend((0..4).map(|n| phone.next(said(&n.to_string()))));
        let stored = |(i, e): (usize, &case::Envelope)| {
            let (o, by, who) = (i as u64 + 1, Role::Driver, String::new());
            Stored { o, rx: 0, skew: 0, by, who, e: e.clone() }
        };
        let log: Vec<Stored> = written.iter().enumerate().map(stored).collect();
        let mut state = State::default();
        log.iter().for_each(|s| state.apply(s));
        let acknowledged = log.iter().map(|s| (s.e.k.clone(), s.o)).collect();
        let seen = log.iter().map(|s| (s.o, s.e.k.clone())).collect();
        let d = phone.d.clone();
        let account = Account { d, written, acknowledged, seen, state, ..Account::default() };
        (log, Journal { clients: vec![account] })
    }

    type Mistake = (&'static str, fn(&mut Vec<Stored>, &mut Account));

    #[test]
    fn every_mistake_is_found() {
        let (log, journal) = right();
        assert_eq!(logs(&log, &journal), None);
        let mistakes: [Mistake; 9] = [
            ("not in the log", |log, a| {
                log.pop();
                a.seen.remove(&5);
                a.written.pop();
            }),
            ("twice in the log", |log, _| {
                let again = Stored { o: 6, ..log[2].clone() };
                log.push(again);
            }),
            ("a hole", |log, _| drop(log.remove(2))),
            ("and 5 are there", |log, a| {
                (log[1].o, log[2].o) = (3, 2);
                log.swap(1, 2);
                a.acknowledged.clear();
            }),
            ("and 5 are there", |log, _| log[3].e.b = said("other words").into()),
            ("saw 4 of 5", |_, a| drop(a.seen.remove(&3))),
            ("which is not there", |_, a| drop(a.seen.insert(3, "another".into()))),
            ("another state", |_, a| a.state.note.push('!')),
            ("without consent", |_, a| a.signals = 1),
        ];
        for (symptom, make) in mistakes {
            let (mut log, mut journal) = (log.clone(), journal.clone());
            make(&mut log, &mut journal.clients[0]);
            let wrong = logs(&log, &journal).unwrap_or_default();
            assert!(wrong.contains(symptom), "{symptom}: {wrong}");
        }
    }
}
