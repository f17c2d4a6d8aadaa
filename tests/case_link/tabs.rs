//! Two tabs of one device on one case, and two devices in one case.

use crate::conformance::read;
use crate::disk::{begin, messages, said};
use crate::fake::{self, all, device, page, until};
use case::event::Face;
use leptos::prelude::*;
use nightwatch::case_link::db::Db;
use nightwatch::case_link::store::Room;
use nightwatch::case_link::{NotJoined, Tap, tap_of_shell};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn two_tabs_that_write_at_once_never_share_a_number() {
    fake::start(40);
    fake::js("fake.down = true");
    let name = device();
    let one = page(&name).await;
    begin(&one).await;
    let two = page(&name).await;
    assert_eq!(one.case(), two.case());
    let texts: Vec<String> = (0..30).map(|i| i.to_string()).collect();
    let tabs = [&one, &two];
    let write = |(i, t): (usize, &String)| Box::pin(tabs[i % 2].record(said(t))) as _;
    for done in all(texts.iter().enumerate().map(write).collect()).await {
        assert_eq!(done, Ok(()));
    }
    let db = Db::open(&name).await.expect("opened");
    let case = one.case().expect("a case");
    let waiting = [case.as_str(), "/p/"].concat();
    let waiting = read(&db, Room::Events, &waiting).await;
    let numbers: Vec<u64> =
        waiting.iter().filter_map(|(key, _)| key[case.len() + 3..].parse().ok()).collect();
    assert_eq!(numbers, (1..=31).collect::<Vec<u64>>());
    until("each tab shows all", 3000, || tabs.iter().all(|t| messages(t).len() == 30)).await;
    assert_eq!(messages(&one), messages(&two));
    fake::js("fake.down = false");
    one.try_now();
    two.try_now();
    let sent = || tabs.iter().all(|t| t.outbox().with_untracked(|o| o.received) == 31);
    until("sent by one of them", 5000, sent).await;
    assert_eq!(fake::number("fake.only().log.length"), 31.0);
    assert_eq!(fake::number("new Set(fake.only().log.map(s => s.e.k)).size"), 31.0);
}

#[wasm_bindgen_test]
async fn a_tab_that_sleeps_with_the_right_to_send_does_not_stop_the_other() {
    fake::start(41);
    let name = device();
    let sleeping = ["navigator.locks.request('", &name, "', () => new Promise(() => {}))"].concat();
    fake::js(&sleeping);
    let link = page(&name).await;
    begin(&link).await;
    until("sent all the same", 15_000, || link.outbox().with_untracked(|o| o.received) == 1).await;
}

#[wasm_bindgen_test]
async fn a_phone_joins_the_case_of_the_car() {
    fake::start(42);
    let (car, phone) = (page(&device()).await, page(&device()).await);
    assert_eq!(car.invite().await, Err(NotJoined::NoCase));
    car.begin("no", "en", Face::Car).await.expect("a case");
    car.record(said("from the car")).await.expect("saved");
    let fragment = car.invite().await.expect("invited");
    for broken in ["", "j=", &fragment[..50]] {
        assert_eq!(phone.join(broken, Face::Phone).await, Err(NotJoined::Malformed));
    }
    fake::js("fake.page = '<html>'");
    assert_eq!(phone.join(&fragment, Face::Phone).await, Err(NotJoined::Away));
    fake::js("fake.page = ''");
    phone.join(&["#", &fragment].concat(), Face::Phone).await.expect("joined");
    assert_eq!(phone.case(), car.case());
    assert_eq!(messages(&phone), ["from the car"]);
    let devices = || car.state().with_untracked(|s| s.devices.len());
    until("the car sees the phone", 3000, || devices() == 2).await;
    phone.record(said("from the phone")).await.expect("saved");
    until("and what it says", 3000, || messages(&car).len() == 2).await;
    let third = page(&device()).await;
    assert_eq!(third.join(&fragment, Face::Phone).await, Err(NotJoined::Expired));
    assert_eq!(third.case(), None);
}

#[wasm_bindgen_test]
fn the_tap_before_the_app_stays_until_it_is_recorded() {
    fake::js("localStorage.setItem('nw.first', 'yes 1800000000000')");
    let tap = tap_of_shell().expect("a tap");
    assert_eq!(tap, Tap { yes: true, at: 1_800_000_000_000 });
    assert_eq!(tap_of_shell(), Some(tap));
    tap.done();
    assert_eq!(tap_of_shell(), None);
}
