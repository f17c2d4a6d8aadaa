//! Bad references, frames, sensors and commands: by seeds here, by a fuzzer in `fuzz/`. And bytes
//! that were bad once.

use vision::synth::torture;
use vision::track::{NotEnoughDetail, State, Tracker};

#[allow(clippy::disallowed_methods)] // A test may be told how long to go on.
/// How many inputs of each kind; `TORTURE` in the environment for more.
fn inputs() -> u64 {
    std::env::var("TORTURE").ok().and_then(|n| n.parse().ok()).unwrap_or(1000)
}

fn each(kind: &str, run: fn(&[u8])) {
    for seed in 0..inputs() {
        let data = torture::bytes(seed);
        let caught = std::panic::catch_unwind(|| run(&data));
        assert!(caught.is_ok(), "{kind}, seed {seed}: {data:?}");
    }
}

#[test]
fn any_reference_is_taken_or_refused() {
    each("reference", torture::reference);
}

#[test]
fn any_film_is_survived_and_nothing_stale_is_shown() {
    each("process", torture::process);
}

#[test]
fn sizes_that_are_none_are_refused_in_words() {
    let mut t = Tracker::new(64, 48);
    let px = vec![7; 4096];
    for (w, h) in
        [(0, 0), (1, 1), (1, 4096), (4096, 1), (15, 16), (64, 63), (usize::MAX, usize::MAX)]
    {
        assert_eq!(t.set_reference(&px, w, h), Err(NotEnoughDetail), "{w} x {h}");
    }
    for (w, h) in [(0, 0), (1, 1), (1, 5000), (9000, 9000), (8192, 8192), (usize::MAX, 2)] {
        let mut t = Tracker::new(w, h);
        for n in [0, 1, 5000] {
            assert_eq!(t.process(&vec![9; n]), None);
            assert_eq!(t.state(), State::Searching);
        }
    }
}
