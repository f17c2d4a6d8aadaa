//! After warm-up a frame takes no memory, whether it is followed, lost or looked for.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use vision::synth::evaluate::quad;
use vision::synth::stress::{Film, Stress};
use vision::track::{State, Tracker};

/// Counts what this thread takes from the system.
struct Counting;

thread_local! {
    static TAKEN: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: everything is handed on to the system's own allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        TAKEN.with(|t| t.set(t.get() + 1));
        // SAFETY: the caller's promises are those that the system asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        TAKEN.with(|t| t.set(t.get() + 1));
        // SAFETY: as above.
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const W: usize = 320;
const H: usize = 240;

#[test]
fn no_memory_is_taken_after_the_first_round() {
    let film = Film::new(Stress::Leave, 3, W, H);
    let mut frames: Vec<Vec<u8>> = Vec::new();
    for i in (30..75).step_by(5) {
        let mut f = Vec::new();
        film.frame(i, &mut f);
        frames.push(f);
    }
    frames.push(vec![0; W * H]);
    frames.push(vec![255; W * H]);
    let g = film.scene.picture();
    let mut t = Tracker::new(W, H);
    assert_eq!(t.set_reference(&g.px, g.w, g.h), Ok(()));
    while t.prepare() {}
    let (mut seen, mut gone) = (0, 0);
    for round in 0..2 {
        let before = TAKEN.with(Cell::get);
        for f in &frames {
            let place = t.process(f);
            seen += usize::from(place.and_then(|m| quad(&m, g)).is_some());
            gone += usize::from(matches!(t.state(), State::Lost | State::Coasting));
        }
        let taken = TAKEN.with(Cell::get) - before;
        assert!(round == 0 || taken == 0, "round {round}: {taken}");
    }
    assert!(seen > 4 && gone > 4, "both were tried: {seen} {gone}");
}
