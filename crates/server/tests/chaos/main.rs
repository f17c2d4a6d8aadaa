//! The real server over real sockets while the network does what networks do: nothing acknowledged
//! is lost, nothing is there twice, all in order, and nobody hears what consent does not cover. Every
//! client keeps a journal; a checker compares all journals with the log.

mod check;
mod client;
// The load generator's own; it uses more of it.
#[allow(dead_code)]
#[path = "../../benches/live/cores.rs"]
mod cores;
#[path = "../../benches/live/hostile.rs"]
mod hostile;
mod house;
mod journal;
mod proxy;
mod wire;

use client::{Client, Kind, Plan};
use house::House;
use journal::Journal;
use proxy::Proxy;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Seeds of one run; `NIGHTWATCH_SEEDS` names more.
const SEEDS: u64 = 200;
/// Seeds that run at the same time.
const AT_ONCE: usize = 100;
/// Time for which the network of a seed is bad.
const BAD: Duration = Duration::from_millis(2_500);
/// Sockets that mean no good.
const HOSTILE: usize = 1_000;
/// Points of the protocol at which a page is loaded again.
const POINTS: u32 = 30;

/// All clients of one case to their end, and what the checker says.
async fn case(
    house: Arc<House>,
    proxy: Proxy,
    seed: u64,
    kinds: [Kind; 3],
    points: [u32; 3],
) -> Journal {
    let driver = house.case().await;
    let case = driver.device.case.clone();
    let events = [10, 6, 3];
    let plan = |i: usize| Plan {
        seed: seed * 10 + i as u64,
        kind: kinds[i],
        events: events[i],
        top: 2 + events.iter().sum::<u64>(),
        reload_at: points[i],
        rough: points == [0; 3],
    };
    let address = proxy.address;
    let mut all = JoinSet::new();
    let sides = [driver, house.agent(&case, "Li").await, house.agent(&case, "Wang").await];
    for (i, side) in sides.into_iter().enumerate() {
        all.spawn(Client::new(address, side, plan(i)).run());
    }
    let calm = proxy.calm();
    let timer = tokio::spawn(async move {
        tokio::time::sleep(BAD).await;
        calm();
    });
    let mut journal = Journal::default();
    while let Some(one) = all.join_next().await {
        journal.clients.push(one.expect("a client comes to its end"));
    }
    timer.abort();
    let wrong = check::logs(&house.log(&case).await, &journal);
    assert_eq!(wrong, None, "seed {seed} {kinds:?} {points:?}");
    journal
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_bad_networks_lose_nothing_and_double_nothing() {
    let house = House::open().await;
    let seeds = std::env::var("NIGHTWATCH_SEEDS").ok().and_then(|n| n.parse().ok());
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut all = JoinSet::new();
    for seed in 1..=seeds.unwrap_or(SEEDS) {
        let (house, places) = (house.clone(), places.clone());
        all.spawn(async move {
            let _place = places.acquire_owned().await.expect("never closed");
            let kinds = [0, 1, 2].map(|i| Kind::ALL[((seed / 3_u64.pow(i)) % 3) as usize]);
            let proxy = Proxy::open(house.address, seed).await;
            let fates = proxy.fates.clone();
            let journal = case(house, proxy, seed, kinds, [0; 3]).await;
            (journal, fates.each())
        });
    }
    let (mut fates, mut again, mut connections, mut signals) = ([0; 7], 0, 0, 0);
    while let Some(one) = all.join_next().await {
        let (journal, seen) = one.expect("every seed holds");
        fates.iter_mut().zip(seen).for_each(|(all, one)| *all += one);
        again += journal.sum(|c| c.answered_again);
        connections += journal.sum(|c| c.connections);
        signals += journal.sum(|c| c.signals);
    }
    println!(
        "fates {fates:?}, {connections} connections, {again} answered again, {signals} signals"
    );
    // The network was as bad as it was meant to be, and work was done all the same.
    assert!(fates.iter().all(|n| *n > 20), "{fates:?}");
    assert!(again > 50 && connections > 600 && signals > 50, "{again} {connections} {signals}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_is_loaded_again_at_each_of_thirty_points_over_each_transport() {
    let house = House::open().await;
    let mut all = JoinSet::new();
    let places = Arc::new(Semaphore::new(AT_ONCE));
    for kind in Kind::ALL {
        for who in 0..2 {
            for point in 1..=POINTS {
                let (house, places) = (house.clone(), places.clone());
                all.spawn(async move {
                    let _place = places.acquire_owned().await.expect("never closed");
                    let mut points = [0; 3];
                    points[who] = point;
                    let proxy = Proxy::open(house.address, 0).await;
                    let kinds = [kind; 3];
                    let journal = case(house, proxy, u64::from(point), kinds, points).await;
                    assert_eq!(journal.sum(|c| c.reloads), 1, "{kind:?} {who}: no point {point}");
                });
            }
        }
    }
    let mut runs = 0;
    while let Some(one) = all.join_next().await {
        one.expect("every point holds");
        runs += 1;
    }
    assert_eq!(runs, 2 * 3 * POINTS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_hostile_sockets_are_counted_and_take_nothing_from_others() {
    cores::raise_files();
    let house = House::open().await;
    let hostile = hostile::begin(house.address, HOSTILE);
    while hostile.connections() < HOSTILE {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut all = JoinSet::new();
    for seed in 1..=20 {
        let house = house.clone();
        all.spawn(async move {
            let proxy = Proxy::open(house.address, 0).await;
            let kinds = [0, 1, 2].map(|i| Kind::ALL[(seed as usize + i) % 3]);
            case(house, proxy, seed, kinds, [0; 3]).await
        });
    }
    let mut good = 0;
    while let Some(one) = all.join_next().await {
        good += one.expect("every case holds").clients.len();
    }
    assert_eq!(good, 60);
    let did = hostile.end();
    assert!(house.bad() > HOSTILE as u64 / 2, "{} counted of {did}", house.bad());
}
