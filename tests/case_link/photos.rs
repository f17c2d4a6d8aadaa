//! Photos: on the device first, then in pieces over a network that breaks.

use crate::disk::begin;
use crate::fake::{self, device, page, sleep, until};
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use nightwatch::case_link::{CaseLink, NotSaved, PhotoAt, PhotoMeta, Storage};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Blob;

fn blob(size: u32, seed: u8) -> Blob {
    let bytes: Vec<u8> = (0..size).map(|i| (i as u8).wrapping_mul(31).wrapping_add(seed)).collect();
    let parts = Array::of1(&Uint8Array::from(bytes.as_slice()));
    Blob::new_with_u8_array_sequence(&parts).expect("a blob")
}

fn photo_at(link: &CaseLink, i: usize) -> Option<PhotoAt> {
    link.outbox().with_untracked(|o| o.photos.get(i).map(|p| p.at.clone()))
}

async fn save(link: &CaseLink, size: u32, seed: u8) -> String {
    let meta = PhotoMeta { w: 1600, h: 1200, shot: "front".into(), warn: vec![] };
    link.save_photo(&blob(size, seed), meta).await.expect("saved")
}

#[wasm_bindgen_test]
async fn a_photo_is_kept_sent_and_shown_again() {
    fake::start(60);
    fake::js("fake.down = true");
    let name = device();
    let link = page(&name).await;
    let none = link.save_photo(&blob(10, 0), PhotoMeta::default()).await;
    assert_eq!(none, Err(NotSaved::NoCase));
    begin(&link).await;
    let id = save(&link, 600_000, 1).await;
    assert_eq!(photo_at(&link, 0), Some(PhotoAt::Saved));
    drop(link);
    let link = page(&name).await;
    let photo = link.state().with_untracked(|s| s.photos[0].clone());
    assert_eq!((photo.id, photo.size), (id, 600_000));
    let back = link.photo(&photo.sha).await.expect("the bytes are here");
    let bytes = JsFuture::from(back.array_buffer()).await.expect("readable");
    assert_eq!(Uint8Array::new(&bytes).length(), 600_000);
    fake::js("fake.down = false");
    link.try_now();
    until("received", 5000, || photo_at(&link, 0) == Some(PhotoAt::Received)).await;
    assert_eq!(fake::number("[...fake.only().photos.values()][0].have.length"), 600_000.0);
    until("the desk has it", 3000, || link.state().with_untracked(|s| s.received.len()) == 1).await;
}

#[wasm_bindgen_test]
async fn ten_photos_get_through_a_network_that_breaks() {
    fake::start(61);
    fake::js("fake.trouble = 0.6");
    let name = device();
    let mut link = page(&name).await;
    begin(&link).await;
    for i in 0..10 {
        save(&link, 150_000 + 40_000 * i, i as u8).await;
    }
    // The page is killed now and then while they are on their way.
    for _ in 0..5 {
        sleep(400).await;
        drop(link);
        link = page(&name).await;
        link.try_now();
    }
    fake::js("fake.trouble = 0.2");
    let done = |l: &CaseLink| {
        l.try_now();
        l.outbox().with_untracked(|o| o.photos.iter().filter(|p| p.at == PhotoAt::Received).count())
    };
    for _ in 0..400 {
        if done(&link) == 10 {
            break;
        }
        sleep(50).await;
    }
    assert_eq!(done(&link), 10);
    assert_eq!(fake::number("[...fake.only().photos.values()].filter(p => p.done).length"), 10.0);
    let events = "fake.only().log.filter(s => s.e.b.t === 'photo').length";
    assert_eq!(fake::number(events), 10.0);
}

#[wasm_bindgen_test]
async fn a_photo_that_the_server_refuses_stays_here_with_the_reason() {
    fake::start(62);
    fake::js("fake.notPhoto = true");
    let name = device();
    let link = page(&name).await;
    begin(&link).await;
    save(&link, 5_000, 3).await;
    let refused = Some(PhotoAt::Refused("not_a_photo".into()));
    until("refused", 5000, || photo_at(&link, 0) == refused).await;
    drop(link);
    let link = page(&name).await;
    assert_eq!(photo_at(&link, 0), refused);
    let sha = link.state().with_untracked(|s| s.photos[0].sha.clone());
    assert!(link.photo(&sha).await.is_some());
    let large = link.save_photo(&blob((12 << 20) + 1, 0), PhotoMeta::default()).await;
    assert_eq!(large, Err(NotSaved::TooLarge));
    let empty = link.save_photo(&blob(0, 0), PhotoMeta::default()).await;
    assert_eq!(empty, Err(NotSaved::Unreadable));
}

#[wasm_bindgen_test]
async fn a_photo_that_does_not_fit_stays_in_memory_and_is_sent() {
    fake::start(63);
    fake::js("fake.down = true");
    let link = page(&device()).await;
    begin(&link).await;
    fake::js(
        "globalThis.realPut = IDBObjectStore.prototype.put;
         IDBObjectStore.prototype.put = function (value, key) {
           if (this.name === 'photos') throw new DOMException('no room', 'QuotaExceededError');
           return realPut.call(this, value, key);
         }",
    );
    save(&link, 80_000, 4).await;
    assert_eq!(link.outbox().with_untracked(|o| o.storage), Storage::Full);
    fake::js("fake.down = false");
    link.try_now();
    until("received", 5000, || photo_at(&link, 0) == Some(PhotoAt::Received)).await;
    fake::js("IDBObjectStore.prototype.put = globalThis.realPut");
}

#[wasm_bindgen_test]
async fn a_photo_taken_out_again_is_not_sent() {
    fake::start(64);
    fake::js("fake.down = true");
    let link = page(&device()).await;
    begin(&link).await;
    let id = save(&link, 80_000, 5).await;
    link.record(case::Event::Dropped { id }).await.expect("saved");
    fake::js("fake.down = false");
    link.try_now();
    until("sent", 3000, || link.outbox().with_untracked(|o| o.received) == 3).await;
    sleep(200).await;
    assert_eq!(fake::number("fake.only().photos.size"), 0.0);
}
