//! What can happen in a case, who may say so, and the envelope that carries it.

use crate::json::Json;
use crate::place::Place;
pub use crate::rule::{may, needs};
use crate::wire;
use crate::wire::{Bad, Get, Node, Put};

wire! {
    /// Who acts.
    pub enum Role : str {
        /// The stranded person, on any of their devices.
        Driver = "driver",
        /// A person at the desk.
        Agent = "agent",
        /// The server itself.
        Server = "server",
    }

    /// The kind of device a driver uses.
    pub enum Face : str {
        /// A phone, tablet or computer.
        Phone = "phone",
        /// The web view of a car.
        Car = "car",
    }

    /// How a case left the device by another way than the network.
    pub enum Way : str {
        /// A text message was opened with the minimum data set.
        Sms = "sms",
        /// The QR code was shown.
        Qr = "qr",
        /// The card to read out was shown.
        Card = "card",
    }

    /// How a case ended.
    pub enum Outcome : str {
        /// The driver could go on or no longer needs help.
        Helped = "helped",
        /// A crew took over.
        Towed = "towed",
        /// Handed to police, fire brigade, ambulance or an operator.
        HandedOver = "handed_over",
        /// Opened by mistake or twice.
        Void = "void",
    }

    /// The shape of a mark on a photo.
    pub enum Shape : str {
        /// From the first point to the second.
        Arrow = "arrow",
        /// An ellipse in the box of two points.
        Ring = "ring",
        /// A line through all points.
        Stroke = "stroke",
        /// Words at one point.
        Words = "words",
    }

    /// What a driver lets an agent do or see; each is given and taken back by itself.
    pub enum Scope : str {
        /// See the screen the driver is on, as the screen shares itself.
        View = "view",
        /// Point at things and propose steps.
        Guide = "guide",
        /// Draw on the driver's photos and stills.
        Annotate = "annotate",
        /// Ask for the still that the driver's camera follows.
        Freeze = "freeze",
        /// See through the camera.
        Camera = "camera",
        /// Keep what the camera shows.
        Record = "record",
        /// Read what the car reports.
        Vehicle = "vehicle",
    }

    /// What a driver did with a proposal.
    pub enum Take : str {
        /// Went where it leads.
        Accepted = "accepted",
        /// Stayed.
        Declined = "declined",
        /// Went there, and back again.
        Undone = "undone",
    }

    /// When the driver has to stop at once, although an order to drive on is in force.
    pub enum Halt : str {
        /// A red light or a red message.
        Red = "red",
        /// Smoke, vapour or a burnt smell.
        Smell = "smell",
        /// A new noise, or the car shakes.
        Noise = "noise",
        /// The wheel turns heavily, or the car pulls to one side.
        Steering = "steering",
        /// The brakes feel other than usual.
        Brakes = "brakes",
        /// Less and less power.
        Power = "power",
        /// A tyre loses air.
        Tyre = "tyre",
        /// The driver no longer sees the road well.
        Sight = "sight",
    }

    /// How far an order to drive on reaches.
    pub enum Goal : str {
        /// Where the road lets the car leave the traffic: exit, lay-by.
        Exit = "exit",
        /// A service or rest area.
        Rest = "rest",
        /// A workshop.
        Workshop = "workshop",
        /// A charger.
        Charger = "charger",
    }

    /// A mark on a photo. Points are in the photo's own frame, so every screen draws the same.
    pub struct Mark {
        /// Shape.
        shape: Shape,
        /// x, y, x, y … each 0 (left, top) to 65535 (right, bottom) of the photo.
        at: Vec<u16>,
        /// Words of the mark.
        [default] text: String,
    }

    /// One thing that happened.
    pub enum Event : tag {
        /// The case began, on a device, maybe with no network.
        Opened = "opened" {
            /// Case number, see `number`.
            number: String,
            /// Region of the rules in force.
            region: String,
            /// Language of the driver.
            lang: String,
            /// Device.
            face: Face,
        },
        /// A further device of the driver took part.
        Joined = "joined" {
            /// Device.
            face: Face,
        },
        /// The driver changed language.
        Spoke = "spoke" {
            /// Language from now on.
            lang: String,
        },
        /// The driver changed region. Answers given under other rules no longer count.
        Moved = "moved" {
            /// Region from now on.
            region: String,
        },
        /// A guide was begun, or begun again: earlier answers in it no longer count.
        Started = "started" {
            /// Guide.
            g: String,
            /// Edition of the content that was shown.
            ed: String,
        },
        /// An answer, an outcome, or a reason for skipping.
        Answered = "answered" {
            /// Guide.
            g: String,
            /// Step.
            q: String,
            /// Choice.
            a: String,
            /// Facts it establishes, `name=value`.
            [default] sets: Vec<String>,
            /// The step was skipped; the choice is the reason.
            [default] skip: bool,
            /// What was asked, as it was shown.
            [default] asked: String,
            /// What was answered, as it was shown.
            [default] said: String,
        },
        /// A guide came to its end.
        Ended = "ended" {
            /// Guide.
            g: String,
            /// Step where it ended.
            q: String,
            /// Disposition, see `guide::Disposition`.
            d: String,
            /// Facts the end establishes, `name=value`.
            [default] sets: Vec<String>,
            /// The result, as it was shown.
            [default] said: String,
        },
        /// A report of the place.
        Placed = "placed" {
            /// The report.
            place: Place,
        },
        /// A photo was saved on the device.
        Photo = "photo" {
            /// Name of the photo in this case (a UUID).
            id: String,
            /// SHA-256 of its bytes, lower-case hexadecimal.
            sha: String,
            /// Bytes.
            size: u32,
            /// Width in pixels.
            w: u32,
            /// Height in pixels.
            h: u32,
            /// Which guided shot it is; empty for a free one.
            [default] shot: String,
            /// Warnings the driver chose to go on with: `blurred`, `dark`.
            [default] warn: Vec<String>,
        },
        /// The marks on a photo, all of them anew.
        Marked = "marked" {
            /// Photo.
            id: String,
            /// Marks.
            [default] marks: Vec<Mark>,
        },
        /// The note on a photo, or, with no photo, on the case.
        Noted = "noted" {
            /// Photo, or empty.
            [default] id: String,
            /// The note.
            [default] text: String,
        },
        /// A photo was taken out of the case again.
        Dropped = "dropped" {
            /// Photo.
            id: String,
        },
        /// The bytes of a photo are complete on the server.
        Received = "received" {
            /// SHA-256 of the bytes as the device named them.
            sha: String,
        },
        /// A call was begun by a tap.
        Called = "called" {
            /// Digits dialled.
            to: String,
        },
        /// The case left the device by another way.
        Handed = "handed" {
            /// The way.
            way: Way,
        },
        /// A message between driver and desk; the role of the envelope tells whose.
        Said = "said" {
            /// The message, plain text.
            text: String,
        },
        /// Messages were on the screen of the other side.
        Read = "read" {
            /// Offset of the newest one shown.
            o: u64,
        },
        /// Low-power mode was switched.
        Power = "power" {
            /// On or off.
            low: bool,
            /// Charge of the device in percent, where it says.
            [default] percent: Option<u8>,
        },
        /// The app broke down and was restarted.
        Crashed = "crashed" {
            /// Build.
            build: String,
            /// What the panic said, without personal data.
            text: String,
        },
        /// An agent took the case, gave it back with an empty name, or handed it to a colleague.
        Claimed = "claimed" {
            /// Name of the agent who has it from now on.
            [default] agent: String,
            /// Who had it, as the sender saw it; a case that somebody else has is taken over only
            /// from the one who is named here.
            [default] from: String,
            /// What the next one has to know.
            [default] note: String,
        },
        /// An agent, named by the envelope's `who`, asks for consent.
        Asked = "asked" {
            /// To what.
            scopes: Vec<Scope>,
        },
        /// The driver consents. It holds until revoked, closed, or handed to another agent.
        Granted = "granted" {
            /// Name of the agent.
            agent: String,
            /// To what, besides what was granted before.
            scopes: Vec<Scope>,
        },
        /// The driver takes consent back, or declines what was asked.
        Revoked = "revoked" {
            /// Name of the agent; empty for every agent.
            [default] agent: String,
            /// What; empty for everything.
            [default] scopes: Vec<Scope>,
        },
        /// An agent proposes a step. Needs [`Scope::Guide`].
        Proposed = "proposed" {
            /// Guide.
            g: String,
            /// Step.
            q: String,
        },
        /// The driver's answer to a proposal, or to an order to drive on.
        Took = "took" {
            /// Offset of the proposal or the order.
            o: u64,
            /// The answer.
            how: Take,
        },
        /// The driver's camera follows this still from now on: what is drawn on it sticks to the
        /// part. The still is a photo of the case like any other.
        Frozen = "frozen" {
            /// Photo; empty when no still is followed any more.
            [default] id: String,
        },
        /// An agent drew on a photo. Needs [`Scope::Annotate`]. Drawings are independent of each
        /// other: a late one changes no other.
        Drawn = "drawn" {
            /// Photo.
            id: String,
            /// Name of the drawing (a UUID); the same name again replaces it.
            m: String,
            /// Its marks in the photo's own frame; none to rub it out.
            [default] marks: Vec<Mark>,
        },
        /// An agent set the urgency.
        Urgent = "urgent" {
            /// Red or not.
            on: bool,
        },
        /// The agent who has the case lets the driver go on, within limits. It ends when the
        /// driver reports danger, with [`Event::Halted`], another order, and the case.
        Ordered = "ordered" {
            /// Not faster than this, km/h.
            kmh: u16,
            /// Not farther than this, km.
            km: u16,
            /// Where to.
            goal: Goal,
            /// When to stop at once.
            stops: Vec<Halt>,
            /// Facts it rests on: steps of the guide `drive-on`.
            [default] facts: Vec<String>,
        },
        /// The agent ends the order to drive on: stop where it is safe.
        Halted = "halted" {},
        /// The case was closed.
        Closed = "closed" {
            /// How it ended.
            outcome: Outcome,
            /// How exactly, see `closing`.
            [default] d: String,
            /// What is to be known about it.
            [default] note: String,
        },
        /// The case was opened again.
        Reopened = "reopened" {
            /// Why.
            [default] why: String,
        },
    }
}

