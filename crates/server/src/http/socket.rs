//! `GET /v1/live`: a case's live link over a WebSocket. Reads and writes messages; what they mean
//! is the room's, and events go the way of every other batch.

use super::error::{Refused, refuse};
use super::guard::{self, Who};
use super::{cases, stream};
use crate::app::{App, Shared};
use crate::limits::Socket;
use crate::live::seat::{Say, Seat, bye, refused};
use crate::store::Access;
use crate::token::{self, Hash};
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::request::Parts;
use axum::response::Response;
use case::live::{BEAT, Close, Down, MAX_FRAME, Up, VERSION, read};
use case::message::Fault;
use case::wire::to_json;
use serde_json::Value;
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::timeout;

/// Bytes that are read at once; this is what an idle connection costs.
const READ_BUFFER: usize = 4 * 1024;
/// Bytes that may wait for the network.
const WRITE_BUFFER: usize = 256 * 1024;
/// Time for the first message.
const HELLO_TIME: Duration = Duration::from_secs(5);
/// Time in which the network has to take a message; one that does not is half open.
const SEND_TIME: Duration = Duration::from_secs(45);
/// Time for a good-bye.
const BYE_TIME: Duration = Duration::from_secs(2);
/// Messages of one connection that need not be readable.
const MAX_BAD: u32 = 8;
/// Messages over the limit after which a connection ends.
const MAX_OVER: u32 = 600;

type Pending = Pin<Box<dyn Future<Output = Down> + Send>>;

