//! What is said to be saved is there after a reload and a kill; without a disk, or with a full
//! one, the session goes on and nothing of it is lost.

use crate::conformance::{read, write};
use crate::fake::{self, all, device, page, until};
use case::Event;
use case::event::Face;
use leptos::prelude::*;
use nightwatch::case_link::db::Db;
use nightwatch::case_link::store::{Item, Room};
use nightwatch::case_link::{CaseLink, NotSaved, Storage, Why};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

pub fn said(text: &str) -> Event {
    Event::Said { text: text.into() }
}

/// Texts of the messages on the screen.
pub fn messages(link: &CaseLink) -> Vec<String> {
    link.state().with_untracked(|s| s.messages.iter().map(|m| m.text.clone()).collect())
}

pub async fn begin(link: &CaseLink) {
    link.begin("cn", "zh", Face::Phone).await.expect("a case");
}

#[wasm_bindgen_test]
async fn a_reload_shows_the_same() {
    fake::start(1);
    fake::js("fake.down = true");
    let name = device();
    let link = page(&name).await;
    assert_eq!(link.record(said("too early")).await, Err(NotSaved::NoCase));
    begin(&link).await;
    link.record(said("half past two")).await.expect("saved");
    link.record_at(said("earlier"), 1_700_000_000_000).await.expect("saved");
    let before = (link.case(), link.device(), link.state().get_untracked());
    assert_eq!(case::number::parse(&before.2.number), Some(before.2.number.clone()));
    assert_eq!(before.2.messages[1].at, 1_700_000_000_000);
    drop(link);
    let link = page(&name).await;
    assert_eq!((link.case(), link.device(), link.state().get_untracked()), before);
    assert_eq!(
        link.outbox().with_untracked(|o| (o.saved + o.sending, o.storage)),
        (3, Storage::Kept)
    );
}

#[wasm_bindgen_test]
async fn a_kill_in_the_middle_loses_nothing_that_was_saved() {
    fake::start(2);
    for killed_after in 0..12 {
        let name = device();
        let link = page(&name).await;
        begin(&link).await;
        let saved = Rc::new(RefCell::new(Vec::new()));
        for i in 0..12 {
            let (link, saved) = (link.clone(), saved.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let text = i.to_string();
                if link.record(said(&text)).await.is_ok() {
                    saved.borrow_mut().push(text);
                }
            });
        }
        until("some are saved", 3000, || saved.borrow().len() >= killed_after).await;
        let sure = saved.borrow().clone();
        drop(link);
        let link = page(&name).await;
        let there = messages(&link);
        for text in &sure {
            let times = there.iter().filter(|t| *t == text).count();
            assert_eq!(times, 1, "{text} in {there:?}");
        }
    }
}

#[wasm_bindgen_test]
async fn a_case_whose_first_event_is_refused_stays_the_case() {
    fake::start(13);
    fake::js("fake.denyKind = 'opened'");
    let name = device();
    let link = page(&name).await;
    begin(&link).await;
    until("refused", 3000, || link.outbox().with_untracked(|o| o.refused.len()) == 1).await;
    let case = link.case();
    drop(link);
    let link = page(&name).await;
    assert!(case.is_some());
    assert_eq!(link.case(), case);
    assert_eq!(link.record(said("still here")).await, Ok(()));
}

#[wasm_bindgen_test]
async fn what_is_too_large_for_the_server_is_refused_at_once() {
    fake::start(3);
    let link = page(&device()).await;
    begin(&link).await;
    assert_eq!(link.record(said(&"字".repeat(4001))).await, Err(NotSaved::TooLarge));
    assert_eq!(link.record(said(&"字".repeat(4000))).await, Ok(()));
    assert_eq!(messages(&link).len(), 1);
}

#[wasm_bindgen_test]
async fn without_a_disk_the_session_goes_on_in_memory() {
    fake::start(4);
    fake::js(
        "globalThis.realDb = Object.getOwnPropertyDescriptor(globalThis, 'indexedDB');
         Object.defineProperty(globalThis, 'indexedDB', { configurable: true, value: undefined })",
    );
    let link = page(&device()).await;
    fake::js("Object.defineProperty(globalThis, 'indexedDB', globalThis.realDb)");
    let storage = link.outbox().with_untracked(|o| o.storage);
    assert_eq!(storage, Storage::MemoryOnly(Why::Absent));
    begin(&link).await;
    link.record(said("still here")).await.expect("taken");
    assert_eq!(messages(&link), ["still here"]);
    until("it is sent", 3000, || link.outbox().with_untracked(|o| o.received) == 2).await;
    until("a poll waits", 3000, || fake::number("fake.polls") > 1.0).await;
    fake::js("fake.say(fake.only(), 'agent', { t: 'said', text: 'heard' })");
    until("the desk is heard", 1000, || messages(&link).len() == 2).await;
}

