//! What the person may do so that more is seen: a word for the page, which has the sentence.

use crate::plane::{Source, fit};
use vision::quality::{Warning, measure};
use vision::track::mat::{Mat3, apply};
use vision::track::trig::length;
use vision::track::{Quality, State};

/// Frames between two looks at the light and the sharpness, which cost some tenths of a millisecond.
const EVERY: u32 = 6;
/// Longest side of the copy that is looked at, pixels.
const SIDE: usize = 320;
/// A reference narrower than this part of the frame is too far away.
const FAR: f64 = 0.18;
/// With less of the reference in the frame it is too near.
const NEAR: f64 = 0.5;

/// Remembers the last look between two.
#[derive(Debug, Default)]
pub struct Advice {
    frame: u32,
    small: Vec<u8>,
    dark: bool,
    glare: bool,
    blurred: bool,
}

/// What is known of a frame.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// Its grey values.
    pub gray: &'a [u8],
    /// Its size, pixels.
    pub size: (usize, usize),
    /// The size of the reference; `None` when there is none.
    pub reference: Option<(usize, usize)>,
    /// Where that is.
    pub place: Option<Mat3>,
    /// How well.
    pub quality: Option<Quality>,
    /// How things stand.
    pub state: State,
}

impl Advice {
    /// `torch`, `glare`, `hold`, `closer`, `back`, or nothing.
    pub fn word(&mut self, seen: &Seen) -> &'static str {
        if self.frame.is_multiple_of(EVERY) {
            self.look(seen.gray, seen.size);
        }
        self.frame = self.frame.wrapping_add(1);
        let follows = seen.state == State::Tracking;
        // What is followed all the same is followed.
        match seen.reference.zip(seen.place) {
            _ if self.dark => "torch",
            Some((r, m)) if width(&m, r) < FAR * seen.size.0.max(seen.size.1) as f64 => "closer",
            Some(_) if seen.quality.is_some_and(|q| q.seen < NEAR) => "back",
            _ if self.glare && !follows => "glare",
            _ if self.blurred && !follows => "hold",
            _ => "",
        }
    }

    fn look(&mut self, gray: &[u8], (w, h): (usize, usize)) {
        let k = w.max(h).div_ceil(SIDE).max(1);
        let (sw, sh) = (w / k, h / k);
        self.small.resize(sw * sh, 0);
        let whole = Source { px: gray, stride: w, w, h, full: true };
        let found = fit(&whole, &mut self.small, sw, sh)
            .then(|| measure(&self.small, sw, sh))
            .flatten()
            .map(|q| q.warnings())
            .unwrap_or_default();
        self.dark = found.contains(&Warning::Dark);
        self.glare = found.contains(&Warning::Glare);
        self.blurred = found.contains(&Warning::Blurred);
    }
}

/// About how wide a reference is in the frame, pixels.
fn width(m: &Mat3, (w, h): (usize, usize)) -> f64 {
    let (w, h) = (w as f64, h as f64);
    let apart = |a: (f64, f64), b: (f64, f64)| match (apply(m, a.0, a.1), apply(m, b.0, b.1)) {
        (Some(p), Some(q)) => length(p.0 - q.0, p.1 - q.1),
        _ => f64::INFINITY,
    };
    apart((0.0, h / 2.0), (w, h / 2.0)).max(apart((w / 2.0, 0.0), (w / 2.0, h)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: (usize, usize) = (640, 480);

    fn scene(gain: f64) -> Vec<u8> {
        (0..640 * 480)
            .map(|i| {
                let (x, y) = (i % 640, i / 640);
                let v = if (x / 17 + y / 23) % 2 == 0 { 200.0 } else { 60.0 };
                (v * gain) as u8
            })
            .collect()
    }

    fn seen(gray: &[u8], zoom: f64, part: f64) -> Seen<'_> {
        Seen {
            gray,
            size: SIZE,
            reference: Some(SIZE),
            place: (zoom > 0.0).then_some([zoom, 0.0, 9.0, 0.0, zoom, 9.0, 0.0, 0.0, 1.0]),
            quality: Some(Quality { agreement: 1.0, seen: part, sigma: 0.1, score: 0.9 }),
            state: if zoom > 0.0 { State::Tracking } else { State::Searching },
        }
    }

    #[test]
    fn says_what_helps() {
        let word = |gray: &[u8], zoom, part| Advice::default().word(&seen(gray, zoom, part));
        let day = scene(1.0);
        assert_eq!(word(&day, 1.0, 1.0), "");
        assert_eq!(word(&day, 0.1, 1.0), "closer");
        assert_eq!(word(&day, 3.0, 0.2), "back");
        assert_eq!(word(&day, 0.0, 0.0), "");
        assert_eq!(word(&scene(0.1), 1.0, 1.0), "torch");
        let white = vec![255; 640 * 480];
        assert_eq!((word(&white, 0.0, 0.0), word(&white, 1.0, 1.0)), ("glare", ""));
        let flat = vec![128; 640 * 480];
        assert_eq!((word(&flat, 0.0, 0.0), word(&flat, 1.0, 1.0)), ("hold", ""));
    }

    #[test]
    fn frames_that_are_none_are_no_advice() {
        let none = Seen { gray: &[], size: (0, 0), ..seen(&[], 0.0, 0.0) };
        assert_eq!(Advice::default().word(&none), "");
        let broken = Seen { place: Some([f64::NAN; 9]), ..seen(&[], 0.0, 1.0) };
        assert_eq!(Advice::default().word(&broken), "");
    }
}
