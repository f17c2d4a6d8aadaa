//! Order, duplicates, snapshots, restarts: nothing lost, nothing twice.

use super::Fixture;
use super::kit::{Device, NOW, log, opened, said};
use crate::store::{Access, Appended, Incoming, MAX_TAIL};
use crate::token;
use case::State;
use case::event::Envelope;
use case::message::Verdict;
use std::collections::HashMap;

/// The table of `case::ledger`, through the store.
pub async fn keys_and_numbers(fixture: &mut impl Fixture) {
    let store = &*fixture.store();
    let mut phone = opened(store).await;
    let second = phone.next(said("second"));
    let third = phone.next(said("third"));
    let verdict = async |envelope: &Envelope| {
        let answers = phone.give(store, std::slice::from_ref(envelope)).await;
        (answers[0].verdict, answers[0].o)
    };
    assert_eq!(verdict(&third).await, (Verdict::Gap, 2));
    assert_eq!(verdict(&second).await, (Verdict::Ok, 2));
    assert_eq!(verdict(&second).await, (Verdict::Dup, 2));
    assert_eq!(verdict(&third).await, (Verdict::Ok, 3));
    assert_eq!(verdict(&second).await, (Verdict::Dup, 2));
    let mut other_body = second.clone();
    other_body.b = said("another second").into();
    assert_eq!(verdict(&other_body).await, (Verdict::Conflict, 2));
    let mut other_time = second.clone();
    other_time.at += 1;
    assert_eq!(verdict(&other_time).await, (Verdict::Conflict, 2));
    let mut other_key = second.clone();
    other_key.k = token::uuid(NOW);
    assert_eq!(verdict(&other_key).await, (Verdict::Conflict, 0));
    // Numbered anew by a device that never got the answer: the same event, and 4 is used up.
    let mut other_number = second.clone();
    other_number.n = 4;
    assert_eq!(verdict(&other_number).await, (Verdict::Dup, 2));
    // What follows one whose number is taken does not overtake it.
    let mut late = other_key.clone();
    late.b = said("late").into();
    let mut early = other_key.clone();
    (early.k, early.n) = (token::uuid(NOW), 5);
    let answers = phone.give(store, &[late, early]).await;
    assert_eq!((answers[0].verdict, answers[0].o), (Verdict::Conflict, 0));
    assert_eq!((answers[1].verdict, answers[1].o), (Verdict::Gap, 5));
    let mut after = second;
    after.k = token::uuid(NOW);
    after.n = 5;
    assert_eq!(verdict(&after).await, (Verdict::Ok, 4));
    assert_eq!(log(store, &phone.case).await.len(), 4);
}

/// Tails while they are short, the state when they are not, and both come to the same.
pub async fn tails_and_snapshots(fixture: &mut impl Fixture) {
    let store = &*fixture.store();
    let mut phone = opened(store).await;
    let mut whole = State::fold(&log(store, &phone.case).await);
    for i in 0..8u64 {
        let events: Vec<_> = (0..64).map(|j| phone.next(said(&format!("{i}.{j}")))).collect();
        phone.give(store, &events).await;
        let slice = store.slice(&phone.case, whole.top).await.unwrap().unwrap();
        assert_eq!((slice.snap, slice.events.len()), (None, 64));
        slice.events.iter().for_each(|s| whole.apply(s));
    }
    let top = whole.top;
    for after in [0, 1, top - MAX_TAIL - 1, top + 1, u64::MAX] {
        let slice = store.slice(&phone.case, after).await.unwrap().unwrap();
        let mut state = slice.snap.expect("a state in place of so long a tail");
        slice.events.iter().for_each(|s| state.apply(s));
        assert_eq!(state, whole, "after {after}");
    }
    let slice = store.slice(&phone.case, top - MAX_TAIL).await.unwrap().unwrap();
    assert_eq!(slice.events.len() as u64, MAX_TAIL);
    let slice = store.slice(&phone.case, top).await.unwrap().unwrap();
    assert_eq!((slice.snap, slice.events.len(), slice.top), (None, 0, top));
    assert!(store.slice(&token::uuid(NOW), 0).await.unwrap().is_none());
}

