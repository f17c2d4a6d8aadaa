//! Who asks: the client's address, a device's token, an agent's session, and whether a browser
//! sends this from our own page.

use super::error::{Refused, refuse};
use crate::app::{App, Shared};
use crate::limits::prefix;
use crate::live::room::Person;
use crate::store::{Access, IDLE_MS};
use crate::token::{self, Hash};
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use case::event::Role;
use case::message::Fault;
use serde::de::DeserializeOwned;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

/// Time for a whole body to come; a phone at 20 kbit/s sends 256 KiB in less.
const BODY_TIME: Duration = Duration::from_secs(120);
/// Bytes of a small body.
pub const SMALL: usize = 4096;
/// A session is noted as used again after this, milliseconds.
const SEEN_MS: i64 = 5 * 60 * 1000;

/// The client's network, put into every request of the API.
#[derive(Clone, Copy, Debug)]
pub struct Client(pub IpAddr);

/// Who has a right to a case.
#[derive(Clone, Debug)]
pub enum Who {
    /// A device of the driver, by its token. Whether it opens this case the store says.
    Driver(Hash),
    /// A logged-in agent and their session.
    Agent(String, Hash),
    /// Somebody with a read-only link; only [`reader`] finds that out.
    Guest(Hash),
}

/// What holds for every request of the API.
pub async fn every(State(app): State<Shared>, mut request: Request, next: Next) -> Response {
    let client = Client(prefix(address(&app, &request)));
    if let Err(too_fast) = app.limits.request(client.0) {
        return Refused::from(too_fast).into_response();
    }
    let unsafe_method = !matches!(*request.method(), Method::GET | Method::HEAD);
    if unsafe_method && from_elsewhere(request.headers()) {
        return refuse(Fault::Denied, "sent by another site's page").into_response();
    }
    request.extensions_mut().insert(client);
    next.run(request).await
}

fn address(app: &App, request: &Request) -> IpAddr {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |info| info.0.ip());
    if !app.config.behind_proxy {
        return peer;
    }
    // The last hop is the one our own proxy wrote; the ones before anybody can invent.
    request
        .headers()
        .get_all("x-forwarded-for")
        .iter()
        .next_back()
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.rsplit(',').next())
        .and_then(|v| v.trim().parse().ok())
        .unwrap_or(peer)
}

/// Whether a browser says that another origin's page sends this (Fetch Metadata, then `Origin`).
fn from_elsewhere(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    match text("origin") {
        None => false,
        Some(origin) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            host.is_none() || host != text("host")
        }
    }
}

/// Whether the page that opens a socket is ours. Browsers name the origin of every one, and nothing
/// else about it that all of them agree on; `None` when it is not named, as by apps.
pub fn own_socket(headers: &HeaderMap) -> Option<bool> {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    let origin = headers.get(header::ORIGIN)?;
    let host = origin.to_str().ok().and_then(|o| o.split_once("://")).map(|(_, host)| host);
    Some(host.is_some() && host == text("host"))
}

/// Whether a browser says at all where this comes from.
fn says_where_from(headers: &HeaderMap) -> bool {
    headers.contains_key("sec-fetch-site") || headers.contains_key(header::ORIGIN)
}

/// The client of a request that went through [`every`].
pub fn client(parts: &Parts) -> Client {
    let localhost = Client(IpAddr::V4(Ipv4Addr::LOCALHOST));
    parts.extensions.get().copied().unwrap_or(localhost)
}

/// Who asks. What has not the form of a token is refused, and counted.
pub async fn who(app: &App, parts: &Parts) -> Result<Who, Refused> {
    let ip = client(parts).0;
    app.limits.trusted(ip)?;
    let unknown =
        || refuse(Fault::Denied, "no token and no session").status(StatusCode::UNAUTHORIZED);
    if let Some(value) = parts.headers.get(header::AUTHORIZATION) {
        let token = value.to_str().ok().and_then(|v| v.strip_prefix("Bearer "));
        let hash = token.and_then(Hash::of);
        return hash.map(Who::Driver).ok_or_else(|| {
            app.limits.failed(ip);
            unknown()
        });
    }
    let Some(session) = cookie(app, &parts.headers) else {
        return Err(unknown());
    };
    let unsafe_method = !matches!(parts.method, Method::GET | Method::HEAD);
    if unsafe_method && !says_where_from(&parts.headers) {
        return Err(refuse(Fault::Denied, "a cookie without Origin"));
    }
    let now = token::now_ms();
    match app.store.session(&session, now).await? {
        Some((name, seen)) => {
            if now - seen > SEEN_MS {
                app.store.session_seen(session, now).await?;
            }
            Ok(Who::Agent(name, session))
        }
        // Not counted: a desk left open over night asks with an old cookie, and nobody guesses one.
        None => Err(unknown()),
    }
}

