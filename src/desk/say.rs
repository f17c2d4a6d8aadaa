//! The desk's words for values of the case: states, ages, places, regions. It adds nothing to what
//! the case says; what it has no word for is shown as it stands in the log.

use super::ages::{Clock, Span, clock, span};
use super::list::Group;
use crate::words::{Key, fill, lang, t};
use case::Place;
use case::closing::Ending;
use case::event::{Face, Goal, Halt, Outcome, Scope, Way};
use case::place::{How, degrees, post_text};
use case::wire::put_int;

/// A whole number.
pub fn int(value: i64) -> String {
    let mut out = String::new();
    put_int(value, &mut out);
    out
}

/// A span of time: `42 s`, `3 min`, `2 h 5 min`.
pub fn age(ms: i64) -> String {
    match span(ms) {
        Span::Seconds(s) => fill(Key::DeskSeconds, &[&int(s)]),
        Span::Minutes(m) => fill(Key::DeskMinutes, &[&int(m)]),
        Span::Hours(h, m) => fill(Key::DeskHours, &[&int(h), &int(m)]),
        Span::Days(d, h) => fill(Key::DeskDays, &[&int(d), &int(h)]),
    }
}

/// When the driver was last heard; a long silence is called one.
pub fn heard(heard: i64, now: i64) -> String {
    match heard {
        0 => t(Key::DeskNeverHeard).into(),
        at if silent(at, now) => fill(Key::DeskSilent, &[&age(now - at)]),
        at => fill(Key::DeskHeard, &[&age(now - at)]),
    }
}

/// Whether the driver has been silent for long.
pub fn silent(heard: i64, now: i64) -> bool {
    now.saturating_sub(heard) > super::ages::SILENCE
}

/// How a device's clock stands to ours; `None` when they agree.
pub fn clock_gap(skew: i64) -> Option<String> {
    match clock(skew) {
        Clock::Agrees => None,
        Clock::Ahead(ms) => Some(fill(Key::DeskClockAhead, &[&age(ms)])),
        Clock::Behind(ms) => Some(fill(Key::DeskClockBehind, &[&age(ms)])),
    }
}

/// What consent is about; nothing named is everything.
pub fn scopes(scopes: &[Scope]) -> String {
    let names: Vec<&str> = scopes.iter().map(|s| scope(*s)).collect();
    if names.is_empty() { t(Key::DeskScopeAll).into() } else { names.join(" · ") }
}

fn scope(scope: Scope) -> &'static str {
    t(match scope {
        Scope::View => Key::DeskScopeView,
        Scope::Guide => Key::DeskScopeGuide,
        Scope::Annotate => Key::DeskScopeAnnotate,
        Scope::Freeze => Key::DeskScopeFreeze,
        Scope::Camera => Key::DeskScopeCamera,
        Scope::Record => Key::DeskScopeRecord,
        Scope::Vehicle => Key::DeskScopeVehicle,
    })
}

/// Whose consent ended; nobody named is every agent.
pub fn agents(agent: &str) -> String {
    if agent.is_empty() { t(Key::DeskAllAgents).into() } else { agent.into() }
}

/// A section of the list.
pub fn group(group: Group) -> &'static str {
    t(match group {
        Group::Red => Key::DeskStateRed,
        Group::Open => Key::DeskStateOpen,
        Group::Taken => Key::DeskStateTaken,
        Group::Done => Key::DeskStateDone,
    })
}

/// What a case is about: fire before all.
pub fn about(fire: bool, listed: &str) -> String {
    match (fire, listed) {
        (true, "") => t(Key::DeskFactFire).into(),
        (true, listed) => [t(Key::DeskFactFire), " · ", &what(listed)].concat(),
        (false, "") => t(Key::DeskWhatUnknown).into(),
        (false, listed) => what(listed),
    }
}

/// What the list tells of a case: in the driver's words, or, early on, by the name of the
/// kind of trouble, behind the mark of a demonstration.
fn what(listed: &str) -> String {
    match listed.rsplit_once(" · ") {
        Some((before, last)) => [before, " · ", problem(last).unwrap_or(last)].concat(),
        None => problem(listed).unwrap_or(listed).into(),
    }
}