/// Stop and start: log, numbers, keys, tokens and epoch are as before. Only a restored backup
/// changes the epoch.
pub async fn a_restart_changes_nothing(fixture: &mut impl Fixture) {
    let mut phone = opened(&*fixture.store()).await;
    let mut last = phone.next(said(""));
    for i in 0..250 {
        last = phone.next(said(&i.to_string()));
        // The one made above was never sent; its number is taken by this one.
        last.n -= 1;
        let answers = phone.give(&*fixture.store(), std::slice::from_ref(&last)).await;
        assert_eq!(answers[0].verdict, Verdict::Ok);
    }
    phone.n -= 1;
    let before = fixture.store().slice(&phone.case, 0).await.unwrap().unwrap();
    let rows = fixture.store().rows(0).await.unwrap();
    fixture.reopen().await;
    let store = fixture.store();
    assert_eq!(store.slice(&phone.case, 0).await.unwrap().unwrap(), before);
    assert_eq!(store.rows(0).await.unwrap(), rows);
    assert_eq!(store.access(&phone.case, &phone.hash(), NOW).await.unwrap(), Access::Granted);
    let again = phone.give(&*store, std::slice::from_ref(&last)).await;
    assert_eq!((again[0].verdict, again[0].o), (Verdict::Dup, before.top));
    assert_eq!(phone.say(&*store, said("on")).await, (Verdict::Ok, before.top + 1));
    drop(store);
    fixture.restore().await;
    let after = fixture.store().slice(&phone.case, 0).await.unwrap().unwrap();
    assert_ne!(after.epoch, before.epoch);
    assert_eq!(after.top, before.top + 1);
    // An answer names the history that its offsets count in.
    let again = phone.send(&*fixture.store(), vec![Incoming::Fine(last)]).await;
    let Appended::Answers { epoch, .. } = again else { panic!("answers, not {again:?}") };
    assert_eq!(epoch, after.epoch);
}

/// Thirty-two devices write at once, in one case and in many.
pub async fn many_at_once_leave_no_gap(fixture: &mut impl Fixture) {
    let store = fixture.store();
    let shared = opened(&*store).await;
    let mut tasks = Vec::new();
    for i in 0..32 {
        let store = store.clone();
        let shared = shared.case.clone();
        tasks.push(tokio::spawn(async move {
            let mut device = match i % 2 {
                0 => Device::agent(&shared, "Li"),
                _ => opened(&*store).await,
            };
            let mut offsets = Vec::new();
            for j in 0..8 {
                let (verdict, o) = device.say(&*store, said(&format!("{i}.{j}"))).await;
                assert_eq!(verdict, Verdict::Ok);
                offsets.push(o);
            }
            (device.case, offsets)
        }));
    }
    let mut by_case: HashMap<String, Vec<u64>> = HashMap::new();
    for task in tasks {
        let (case, offsets) = task.await.unwrap();
        assert!(offsets.is_sorted());
        by_case.entry(case).or_default().extend(offsets);
    }
    assert_eq!(by_case.len(), 17);
    for (case, mut offsets) in by_case {
        offsets.sort_unstable();
        let expected: Vec<u64> = (2..=offsets.len() as u64 + 1).collect();
        assert_eq!(offsets, expected, "{case}");
    }
}

/// A phone on a bad network: batches of any part of the outbox, again and again, out of order.
pub async fn any_delivery_ends_in_the_same_log(fixture: &mut impl Fixture) {
    let store = &*fixture.store();
    for seed in 1..=12u64 {
        let mut phone = opened(store).await;
        let outbox: Vec<Envelope> = (0..30).map(|i| phone.next(said(&i.to_string()))).collect();
        let mut acknowledged: HashMap<String, u64> = HashMap::new();
        let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut below = |n: u64| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random % n
        };
        while acknowledged.len() < outbox.len() {
            let from = below(30) as usize;
            let to = (from + 1 + below(9) as usize).min(30);
            let mut batch = outbox[from..to].to_vec();
            if below(4) == 0 {
                batch.reverse();
            }
            for answer in phone.give(store, &batch).await {
                match answer.verdict {
                    Verdict::Ok => {
                        let before = acknowledged.insert(answer.k, answer.o);
                        assert_eq!(before, None, "stored twice");
                    }
                    Verdict::Dup => assert_eq!(acknowledged[&answer.k], answer.o),
                    Verdict::Gap => {}
                    other => panic!("{other:?}"),
                }
            }
        }
        let kept: Vec<Envelope> =
            log(store, &phone.case).await.into_iter().skip(1).map(|s| s.e).collect();
        assert_eq!(kept, outbox);
    }
}
