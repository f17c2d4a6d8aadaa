//! What a tracker must withstand: bytes in, a camera's worst day out. The same bytes always make the
//! same day, so that whoever finds a bad one can hand it on.
//!
//! Used by the tests (seeds) and by the fuzz targets in `fuzz/` (bytes that a fuzzer thinks up).

use super::random::Random;
use crate::track::mat::{IDENTITY, Mat3};
use crate::track::{NotEnoughDetail, State, Tracker};

/// Longest side of frames and references made here, pixels.
const LONGEST: usize = 96;

/// Bytes, read one after the other; zeros when they are used up.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn next(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn below(&mut self, n: usize) -> usize {
        usize::from(self.next()) % n.max(1)
    }

    fn number(&mut self) -> f64 {
        match self.next() % 8 {
            0 => f64::NAN,
            1 => f64::INFINITY,
            2 => -1e300,
            3 => f64::from_bits(
                core::array::from_fn::<u64, 8, _>(|_| self.next().into())
                    .iter()
                    .fold(0, |a, b| a << 8 | b),
            ),
            4 => 0.0,
            _ => (f64::from(self.next()) - 128.0) / 64.0,
        }
    }

    fn matrix(&mut self) -> Mat3 {
        match self.next() % 4 {
            0 => core::array::from_fn(|_| self.number()),
            1 => IDENTITY,
            _ => {
                let mut m = IDENTITY;
                m[usize::from(self.next()) % 9] = self.number();
                m[2] = f64::from(self.next()) - 128.0;
                m
            }
        }
    }

    fn side(&mut self) -> usize {
        match self.next() {
            0 => 0,
            1 => 1,
            2 => 15,
            3 => 16,
            4 => 17,
            5 => 31,
            v => 16 + usize::from(v) % (LONGEST - 15),
        }
    }

    fn picture(&mut self, w: usize, h: usize) -> Vec<u8> {
        let n = w * h;
        let kind = self.next() % 10;
        let mut chance = Random::new(u64::from(self.next()));
        match kind {
            0 => vec![0; n],
            1 => vec![255; n],
            2 => vec![self.next(); n],
            3 => (0..n).map(|_| chance.bits() as u8).collect(),
            4 => {
                let k = 1 + self.below(12);
                let at = |i: usize| (i % w / k + i / w / k).is_multiple_of(2);
                (0..n).map(|i| if at(i) { 250 } else { 5 }).collect()
            }
            5 => (0..n).map(|i| (i % w * 255 / w) as u8).collect(),
            6 => (0..n).map(|_| self.next()).collect(),
            // Soft blobs: something that can be followed.
            _ => {
                let blobs: Vec<[f64; 4]> = (0..24)
                    .map(|_| {
                        let (x, y) = (chance.between(0.0, w as f64), chance.between(0.0, h as f64));
                        [x, y, chance.between(2.0, 9.0), chance.between(-120.0, 120.0)]
                    })
                    .collect();
                let at = |i: usize| {
                    let (x, y) = ((i % w) as f64, (i / w) as f64);
                    let sum: f64 = blobs
                        .iter()
                        .map(|[bx, by, r, v]| {
                            let d = ((x - bx).powi(2) + (y - by).powi(2)) / (r * r);
                            if d < 1.0 { v * (1.0 - d) } else { 0.0 }
                        })
                        .sum();
                    (128.0 + sum).clamp(0.0, 255.0) as u8
                };
                (0..n).map(at).collect()
            }
        }
    }
}

/// A picture moved by whole pixels, its edges going on.
fn moved(
    px: &[u8],
    (w, h): (usize, usize),
    (fw, fh): (usize, usize),
    by: (usize, usize),
) -> Vec<u8> {
    let at = |i: usize| px[(i / fw + by.1) % h * w + (i % fw + by.0) % w];
    if px.is_empty() { vec![0; fw * fh] } else { (0..fw * fh).map(at).collect() }
}

