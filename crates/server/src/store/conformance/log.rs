//! Who may write what, and what is kept of it.

use super::Fixture;
use super::kit::{Device, NOW, log, open_event, opened, said};
use crate::store::sample::one_of_each;
use crate::store::{Access, Appended, Incoming, MAX_CASE_BYTES};
use crate::token;
use case::event::{Body, Event, Outcome, Role, may};
use case::json::Json;
use case::message::Verdict;
use case::state::Status;

/// Nothing is stored for a case before its first event, and a token opens only its own.
pub async fn a_case_begins_with_opened(fixture: &mut impl Fixture) {
    let store = &*fixture.store();
    let mut phone = Device::driver(&token::uuid(NOW));
    let agent = Device::agent(&phone.case, "Li");
    let first = Device::next(&mut phone.clone(), said("early"));
    assert_eq!(phone.give(store, &[first]).await[0].verdict, Verdict::Denied);
    phone.n = 4;
    assert_eq!(phone.say(store, said("fifth")).await, (Verdict::Gap, 1));
    let event = agent.clone().next(said("hello"));
    let missing = agent.send(store, vec![Incoming::Fine(event)]).await;
    assert_eq!(missing, Appended::Missing);
    assert!(store.slice(&phone.case, 0).await.unwrap().is_none());
    assert_eq!(store.access(&phone.case, &phone.hash(), NOW).await.unwrap(), Access::Missing);

    phone.n = 0;
    let (first, second) = (phone.next(open_event()), phone.next(said("here")));
    let answers = phone.give(store, &[first, second]).await;
    assert_eq!((answers[0].o, answers[1].o), (1, 2));
    assert_eq!(store.access(&phone.case, &phone.hash(), NOW).await.unwrap(), Access::Granted);
    let stranger = Device::driver(&phone.case);
    assert_eq!(store.access(&phone.case, &stranger.hash(), NOW).await.unwrap(), Access::Denied);
}

/// Every kind of event by every role: stored exactly when the case's rules allow it.
pub async fn every_role_says_what_it_may(fixture: &mut impl Fixture) {
    let store = &*fixture.store();
    let mut phone = opened(store).await;
    let mut agent = Device::agent(&phone.case, "Li");
    for event in one_of_each() {
        for (role, device) in [(Role::Driver, &mut phone), (Role::Agent, &mut agent)] {
            let (verdict, _) = device.say(store, event.clone()).await;
            let expected = match may(role, &event) {
                true => Verdict::Ok,
                false => Verdict::Denied,
            };
            assert_eq!(verdict, expected, "{role:?} {}", event.tag());
        }
    }
    let other = Event::claimed("Wang");
    assert_eq!(agent.say(store, other).await.0, Verdict::Denied);
    for stored in log(store, &phone.case).await {
        assert!(may(stored.by, stored.e.b.event().unwrap()));
        let named = if stored.by == Role::Agent { "Li" } else { "" };
        assert_eq!(stored.who, named);
    }
}

/// A foreign token, a foreign device id and a borrowed one are all denied.
pub async fn devices_are_bound(fixture: &mut impl Fixture) {
    let store = &*fixture.store();
    let mut phone = opened(store).await;
    let mut foreign = opened(store).await;
    foreign.case = phone.case.clone();
    let event = foreign.next(said("let me in"));
    let denied = foreign.send(store, vec![Incoming::Fine(event)]).await;
    assert_eq!(denied, Appended::Denied);

    let mut renamed = phone.clone();
    renamed.d = token::uuid(NOW);
    renamed.n = 0;
    assert_eq!(renamed.say(store, said("a")).await.0, Verdict::Denied);
    let mut agent = Device::agent(&phone.case, "Li");
    agent.d = phone.d.clone();
    agent.n = 1;
    assert_eq!(agent.say(store, said("b")).await.0, Verdict::Denied);
    let mut li = Device::agent(&phone.case, "Li");
    assert_eq!(li.say(store, said("c")).await.0, Verdict::Ok);
    let mut wang = Device::agent(&phone.case, "Wang");
    wang.d = li.d.clone();
    wang.n = 1;
    assert_eq!(wang.say(store, said("d")).await.0, Verdict::Denied);
    assert_eq!(phone.say(store, said("e")).await, (Verdict::Ok, 3));
}

