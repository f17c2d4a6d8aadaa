//! The fold: from the log to the state. Order is the server's order; clocks only label. It is
//! total: an event that a role may not say, or that makes no sense here, changes nothing.

use crate::event::{Event, Face, Role, Stored, may};
use crate::state::{Answer, Call, Device, Hand, Message, Photo, Placed, Run, State, Status};

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
                self.alarm(sets);
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
                self.alarm(sets);
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
            Event::Claimed { agent } => {
                self.agent = agent.clone();
                if self.status != Status::Done {
                    self.status = if agent.is_empty() { Status::Open } else { Status::Taken };
                }
            }
            Event::Urgent { on } => self.red = *on,
            Event::Closed { outcome } => {
                self.status = Status::Done;
                self.outcome = Some(*outcome);
            }
            Event::Reopened { .. } => {
                self.outcome = None;
                self.status = if self.agent.is_empty() { Status::Open } else { Status::Taken };
            }
        }
    }

    fn device(&mut self, d: &str, face: Face, at: i64) {
        if !self.devices.iter().any(|x| x.d == d) {
            self.devices.push(Device { d: d.into(), face, at });
        }
    }

    fn alarm(&mut self, sets: &[String]) {
        for set in sets {
            self.fire |= set == "fire=yes";
            self.red |= set == "fire=yes" || set == "urgency=red";
        }
    }
}
