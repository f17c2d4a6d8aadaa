//! How much of a picture is sent: down at once when the line cannot carry it, up again slowly. Pure;
//! it is handed what was measured and the time, and answers with the rung.

use case::live::Rung;

/// What was measured since the last time. Zero where the browser does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// Round trip, milliseconds.
    pub rtt: u32,
    /// Lost packets in 1/1000.
    pub lost: u32,
    /// Kilobits a second that are sent, or received.
    pub kbps: u32,
    /// Kilobits a second for which there is room.
    pub room: u32,
    /// Lines of the picture that is sent or received.
    pub lines: u32,
    /// Pictures since the last time.
    pub frames: u32,
}

/// What a rung sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Send {
    /// Lines of the picture; 0 for no picture.
    pub lines: u32,
    /// At most so many bits a second.
    pub bits: u32,
    /// At most so many pictures a second.
    pub rate: u32,
}

/// What is sent on each rung.
pub fn send(rung: Rung) -> Send {
    let (lines, bits, rate) = match rung {
        Rung::High => (720, 1_500_000, 24),
        Rung::Middle => (360, 500_000, 15),
        Rung::Low => (180, 150_000, 5),
        Rung::None | Rung::Stills | Rung::Audio => (0, 0, 0),
    };
    Send { lines, bits, rate }
}

/// Kilobits a second below which a rung does not hold.
fn floor(rung: Rung) -> u32 {
    match rung {
        Rung::High => 450,
        Rung::Middle => 130,
        Rung::Low => 40,
        _ => 0,
    }
}

/// Kilobits a second from which a rung is tried. Browsers measure little more room than they use, so
/// this is less than one and a half times what the rung below sends.
fn enough(rung: Rung) -> u32 {
    match rung {
        Rung::High => 700,
        Rung::Middle => 200,
        _ => 0,
    }
}

/// More than this and the picture breaks up.
const LOSS: u32 = 100;
/// So much and it is of no use.
const RUIN: u32 = 300;
/// Slower than this nobody can be guided.
const SLOW: u32 = 1_500;
/// A line as good as this can carry more.
const CLEAN: u32 = 20;
/// A line as quick as this can carry more.
const QUICK: u32 = 500;
/// So many bad samples in a row lead down.
const BAD: u32 = 2;
/// So long a line must be good before more is tried, milliseconds; doubled after each try in vain.
const PATIENCE: i64 = 8_000;
/// The longest patience, milliseconds.
const LONGEST: i64 = 120_000;
/// A rung that does not hold for so long was tried in vain, milliseconds.
const HELD: i64 = 15_000;

/// Where the call stands.
#[derive(Clone, Debug)]
pub struct Ladder {
    rung: Rung,
    /// Sound goes along: there is a rung between the smallest picture and none.
    sound: bool,
    bad: u32,
    good: Option<i64>,
    patience: i64,
    /// When it last went up.
    rose: Option<i64>,
}

impl Default for Ladder {
    fn default() -> Ladder {
        Ladder {
            rung: Rung::Middle,
            sound: false,
            bad: 0,
            good: None,
            patience: PATIENCE,
            rose: None,
        }
    }
}

impl Ladder {
    /// The rung.
    pub fn rung(&self) -> Rung {
        self.rung
    }

    /// Sound goes along, or no longer.
    pub fn sound(&mut self, on: bool) {
        self.sound = on;
        self.rung = match (self.rung, on) {
            (Rung::Stills, true) => Rung::Audio,
            (Rung::Audio, false) => Rung::Stills,
            (rung, _) => rung,
        };
    }

    /// Takes what was measured; `None` when nothing could be, because nothing goes through.
    pub fn step(&mut self, sample: Option<Sample>, now: i64) -> Rung {
        let Some(s) = sample else {
            self.good = None;
            self.bad += 1;
            // Another way is looked for meanwhile; the picture waits for it a while.
            if self.bad >= 4 * BAD {
                self.down(now);
            }
            return self.rung;
        };
        let short = s.room > 0 && s.room < floor(self.rung);
        let ruin = s.lost >= RUIN && self.pictured();
        if ruin || s.lost >= LOSS || s.rtt >= SLOW || short {
            self.good = None;
            self.bad += 1;
            if ruin || self.bad >= BAD {
                self.down(now);
            }
            return self.rung;
        }
        self.bad = 0;
        if self.rose.is_some_and(|at| now - at >= HELD) {
            (self.rose, self.patience) = (None, PATIENCE.max(self.patience / 2));
        }
        let Some(up) = self.above() else { return self.rung };
        // Without a picture there is nothing to measure by: it is tried when patience is over.
        let room = !self.pictured() || s.room == 0 || s.room >= enough(up);
        if s.lost >= CLEAN || s.rtt >= QUICK || !room {
            self.good = None;
            return self.rung;
        }
        let since = *self.good.get_or_insert(now);
        if now - since >= self.patience {
            (self.rung, self.good, self.rose) = (up, None, Some(now));
        }
        self.rung
    }