/// After a refusal the next event is next; the refused one gets its verdict again.
pub async fn a_refused_event_uses_up_its_number(fixture: &mut impl Fixture) {
    let store = &*fixture.store();
    let mut phone = opened(store).await;
    let forbidden = phone.next(Event::Urgent { on: true });
    let good = phone.next(said("good"));
    let answers = phone.give(store, &[forbidden.clone(), good]).await;
    assert_eq!(answers[0].verdict, Verdict::Denied);
    assert_eq!((answers[1].verdict, answers[1].o), (Verdict::Ok, 2));
    let again = phone.give(store, &[forbidden]).await;
    assert_eq!((again[0].verdict, again[0].o), (Verdict::Denied, 0));

    let unreadable = phone.next(said("x"));
    let refused = Incoming::Refused {
        id: Some((unreadable.k.clone(), unreadable.d, unreadable.n)),
        why: "too long".into(),
    };
    for _ in 0..2 {
        let Appended::Answers { answers, .. } = phone.send(store, vec![refused.clone()]).await
        else {
            panic!("answers were expected");
        };
        assert_eq!(answers[0].verdict, Verdict::Bad);
        assert_eq!(answers[0].k, unreadable.k);
    }
    let nameless = Incoming::Refused { id: None, why: "rubbish".into() };
    let Appended::Answers { answers, .. } = phone.send(store, vec![nameless]).await else {
        panic!("answers were expected");
    };
    assert_eq!(answers[0].verdict, Verdict::Bad);
    assert_eq!(phone.say(store, said("after")).await, (Verdict::Ok, 3));
}

/// What this build does not know is kept word for word from drivers, and not taken from agents.
pub async fn kinds_of_newer_builds_are_kept(fixture: &mut impl Fixture) {
    let store = &*fixture.store();
    let mut phone = opened(store).await;
    let strange = serde_json::json!({"t": "hologram", "rays": [7]});
    let strange = Body::Unknown(Json::copy(&strange));
    let mut envelope = phone.next(said(""));
    envelope.b = strange.clone();
    assert_eq!(phone.give(store, &[envelope]).await[0].verdict, Verdict::Ok);
    let mut later = phone.next(said(""));
    later.b = strange.clone();
    later.v = case::upcast::VERSION + 1;
    assert_eq!(phone.give(store, &[later.clone()]).await[0].verdict, Verdict::Ok);
    let kept = log(store, &phone.case).await;
    assert_eq!(kept[1].e.b, strange);
    assert_eq!(kept[2].e, later);
    let mut agent = Device::agent(&phone.case, "Li");
    let mut envelope = agent.next(said(""));
    envelope.b = strange;
    assert_eq!(agent.give(store, &[envelope]).await[0].verdict, Verdict::Denied);
}

/// One case cannot fill the disk.
pub async fn a_full_case_takes_no_more(fixture: &mut impl Fixture) {
    let store = &*fixture.store();
    let mut phone = opened(store).await;
    let long = "停".repeat(4000);
    let mut sent = 0u64;
    let verdict = loop {
        let events: Vec<_> = (0..64).map(|_| phone.next(said(&long))).collect();
        let answers = phone.give(store, &events).await;
        sent += 64 * 12_000;
        let last = answers[63].verdict;
        if last != Verdict::Ok || sent > 2 * MAX_CASE_BYTES {
            break last;
        }
    };
    assert_eq!(verdict, Verdict::Denied);
}

/// The desk's list: changes in order, and what a line says.
pub async fn the_desks_line_follows_the_case(fixture: &mut impl Fixture) {
    let store = &*fixture.store();
    let mut phone = opened(store).await;
    let mut other = opened(store).await;
    let (seq, rows) = store.rows(0).await.unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[1].case, other.case);
    assert_eq!(seq, rows[1].seq);
    assert!(store.rows(seq).await.unwrap().1.is_empty());

    phone.say(store, said("<img src=x onerror=alert(1)>")).await;
    let mut agent = Device::agent(&phone.case, "Li");
    agent.say(store, Event::claimed("Li")).await;
    agent.say(store, Event::Urgent { on: true }).await;
    let (newer, rows) = store.rows(seq).await.unwrap();
    assert!(newer > seq);
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!((row.status, row.agent.as_str(), row.red), (Status::Taken, "Li", true));
    assert_eq!((row.unread, row.heard), (1, NOW));
    agent.say(store, Event::Read { o: 2 }).await;
    let outcome = Outcome::Helped;
    agent.say(store, Event::closed(outcome)).await;
    other.say(store, said("still here")).await;
    let (last, rows) = store.rows(newer).await.unwrap();
    assert_eq!((rows[0].unread, rows[0].status), (0, Status::Done));
    assert_eq!((rows[1].case.as_str(), rows[1].seq), (other.case.as_str(), last));
    // Whoever knows more than there is starts over.
    assert_eq!(store.rows(last + 1000).await.unwrap().1.len(), 2);
    assert_eq!(store.rows(u64::MAX).await.unwrap().1.len(), 2);
    assert!(store.demos().await.unwrap().is_empty());
}
