//! The desk's own connection: a long poll for the list, the live link for the case on the screen and
//! a long poll while that is not up, and the way out for what the agent says. Everything is tried again until the server has it or has refused
//! it; the loops of a session end with it.

use super::api::{Call, Fail, HOLD};
use super::model::{Desk, Net, Opened, Out, Trouble, Who};
use super::page;
use super::route::Route;
use crate::case_link::time::Bell;
use crate::live::{Face, Hello, here};
use case::event::Event;
use case::message::{Answers, Batch, Fault, Me, Rows, Tail, Verdict};
use case::wire::{Get as _, put_int, to_json};
use case::{Replica, message};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use web_sys::AbortController;

/// Waits between tries, milliseconds; the last one repeats.
const PAUSES: [i32; 5] = [500, 1_000, 2_000, 4_000, 8_000];

/// A poll that comes back with nothing faster than this was not held: ask less often.
const TOO_FAST: i64 = 1_000;

/// Events shown before a snapshot; the server gives at most 300 in one answer.
const RECENT: u64 = 250;

/// The two polls.
#[derive(Clone, Copy)]
enum Line {
    List,
    Case,
}

thread_local! {
    /// The poll of the case that is under way is one that the server holds.
    static HOLDING: Cell<bool> = const { Cell::new(false) };
    /// The link brought something, or broke.
    static BELL: Rc<Bell> = Rc::default();
    static LINES: RefCell<[Option<AbortController>; 2]> = const { RefCell::new([None, None]) };
}

/// Breaks off a poll: another case was opened, or the connection may be dead without saying so.
fn hang_up(line: Line) {
    if let Some(controller) = LINES.with_borrow_mut(|all| all[line as usize].take()) {
        controller.abort();
    }
}

fn call(line: Line) -> Call {
    let call = Call::default();
    LINES.with_borrow_mut(|all| all[line as usize] = call.controller());
    call
}

/// Asks who is logged in, and goes on from there. Tries until there is an answer.
pub fn begin(desk: Desk) {
    spawn_local(async move {
        for tried in 0.. {
            match Call::default().get::<Me>("/v1/desk/me").await {
                Ok(me) => {
                    desk.heard(me.now);
                    return enter(desk, me.name);
                }
                Err(Fail::Out | Fail::Refused(_)) => {
                    desk.net.set(Net::Live);
                    return desk.who.set(Who::Nobody(Out::Fresh));
                }
                Err(fail) => missed(desk, &fail),
            }
            pause(tried).await;
        }
    });
}

/// Begins the session of an agent.
pub fn enter(desk: Desk, name: String) {
    desk.enter(name);
    spawn_local(watch_list(desk, desk.session.get_untracked()));
    for case in desk.unsent() {
        flush(desk, case);
    }
}

/// Puts the case on the screen on the page's live link. Call it once.
pub fn go_live(desk: Desk) {
    here().start(Face {
        hello: Box::new(move || {
            let Route::Case(id) = desk.route.get_untracked() else { return None };
            if !matches!(desk.who.get_untracked(), Who::Agent(_)) {
                return None;
            }
            let case = desk.case(&id);
            let after = case.replica.with_untracked(Replica::top);
            Some(Hello {
                case: id,
                token: String::new(),
                after,
                epoch: case.epoch.get_untracked(),
                d: case.device.get_untracked(),
                floor: after,
            })
        }),
        turned: Box::new(|| {
            // What a poll would be told, the link brings.
            if here().up() && HOLDING.replace(false) {
                hang_up(Line::Case);
            }
            BELL.with(|bell| bell.ring());
        }),
        alone: None,
    });
}

/// Looks at everything anew: the network is back, or the page is in front again.
pub fn look_again(desk: Desk) {
    page::wake();
    if desk.net.get_untracked() != Net::Live {
        hang_up(Line::List);
        hang_up(Line::Case);
    }
}

async fn pause(tried: usize) {
    let base = PAUSES[tried.min(PAUSES.len() - 1)];
    page::sleep(base + page::jitter(base / 2)).await;
}

/// Notes a failed request; whether the session goes on.
fn failed(desk: Desk, fail: &Fail) -> bool {
    if *fail == Fail::Out {
        desk.leave(Out::Ended);
        return false;
    }
    missed(desk, fail);
    true
}

fn missed(desk: Desk, fail: &Fail) {
    let since = match desk.net.get_untracked() {
        Net::Live => desk.contact.get_untracked(),
        Net::Away(since) | Net::Rubbish(since, _) => since,
    };
    desk.net.set(match fail {
        Fail::Rubbish(part) => Net::Rubbish(since, part),
        _ => Net::Away(since),
    });
}

