//! The tracker: frames in, the reference's place out, and an honest word about how sure it is.
//! It has no clock and no camera; a frame is a frame.

use super::align::{Aligner, Fit};
use super::belief::{corner_sigma, exact, plain, sane, similar, together};
use super::follow::{Follower, Past};
use super::keyframe::{Keyframe, wanted};
use super::mat::{IDENTITY, Mat3, inverse, mul, normalised};
use super::pose::{Focal, Pose};
use super::pyramid::Pyramid;
use super::seek::{Looks, Seeker};
use super::smooth::Smoother;
use super::template::Template;
use super::turn::Turn;

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
    /// Standard deviation of the worst corner, frame pixels.
    pub sigma: f64,
    /// Mean correlation of what is seen, 0 to 1.
    pub score: f64,
}

/// The picture has too little to hold on to: step back, or take in an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotEnoughDetail;

struct Reference {
    template: Template,
    looks: Looks,
    aligner: Aligner,
    /// Others of its kind may look like it.
    plain: bool,
    to_reference: Mat3,
    from_reference: Mat3,
    keyframe: Option<Keyframe>,
}

/// See the module.
pub struct Tracker {
    pub(super) size: (usize, usize),
    pyramid: Pyramid,
    seeker: Seeker,
    follower: Follower,
    reference: Option<Reference>,
    /// (u, v) to frame pixels, and that of the frame before.
    map: Mat3,
    before: Option<Mat3>,
    state: State,
    quality: Option<Quality>,
    missed: u32,
    /// Found from nothing, not clear enough to be handed out yet.
    doubtful: bool,
    /// Frames in a row in which little agreed.
    weak: u32,
    /// Where it was when it was last seen well, if that is not long ago: it is about, and what looks
    /// like it there will be it.
    kept: Option<Mat3>,
    /// The last frame shows it so well that it may become a keyframe.
    clear: bool,
    /// What was handed out last.
    pub(super) place: Option<Mat3>,
    pub(super) turn: Turn,
    pub(super) focal: Focal,
    pub(super) pose: Option<Pose>,
    pub(super) smoother: Smoother,
}

/// Frames for which a forecast is kept.
pub(super) const COAST: u32 = 8;
/// Frames for which "lost" is said before it is a search like any other.
const LOST: u32 = 45;
/// Pixels of a frame at most: memory is some seven times that.
const MOST: usize = 1 << 23;
/// Blocks that must tell in a reference.
pub(super) const DETAIL: usize = 8;
/// Score below which a place is doubted.
const WEAK: f64 = 0.62;
/// Score from which a place is remembered.
const WELL: f64 = 0.7;
/// Score below which a keyframe is tried, and from which a frame may become one.
const BLUNT: f64 = 0.8;
/// Score below which what agrees must lie together.
const HALF: f64 = 0.5;
/// Corner deviation beyond which a place is not handed out, pixels.
const VAGUE: f64 = 4.0;

impl Tracker {
    /// For frames of `w` × `h` pixels (anything; what is too small never finds).
    pub fn new(w: usize, h: usize) -> Tracker {
        let (w, h) = if Tracker::fits(w, h) { (w, h) } else { (0, 0) };
        Tracker {
            size: (w, h),
            pyramid: Pyramid::new(w, h),
            seeker: Seeker::new(w, h),
            follower: Follower::default(),
            reference: None,
            map: IDENTITY,
            before: None,
            state: State::Searching,
            quality: None,
            missed: 0,
            doubtful: false,
            weak: 0,
            kept: None,
            clear: false,
            place: None,
            turn: Turn::default(),
            focal: Focal::default(),
            pose: None,
            smoother: Smoother::default(),
        }
    }

    /// Whether frames of `w` × `h` pixels are neither too small to find anything in nor so large that
    /// they would take more memory than a phone gives.
    pub fn fits(w: usize, h: usize) -> bool {
        w.min(h) >= 16 && w.max(h) <= 8192 && w * h <= MOST
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
        let looks = Looks::new(gray, &template);
        let plain = plain(&template);
        self.reference = Some(Reference {
            template,
            looks,
            aligner,
            plain,
            to_reference,
            from_reference,
            keyframe: None,
        });
        self.reset();
        Ok(())
    }

    /// Forgets where the reference was, not what it looks like.
    pub fn reset(&mut self) {
        self.state = State::Searching;
        self.before = None;
        self.quality = None;
        self.missed = 0;
        self.doubtful = false;
        self.weak = 0;
        self.kept = None;
        self.clear = false;
        self.place = None;
        self.pose = None;
        if let Some(r) = &mut self.reference {
            r.keyframe = None;
        }
        self.seeker.reset();
    }

    /// Width and height of the reference, pixels.
    pub(super) fn reference_size(&self) -> Option<(usize, usize)> {
        self.reference.as_ref().map(|r| (r.template.w, r.template.h))
    }

