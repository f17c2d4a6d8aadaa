//! A few seconds of what a tracker saw and said, kept so that it can be looked at again: small grey
//! frames, the state and the place in each, and the reference. It is memory and bytes, no file and no
//! network; who records has asked before.
//!
//! The bytes, little-endian: `NWREC1\n\0`; width and height of frames and of the reference (four
//! `u16`, the last two 0 without one); number of frames (`u32`); the reference's grey bytes; then for
//! each frame milliseconds since the first (`u32`), state (`u8`, the order of [`NAMES`]), whether there
//! is a place (`u8`) and if so its nine numbers (`f64`, row-major, reference to frame, pixels of what
//! is stored here), and its grey bytes.

use crate::track::mat::Mat3;
use std::collections::VecDeque;

/// How the bytes begin.
const MAGIC: &str = "NWREC1\n\0";
/// Names of the states, by their number.
pub const NAMES: [&str; 6] = ["empty", "searching", "locking", "tracking", "coasting", "lost"];
/// Longest side of a frame that is read, pixels.
const LONGEST: usize = 4096;

/// One frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Shot {
    /// Milliseconds, from any moment on.
    pub ms: u32,
    /// State after it, a number of [`NAMES`].
    pub state: u8,
    /// Where the reference was said to be.
    pub map: Option<Mat3>,
    /// Grey bytes, rows from the top.
    pub gray: Vec<u8>,
}

/// A grey picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// Width, pixels.
    pub w: usize,
    /// Height, pixels.
    pub h: usize,
    /// Grey bytes, rows from the top.
    pub gray: Vec<u8>,
}

/// Frames of one size, the newest of them: older ones go when there are too many.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recording {
    size: (usize, usize),
    /// What was looked for.
    pub reference: Option<Picture>,
    shots: VecDeque<Shot>,
}

/// Why bytes are no recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken(pub &'static str);

impl Recording {
    /// Keeps a frame of `w` × `h` pixels, and of what is there already the last `span` milliseconds and
    /// at most `bytes` grey bytes. A frame of another size begins anew; what is no frame is left out.
    pub fn push(&mut self, (w, h): (usize, usize), shot: Shot, span: u32, bytes: usize) {
        if w * h == 0 || shot.gray.len() != w * h {
            return;
        }
        if self.size != (w, h) || self.shots.back().is_some_and(|last| last.ms > shot.ms) {
            self.size = (w, h);
            self.shots.clear();
        }
        let newest = shot.ms;
        self.shots.push_back(shot);
        let most = (bytes / (w * h)).max(1);
        let old = |s: &Shot| newest - s.ms > span;
        while self.shots.len() > most || self.shots.front().is_some_and(old) {
            self.shots.pop_front();
        }
    }

    /// Width and height of the frames.
    pub fn size(&self) -> (usize, usize) {
        self.size
    }

    /// The frames, oldest first.
    pub fn shots(&self) -> impl ExactSizeIterator<Item = &Shot> {
        self.shots.iter()
    }

    /// The bytes.
    pub fn write(&self) -> Vec<u8> {
        let (w, h) = self.size;
        let none = Picture::default();
        let reference = self.reference.as_ref().unwrap_or(&none);
        let mut out =
            Vec::with_capacity(64 + reference.gray.len() + self.shots.len() * (w * h + 78));
        out.extend(MAGIC.as_bytes());
        for side in [w, h, reference.w, reference.h] {
            out.extend((side as u16).to_le_bytes());
        }
        out.extend((self.shots.len() as u32).to_le_bytes());
        out.extend(&reference.gray);
        let first = self.shots.front().map_or(0, |s| s.ms);
        for shot in &self.shots {
            out.extend((shot.ms - first).to_le_bytes());
            out.extend([shot.state, u8::from(shot.map.is_some())]);
            for v in shot.map.iter().flatten() {
                out.extend(v.to_le_bytes());
            }
            out.extend(&shot.gray);
        }
        out
    }

