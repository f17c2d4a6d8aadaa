//! What both sides show of a call: how good the line is, as bars and as a word, and what is sent.

use super::ladder::Sample;
use super::measure::bars;
use crate::ui::El;
use crate::ui::dom::{el, svg};
use crate::words::{Key, t};
use case::live::Rung;

/// What a rung sends, in words.
pub fn rung(rung: Rung) -> &'static str {
    t(match rung {
        Rung::None => Key::CallNone,
        Rung::Stills => Key::CallStills,
        Rung::Audio => Key::CallAudio,
        Rung::Low => Key::CallLow,
        Rung::Middle => Key::CallMiddle,
        Rung::High => Key::CallHigh,
    })
}

/// How good a line is.
pub fn line(rtt: u32, lost: u32, through: bool) -> El {
    let n = bars(rtt, lost, through);
    let word = t(match n {
        3 => Key::CallGood,
        2 => Key::CallFair,
        1 => Key::CallPoor,
        _ => Key::CallGone,
    });
    let mut shape = svg("svg").attr("viewBox", "0 0 18 14").attr("aria-hidden", "true");
    for (i, path) in ["M1 10h4v4h-4z", "M7 6h4v8h-4z", "M13 1h4v13h-4z"].into_iter().enumerate() {
        let class = if i < usize::from(n) { "on" } else { "off" };
        shape = shape.add(svg("path").attr("class", class).attr("d", path));
    }
    let level = ["0", "1", "2", "3"][usize::from(n.min(3))];
    el("span").class("line-bars").attr("data-bars", level).add(shape).add(el("b").text(word))
}

/// As [`line()`], of what was measured here.
pub fn measured(sample: &Sample, through: bool) -> El {
    line(sample.rtt, sample.lost, through)
}