fn problem(id: &str) -> Option<&'static str> {
    Some(t(match id {
        "accident" => Key::DeskProblemAccident,
        "battery12v" => Key::DeskProblemBattery12v,
        "flood" => Key::DeskProblemFlood,
        "light" => Key::DeskProblemLight,
        "locked" => Key::DeskProblemLocked,
        "other" => Key::DeskProblemOther,
        "plug" => Key::DeskProblemPlug,
        "power" => Key::DeskProblemPower,
        "tyre" => Key::DeskProblemTyre,
        _ => return None,
    }))
}

/// The name of a guide, as far as the desk knows it.
pub fn guide(id: &str) -> String {
    let key = match id {
        "safety" => Key::DeskGuideSafety,
        "what" => Key::DeskGuideWhat,
        "where" => Key::DeskGuideWhere,
        "chargeport" => Key::DeskProblemPlug,
        other if other.starts_with("cord-") || other.starts_with("flap-") => Key::DeskGuideCord,
        other => return problem(other).unwrap_or(other).into(),
    };
    t(key).into()
}

/// How a case ended.
pub fn outcome(outcome: Outcome) -> &'static str {
    t(match outcome {
        Outcome::Helped => Key::DeskOutcomeHelped,
        Outcome::Towed => Key::DeskOutcomeTowed,
        Outcome::HandedOver => Key::DeskOutcomeHandedOver,
        Outcome::Void => Key::DeskOutcomeVoid,
    })
}

/// How exactly a case ended.
pub fn ending(ending: Ending) -> &'static str {
    t(match ending {
        Ending::Solved => Key::DeskEndingSolved,
        Ending::Advice => Key::DeskEndingAdvice,
        Ending::DriveOn => Key::DeskEndingDriveOn,
        Ending::OnSite => Key::DeskEndingOnSite,
        Ending::TowWorkshop => Key::DeskEndingTowWorkshop,
        Ending::TowCharger => Key::DeskEndingTowCharger,
        Ending::TowOther => Key::DeskEndingTowOther,
        Ending::Fire => Key::DeskEndingFire,
        Ending::Police => Key::DeskEndingPolice,
        Ending::Ambulance => Key::DeskEndingAmbulance,
        Ending::Road => Key::DeskEndingRoad,
        Ending::Operator => Key::DeskEndingOperator,
        Ending::Mistake => Key::DeskEndingMistake,
        Ending::Double => Key::DeskEndingDouble,
        Ending::NoContact => Key::DeskEndingNoContact,
    })
}

/// Outcome and, where the log has it, how exactly.
pub fn end(how: Outcome, d: &str) -> String {
    match Ending::parse(d) {
        Some(exactly) => [outcome(how), " · ", ending(exactly)].concat(),
        None => outcome(how).into(),
    }
}

/// How far an order to drive on reaches.
pub fn goal(goal: Goal) -> &'static str {
    t(match goal {
        Goal::Exit => Key::DeskGoalExit,
        Goal::Rest => Key::DeskGoalRest,
        Goal::Workshop => Key::DeskGoalWorkshop,
        Goal::Charger => Key::DeskGoalCharger,
    })
}

/// When to stop at once.
pub fn halt(halt: Halt) -> &'static str {
    t(match halt {
        Halt::Red => Key::DeskHaltRed,
        Halt::Smell => Key::DeskHaltSmell,
        Halt::Noise => Key::DeskHaltNoise,
        Halt::Steering => Key::DeskHaltSteering,
        Halt::Brakes => Key::DeskHaltBrakes,
        Halt::Power => Key::DeskHaltPower,
        Halt::Tyre => Key::DeskHaltTyre,
        Halt::Sight => Key::DeskHaltSight,
    })
}

/// The basis of a place report.
pub fn how(how: How) -> &'static str {
    t(match how {
        How::Device => Key::DeskHowDevice,
        How::Post => Key::DeskHowPost,
        How::Tunnel => Key::DeskHowTunnel,
        How::CarPark => Key::DeskHowCarpark,
        How::Words => Key::DeskHowWords,
        How::Agent => Key::DeskHowAgent,
    })
}

