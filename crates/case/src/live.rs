//! The messages of the live link: what goes over a WebSocket, an event stream or a long poll, the
//! same everywhere. Events travel in the bodies of `message`; what need not last is a [`Signal`]:
//! relayed to those who may see it, never stored.
//!
//! The types, who may send what, and the limits. Queues, connections and time are the server's.

use crate::event::{Role, Scope};
use crate::message::{Answers, Batch, Fault, MAX_TEXT, Tail};
use crate::view::{Screen, is_name};
use crate::wire;
use crate::wire::{Bad, Get, Node};

/// Version of the link. A server speaks this one and says so when a client does not.
pub const VERSION: u16 = 1;
/// Bytes of one message.
pub const MAX_FRAME: usize = 64 * 1024;
/// Characters of a session description or candidate.
pub const MAX_SDP: usize = 32 * 1024;
/// Bytes of a tail that is sent; one with a longer snapshot says only how far the log goes.
pub const MAX_PIECE: usize = 192 * 1024;
/// Milliseconds after which a silent client is to send a beat.
pub const BEAT: u32 = 5_000;
/// Signals of one `POST …/signals`.
pub const MAX_SIGNALS: usize = 32;
/// Numbers that the points of one signal may have: 64 points.
pub const MAX_POINTS: usize = 128;

