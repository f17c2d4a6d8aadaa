//! What the device's store holds of a case, as records, and every change that is made to them,
//! as pure functions from records to edits. No browser, no clock: the stores run these inside
//! one transaction, so that two tabs never work on the same record at once.

use case::event::Body;
use case::wire::{need, put_int, to_json};
use case::{Bad, Envelope, Node, Role, Stored, upcast};

/// Which part of a case a record belongs to. The order is that of the keys on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Acknowledged with offset `n`, not yet seen in the server's log. An envelope.
    Acked,
    /// The server's snapshot, number 0. A state.
    Base,
    /// The server's mark of the history that this copy continues, number 0. A text.
    Epoch,
    /// The highest number given to an event of this device, number 0. An integer.
    Counter,
    /// Written here with number `n`, not yet acknowledged. An envelope, as it is sent.
    Pending,
    /// The server's event of offset `n`, as it came.
    Stored,
    /// Refused for good, counted from 0. The reason, a line feed, the envelope.
    Refused,
}

impl Kind {
    /// All kinds, in the order of [`Kind::code`].
    pub const ALL: [Kind; 7] = [
        Kind::Acked,
        Kind::Base,
        Kind::Epoch,
        Kind::Counter,
        Kind::Pending,
        Kind::Stored,
        Kind::Refused,
    ];

    /// The part of the key that stands for this kind.
    pub fn code(self) -> &'static str {
        match self {
            Kind::Acked => "a",
            Kind::Base => "b",
            Kind::Epoch => "e",
            Kind::Counter => "n",
            Kind::Pending => "p",
            Kind::Stored => "s",
            Kind::Refused => "x",
        }
    }
}

/// One record of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Part.
    pub kind: Kind,
    /// Number within the part.
    pub n: u64,
    /// JSON text, unless [`Kind`] says otherwise.
    pub text: String,
}

/// One change to the records of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Write, over whatever was there.
    Put(Record),
    /// Remove, if it is there.
    Delete(Kind, u64),
}

/// How far ahead an event is numbered when its number turns out to be taken: the server answers
/// with the number that it expects, and that one is used.
const PROBE: u64 = 1 << 20;

/// Reads texts. Handed in, because the browser parses with its own JSON and tests with another.
#[derive(Clone, Copy)]
pub struct Reader {
    /// Reads an envelope of any version.
    pub envelope: fn(&str) -> Option<Envelope>,
    /// Reads an event of the server.
    pub stored: fn(&str) -> Option<Stored>,
}

fn put(kind: Kind, n: u64, text: String) -> Edit {
    Edit::Put(Record { kind, n, text })
}

fn counter(records: &[Record]) -> u64 {
    let record = records.iter().find(|r| r.kind == Kind::Counter);
    record.and_then(|r| r.text.parse().ok()).unwrap_or(0)
}

fn count(n: u64) -> Edit {
    let mut text = String::new();
    put_int(n as i64, &mut text);
    put(Kind::Counter, 0, text)
}

/// Numbers a new event after all others of this device and writes it. Needs `Counter`.
pub fn append(records: &[Record], envelope: &mut Envelope) -> Vec<Edit> {
    let n = counter(records) + 1;
    envelope.n = n;
    vec![put(Kind::Pending, n, to_json(envelope)), count(n)]
}

/// What the server said about an event, by its key.
#[derive(Clone, Debug)]
pub enum Fate {
    /// It has it, under this offset.
    At(u64),
    /// It never takes it, for this reason.
    Never(String),
}

/// Whether an answer belongs to the history that these records continue. Needs `Epoch`. A server
/// that does not know the case has none (an empty mark), which contradicts nothing.
fn of_this(records: &[Record], epoch: &str) -> bool {
    epoch.is_empty() || mark(records).is_none_or(|known| known == epoch)
}

/// Files events under what the server said. Needs `Acked`, `Epoch`, `Pending` and `Refused`. By
/// key, since another tab may have numbered them anew in the meantime.
///
/// `None` when the answer is of another history, by its mark or because it gives an event the
/// offset of another one. That history may be older than what another tab has heard in the
/// meantime: nothing in it is to be believed, and the whole is to be rewound.
pub fn settle(
    records: &[Record],
    epoch: &str,
    fates: &[(String, Fate)],
    read: Reader,
) -> Option<Vec<Edit>> {
    if !of_this(records, epoch) {
        return None;
    }
    let mut edits = Vec::new();
    if !epoch.is_empty() {
        edits.push(put(Kind::Epoch, 0, epoch.into()));
    }
    let mut slot = free_slot(records);
    for r in records.iter().filter(|r| r.kind == Kind::Pending) {
        let Some(envelope) = (read.envelope)(&r.text) else {
            continue;
        };
        let Some((_, fate)) = fates.iter().find(|(k, _)| *k == envelope.k) else {
            continue;
        };
        edits.push(Edit::Delete(Kind::Pending, r.n));
        let o = match fate {
            Fate::At(o) => *o,
            Fate::Never(why) => {
                edits.push(aside(r, why, &mut slot));
                continue;
            }
        };
        let there = records.iter().find(|a| a.kind == Kind::Acked && a.n == o);
        if there.and_then(|a| key(a, read)).is_some_and(|k| k != envelope.k) {
            return None;
        }
        edits.push(put(Kind::Acked, o, r.text.clone()));
    }
    Some(edits)
}

