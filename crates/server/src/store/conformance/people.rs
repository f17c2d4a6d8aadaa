//! Invitations, photos, agents and sessions.

use super::Fixture;
use super::kit::{Device, NOW, log, opened, said};
use crate::store::{Access, Enrolled, IDLE_MS, INVITE_MS, MAX_INVITES, MAX_PHOTOS};
use crate::token;
use case::event::{Event, Face};
use case::message::Verdict;

/// One token, one device, once, in its own case.
pub async fn an_invitation_works_once(fixture: &mut impl Fixture) {
    let store = &*fixture.store();
    let mut car = opened(store).await;
    let other = opened(store).await;
    let (_, invite) = token::mint();
    assert!(store.invite(&car.case, invite, NOW).await.unwrap());
    let mut phone = Device::driver(&car.case);
    let mut late = Device::driver(&car.case);
    assert!(!store.join(&other.case, invite, phone.hash(), NOW).await.unwrap());
    assert!(store.join(&car.case, invite, phone.hash(), NOW + 1).await.unwrap());
    // The answer was lost and the phone asks again; somebody else does not get in.
    assert!(store.join(&car.case, invite, phone.hash(), NOW + 2).await.unwrap());
    assert!(!store.join(&car.case, invite, late.hash(), NOW + 3).await.unwrap());
    assert_eq!(store.access(&car.case, &late.hash(), NOW).await.unwrap(), Access::Denied);
    let joined = Event::Joined { face: Face::Phone };
    assert_eq!(phone.say(store, joined).await, (Verdict::Ok, 2));
    assert_eq!(car.say(store, said("both")).await, (Verdict::Ok, 3));
    late.d = phone.d.clone();
    let (_, invite) = token::mint();
    assert!(store.invite(&car.case, invite, NOW).await.unwrap());
    assert!(store.join(&car.case, invite, late.hash(), NOW).await.unwrap());
    assert_eq!(late.say(store, said("as the phone")).await.0, Verdict::Denied);

    let mut race = Vec::new();
    let (_, invite) = token::mint();
    assert!(store.invite(&car.case, invite, NOW).await.unwrap());
    for _ in 0..4 {
        let (store, case) = (fixture.store(), car.case.clone());
        let (_, device) = token::mint();
        race.push(tokio::spawn(
            async move { store.join(&case, invite, device, NOW).await.unwrap() },
        ));
    }
    let mut winners = 0;
    for one in race {
        winners += usize::from(one.await.unwrap());
    }
    assert_eq!(winners, 1);
}

/// Ten minutes, and not too many at a time.
pub async fn old_invitations_do_not_work(fixture: &mut impl Fixture) {
    let store = &*fixture.store();
    let car = opened(store).await;
    let (_, invite) = token::mint();
    assert!(store.invite(&car.case, invite, NOW).await.unwrap());
    let phone = Device::driver(&car.case);
    let late = NOW + INVITE_MS;
    assert!(!store.join(&car.case, invite, phone.hash(), late).await.unwrap());
    assert!(store.join(&car.case, invite, phone.hash(), late - 1).await.unwrap());
    for _ in 0..MAX_INVITES {
        assert!(store.invite(&car.case, token::mint().1, NOW).await.unwrap());
    }
    assert!(!store.invite(&car.case, token::mint().1, NOW).await.unwrap());
    assert!(store.invite(&car.case, token::mint().1, late + 1).await.unwrap());
}

