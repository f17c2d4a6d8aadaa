//! What everybody sees of a case. `fold` makes it from the log; it is also the snapshot.

use crate::event::{Face, Goal, Halt, Mark, Outcome, Role, Scope, Take, Way};
use crate::map::Map;
use crate::place::{How, Place};
use crate::wire;

wire! {
    /// How far the desk has come with a case.
    pub enum Status : str {
        /// Nobody has taken it.
        Open = "open",
        /// An agent has it.
        Taken = "taken",
        /// Closed.
        Done = "done",
    }

    /// The answer in force to one step of a guide.
    pub struct Answer {
        /// Guide.
        g: String,
        /// Step.
        q: String,
        /// Choice.
        a: String,
        /// Facts it establishes.
        [default] sets: Vec<String>,
        /// The step was skipped for this reason.
        [default] skip: bool,
        /// What was asked, as shown.
        [default] asked: String,
        /// What was answered, as shown.
        [default] said: String,
        /// When, Unix milliseconds.
        at: i64,
        /// Position among answers and ends: the log's order, not a clock, says which fact is newer.
        i: u64,
    }

    /// One run of a guide.
    pub struct Run {
        /// Guide.
        g: String,
        /// Edition of the content shown.
        ed: String,
        /// When it began, Unix milliseconds.
        began: i64,
        /// When it came to its end.
        [default] ended: Option<i64>,
        /// Step where it ended.
        [default] q: String,
        /// Disposition.
        [default] d: String,
        /// Facts the end established.
        [default] sets: Vec<String>,
        /// The result, as shown.
        [default] said: String,
        /// Position of the end among answers and ends.
        [default] i: u64,
    }

    /// A report of the place with its age.
    pub struct Placed {
        /// The report.
        place: Place,
        /// Who reported.
        by: Role,
        /// When, Unix milliseconds.
        at: i64,
    }

    /// A photo of the case.
    pub struct Photo {
        /// Name (UUID).
        id: String,
        /// SHA-256 of the bytes.
        sha: String,
        /// Bytes.
        size: u32,
        /// Width in pixels.
        w: u32,
        /// Height in pixels.
        h: u32,
        /// Which guided shot.
        [default] shot: String,
        /// Warnings gone on with.
        [default] warn: Vec<String>,
        /// Marks.
        [default] marks: Vec<Mark>,
        /// Note.
        [default] note: String,
        /// When, Unix milliseconds.
        at: i64,
        /// What agents drew on it.
        [default] drawn: Vec<Drawing>,
    }

    /// What an agent drew on a photo in one go.
    pub struct Drawing {
        /// Name (UUID).
        m: String,
        /// Name of the agent.
        [default] who: String,
        /// Marks.
        marks: Vec<Mark>,
    }

    /// A consent that is asked for or in force: one agent, one scope.
    pub struct Grant {
        /// Name of the agent.
        agent: String,
        /// To what.
        scope: Scope,
        /// Since when, Unix milliseconds.
        at: i64,
    }

    /// The step that an agent proposed last.
    pub struct Proposal {
        /// Offset of the event; 0 while it is only on the device.
        o: u64,
        /// Name of the agent.
        [default] who: String,
        /// Guide.
        g: String,
        /// Step.
        q: String,
        /// When, Unix milliseconds.
        at: i64,
        /// What the driver did with it.
        [default] how: Option<Take>,
    }

    /// A case that changed hands with words for the next one.
    pub struct Handover {
        /// Who handed it over.
        from: String,
        /// To whom; empty for back to the queue.
        [default] to: String,
        /// What the next one has to know.
        [default] note: String,
        /// When, Unix milliseconds.
        at: i64,
    }

    /// The order to drive on that was given last.
    pub struct Order {
        /// Offset of the event; 0 while it is only on the device.
        o: u64,
        /// Name of the agent.
        [default] who: String,
        /// Not faster than this, km/h.
        kmh: u16,
        /// Not farther than this, km.
        km: u16,
        /// Where to.
        goal: Goal,
        /// When to stop at once.
        stops: Vec<Halt>,
        /// Facts it rests on.
        [default] facts: Vec<String>,
        /// When, Unix milliseconds.
        at: i64,
        /// What the driver did with it.
        [default] how: Option<Take>,
        /// When it ended, Unix milliseconds.
        [default] ended: Option<i64>,
    }

    /// A message between driver and desk.
    pub struct Message {
        /// Offset of the event; 0 while it is only on the device.
        o: u64,
        /// Whose.
        by: Role,
        /// Name of the agent.
        [default] who: String,
        /// Text.
        text: String,
        /// When, Unix milliseconds.
        at: i64,
    }

    /// A call begun by a tap.
    pub struct Call {
        /// Digits.
        to: String,
        /// When, Unix milliseconds.
        at: i64,
    }

    /// Another way the case took.
    pub struct Hand {
        /// Way.
        way: Way,
        /// When, Unix milliseconds.
        at: i64,
    }

    /// A device that takes part.
    pub struct Device {
        /// Device id.
        d: String,
        /// Kind.
        face: Face,
        /// When it last said anything, Unix milliseconds.
        at: i64,
    }

    /// What the log comes to. Also the snapshot: `State` at an offset plus the tail after it
    /// gives the same as the whole log.
    pub struct State {
        /// Offset of the last event folded; 0 for none.
        [default] top: u64,
        /// Case number; empty before `opened`.
        [default] number: String,
        /// When it began, Unix milliseconds.
        [default] opened: i64,
        /// Region of the rules.
        [default] region: String,
        /// Language of the driver.
        [default] lang: String,
        /// Devices of the driver.
        [default] devices: Vec<Device>,
        /// Smoke, vapour, smell or popping was reported. Never taken back (law 2).
        [default] fire: bool,
        /// Red: life may be in danger.
        [default] red: bool,
        /// Answers and ends so far.
        [default] count: u64,
        /// Answers in force, in the order they were given.
        [default] answers: Vec<Answer>,
        /// Runs of guides, the latest of each.
        [default] runs: Vec<Run>,
        /// Reports of the place, the latest of each kind, newest last.
        [default] places: Vec<Placed>,
        /// Photos, in order.
        [default] photos: Vec<Photo>,
        /// Bytes that are complete on the server, by SHA-256.
        [default] received: Vec<String>,
        /// Note on the case.
        [default] note: String,
        /// Messages, in order.
        [default] messages: Vec<Message>,
        /// Newest message offset the driver has seen.
        [default] driver_read: u64,
        /// Newest message offset the desk has seen.
        [default] agent_read: u64,
        /// Calls begun.
        [default] calls: Vec<Call>,
        /// Other ways taken.
        [default] hands: Vec<Hand>,
        /// Low-power mode.
        [default] low_power: bool,
        /// Charge of the device in percent.
        [default] percent: Option<u8>,
        /// Times the app broke down.
        [default] crashes: u32,
        /// How far the desk has come.
        status: Status,
        /// Agent who has it.
        [default] agent: String,
        /// How it ended.
        [default] outcome: Option<Outcome>,
        /// When anything last happened, Unix milliseconds.
        [default] last: i64,
        /// When the server last heard from the driver's devices, by its own clock, Unix
        /// milliseconds.
        [default] heard: i64,
        /// Consents that wait for the driver's answer.
        [default] asked: Vec<Grant>,
        /// Consents in force.
        [default] grants: Vec<Grant>,
        /// The step proposed last.
        [default] proposal: Option<Proposal>,
        /// Photo that the driver's camera follows; empty for none.
        [default] still: String,
        /// How the case came to the agent who has it, where words came along.
        [default] handover: Option<Handover>,
        /// The order to drive on that was given last.
        [default] order: Option<Order>,
        /// How exactly it ended, see `closing`.
        [default] ending: String,
        /// What is to be known about the end.
        [default] parting: String,
    }
}