/// Makes every write to IndexedDB fail as on a full disk.
fn fill_the_disk() {
    fake::js(
        "globalThis.realPut = IDBObjectStore.prototype.put;
         IDBObjectStore.prototype.put = function () {
           throw new DOMException('no room', 'QuotaExceededError');
         }",
    );
}

fn empty_the_disk() {
    fake::js("IDBObjectStore.prototype.put = globalThis.realPut");
}

#[wasm_bindgen_test]
async fn a_full_disk_is_told_and_loses_nothing() {
    fake::start(5);
    fake::js("fake.down = true");
    let name = device();
    let link = page(&name).await;
    begin(&link).await;
    link.record(said("on disk")).await.expect("saved");
    fill_the_disk();
    link.record(said("in memory")).await.expect("taken");
    link.record(said("in memory too")).await.expect("taken");
    assert_eq!(link.outbox().with_untracked(|o| o.storage), Storage::Full);
    assert_eq!(messages(&link), ["on disk", "in memory", "in memory too"]);
    // What memory has is sent like everything else.
    fake::js("fake.down = false");
    link.try_now();
    until("all is sent", 3000, || link.outbox().with_untracked(|o| o.received) == 4).await;
    assert_eq!(fake::number("fake.only().log.length"), 4.0);
    empty_the_disk();
}

#[wasm_bindgen_test]
async fn what_memory_took_goes_to_the_disk_when_there_is_room() {
    fake::start(6);
    fake::js("fake.down = true");
    let name = device();
    let (link, other) = (page(&name).await, page(&name).await);
    begin(&link).await;
    until("the other tab has it", 3000, || other.case().is_some()).await;
    fill_the_disk();
    link.record(said("in memory")).await.expect("taken");
    empty_the_disk();
    other.record(said("by the other tab")).await.expect("saved");
    // The disk is tried again after five seconds.
    fake::sleep(5_100).await;
    link.record(said("on disk again")).await.expect("saved");
    assert_eq!(link.outbox().with_untracked(|o| o.storage), Storage::Kept);
    drop((link, other));
    let link = page(&name).await;
    let mut there = messages(&link);
    there.sort();
    assert_eq!(there, ["by the other tab", "in memory", "on disk again"]);
    fake::js("fake.down = false");
    link.try_now();
    until("all is sent", 3000, || link.outbox().with_untracked(|o| o.received) == 4).await;
    assert_eq!(link.outbox().with_untracked(|o| o.refused.len()), 0);
}

#[wasm_bindgen_test]
async fn a_record_that_nobody_can_read_is_kept_and_skipped() {
    fake::start(7);
    fake::js("fake.down = true");
    let name = device();
    let link = page(&name).await;
    begin(&link).await;
    let case = link.case().expect("a case");
    drop(link);
    let db = Db::open(&name).await.expect("opened");
    let put = |rest: &str, text: &str| {
        Item::text(Room::Events, [case.as_str(), rest].concat(), text.into())
    };
    let rubbish = vec![
        put("/p/0000000000000002", "{\"v\":"),
        put("/s/0000000000000001", "null"),
        put("/b/0000000000000000", "[]"),
        put("/n/0000000000000000", "2"),
        put("/of a later build/1", "x"),
    ];
    write(&db, rubbish).await.expect("written");
    let link = page(&name).await;
    link.record(said("goes on")).await.expect("saved");
    fake::js("fake.down = false");
    link.try_now();
    until("the rest is sent", 3000, || link.outbox().with_untracked(|o| o.received) == 2).await;
    assert_eq!(messages(&link), ["goes on"]);
    let aside = [case.as_str(), "/x/"].concat();
    assert_eq!(read(&db, Room::Events, &aside).await.len(), 1);
}

#[wasm_bindgen_test]
async fn many_at_once_are_all_there() {
    fake::start(8);
    fake::js("fake.down = true");
    let link = page(&device()).await;
    begin(&link).await;
    let texts: Vec<String> = (0..40).map(|i| i.to_string()).collect();
    let work = texts.iter().map(|t| Box::pin(link.record(said(t))) as _).collect();
    for done in all(work).await {
        assert_eq!(done, Ok(()));
    }
    assert_eq!(messages(&link), texts);
}

#[wasm_bindgen_test]
async fn a_case_that_is_over_and_sent_is_forgotten() {
    fake::start(9);
    let name = device();
    let link = page(&name).await;
    begin(&link).await;
    link.record(said("sent")).await.expect("saved");
    until("sent", 3000, || link.outbox().with_untracked(|o| o.received) == 2).await;
    link.new_case().await;
    drop(link);
    let link = page(&name).await;
    assert_eq!(link.case(), None);
    let db = Db::open(&name).await.expect("opened");
    assert_eq!(read(&db, Room::Events, "").await, []);
    let left: Vec<String> = read(&db, Room::Meta, "").await.into_iter().map(|(k, _)| k).collect();
    assert_eq!(left, ["device", "token"]);
}