wire! {
    /// From a client to the server.
    pub enum Up : tag {
        /// The first message of a connection.
        Hello = "hello" {
            /// [`VERSION`].
            v: u16,
            /// Case.
            case: String,
            /// Token of a device; empty for an agent, who has a cookie.
            [default] token: String,
            /// Offset up to which the log is here.
            [default] after: u64,
            /// History in which `after` counts; empty when none is known.
            [default] epoch: String,
            /// Device id, so that the other side knows which of the case's devices this is.
            [default] d: String,
        },
        /// A batch, as `POST …/events` takes it.
        Events = "events" {
            /// Comes back with the answers.
            id: u32,
            /// The batch.
            batch: Batch,
        },
        /// A signal.
        Signal = "signal" {
            /// The signal.
            s: Signal,
        },
        /// A sign of life when there is nothing else to say; answered by one.
        Beat = "beat" {
        },
    }

    /// From the server to a client.
    pub enum Down : tag {
        /// The hello was good. A tail follows.
        Welcome = "welcome" {
            /// Server's clock, Unix milliseconds.
            now: i64,
            /// Milliseconds after which a silent client is to send a beat.
            beat: u32,
            /// Number of this connection, as others see it in `from`.
            conn: u32,
        },
        /// Answers to a batch, after it is on disk.
        Answers = "answers" {
            /// Of the batch.
            id: u32,
            /// The answers.
            answers: Answers,
        },
        /// What was added to the log, as `GET …/events` gives it.
        Tail = "tail" {
            /// The tail.
            tail: Tail,
        },
        /// A signal of somebody else.
        Signal = "signal" {
            /// Connection.
            from: u32,
            /// Role.
            by: Role,
            /// Name of an agent.
            [default] who: String,
            /// The signal.
            s: Signal,
        },
        /// Who else is there; all of them anew.
        Present = "present" {
            /// Server's clock, Unix milliseconds.
            now: i64,
            /// The others.
            peers: Vec<Peer>,
        },
        /// Something was not taken; the connection goes on.
        No = "no" {
            /// Of the batch; 0 for a signal.
            [default] id: u32,
            /// Kind of the signal.
            [default] kind: String,
            /// What.
            fault: Fault,
            /// Details in English, for logs.
            [default] why: String,
            /// Seconds after which to try again.
            [default] after: Option<u32>,
        },
        /// Answer to a beat.
        Beat = "beat" {
            /// Server's clock, Unix milliseconds.
            now: i64,
        },
        /// The server ends the connection.
        Bye = "bye" {
            /// What.
            fault: Close,
            /// Details in English, for logs.
            [default] why: String,
            /// Milliseconds after which to come again; without it, not as you are.
            [default] after: Option<u32>,
        },
    }

    /// `POST /v1/cases/{case}/signals`, beside an event stream; without signals it is a beat.
    pub struct Signals {
        /// Number of the stream, from its `welcome`.
        conn: u32,
        /// In order.
        [default] signals: Vec<Signal>,
    }

    /// The answer to [`Signals`].
    pub struct Relayed {
        /// Server's clock, Unix milliseconds.
        now: i64,
        /// A [`Down::No`] for each that was not taken.
        [default] no: Vec<Down>,
    }

    /// Why the server ends a connection.
    pub enum Close : str {
        /// Too slow to be kept up to date: come back and resume.
        Resume = "resume",
        /// The server stops.
        Stop = "stop",
        /// No hello in time, or nothing was heard for too long.
        Silent = "silent",
        /// Not readable, too often.
        Bad = "bad",
        /// A version that is not spoken here.
        Version = "version",
        /// No, or no longer, a right to this.
        Denied = "denied",
        /// No such case.
        Missing = "missing",
        /// Too many connections, or too much said.
        Slow = "slow",
        /// Storage fails.
        Storage = "storage",
    }

    /// How present somebody is.
    pub enum Presence : str {
        /// Heard a moment ago.
        Live = "live",
        /// Not heard for 10 s.
        Stale = "stale",
        /// Not heard for 45 s.
        Lost = "lost",
        /// Not heard for 2 min; forgotten soon after.
        Gone = "gone",
    }

    /// Somebody else in the case.
    pub struct Peer {
        /// Number of the newest connection.
        conn: u32,
        /// Role.
        by: Role,
        /// Name of an agent.
        [default] who: String,
        /// Device id, where it was told.
        [default] d: String,
        /// May only read: a relative with a link.
        [default] guest: bool,
        /// How present.
        state: Presence,
        /// Since when, Unix milliseconds by the server's clock; for all but `live` the last sign of
        /// life.
        since: i64,
    }

    /// How well the camera follows the still that is drawn on.
    pub enum Track : str {
        /// Firmly: drawings are where they belong.
        Locked = "locked",
        /// Barely.
        Weak = "weak",
        /// Not at all: the driver sees the drawings on the still only.
        Lost = "lost",
    }

    /// Part of the negotiation of a call.
    pub enum Rtc : str {
        /// Session description, offered.
        Offer = "offer",
        /// Session description, answered.
        Answer = "answer",
        /// A candidate.
        Ice = "ice",
        /// Begin anew with a new generation.
        Restart = "restart",
        /// The call is over.
        End = "end",
    }

    /// What a call carries at the moment.
    pub enum Rung : str {
        /// No call.
        None = "none",
        /// Single stills over the link.
        Stills = "stills",
        /// Sound alone.
        Audio = "audio",
        /// Video of 180 lines.
        Low = "low",
        /// Video of 360 lines.
        Middle = "middle",
        /// Video of 720 lines.
        High = "high",
    }

    /// What need not last.
    pub enum Signal : tag {
        /// The agent points at a control or a step of the driver's screen; nothing named: at nothing.
        Point = "point" {
            /// Control.
            [default] id: String,
            /// Guide.
            [default] g: String,
            /// Step.
            [default] q: String,
        },
        /// The screen the driver is on.
        Screen = "screen" {
            /// As it shares itself.
            view: Screen,
        },
        /// Where the still lies in the driver's picture at the moment.
        Pose = "pose" {
            /// Photo that is followed.
            id: String,
            /// How well.
            track: Track,
            /// Homography from the still to the picture, both 0 to 1 across and down, row by row,
            /// in 1e-9; none while lost.
            [default] h: Vec<i64>,
        },
        /// Points of a drawing that is under way; the finished one is the event `drawn`.
        Stroke = "stroke" {
            /// Photo.
            id: String,
            /// Name of the drawing, as in `drawn`.
            m: String,
            /// How many numbers of it were sent before.
            [default] from: u32,
            /// Points, as in a mark.
            at: Vec<u16>,
        },
        /// The agent's pointer over a photo or the video; no point: away.
        Cursor = "cursor" {
            /// Photo, empty for the video.
            [default] id: String,
            /// x, y as in a mark.
            [default] at: Vec<u16>,
        },
        /// The agent asks for a still; the driver answers by the events `photo` and `frozen`.
        Freeze = "freeze" {
        },
        /// Somebody writes a message.
        Typing = "typing" {
            /// Or no longer.
            [default] on: bool,
        },
        /// Negotiation of a call.
        Rtc = "rtc" {
            /// Call.
            call: String,
            /// Generation: what belongs to an earlier one is dropped.
            [default] generation: u32,
            /// Part.
            kind: Rtc,
            /// Session description or candidate.
            [default] text: String,
            /// Media line of a candidate.
            [default] mid: String,
        },
        /// How good the sender's connection is and what the call carries.
        Quality = "quality" {
            /// Round trip in milliseconds.
            [default] rtt: u32,
            /// Kilobits a second sent, or that arrive.
            [default] kbps: u32,
            /// Lost packets in 1/1000.
            [default] lost: u32,
            /// What is sent; of the side that only watches, what arrives.
            rung: Rung,
        },
    }
}