/// Keeps the list up to date while the session lasts.
async fn watch_list(desk: Desk, session: u32) {
    let (mut after, mut tried) = (0, 0);
    let current = move || desk.session.get_untracked() == session;
    while current() {
        let began = page::device_now();
        let mut path = String::from("/v1/desk/cases?after=");
        put_int(after as i64, &mut path);
        put_wait(after == 0 || tried > 0, &mut path);
        let answer = call(Line::List).poll::<Rows>(&path).await;
        if !current() {
            return;
        }
        match answer {
            Ok(rows) => {
                desk.heard(rows.now);
                // A lower sequence means that the server's history was lost: ask for all of it.
                let restored = rows.seq < after;
                let nothing = rows.rows.is_empty();
                after = if restored { 0 } else { rows.seq };
                take_rows(desk, rows, restored);
                tried = 0;
                if nothing && page::device_now() - began < TOO_FAST {
                    page::sleep(TOO_FAST as i32).await;
                }
            }
            Err(fail) => {
                if !failed(desk, &fail) {
                    return;
                }
                pause(tried).await;
                tried += 1;
            }
        }
    }
}

fn take_rows(desk: Desk, rows: Rows, restored: bool) {
    if restored || !rows.rows.is_empty() {
        desk.rows.update(|all| {
            if restored {
                all.clear();
            }
            for row in rows.rows {
                all.insert(row.case.clone(), row);
            }
        });
    }
    if !desk.listed.get_untracked() && !restored {
        desk.listed.set(true);
    }
}

/// A first look, and a look after a failure, are answered at once; then the server holds.
fn put_wait(at_once: bool, path: &mut String) {
    path.push_str("&wait=");
    put_int(if at_once { 0 } else { i64::from(HOLD) }, path);
}

/// Follows the case on the screen until another one is opened or the session ends.
pub fn follow(desk: Desk, id: String) {
    hang_up(Line::Case);
    // Whoever waits there for another case has to see that it is over.
    BELL.with(|bell| bell.ring());
    spawn_local(async move {
        let case = desk.case(&id);
        let session = desk.session.get_untracked();
        let current = move || {
            desk.session.get_untracked() == session
                && desk.route.with_untracked(|r| matches!(r, Route::Case(open) if *open == id))
        };
        let (live, bell) = (here(), BELL.with(Rc::clone));
        let mut tried = 0;
        let mut first = true;
        live.check();
        while current() {
            let began = page::device_now();
            take_live(desk, case);
            let top = case.replica.with_untracked(Replica::top);
            let linked = live.up();
            if linked && top >= live.seen() {
                (first, tried) = (false, 0);
                bell.wait(None).await;
                continue;
            }
            let mut path = events_path(&case);
            path.push_str("?after=");
            put_int(top as i64, &mut path);
            let held = !(first || tried > 0 || linked);
            put_wait(!held, &mut path);
            HOLDING.set(held);
            let answer = call(Line::Case).poll::<Tail>(&path).await;
            let stopped = held && !HOLDING.replace(false);
            if !current() {
                return;
            }
            match answer {
                Err(_) if stopped => {}
                Ok(tail) => {
                    desk.heard(tail.now);
                    let nothing = tail.events.is_empty() && tail.snap.is_none();
                    take_tail(case, tail);
                    if nothing && !first && page::device_now() - began < TOO_FAST {
                        page::sleep(TOO_FAST as i32).await;
                    }
                    first = false;
                    tried = 0;
                }
                Err(Fail::Refused(refusal)) if refusal.fault == Fault::Missing => {
                    return case.trouble.set(Some(Trouble::Missing));
                }
                Err(Fail::Refused(refusal)) if refusal.fault == Fault::Denied => {
                    return case.trouble.set(Some(Trouble::Denied));
                }
                Err(fail) => {
                    if !failed(desk, &fail) {
                        return;
                    }
                    pause(tried).await;
                    tried += 1;
                }
            }
        }
    });
}

/// Takes what the link brought, in order and without a hole: what is missing a poll brings.
fn take_live(desk: Desk, case: Opened) {
    while let Some((_, tail)) = here().tail() {
        let Ok(tail) = Tail::get(&tail) else { continue };
        let top = case.replica.with_untracked(Replica::top);
        if tail.snap.is_some() || tail.events.first().is_none_or(|first| first.o <= top + 1) {
            desk.heard(tail.now);
            take_tail(case, tail);
        }
    }
}

