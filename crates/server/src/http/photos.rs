//! Photos over HTTP: `HEAD` says how much is here, `PUT` takes pieces, `GET` gives the picture.

use super::error::{Refused, refuse};
use super::guard::{self, Who};
use crate::app::{App, Shared};
use crate::photos::Failed;
use crate::photos::picture::Unfit;
use crate::photos::ranges::Ranges;
use crate::store::PhotoRow;
use crate::store::check::MAX_PHOTO;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use case::message::Fault;
use vision::header::{NotAPhoto, probe};

/// `HEAD`: `Upload-Offset` is the length of what is here without a gap; `Upload-Complete` is `?1`
/// when the picture is ready.
pub async fn stored(
    State(app): State<Shared>,
    Path((case, sha)): Path<(String, String)>,
    parts: Parts,
) -> Result<Response, Refused> {
    let who = guard::reader(&app, &parts, &case).await?;
    name(&sha)?;
    let (Who::Driver(key) | Who::Agent(_, key) | Who::Guest(key)) = &who;
    app.limits.piece(key)?;
    let mut row = app.store.photo(&case, &sha).await?;
    let complete = |r: &PhotoRow| !r.done && Ranges::parse(&r.have).prefix() == r.size;
    if row.as_ref().is_some_and(complete) {
        // Everything came, but the last step failed then: whoever asks would have nothing to send.
        let _turn = app.photos.turn(&case, &sha).await;
        row = app.store.photo(&case, &sha).await?;
        if let Some(size) = row.as_ref().filter(|r| complete(r)).map(|r| r.size) {
            match app.photos.finish(&*app.store, &case, &sha, size).await {
                Err(Failed::Store(error)) => return Err(error.into()),
                Err(Failed::Busy) => return Err(busy()),
                // Forgotten: sent again, the answer to the last piece says why.
                Ok(()) | Err(Failed::Hash | Failed::Unfit(_)) => {}
            }
            row = app.store.photo(&case, &sha).await?;
        }
    }
    Ok(progress(row.as_ref(), StatusCode::OK))
}

fn busy() -> Refused {
    refuse(Fault::Slow, "too many photos at once").after(5)
}

fn progress(row: Option<&PhotoRow>, status: StatusCode) -> Response {
    let done = row.is_some_and(|r| r.done);
    let offset = row.map_or(0, |r| match r.done {
        true => r.size,
        false => Ranges::parse(&r.have).prefix(),
    });
    let headers = [
        ("upload-offset", offset.to_string()),
        ("upload-complete", if done { "?1" } else { "?0" }.to_string()),
        ("cache-control", "no-store".to_string()),
    ];
    (status, headers).into_response()
}

fn name(sha: &str) -> Result<(), Refused> {
    match case::id::is_sha256(sha) {
        true => Ok(()),
        false => Err(refuse(Fault::Missing, "not a SHA-256")),
    }
}

/// `PUT`: one piece, `Content-Range: bytes a-b/total`; none means the whole. Pieces may come in any
/// order, overlap and repeat. 202 when more is missing, 200 when the picture is ready.
pub async fn piece(
    State(app): State<Shared>,
    Path((case, sha)): Path<(String, String)>,
    parts: Parts,
    body: Body,
) -> Result<Response, Refused> {
    let device = guard::device(&app, &parts, &case).await?;
    name(&sha)?;
    app.limits.piece(&device)?;
    let range = range(&parts)?;
    let bytes = guard::body(body, MAX_PHOTO as usize).await?;
    let (at, total) = range.unwrap_or((0, bytes.len() as u64));
    let end = at + bytes.len() as u64;
    if total == 0 || total > MAX_PHOTO {
        return Err(refuse(Fault::TooLarge, "a photo has 1 byte to 12 MiB"));
    }
    if bytes.is_empty() || end > total {
        return Err(refuse(Fault::Bad, "the piece does not fit its range"));
    }
    // A bomb is recognised by its first piece, before the driver's data volume is spent on it.
    if at == 0
        && let Err(why) = probe(&bytes)
        && why != NotAPhoto::Short
    {
        let _turn = app.photos.turn(&case, &sha).await;
        app.photos.forget(&*app.store, &case, &sha).await?;
        return Err(unfit(Unfit::Header(why)));
    }
    take(&app, &case, &sha, at, total, bytes).await
}

