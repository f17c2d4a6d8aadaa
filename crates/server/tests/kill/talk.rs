//! A server that logs everything it can is talked to and politely ended.

use super::harness::send;
use bytes::Bytes;
use case::message::Verdict;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use server::store::conformance::kit::{Device, NOW, open_event};
use server::token;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use tokio::net::TcpStream;

/// What a server wrote while it was talked to and politely ended.
pub struct Told {
    /// It ended with success.
    pub success: bool,
    /// Standard error.
    pub log: String,
    /// Everything secret that went over the wire.
    pub secrets: Vec<String>,
}

/// Talks to a server that logs everything it can: a case, a wrong token, the set-up link, a wrong
/// password, an invitation; then ends it with SIGTERM.
pub async fn talk_and_stop(program: &Path) -> Told {
    let data = std::env::temp_dir().join(format!("nightwatch-talk-{}", token::uuid(NOW)));
    let mut child = Command::new(program)
        .args(["--listen", "127.0.0.1:0", "--app", "none", "--data"])
        .arg(&data)
        .env("NIGHTWATCH_LOG", "trace")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the server starts");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let mut line = || lines.next().and_then(Result::ok).unwrap_or_default();
    let address = loop {
        if let Some((_, rest)) = line().split_once("http://") {
            break rest.trim_end_matches('/').to_string();
        }
    };
    let setup = loop {
        if let Some((_, token)) = line().split_once("#setup=") {
            break token.to_string();
        }
    };
    let mut phone = Device::driver(&token::uuid(NOW));
    let events = vec![phone.next(open_event())];
    let address: SocketAddr = address.parse().expect("an address");
    let answers = send(address, &mut None, &phone, events).await;
    assert_eq!(answers.expect("an answer").answers[0].verdict, Verdict::Ok);
    let (wrong, invite) = (token::mint().0, token::mint().0);
    let password = "night watch 1";
    let login = |token: &str, password: &str| {
        let name = String::from("Li");
        serde_json::json!({"name": name, "password": password, "token": token}).to_string()
    };
    let join = serde_json::json!({"case": phone.case, "invite": invite,
        "hash": case::id::hex(&phone.hash().0)});
    for (path, token, body) in [
        ("/v1/desk/setup", "", login(&setup, password)),
        ("/v1/desk/login", "", login("", "wrong password 2")),
        ("/v1/join", "", join.to_string()),
        ("/v1/cases/x/events", wrong.as_str(), "{}".into()),
    ] {
        let stream = TcpStream::connect(address).await.expect("it listens");
        let (mut sender, run) = handshake(TokioIo::new(stream)).await.expect("it talks");
        tokio::spawn(run);
        let request = Request::post(path)
            .header("host", "localhost")
            .header("authorization", format!("Bearer {token}"))
            .body(Full::<Bytes>::from(body))
            .expect("a request");
        let response = sender.send_request(request).await.expect("an answer");
        response.into_body().collect().await.expect("to its end");
    }
    let _ = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    let mut log = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        let _ = stderr.read_to_string(&mut log);
    }
    let success = child.wait().is_ok_and(|s| s.success());
    let _ = std::fs::remove_dir_all(&data);
    let secrets =
        vec![phone.token, setup, wrong, invite, password.into(), "wrong password 2".into()];
    Told { success, log, secrets }
}
