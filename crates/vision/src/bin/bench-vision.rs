//! Prints the tracker's figures on synthetic films: `bench-vision [first seed] [seeds] [parts]`.
//! Seeds below 100 were looked at while the tracker was made; those from 100 on were not.
#![allow(clippy::disallowed_methods)] // The one place in this crate that measures time.

use std::time::Instant;
use vision::synth::evaluate::{Score, film, negatives, quantile, tremor};
use vision::synth::stress::{ALL, Film, Stress};
use vision::track::Tracker;

fn main() {
    let mut args = std::env::args().skip(1);
    let mut number = |or: u64| args.next().and_then(|v| v.parse().ok()).unwrap_or(or);
    let (first, seeds, parts) = (number(100), number(4), number(63));
    let start = Instant::now();
    let clock = || start.elapsed().as_secs_f64() * 1e3;
    let (w, h) = (640, 480);
    if let Some(only) = ALL.get(number(99) as usize) {
        let s = film(&Film::new(*only, first, w, h), parts & 2 != 0, 1, &clock);
        report(&format!("{only:?}"), &s);
        return;
    }
    if parts & 1 != 0 {
        let mut all = Score::default();
        for stress in ALL {
            let mut s = Score::default();
            for seed in first..first + seeds {
                let one = film(&Film::new(stress, seed, w, h), false, 1, &clock);
                print!("{:.0} ", one.share());
                s.add(&one);
            }
            report(&format!("{stress:?}"), &s);
            all.add(&s);
        }
        report("all six", &all);
    }
    if parts & 2 != 0 {
        let mut all = Score::default();
        for stress in ALL {
            let mut s = Score::default();
            for seed in first..first + seeds {
                s.add(&film(&Film::new(stress, seed, w, h), true, 5, &clock));
            }
            println!(
                "single frames, {stress:?}: {:.1} % within 5 px, {} wrong, search {:.2} ms",
                s.share(), s.wrong, quantile(&s.search, 0.5)
            );
            if stress != Stress::Hard {
                all.add(&s);
            }
        }
        println!("single frames without Hard: {:.1} %", all.share());
    }
    if parts & 4 != 0 {
        let (wrong, ms) = negatives(first, 250 * seeds as usize, w, h, &clock);
        println!("negative frames: {wrong} of {} false, {:.2} ms each", ms.len(), quantile(&ms, 0.5));
    }
    if parts & 8 != 0 {
        for seed in first..first + seeds.min(4) {
            let (gain, rest, bias) = tremor(seed, w, h);
            println!("tremor 0.5 px: gain {gain:.3}, rest {rest:.3} px, bias {bias:.3} px");
        }
    }
    if parts & 16 != 0 {
        let f = Film::new(Stress::Light, first, w, h);
        let mut buf = Vec::new();
        f.frame(0, &mut buf);
        let mut times: Vec<f64> = (0..15)
            .map(|_| {
                let mut t = Tracker::new(w, h);
                let t0 = clock();
                let _ = t.set_reference(&buf, w, h);
                clock() - t0
            })
            .collect();
        times.sort_by(f64::total_cmp);
        println!("freeze to usable target: {:.1} ms (least {:.1})", times[7], times[0]);
    }
}

fn report(name: &str, s: &Score) {
    println!(
        "| {name} | {:.1} % of {} within 5 px | {} wrong | error {:.3} / {:.3} px | jitter {:.3} px | follow {:.2} (p95 {:.2}) ms | search {:.2} ms | back {:.0} (p95 {:.0}) frames of {} |",
        s.share(), s.frames, s.wrong,
        quantile(&s.errors, 0.5), quantile(&s.errors, 0.95), quantile(&s.jitter, 0.5),
        quantile(&s.follow, 0.5), quantile(&s.follow, 0.95), quantile(&s.search, 0.5),
        quantile(&s.back, 0.5), quantile(&s.back, 0.95), s.back.len()
    );
}