impl Who {
    /// What stays the same over all they send.
    pub fn key(&self) -> Hash {
        let (Who::Driver(key) | Who::Agent(_, key) | Who::Guest(key)) = self;
        *key
    }

    /// As others in the case see them; `d` is the device as it names itself.
    pub fn person(&self, d: &str) -> Person {
        let (by, who) = match self {
            Who::Agent(name, _) => (Role::Agent, name.clone()),
            _ => (Role::Driver, String::new()),
        };
        let d = if case::id::is_uuid(d) { d.into() } else { String::new() };
        Person { key: self.key().0, by, who, d, guest: matches!(self, Who::Guest(_)) }
    }

    /// Whether they still may read a case that they may have been reading for long.
    pub async fn still(&self, app: &App, case: &str) -> bool {
        let now = token::now_ms();
        match self {
            // A device stays in its case.
            Who::Driver(_) => true,
            Who::Guest(key) => {
                let access = app.store.access(case, key, now).await;
                !matches!(access, Ok(Access::Denied | Access::Missing))
            }
            Who::Agent(_, session) => match app.store.session(session, now).await {
                Ok(Some((_, seen))) if now - seen > SEEN_MS => {
                    app.store.session_seen(*session, now).await.is_ok() || now - seen < IDLE_MS
                }
                Ok(None) => false,
                _ => true,
            },
        }
    }
}

/// The agent who asks.
pub async fn agent(app: &App, parts: &Parts) -> Result<(String, Hash), Refused> {
    match who(app, parts).await? {
        Who::Agent(name, session) => Ok((name, session)),
        _ => Err(refuse(Fault::Denied, "for agents")),
    }
}

/// Whether who asks may read this case: its devices, every agent, and who has a read-only link.
pub async fn reader(app: &App, parts: &Parts, case: &str) -> Result<Who, Refused> {
    if !case::id::is_uuid(case) {
        return Err(refuse(Fault::Missing, "not a case id"));
    }
    let who = who(app, parts).await?;
    if let Who::Driver(key) = &who {
        return match app.store.access(case, key, token::now_ms()).await? {
            Access::Granted => Ok(who),
            Access::Reads => Ok(Who::Guest(*key)),
            // Not counted: a phone may know a case that a restored server does not.
            Access::Missing => Err(refuse(Fault::Missing, "no such case")),
            Access::Denied => {
                app.limits.failed(client(parts).0);
                Err(refuse(Fault::Denied, "this token does not open this case"))
            }
        };
    }
    Ok(who)
}

/// As [`reader()`], but only for devices of the driver: the token's hash.
pub async fn device(app: &App, parts: &Parts, case: &str) -> Result<Hash, Refused> {
    match reader(app, parts, case).await? {
        Who::Driver(device) => Ok(device),
        _ => Err(refuse(Fault::Denied, "for devices of the driver")),
    }
}

/// A small body, read.
pub async fn small<T: DeserializeOwned>(from: Body) -> Result<T, Refused> {
    let bytes = body(from, SMALL).await?;
    serde_json::from_slice(&bytes).map_err(|e| refuse(Fault::Bad, e.to_string()))
}

/// The whole body, if it is within a limit and comes in time.
pub async fn body(body: Body, max: usize) -> Result<Bytes, Refused> {
    let read = axum::body::to_bytes(body, max);
    match tokio::time::timeout(BODY_TIME, read).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) => {
            let inner = std::error::Error::source(&error);
            match inner.is_some_and(|e| e.is::<http_body_util::LengthLimitError>()) {
                true => Err(refuse(Fault::TooLarge, format!("more than {max} bytes"))),
                false => Err(refuse(Fault::Bad, "the body broke off")),
            }
        }
        Err(_) => {
            let why = "the body took too long";
            Err(refuse(Fault::Bad, why).status(StatusCode::REQUEST_TIMEOUT))
        }
    }
}

/// Name of the session's cookie. `__Host-` needs `Secure`, which plain HTTP on this machine lacks.
pub fn cookie_name(app: &App) -> &'static str {
    match app.config.tls {
        true => "__Host-nightwatch",
        false => "nightwatch",
    }
}

pub(super) fn cookie(app: &App, headers: &HeaderMap) -> Option<Hash> {
    let name = cookie_name(app);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .and_then(|(_, value)| Hash::of(value))
}