    fn pictured(&self) -> bool {
        send(self.rung).lines > 0
    }

    fn down(&mut self, now: i64) {
        let below = match self.rung {
            Rung::High => Rung::Middle,
            Rung::Middle => Rung::Low,
            Rung::Low if self.sound => Rung::Audio,
            Rung::Low => Rung::Stills,
            rung => rung,
        };
        self.bad = 0;
        if below == self.rung {
            return;
        }
        if self.rose.take().is_some_and(|at| now - at < HELD) {
            self.patience = (self.patience * 2).min(LONGEST);
        }
        self.rung = below;
    }

    fn above(&self) -> Option<Rung> {
        match self.rung {
            Rung::Stills | Rung::Audio => Some(Rung::Low),
            Rung::Low => Some(Rung::Middle),
            Rung::Middle => Some(Rung::High),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: Sample =
        Sample { rtt: 80, lost: 0, kbps: 500, room: 5_000, lines: 360, frames: 15 };

    /// Steps once a second from `from` until `to` (seconds) with the same sample.
    fn run(ladder: &mut Ladder, sample: Option<Sample>, from: i64, to: i64) -> Vec<Rung> {
        (from..to).map(|s| ladder.step(sample, 1_000 * s)).collect()
    }

    #[test]
    fn a_good_line_climbs_slowly_and_a_bad_one_falls_at_once() {
        let mut ladder = Ladder::default();
        let climbed = run(&mut ladder, Some(GOOD), 0, 10);
        assert_eq!(climbed.iter().position(|r| *r == Rung::High), Some(8));
        let bad = Sample { lost: 120, ..GOOD };
        assert_eq!(
            run(&mut ladder, Some(bad), 10, 16),
            [Rung::High, Rung::Middle, Rung::Middle, Rung::Low, Rung::Low, Rung::Stills]
        );
        // As bad as can be: there is nothing below.
        assert_eq!(run(&mut ladder, Some(bad), 16, 30).last(), Some(&Rung::Stills));
    }

    #[test]
    fn a_ruined_picture_is_not_waited_for() {
        let mut ladder = Ladder::default();
        assert_eq!(ladder.step(Some(Sample { lost: 400, ..GOOD }), 0), Rung::Low);
    }

    #[test]
    fn one_bad_moment_changes_nothing() {
        let mut ladder = Ladder::default();
        for s in 0..30 {
            let lost = if s % 2 == 0 { 150 } else { 0 };
            assert_eq!(ladder.step(Some(Sample { lost, ..GOOD }), 1_000 * s), Rung::Middle);
        }
    }

    #[test]
    fn no_more_is_tried_than_there_is_room_for() {
        let mut ladder = Ladder::default();
        let tight = Sample { room: 400, ..GOOD };
        assert!(run(&mut ladder, Some(tight), 0, 300).iter().all(|r| *r == Rung::Middle));
        let narrow = Sample { room: 100, ..GOOD };
        assert_eq!(run(&mut ladder, Some(narrow), 300, 302).last(), Some(&Rung::Low));
    }

    #[test]
    fn each_try_in_vain_doubles_the_patience() {
        let (mut ladder, mut rises, mut was) = (Ladder::default(), Vec::new(), Rung::Middle);
        for s in 0..600 {
            let sample =
                if ladder.rung() == Rung::High { Sample { lost: 150, ..GOOD } } else { GOOD };
            let rung = ladder.step(Some(sample), 1_000 * s);
            if rung == Rung::High && was != Rung::High {
                rises.push(s);
            }
            was = rung;
        }
        let pauses: Vec<i64> = rises.windows(2).map(|w| w[1] - w[0]).collect();
        assert_eq!(pauses[..4], [19, 35, 67, 123], "{rises:?}");
    }

    #[test]
    fn sound_has_its_own_rung_and_a_picture_is_tried_again_from_there() {
        let mut ladder = Ladder::default();
        ladder.sound(true);
        let bad = Sample { rtt: 2_000, ..GOOD };
        assert_eq!(run(&mut ladder, Some(bad), 0, 9).last(), Some(&Rung::Audio));
        ladder.sound(false);
        assert_eq!(ladder.rung(), Rung::Stills);
        ladder.sound(true);
        assert_eq!(ladder.rung(), Rung::Audio);
        let quiet = Sample { room: 0, ..GOOD };
        assert!(run(&mut ladder, Some(quiet), 9, 40).contains(&Rung::Low));
    }

    #[test]
    fn nothing_goes_through_and_it_steps_down_after_a_while() {
        let mut ladder = Ladder::default();
        let rungs = run(&mut ladder, None, 0, 20);
        assert_eq!(rungs[..7], [Rung::Middle; 7]);
        assert_eq!(rungs.last(), Some(&Rung::Stills));
    }
}