    /// Reads bytes.
    ///
    /// # Errors
    /// [`Broken`], with what is wrong.
    pub fn read(bytes: &[u8]) -> Result<Recording, Broken> {
        let mut rest =
            bytes.strip_prefix(MAGIC.as_bytes()).ok_or(Broken("it does not begin as one"))?;
        let mut side = || Ok::<_, Broken>(usize::from(u16::from_le_bytes(take(&mut rest)?)));
        let (w, h, rw, rh) = (side()?, side()?, side()?, side()?);
        if w.max(h).max(rw).max(rh) > LONGEST {
            return Err(Broken("its pictures are too large"));
        }
        let count = u32::from_le_bytes(take(&mut rest)?);
        if count > 0 && w * h == 0 {
            return Err(Broken("its frames have no size"));
        }
        let gray = part(&mut rest, rw * rh)?;
        let reference = (rw * rh > 0).then_some(Picture { w: rw, h: rh, gray });
        let mut shots = VecDeque::new();
        for _ in 0..count {
            let ms = u32::from_le_bytes(take(&mut rest)?);
            let [state, placed] = take(&mut rest)?;
            if usize::from(state) >= NAMES.len() || placed > 1 {
                return Err(Broken("a state that nobody knows"));
            }
            let mut map = [0.0; 9];
            for v in map.iter_mut().take(9 * usize::from(placed)) {
                *v = f64::from_le_bytes(take(&mut rest)?);
            }
            let gray = part(&mut rest, w * h)?;
            shots.push_back(Shot { ms, state, map: (placed == 1).then_some(map), gray });
        }
        if rest.is_empty() {
            Ok(Recording { size: (w, h), reference, shots })
        } else {
            Err(Broken("there is more than it says"))
        }
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], Broken> {
    let (head, tail) = rest.split_first_chunk().ok_or(Broken("it ends too early"))?;
    *rest = tail;
    Ok(*head)
}

fn part(rest: &mut &[u8], n: usize) -> Result<Vec<u8>, Broken> {
    let (head, tail) = rest.split_at_checked(n).ok_or(Broken("it ends too early"))?;
    *rest = tail;
    Ok(head.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shot(ms: u32, map: Option<Mat3>) -> Shot {
        Shot { ms, state: 3, map, gray: (0..12).map(|i| (i * 20 + ms % 5) as u8).collect() }
    }

    fn some() -> Recording {
        let picture = Picture { w: 2, h: 3, gray: vec![1, 2, 3, 4, 5, 6] };
        let mut r = Recording { reference: Some(picture), ..Recording::default() };
        r.push((4, 3), shot(0, None), 10_000, 1 << 20);
        r.push(
            (4, 3),
            shot(33, Some([1.5, 0.0, -2.25, 0.0, 1.0, 1e-7, 0.0, 0.0, 1.0])),
            10_000,
            99,
        );
        r
    }

    #[test]
    fn what_is_written_is_read() {
        let r = some();
        assert_eq!(Recording::read(&r.write()), Ok(r));
        let none = Recording::default();
        assert_eq!(Recording::read(&none.write()), Ok(none));
    }

    #[test]
    fn a_film_that_was_recorded_is_tracked_again_as_it_was() {
        use crate::synth::stress::{Film, Stress};
        use crate::track::{State, Tracker};
        let number = |s: State| NAMES.iter().position(|n| *n == format!("{s:?}").to_lowercase());
        let film = Film::new(Stress::Turn, 7, 320, 240);
        let picture = film.scene.picture();
        let mut r = Recording::default();
        let mut tracker = Tracker::new(320, 240);
        tracker.set_reference(&picture.px, picture.w, picture.h).unwrap();
        r.reference = Some(Picture { w: picture.w, h: picture.h, gray: picture.px.clone() });
        for i in 0..12 {
            let mut gray = Vec::new();
            film.frame(i, &mut gray);
            let map = tracker.process(&gray);
            let state = number(tracker.state()).unwrap() as u8;
            r.push((320, 240), Shot { ms: i as u32 * 33, state, map, gray }, 10_000, 12 << 20);
        }
        let again = Recording::read(&r.write()).unwrap();
        let known = again.reference.as_ref().unwrap();
        let mut tracker = Tracker::new(again.size().0, again.size().1);
        tracker.set_reference(&known.gray, known.w, known.h).unwrap();
        assert_eq!(again.shots().len(), 12);
        for shot in again.shots() {
            assert_eq!(tracker.process(&shot.gray), shot.map);
            assert_eq!(number(tracker.state()), Some(usize::from(shot.state)));
        }
        assert!(again.shots().last().unwrap().map.is_some());
    }

    #[test]
    fn broken_bytes_are_refused_at_every_length() {
        let bytes = some().write();
        for n in 0..bytes.len() {
            assert!(Recording::read(&bytes[..n]).is_err(), "{n}");
        }
        for n in 8..bytes.len() {
            let mut other = bytes.clone();
            other[n] ^= 0xff;
            // May be another recording; must not panic, nor take memory it has no bytes for.
            let _ = Recording::read(&other);
        }
        assert!(Recording::read(&[&bytes[..], b"x"].concat()).is_err());
    }

    #[test]
    fn only_the_last_seconds_and_so_many_bytes_are_kept() {
        let mut r = Recording::default();
        for i in 0..400 {
            r.push((4, 3), shot(i * 50, None), 10_000, 1 << 20);
        }
        assert_eq!((r.shots().len(), r.shots().next().map(|s| s.ms)), (201, Some(9_950)));
        for i in 400..500 {
            r.push((4, 3), shot(i * 50, None), 10_000, 12 * 7);
        }
        assert_eq!(r.shots().len(), 7);
        // Another size, or a clock that went back: anew. No frame at all: nothing.
        r.push((3, 4), shot(30_000, None), 10_000, 1 << 20);
        assert_eq!((r.shots().len(), r.size()), (1, (3, 4)));
        r.push((3, 4), shot(20, None), 10_000, 1 << 20);
        r.push((5, 5), shot(40, None), 10_000, 1 << 20);
        assert_eq!((r.shots().len(), r.size()), (1, (3, 4)));
    }
}
