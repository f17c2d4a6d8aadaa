//! The desk: making agents, logging in and out, the live list of cases.

use super::cases::From;
use super::error::{Refused, json, refuse};
use super::guard;
use crate::app::{App, Shared};
use crate::passwords;
use crate::store::{Enrolled, IDLE_MS};
use crate::token::{self, Hash};
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use case::message::{Fault, Login, Me, Rows};
use std::time::Duration;

/// Characters of an agent's name.
const MAX_NAME: usize = 40;
/// Milliseconds that a colleague's invitation lasts.
const INVITE_MS: i64 = 3 * 24 * 3600 * 1000;

async fn login_body(body: Body) -> Result<Login, Refused> {
    let body = guard::body(body, guard::SMALL).await?;
    // serde's message could quote what was typed; a password does not belong into a log.
    let mut login: Login =
        serde_json::from_slice(&body).map_err(|_| refuse(Fault::Bad, "not readable"))?;
    login.name = login.name.trim().to_string();
    Ok(login)
}

/// `POST /v1/desk/setup`: a new agent by a one-time token, logged in at once.
pub async fn setup(
    State(app): State<Shared>,
    parts: Parts,
    body: Body,
) -> Result<Response, Refused> {
    let ip = guard::client(&parts).0;
    app.limits.trusted(ip)?;
    let login = login_body(body).await?;
    app.limits.login(ip, "")?;
    let name_fits = (1..=MAX_NAME).contains(&login.name.chars().count())
        && !login.name.chars().any(char::is_control);
    if !name_fits {
        return Err(refuse(Fault::Bad, "a name has 1 to 40 characters"));
    }
    passwords::acceptable(&login.name, &login.password).map_err(|why| refuse(Fault::Bad, why))?;
    let hash = passwords::hash(login.password)
        .await
        .ok_or_else(|| refuse(Fault::Storage, "the password cannot be hashed"))?;
    let token = Hash(token::sha256(login.token.as_bytes()));
    let now = token::now_ms();
    match app.store.enrol(token, &login.name, &hash, now).await? {
        Enrolled::Yes => begin(&app, &login.name, now).await,
        Enrolled::Taken => {
            Err(refuse(Fault::Bad, "this name is taken").status(StatusCode::CONFLICT))
        }
        Enrolled::Expired => {
            app.limits.failed(ip);
            Err(refuse(Fault::Expired, "wrong, used or too old"))
        }
    }
}

/// `POST /v1/desk/login`: an unknown name and a wrong password are one answer.
pub async fn login(
    State(app): State<Shared>,
    parts: Parts,
    body: Body,
) -> Result<Response, Refused> {
    let ip = guard::client(&parts).0;
    let login = login_body(body).await?;
    app.limits.login(ip, &login.name)?;
    let short = login.password.chars().count() <= passwords::MAX;
    let stored = app.store.password(&login.name).await?;
    if !short || !passwords::verify(stored, login.password).await {
        return Err(refuse(Fault::Denied, "name or password is wrong"));
    }
    begin(&app, &login.name, token::now_ms()).await
}

async fn begin(app: &App, name: &str, now: i64) -> Result<Response, Refused> {
    let (token, hash) = token::mint();
    app.store.session_begin(hash, name, now).await?;
    let me = Me { name: name.into(), now };
    Ok(with_cookie(app, &token, IDLE_MS / 1000, json(&me)))
}

fn with_cookie(app: &App, token: &str, seconds: i64, mut response: Response) -> Response {
    let secure = if app.config.tls { "; Secure" } else { "" };
    let cookie = format!(
        "{}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}",
        guard::cookie_name(app)
    );
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// `POST /v1/desk/logout`
pub async fn logout(State(app): State<Shared>, parts: Parts) -> Result<Response, Refused> {
    if let Ok((_, session)) = guard::agent(&app, &parts).await {
        app.store.session_end(session).await?;
        app.links.expel_session(&session.0);
    }
    let done = StatusCode::NO_CONTENT.into_response();
    Ok(with_cookie(&app, "", 0, done))
}

/// `GET /v1/desk/me`: who is logged in; also moves the cookie's idle limit on.
pub async fn me(State(app): State<Shared>, parts: Parts) -> Result<Response, Refused> {
    let (name, _) = guard::agent(&app, &parts).await?;
    let now = token::now_ms();
    let response = json(&Me { name, now });
    let kept = parts
        .headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == guard::cookie_name(&app));
    Ok(match kept {
        Some((_, token)) => with_cookie(&app, token, IDLE_MS / 1000, response),
        None => response,
    })
}

/// `POST /v1/desk/invite`: a one-time token that makes a colleague an agent.
pub async fn invite(State(app): State<Shared>, parts: Parts) -> Result<Response, Refused> {
    let (_, session) = guard::agent(&app, &parts).await?;
    app.limits.batch(&session, 1)?;
    let (token, hash) = token::mint();
    let expires = token::now_ms() + INVITE_MS;
    app.store.enrol_token(hash, false, expires).await?;
    let body = serde_json::json!({ "token": token, "expires": expires });
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, body.to_string()).into_response())
}

/// `GET /v1/desk/cases`: lines that changed, at once or when one does.
pub async fn cases(
    State(app): State<Shared>,
    query: Result<Query<From>, QueryRejection>,
    parts: Parts,
) -> Result<Response, Refused> {
    let Query(from) = query.map_err(|e| refuse(Fault::Bad, e.body_text()))?;
    let (_, session) = guard::agent(&app, &parts).await?;
    app.limits.read(&session)?;
    let mut waiting = app
        .hub
        .wait_list(Duration::from_secs(from.wait))
        .ok_or_else(|| refuse(Fault::Slow, "too many wait").after(5))?;
    loop {
        let (seq, mut rows) = app.store.rows(from.after).await?;
        if !rows.is_empty() || from.wait == 0 || !waiting.next().await {
            for row in &mut rows {
                row.heard = row.heard.max(app.hub.heard(&row.case));
            }
            let now = token::now_ms();
            return Ok(json(&Rows { now, seq, rows }));
        }
    }
}