/// What becomes of a signal that there is no room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The newest of each kind and sender takes the place of the one before.
    Latest,
    /// The oldest is dropped.
    Ephemeral,
}

impl Signal {
    /// Its class.
    pub fn class(&self) -> Class {
        match self {
            Signal::Stroke { .. } | Signal::Freeze {} | Signal::Rtc { .. } => Class::Ephemeral,
            _ => Class::Latest,
        }
    }

    /// Whether a role may send it at all.
    pub fn may(&self, role: Role) -> bool {
        match self {
            Signal::Point { .. } | Signal::Stroke { .. } | Signal::Cursor { .. } => {
                role == Role::Agent
            }
            Signal::Freeze {} => role == Role::Agent,
            Signal::Screen { .. } | Signal::Pose { .. } => role == Role::Driver,
            Signal::Typing { .. } | Signal::Rtc { .. } | Signal::Quality { .. } => {
                role != Role::Server
            }
        }
    }

    /// The consent that the agent at one end of it must have.
    pub fn needs(&self) -> Option<Scope> {
        match self {
            Signal::Point { .. } => Some(Scope::Guide),
            Signal::Screen { .. } => Some(Scope::View),
            Signal::Pose { .. } | Signal::Stroke { .. } | Signal::Cursor { .. } => {
                Some(Scope::Annotate)
            }
            Signal::Freeze {} => Some(Scope::Freeze),
            Signal::Rtc { .. } => Some(Scope::Camera),
            Signal::Typing { .. } | Signal::Quality { .. } => None,
        }
    }

    /// Which limit it breaks, if any.
    pub fn unfit(&self) -> Option<&'static str> {
        let points = |at: &[u16]| at.len().is_multiple_of(2) && at.len() <= MAX_POINTS;
        let names = |names: &[&String]| names.iter().all(|n| is_name(n));
        let (good, what) = match self {
            Signal::Point { id, g, q } => (names(&[id, g, q]), "point: not a name"),
            Signal::Screen { view } => (view.fits(), "screen: too much, or not a name"),
            Signal::Pose { id, h, .. } => {
                (names(&[id]) && matches!(h.len(), 0 | 9), "pose: nine numbers or none")
            }
            Signal::Stroke { id, m, at, .. } => (names(&[id, m]) && points(at), "stroke: points"),
            Signal::Cursor { id, at } => (names(&[id]) && matches!(at.len(), 0 | 2), "at"),
            Signal::Rtc { call, text, mid, .. } => {
                let short = text.chars().count() <= MAX_SDP && mid.len() <= MAX_TEXT;
                (names(&[call]) && short, "rtc: too long")
            }
            Signal::Freeze {} | Signal::Typing { .. } | Signal::Quality { .. } => (true, ""),
        };
        (!good).then_some(what)
    }
}

/// Reads a message; `None` for one of a kind that this build does not know, or that carries a signal
/// of such a kind: to be skipped. Both ways, `T` is [`Up`] or [`Down`].
pub fn read<T: Get, N: Node>(node: &N) -> Result<Option<T>, Bad> {
    match T::get(node) {
        Ok(message) => Ok(Some(message)),
        Err(bad) => {
            let kind = |n: &N| n.field("t").and_then(|t| t.text());
            let unknown = match bad.0 {
                "t" => kind(node).is_some(),
                // The signal says why only to itself.
                "s" => node.field("s").is_some_and(|s| match Signal::get(&s) {
                    Err(Bad("t")) => kind(&s).is_some(),
                    _ => false,
                }),
                _ => false,
            };
            if unknown { Ok(None) } else { Err(bad) }
        }
    }
}
