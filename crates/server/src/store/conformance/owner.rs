//! Whose case it is: exactly one agent's, and only that agent hands it on or closes it.

use super::Fixture;
use super::kit::{Device, NOW, log, opened, said};
use crate::store::{Append, Appended, IDLE_MS, Incoming, MAX_PAGE, Store};
use crate::token;
use case::State;
use case::event::{Event, Goal, Halt, Outcome};
use case::message::Verdict;
use std::sync::Arc;

async fn enrol(store: &dyn Store, name: &str) {
    let token = token::mint().1;
    store.enrol_token(token, true, i64::MAX).await.unwrap();
    store.enrol(token, name, "hash", NOW).await.unwrap();
}

fn hand(to: &str, from: &str, note: &str) -> Event {
    Event::Claimed { agent: to.into(), from: from.into(), note: note.into() }
}

/// Eight agents reach for one case at the same moment, many times over: one has it, and the log
/// has one claim.
pub async fn one_of_many_takes_the_case(fixture: &mut impl Fixture) {
    let store = fixture.store();
    for _ in 0..20 {
        let phone = opened(&*store).await;
        let mut race = Vec::new();
        for i in 0..8 {
            let name = format!("agent {i}");
            let mut agent = Device::agent(&phone.case, &name);
            let events = vec![Incoming::Fine(agent.next(Event::claimed(&name)))];
            let (store, batch): (_, Append) = (Arc::clone(&store), agent.batch(events));
            race.push(tokio::spawn(async move { (name, store.append(batch).await.unwrap()) }));
        }
        let mut winners = Vec::new();
        for one in race {
            let (name, appended) = one.await.unwrap();
            let Appended::Answers { answers, .. } = appended else { panic!("{appended:?}") };
            match answers[0].verdict {
                Verdict::Ok => winners.push(name),
                verdict => assert_eq!(verdict, Verdict::Denied),
            }
        }
        let log = log(&*store, &phone.case).await;
        assert_eq!((winners.len(), log.len()), (1, 2));
        assert_eq!(State::fold(&log).agent, winners[0]);
    }
}

/// A named colleague with a note, back to the queue, and taken over by name.
pub async fn a_case_changes_hands(fixture: &mut impl Fixture) {
    let store = &*fixture.store();
    enrol(store, "Li").await;
    enrol(store, "Wang").await;
    let phone = opened(store).await;
    let mut li = Device::agent(&phone.case, "Li");
    let mut wang = Device::agent(&phone.case, "Wang");
    let denied = Verdict::Denied;
    assert_eq!(li.say(store, hand("Wang", "", "x")).await.0, denied, "nobody's to give");
    assert_eq!(li.say(store, Event::claimed("Li")).await.0, Verdict::Ok);
    assert_eq!(wang.say(store, Event::claimed("Wang")).await.0, denied);
    assert_eq!(wang.say(store, Event::claimed("")).await.0, denied);
    assert_eq!(wang.say(store, Event::closed(Outcome::Void)).await.0, denied);
    assert_eq!(li.say(store, hand("Zhao", "Li", "x")).await.0, denied, "no such agent");
    assert_eq!(li.say(store, hand("Wang", "Li", "told 12122")).await.0, Verdict::Ok);
    let state = State::fold(&log(store, &phone.case).await);
    assert_eq!(state.agent, "Wang");
    assert_eq!(state.handover.map(|h| h.note), Some("told 12122".into()));
    assert_eq!(li.say(store, Event::closed(Outcome::Void)).await.0, denied);
    assert_eq!(li.say(store, hand("Li", "Wang", "")).await.0, Verdict::Ok, "taken over by name");
    assert_eq!(li.say(store, Event::claimed("")).await.0, Verdict::Ok);
    assert_eq!(wang.say(store, Event::claimed("Wang")).await.0, Verdict::Ok);
    let order =
        Event::Ordered { kmh: 30, km: 5, goal: Goal::Exit, stops: vec![Halt::Red], facts: vec![] };
    assert_eq!(li.say(store, order.clone()).await.0, denied);
    assert_eq!(wang.say(store, order).await.0, Verdict::Ok);
    let close = |d: &str| Event::Closed { outcome: Outcome::Towed, d: d.into(), note: "".into() };
    assert_eq!(wang.say(store, close("solved")).await.0, denied);
    assert_eq!(wang.say(store, close("tow-workshop")).await.0, Verdict::Ok);
    assert_eq!(wang.say(store, close("tow-workshop")).await.0, denied);
}

/// The whole log in pages, however long it is.
pub async fn a_long_log_is_read_whole(fixture: &mut impl Fixture) {
    let store = &*fixture.store();
    let mut phone = opened(store).await;
    for _ in 0..9 {
        let events: Vec<_> = (0..64).map(|i| phone.next(said(&i.to_string()))).collect();
        phone.give(store, &events).await;
    }
    let mut all = Vec::new();
    loop {
        let page = store.page(&phone.case, all.len() as u64).await.unwrap().unwrap();
        assert_eq!((page.snap, page.top), (None, 577));
        assert!(page.events.len() <= MAX_PAGE as usize);
        if page.events.is_empty() {
            break;
        }
        all.extend(page.events);
    }
    assert!(all.iter().zip(1..).all(|(s, o)| s.o == o) && all.len() == 577);
    let state = store.slice(&phone.case, 0).await.unwrap().unwrap().snap.unwrap();
    assert_eq!(State::fold(&all), state);
    assert!(store.page(&phone.case, u64::MAX).await.unwrap().unwrap().events.is_empty());
    assert_eq!(store.page("nothing", 0).await.unwrap(), None);
}

/// Everybody by name; on duty is whose session is not over.
pub async fn colleagues_are_known(fixture: &mut impl Fixture) {
    let store = &*fixture.store();
    enrol(store, "Wang").await;
    enrol(store, "Li").await;
    let session = token::mint().1;
    store.session_begin(session, "Wang", NOW).await.unwrap();
    store.session_begin(token::mint().1, "Wang", NOW - 5).await.unwrap();
    let told = async |now| {
        let people = store.people(now).await.unwrap();
        people.into_iter().map(|p| (p.name, p.seen)).collect::<Vec<_>>()
    };
    assert_eq!(told(NOW).await, [("Li".into(), 0), ("Wang".into(), NOW)]);
    assert_eq!(told(NOW + IDLE_MS).await, [("Li".into(), 0), ("Wang".into(), 0)]);
}
