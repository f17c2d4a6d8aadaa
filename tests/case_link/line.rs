//! The way to the server: what the screens are told about it, and what is kept when it is bad.

use crate::disk::{begin, messages, said};
use crate::fake::{self, device, page, until};
use leptos::prelude::*;
use nightwatch::case_link::{CaseLink, Link, mint};
use wasm_bindgen_test::wasm_bindgen_test;

fn received(link: &CaseLink) -> u32 {
    link.outbox().with_untracked(|o| o.received)
}

fn state_of(link: &CaseLink) -> Link {
    link.outbox().with_untracked(|o| o.link)
}

#[wasm_bindgen_test]
async fn what_is_recorded_is_sent_and_what_the_desk_says_arrives() {
    fake::start(20);
    let link = page(&device()).await;
    begin(&link).await;
    link.record(said("we are behind the barrier")).await.expect("saved");
    until("sent", 3000, || received(&link) == 2).await;
    assert_eq!(state_of(&link), Link::Online);
    until("a poll waits", 3000, || fake::number("fake.polls") > 0.0).await;
    let asked = mint::now();
    fake::js("fake.say(fake.only(), 'agent', { t: 'said', text: 'the crew is coming' })");
    until("the answer is on the screen", 1000, || messages(&link).len() == 2).await;
    assert!(mint::now() - asked < 1000);
    assert_eq!(messages(&link)[1], "the crew is coming");
    let o = link.outbox().get_untracked();
    assert!(o.last_contact.is_some() && o.skew.abs() < 1000 && !o.waiting(), "{o:?}");
}