impl Event {
    /// An agent takes the case from nobody, or gives it back.
    pub fn claimed(agent: &str) -> Event {
        Event::Claimed { agent: agent.into(), from: String::new(), note: String::new() }
    }

    /// The case ends; no more is known of how.
    pub fn closed(outcome: Outcome) -> Event {
        Event::Closed { outcome, d: String::new(), note: String::new() }
    }
}

/// An event of a version this code knows, or the whole of one it does not: kept and passed on,
/// skipped by the fold, never fatal.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant)] // Nearly every body is known; a box would be paid for by all.
pub enum Body {
    /// Known.
    Known(Event),
    /// From a newer build.
    Unknown(Json),
}

impl Body {
    /// The event, when known.
    pub fn event(&self) -> Option<&Event> {
        match self {
            Body::Known(event) => Some(event),
            Body::Unknown(_) => None,
        }
    }
}

impl From<Event> for Body {
    fn from(event: Event) -> Body {
        Body::Known(event)
    }
}

impl Get for Body {
    fn get<N: Node>(node: &N) -> Result<Self, Bad> {
        match Event::get(node) {
            Ok(event) => Ok(Body::Known(event)),
            // A known kind with a broken member is an error; only a kind never heard of is kept.
            Err(Bad("t")) => match node.field("t").and_then(|t| t.text()) {
                Some(_) => Ok(Body::Unknown(Json::copy(node))),
                None => Err(Bad("t")),
            },
            Err(bad) => Err(bad),
        }
    }
    fn blank() -> Self {
        Body::Unknown(Json::Null)
    }
}

