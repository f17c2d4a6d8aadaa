//! One-time invitations: the car's screen lets the phone in, by a token that works once.

use super::error::{Refused, refuse};
use super::guard;
use crate::app::Shared;
use crate::token::{self, Hash};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use case::message::{Fault, Invite, Join};

fn read_hash(hex: &str) -> Result<Hash, Refused> {
    Hash::from_hex(hex).ok_or_else(|| refuse(Fault::Bad, "hash: not a SHA-256 in hexadecimal"))
}

/// `POST /v1/cases/{case}/invites`
pub async fn invite(
    State(app): State<Shared>,
    Path(case): Path<String>,
    parts: Parts,
    body: Body,
) -> Result<StatusCode, Refused> {
    let device = guard::device(&app, &parts, &case).await?;
    app.limits.batch(&device, 1)?;
    let Invite { hash } = guard::small(body).await?;
    let hash = read_hash(&hash)?;
    match app.store.invite(&case, hash, token::now_ms()).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(refuse(Fault::Slow, "too many invitations wait").after(600)),
    }
}

/// `POST /v1/cases/{case}/readers`: a link for a relative, who may read and nothing else.
pub async fn reader(
    State(app): State<Shared>,
    Path(case): Path<String>,
    parts: Parts,
    body: Body,
) -> Result<StatusCode, Refused> {
    let device = guard::device(&app, &parts, &case).await?;
    app.limits.batch(&device, 1)?;
    let Invite { hash } = guard::small(body).await?;
    let hash = read_hash(&hash)?;
    match app.store.reader(&case, hash, token::now_ms()).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(refuse(Fault::Slow, "too many links").after(600)),
    }
}

/// `DELETE /v1/cases/{case}/readers`: no link of a relative works any more.
pub async fn readers_end(
    State(app): State<Shared>,
    Path(case): Path<String>,
    parts: Parts,
) -> Result<StatusCode, Refused> {
    let device = guard::device(&app, &parts, &case).await?;
    app.limits.batch(&device, 1)?;
    app.store.readers_end(&case).await?;
    app.links.expel(&case, |person| person.guest);
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /v1/join`: wrong, used and old are one answer, found out by one statement.
pub async fn join(
    State(app): State<Shared>,
    parts: Parts,
    body: Body,
) -> Result<StatusCode, Refused> {
    let ip = guard::client(&parts).0;
    app.limits.trusted(ip)?;
    let join: Join = guard::small(body).await?;
    let device = read_hash(&join.hash)?;
    // A text that is no token hashes like one, so that it takes the same way.
    let invite = Hash(token::sha256(join.invite.as_bytes()));
    let now = token::now_ms();
    match app.store.join(&join.case, invite, device, now).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => {
            app.limits.failed(ip);
            Err(refuse(Fault::Expired, "wrong, used or too old"))
        }
    }
}
