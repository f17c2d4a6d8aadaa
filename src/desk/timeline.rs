//! One line of words for each thing that happened. The words of driver and agent are quoted as
//! they stand; nothing is summed up or left out.

use super::say;
use crate::words::{Key, fill, t};
use case::event::{Event, Stored, Take};
use case::number::grouped;

/// What an event says, in one line.
pub fn line(stored: &Stored) -> String {
    match stored.e.b.event() {
        Some(event) => words(event),
        None => t(Key::DeskEvUnknown).into(),
    }
}

/// With the words that came along.
fn noted(mut line: String, note: &str) -> String {
    if !note.is_empty() {
        line.push_str(" · ");
        line.push_str(note);
    }
    line
}

fn words(event: &Event) -> String {
    match event {
        Event::Opened { number, region, lang, face } => fill(
            Key::DeskEvOpened,
            &[&grouped(number), &say::region(region), &say::language(lang), say::face(*face)],
        ),
        Event::Joined { face } => fill(Key::DeskEvJoined, &[say::face(*face)]),
        Event::Spoke { lang } => fill(Key::DeskEvSpoke, &[&say::language(lang)]),
        Event::Moved { region } => fill(Key::DeskEvMoved, &[&say::region(region)]),
        Event::Started { g, ed } => fill(Key::DeskEvStarted, &[&say::guide(g), ed]),
        Event::Answered { q, a, skip, asked, said, .. } => {
            let asked = if asked.is_empty() { q } else { asked };
            let said = if said.is_empty() { a } else { said };
            fill(if *skip { Key::DeskEvSkipped } else { Key::DeskEvAnswered }, &[asked, said])
        }
        Event::Ended { g, d, said, .. } => {
            fill(Key::DeskEvEnded, &[&say::guide(g), &say::disposition(d), said])
        }
        Event::Placed { place } => {
            let mut where_ = say::place(place);
            if let Some(point) = say::point(place) {
                if !where_.is_empty() {
                    where_.push_str(" · ");
                }
                where_.push_str(&point);
            }
            fill(Key::DeskEvPlaced, &[say::how(place.how), &where_])
        }
        Event::Photo { w, h, size, .. } => fill(
            Key::DeskEvPhoto,
            &[&say::int(i64::from(*w)), &say::int(i64::from(*h)), &say::bytes(*size)],
        ),
        Event::Marked { marks, .. } => fill(Key::DeskEvMarked, &[&say::int(marks.len() as i64)]),
        Event::Noted { id, text } => {
            fill(if id.is_empty() { Key::DeskEvNoted } else { Key::DeskEvPhotoNoted }, &[text])
        }
        Event::Dropped { .. } => t(Key::DeskEvDropped).into(),
        Event::Received { .. } => t(Key::DeskEvReceived).into(),
        Event::Called { to } => fill(Key::DeskEvCalled, &[to]),
        Event::Handed { way } => fill(Key::DeskEvHanded, &[say::way(*way)]),
        Event::Said { text } => fill(Key::DeskEvSaid, &[text]),
        Event::Read { o } => fill(Key::DeskEvRead, &[&say::int(*o as i64)]),
        Event::Power { low, percent } => {
            let mut out =
                String::from(t(if *low { Key::DeskEvPowerLow } else { Key::DeskEvPowerNormal }));
            if let Some(percent) = percent {
                out.push_str(" · ");
                out.push_str(&say::int(i64::from(*percent)));
                out.push('%');
            }
            out
        }
        Event::Crashed { build, text } => fill(Key::DeskEvCrashed, &[build, text]),
        Event::Claimed { agent, note, .. } if agent.is_empty() => {
            noted(t(Key::DeskEvGivenBack).into(), note)
        }
        Event::Claimed { agent, from, note } if from.is_empty() => {
            noted(fill(Key::DeskEvClaimed, &[agent]), note)
        }
        Event::Claimed { agent, from, note } => {
            noted(fill(Key::DeskEvPassed, &[from, agent]), note)
        }
        Event::Asked { scopes } => fill(Key::DeskEvAsked, &[&say::scopes(scopes)]),
        Event::Granted { agent, scopes } => {
            fill(Key::DeskEvGranted, &[agent, &say::scopes(scopes)])
        }
        Event::Revoked { agent, scopes } => {
            fill(Key::DeskEvRevoked, &[&say::agents(agent), &say::scopes(scopes)])
        }
        Event::Proposed { g, q } => fill(Key::DeskEvProposed, &[&say::guide(g), q]),
        Event::Took { how, .. } => t(match how {
            Take::Accepted => Key::DeskEvTaken,
            Take::Declined => Key::DeskEvDeclined,
            Take::Undone => Key::DeskEvUndone,
        })
        .into(),
        Event::Frozen { id } => {
            t(if id.is_empty() { Key::DeskEvThawed } else { Key::DeskEvFrozen }).into()
        }
        Event::Drawn { marks, .. } => fill(Key::DeskEvDrawn, &[&say::int(marks.len() as i64)]),
        Event::Urgent { on } => t(if *on { Key::DeskEvRedOn } else { Key::DeskEvRedOff }).into(),
        Event::Ordered { kmh, km, goal, stops, facts } => {
            let stops: Vec<&str> = stops.iter().map(|h| say::halt(*h)).collect();
            let (kmh, km) = (say::int(i64::from(*kmh)), say::int(i64::from(*km)));
            let order =
                fill(Key::DeskEvOrdered, &[&kmh, &km, say::goal(*goal), &stops.join(" · ")]);
            noted(order, &facts.join(", "))
        }
        Event::Halted {} => t(Key::DeskEvHalted).into(),
        Event::Closed { outcome, d, note } => {
            noted(fill(Key::DeskEvClosed, &[&say::end(*outcome, d)]), note)
        }
        Event::Reopened { why } => fill(Key::DeskEvReopened, &[why]),
    }
}
