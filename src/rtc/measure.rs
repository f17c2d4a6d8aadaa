//! What the browser counts of a connection (`getStats`), and what it comes to between two readings.

use super::ladder::Sample;
use crate::device::loose::{call, get};
use case::live::Rung;
use js_sys::Array;
use wasm_bindgen::JsValue;

/// A reading.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counters {
    /// When, Unix milliseconds.
    pub at: i64,
    /// Bytes of the direction that is looked at.
    pub bytes: f64,
    /// Packets that came, of those that were sent here.
    pub packets: f64,
    /// Packets that did not.
    pub lost: f64,
    /// Pictures.
    pub frames: f64,
    /// Lines of a picture.
    pub lines: f64,
    /// Round trip, seconds.
    pub rtt: f64,
    /// Room for bits a second; 0 where it is not told.
    pub room: f64,
    /// Part that the other side says it lost, 0 to 1.
    pub missed: f64,
}

/// Reads a report, of what is sent or of what is received.
pub fn read(report: &JsValue, sent: bool, at: i64) -> Counters {
    let mut c = Counters { at, ..Counters::default() };
    let Some(values) = call(report, "values", &[]) else { return c };
    let kind = if sent { "outbound-rtp" } else { "inbound-rtp" };
    for stat in Array::from(&values).iter() {
        let text = |name: &str| get(&stat, name).and_then(|v| v.as_string()).unwrap_or_default();
        let number = |name: &str| get(&stat, name).and_then(|v| v.as_f64()).unwrap_or(0.0);
        let what = text("type");
        if what == kind {
            c.bytes += number(if sent { "bytesSent" } else { "bytesReceived" });
            c.packets += number("packetsReceived");
            c.lost += number("packetsLost");
            if text("kind") == "video" {
                c.frames += number(if sent { "framesEncoded" } else { "framesDecoded" });
                c.lines = c.lines.max(number("frameHeight"));
            }
        } else if what == "remote-inbound-rtp" && text("kind") == "video" {
            c.missed = c.missed.max(number("fractionLost"));
            c.rtt = c.rtt.max(number("roundTripTime"));
        } else if what == "candidate-pair" && get(&stat, "nominated").is_some_and(|n| n.is_truthy())
        {
            // Of an earlier way through the network nothing is counted any more.
            if text("state") == "succeeded" {
                c.rtt = c.rtt.max(number("currentRoundTripTime"));
                c.room = c.room.max(number("availableOutgoingBitrate"));
            }
        }
    }
    c
}

/// What happened between two readings.
pub fn between(old: &Counters, new: &Counters) -> Sample {
    let ms = (new.at - old.at).max(1) as f64;
    // A new connection counts from the beginning again.
    let grown = |old: f64, new: f64| if new >= old { new - old } else { new };
    let (came, lost) = (grown(old.packets, new.packets), grown(old.lost, new.lost));
    let share = if came + lost > 0.0 { lost / (came + lost) } else { 0.0 };
    Sample {
        rtt: (new.rtt * 1_000.0) as u32,
        lost: (share.max(new.missed) * 1_000.0) as u32,
        kbps: (grown(old.bytes, new.bytes) * 8.0 / ms) as u32,
        room: (new.room / 1_000.0) as u32,
        lines: new.lines as u32,
        frames: grown(old.frames, new.frames) as u32,
    }
}

/// How good a line is, as bars: 3 good, 2 fair, 1 poor, 0 nothing goes through.
pub fn bars(rtt: u32, lost: u32, through: bool) -> u8 {
    match (through, rtt, lost) {
        (false, ..) => 0,
        (_, 0..300, 0..30) => 3,
        (_, 0..800, 0..100) => 2,
        _ => 1,
    }
}

/// What arrives, by the lines of the picture that came.
pub fn arrives(sample: &Sample) -> Rung {
    match (sample.frames, sample.lines) {
        (0, _) if sample.kbps > 4 => Rung::Audio,
        (0, _) => Rung::None,
        (_, 0..270) => Rung::Low,
        (_, 270..540) => Rung::Middle,
        _ => Rung::High,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_readings_make_a_sample() {
        let old = Counters { at: 1_000, bytes: 1_000.0, packets: 90.0, ..Counters::default() };
        let new = Counters {
            at: 3_000,
            bytes: 101_000.0,
            packets: 180.0,
            lost: 10.0,
            frames: 30.0,
            lines: 360.0,
            rtt: 0.081,
            room: 900_000.0,
            missed: 0.0,
        };
        let sample = between(&old, &new);
        let right = Sample { rtt: 81, lost: 100, kbps: 400, room: 900, lines: 360, frames: 30 };
        assert_eq!(sample, right);
        assert_eq!(arrives(&sample), Rung::Middle);
        // A new connection counts from nothing, and the clock may stand still.
        assert_eq!(between(&new, &Counters { bytes: 250.0, ..old }).kbps, 2_000);
        assert_eq!(between(&new, &Counters { missed: 0.25, ..new }).lost, 250);
    }

    #[test]
    fn bars_follow_the_worse_of_delay_and_loss() {
        assert_eq!(bars(80, 0, true), 3);
        assert_eq!(bars(500, 0, true), 2);
        assert_eq!(bars(80, 60, true), 2);
        assert_eq!(bars(80, 300, true), 1);
        assert_eq!(bars(2_000, 0, true), 1);
        assert_eq!(bars(80, 0, false), 0);
    }

    #[test]
    fn what_arrives_is_read_from_the_picture() {
        let of =
            |lines, frames, kbps| arrives(&Sample { lines, frames, kbps, ..Sample::default() });
        assert_eq!(
            [of(720, 5, 9), of(180, 5, 9), of(720, 0, 30)],
            [Rung::High, Rung::Low, Rung::Audio]
        );
        assert_eq!(of(720, 0, 0), Rung::None);
    }
}
