//! The server of a run: the real router on a real socket, its data in a folder of its own.

use case::Stored;
use case::event::{Envelope, Event, Scope};
use server::app::Shared;
use server::flags::{Command, parse};
use server::store::conformance::kit::{self, Device, NOW, open_event};
use server::{http, serve, token};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::net::TcpListener;

/// Somebody with a right of their own.
#[derive(Clone)]
pub struct Side {
    pub device: Device,
    /// Empty for a device of the driver.
    pub cookie: String,
    /// What the device wrote before.
    pub first: Vec<Envelope>,
    /// May hear signals.
    pub hears: bool,
}

/// See the module.
pub struct House {
    pub address: SocketAddr,
    app: Shared,
    folder: PathBuf,
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl House {
    pub async fn open() -> Arc<House> {
        let folder = std::env::temp_dir().join(format!("nightwatch-chaos-{}", token::uuid(NOW)));
        let line = format!("--data {} --app none", folder.display());
        let Ok(Command::Serve(flags)) = parse(line.split_whitespace().map(Into::into)) else {
            panic!("{line}");
        };
        let app = serve::open(&flags).await.expect("a server");
        app.links.run();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("its number");
        let router = http::router(app.clone());
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await.expect("it serves") });
        for name in ["Li", "Wang"] {
            let (_, enrol) = token::mint();
            app.store.enrol_token(enrol, false, i64::MAX).await.expect("a token");
            app.store.enrol(enrol, name, "-", token::now_ms()).await.expect("an agent");
        }
        Arc::new(House { address, app, folder })
    }

    /// A case with its driver, in which Li may see the driver's screen and Wang may not: two events
    /// so far.
    pub async fn case(&self) -> Side {
        let mut device = Device::driver(&token::uuid(token::now_ms()));
        let consent = Event::Granted { agent: "Li".into(), scopes: vec![Scope::View] };
        let first = vec![device.next(open_event()), device.next(consent)];
        device.give(&*self.app.store, &first).await;
        Side { device, cookie: String::new(), first, hears: false }
    }

    /// An agent in a session of their own.
    pub async fn agent(&self, case: &str, name: &str) -> Side {
        let (cookie, session) = token::mint();
        let began = self.app.store.session_begin(session, name, token::now_ms()).await;
        began.expect("a session");
        let (device, cookie) = (Device::agent(case, name), format!("nightwatch={cookie}"));
        Side { device, cookie, first: Vec::new(), hears: name == "Li" }
    }

    /// Messages that the server could not read, as it counts them.
    pub fn bad(&self) -> u64 {
        self.app.links.counts.bad.load(Ordering::Relaxed)
    }

    pub async fn log(&self, case: &str) -> Vec<Stored> {
        kit::log(&*self.app.store, case).await
    }
}