/// Opens the socket.
pub async fn open(
    State(app): State<Shared>,
    parts: Parts,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Refused> {
    let upgrade = upgrade.map_err(|e| refuse(Fault::Bad, e.body_text()).status(e.status()))?;
    let ip = guard::client(&parts).0;
    app.limits.trusted(ip)?;
    let own = guard::own_socket(&parts.headers);
    if own == Some(false) {
        return Err(refuse(Fault::Denied, "opened by another site's page"));
    }
    let agent = match guard::cookie(&app, &parts.headers) {
        // A cookie counts only from a page that says it is ours.
        Some(session) if own == Some(true) => {
            let found = app.store.session(&session, token::now_ms()).await?;
            found.map(|(name, _)| (name, session))
        }
        _ => None,
    };
    let place = app.limits.socket(ip)?;
    let upgrade = upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(WRITE_BUFFER)
        .max_message_size(MAX_FRAME)
        .max_frame_size(MAX_FRAME);
    Ok(upgrade.on_upgrade(move |socket| begin(app, socket, ip, agent, place)))
}

async fn begin(
    app: Shared,
    mut socket: WebSocket,
    ip: IpAddr,
    agent: Option<(String, Hash)>,
    _place: Socket,
) {
    let hello = timeout(HELLO_TIME, hello(&app, &mut socket)).await;
    let hello = hello.unwrap_or_else(|_| Err(Some(bye(Close::Silent, "no hello"))));
    let entered = match hello {
        Ok(hello) => enter(&app, ip, agent, hello).await.map_err(Some),
        Err(bye) => Err(bye),
    };
    let (last, seat) = match entered {
        Ok((who, case, seat)) => {
            let mut talk = Talk { app, socket, ip, who, case, seat, bad: 0, over: 0 };
            let last = talk.run().await;
            socket = talk.socket;
            (last, Some(talk.seat))
        }
        Err(bye) => (bye, None),
    };
    let Some(bye) = last else { return };
    // Who does not take it learns by the end of the connection.
    let said = timeout(BYE_TIME, async {
        socket.send(Message::Text(to_json(&*bye).into())).await?;
        socket.send(Message::Close(None)).await
    });
    let said = said.await;
    // A server that stops waits for those who sit.
    drop(seat);
    if let Ok(Ok(())) = said {
        // What is not read yet when a connection ends would take the good-bye with it.
        let drained = async { while let Some(Ok(_)) = socket.recv().await {} };
        let _ = timeout(BYE_TIME, drained).await;
    }
}

/// What a hello says.
struct Hello {
    case: String,
    token: String,
    after: u64,
    epoch: String,
    d: String,
}

/// The first message; `None` in place of a good-bye when nobody is there to hear it.
async fn hello(app: &App, socket: &mut WebSocket) -> Result<Hello, Option<Box<Down>>> {
    loop {
        let text = match socket.recv().await {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
            Some(Ok(Message::Binary(_))) => return Err(Some(bad(app, "not text"))),
            Some(Err(_)) => return Err(Some(bad(app, "not readable, or too long"))),
            Some(Ok(Message::Close(_))) | None => return Err(None),
        };
        let value: Value =
            serde_json::from_str(&text).map_err(|_| Some(bad(app, "hello: not JSON")))?;
        let version = value.get("v").and_then(Value::as_u64);
        if version.is_some_and(|v| v != u64::from(VERSION)) {
            app.links.counts.bad.fetch_add(1, Ordering::Relaxed);
            let why = format!("this is version {VERSION}");
            return Err(Some(bye(Close::Version, &why)));
        }
        return match read::<Up, _>(&value) {
            Ok(Some(Up::Hello { case, token, after, epoch, d, .. })) => {
                Ok(Hello { case, token, after, epoch, d })
            }
            _ => Err(Some(bad(app, "a hello comes first"))),
        };
    }
}

fn bad(app: &App, why: &str) -> Box<Down> {
    app.links.counts.bad.fetch_add(1, Ordering::Relaxed);
    bye(Close::Bad, why)
}

/// Who it is, whether they may, and their place.
async fn enter(
    app: &App,
    ip: IpAddr,
    agent: Option<(String, Hash)>,
    hello: Hello,
) -> Result<(Who, String, Seat), Box<Down>> {
    if !case::id::is_uuid(&hello.case) {
        return Err(bye(Close::Missing, "not a case id"));
    }
    let who = match (hello.token.is_empty(), agent) {
        (true, Some((name, session))) => Who::Agent(name, session),
        (true, None) => return Err(bye(Close::Denied, "no token and no session")),
        (false, _) => {
            let wrong = |close, why| {
                app.limits.failed(ip);
                bye(close, why)
            };
            let key = Hash::of(&hello.token).ok_or_else(|| wrong(Close::Denied, "no token"))?;
            match app.store.access(&hello.case, &key, token::now_ms()).await {
                Ok(Access::Granted) => Who::Driver(key),
                Ok(Access::Reads) => Who::Guest(key),
                Ok(Access::Missing) => return Err(bye(Close::Missing, "no such case")),
                Ok(Access::Denied) => return Err(wrong(Close::Denied, "not this case's token")),
                Err(error) => {
                    tracing::error!(%error, "the store failed");
                    return Err(bye(Close::Storage, "storage failed"));
                }
            }
        }
    };
    let person = who.person(&hello.d);
    let seat = Seat::take(app, &hello.case, person, hello.after, &hello.epoch).await?;
    Ok((who, hello.case, seat))
}

struct Talk {
    app: Shared,
    socket: WebSocket,
    ip: IpAddr,
    who: Who,
    case: String,
    seat: Seat,
    bad: u32,
    over: u32,
}

/// What a message leads to.
enum Then {
    Nothing,
    Answer(Down),
    Wait(Pending),
    End(Option<Box<Down>>),
}

impl Talk {
    /// Until one side ends it; gives the good-bye, if anybody is there to hear it.
    async fn run(&mut self) -> Option<Box<Down>> {
        let (now, conn) = (self.app.links.now(), self.seat.conn());
        if !self.send(to_json(&Down::Welcome { now, beat: BEAT, conn })).await {
            return None;
        }
        let mut check = stream::check();
        // While a batch is being written nothing more is read: what a client says stays in order.
        let mut pending: Option<Pending> = None;
        loop {
            let then = tokio::select! {
                say = self.seat.next(&*self.app.store) => match say {
                    Say::Body(body) => {
                        let text = String::from_utf8_lossy(&body).into_owned();
                        match self.send(text).await {
                            true => Then::Nothing,
                            false => Then::End(None),
                        }
                    }
                    Say::Bye(bye) => Then::End(Some(bye)),
                },
                heard = self.socket.recv(), if pending.is_none() => match heard {
                    Some(Ok(message)) => self.heard(message),
                    // Too long, or no WebSocket any more; whether it can be said shows.
                    Some(Err(_)) => Then::End(Some(bad(&self.app, "not readable, or too long"))),
                    None => Then::End(None),
                },
                answer = done(&mut pending) => {
                    pending = None;
                    Then::Answer(answer)
                }
                _ = check.tick() => match self.who.still(&self.app, &self.case).await {
                    true => Then::Nothing,
                    false => Then::End(Some(bye(Close::Denied, "no longer"))),
                },
            };
            match then {
                Then::Nothing => {}
                Then::Answer(down) => {
                    if !self.send(to_json(&down)).await {
                        return None;
                    }
                }
                Then::Wait(answer) => pending = Some(answer),
                Then::End(bye) => return bye,
            }
        }
    }

    async fn send(&mut self, text: String) -> bool {
        let sent = timeout(SEND_TIME, self.socket.send(Message::Text(text.into()))).await;
        matches!(sent, Ok(Ok(())))
    }

    fn heard(&mut self, message: Message) -> Then {
        self.seat.hear();
        let text = match message {
            Message::Text(text) => text,
            Message::Ping(_) | Message::Pong(_) => return Then::Nothing,
            Message::Close(_) => return Then::End(None),
            Message::Binary(_) => return self.unreadable(0, "not text"),
        };
        if let Err(too_fast) = self.app.limits.messages(&self.who.key().0, 1) {
            return self.too_fast(too_fast.0);
        }
        self.over = 0;
        let Ok(value) = serde_json::from_str::<Value>(&text) else {
            return self.unreadable(0, "not JSON");
        };
        if matches!(self.who, Who::Driver(_)) {
            self.app.hub.hear(&self.case, token::now_ms());
        }
        if value.get("t").and_then(Value::as_str) == Some("events") {
            return self.events(value);
        }
        match read::<Up, _>(&value) {
            Ok(Some(Up::Signal { s })) => self.seat.signal(&s).map_or(Then::Nothing, Then::Answer),
            Ok(Some(Up::Beat {})) => Then::Answer(Down::Beat { now: self.app.links.now() }),
            Ok(Some(Up::Hello { .. })) => self.unreadable(0, "a second hello"),
            Ok(Some(Up::Events { .. }) | None) => Then::Nothing,
            Err(why) => self.unreadable(0, &why.to_string()),
        }
    }

    fn events(&mut self, mut value: Value) -> Then {
        let id = value.get("id").and_then(Value::as_u64).and_then(|id| u32::try_from(id).ok());
        let (Some(id), Some(batch)) = (id, value.get_mut("batch").map(Value::take)) else {
            return self.unreadable(0, "events: id or batch is missing");
        };
        let (app, who, ip, case) = (self.app.clone(), self.who.clone(), self.ip, self.case.clone());
        Then::Wait(Box::pin(async move {
            match cases::take(&app, &who, ip, case, &batch).await {
                Ok(answers) => Down::Answers { id, answers },
                Err(Refused { body, .. }) => {
                    let (kind, why) = (String::new(), body.why);
                    Down::No { id, kind, fault: body.fault, why, after: body.after }
                }
            }
        }))
    }

    fn too_fast(&mut self, after: u32) -> Then {
        self.over += 1;
        let Down::No { id, kind, fault, why, .. } =
            refused(&self.app.links, "", Fault::Slow, "too many messages")
        else {
            return Then::Nothing;
        };
        match self.over {
            1 => Then::Answer(Down::No { id, kind, fault, why, after: Some(after) }),
            ..MAX_OVER => Then::Nothing,
            _ => Then::End(Some(bye(Close::Slow, "too many messages"))),
        }
    }

    fn unreadable(&mut self, id: u32, why: &str) -> Then {
        self.bad += 1;
        if self.bad >= MAX_BAD {
            return Then::End(Some(bad(&self.app, why)));
        }
        self.app.links.counts.bad.fetch_add(1, Ordering::Relaxed);
        let (kind, why) = (String::new(), why.into());
        Then::Answer(Down::No { id, kind, fault: Fault::Bad, why, after: None })
    }
}

async fn done(pending: &mut Option<Pending>) -> Down {
    match pending {
        Some(answer) => answer.await,
        None => std::future::pending().await,
    }
}