impl Default for State {
    fn default() -> State {
        State {
            top: 0,
            number: String::new(),
            opened: 0,
            region: String::new(),
            lang: String::new(),
            devices: Vec::new(),
            fire: false,
            red: false,
            count: 0,
            answers: Vec::new(),
            runs: Vec::new(),
            places: Vec::new(),
            photos: Vec::new(),
            received: Vec::new(),
            note: String::new(),
            messages: Vec::new(),
            driver_read: 0,
            agent_read: 0,
            calls: Vec::new(),
            hands: Vec::new(),
            low_power: false,
            percent: None,
            crashes: 0,
            status: Status::Open,
            agent: String::new(),
            outcome: None,
            last: 0,
            heard: 0,
            asked: Vec::new(),
            grants: Vec::new(),
            proposal: None,
            still: String::new(),
            handover: None,
            order: None,
            ending: String::new(),
            parting: String::new(),
        }
    }
}

impl State {
    /// The facts in force: what the answers and ends established, later ones over earlier ones.
    /// `but` leaves out one guide, whose own path decides which of its answers count.
    pub fn facts(&self, but: &str) -> Map<String, String> {
        let mut facts = Map::new();
        let answers = self.answers.iter().filter(|a| a.g != but).map(|a| (a.i, &a.sets));
        let ends = self.runs.iter().filter(|r| r.g != but).map(|r| (r.i, &r.sets));
        let mut all: Vec<(u64, &Vec<String>)> = Vec::new();
        for one in answers.chain(ends) {
            all.insert(all.partition_point(|(i, _)| *i <= one.0), one);
        }
        for (_, sets) in all {
            for set in sets {
                if let Some((name, value)) = set.split_once('=') {
                    facts.insert(name.into(), value.into());
                }
            }
        }
        if self.fire {
            facts.insert("fire".into(), "yes".into());
        }
        facts
    }

    /// The value of a fact in force.
    pub fn fact(&self, name: &str) -> Option<String> {
        self.facts("").remove(name)
    }

    /// The choice in force at a step.
    pub fn answer(&self, g: &str, q: &str) -> Option<&Answer> {
        self.answers.iter().find(|a| a.g == g && a.q == q)
    }

    /// The latest run of a guide.
    pub fn run(&self, g: &str) -> Option<&Run> {
        self.runs.iter().find(|r| r.g == g)
    }

    /// The latest report of one kind.
    pub fn placed(&self, how: How) -> Option<&Placed> {
        self.places.iter().find(|p| p.place.how == how)
    }

    /// Whether the driver lets this agent do this, now.
    pub fn allows(&self, agent: &str, scope: Scope) -> bool {
        allows(&self.grants, agent, scope)
    }

    /// Whether the desk has every byte of a photo.
    pub fn photo_received(&self, photo: &Photo) -> bool {
        self.received.contains(&photo.sha)
    }
}

impl Order {
    /// Whether it is in force, or waits for the driver's answer.
    pub fn open(&self) -> bool {
        self.ended.is_none() && self.how != Some(Take::Declined)
    }
}

/// Whether an agent has a consent among these.
pub fn allows(grants: &[Grant], agent: &str, scope: Scope) -> bool {
    grants.iter().any(|g| g.scope == scope && g.agent == agent)
}
