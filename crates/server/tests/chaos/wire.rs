//! The three transports as a client opens them: everything fails by `None`, which says nothing about
//! whether the server has heard it.

use super::house::Side;
use bytes::Bytes;
use case::live::Down;
use futures_util::{SinkExt as _, StreamExt as _};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::handshake;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{WebSocketStream, client_async};

/// Patience with one thing; less than some stalls of the network last.
pub const PATIENCE: Duration = Duration::from_millis(700);

/// One connection that gives messages.
pub enum Wire {
    Socket(Box<WebSocketStream<TcpStream>>),
    Stream(Incoming, Vec<u8>),
}

fn head(side: &Side, address: SocketAddr) -> Vec<(&'static str, String)> {
    match side.cookie.is_empty() {
        true => vec![("authorization", format!("Bearer {}", side.device.token))],
        false => vec![("cookie", side.cookie.clone()), ("origin", format!("http://{address}"))],
    }
}

/// One request on a connection of its own.
pub async fn ask(
    address: SocketAddr,
    side: &Side,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> Option<Response<Incoming>> {
    let asked = async {
        let stream = TcpStream::connect(address).await.ok()?;
        let (mut sender, run) = handshake(TokioIo::new(stream)).await.ok()?;
        tokio::spawn(run);
        let mut request = Request::builder().method(method).uri(path);
        request = request.header("host", address.to_string());
        for (name, value) in head(side, address) {
            request = request.header(name, value);
        }
        let body = body.map(Value::to_string).unwrap_or_default();
        let request = request.body(Full::new(Bytes::from(body))).ok()?;
        let response = sender.send_request(request).await.ok()?;
        match response.status().as_u16() {
            ..400 => Some(response),
            // The stream that it belongs to has ended.
            404 if path.ends_with("/signals") => None,
            status => panic!("{path}: {status}"),
        }
    };
    timeout(PATIENCE * 2, asked).await.ok()?
}

/// The whole of an answer.
pub async fn json(response: Response<Incoming>) -> Option<Value> {
    let body = timeout(PATIENCE, response.into_body().collect()).await.ok()?.ok()?.to_bytes();
    Some(serde_json::from_slice(&body).expect("an answer is whole or it is none"))
}

/// A socket, with its hello said.
pub async fn socket(address: SocketAddr, side: &Side, after: u64) -> Option<Wire> {
    let opened = async {
        let mut request = format!("ws://{address}/v1/live").into_client_request().ok()?;
        for (name, value) in head(side, address) {
            request.headers_mut().insert(name, value.parse().ok()?);
        }
        let stream = TcpStream::connect(address).await.ok()?;
        let (mut socket, _) = client_async(request, stream).await.ok()?;
        let token = if side.cookie.is_empty() { side.device.token.as_str() } else { "" };
        let hello = json!({"t": "hello", "v": 1, "case": side.device.case, "token": token,
            "after": after, "epoch": "", "d": side.device.d});
        socket.send(Message::Text(hello.to_string().into())).await.ok()?;
        Some(Wire::Socket(Box::new(socket)))
    };
    timeout(PATIENCE, opened).await.ok()?
}

/// An event stream.
pub async fn stream(address: SocketAddr, side: &Side, after: u64) -> Option<Wire> {
    let (case, d) = (&side.device.case, &side.device.d);
    let path = format!("/v1/cases/{case}/stream?after={after}&d={d}");
    let response = ask(address, side, Method::GET, &path, None).await?;
    Some(Wire::Stream(response.into_body(), Vec::new()))
}

/// What came of waiting for a message.
pub enum Came {
    Message(Box<Down>),
    /// Nothing so far.
    Nothing,
    /// The connection is over.
    End,
}

impl Wire {
    pub async fn next(&mut self) -> Came {
        let text = match self {
            Wire::Socket(socket) => match timeout(PATIENCE, socket.next()).await {
                Ok(Some(Ok(Message::Text(text)))) => text.as_bytes().to_vec(),
                Ok(Some(Ok(Message::Close(_)) | Err(_)) | None) => return Came::End,
                Ok(Some(Ok(_))) | Err(_) => return Came::Nothing,
            },
            Wire::Stream(body, text) => {
                let end = |text: &[u8]| text.windows(2).position(|w| w == b"\n\n");
                loop {
                    if let Some(at) = end(text) {
                        let rest = text.split_off(at + 2);
                        let event = std::mem::replace(text, rest);
                        match event.strip_prefix(b"data: ") {
                            Some(data) => break data.to_vec(),
                            None => continue,
                        }
                    }
                    match timeout(PATIENCE, body.frame()).await {
                        Ok(Some(Ok(frame))) => {
                            text.extend_from_slice(&frame.into_data().unwrap_or_default());
                        }
                        Ok(_) => return Came::End,
                        Err(_) => return Came::Nothing,
                    }
                }
            }
        };
        let text = std::str::from_utf8(&text).expect("text");
        Came::Message(Box::new(serde_json::from_str(text).expect("a whole message or none")))
    }

    /// Says something on a socket; `false` when it cannot be said.
    pub async fn say(&mut self, value: &Value) -> bool {
        match self {
            Wire::Socket(socket) => {
                let said = socket.send(Message::Text(value.to_string().into()));
                matches!(timeout(PATIENCE, said).await, Ok(Ok(())))
            }
            Wire::Stream(..) => false,
        }
    }
}
