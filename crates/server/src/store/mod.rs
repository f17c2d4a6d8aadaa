//! What the server keeps, behind one trait. SQLite is the store of one machine; another one joins
//! by implementing [`Store`] and passing [`conformance`].
//!
//! A store orders and keeps events and answers only when they are durable. It knows nothing of
//! HTTP, and it takes the time from its caller.

pub mod check;
pub mod conformance;
pub mod line;
pub mod sample;
pub mod sqlite;

use crate::token::Hash;
use async_trait::async_trait;
use case::event::Envelope;
use case::message::{Answer, Colleague, Row};
use case::state::Grant;
use case::{State, Stored};
use std::sync::Arc;

/// Events a tail may have before a snapshot takes their place.
pub const MAX_TAIL: u64 = 300;
/// Events in one page of a whole log.
pub const MAX_PAGE: u32 = 500;
/// Rows in one answer to the desk.
pub const MAX_ROWS: u32 = 500;
/// Photos of one case.
pub const MAX_PHOTOS: u32 = 60;
/// Events of one case; a driver's night has a few hundred.
pub const MAX_EVENTS: u64 = 20_000;
/// Bytes of all envelopes of one case.
pub const MAX_CASE_BYTES: u64 = 8 << 20;
/// Invitations of one case that wait to be used.
pub const MAX_INVITES: u32 = 5;
/// Devices of the driver in one case.
pub const MAX_DEVICES: u32 = 8;
/// Milliseconds an invitation lasts.
pub const INVITE_MS: i64 = 10 * 60 * 1000;
/// Read-only links of one case.
pub const MAX_READERS: u32 = 8;
/// Milliseconds a read-only link lasts.
pub const READER_MS: i64 = 24 * 3600 * 1000;
/// Milliseconds an agent's session lasts without a request.
pub const IDLE_MS: i64 = 12 * 3600 * 1000;

/// Why the store could not do it. Nothing of the request was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// No room on the disk. Reads go on; writing is tried again at the next request.
    Full,
    /// Too much is waiting.
    Busy,
    /// The disk or the database failed.
    Broken(String),
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            StoreError::Full => f.write_str("the disk is full"),
            StoreError::Busy => f.write_str("too much is waiting to be written"),
            StoreError::Broken(why) => write!(f, "storage failed: {why}"),
        }
    }
}

impl std::error::Error for StoreError {}

/// What a store's operation gives.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Who hands in events.
#[derive(Clone, Debug)]
pub enum Author {
    /// A device of the driver, by its token.
    Driver(Hash),
    /// A logged-in agent.
    Agent(String),
}

/// One event on its way in.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "nearly every one is the large one")]
pub enum Incoming {
    /// Readable and within the limits.
    Fine(Envelope),
    /// Not to be stored. Key, device and number where they could be read: then the number counts
    /// as used, so that the events after it are not held up by one that will never come.
    Refused {
        /// Key, device and number.
        id: Option<(String, String, u64)>,
        /// What is wrong, in English, for logs.
        why: String,
    },
}

/// A batch for one case.
#[derive(Clone, Debug)]
pub struct Append {
    /// Case.
    pub case: String,
    /// Sender.
    pub author: Author,
    /// Server's clock, Unix milliseconds.
    pub now: i64,
    /// Milliseconds from the sender's clock to the server's.
    pub skew: i64,
    /// Marks a case that this batch opens as a demonstration.
    pub demo: bool,
    /// Events, in order.
    pub events: Vec<Incoming>,
}

/// What became of a batch.
#[derive(Clone, Debug, PartialEq)]
pub enum Appended {
    /// It was looked at.
    Answers {
        /// As in [`Slice`]; empty when the case is not there.
        epoch: String,
        /// One answer for each event, in order.
        answers: Vec<Answer>,
    },
    /// The token opens another case or none.
    Denied,
    /// An agent wrote to a case that is not there.
    Missing,
}

/// Whether a token opens a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// No such case.
    Missing,
    /// Not with this token.
    Denied,
    /// To read, and nothing else: a relative's link.
    Reads,
    /// Yes.
    Granted,
}

/// A piece of a log, read together with its position.
#[derive(Clone, Debug, PartialEq)]
pub struct Slice {
    /// Changes only when history was lost.
    pub epoch: String,
    /// Offset of the newest event.
    pub top: u64,
    /// Set when the tail would be too long, or the asker is ahead of this log.
    pub snap: Option<State>,
    /// The events after it, or after the offset asked for.
    pub events: Vec<Stored>,
}

/// What has arrived of a photo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoRow {
    /// Bytes in all.
    pub size: u64,
    /// Ranges that are here, see [`crate::photos::ranges`].
    pub have: String,
    /// Checked, re-encoded and ready to be shown.
    pub done: bool,
}