    /// Whether the last place has no past.
    pub(super) fn found_anew(&self) -> bool {
        self.state == State::Locking
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

    /// Does work that need not be done now (tilted views, a keyframe of the last frame); `false` when
    /// nothing is left.
    pub fn prepare(&mut self) -> bool {
        let wants = self.wants_keyframe();
        let Some(r) = &mut self.reference else { return false };
        if wants && let Some(frame) = self.pyramid.levels.first() {
            r.keyframe = Keyframe::take(frame, &r.template, &self.map).or(r.keyframe.take());
            // Once a frame.
            self.clear = false;
        }
        r.looks.prepare(&r.template)
    }

    /// Whether the last frame should become a keyframe; [`Tracker::prepare`] takes it.
    pub fn wants_keyframe(&self) -> bool {
        let r = self.reference.as_ref().filter(|_| self.clear && self.state == State::Tracking);
        r.is_some_and(|r| wanted(&r.template, &self.map, self.size, r.keyframe.as_ref()))
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
        self.place = self.look(gray);
        if let (Some(m), Some(size), State::Tracking) =
            (&self.place, self.reference_size(), self.state)
        {
            self.focal.learn(m, size, self.size);
        }
        self.place
    }

    fn look(&mut self, gray: &[u8]) -> Option<Mat3> {
        let turned = self.turn.take(self.size, self.focal());
        (self.quality, self.clear) = (None, false);
        if !self.pyramid.fill(gray) {
            self.miss(turned);
            return None;
        }
        let mut r = self.reference.take()?;
        let known = matches!(self.state, State::Locking | State::Tracking | State::Coasting);
        let (mut fit, mut sigma) = (None, None);
        if known {
            let ahead = turned.and_then(|m| normalised(&mul(&m, &self.map)));
            let past = Past {
                last: self.map,
                before: self.before,
                ahead: [self.forecast(1.0), self.forecast(0.5), self.forecast(1.7), ahead],
            };
            let a = &mut r.aligner;
            fit = self.follower.run(&r.template, a, &self.pyramid, &past, self.doubtful);
            if let Some(k) = r.keyframe.as_mut().filter(|_| fit.is_none_or(|f| f.score < BLUNT))
                && let Some((f, s)) = k.follow(&mut self.follower, &self.pyramid, &past)
                && fit.is_none_or(|old| f.score > old.score + 0.05)
            {
                (fit, sigma) = (Some(f), Some(s));
            }
        }
        // Little agrees: a hand, or a wrong place. Now and then it is looked for anew.
        self.weak = if fit.is_some_and(|f| f.score < WEAK) { self.weak + 1 } else { 0 };
        let mut fresh = false;
        if fit.is_none() || self.weak % 3 == 2 {
            let near = if fit.is_none() { self.kept } else { None };
            if fit.is_some() {
                self.seeker.hurry();
            }
            let found =
                self.seeker.run(&r.template, &mut r.aligner, &mut r.looks, &self.pyramid, near);
            let found = found.filter(|f| {
                let like = self.kept.is_none_or(|k| similar(&k, &f.map));
                like || !r.plain || exact(f, &r.template, &mut r.aligner, &self.pyramid)
            });
            if let Some(f) = found
                && fit.is_none_or(|old| f.score > old.score + 0.05)
            {
                (fit, sigma) = (Some(f), None);
                fresh = true;
                self.weak = 0;
            }
        }
        let place = match fit {
            Some(f) => self.hold(&mut r, &f, fresh, sigma),
            None => {
                self.miss(turned);
                None
            }
        };
        self.reference = Some(r);
        place
    }

    fn miss(&mut self, turned: Option<Mat3>) {
        self.missed += 1;
        let was = if self.doubtful { State::Searching } else { self.state };
        self.doubtful = false;
        self.state = match was {
            State::Searching => State::Searching,
            State::Lost if self.missed > LOST => {
                self.kept = None;
                State::Searching
            }
            State::Lost => State::Lost,
            _ if self.missed > COAST => State::Lost,
            _ => State::Coasting,
        };
        if self.state == State::Coasting {
            // The turning goes on; without a gyroscope the forecast does, slower each time.
            let turned = turned.and_then(|h| normalised(&mul(&h, &self.map)));
            if let Some(next) = turned.or(self.forecast(0.7)) {
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

    /// Takes a place. `sigma`: deviation of the corners, where a keyframe knows it.
    fn hold(
        &mut self,
        r: &mut Reference,
        f: &Fit,
        fresh: bool,
        sigma: Option<f64>,
    ) -> Option<Mat3> {
        let sigma = sigma.unwrap_or_else(|| corner_sigma(f, &r.template));
        let place = normalised(&mul(&f.map, &r.from_reference))?;
        self.before =
            (!fresh && self.missed == 0 && self.state != State::Searching).then_some(self.map);
        self.map = f.map;
        self.missed = 0;
        self.state = if fresh { State::Locking } else { State::Tracking };
        self.doubtful = fresh
            && r.plain
            && self.kept.is_none()
            && !exact(f, &r.template, &mut r.aligner, &self.pyramid);
        if !self.doubtful && ((f.score > WELL && sigma < 0.4) || self.kept.is_none()) {
            self.kept = Some(f.map);
        }
        self.clear = f.score > BLUNT && sigma < 0.5;
        self.quality = Some(Quality {
            agreement: f.agreeing as f64 / f.able.max(1) as f64,
            seen: f.seen,
            sigma,
            score: f.score,
        });
        // Little agrees, and that lies scattered: chance, and no hand before it.
        let chance = f.score < HALF && {
            let seen = r.aligner.judge(&r.template, &self.pyramid, &f.map, f.level);
            seen.is_none_or(|f| together(&f, &r.template, &r.aligner) < 0.7)
        };
        (sigma < VAGUE && !self.doubtful && !chance).then_some(place)
    }
}
