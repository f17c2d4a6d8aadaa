//! The log over every transport: whole, in order, once, whatever is cut.

use super::link::{ALL, Kind, LIVE, Link, Side, served};
use case::event::{Body, Envelope};
use serde_json::json;
use server::store::conformance::kit::{Device, said};
use server::store::{MAX_TAIL, Store};

fn texts(link: &Link<'_>) -> Vec<String> {
    let text = |e: &serde_json::Value| e["e"]["b"]["text"].as_str().map(String::from);
    link.log.iter().filter_map(text).collect()
}

/// Fills a log without the limits of a client.
async fn fill(store: &dyn Store, device: &mut Device, events: usize, length: usize) {
    for from in (0..events).step_by(50) {
        let batch: Vec<Envelope> = (from..events.min(from + 50))
            .map(|n| device.next(said(&format!("{n:0length$}"))))
            .collect();
        assert!(batch.iter().all(|e| matches!(e.b, Body::Known(_))));
        device.give(store, &batch).await;
    }
}

#[tokio::test]
async fn nothing_is_lost_or_twice_over_cuts_and_changes_of_transport() {
    let served = served().await;
    for writes in ALL {
        let phone = served.site.open().await;
        let agent = Side::agent(&served, &format!("Li {writes:?}"), &phone.case).await;
        let mut driver = Link::open(&served, &Side::device(&phone), writes, 1, "").await;
        let (mut after, mut epoch, mut all) = (0, String::new(), Vec::new());
        let mut said_so_far = 0;
        // Each transport takes over from each other, always in the midst of things.
        for reads in ALL.into_iter().cycle().take(9) {
            let mut desk = Link::open(&served, &agent, reads, after, &epoch).await;
            for _ in 0..2 {
                let events = (0..3).map(|n| said(&(said_so_far + n).to_string())).collect();
                assert_eq!(driver.give(events).await, ["ok"; 3]);
                said_so_far += 3;
            }
            desk.reach(1 + said_so_far - 2).await;
            all.extend(texts(&desk));
            (after, epoch) = (desk.after, desk.epoch.clone());
            // Cut, with the last events perhaps under way.
            drop(desk);
        }
        let mut desk = Link::open(&served, &agent, writes, after, &epoch).await;
        desk.reach(1 + said_so_far).await;
        all.extend(texts(&desk));
        let expected: Vec<String> = (0..said_so_far).map(|n| n.to_string()).collect();
        assert_eq!(all, expected, "{writes:?}");
    }
}

#[tokio::test]
async fn an_offset_of_another_history_begins_anew() {
    let served = served().await;
    let mut phone = served.site.open().await;
    fill(&*served.site.app.store, &mut phone, 5, 1).await;
    for (kind, top) in LIVE.into_iter().zip(6..) {
        let mut link = Link::open(&served, &Side::device(&phone), kind, 4, "another").await;
        link.reach(top).await;
        let all = (link.log.len() as u64, link.log[0]["o"].as_u64());
        assert_eq!(all, (top, Some(1)), "{kind:?}");
        // Ahead of this log: the state as it is here, and on from there.
        let mut link = Link::open(&served, &Side::device(&phone), kind, 400, "").await;
        let tail = link.until(|v| v["t"] == "tail").await;
        assert_eq!(tail["tail"]["snap"]["top"], top, "{kind:?}");
        link.say(said("on")).await;
        link.reach(top + 1).await;
        phone = link.side.device;
    }
}

#[tokio::test]
async fn what_is_long_comes_in_pieces_and_what_is_too_long_is_fetched() {
    let served = served().await;
    let mut phone = served.site.open().await;
    fill(&*served.site.app.store, &mut phone, 250, 4000).await;
    for kind in LIVE {
        let mut link = Link::open(&served, &Side::device(&phone), kind, 0, "").await;
        let mut pieces = 0;
        while link.after < 251 {
            pieces += usize::from(link.down().await.unwrap()["t"] == "tail");
        }
        assert!(pieces > 4, "{pieces}");
        assert_eq!(link.log.len(), 251);
    }
    fill(&*served.site.app.store, &mut phone, MAX_TAIL as usize, 4000).await;
    let mut top = 251 + MAX_TAIL;
    for kind in LIVE {
        let mut link = Link::open(&served, &Side::device(&phone), kind, 1, "").await;
        let tail = link.until(|v| v["t"] == "tail").await["tail"].clone();
        assert_eq!((&tail["snap"], &tail["top"]), (&json!(null), &json!(top)));
        assert!(tail["events"].as_array().is_none_or(Vec::is_empty));
        let mut poll = Link::open(&served, &Side::device(&phone), Kind::Poll, 1, "").await;
        poll.reach(top).await;
        // What comes next joins what was fetched.
        link.after = poll.after;
        link.say(said("next")).await;
        link.reach(top + 1).await;
        phone = link.side.device.clone();
        fill(&*served.site.app.store, &mut phone, 1, 1).await;
        link.reach(top + 2).await;
        top += 2;
        return_to(&served, &phone, top).await;
    }
}

async fn return_to(served: &super::link::Served, phone: &Device, top: u64) {
    let mut link = Link::open(served, &Side::device(phone), Kind::Socket, top, "").await;
    let tail = link.until(|v| v["t"] == "tail").await;
    assert_eq!(tail["tail"]["top"], top, "nothing new is said too");
}

#[tokio::test]
async fn a_reader_that_is_too_slow_is_told_to_resume_and_has_lost_nothing() {
    let served = served().await;
    let phone = served.site.open().await;
    let agent = Side::agent(&served, "Li", &phone.case).await;
    let mut desk = Link::open(&served, &agent, Kind::Stream, 0, "").await;
    desk.reach(1).await;
    let mut driver = Link::open(&served, &Side::device(&phone), Kind::Socket, 1, "").await;
    // Nobody reads the stream meanwhile.
    for n in 0..50 {
        driver.say(said(&n.to_string())).await;
    }
    let bye = desk.end().await;
    assert_eq!((&bye["fault"], &bye["after"]), (&json!("resume"), &json!(0)));
    let mut again = Link::open(&served, &agent, Kind::Stream, desk.after, &desk.epoch).await;
    again.reach(51).await;
    let all: Vec<String> = [texts(&desk), texts(&again)].concat();
    assert_eq!(all, (0..50).map(|n| n.to_string()).collect::<Vec<_>>());
    assert_eq!(served.site.get("/healthz", &[]).await.json()["live"]["resumed"], 1);
}
