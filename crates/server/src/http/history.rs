//! What an agent's desk reads besides the live case: the whole log page by page, for the transcript
//! and the replay, and who the colleagues are.

use super::cases::From;
use super::error::{Refused, json, refuse};
use super::guard;
use crate::app::Shared;
use crate::token;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::request::Parts;
use axum::response::Response;
use case::message::{Fault, Page, People};

/// `GET /v1/cases/{case}/log`: for agents; never a snapshot in place of events.
pub async fn log(
    State(app): State<Shared>,
    Path(case): Path<String>,
    query: Result<Query<From>, QueryRejection>,
    parts: Parts,
) -> Result<Response, Refused> {
    let Query(from) = query.map_err(|e| refuse(Fault::Bad, e.body_text()))?;
    let (_, session) = guard::agent(&app, &parts).await?;
    app.limits.read(&session)?;
    let page = app.store.page(&case, from.after).await?;
    let page = page.ok_or_else(|| refuse(Fault::Missing, "no such case"))?;
    Ok(json(&Page { epoch: page.epoch, top: page.top, events: page.events }))
}

/// `GET /v1/desk/people`: every agent, and who is logged in.
pub async fn people(State(app): State<Shared>, parts: Parts) -> Result<Response, Refused> {
    let (_, session) = guard::agent(&app, &parts).await?;
    app.limits.read(&session)?;
    let now = token::now_ms();
    Ok(json(&People { now, people: app.store.people(now).await? }))
}
