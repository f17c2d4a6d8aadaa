//! What the screens are told about saving and sending, and the reasons why something was not
//! done. Plain data: no behaviour, no words of any language.

/// How many of this device's events are where, and whether the way out is open.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Outbox {
    /// Events that are saved on this device and wait.
    pub saved: u32,
    /// Events that are on their way at this moment.
    pub sending: u32,
    /// Events that the server has acknowledged.
    pub received: u32,
    /// Events that the server refused for good; they stay on this device.
    pub refused: Vec<Refused>,
    /// Photos of the case, in order.
    pub photos: Vec<PhotoProgress>,
    /// The way to the server.
    pub link: Link,
    /// The store of this device.
    pub storage: Storage,
    /// The server's clock when it last answered, Unix milliseconds.
    pub last_contact: Option<i64>,
    /// Milliseconds to add to this device's clock to get the server's; 0 before the first answer.
    pub skew: i64,
}

impl Outbox {
    /// Whether something of this device has not reached the server yet.
    pub fn waiting(&self) -> bool {
        let open = |p: &PhotoProgress| matches!(p.at, PhotoAt::Saved | PhotoAt::Sending);
        self.saved + self.sending > 0 || self.photos.iter().any(open)
    }
}

/// An event that the server refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// Kind of event, as on the wire (`said`, `answered` …).
    pub what: String,
    /// The reason, in English, for logs.
    pub why: String,
}

/// How far a photo has come.
#[derive(Clone, Debug, PartialEq)]
pub struct PhotoProgress {
    /// Name of the photo in the case.
    pub id: String,
    /// SHA-256 of its bytes.
    pub sha: String,
    /// 0 to 100: bytes that the server has.
    pub percent: u8,
    /// Where it is.
    pub at: PhotoAt,
}

/// Where a photo is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhotoAt {
    /// On this device.
    Saved,
    /// On its way at this moment.
    Sending,
    /// The desk has every byte.
    Received,
    /// Its bytes are on another device of the driver, or this device lost them.
    Elsewhere,
    /// The server refused it for good, with the fault's wire name (`not_a_photo`, `too_large` …).
    Refused(String),
}

/// The way to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Link {
    /// Not tried yet.
    #[default]
    Unknown,
    /// The last try was answered.
    Online,
    /// The device says that it has no network.
    Offline,
    /// There is a network, but the server did not answer, or something else answered for it.
    Away,
    /// The server answered that this device may not write to this case. Everything is kept.
    Refused,
}

/// The store of this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Storage {
    /// Everything said to be saved is on disk.
    #[default]
    Kept,
    /// Kept only while this page is open.
    MemoryOnly(Why),
    /// The disk or the quota is full; what did not fit is kept only while this page is open.
    Full,
}

/// Why nothing can be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The browser has no store, or hides it (private mode, embedded view).
    Absent,
    /// The store was opened but failed.
    Failed,
    /// The store did not answer in time.
    Silent,
}

/// Why an event or a photo was not taken. Nothing else than this is ever refused on the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotSaved {
    /// There is no case yet: `begin` comes first.
    NoCase,
    /// Larger than the server takes (`case::message::MAX_EVENT`, or 12 MiB for a photo).
    TooLarge,
    /// The bytes could not be read, or the browser cannot compute their SHA-256 here.
    Unreadable,
}

/// Why an invitation or a joining did not come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotJoined {
    /// There is no case to invite to.
    NoCase,
    /// The link or code is not one of ours, or was cut short.
    Malformed,
    /// The token was used, is wrong, or is too old.
    Expired,
    /// The server refused.
    Denied,
    /// The server could not be reached, or something else answered for it.
    Away,
    /// Too many tries; again after so many seconds.
    Slow(u32),
}

/// What a caller of `save_photo` knows about a photo.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct PhotoMeta {
    /// Width in pixels.
    pub w: u32,
    /// Height in pixels.
    pub h: u32,
    /// Which guided shot it is; empty for a free one.
    pub shot: String,
    /// Warnings the driver chose to go on with: `blurred`, `dark`.
    pub warn: Vec<String>,
}
