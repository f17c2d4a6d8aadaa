//! A seeded random night: two tabs write while requests and answers are lost, gateways answer,
//! the page is killed and the server loses history. In the end the server has each event once,
//! in order.

use crate::disk::{begin, messages, said};
use crate::fake::{self, device, page, sleep, until};
use leptos::prelude::*;
use nightwatch::case_link::CaseLink;
use wasm_bindgen_test::wasm_bindgen_test;

struct Dice(u32);

impl Dice {
    fn below(&mut self, n: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 % n
    }
}

async fn night(seed: u32, backups: bool) {
    fake::start(seed);
    fake::js("fake.trouble = 0.7");
    let mut dice = Dice(seed);
    let name = device();
    let mut tabs: Vec<CaseLink> = vec![page(&name).await];
    begin(&tabs[0]).await;
    tabs.push(page(&name).await);
    let mut written = Vec::new();
    for i in 0..60 {
        let who = dice.below(2) as usize;
        match dice.below(12) {
            0 => {
                tabs.remove(who);
                tabs.push(page(&name).await);
            }
            1 if backups => {
                fake::js("fake.only() && fake.restore(fake.only(), 2)");
            }
            2 => sleep(dice.below(120) as i32).await,
            3 => tabs[who].try_now(),
            _ => {
                let text = i.to_string();
                let saved = tabs[who].record(said(&text)).await;
                let outbox = || tabs[who].outbox().get_untracked();
                assert!(saved.is_ok(), "seed {seed}, {i}: {saved:?}, {:?}", outbox());
                written.push(text);
            }
        }
    }
    fake::js("fake.trouble = 0");
    let expected = written.len() + 1;
    let settled = |link: &CaseLink| {
        link.try_now();
        let o = link.outbox().get_untracked();
        !o.waiting() && o.received as usize == expected && o.refused.is_empty()
    };
    let log = "fake.only().log.filter(s => s.by === 'driver')";
    let count = [log, ".length"].concat();
    for _ in 0..300 {
        // History may have been lost last of all, before anybody heard of it.
        if fake::number(&count) as usize == expected && tabs.iter().all(settled) {
            break;
        }
        sleep(50).await;
    }
    let there = fake::text(&[log, ".map(s => s.e.b.text || s.e.b.t).join()"].concat());
    let mut wanted = vec![String::from("opened")];
    wanted.extend(written.clone());
    assert_eq!(there, wanted.join(","), "seed {seed}");
    let keys = ["new Set(", log, ".map(s => s.e.k)).size"].concat();
    assert_eq!(fake::number(&keys) as usize, expected, "seed {seed}");
    for tab in &tabs {
        until("each tab shows the same", 3000, || messages(tab) == written).await;
        assert!(settled(tab), "seed {seed}: {:?}", tab.outbox().get_untracked());
    }
}

#[wasm_bindgen_test]
async fn every_event_once_and_in_order() {
    for seed in [101, 202, 303, 404, 505, 606] {
        night(seed, false).await;
    }
}

#[wasm_bindgen_test]
async fn every_event_once_also_when_the_server_loses_history() {
    // The later ones showed faults once: a case forgotten while its first event was under way
    // anew, and numbering that went round in circles or lost the order.
    for seed in [111, 222, 333, 1039, 2114, 2125, 2147] {
        night(seed, true).await;
    }
}
