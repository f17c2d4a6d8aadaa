//! A small sort and a small choice of the n-th for short lists: the library's are made for millions
//! of entries and cost a sixth of the worker's bytes.

/// Sorts in place, not stably; `before` says whether one entry comes before another.
pub fn sort<T: Copy>(v: &mut [T], before: impl Fn(&T, &T) -> bool) {
    // Ciura's gaps, and on by 9/4.
    let mut gap = 1;
    while gap < v.len() / 3 {
        gap = gap * 9 / 4 + 2;
    }
    loop {
        for i in gap..v.len() {
            let one = v[i];
            let mut j = i;
            while j >= gap && before(&one, &v[j - gap]) {
                v[j] = v[j - gap];
                j -= gap;
            }
            v[j] = one;
        }
        if gap == 1 {
            return;
        }
        gap = (gap * 4 / 9).max(1);
    }
}

/// Puts the `n` entries that come first before all others, and gives the next one; `None` when there
/// are not so many.
pub fn split<T: Copy>(v: &mut [T], n: usize, before: impl Fn(&T, &T) -> bool) -> Option<T> {
    let (mut low, mut high) = (0, v.len());
    if n >= high {
        return None;
    }
    // Each round leaves out at least the middle entry: it ends whatever `before` says.
    while high - low > 1 {
        v.swap(low, low + (high - low) / 2);
        let one = v[low];
        let mut end = low;
        for i in low + 1..high {
            // Of equal ones every second goes to each side: many equal ones are no worst case.
            if before(&v[i], &one) || (i & 1 == 0 && !before(&one, &v[i])) {
                end += 1;
                v.swap(end, i);
            }
        }
        v.swap(low, end);
        match end.cmp(&n) {
            core::cmp::Ordering::Equal => return Some(one),
            core::cmp::Ordering::Less => low = end + 1,
            core::cmp::Ordering::Greater => high = end,
        }
    }
    v.get(n).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::random::Random;

    #[test]
    fn sorts_and_splits_like_the_library() {
        let mut r = Random::new(9);
        for len in [0, 1, 2, 3, 7, 64, 500, 3000] {
            for kinds in [2.0, 50.0, 1e6] {
                let v: Vec<f32> = (0..len).map(|_| r.between(0.0, kinds).floor() as f32).collect();
                let mut sorted = v.clone();
                sorted.sort_unstable_by(f32::total_cmp);
                let mut own = v.clone();
                sort(&mut own, |a, b| a < b);
                assert_eq!(own, sorted);
                for n in [0, len / 10, len / 2, len] {
                    let mut own = v.clone();
                    assert_eq!(split(&mut own, n, |a, b| a < b), sorted.get(n).copied());
                    let (a, b) = own.split_at(n);
                    assert!(a.iter().all(|a| b.iter().all(|b| a <= b)));
                    own.sort_unstable_by(f32::total_cmp);
                    assert_eq!(own, sorted);
                }
            }
        }
    }

    #[test]
    fn what_is_not_a_number_does_not_lead_astray() {
        let mut v = [3.0, f32::NAN, 1.0, f32::NAN, 2.0, f32::INFINITY];
        sort(&mut v, |a, b| a < b);
        assert!(split(&mut v, 3, |a, b| a < b).is_some());
        assert_eq!(split(&mut v, 6, |a, b| a < b), None);
        // An order that is none.
        assert!(split(&mut [1; 40], 20, |_, _| true).is_some());
        sort(&mut [1; 40], |_, _| true);
    }
}
