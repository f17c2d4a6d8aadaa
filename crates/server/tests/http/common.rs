//! A server without a socket, on data of its own.

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use server::app::Shared;
use server::flags::{Command, Flags, parse};
use server::store::conformance::kit::{Device, NOW, open_event};
use server::{http, serve, token};
use std::path::{Path, PathBuf};
use tower::ServiceExt as _;

/// The server and its folder.
pub struct Site {
    pub app: Shared,
    folder: PathBuf,
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// An answer, read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        let text = String::from_utf8_lossy(&self.body);
        serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"))
    }
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }
    /// Status and fault.
    pub fn fault(&self) -> (u16, String) {
        let fault = self.json()["fault"].as_str().unwrap_or("none").to_string();
        (self.status.as_u16(), fault)
    }
}

pub async fn site() -> Site {
    site_with("").await
}

/// With more flags; pages are made by the test before.
pub async fn site_with(more: &str) -> Site {
    let folder = std::env::temp_dir().join(format!("nightwatch-http-{}", token::uuid(NOW)));
    std::fs::create_dir_all(&folder).unwrap();
    super::pages::build(&folder.join("app"));
    let app = start(&folder, more).await;
    Site { app, folder }
}

async fn start(folder: &Path, more: &str) -> Shared {
    let line = format!("--data {0}/data --app {0}/app {more}", folder.to_str().unwrap());
    let Ok(Command::Serve(flags)) = parse(line.split_whitespace().map(Into::into)) else {
        panic!("{line}");
    };
    let flags: Flags = *flags;
    serve::open(&flags).await.unwrap()
}

impl Site {
    /// Goes on with a disk that takes nothing any more.
    #[cfg(target_os = "linux")]
    pub async fn break_disk(&mut self) {
        use std::os::unix::ffi::OsStrExt as _;
        self.app.store.close().await;
        // A copy, because the old store keeps its lock for as long as anybody has a handle.
        let copy = self.folder.join("broken");
        std::fs::create_dir_all(copy.join("data")).unwrap();
        super::pages::build(&copy.join("app"));
        let name = "data/nightwatch.db";
        std::fs::copy(self.folder.join(name), copy.join(name)).unwrap();
        // A pipe in the place of the write-ahead log: it opens, but nothing can be written at a
        // place.
        let wal = copy.join("data/nightwatch.db-wal");
        let name = std::ffi::CString::new(wal.as_os_str().as_bytes()).unwrap();
        // SAFETY: the name ends with a zero byte and outlives the call.
        assert_eq!(unsafe { libc::mkfifo(name.as_ptr(), 0o600) }, 0);
        self.app = start(&copy, "").await;
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = http::router(self.app.clone()).oneshot(request).await.unwrap();
        let status = response.status();
        let headers = response.headers().clone();
        let body = response.into_body().collect().await.unwrap();
        Answer { status, headers, body: body.to_bytes().to_vec() }
    }

    /// A request with headers as `name: value` lines.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        head: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in head {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    pub async fn get(&self, path: &str, head: &[(&str, &str)]) -> Answer {
        self.ask(Method::GET, path, head, Vec::new()).await
    }

    pub async fn post(&self, path: &str, head: &[(&str, &str)], body: Value) -> Answer {
        self.ask(Method::POST, path, head, body.to_string().into_bytes()).await
    }

    /// Hands in the device's events; `sent` now.
    pub async fn events(&self, device: &Device, events: Vec<Value>) -> Answer {
        let path = format!("/v1/cases/{}/events", device.case);
        let body = json!({"sent": token::now_ms(), "events": events});
        self.post(&path, &[("authorization", &bearer(device))], body).await
    }

    /// A new case with its first device, by HTTP.
    pub async fn open(&self) -> Device {
        let mut device = Device::driver(&token::uuid(NOW));
        let envelope = device.next(open_event());
        let answer = self.events(&device, vec![to_value(&envelope)]).await;
        assert_eq!(answer.json()["answers"][0]["verdict"], "ok");
        device
    }

    /// An agent's cookie.
    pub async fn agent(&self, name: &str) -> String {
        let (text, hash) = token::mint();
        self.app.store.enrol_token(hash, false, i64::MAX).await.unwrap();
        let body = json!({"name": name, "password": "a good password", "token": text});
        let answer = self.post("/v1/desk/setup", &[], body).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
        let cookie = answer.header("set-cookie");
        cookie.split(';').next().unwrap().to_string()
    }
}

pub fn bearer(device: &Device) -> String {
    format!("Bearer {}", device.token)
}

pub fn to_value(value: &impl case::wire::Put) -> Value {
    serde_json::from_str(&case::wire::to_json(value)).unwrap()
}

/// What a browser sends from our own page.
pub const OWN: (&str, &str) = ("sec-fetch-site", "same-origin");