fn events_path(case: &Opened) -> String {
    let mut path = String::from("/v1/cases/");
    case.id.with_value(|id| path.push_str(id));
    path.push_str("/events");
    path
}

fn take_tail(case: Opened, tail: Tail) {
    let before = case.epoch.get_untracked();
    if before != tail.epoch {
        case.epoch.set(tail.epoch.clone());
        if !before.is_empty() {
            // Another history: what was shown is not what the server has any more.
            case.log.set(Vec::new());
            case.since.set(0);
            let pending = case.replica.with_untracked(|r| r.pending().to_vec());
            let mut fresh = Replica::default();
            pending.into_iter().for_each(|e| fresh.write(e));
            return case.replica.set(fresh);
        }
    }
    if let Some(snap) = tail.snap {
        case.log.set(Vec::new());
        case.since.set(snap.top);
        fetch_recent(case, snap.top);
        case.replica.update(|r| r.receive_snapshot(*snap));
    }
    if !tail.events.is_empty() {
        case.log.update(|log| {
            for stored in &tail.events {
                if log.last().is_none_or(|last| last.o < stored.o) {
                    log.push(stored.clone());
                }
            }
        });
        case.replica.update(|r| tail.events.into_iter().for_each(|s| r.receive(s)));
        case.keep();
    }
    if !case.known.get_untracked() {
        case.known.set(true);
    }
    if case.trouble.get_untracked().is_some() {
        case.trouble.set(None);
    }
}

/// After a snapshot the timeline would begin empty: asks for as many events before it as the
/// server gives.
fn fetch_recent(case: Opened, top: u64) {
    spawn_local(async move {
        let mut path = events_path(&case);
        path.push_str("?after=");
        put_int(top.saturating_sub(RECENT) as i64, &mut path);
        path.push_str("&wait=0");
        let Ok(tail) = Call::default().get::<Tail>(&path).await else { return };
        let still = tail.snap.is_none() && case.since.get_untracked() == top;
        let older: Vec<_> = tail.events.into_iter().filter(|s| s.o <= top).collect();
        if let (true, Some(first)) = (still, older.first()) {
            case.since.set(first.o - 1);
            case.log.update(|log| log.splice(0..0, older).for_each(drop));
        }
    });
}

/// Says something in a case.
pub fn say(desk: Desk, case: Opened, event: Event) {
    case.write(event);
    flush(desk, case);
}

/// Sends what is on its way in a case, until it is there or refused.
pub fn flush(desk: Desk, case: Opened) {
    if case.sending.get_untracked() {
        return;
    }
    case.sending.set(true);
    spawn_local(async move {
        let session = desk.session.get_untracked();
        let mut tried = 0;
        while desk.session.get_untracked() == session {
            let Some(events) = next_batch(case) else { break };
            let body = to_json(&Batch { sent: page::device_now(), events });
            match Call::default().post::<Answers>(&events_path(&case), &body).await {
                Ok(answers) => {
                    desk.heard(answers.now);
                    if settle(case, &answers.answers) {
                        tried = 0;
                    } else {
                        pause(tried).await;
                        tried += 1;
                    }
                }
                Err(fail) => {
                    if !failed(desk, &fail) {
                        break;
                    }
                    pause(tried).await;
                    tried += 1;
                }
            }
        }
        case.sending.set(false);
        // Something may have been written between the last look and the flag.
        if next_batch(case).is_some() && matches!(desk.who.get_untracked(), Who::Agent(_)) {
            flush(desk, case);
        }
    });
}

/// The next events of one device, in order.
fn next_batch(case: Opened) -> Option<Vec<case::Envelope>> {
    case.replica.with_untracked(|r| {
        let device = &r.pending().first()?.d;
        let mine = r.pending().iter().filter(|e| e.d == *device);
        Some(mine.take(message::MAX_BATCH).cloned().collect())
    })
}

/// Takes the server's answers; whether it is worth to go on at once.
fn settle(case: Opened, answers: &[message::Answer]) -> bool {
    case.replica.update(|r| answers.iter().for_each(|a| r.answer(a)));
    case.keep();
    if answers.iter().any(|a| a.verdict == Verdict::Gap) {
        case.renumber();
    }
    // Renumbered events are tried again after a pause: a case that the server does not know
    // answers with a gap for ever.
    !answers.is_empty()
        && answers.iter().all(|a| !matches!(a.verdict, Verdict::Busy | Verdict::Gap))
}
