//! The tracker: frames in, the reference's place out, and an honest word about how sure it is.
//! It has no clock and no camera; a frame is a frame.

use super::align::{Aligner, Effort, Fit, corner_sigma};
use super::belief::{sane, try_from};
use super::detect::Detector;
use super::glance::{Glance, Place, Thumbs};
use super::mat::{IDENTITY, Mat3, apply4, area2, corners, inverse, mul, normalised, translation};
use super::pyramid::Pyramid;
use super::template::Template;
use super::views::Views;

/// How things stand after the last frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Looking for the reference anywhere.
    Searching,
    /// Just found; the place is true, its motion not yet known.
    Locking,
    /// Followed from frame to frame.
    Tracking,
    /// Not seen for a few frames; the place is a forecast and is not handed out.
    Coasting,
    /// Followed until a moment ago, now gone.
    Lost,
}

/// How good the last place is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quality {
    /// Part of the telling blocks that agree, 0 to 1.
    pub agreement: f64,
    /// Part of the reference that is in the frame.
    pub seen: f64,
    /// Part of the reference's blocks that are seen to agree.
    pub covered: f64,
    /// Standard deviation of the worst corner, frame pixels.
    pub sigma: f64,
    /// Mean correlation of the telling blocks.
    pub zncc: f64,
}

/// The picture has too little to hold on to: step back, or take in an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotEnoughDetail;

struct Reference {
    template: Template,
    views: Views,
    thumbs: Thumbs,
    aligner: Aligner,
    to_reference: Mat3,
    from_reference: Mat3,
}

/// See the module.
pub struct Tracker {
    size: (usize, usize),
    pyramid: Pyramid,
    detector: Detector,
    glance: Glance,
    reference: Option<Reference>,
    /// (u, v) to frame pixels, and that of the frame before.
    map: Mat3,
    before: Option<Mat3>,
    hint: Option<Mat3>,
    state: State,
    quality: Option<Quality>,
    missed: u32,
    /// Found from nothing, not clear enough to be handed out yet.
    doubtful: bool,
}

/// Frames for which a forecast is kept.
pub(super) const COAST: u32 = 8;
/// Frames for which "lost" is said before it is a search like any other.
const LOST: u32 = 45;
/// Blocks that must tell in a reference.
const DETAIL: usize = 8;
/// A place found from nothing with less agreement is handed out only when the next frame bears
/// it out.
const CLEAR: f64 = 0.85;
/// Places found at a glance that are looked at closely.
const TRIES: usize = 8;
/// Corner deviation beyond which a place is not handed out, pixels.
const VAGUE: f64 = 4.0;

impl Tracker {
    /// For frames of `w` × `h` pixels (anything; what is too small never finds).
    pub fn new(w: usize, h: usize) -> Tracker {
        let (w, h) = if w.min(h) < 16 || w.max(h) > 8192 { (0, 0) } else { (w, h) };
        Tracker {
            size: (w, h),
            pyramid: Pyramid::new(w, h),
            detector: Detector::new(w, h),
            glance: Glance::default(),
            reference: None,
            map: IDENTITY,
            before: None,
            hint: None,
            state: State::Searching,
            quality: None,
            missed: 0,
            doubtful: false,
        }
    }

    /// Takes a picture to look for, `w` × `h` grey pixels. The picture before is forgotten only
    /// when this one is good enough.
    ///
    /// # Errors
    /// [`NotEnoughDetail`] when there is too little to hold on to, or no picture of that size.
    pub fn set_reference(
        &mut self,
        gray: &[u8],
        w: usize,
        h: usize,
    ) -> Result<(), NotEnoughDetail> {
        if w.min(h) < 16 || w.max(h) > 8192 || w.checked_mul(h) != Some(gray.len()) {
            return Err(NotEnoughDetail);
        }
        let template = Template::new(gray, w, h);
        if template.telling_blocks() < DETAIL {
            return Err(NotEnoughDetail);
        }
        let to_reference = template.to_reference();
        let from_reference = inverse(&to_reference).ok_or(NotEnoughDetail)?;
        let aligner = Aligner::new(&template);
        let views = Views::new(gray, w, h);
        let thumbs = Thumbs::new(&template);
        self.reference =
            Some(Reference { template, views, thumbs, aligner, to_reference, from_reference });
        self.reset();
        Ok(())
    }