/// What became of a new agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enrolled {
    /// There is an agent of this name now; the token is used up.
    Yes,
    /// The token is wrong, used or too old.
    Expired,
    /// The name is taken; the token is still good.
    Taken,
}

/// Whether the store can write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// Yes.
    Good,
    /// The last write found no room.
    Full,
    /// The last write failed.
    Failing,
    /// A flush to disk failed: what is on disk is unknown, so nothing is written any more.
    Stopped,
}

/// A commit that somebody may be waiting for.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Case.
    pub case: String,
    /// Its newest offset.
    pub top: u64,
    /// Newest change of all cases.
    pub seq: u64,
    /// As in [`Slice`].
    pub epoch: String,
    /// Consents in force after it.
    pub grants: Vec<Grant>,
    /// What was added, in order; the last one is at `top`.
    pub events: Vec<Stored>,
}

/// Told after each commit, from the writer: must return at once.
pub type OnCommit = Arc<dyn Fn(Notice) + Send + Sync>;

/// Everything the server keeps, photo files apart.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Orders and keeps a batch. Answers after it is durable.
    async fn append(&self, batch: Append) -> Result<Appended>;
    /// Whether a token opens a case, at a time: read-only links end.
    async fn access(&self, case: &str, token: &Hash, now: i64) -> Result<Access>;
    /// The log after an offset; `None` when there is no such case.
    async fn slice(&self, case: &str, after: u64) -> Result<Option<Slice>>;
    /// At most [`MAX_PAGE`] events after an offset, without ever a snapshot in their place; `None`
    /// when there is no such case.
    async fn page(&self, case: &str, after: u64) -> Result<Option<Slice>>;
    /// The newest offset and the consents in force there; `None` when there is no such case.
    async fn grants(&self, case: &str) -> Result<Option<(u64, Vec<Grant>)>>;
    /// Cases changed after `seq`, oldest change first, at most [`MAX_ROWS`], and the change up to
    /// which this is complete.
    async fn rows(&self, after: u64) -> Result<(u64, Vec<Row>)>;
    /// Demonstration cases.
    async fn demos(&self) -> Result<Vec<String>>;

    /// Keeps an invitation; `false` when too many wait already.
    async fn invite(&self, case: &str, invite: Hash, now: i64) -> Result<bool>;
    /// Burns an invitation and lets a device in, at once or not at all. Done again with the same
    /// device it changes nothing and succeeds.
    async fn join(&self, case: &str, invite: Hash, device: Hash, now: i64) -> Result<bool>;

    /// Keeps a read-only link; `false` when there are too many.
    async fn reader(&self, case: &str, reader: Hash, now: i64) -> Result<bool>;
    /// Ends every read-only link of a case.
    async fn readers_end(&self, case: &str) -> Result<()>;

    /// What has arrived of a photo.
    async fn photo(&self, case: &str, sha: &str) -> Result<Option<PhotoRow>>;
    /// Notes what has arrived; `false` when the case has [`MAX_PHOTOS`] others.
    async fn photo_piece(&self, case: &str, sha: &str, size: u64, have: String) -> Result<bool>;
    /// Forgets an upload that came to nothing. A photo that is done stays.
    async fn photo_forget(&self, case: &str, sha: &str) -> Result<()>;
    /// Marks a photo as ready and puts `received` into the log, in one commit.
    async fn photo_done(&self, case: &str, sha: &str, now: i64) -> Result<()>;
    /// Uploads that are not done: case and SHA-256.
    async fn photos_open(&self) -> Result<Vec<(String, String)>>;

    /// Whether anybody can log in.
    async fn any_agent(&self) -> Result<bool>;
    /// Keeps a token that makes an agent. A `setup` token replaces the one before.
    async fn enrol_token(&self, token: Hash, setup: bool, expires: i64) -> Result<()>;
    /// Makes an agent with such a token.
    async fn enrol(&self, token: Hash, name: &str, password: &str, now: i64) -> Result<Enrolled>;
    /// The stored password hash of an agent.
    async fn password(&self, name: &str) -> Result<Option<String>>;
    /// Every agent by name, and when a session of theirs that is not over was last noted as used.
    async fn people(&self, now: i64) -> Result<Vec<Colleague>>;
    /// Begins a session, and forgets those that are over.
    async fn session_begin(&self, session: Hash, agent: &str, now: i64) -> Result<()>;
    /// The agent of a session and when it was last noted as used.
    async fn session(&self, session: &Hash, now: i64) -> Result<Option<(String, i64)>>;
    /// Notes that a session is used.
    async fn session_seen(&self, session: Hash, now: i64) -> Result<()>;
    /// Ends a session.
    async fn session_end(&self, session: Hash) -> Result<()>;

    /// Whether writing works.
    fn health(&self) -> Health;
    /// Name and version, for people.
    fn kind(&self) -> String;
    /// Finishes what waits and closes; the store cannot be used afterwards.
    async fn close(&self);
}
