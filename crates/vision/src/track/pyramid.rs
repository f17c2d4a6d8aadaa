//! The frame and its smaller copies. Every copy is half as wide and high; each pixel is the mean
//! of four. All memory is taken once.

use crate::kernel::bytes;

/// One copy.
#[derive(Clone, Debug, Default)]
pub struct Plane {
    /// Width, pixels.
    pub w: usize,
    /// Height, pixels.
    pub h: usize,
    /// Rows from the top.
    pub px: Vec<u8>,
}

impl Plane {
    /// An all-black plane.
    pub fn new(w: usize, h: usize) -> Plane {
        Plane { w, h, px: vec![0; w * h] }
    }
}

/// The copies, largest first.
#[derive(Clone, Debug, Default)]
pub struct Pyramid {
    /// At least one.
    pub levels: Vec<Plane>,
}

/// Copies kept (640 pixels wide: the last is 40 wide).
const LEVELS: usize = 5;

impl Pyramid {
    /// Memory for frames of `w` × `h` pixels.
    pub fn new(w: usize, h: usize) -> Pyramid {
        let mut levels = vec![Plane::new(w, h)];
        for i in 1..LEVELS {
            let (w, h) = (w >> i, h >> i);
            if w < 16 || h < 16 {
                break;
            }
            levels.push(Plane::new(w, h));
        }
        Pyramid { levels }
    }

    /// Width and height of the frame, pixels.
    pub fn size(&self) -> (usize, usize) {
        self.levels.first().map_or((0, 0), |l| (l.w, l.h))
    }

    /// Takes a frame; `false` (and nothing changed) when it has another size.
    pub fn fill(&mut self, gray: &[u8]) -> bool {
        let Some((first, rest)) = self.levels.split_first_mut() else { return false };
        if gray.len() != first.px.len() || gray.is_empty() {
            return false;
        }
        first.px.copy_from_slice(gray);
        let mut above = &*first;
        for plane in rest {
            halve(above, plane);
            above = plane;
        }
        true
    }
}

/// Half size; an odd last row or column of `a` is left out.
pub fn halve(a: &Plane, out: &mut Plane) {
    let w = out.w;
    if w == 0 || a.w < 2 * w {
        return;
    }
    for (two, row) in a.px.chunks_exact(2 * a.w).zip(out.px.chunks_exact_mut(w)) {
        let (top, low) = two.split_at(a.w);
        bytes::halve(top, low, row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_to_the_mean_of_four_and_leaves_an_odd_rest_out() {
        let a = Plane { w: 5, h: 3, px: vec![0, 4, 8, 8, 9, 4, 8, 8, 8, 9, 1, 1, 1, 1, 1] };
        let mut o = Plane::new(2, 1);
        halve(&a, &mut o);
        assert_eq!(o.px, [4, 8]);
    }

    #[test]
    fn a_frame_of_another_size_is_refused() {
        let mut p = Pyramid::new(64, 48);
        assert!(p.fill(&[7; 64 * 48]));
        assert_eq!(p.levels.len(), 2);
        assert!(p.levels.iter().all(|l| l.px.iter().all(|v| *v == 7)));
        assert!(!p.fill(&[1; 64 * 47]));
        assert_eq!(p.levels[0].px[0], 7);
        assert!(!Pyramid::new(0, 0).fill(&[]));
    }
}