/// Nobody can read it, but it is not ours to throw away.
const UNREADABLE: &str = "not readable";

fn aside(r: &Record, why: &str, slot: &mut u64) -> Edit {
    let mut text = why.replace('\n', " ");
    text.push('\n');
    text.push_str(&r.text);
    *slot += 1;
    put(Kind::Refused, *slot - 1, text)
}

fn free_slot(records: &[Record]) -> u64 {
    let refused = records.iter().filter(|r| r.kind == Kind::Refused);
    refused.map(|r| r.n + 1).max().unwrap_or(0)
}

/// Files events of the server, given with their texts. Needs `Acked`, `Pending` and `Refused`:
/// what comes back from the server is none of these any more, also when the answer to it was lost.
///
/// `None` when the server has another event where it acknowledged one of this device: it lost
/// history, and the whole is to be rewound.
pub fn receive(records: &[Record], news: &[(Stored, String)], read: Reader) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    for r in records {
        let text = match r.kind {
            Kind::Acked | Kind::Pending => r.text.as_str(),
            Kind::Refused => r.text.split_once('\n').map_or("", |(_, text)| text),
            _ => continue,
        };
        let key = (read.envelope)(text).map(|e| e.k);
        for (stored, _) in news {
            let same = Some(&stored.e.k) == key.as_ref();
            if same {
                edits.push(Edit::Delete(r.kind, r.n));
            } else if r.kind == Kind::Acked && r.n == stored.o {
                return None;
            }
        }
    }
    for (stored, text) in news {
        edits.push(put(Kind::Stored, stored.o, text.clone()));
    }
    Some(edits)
}

/// What to do when the server has another idea of the next number than this device. Needs all
/// kinds. `expected` is the number that the server named; `None` when it only said that a number
/// is taken.
///
/// Numbers only order events within a device; the key makes them recognisable. So what waits may
/// be numbered anew. Where the history is another one, or the case is not there at all (an empty
/// mark), everything is sent again.
pub fn mend(
    records: &[Record],
    epoch: &str,
    expected: Option<u64>,
    me: &str,
    read: Reader,
) -> Vec<Edit> {
    if epoch.is_empty() || !of_this(records, epoch) {
        return rewind(records, me, read);
    }
    let first = records.iter().find(|r| r.kind == Kind::Pending);
    let next = expected.unwrap_or_else(|| first.map_or(0, |r| r.n) + PROBE);
    renumber(records, next, read)
}

/// Numbers what waits from `next` on.
fn renumber(records: &[Record], next: u64, read: Reader) -> Vec<Edit> {
    let mut slot = free_slot(records);
    let mut edits = Vec::new();
    let mut puts = Vec::new();
    let mut n = next;
    for r in records.iter().filter(|r| r.kind == Kind::Pending) {
        edits.push(Edit::Delete(Kind::Pending, r.n));
        match (read.envelope)(&r.text) {
            Some(mut envelope) => {
                envelope.n = n;
                puts.push(put(Kind::Pending, n, to_json(&envelope)));
                n += 1;
            }
            None => puts.push(aside(r, UNREADABLE, &mut slot)),
        }
    }
    edits.append(&mut puts);
    edits.push(count(n.max(1) - 1));
    edits
}

/// Makes everything that this device ever wrote wait again, and forgets the server's part: the
/// server lost history (a restored backup). What it still has it recognises by the keys. Needs
/// all kinds.
pub fn rewind(records: &[Record], me: &str, read: Reader) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut slot = free_slot(records);
    // In the server's order as far as it had one, then in ours. The numbers in the envelopes may
    // be older than either.
    let mut mine: Vec<(u64, Envelope)> = Vec::new();
    for r in records {
        if let Some(envelope) = own(r, me, read) {
            edits.push(Edit::Delete(r.kind, r.n));
            let o = if r.kind == Kind::Pending { u64::MAX } else { r.n };
            mine.retain(|(at, e)| e.k != envelope.k || *at <= o);
            if !mine.iter().any(|(_, e)| e.k == envelope.k) {
                let at = mine.partition_point(|(at, _)| *at <= o);
                mine.insert(at, (o, envelope));
            }
        } else if matches!(r.kind, Kind::Base | Kind::Stored | Kind::Epoch) {
            edits.push(Edit::Delete(r.kind, r.n));
        } else if r.kind == Kind::Pending {
            edits.push(Edit::Delete(r.kind, r.n));
            edits.push(aside(r, UNREADABLE, &mut slot));
        }
    }
    // From 1, as for a server that has nothing: holes would never be filled.
    let mut last = 0;
    for (_, envelope) in &mut mine {
        last += 1;
        envelope.n = last;
        edits.push(put(Kind::Pending, last, to_json(envelope)));
    }
    edits.push(count(counter(records).max(last)));
    edits
}

