//! The six digits that the driver reads over the phone: `crate::codes` over HTTP.

use super::error::{Refused, json, refuse};
use super::guard;
use crate::app::Shared;
use crate::codes::Found;
use crate::token;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::request::Parts;
use axum::response::Response;
use case::message::{Code, Fault, Opens};

/// `POST /v1/cases/{case}/code`
pub async fn show(
    State(app): State<Shared>,
    Path(case): Path<String>,
    parts: Parts,
) -> Result<Response, Refused> {
    let device = guard::device(&app, &parts, &case).await?;
    app.limits.batch(&device, 1)?;
    match app.codes.show(&case, token::now_ms()) {
        Some((code, until)) => Ok(json(&Code { code, until })),
        None => Err(refuse(Fault::Slow, "too many codes").after(60)),
    }
}

/// `POST /v1/desk/code`
pub async fn take(
    State(app): State<Shared>,
    parts: Parts,
    body: Body,
) -> Result<Response, Refused> {
    let (name, session) = guard::agent(&app, &parts).await?;
    app.limits.batch(&session, 1)?;
    let Code { code, .. } = guard::small(body).await?;
    match app.codes.take(&name, &code, token::now_ms()) {
        Found::Case(case) => Ok(json(&Opens { case })),
        Found::Nothing => Err(refuse(Fault::Expired, "wrong, used or too old")),
        Found::Wait(after) => Err(refuse(Fault::Slow, "too many wrong codes").after(after)),
    }
}