impl Put for Body {
    fn put(&self, out: &mut String) {
        match self {
            Body::Known(event) => event.put(out),
            Body::Unknown(json) => json.put(out),
        }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Body {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Body::Known(event) => event.serialize(to),
            Body::Unknown(json) => json.serialize(to),
        }
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Body {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(from)?;
        Body::get(&value).map_err(|bad| serde::de::Error::custom(bad.0))
    }
}

wire! {
    /// An event as a device sends it. The pair (`d`, `n`) gives the order within a device,
    /// `k` makes every delivery recognisable.
    pub struct Envelope {
        /// Version of the event format, see `upcast`.
        v: u16,
        /// Idempotency key, a UUID of version 7.
        k: String,
        /// Device, a UUID; one for each installation.
        d: String,
        /// 1, 2, 3 … within the device and the case.
        n: u64,
        /// Unix milliseconds by the device's own clock.
        at: i64,
        /// What happened.
        b: Body,
    }

    /// An event with its place in the case.
    pub struct Stored {
        /// 1, 2, 3 … within the case, given by the server.
        o: u64,
        /// When the server took it, Unix milliseconds.
        rx: i64,
        /// Milliseconds to add to `at` to get the server's time; 0 when the clocks agree.
        [default] skew: i64,
        /// Who said it, as the server knows.
        by: Role,
        /// Name of the agent.
        [default] who: String,
        /// The envelope.
        e: Envelope,
    }
}

impl Stored {
    /// When it happened by the server's clock, Unix milliseconds: what screens show.
    pub fn happened(&self) -> i64 {
        self.e.at.saturating_add(self.skew)
    }
}
