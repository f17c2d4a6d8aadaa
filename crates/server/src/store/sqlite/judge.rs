//! What is decided about an event without asking the disk. Pure; order and duplicates are
//! `case::ledger`'s, limits those of `store::check`.

use super::live::Live;
use crate::store::{Append, Incoming, MAX_CASE_BYTES, MAX_EVENTS};
use crate::token::{self, Hash};
use case::event::{Body, Envelope, Event, Role, may, needs};
use case::message::{Answer, Verdict};
use case::rule::against;
use case::wire::to_json;

/// The device under which the server itself writes.
pub const SERVER_DEVICE: &str = "00000000-0000-7000-8000-000000000000";

/// Who writes, as the log names them.
pub struct Writer<'a> {
    /// Role.
    pub role: Role,
    /// Name of an agent.
    pub who: &'a str,
    /// How `position` names the owner of a device.
    pub owner: String,
    /// Token of a driver's device.
    pub token: Option<Hash>,
}

/// Whether a batch for an unknown case is the beginning of one.
pub fn opens(batch: &Append) -> bool {
    match batch.events.first() {
        Some(Incoming::Fine(e)) => {
            e.n == 1 && e.d != SERVER_DEVICE && matches!(e.b.event(), Some(Event::Opened { .. }))
        }
        _ => false,
    }
}

/// Answers for a case that is not here and that this batch does not open: begin at 1.
pub fn not_opened(events: &[Incoming]) -> Vec<Answer> {
    let one = |event: &Incoming| match event {
        Incoming::Fine(e) if e.n == 1 => {
            answer(&e.k, Verdict::Denied, 0, "a case begins with `opened`")
        }
        Incoming::Fine(e) => answer(&e.k, Verdict::Gap, 1, "this case is not here"),
        Incoming::Refused { id, why } => {
            let k = id.as_ref().map_or("", |id| &id.0);
            answer(k, Verdict::Bad, 0, why)
        }
    };
    events.iter().map(one).collect()
}

/// Why an event that is next in order is still not stored.
pub fn refusal(live: &Live, writer: &Writer<'_>, event: &Incoming) -> Option<(Verdict, String)> {
    let envelope = match event {
        Incoming::Fine(envelope) => envelope,
        Incoming::Refused { why, .. } => return Some((Verdict::Bad, why.clone())),
    };
    let denied = |why: &str| Some((Verdict::Denied, why.to_string()));
    match &envelope.b {
        Body::Known(event) if !may(writer.role, event) => denied("not for this role"),
        Body::Known(event)
            if needs(event).is_some_and(|scope| !live.state.allows(writer.who, scope)) =>
        {
            denied("the driver's consent is missing")
        }
        Body::Known(event) if writer.role == Role::Agent => {
            match against(&live.state, writer.who, event) {
                Some(against) => denied(against.why()),
                None => full(live),
            }
        }
        Body::Unknown(_) if writer.role != Role::Driver => denied("unknown kind"),
        _ => full(live),
    }
}

fn full(live: &Live) -> Option<(Verdict, String)> {
    (live.state.top >= MAX_EVENTS || live.bytes >= MAX_CASE_BYTES)
        .then(|| (Verdict::Denied, "the case is full".into()))
}

/// The colleague to whom an event hands the case; whether there is one of that name is the disk's
/// to say.
pub fn heir<'a>(writer: &Writer<'_>, event: &'a Incoming) -> Option<&'a str> {
    let Incoming::Fine(Envelope { b: Body::Known(Event::Claimed { agent, .. }), .. }) = event
    else {
        return None;
    };
    (!agent.is_empty() && agent != writer.who).then_some(agent)
}

/// An answer.
pub fn answer(k: &str, verdict: Verdict, o: u64, why: &str) -> Answer {
    Answer { k: k.into(), verdict, o, why: why.into() }
}

/// What a second delivery has to repeat to be the same event.
pub fn body_hash(envelope: &Envelope) -> [u8; 32] {
    let mut text = to_json(&envelope.b);
    text.push('\n');
    case::wire::put_int(envelope.at, &mut text);
    token::sha256(text.as_bytes())
}