    /// Forgets where the reference was, not what it looks like.
    pub fn reset(&mut self) {
        self.state = State::Searching;
        self.before = None;
        self.hint = None;
        self.quality = None;
        self.missed = 0;
        self.doubtful = false;
    }

    /// Says where the reference was in a frame just seen (the frozen frame itself: the identity),
    /// so that the next frame starts from there. Reference pixels to frame pixels.
    pub fn start_from(&mut self, place: &Mat3) {
        self.reset();
        let Some(r) = &self.reference else { return };
        if let Some(m) = normalised(&mul(place, &r.to_reference))
            && sane(&m, &r.template, self.size)
        {
            self.map = m;
            self.state = State::Coasting;
        }
    }

    /// How the frame's pixels move by the turning of the camera since the last frame (from its
    /// gyroscope). What is not a sane number is not used.
    pub fn hint(&mut self, frame_to_frame: &Mat3) {
        self.hint = normalised(frame_to_frame).filter(|m| {
            let (x, y) = (self.size.0 as f64, self.size.1 as f64);
            apply4(m, &corners(x, y)).is_some_and(|q| {
                let a = area2(&q) / (2.0 * x * y);
                (0.25..4.0).contains(&a)
            })
        });
    }

    /// Does work that need not be done now (tilted views); `false` when nothing is left.
    pub fn prepare(&mut self) -> bool {
        self.reference.as_mut().is_some_and(|r| r.views.tilt())
    }

    /// How things stand.
    pub fn state(&self) -> State {
        self.state
    }

    /// How good the last place is; `None` when there is none.
    pub fn quality(&self) -> Option<Quality> {
        self.quality
    }

    /// Takes a frame of the size given at the start. Returns reference pixels to frame pixels
    /// (row-major, pixel centres at integers), or `None` when it is not known in this frame.
    pub fn process(&mut self, gray: &[u8]) -> Option<Mat3> {
        let hint = self.hint.take();
        self.quality = None;
        if !self.pyramid.fill(gray) {
            self.miss();
            return None;
        }
        let mut r = self.reference.take()?;
        let known = matches!(self.state, State::Locking | State::Tracking | State::Coasting);
        let mut fit = None;
        if known {
            fit = self.follow(&mut r, hint);
        }
        let mut fresh = false;
        if fit.is_none() {
            fit = self.find(&mut r);
            fresh = fit.is_some();
        }
        let place = match fit {
            Some(f) => self.hold(&r, &f, fresh),
            None => {
                self.miss();
                None
            }
        };
        self.reference = Some(r);
        place
    }

    fn miss(&mut self) {
        self.missed += 1;
        let was = if self.doubtful { State::Searching } else { self.state };
        self.doubtful = false;
        self.state = match was {
            State::Searching => State::Searching,
            State::Lost if self.missed > LOST => State::Searching,
            State::Lost => State::Lost,
            _ if self.missed > COAST => State::Lost,
            _ => State::Coasting,
        };
        if self.state == State::Coasting {
            // The forecast goes on, slower each time.
            if let Some(next) = self.forecast(0.7) {
                self.before = Some(self.map);
                self.map = next;
            }
        } else {
            self.before = None;
        }
    }

    /// The place one frame on, when the motion goes on at `part` of its speed.
    fn forecast(&self, part: f64) -> Option<Mat3> {
        let before = self.before?;
        let step = mul(&self.map, &inverse(&before)?);
        let step = normalised(&step)?;
        let step = core::array::from_fn(|i| IDENTITY[i] + part * (step[i] - IDENTITY[i]));
        normalised(&mul(&step, &self.map))
    }

    fn hold(&mut self, r: &Reference, f: &Fit, fresh: bool) -> Option<Mat3> {
        let sigma = corner_sigma(f, &r.template);
        let place = normalised(&mul(&f.map, &r.from_reference))?;
        self.before =
            (!fresh && self.missed == 0 && self.state != State::Searching).then_some(self.map);
        self.map = f.map;
        self.missed = 0;
        self.state = if fresh { State::Locking } else { State::Tracking };
        self.doubtful = fresh && (f.agreeing as f64) < CLEAR * f.telling as f64;
        self.quality = Some(Quality {
            agreement: f.agreeing as f64 / f.telling.max(1) as f64,
            seen: f.seen,
            covered: f.covered,
            sigma,
            zncc: f.zncc,
        });
        (sigma < VAGUE && !self.doubtful).then_some(place)
    }

