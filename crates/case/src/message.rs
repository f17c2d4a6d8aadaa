//! The bodies of the HTTP interface, version 1. Paths are in `docs/protocol.md`.

use crate::event::{Envelope, Stored};
use crate::state::{State, Status};
use crate::wire;

/// Bytes that one request body may have (photos apart).
pub const MAX_BODY: usize = 256 * 1024;
/// Bytes that one envelope may have.
pub const MAX_EVENT: usize = 64 * 1024;
/// Characters that one text field may have.
pub const MAX_TEXT: usize = 4000;
/// Events in one batch.
pub const MAX_BATCH: usize = 64;

wire! {
    /// `POST /v1/cases/{case}/events`
    pub struct Batch {
        /// The sender's clock at the moment of sending, Unix milliseconds; the server takes the
        /// skew of all `at` in the batch from it.
        sent: i64,
        /// Events in order of `n`.
        events: Vec<Envelope>,
    }

    /// What became of one event.
    pub enum Verdict : str {
        /// Stored, on disk.
        Ok = "ok",
        /// Was stored before; `o` is where.
        Dup = "dup",
        /// An earlier one is missing; `o` is the `n` expected.
        Gap = "gap",
        /// Its key or number belongs to another event.
        Conflict = "conflict",
        /// This sender may not say this here.
        Denied = "denied",
        /// Not readable, or over a limit.
        Bad = "bad",
        /// Not now (storage, load); send again later.
        Busy = "busy",
    }

    /// The answer to one event.
    pub struct Answer {
        /// Its key.
        k: String,
        /// What became of it.
        verdict: Verdict,
        /// Offset, or with `gap` the number expected.
        [default] o: u64,
        /// The reason, in English, for logs.
        [default] why: String,
    }

    /// Answer to a batch.
    pub struct Answers {
        /// Server's clock, Unix milliseconds.
        now: i64,
        /// As [`Tail::epoch`]: the history in which the offsets count. Empty when the case is not
        /// known.
        epoch: String,
        /// One answer for each event, in order.
        answers: Vec<Answer>,
    }

    /// `GET /v1/cases/{case}/events?after=O&wait=S`
    pub struct Tail {
        /// Server's clock, Unix milliseconds.
        now: i64,
        /// Changes only when history was lost (a restored backup).
        epoch: String,
        /// Offset of the newest event.
        top: u64,
        /// Set when the tail would be too long: start from this state.
        [default] snap: Option<Box<State>>,
        /// Events after the snapshot, or after the offset asked for.
        [default] events: Vec<Stored>,
    }

    /// `POST /v1/cases/{case}/invites`: another device of the driver may join once.
    pub struct Invite {
        /// SHA-256 of the one-time token, lower-case hexadecimal; the token itself stays on the
        /// device and in the QR code.
        hash: String,
    }

    /// `POST /v1/join`
    pub struct Join {
        /// Case.
        case: String,
        /// The one-time token.
        invite: String,
        /// SHA-256 of the joining device's own token, lower-case hexadecimal.
        hash: String,
    }

    /// The answer to `POST /v1/cases/{case}/code`, and the body of `POST /v1/desk/code`, where it is
    /// read over the phone.
    pub struct Code {
        /// Six digits.
        code: String,
        /// Until when, Unix milliseconds by the server's clock.
        [default] until: i64,
    }

    /// The answer to `POST /v1/desk/code`.
    pub struct Opens {
        /// Case.
        case: String,
    }

    /// What went wrong, in a form that the app puts into the reader's words.
    pub enum Fault : str {
        /// Not readable.
        Bad = "bad",
        /// No, or no longer, a right to this.
        Denied = "denied",
        /// The one-time token was used, is wrong, or is too old.
        Expired = "expired",
        /// Nothing there.
        Missing = "missing",
        /// Too large.
        TooLarge = "too_large",
        /// Not a photo that can be taken: format or dimensions.
        NotAPhoto = "not_a_photo",
        /// The bytes do not have the hash they were sent under.
        Hash = "hash",
        /// Too many tries; `after` says when again.
        Slow = "slow",
        /// Storage fails or is full.
        Storage = "storage",
    }

    /// The body of every answer that is not a success.
    pub struct Refusal {
        /// What.
        fault: Fault,
        /// Details in English, for logs.
        [default] why: String,
        /// Seconds after which to try again.
        [default] after: Option<u32>,
    }

    /// One line of the desk's list.
    pub struct Row {
        /// Case id.
        case: String,
        /// Position in the stream of changes.
        seq: u64,
        /// Case number.
        number: String,
        /// How far.
        status: Status,
        /// Red.
        red: bool,
        /// Fire reported.
        [default] fire: bool,
        /// Opened, Unix milliseconds.
        opened: i64,
        /// Last event, Unix milliseconds.
        last: i64,
        /// Server last heard from the driver, Unix milliseconds.
        [default] heard: i64,
        /// Region.
        region: String,
        /// Language.
        lang: String,
        /// Disposition or kind of trouble, as shown to the driver; empty when not yet known.
        [default] what: String,
        /// Place in one line; empty when unknown.
        [default] place: String,
        /// Photos.
        [default] photos: u32,
        /// Messages of the driver that the desk has not seen.
        [default] unread: u32,
        /// Agent who has it.
        [default] agent: String,
    }

    /// `GET /v1/desk/cases?after=SEQ&wait=S`
    pub struct Rows {
        /// Server's clock, Unix milliseconds.
        now: i64,
        /// Newest change.
        seq: u64,
        /// Cases changed after the sequence asked for.
        rows: Vec<Row>,
    }

    /// `POST /v1/desk/setup` and `POST /v1/desk/login`
    pub struct Login {
        /// Name of the agent.
        name: String,
        /// Password.
        password: String,
        /// The one-time set-up token; only for set-up and invitation.
        [default] token: String,
    }

    /// `GET /v1/desk/me`
    pub struct Me {
        /// Name of the agent.
        name: String,
        /// Server's clock, Unix milliseconds.
        now: i64,
    }

    /// `GET /v1/cases/{case}/relay`: servers that carry a call where no direct way is found, as
    /// `RTCIceServer` has them.
    pub struct Relay {
        /// Their addresses; none: there are no such servers.
        [default] urls: Vec<String>,
        /// User name, which says until when it is good.
        [default] username: String,
        /// Password.
        [default] credential: String,
        /// Seconds for which both are good.
        [default] seconds: u32,
    }

    /// A colleague at the desk.
    pub struct Colleague {
        /// Name of the agent.
        name: String,
        /// When a session of theirs that is still open was last noted as used, Unix milliseconds;
        /// 0 for nobody logged in under this name.
        [default] seen: i64,
    }

    /// `GET /v1/desk/people`
    pub struct People {
        /// Server's clock, Unix milliseconds.
        now: i64,
        /// Every agent, by name.
        [default] people: Vec<Colleague>,
    }

    /// `GET /v1/cases/{case}/log?after=O`
    pub struct Page {
        /// As in [`Tail::epoch`].
        epoch: String,
        /// Offset of the newest event.
        top: u64,
        /// The next events, in order; none after the newest.
        [default] events: Vec<Stored>,
    }

    /// Answer to `POST /v1/desk/invite`: a colleague sets up a log-in with it, once.
    pub struct Invitation {
        /// The one-time token.
        token: String,
        /// When it ends, Unix milliseconds.
        expires: i64,
    }
}