async fn take(
    app: &App,
    case: &str,
    sha: &str,
    at: u64,
    total: u64,
    bytes: bytes::Bytes,
) -> Result<Response, Refused> {
    let _turn = app.photos.turn(case, sha).await;
    let row = app.store.photo(case, sha).await?;
    if let Some(row) = row.as_ref().filter(|r| r.done) {
        return Ok(progress(Some(row), StatusCode::OK));
    }
    let mut have = match row.filter(|r| r.size == total) {
        Some(row) => Ranges::parse(&row.have),
        // The first piece, or another idea of the size: from the beginning.
        None => Ranges::default(),
    };
    if !have.add(at, at + bytes.len() as u64) {
        return Err(refuse(Fault::Slow, "too scattered: send in order").after(1));
    }
    // Room in the case is asked for before bytes are written, the row tells of them afterwards.
    let known = app.store.photo(case, sha).await?;
    if known.is_none() && !app.store.photo_piece(case, sha, total, String::new()).await? {
        return Err(refuse(Fault::TooLarge, "the case has 60 photos"));
    }
    app.photos.write(case, sha, at, bytes).await?;
    let mut row = PhotoRow { size: total, have: have.text(), done: false };
    app.store.photo_piece(case, sha, total, row.have.clone()).await?;
    if have.prefix() < total {
        return Ok(progress(Some(&row), StatusCode::ACCEPTED));
    }
    match app.photos.finish(&*app.store, case, sha, total).await {
        Ok(()) => {
            row.done = true;
            Ok(progress(Some(&row), StatusCode::OK))
        }
        Err(Failed::Hash) => Err(refuse(Fault::Hash, "the bytes have another SHA-256")),
        Err(Failed::Unfit(why)) => Err(unfit(why)),
        Err(Failed::Store(error)) => Err(error.into()),
        Err(Failed::Busy) => Err(busy()),
    }
}

fn unfit(why: Unfit) -> Refused {
    let why = match why {
        Unfit::Header(NotAPhoto::TooLarge { width, height }) => {
            format!("{width} x {height} pixels are too many")
        }
        Unfit::Header(NotAPhoto::Format) => "not JPEG, PNG or WebP".into(),
        Unfit::Header(_) | Unfit::Broken => "a broken picture".into(),
    };
    refuse(Fault::NotAPhoto, why)
}

/// First byte and total of `Content-Range` (RFC 9110, 14.4); `None` without one.
fn range(parts: &Parts) -> Result<Option<(u64, u64)>, Refused> {
    let Some(value) = parts.headers.get(header::CONTENT_RANGE) else {
        return Ok(None);
    };
    let parsed = value.to_str().ok().and_then(|value| {
        let (range, total) = value.strip_prefix("bytes ")?.split_once('/')?;
        let (a, b) = range.split_once('-')?;
        let (a, b): (u64, u64) = (a.parse().ok()?, b.parse().ok()?);
        let total: u64 = total.parse().ok()?;
        (a <= b && b < total).then_some((a, total))
    });
    let why = "Content-Range: not `bytes a-b/total`";
    parsed.map(Some).ok_or_else(|| refuse(Fault::Bad, why))
}

/// `GET`: the picture, to devices of the case and to agents.
pub async fn show(
    State(app): State<Shared>,
    Path((case, sha)): Path<(String, String)>,
    parts: Parts,
) -> Result<Response, Refused> {
    let who = guard::reader(&app, &parts, &case).await?;
    name(&sha)?;
    let (Who::Driver(key) | Who::Agent(_, key) | Who::Guest(key)) = &who;
    app.limits.piece(key)?;
    let row = app.store.photo(&case, &sha).await?;
    if !row.is_some_and(|r| r.done) {
        return Err(refuse(Fault::Missing, "no such photo in this case"));
    }
    let bytes = app.photos.read(&sha).await?;
    let headers = [
        (header::CONTENT_TYPE, "image/jpeg"),
        (header::CACHE_CONTROL, "private, max-age=31536000, immutable"),
        (header::CONTENT_DISPOSITION, "inline; filename=\"photo.jpg\""),
    ];
    Ok((headers, bytes).into_response())
}