    /// From the last place to this frame's.
    fn follow(&mut self, r: &mut Reference, hint: Option<Mat3>) -> Option<Fit> {
        let last = self.map;
        let mut starts = [Some(last), self.forecast(1.0), self.forecast(0.5), None];
        starts[3] = hint.and_then(|h| normalised(&mul(&h, &last)));
        let fine = Aligner::finest(&r.template, &last)?;
        let coarse = (fine + 2).min(r.template.levels.len() - 1);
        let mut best: Option<(f64, Mat3)> = None;
        for s in starts.into_iter().flatten() {
            if let Some(f) = r.aligner.judge(&r.template, &self.pyramid, &s, coarse)
                && best.is_none_or(|(b, _)| f.whole > b)
            {
                best = Some((f.whole, s));
            }
        }
        let start = best.map_or(last, |b| b.1);
        let strict = self.doubtful;
        let gentle = Effort { above: 2, stop: 0, steps: 5, still: 0.02 };
        if let Some(f) =
            try_from(&r.template, &mut r.aligner, &self.pyramid, &start, gentle, self.size, strict)
        {
            return Some(f);
        }
        if strict {
            return None;
        }
        let start = self.sweep(r, &start)?;
        let hard = Effort { above: 3, stop: 0, steps: 8, still: 0.02 };
        try_from(&r.template, &mut r.aligner, &self.pyramid, &start, hard, self.size, false)
    }

    /// Looks round a place on the coarsest copies for the shift that agrees best.
    fn sweep(&self, r: &mut Reference, start: &Mat3) -> Option<Mat3> {
        let level = r.template.levels.len() - 1;
        let l = &r.template.levels[level][0];
        let c = apply4(
            start,
            &[(0.0, 0.0), (f64::from(l.step.0), 0.0), (0.0, f64::from(l.step.1)), (0.0, 0.0)],
        )?;
        let step = 1.2
            * (c[1].0 - c[0].0)
                .hypot(c[1].1 - c[0].1)
                .max((c[2].0 - c[0].0).hypot(c[2].1 - c[0].1));
        let mut best: Option<(f64, Mat3)> = None;
        for i in 0..121 {
            let (dx, dy) = (f64::from(i % 11 - 5) * step, f64::from(i / 11 - 5) * step);
            let m = mul(&translation(dx, dy), start);
            if let Some(f) = r.aligner.judge(&r.template, &self.pyramid, &m, level)
                && best.is_none_or(|(b, _)| f.whole > b)
            {
                best = Some((f.whole, m));
            }
        }
        best.map(|b| b.1)
    }

    /// From nothing: by features, then at a glance.
    fn find(&mut self, r: &mut Reference) -> Option<Fit> {
        let (w, h) = (r.template.w, r.template.h);
        while r.views.tilt() {}
        let effort = Effort { above: 2, stop: 0, steps: 8, still: 0.02 };
        for g in self.detector.run(&self.pyramid, &r.views.features, w, h) {
            if let Some(f) = try_from(
                &r.template,
                &mut r.aligner,
                &self.pyramid,
                &g.map,
                effort,
                self.size,
                true,
            ) {
                return Some(f);
            }
        }
        self.glance.run(&self.pyramid, &r.thumbs);
        self.glance
            .places
            .extend(self.detector.rough().iter().map(|m| Place { score: 0.5, map: *m }));
        // A few steps on the coarsest copies show which of them lead anywhere.
        let short = Effort { above: 3, stop: 2, steps: 4, still: 0.05 };
        for p in &mut self.glance.places {
            match r.aligner.fit(&r.template, &self.pyramid, &p.map, short, |_| {}) {
                Some(f) if sane(&f.map, &r.template, self.size) => {
                    p.score = f.whole as f32;
                    p.map = f.map;
                }
                _ => p.score = -1.0,
            }
        }
        self.glance.places.sort_unstable_by(|a, b| b.score.total_cmp(&a.score));
        let effort = Effort { above: 3, stop: 0, steps: 12, still: 0.02 };
        let mut found = None;
        for p in self.glance.places.iter().take(TRIES) {
            found = try_from(
                &r.template,
                &mut r.aligner,
                &self.pyramid,
                &p.map,
                effort,
                self.size,
                true,
            );
            if found.is_some() {
                break;
            }
        }
        found
    }
}
