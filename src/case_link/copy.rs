//! From the records of a case to the copy in memory, with the browser's own JSON.

use super::records::{self, Kind, Reader, Record};
use crate::js;
use case::message::{Answer, Verdict};
use case::{Replica, State, upcast};

/// How the browser's own JSON reads records.
pub const READ: Reader = Reader {
    envelope: |text| upcast::envelope(&js::parse(text)?).ok(),
    stored: |text| records::stored(&js::parse(text)?),
};

/// Reads a snapshot of the server.
pub type ReadBase = fn(&str) -> Option<State>;

/// The copy that the records of a case come to, and the offsets of this device's own events. A
/// record that cannot be read is left where it is and skipped.
pub fn build(records: &[Record], me: &str, base: Option<ReadBase>) -> (Replica, Vec<u64>) {
    let mut replica = Replica::default();
    let mut own = Vec::new();
    let of = |kind| records.iter().filter(move |r: &&Record| r.kind == kind);
    for r in of(Kind::Base) {
        if let Some(state) = base.and_then(|read| read(&r.text)) {
            replica.receive_snapshot(state);
        }
    }
    let mut take = |text: &str, verdict: Option<Verdict>, o: u64, why: &str| {
        let Some(envelope) = (READ.envelope)(text) else {
            return;
        };
        let (k, why) = (envelope.k.clone(), why.into());
        replica.write(envelope);
        if let Some(verdict) = verdict {
            replica.answer(&Answer { k, verdict, o, why });
        }
    };
    for r in of(Kind::Acked) {
        take(&r.text, Some(Verdict::Ok), r.n, "");
        own.push(r.n);
    }
    for r in of(Kind::Refused) {
        let (why, text) = r.text.split_once('\n').unwrap_or_default();
        take(text, Some(Verdict::Denied), 0, why);
    }
    for r in of(Kind::Pending) {
        take(&r.text, None, 0, "");
    }
    // Last, so that what came back from the server takes its own place from what waits.
    for r in of(Kind::Stored) {
        if let Some(stored) = (READ.stored)(&r.text) {
            if stored.e.d == me {
                super::inner::add(&mut own, stored.o);
            }
            replica.receive(stored);
        }
    }
    (replica, own)
}