#[wasm_bindgen_test]
async fn a_clock_a_day_off_changes_nothing_but_the_label() {
    fake::start(21);
    fake::js("fake.clock = 86400000");
    let link = page(&device()).await;
    begin(&link).await;
    until("sent", 3000, || received(&link) == 1).await;
    let skew = link.outbox().with_untracked(|o| o.skew);
    assert!((skew - 86_400_000).abs() < 2_000, "{skew}");
    until("the server's time is shown", 3000, || {
        link.state().with_untracked(|s| (s.opened - mint::now() - 86_400_000).abs() < 10_000)
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_gateway_that_answers_for_the_server_loses_nothing() {
    fake::start(22);
    fake::js("fake.page = '<html>Accept our terms</html>'");
    let link = page(&device()).await;
    begin(&link).await;
    link.record(said("kept")).await.expect("saved");
    until("told", 5000, || state_of(&link) == Link::Away).await;
    assert_eq!(link.outbox().with_untracked(|o| (o.saved + o.sending, o.refused.len())), (2, 0));
    fake::js("fake.page = ''");
    until("it mends by itself", 10_000, || received(&link) == 2).await;
    assert_eq!(state_of(&link), Link::Online);
}

#[wasm_bindgen_test]
async fn a_server_that_is_away_is_tried_with_growing_pauses() {
    fake::start(23);
    fake::js("fake.down = true");
    let link = page(&device()).await;
    begin(&link).await;
    fake::sleep(3000).await;
    let tries = fake::number("fake.requests");
    assert!((2.0..12.0).contains(&tries), "{tries} tries in three seconds");
    assert_eq!(state_of(&link), Link::Away);
    fake::js("fake.down = false");
    fake::js("dispatchEvent(new Event('online'))");
    until("the network's return is noticed at once", 300, || received(&link) == 1).await;
}

#[wasm_bindgen_test]
async fn a_refused_device_keeps_everything() {
    fake::start(24);
    fake::js("fake.refuse = 'denied'");
    let link = page(&device()).await;
    begin(&link).await;
    link.record(said("kept")).await.expect("saved");
    until("told", 3000, || state_of(&link) == Link::Refused).await;
    assert_eq!(link.outbox().with_untracked(|o| o.saved), 2);
    fake::js("fake.refuse = ''");
    link.try_now();
    until("taken after all", 3000, || received(&link) == 2).await;
    assert_eq!(state_of(&link), Link::Online);
}

/// Both ways a server may count: a refused event uses up its number, or it does not.
#[wasm_bindgen_test]
async fn a_refused_event_is_shown_and_does_not_hold_up_the_others() {
    for tombstones in ["true", "false"] {
        fake::start(25);
        fake::js(&["fake.tombstones = ", tombstones].concat());
        fake::js("fake.denyKind = 'handed'; fake.down = true");
        let name = device();
        let link = page(&name).await;
        begin(&link).await;
        let handed = case::Event::Handed { way: case::event::Way::Card };
        link.record(handed.clone()).await.expect("saved");
        link.record(said("after it")).await.expect("saved");
        link.record(handed).await.expect("saved");
        link.record(said("and after that")).await.expect("saved");
        fake::js("fake.down = false");
        link.try_now();
        until("the others are sent", 5000, || received(&link) == 3).await;
        let refused = |l: &CaseLink| l.outbox().with_untracked(|o| o.refused.clone());
        until("both are refused", 3000, || refused(&link).len() == 2).await;
        assert_eq!(refused(&link)[0].what, "handed");
        assert_eq!(refused(&link)[0].why, "not for this role");
        drop(link);
        let link = page(&name).await;
        assert_eq!(refused(&link).len(), 2, "kept over a reload");
        assert_eq!(messages(&link), ["after it", "and after that"]);
    }
}

#[wasm_bindgen_test]
async fn a_server_restored_from_a_backup_gets_everything_again() {
    fake::start(26);
    let link = page(&device()).await;
    begin(&link).await;
    for i in 0..6 {
        link.record(said(&i.to_string())).await.expect("saved");
    }
    until("sent", 3000, || received(&link) == 7).await;
    fake::sleep(100).await;
    fake::js("fake.restore(fake.only(), 4)");
    until("sent again", 10_000, || fake::number("fake.only().log.length") == 7.0).await;
    until("received again", 5_000, || received(&link) == 7).await;
    assert_eq!(messages(&link), ["0", "1", "2", "3", "4", "5"]);
    // A backup from before the case.
    fake::sleep(100).await;
    fake::js("{ const c = fake.only(); fake.cases.clear(); for (const b of c.bells) b(); }");
    link.record(said("6")).await.expect("saved");
    until("begun anew", 10_000, || fake::number("fake.cases.size") == 1.0).await;
    until("sent again", 10_000, || fake::number("fake.only().log.length") == 8.0).await;
}

#[wasm_bindgen_test]
async fn a_case_that_was_closed_long_ago_is_not_taken_up() {
    for (hours, taken_up) in [(11, true), (13, false)] {
        fake::start(27);
        fake::js(&["fake.clock = -", &hours.to_string(), "*3600000"].concat());
        let name = device();
        let link = page(&name).await;
        begin(&link).await;
        until("sent", 3000, || received(&link) == 1).await;
        fake::js("fake.say(fake.only(), 'agent', { t: 'closed', outcome: 'helped' })");
        let done = |l: &CaseLink| l.state().with_untracked(|s| s.outcome.is_some());
        until("closed", 3000, || done(&link)).await;
        drop(link);
        let link = page(&name).await;
        assert_eq!(link.case().is_some(), taken_up, "{hours} hours");
    }
}

#[wasm_bindgen_test]
async fn a_case_left_behind_is_still_sent() {
    fake::start(28);
    fake::js("fake.down = true");
    let name = device();
    let link = page(&name).await;
    begin(&link).await;
    link.record(said("of the first")).await.expect("saved");
    link.new_case().await;
    assert_eq!((link.case(), messages(&link).len()), (None, 0));
    begin(&link).await;
    drop(link);
    let link = page(&name).await;
    fake::js("fake.down = false");
    link.try_now();
    until("both are there", 5000, || fake::number("fake.cases.size") == 2.0).await;
    until("whole", 5000, || {
        fake::number("[...fake.cases.values()].reduce((n, c) => n + c.log.length, 0)") == 3.0
    })
    .await;
}
