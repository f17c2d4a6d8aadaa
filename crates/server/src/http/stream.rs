//! `GET /v1/cases/{case}/stream` and `POST /v1/cases/{case}/signals`: the live link where sockets
//! are blocked. The same messages as there; events are sent by `POST …/events`.

use super::error::{Refused, json, refuse};
use super::guard::{self, Who};
use crate::app::Shared;
use crate::limits::Socket;
use crate::live::seat::{Say, Seat, bye, refused};
use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use case::live::{BEAT, Close, Down, MAX_FRAME, MAX_SIGNALS, Relayed, Signal};
use case::message::Fault;
use case::wire::{Bad, Get as _, Node as _, to_json};
use serde::Deserialize;
use serde_json::Value;
use std::convert::Infallible;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::{Instant, Interval, MissedTickBehavior};

/// How often those who are connected are asked again whether they may.
const CHECK: Duration = Duration::from_secs(60);
/// Proxies end what is silent for longer.
const COMMENT: Duration = Duration::from_secs(15);

pub(super) fn check() -> Interval {
    let mut check = tokio::time::interval_at(Instant::now() + CHECK, CHECK);
    check.set_missed_tick_behavior(MissedTickBehavior::Delay);
    check
}

/// Query of a stream.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct From {
    after: u64,
    epoch: String,
    d: String,
}

struct Flow {
    app: Shared,
    who: Who,
    case: String,
    seat: Option<Seat>,
    welcome: Option<Down>,
    check: Interval,
    _place: Socket,
}

/// Opens the stream.
pub async fn stream(
    State(app): State<Shared>,
    Path(case): Path<String>,
    query: Result<Query<From>, QueryRejection>,
    parts: Parts,
) -> Result<Response, Refused> {
    let Query(from) = query.map_err(|e| refuse(Fault::Bad, e.body_text()))?;
    let who = guard::reader(&app, &parts, &case).await?;
    app.limits.read(&who.key())?;
    let place = app.limits.socket(guard::client(&parts).0)?;
    let person = who.person(&from.d);
    let (seat, welcome) = match Seat::take(&app, &case, person, from.after, &from.epoch).await {
        Ok(seat) => {
            let (now, conn) = (app.links.now(), seat.conn());
            (Some(seat), Down::Welcome { now, beat: BEAT, conn })
        }
        // Said as in a socket, so that there is one way to understand it.
        Err(bye) => (None, *bye),
    };
    let (check, welcome) = (check(), Some(welcome));
    let flow = Flow { app, who, case, seat, welcome, check, _place: place };
    let body = Body::from_stream(futures_util::stream::unfold(flow, |mut flow| async {
        let text = flow.next().await?;
        Some((Ok::<_, Infallible>(text), flow))
    }));
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, body).into_response())
}

impl Flow {
    /// The next piece of the stream; `None` at its end.
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(welcome) = self.welcome.take() {
            return Some(event(to_json(&welcome).as_bytes()));
        }
        let seat = self.seat.as_mut()?;
        let say = loop {
            break tokio::select! {
                say = seat.next(&*self.app.store) => say,
                () = tokio::time::sleep(COMMENT) => return Some(Bytes::from_static(b":\n\n")),
                _ = self.check.tick() => match self.who.still(&self.app, &self.case).await {
                    true => continue,
                    false => Say::Bye(bye(Close::Denied, "no longer")),
                },
            };
        };
        Some(match say {
            Say::Body(body) => event(&body),
            Say::Bye(bye) => {
                self.seat = None;
                event(to_json(&*bye).as_bytes())
            }
        })
    }
}

/// JSON has no line breaks outside of texts, and there they are escaped.
fn event(json: &[u8]) -> Bytes {
    Bytes::from([b"data: ", json, b"\n\n"].concat())
}

/// Takes signals of somebody who has a stream open.
pub async fn signals(
    State(app): State<Shared>,
    Path(case): Path<String>,
    parts: Parts,
    body: Body,
) -> Result<Response, Refused> {
    let who = guard::reader(&app, &parts, &case).await?;
    let body = guard::body(body, MAX_FRAME).await?;
    let value: Value =
        serde_json::from_slice(&body).map_err(|e| refuse(Fault::Bad, format!("not JSON: {e}")))?;
    let conn = value.get("conn").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
    let conn = conn.ok_or_else(|| refuse(Fault::Bad, "conn is missing"))?;
    let none = Vec::new();
    let signals = value.get("signals").and_then(Value::as_array).unwrap_or(&none);
    if signals.len() > MAX_SIGNALS {
        return Err(refuse(Fault::TooLarge, format!("more than {MAX_SIGNALS} signals")));
    }
    let key = who.key().0;
    app.limits.messages(&key, signals.len())?;
    if matches!(who, Who::Driver(_)) {
        app.hub.hear(&case, crate::token::now_ms());
    }
    let links = &app.links;
    let no = links.find(&case, |room, now| {
        if !room.is(conn, &key) {
            return None;
        }
        room.hear(conn, now);
        let mut no = Vec::new();
        for value in signals {
            match Signal::get(value) {
                Ok(signal) => {
                    if let Err((fault, why)) = room.signal(conn, &signal, now) {
                        no.push(refused(links, signal.tag(), fault, why));
                    }
                }
                // Of a newer client.
                Err(Bad("t")) if value.field("t").and_then(|t| t.text()).is_some() => {}
                Err(why) => {
                    links.counts.bad.fetch_add(1, Ordering::Relaxed);
                    no.push(refused(links, "", Fault::Bad, &why.to_string()));
                }
            }
        }
        Some(no)
    });
    match no.flatten() {
        Some(no) => Ok(json(&Relayed { now: links.now(), no })),
        None => Err(refuse(Fault::Missing, "no such stream of yours is open")),
    }
}
