//! The fold: from the log to what everybody sees. Order is the server's order; clocks only
//! label. Folding is total: an event that a role may not say, or that makes no sense here,
//! changes nothing.

use crate::event::{Event, Face, Mark, Outcome, Role, Stored, Way, may};
use crate::place::{How, Place};
use crate::wire;
use std::collections::BTreeMap;

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
        }
    }
}

/// The value of fact `name` in `name=value`.
fn value_of<'a>(set: &'a str, name: &str) -> Option<&'a str> {
    set.strip_prefix(name)?.strip_prefix('=')
}

impl State {
    /// The state of a whole log.
    pub fn fold<'a>(log: impl IntoIterator<Item = &'a Stored>) -> State {
        let mut state = State::default();
        for stored in log {
            state.apply(stored);
        }
        state
    }

    /// Folds in the next event. An offset already folded changes nothing.
    pub fn apply(&mut self, s: &Stored) {
        if s.o <= self.top {
            return;
        }
        self.top = s.o;
        self.take(s);
    }

    /// Folds in an event that is only on this device so far: like [`State::apply`], but the
    /// offset stays.
    pub fn apply_local(&mut self, s: &Stored) {
        self.take(s);
    }

    fn take(&mut self, s: &Stored) {
        let Some(event) = s.e.b.event() else { return };
        if !may(s.by, event) {
            return;
        }
        let at = s.happened();
        self.last = self.last.max(at);
        if s.by == Role::Driver {
            self.heard = self.heard.max(s.rx);
            if let Some(device) = self.devices.iter_mut().find(|d| d.d == s.e.d) {
                device.at = device.at.max(at);
            }
        }
        match event {
            Event::Opened {
                number,
                region,
                lang,
                face,
            } => {
                if self.number.is_empty() {
                    self.number = number.clone();
                    self.opened = at;
                    self.region = region.clone();
                    self.lang = lang.clone();
                }
                self.device(&s.e.d, *face, at);
            }
            Event::Joined { face } => self.device(&s.e.d, *face, at),
            Event::Spoke { lang } => self.lang = lang.clone(),
            Event::Moved { region } => {
                if self.region != *region {
                    self.region = region.clone();
                    self.answers.clear();
                    self.runs.clear();
                }
            }
            Event::Started { g, ed } => {
                self.answers.retain(|a| a.g != *g);
                self.runs.retain(|r| r.g != *g);
                let (d, q, said) = Default::default();
                let run = Run {
                    g: g.clone(),
                    ed: ed.clone(),
                    began: at,
                    ended: None,
                    q,
                    d,
                    sets: Vec::new(),
                    said,
                };
                self.runs.push(run);
            }
            Event::Answered {
                g,
                q,
                a,
                sets,
                skip,
                asked,
                said,
            } => {
                self.answers.retain(|x| x.g != *g || x.q != *q);
                self.answers.push(Answer {
                    g: g.clone(),
                    q: q.clone(),
                    a: a.clone(),
                    sets: sets.clone(),
                    skip: *skip,
                    asked: asked.clone(),
                    said: said.clone(),
                    at,
                });
                self.alarm(sets);
            }
            Event::Ended {
                g,
                q,
                d,
                sets,
                said,
            } => {
                if let Some(run) = self.runs.iter_mut().find(|r| r.g == *g) {
                    run.ended = Some(at);
                    run.q = q.clone();
                    run.d = d.clone();
                    run.sets = sets.clone();
                    run.said = said.clone();
                }
                self.alarm(sets);
            }
            Event::Placed { place } => {
                if place.sane() {
                    self.places.retain(|p| p.place.how != place.how);
                    self.places.push(Placed {
                        place: place.clone(),
                        by: s.by,
                        at,
                    });
                }
            }
            Event::Photo {
                id,
                sha,
                size,
                w,
                h,
                shot,
                warn,
            } => {
                if !self.photos.iter().any(|p| p.id == *id) {
                    self.photos.push(Photo {
                        id: id.clone(),
                        sha: sha.clone(),
                        size: *size,
                        w: *w,
                        h: *h,
                        shot: shot.clone(),
                        warn: warn.clone(),
                        marks: Vec::new(),
                        note: String::new(),
                        at,
                    });
                }
            }
            Event::Marked { id, marks } => {
                if let Some(photo) = self.photos.iter_mut().find(|p| p.id == *id) {
                    photo.marks = marks.clone();
                }
            }
            Event::Noted { id, text } => match self.photos.iter_mut().find(|p| p.id == *id) {
                Some(photo) => photo.note = text.clone(),
                None if id.is_empty() => self.note = text.clone(),
                None => {}
            },
            Event::Dropped { id } => self.photos.retain(|p| p.id != *id),
            Event::Received { sha } => {
                if !self.received.contains(sha) {
                    self.received.push(sha.clone());
                }
            }
            Event::Called { to } => self.calls.push(Call { to: to.clone(), at }),
            Event::Handed { way } => self.hands.push(Hand { way: *way, at }),
            Event::Said { text } => {
                let (by, who) = (s.by, s.who.clone());
                self.messages.push(Message {
                    o: s.o,
                    by,
                    who,
                    text: text.clone(),
                    at,
                });
            }
            Event::Read { o } => {
                let read = if s.by == Role::Agent {
                    &mut self.agent_read
                } else {
                    &mut self.driver_read
                };
                *read = (*read).max(*o);
            }
            Event::Power { low, percent } => {
                self.low_power = *low;
                self.percent = *percent;
            }
            Event::Crashed { .. } => self.crashes += 1,
            Event::Claimed { agent } => {
                self.agent = agent.clone();
                if self.status != Status::Done {
                    self.status = if agent.is_empty() {
                        Status::Open
                    } else {
                        Status::Taken
                    };
                }
            }
            Event::Urgent { on } => self.red = *on,
            Event::Closed { outcome } => {
                self.status = Status::Done;
                self.outcome = Some(*outcome);
            }
            Event::Reopened { .. } => {
                self.outcome = None;
                self.status = if self.agent.is_empty() {
                    Status::Open
                } else {
                    Status::Taken
                };
            }
        }
    }

    fn device(&mut self, d: &str, face: Face, at: i64) {
        if !self.devices.iter().any(|x| x.d == d) {
            self.devices.push(Device {
                d: d.into(),
                face,
                at,
            });
        }
    }

    fn alarm(&mut self, sets: &[String]) {
        for set in sets {
            self.fire |= set == "fire=yes";
            self.red |= set == "fire=yes" || set == "urgency=red";
        }
    }

    /// The facts in force: what the answers and ends established, later ones over earlier ones.
    /// `but` leaves out one guide, whose own path decides which of its answers count.
    pub fn facts(&self, but: &str) -> BTreeMap<String, String> {
        let mut facts = BTreeMap::new();
        let answers = self
            .answers
            .iter()
            .filter(|a| a.g != but)
            .map(|a| (a.at, &a.sets));
        let ends = self
            .runs
            .iter()
            .filter(|r| r.g != but)
            .filter_map(|r| Some((r.ended?, &r.sets)));
        let mut all: Vec<_> = answers.chain(ends).collect();
        all.sort_by_key(|(at, _)| *at);
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
        self.answers
            .iter()
            .rev()
            .flat_map(|a| a.sets.iter().rev())
            .find_map(|s| value_of(s, name))
            .map(String::from)
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

    /// Whether the desk has every byte of a photo.
    pub fn photo_received(&self, photo: &Photo) -> bool {
        self.received.contains(&photo.sha)
    }
}
