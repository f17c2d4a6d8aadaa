//! Prints the tracker's figures on synthetic films: `bench-vision [first seed] [seeds] [parts]`; on real
//! pairs: `bench-vision pairs DIR`; of a recording: `bench-vision replay FILE`.
//! Seeds below 100 were looked at while the tracker was made; those from 100 on were not.
#![allow(clippy::disallowed_methods)] // The one place in this crate that measures time.

use vision::recording::{NAMES, Recording};
use vision::synth::evaluate::{Score, film, negatives, quantile, tremor};
use vision::synth::stress::{ALL, Film, Stress};
use vision::track::Tracker;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["replay", file] => return replay(file),
        ["pairs", dir] => return pairs(dir),
        ["replay" | "pairs", ..] => {
            eprintln!("bench-vision replay FILE, or bench-vision pairs DIR");
            std::process::exit(1);
        }
        _ => {}
    }
    let mut args = std::env::args().skip(1);
    let mut number = |or: u64| args.next().and_then(|v| v.parse().ok()).unwrap_or(or);
    let (first, seeds, parts) = (number(100), number(4), number(31));
    let clock = processor_ms;
    let (w, h) = (640, 480);
    if let Some(only) = ALL.get(number(99) as usize) {
        let s = film(&Film::new(*only, first, w, h), parts & 2 != 0, 1, &clock);
        report(&format!("{only:?}"), &s);
        return;
    }
    if parts & 64 != 0 {
        features(first, seeds);
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
                s.share(),
                s.wrong,
                quantile(&s.search, 0.5)
            );
            if stress != Stress::Hard {
                all.add(&s);
            }
        }
        println!("single frames without Hard: {:.1} %", all.share());
    }
    if parts & 4 != 0 {
        let (wrong, alike, ms) = negatives(first, 250 * seeds as usize, w, h, &clock);
        println!(
            "negative frames: {wrong} of {} false ({alike} of them another charge port), {:.2} ms each",
            ms.len(),
            quantile(&ms, 0.5)
        );
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

/// Looks for the first picture of each scene in the others: `bench-vision pairs DIR`. A line a pair,
/// and how many are within five pixels.
fn pairs(dir: &str) {
    let all = vision::synth::pairs::run(std::path::Path::new(dir)).unwrap_or_else(|why| {
        eprintln!("{why}");
        std::process::exit(1);
    });
    for o in &all {
        let error = o.error.map_or("not found".to_owned(), |e| format!("{e:.2} px"));
        println!("{} 1 to {}: {error}", o.scene, o.number);
    }
    let within = |px: f64| all.iter().filter(|o| o.error.is_some_and(|e| e <= px)).count();
    println!(
        "pairs: {} of {} with the worst corner within 5 px (1 px: {}, 3 px: {}), {} wrong",
        within(5.0),
        all.len(),
        within(1.0),
        within(3.0),
        all.iter().filter(|o| o.error.is_some_and(|e| e > 15.0)).count()
    );
}

/// Tracks a recording of the aim screen anew: `bench-vision replay FILE`. A line a frame: time, the
/// state then and the state now, and where the reference was said to be then and is now.
fn replay(file: &str) {
    let read = std::fs::read(file).map_err(|e| e.to_string());
    let read = read.and_then(|bytes| Recording::read(&bytes).map_err(|e| e.0.to_owned()));
    let recording = match read {
        Ok(recording) => recording,
        Err(why) => {
            eprintln!("{file} is no recording: {why}");
            std::process::exit(1);
        }
    };
    let (w, h) = recording.size();
    let mut tracker = Tracker::new(w, h);
    let known = recording.reference.as_ref();
    let taken = known.is_some_and(|r| tracker.set_reference(&r.gray, r.w, r.h).is_ok());
    println!("{} frames of {w} × {h}, reference taken: {taken}", recording.shots().len());
    let show = |map: Option<[f64; 9]>| {
        map.map_or("-".to_owned(), |m| m.map(|v| format!("{:.4}", v / m[8])).join(" "))
    };
    for shot in recording.shots() {
        let place = tracker.process(&shot.gray);
        let then = NAMES[usize::from(shot.state)];
        let now = tracker.state();
        println!("{:6} ms {then:9} {now:9?} | {} | {}", shot.ms, show(shot.map), show(place));
    }
}

/// How features do, for each kind of picture and each stress.
fn features(first: u64, seeds: u64) {
    use vision::synth::evaluate::quad;
    use vision::track::mat::{apply, distance, inverse, mul};
    for stress in ALL {
        for seed in first..first + seeds {
            let f = Film::new(stress, seed, 640, 480);
            let g = f.scene.picture();
            let mut v = vision::track::views::Views::new(&g.px, g.w, g.h);
            while v.tilt() {}
            let t = vision::track::template::Template::new(&g.px, g.w, g.h);
            let mut d = vision::track::detect::Detector::new(640, 480);
            let mut p = vision::track::pyramid::Pyramid::new(640, 480);
            let mut buf = Vec::new();
            let (mut n, mut good, mut right, mut pairs, mut rank) = (0, 0, 0, 0, 0);
            let mut ms = Vec::new();
            for i in (0..150).step_by(10) {
                let truth = f.truth(i);
                if truth.seen < 0.45 {
                    continue;
                }
                f.frame(i, &mut buf);
                p.fill(&buf);
                let t0 = processor_ms();
                d.run(&p, &v.features, g.w, g.h);
                ms.push(processor_ms() - t0);
                let m = mul(&truth.h, &t.to_reference());
                let (ps, gs) = d.last();
                n += 1;
                pairs += ps.len();
                right += ps
                    .iter()
                    .filter(|a| {
                        apply(&m, a.p.0, a.p.1)
                            .is_some_and(|q| (q.0 - a.q.0).hypot(q.1 - a.q.1) < 4.0 * a.scale)
                    })
                    .count();
                let from = inverse(&t.to_reference()).unwrap_or([0.0; 9]);
                let e: Vec<f64> = gs
                    .iter()
                    .map(|k| match (quad(&mul(&k.map, &from), g), quad(&truth.h, g)) {
                        (Some(a), Some(b)) => distance(&a, &b),
                        _ => 999.0,
                    })
                    .collect();
                good += usize::from(e.iter().any(|e| *e < 20.0));
                rank += usize::from(e.first().is_some_and(|e| *e < 20.0));
            }
            ms.sort_by(f64::total_cmp);
            println!(
                "{stress:?} {seed}: frames {n}, found {good}, first {rank}, pairs {}, right {}, ms {:.1} min {:.1}, features {}",
                pairs / n.max(1),
                right / n.max(1),
                ms[ms.len() / 2],
                ms[0],
                v.features.len()
            );
        }
    }
}

/// Time this thread had the processor, milliseconds: other programs do not count.
fn processor_ms() -> f64 {
    #[repr(C)]
    struct Time {
        seconds: i64,
        nanos: i64,
    }
    unsafe extern "C" {
        fn clock_gettime(clock: i32, time: *mut Time) -> i32;
    }
    let mut t = Time { seconds: 0, nanos: 0 };
    // SAFETY: the C library fills the structure it is given; 3 is the clock of the calling thread
    // on Linux, and an unknown clock leaves the structure alone.
    unsafe { clock_gettime(3, &raw mut t) };
    t.seconds as f64 * 1e3 + t.nanos as f64 / 1e6
}

fn report(name: &str, s: &Score) {
    println!(
        "| {name} | {:.1} % of {} within 5 px | {} wrong | error {:.3} / {:.3} px | jitter {:.3} px | follow {:.2} (p95 {:.2}) ms | search {:.2} ms | back {:.0} (p95 {:.0}) frames of {} |",
        s.share(),
        s.frames,
        s.wrong,
        quantile(&s.errors, 0.5),
        quantile(&s.errors, 0.95),
        quantile(&s.jitter, 0.5),
        quantile(&s.follow, 0.5),
        quantile(&s.follow, 0.95),
        quantile(&s.search, 0.5),
        quantile(&s.back, 0.5),
        quantile(&s.back, 0.95),
        s.back.len()
    );
}