/// The kind of a device.
pub fn face(face: Face) -> &'static str {
    t(match face {
        Face::Phone => Key::DeskFacePhone,
        Face::Car => Key::DeskFaceCar,
    })
}

/// Another way the case took.
pub fn way(way: Way) -> &'static str {
    t(match way {
        Way::Sms => Key::DeskWaySms,
        Way::Qr => Key::DeskWayQr,
        Way::Card => Key::DeskWayCard,
    })
}

/// A region by its code.
pub fn region(id: &str) -> String {
    let key = match id {
        "cn" => Key::DeskRegionCn,
        "de" => Key::DeskRegionDe,
        "fr" => Key::DeskRegionFr,
        "gb" => Key::DeskRegionGb,
        "no" => Key::DeskRegionNo,
        other => return other.into(),
    };
    t(key).into()
}

/// The driver's language, by its own name.
pub fn language(id: &str) -> String {
    match id {
        "zh" => "中文".into(),
        "en" => "English".into(),
        other => other.into(),
    }
}

/// Where a guide ended.
pub fn disposition(id: &str) -> String {
    let key = match id {
        "evacuate" => Key::DeskEndEvacuate,
        "emergency" => Key::DeskEndEmergency,
        "rescue" => Key::DeskEndRescue,
        "agent" => Key::DeskEndAgent,
        "operator" => Key::DeskEndOperator,
        "guide" => Key::DeskEndGuide,
        "solved" => Key::DeskEndSolved,
        other => return other.into(),
    };
    t(key).into()
}

/// A fact that the code itself knows; `None` for those that only the content does.
pub fn fact(name: &str, value: &str) -> Option<&'static str> {
    Some(t(match (name, value) {
        ("fire", "yes") => Key::DeskFactFire,
        ("fire", "no") => Key::DeskFactNoFire,
        ("medical", "yes") => Key::DeskFactMedical,
        ("voice", "no") => Key::DeskFactNoVoice,
        ("place", "expressway") => Key::DeskFactExpressway,
        ("place", "road") => Key::DeskFactRoad,
        ("place", "tunnel") => Key::DeskFactTunnel,
        ("place", "carpark") => Key::DeskFactCarpark,
        ("place", "home") => Key::DeskFactHome,
        ("light", "day") => Key::DeskFactDay,
        ("light", "dark") => Key::DeskFactDark,
        ("weather", "fine") => Key::DeskFactFine,
        ("weather", "bad") => Key::DeskFactBad,
        ("people", "out") => Key::DeskFactOut,
        ("people", "inside") => Key::DeskFactInside,
        ("urgency", "red") => Key::DeskFactRed,
        ("problem", id) => return problem(id),
        _ => return None,
    }))
}

/// The words of a place report, the most precise first; coordinates are not in it.
pub fn place(place: &Place) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut road = place.road.clone();
    if let Some(metres) = place.post_m {
        if !road.is_empty() {
            road.push(' ');
        }
        road.push_str(&post_text(metres));
    }
    parts.push(road);
    for (key, value) in [
        (Key::DeskToward, &place.toward),
        (Key::DeskTunnelName, &place.tunnel),
        (Key::DeskWallBox, &place.wall_box),
        (Key::DeskLevel, &place.level),
        (Key::DeskBay, &place.bay),
    ] {
        if !value.is_empty() {
            parts.push(fill(key, &[value]));
        }
    }
    parts.push(place.words.clone());
    parts.retain(|p| !p.is_empty());
    parts.join(" · ")
}

/// Coordinates as they are read out and pasted; `None` without a position.
pub fn point(place: &Place) -> Option<String> {
    Some(degrees(place.lat_e7?) + ", " + &degrees(place.lon_e7?))
}

/// Bytes in whole units.
pub fn bytes(size: u32) -> String {
    match size {
        0..1_000_000 => int(i64::from(size / 1000).max(1)) + " kB",
        _ => {
            let tenths = i64::from(size / 100_000);
            int(tenths / 10) + "." + &int(tenths % 10) + " MB"
        }
    }
}

/// The tag of the language of the moment, for dates.
pub fn tag() -> &'static str {
    if lang() == "en" { "en-GB" } else { "zh-CN" }
}
