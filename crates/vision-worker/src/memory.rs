//! The worker's memory: a list of free pieces, in the order of their addresses, of which the first
//! that is large enough is taken. There are few pieces (frames take none) and one thread, so that
//! little code is worth more here than quick searches.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr::null_mut;

/// Sizes and addresses are multiples of this, and a free piece's own entry fits in it.
const GRAIN: usize = 16;

/// What stands at the beginning of a free piece.
#[repr(C)]
struct Free {
    size: usize,
    next: *mut Free,
}

/// Where new memory comes from: gives the address of so many bytes, more than was asked for if that
/// is what there is; null when there is none left.
pub trait Source {
    /// At least `size` bytes, at a multiple of 16: where, and how many.
    fn more(&mut self, size: usize) -> (*mut u8, usize);
}

/// Free pieces of what a source gave.
pub struct Pieces<S> {
    first: *mut Free,
    source: S,
}

impl<S: Source> Pieces<S> {
    /// Nothing is taken from the source yet.
    pub const fn new(source: S) -> Pieces<S> {
        Pieces { first: null_mut(), source }
    }

    /// Memory for a layout, or null.
    ///
    /// # Safety
    /// What the source gives must be used by nobody else.
    pub unsafe fn take(&mut self, layout: Layout) -> *mut u8 {
        let Some(size) = rounded(layout) else { return null_mut() };
        for _ in 0..2 {
            let mut link: *mut *mut Free = &raw mut self.first;
            // SAFETY: the links lead from piece to piece, and all that is free is ours.
            unsafe {
                while !(*link).is_null() {
                    let piece = *link;
                    let rest = (*piece).size.wrapping_sub(size);
                    if (*piece).size >= size {
                        if rest == 0 {
                            *link = (*piece).next;
                        } else {
                            let after = piece.byte_add(size);
                            *after = Free { size: rest, next: (*piece).next };
                            *link = after;
                        }
                        return piece.cast();
                    }
                    link = &raw mut (*piece).next;
                }
            }
            let (at, got) = self.source.more(size);
            if at.is_null() {
                break;
            }
            // SAFETY: the source has just given it.
            unsafe { self.give(at, got) };
        }
        null_mut()
    }

    /// Takes a piece back and joins it with free neighbours.
    ///
    /// # Safety
    /// `size` bytes from `at` on must have come from here, and be used no more.
    unsafe fn give(&mut self, at: *mut u8, size: usize) {
        let new: *mut Free = at.cast();
        let (mut before, mut link): (*mut Free, *mut *mut Free) = (null_mut(), &raw mut self.first);
        // SAFETY: as in `take`; the new piece is free from now on.
        unsafe {
            while !(*link).is_null() && *link < new {
                before = *link;
                link = &raw mut (*before).next;
            }
            *new = Free { size, next: *link };
            *link = new;
            for piece in [new, before] {
                if !piece.is_null() && piece.byte_add((*piece).size) == (*piece).next {
                    let next = (*piece).next;
                    (*piece).size += (*next).size;
                    (*piece).next = (*next).next;
                }
            }
        }
    }

    /// Takes memory back.
    ///
    /// # Safety
    /// `at` must have come from [`Pieces::take`] with the same layout, and be used no more.
    pub unsafe fn back(&mut self, at: *mut u8, layout: Layout) {
        if let Some(size) = rounded(layout) {
            // SAFETY: the caller's promise.
            unsafe { self.give(at, size) };
        }
    }
}

/// Bytes of a piece for a layout; `None` for what nobody here asks for.
fn rounded(layout: Layout) -> Option<usize> {
    let size = layout.size().max(1).checked_next_multiple_of(GRAIN)?;
    (layout.align() <= GRAIN).then_some(size)
}

/// The pages of a wasm's memory.
#[cfg(target_arch = "wasm32")]
struct Pages;

#[cfg(target_arch = "wasm32")]
impl Source for Pages {
    fn more(&mut self, size: usize) -> (*mut u8, usize) {
        const PAGE: usize = 65_536;
        let pages = size.div_ceil(PAGE);
        let before = core::arch::wasm32::memory_grow(0, pages);
        if before == usize::MAX {
            return (null_mut(), 0);
        }
        ((before * PAGE) as *mut u8, pages * PAGE)
    }
}

/// For one thread only: a worker has no other.
pub struct One<S>(UnsafeCell<Pieces<S>>);

// SAFETY: without threads in wasm there is nobody to share it with.
#[cfg(target_arch = "wasm32")]
unsafe impl<S> Sync for One<S> {}

// SAFETY: pieces do not overlap, are as large as asked for, and lie at multiples of 16.
unsafe impl<S: Source> GlobalAlloc for One<S> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: one thread, and nothing in there calls back.
        unsafe { (*self.0.get()).take(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as above, and the caller's promise.
        unsafe { (*self.0.get()).back(at, layout) }
    }
}

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static MEMORY: One<Pages> = One(UnsafeCell::new(Pieces::new(Pages)));

#[cfg(test)]
mod tests {
    use super::*;

    /// A block of memory that is handed out in parts.
    struct Block {
        memory: Vec<u128>,
        used: usize,
    }

    impl Source for Block {
        fn more(&mut self, size: usize) -> (*mut u8, usize) {
            let size = size.next_multiple_of(1024);
            if self.used + size > 16 * self.memory.len() {
                return (null_mut(), 0);
            }
            let at = self.memory.as_mut_ptr().cast::<u8>().wrapping_add(self.used);
            self.used += size;
            (at, size)
        }
    }

    #[test]
    fn pieces_do_not_overlap_and_come_together_again() {
        let mut all = Pieces::new(Block { memory: vec![0; 16_384], used: 0 });
        let mut state = 7u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as usize
        };
        let mut held: Vec<(*mut u8, Layout, u8)> = Vec::new();
        let mut most = 0;
        for round in 0..20_000 {
            if held.len() > 40 || (next() % 3 == 0 && !held.is_empty()) {
                let (at, layout, mark) = held.swap_remove(next() % held.len());
                for i in 0..layout.size() {
                    // SAFETY: it was handed out with this size.
                    assert_eq!(unsafe { *at.add(i) }, mark, "round {round}");
                }
                // SAFETY: it came from here and is forgotten.
                unsafe { all.back(at, layout) };
                continue;
            }
            let layout = Layout::from_size_align(next() % 3000, 1 << (next() % 5)).unwrap();
            // SAFETY: the block is used by nobody else.
            let at = unsafe { all.take(layout) };
            assert!(!at.is_null() && at.addr().is_multiple_of(layout.align()));
            // SAFETY: it has just been handed out with this size.
            unsafe { at.write_bytes(round as u8, layout.size()) };
            held.push((at, layout, round as u8));
            most = most.max(all.source.used);
        }
        for (at, layout, _) in held {
            // SAFETY: as above.
            unsafe { all.back(at, layout) };
        }
        // All of it is one piece again.
        // SAFETY: the only free piece.
        let (size, last) = unsafe { ((*all.first).size, (*all.first).next.is_null()) };
        assert!(last && size == most, "{size} of {most}");
        let large = Layout::from_size_align(1 << 20, 8).unwrap();
        // SAFETY: as above.
        assert!(unsafe { all.take(large) }.is_null());
        let far = Layout::from_size_align(16, 64).unwrap();
        // SAFETY: as above.
        assert!(unsafe { all.take(far) }.is_null());
    }
}