/// Tries a reference: any size, any content, the wrong number of bytes.
///
/// # Panics
/// When the tracker does what it must not: see the messages.
pub fn reference(data: &[u8]) {
    let mut b = Bytes(data);
    let (w, h) = (b.side(), b.side());
    let mut px = b.picture(w, h);
    let off = match b.next() {
        0 => 1,
        1 => px.len(),
        _ => 0,
    };
    px.truncate(px.len() - off.min(px.len()));
    let mut t = Tracker::new(64, 48);
    let taken = t.set_reference(&px, w, h);
    let flat = px.iter().all(|v| *v == px[0]);
    if w.min(h) < 16 || px.len() != w * h || flat {
        assert_eq!(taken, Err(NotEnoughDetail), "{w} x {h}, {} bytes", px.len());
    }
    assert_eq!((t.state(), t.quality()), (State::Searching, None));
    if taken.is_ok() {
        let frame = moved(&px, (w, h), (64, 48), (b.below(9), b.below(9)));
        t.start_from(&b.matrix());
        check(&mut t, &frame);
        while b.next() % 2 == 1 && t.prepare() {}
        check(&mut t, &frame);
        // What is no picture does not harm the one before.
        assert_eq!(t.set_reference(&[], w, h), Err(NotEnoughDetail));
        assert_eq!(t.set_reference(&px, usize::MAX, 2), Err(NotEnoughDetail));
        check(&mut t, &frame);
    }
}

/// Drives a tracker through a film of bad frames, sensors and commands.
///
/// # Panics
/// When the tracker does what it must not: see the messages.
pub fn process(data: &[u8]) {
    let mut b = Bytes(data);
    let (w, h) = (b.side(), b.side());
    let mut t = Tracker::new(w, h);
    let (rw, rh) = (16 + b.below(64), 16 + b.below(48));
    let mut picture = b.picture(rw, rh);
    let _ = t.set_reference(&picture, rw, rh);
    for _ in 0..24 {
        if b.0.is_empty() {
            break;
        }
        match b.next() % 12 {
            0 => t.reset(),
            1 => t.turned(b.number(), b.number(), b.number(), b.number()),
            2 => t.start_from(&b.matrix()),
            3 => drop(t.prepare()),
            4 => {
                picture = b.picture(rw, rh);
                let _ = t.set_reference(&picture, rw, rh);
            }
            5 => {
                // The camera changed its size: the frames are none of ours.
                let wider = w + 1 + b.below(3);
                let frame = b.picture(wider, h);
                check(&mut t, &frame[..frame.len() - b.below(2).min(frame.len())]);
            }
            6 => {
                let frame = b.picture(w, h);
                check(&mut t, &frame);
            }
            _ => {
                let frame = moved(&picture, (rw, rh), (w, h), (b.below(7), b.below(7)));
                check(&mut t, &frame);
            }
        }
    }
}

/// Looks at a frame, and at what is said of it.
fn check(t: &mut Tracker, frame: &[u8]) {
    let place = t.process(frame);
    let (state, quality) = (t.state(), t.quality());
    let flat = frame.iter().all(|v| *v == frame[0]);
    if flat {
        // No frame, or one in which nothing can be seen.
        assert!(place.is_none() && quality.is_none(), "{state:?} in nothing");
        assert!(!matches!(state, State::Tracking | State::Locking), "{state:?} in nothing");
    }
    if let Some(m) = place {
        assert!(matches!(state, State::Tracking | State::Locking), "a place, but {state:?}");
        assert!(m.iter().all(|v| v.is_finite()), "{m:?}");
    }
    let Some(q) = quality else {
        assert!(place.is_none(), "a place of no quality");
        return;
    };
    let parts = [q.agreement, q.seen, q.score];
    assert!(parts.iter().all(|p| (0.0..=1.0).contains(p)) && q.sigma >= 0.0, "{q:?}");
    assert!(place.is_none() || q.sigma.is_finite(), "{q:?}");
}

/// The bytes of a seed.
pub fn bytes(seed: u64) -> Vec<u8> {
    let mut r = Random::new(seed);
    let n = 8 + r.below(200);
    (0..n).map(|_| r.bits() as u8).collect()
}
