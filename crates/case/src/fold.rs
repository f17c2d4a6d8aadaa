//! The fold: from the log to the state. Order is the server's order; clocks only label. It is
//! total: an event that a role may not say, or that makes no sense here, changes nothing.

use crate::event::{Event, Face, Role, Scope, Stored, may, needs};
use crate::state::{
    Answer, Call, Device, Drawing, Grant, Hand, Handover, Message, Order, Photo, Placed, Proposal,
    Run, State, Status,
};

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
        // What is only on this device is the agent's own page: the server decides when it comes.
        if s.o > 0 && needs(event).is_some_and(|scope| !self.allows(&s.who, scope)) {
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
            Event::Opened { number, region, lang, face } => {
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
                    i: 0,
                };
                self.runs.push(run);
            }
            Event::Answered { g, q, a, sets, skip, asked, said } => {
                self.count += 1;
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
                    i: self.count,
                });
                self.alarm(sets, at);
            }
            Event::Ended { g, q, d, sets, said } => {
                self.count += 1;
                if let Some(run) = self.runs.iter_mut().find(|r| r.g == *g) {
                    run.ended = Some(at);
                    run.q = q.clone();
                    run.d = d.clone();
                    run.sets = sets.clone();
                    run.said = said.clone();
                    run.i = self.count;
                }
                self.alarm(sets, at);
            }
            Event::Placed { place } => {
                if place.sane() {
                    self.places.retain(|p| p.place.how != place.how);
                    self.places.push(Placed { place: place.clone(), by: s.by, at });
                }
            }
            Event::Photo { id, sha, size, w, h, shot, warn } => {
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
                        drawn: Vec::new(),
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
                self.messages.push(Message { o: s.o, by, who, text: text.clone(), at });
            }
            Event::Read { o } => {
                let read =
                    if s.by == Role::Agent { &mut self.agent_read } else { &mut self.driver_read };
                *read = (*read).max(*o);
            }
            Event::Power { low, percent } => {
                self.low_power = *low;
                self.percent = *percent;
            }
            Event::Crashed { .. } => self.crashes += 1,
            Event::Claimed { agent, note, .. } => {
                if self.agent != *agent {
                    self.handover = (!note.is_empty()).then(|| Handover {
                        from: s.who.clone(),
                        to: agent.clone(),
                        note: note.clone(),
                        at,
                    });
                }
                self.agent = agent.clone();
                // Consent is to a person: who takes a case over asks anew.
                self.asked.retain(|g| g.agent == *agent);
                self.grants.retain(|g| g.agent == *agent);
                if self.status != Status::Done {
                    self.status = if agent.is_empty() { Status::Open } else { Status::Taken };
                }
            }
            Event::Asked { scopes } => {
                for scope in scopes {
                    if !self.allows(&s.who, *scope) {
                        grant(&mut self.asked, &s.who, *scope, at);
                    }
                }
            }
            Event::Granted { agent, scopes } => {
                // A closed case has nobody who could use it.
                if self.status != Status::Done {
                    self.asked.retain(|g| !covers(agent, scopes, g));
                    for scope in scopes {
                        grant(&mut self.grants, agent, *scope, at);
                    }
                }
            }
            Event::Revoked { agent, scopes } => self.withdraw(agent, scopes),
            Event::Proposed { g, q } => {
                self.proposal = Some(Proposal {
                    o: s.o,
                    who: s.who.clone(),
                    g: g.clone(),
                    q: q.clone(),
                    at,
                    how: None,
                });
            }
            Event::Took { o, how } => {
                if let Some(proposal) = self.proposal.as_mut().filter(|p| p.o == *o) {
                    proposal.how = Some(*how);
                }
                if let Some(order) = self.order.as_mut().filter(|x| x.o == *o && x.open()) {
                    order.how = Some(*how);
                }
            }
            Event::Frozen { id } => self.still = id.clone(),
            Event::Drawn { id, m, marks } => {
                if let Some(photo) = self.photos.iter_mut().find(|p| p.id == *id) {
                    photo.drawn.retain(|d| d.m != *m);
                    if !marks.is_empty() {
                        let (m, who) = (m.clone(), s.who.clone());
                        photo.drawn.push(Drawing { m, who, marks: marks.clone() });
                    }
                }
            }
            Event::Urgent { on } => {
                self.red = *on;
                if *on {
                    self.halt(at);
                }
            }
            // Nobody drives on in danger (law 5), whatever was written down on the way here.
            Event::Ordered { .. } if self.red || self.fire || self.status == Status::Done => {}
            Event::Ordered { kmh, km, goal, stops, facts } => {
                self.order = Some(Order {
                    o: s.o,
                    who: s.who.clone(),
                    kmh: *kmh,
                    km: *km,
                    goal: *goal,
                    stops: stops.clone(),
                    facts: facts.clone(),
                    at,
                    how: None,
                    ended: None,
                });
            }
            Event::Halted {} => self.halt(at),
            Event::Closed { outcome, d, note } => {
                self.withdraw("", &[]);
                self.halt(at);
                self.ending = d.clone();
                self.parting = note.clone();
                self.status = Status::Done;
                self.outcome = Some(*outcome);
            }
            Event::Reopened { .. } => {
                self.outcome = None;
                self.ending.clear();
                self.parting.clear();
                self.status = if self.agent.is_empty() { Status::Open } else { Status::Taken };
            }
        }
    }

    fn device(&mut self, d: &str, face: Face, at: i64) {
        if !self.devices.iter().any(|x| x.d == d) {
            self.devices.push(Device { d: d.into(), face, at });
        }
    }

    fn withdraw(&mut self, agent: &str, scopes: &[Scope]) {
        self.asked.retain(|g| !covers(agent, scopes, g));
        self.grants.retain(|g| !covers(agent, scopes, g));
    }

    fn alarm(&mut self, sets: &[String], at: i64) {
        for set in sets {
            self.fire |= set == "fire=yes";
            self.red |= set == "fire=yes" || set == "urgency=red";
            // A red light ends what an agent allowed before it was seen.
            if matches!(set.as_str(), "fire=yes" | "urgency=red" | "light-colour=red") {
                self.halt(at);
            }
        }
    }

    fn halt(&mut self, at: i64) {
        if let Some(order) = self.order.as_mut().filter(|order| order.ended.is_none()) {
            order.ended = Some(at);
        }
    }
}

/// Whether an answer of the driver is about this consent; nothing named means every one.
fn covers(agent: &str, scopes: &[Scope], g: &Grant) -> bool {
    (agent.is_empty() || g.agent == agent) && (scopes.is_empty() || scopes.contains(&g.scope))
}

/// Adds a consent; the one that was there keeps its time.
fn grant(list: &mut Vec<Grant>, agent: &str, scope: Scope, at: i64) {
    if !crate::state::allows(list, agent, scope) {
        list.push(Grant { agent: agent.into(), scope, at });
    }
}
