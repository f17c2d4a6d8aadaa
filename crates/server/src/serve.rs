//! Starting and stopping: opens what is needed, tells the person where to look, serves until a
//! signal, and closes in order.

use crate::app::{App, Config, Secret, Shared};
use crate::flags::Flags;
use crate::hub::Hub;
use crate::live::links::Links;
use crate::pages::Pages;
use crate::photos::Photos;
use crate::store::Health;
use crate::store::sqlite::{Settings, SqliteStore};
use crate::{demo, http, lan, token};
use axum_server::Handle;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Room that is kept for an orderly end on a full disk.
const BALLAST: u64 = 64 << 20;
/// Time for running requests when the server stops.
const GRACE: Duration = Duration::from_secs(10);
/// Time for good-byes to live connections.
const PART: Duration = Duration::from_secs(2);
/// Time in which a client has to send its request's head.
const HEAD_TIME: Duration = Duration::from_secs(20);

type Problem = Box<dyn std::error::Error + Send + Sync>;

/// Opens everything below the data folder.
///
/// # Errors
/// A sentence for the person who starts the server.
pub async fn open(flags: &Flags) -> Result<Shared, Problem> {
    make_private(&flags.data).map_err(|e| format!("--data {}: {e}", flags.data.display()))?;
    let hub = Hub::new();
    let links = Links::new();
    let told = (hub.clone(), links.clone());
    let settings = Settings {
        file: flags.data.join("nightwatch.db"),
        restored: flags.restored,
        max_pages: None,
        ballast: BALLAST,
    };
    let on_commit = Arc::new(move |notice| {
        told.0.committed(&notice);
        told.1.committed(&notice);
    });
    let store = SqliteStore::open(&settings, on_commit).await?;
    let photos = Photos::open(&flags.data)?;
    let pages = Pages::load(&flags.app, &flags.region, &flags.numbers())
        .map_err(|e| format!("--app {}: {e}", flags.app.display()))?;
    Ok(Arc::new(App {
        store: Arc::new(store),
        hub,
        links,
        codes: Default::default(),
        limits: Default::default(),
        photos,
        pages,
        config: Config {
            region: flags.region.clone(),
            tls: flags.lan || flags.behind_proxy,
            behind_proxy: flags.behind_proxy,
            turn: flags.turn.clone(),
            turn_secret: flags.turn_secret.as_deref().map(turn_secret).transpose()?,
        },
    }))
}

/// The secret in a file, without the end of its line.
fn turn_secret(file: &Path) -> Result<Secret, Problem> {
    let text = std::fs::read_to_string(file)
        .map_err(|e| format!("--turn-secret {}: {e}", file.display()))?;
    match text.trim_end() {
        "" => Err(format!("--turn-secret {}: the file is empty", file.display()).into()),
        secret => Ok(Secret(secret.into())),
    }
}

/// Makes the data folder for this user alone; one that is there keeps its rights.
fn make_private(data: &Path) -> std::io::Result<()> {
    let mut folder = std::fs::DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        folder.mode(0o700);
    }
    folder.create(data)
}

/// Serves until SIGINT, SIGTERM, or a store that must not go on.
///
/// # Errors
/// It cannot start, or storage failed in a way that only a person can judge.
pub async fn run(flags: &Flags) -> Result<(), Problem> {
    let app = open(flags).await?;
    let listener =
        TcpListener::bind(flags.listen).map_err(|e| format!("--listen {}: {e}", flags.listen))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let places = match flags.lan {
        true => lan::places(address),
        false => vec![format!("http://{address}")],
    };
    greet(&app, flags, &places).await?;

    let resumed = app.clone();
    tokio::spawn(async move { resumed.photos.resume(&*resumed.store).await });
    let kept = app.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(60)).await;
            kept.limits.forget_old();
        }
    });
    app.links.run();
    if flags.demo {
        demo::start(app.clone(), flags.data.clone()).await?;
    }

    let handle = Handle::new();
    let stop = tokio::spawn(stop(app.clone(), handle.clone()));
    let service = http::router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let timer = hyper_util::rt::TokioTimer::new();
    if flags.lan {
        let tls = lan::certificate(&flags.data).await?;
        let mut server = axum_server::from_tcp_rustls(listener, tls)?.handle(handle);
        let mut http1 = server.http_builder().http1();
        http1.timer(timer).header_read_timeout(HEAD_TIME);
        server.serve(service).await?;
    } else {
        let mut server = axum_server::from_tcp(listener)?.handle(handle);
        let mut http1 = server.http_builder().http1();
        http1.timer(timer).header_read_timeout(HEAD_TIME);
        server.serve(service).await?;
    }
    let good = stop.await.unwrap_or(false);
    part(&app).await;
    app.store.close().await;
    tracing::info!("stopped");
    match good {
        true => Ok(()),
        false => Err("storage failed while writing to disk; see the log before a new start".into()),
    }
}

/// Waits for a reason to stop; `true` when it is an orderly one.
async fn stop(app: Shared, handle: Handle<SocketAddr>) -> bool {
    let good = tokio::select! {
        () = signal() => true,
        () = stopped(&app) => false,
    };
    tracing::info!("stopping");
    app.hub.close();
    app.links.close();
    handle.graceful_shutdown(Some(GRACE));
    good
}

/// Gives the good-byes time to go out; the web server does not wait for sockets.
async fn part(app: &App) {
    let until = tokio::time::Instant::now() + PART;
    while app.links.open() > 0 && tokio::time::Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn stopped(app: &App) {
    while app.store.health() != Health::Stopped {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => drop(tokio::signal::ctrl_c().await),
    }
}

#[cfg(not(unix))]
async fn signal() {
    drop(tokio::signal::ctrl_c().await);
}

/// Says where to look, and, while nobody can log in, how to become the first agent. These lines
/// are for the person at the terminal and go to standard output; the log never has the token.
async fn greet(app: &App, flags: &Flags, places: &[String]) -> Result<(), Problem> {
    println!("Nightwatch, {}, data in {}", app.store.kind(), flags.data.display());
    for place in places {
        println!("  driver  {place}/");
        println!("  desk    {place}/desk/");
    }
    if !app.store.any_agent().await? {
        let (token, hash) = token::mint();
        app.store.enrol_token(hash, true, i64::MAX).await?;
        if let Some(place) = places.first() {
            println!("  nobody can log in yet; make the first agent here, once:");
            println!("          {place}/desk/#setup={token}");
        }
    }
    if flags.lan
        && let Some(place) = places.first()
    {
        println!("{}", lan::qr(&format!("{place}/")));
        println!(
            "The certificate is made by this machine: the phone will ask once whether to go on."
        );
    }
    if !flags.lan && !flags.behind_proxy && !flags.listen.ip().is_loopback() {
        tracing::warn!(
            "plain HTTP beyond this machine: phones give no camera or position there; use --lan or a proxy with --behind-proxy"
        );
    }
    Ok(())
}