fn own(r: &Record, me: &str, read: Reader) -> Option<Envelope> {
    let envelope = match r.kind {
        Kind::Stored => (read.stored)(&r.text)?.e,
        Kind::Acked | Kind::Pending => (read.envelope)(&r.text)?,
        _ => return None,
    };
    (envelope.d == me).then_some(envelope)
}

/// Brings what was kept in memory while the disk failed back to the disk. Needs all kinds of the
/// disk; `memory` is all that this tab has. Another tab may have written in the meantime: then
/// what waits here is numbered after it. Where they disagree on what the server has, memory is
/// newer.
pub fn pour(disk: &[Record], memory: &[Record], me: &str, read: Reader) -> Vec<Edit> {
    if mark(disk) == mark(memory) {
        return merge(disk, memory, read);
    }
    let mut edits = rewind(disk, me, read);
    let mut rest = disk.to_vec();
    for edit in &edits {
        let (kind, n) = match edit {
            Edit::Put(r) => (r.kind, r.n),
            Edit::Delete(kind, n) => (*kind, *n),
        };
        rest.retain(|r| r.kind != kind || r.n != n);
        if let Edit::Put(r) = edit {
            rest.push(r.clone());
        }
    }
    edits.append(&mut merge(&rest, memory, read));
    edits
}

/// The mark of the history that these records continue. Needs `Epoch`.
pub fn mark(records: &[Record]) -> Option<&str> {
    records.iter().find(|r| r.kind == Kind::Epoch).map(|r| r.text.as_str())
}

fn key(r: &Record, read: Reader) -> Option<String> {
    match r.kind {
        Kind::Stored => (read.stored)(&r.text).map(|s| s.e.k),
        Kind::Acked | Kind::Pending => (read.envelope)(&r.text).map(|e| e.k),
        _ => None,
    }
}

fn merge(disk: &[Record], memory: &[Record], read: Reader) -> Vec<Edit> {
    // What goes, goes first: another event of memory may have the place of one that waits again.
    let (mut gone, mut edits) = (Vec::new(), Vec::new());
    let mut last = counter(disk);
    let mut slot = free_slot(disk);
    for r in memory {
        let k = key(r, read);
        // The same event on disk: as waiting, or as settled.
        let twins = disk.iter().filter(|d| k.is_some() && key(d, read) == k);
        match r.kind {
            Kind::Counter => {}
            Kind::Refused => {
                let same = |d: &Record| d.kind == Kind::Refused && d.text == r.text;
                if !disk.iter().any(same) {
                    edits.push(put(Kind::Refused, slot, r.text.clone()));
                    slot += 1;
                }
            }
            Kind::Pending => {
                let mut waits = false;
                for twin in twins {
                    match twin.kind {
                        Kind::Pending => waits = true,
                        _ => gone.push(Edit::Delete(twin.kind, twin.n)),
                    }
                }
                if waits || k.is_none() {
                    continue;
                }
                match (read.envelope)(&r.text).filter(|_| r.n <= last) {
                    Some(mut envelope) => {
                        last += 1;
                        envelope.n = last;
                        edits.push(put(Kind::Pending, last, to_json(&envelope)));
                    }
                    None => {
                        last = r.n;
                        edits.push(Edit::Put(r.clone()));
                    }
                }
            }
            _ => {
                let waiting = twins.filter(|t| t.kind == Kind::Pending);
                gone.extend(waiting.map(|t| Edit::Delete(Kind::Pending, t.n)));
                edits.push(Edit::Put(r.clone()));
            }
        }
    }
    edits.push(count(last.max(counter(memory))));
    gone.append(&mut edits);
    gone
}

/// Reads an event of the server. One whose content this build cannot read becomes an empty one
/// in its place, so that those after it still count; `None` when it has not even an offset.
pub fn stored<N: Node>(node: &N) -> Option<Stored> {
    let o: u64 = need(node, "o").ok()?;
    Some(strict(node, o).unwrap_or_else(|_| Stored {
        o,
        rx: 0,
        skew: 0,
        by: Role::Server,
        who: String::new(),
        e: Envelope {
            v: upcast::VERSION,
            k: String::new(),
            d: String::new(),
            n: 0,
            at: 0,
            b: Body::Unknown(case::json::Json::Null),
        },
    }))
}

fn strict<N: Node>(node: &N, o: u64) -> Result<Stored, Bad> {
    let mut stored = Stored {
        o,
        rx: need(node, "rx")?,
        skew: 0,
        by: need(node, "by")?,
        who: String::new(),
        e: upcast::envelope(&node.field("e").ok_or(Bad("e"))?)?,
    };
    if node.field("skew").is_some() {
        stored.skew = need(node, "skew")?;
    }
    if node.field("who").is_some() {
        stored.who = need(node, "who")?;
    }
    Ok(stored)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
