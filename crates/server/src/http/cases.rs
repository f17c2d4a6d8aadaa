//! `POST` and `GET /v1/cases/{case}/events`: a case's log, in and out.

use super::error::{Refused, json, refuse};
use super::guard::{self, Who};
use crate::app::{App, Shared};
use crate::store::check::incoming;
use crate::store::{Append, Appended, Author, Incoming};
use crate::token;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::request::Parts;
use axum::response::Response;
use case::event::Event;
use case::message::{Answers, Fault, MAX_BATCH, MAX_BODY, Tail};
use serde::Deserialize;
use serde_json::Value;
use std::net::IpAddr;
use std::time::Duration;

/// Clocks that differ by less agree, milliseconds.
const SAME_CLOCK_MS: i64 = 5000;

/// Takes a batch.
pub async fn append(
    State(app): State<Shared>,
    Path(case): Path<String>,
    parts: Parts,
    body: Body,
) -> Result<Response, Refused> {
    if !case::id::is_uuid(&case) {
        return Err(refuse(Fault::Missing, "not a case id"));
    }
    let who = guard::who(&app, &parts).await?;
    let client = guard::client(&parts);
    let body = guard::body(body, MAX_BODY).await?;
    let value =
        serde_json::from_slice(&body).map_err(|e| refuse(Fault::Bad, format!("not JSON: {e}")))?;
    app.links.heard(&case, &who.key().0);
    Ok(json(&take(&app, &who, client.0, case, &value).await?))
}

/// Takes a batch that came one way or another; the answers are given after it is on disk.
pub(super) async fn take(
    app: &App,
    who: &Who,
    ip: IpAddr,
    case: String,
    value: &Value,
) -> Result<Answers, Refused> {
    let now = token::now_ms();
    let (skew, events) = batch(value, now)?;
    let author = match who {
        Who::Driver(token) => {
            app.limits.batch(token, events.len())?;
            if begins(&events) {
                app.limits.new_case(ip)?;
            }
            Author::Driver(*token)
        }
        Who::Agent(name, session) => {
            app.limits.batch(session, events.len())?;
            Author::Agent(name.clone())
        }
        Who::Guest(_) => return Err(refuse(Fault::Denied, "a read-only link")),
    };
    let appended =
        app.store.append(Append { case, author, now, skew, demo: false, events }).await?;
    match appended {
        Appended::Answers { epoch, answers } => {
            Ok(Answers { now: token::now_ms(), epoch, answers })
        }
        Appended::Denied => {
            app.limits.failed(ip);
            Err(refuse(Fault::Denied, "this token does not open this case"))
        }
        Appended::Missing => Err(refuse(Fault::Missing, "no such case")),
    }
}

/// Reads a batch element by element, so that one bad event does not take the others along.
fn batch(value: &Value, now: i64) -> Result<(i64, Vec<Incoming>), Refused> {
    let bad = |why: &str| refuse(Fault::Bad, why);
    let sent = value.get("sent").and_then(Value::as_i64);
    let sent = sent.ok_or_else(|| bad("sent is missing"))?;
    let events = value.get("events").and_then(Value::as_array);
    let events = events.ok_or_else(|| bad("events is missing"))?;
    if events.len() > MAX_BATCH {
        return Err(refuse(Fault::TooLarge, format!("more than {MAX_BATCH} events")));
    }
    Ok((skew(now, sent), events.iter().map(incoming).collect()))
}

/// Milliseconds to add to the sender's times, in whole seconds; transit time is not a difference.
fn skew(now: i64, sent: i64) -> i64 {
    let skew = now.saturating_sub(sent);
    match skew.saturating_abs() < SAME_CLOCK_MS {
        true => 0,
        // Larger than any integer on the wire means that the sender's clock says nothing.
        false if skew.saturating_abs() > 1 << 52 => 0,
        false => (skew + 500).div_euclid(1000) * 1000,
    }
}

fn begins(events: &[Incoming]) -> bool {
    let first = match events.first() {
        Some(Incoming::Fine(e)) => e.b.event(),
        _ => None,
    };
    matches!(first, Some(Event::Opened { .. }))
}

/// Query of a read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct From {
    pub(super) after: u64,
    pub(super) wait: u64,
}

/// Gives the log after an offset, at once or when there is more.
pub async fn read(
    State(app): State<Shared>,
    Path(case): Path<String>,
    query: Result<Query<From>, QueryRejection>,
    parts: Parts,
) -> Result<Response, Refused> {
    let Query(from) = query.map_err(|e| refuse(Fault::Bad, e.body_text()))?;
    let who = guard::reader(&app, &parts, &case).await?;
    app.limits.read(&who.key())?;
    app.links.heard(&case, &who.key().0);
    // Waiting begins before reading: a commit in between is not missed.
    let wait = Duration::from_secs(from.wait);
    let mut waiting = app
        .hub
        .wait_case(&case, wait)
        .ok_or_else(|| refuse(Fault::Slow, "too many wait").after(5))?;
    loop {
        if matches!(who, Who::Driver(_)) {
            app.hub.hear(&case, token::now_ms());
        }
        let slice = app.store.slice(&case, from.after).await?;
        let slice = slice.ok_or_else(|| refuse(Fault::Missing, "no such case"))?;
        let news = slice.snap.is_some() || !slice.events.is_empty();
        if news || from.wait == 0 || !waiting.next().await {
            return Ok(json(&Tail {
                now: token::now_ms(),
                epoch: slice.epoch,
                top: slice.top,
                snap: slice.snap.map(Box::new),
                events: slice.events,
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::skew;

    #[test]
    fn small_differences_are_none_and_large_ones_are_whole_seconds() {
        assert_eq!(skew(10_000, 5_001), 0);
        assert_eq!(skew(10_000, 14_999), 0);
        assert_eq!(skew(10_000, 4_600), 5_000);
        assert_eq!(skew(0, 86_400_499), -86_400_000);
        assert_eq!(skew(0, i64::MIN), 0);
        assert_eq!(skew(i64::MAX, -5), 0);
    }
}