/// Pieces, an upload given up, and one that is done: told to the case exactly once.
pub async fn photos_are_received_once(fixture: &mut impl Fixture) {
    let store = &*fixture.store();
    let phone = opened(store).await;
    let sha = case::id::hex(&token::sha256(b"photo"));
    assert_eq!(store.photo(&phone.case, &sha).await.unwrap(), None);
    assert!(store.photo_piece(&phone.case, &sha, 100, "0-9".into()).await.unwrap());
    let row = store.photo(&phone.case, &sha).await.unwrap().unwrap();
    assert_eq!((row.size, row.have.as_str(), row.done), (100, "0-9", false));
    let open = store.photos_open().await.unwrap();
    assert_eq!(open, [(phone.case.clone(), sha.clone())]);
    store.photo_forget(&phone.case, &sha).await.unwrap();
    assert_eq!(store.photo(&phone.case, &sha).await.unwrap(), None);
    assert!(store.photo_piece(&phone.case, &sha, 100, "0-99".into()).await.unwrap());
    for _ in 0..2 {
        store.photo_done(&phone.case, &sha, NOW).await.unwrap();
        store.photo_forget(&phone.case, &sha).await.unwrap();
    }
    assert!(store.photo(&phone.case, &sha).await.unwrap().unwrap().done);
    assert!(store.photos_open().await.unwrap().is_empty());
    let received = log(store, &phone.case).await;
    assert_eq!(received.len(), 2);
    assert_eq!(received[1].e.b.event(), Some(&Event::Received { sha }));
}

/// Sixty photos, and those that are here may go on.
pub async fn a_case_has_room_for_so_many_photos(fixture: &mut impl Fixture) {
    let store = &*fixture.store();
    let phone = opened(store).await;
    let sha = |i: u32| case::id::hex(&token::sha256(&i.to_be_bytes()));
    for i in 0..MAX_PHOTOS {
        assert!(store.photo_piece(&phone.case, &sha(i), 9, String::new()).await.unwrap());
    }
    assert!(!store.photo_piece(&phone.case, &sha(99), 9, String::new()).await.unwrap());
    assert!(store.photo_piece(&phone.case, &sha(0), 9, "0-8".into()).await.unwrap());
}

/// The set-up token, invitations of colleagues, names that are taken.
pub async fn agents_are_made_by_a_token(fixture: &mut impl Fixture) {
    let store = &*fixture.store();
    assert!(!store.any_agent().await.unwrap());
    let (old, new, colleague) = (token::mint().1, token::mint().1, token::mint().1);
    store.enrol_token(old, true, i64::MAX).await.unwrap();
    store.enrol_token(new, true, i64::MAX).await.unwrap();
    store.enrol_token(colleague, false, NOW + 10).await.unwrap();
    let enrol = async |token, name, now| store.enrol(token, name, "hash", now).await.unwrap();
    assert_eq!(enrol(old, "Li", NOW).await, Enrolled::Expired);
    assert_eq!(enrol(new, "Li", NOW).await, Enrolled::Yes);
    assert_eq!(enrol(new, "Wang", NOW).await, Enrolled::Expired);
    assert_eq!(enrol(colleague, "Li", NOW).await, Enrolled::Taken);
    assert_eq!(enrol(colleague, "Wang", NOW + 10).await, Enrolled::Expired);
    assert_eq!(enrol(colleague, "Wang", NOW + 9).await, Enrolled::Yes);
    assert!(store.any_agent().await.unwrap());
    assert_eq!(store.password("Li").await.unwrap().as_deref(), Some("hash"));
    assert_eq!(store.password("Zhao").await.unwrap(), None);
}

/// Idle too long, or logged out.
pub async fn sessions_end(fixture: &mut impl Fixture) {
    let store = &*fixture.store();
    let token = token::mint().1;
    store.enrol_token(token, true, i64::MAX).await.unwrap();
    store.enrol(token, "Li", "hash", NOW).await.unwrap();
    let session = token::mint().1;
    assert_eq!(store.session(&session, NOW).await.unwrap(), None);
    store.session_begin(session, "Li", NOW).await.unwrap();
    let last = NOW + IDLE_MS - 1;
    assert_eq!(store.session(&session, last).await.unwrap(), Some(("Li".into(), NOW)));
    assert_eq!(store.session(&session, last + 1).await.unwrap(), None);
    store.session_seen(session, last).await.unwrap();
    assert!(store.session(&session, last + 1).await.unwrap().is_some());
    store.session_end(session).await.unwrap();
    assert_eq!(store.session(&session, last).await.unwrap(), None);
}
