//! `GET /healthz`: whether this server can do its work.

use crate::app::Shared;
use crate::store::Health;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::sync::atomic::{AtomicU64, Ordering};

/// 200 when it can write, 503 when it can only read.
pub async fn health(State(app): State<Shared>) -> Response {
    let health = app.store.health();
    let storage = match health {
        Health::Good => "good",
        Health::Full => "full",
        Health::Failing => "failing",
        Health::Stopped => "stopped",
    };
    let count = |n: &AtomicU64| n.load(Ordering::Relaxed);
    let counts = &app.links.counts;
    let live = json!({
        "open": app.links.open(),
        "bad": count(&counts.bad),
        "refused": count(&counts.refused),
        "resumed": count(&counts.resumed),
    });
    let ok = health == Health::Good;
    let body = json!({
        "ok": ok,
        "storage": storage,
        "store": app.store.kind(),
        "version": env!("CARGO_PKG_VERSION"),
        "live": live,
        "region": app.config.region,
        "pages": app.pages.names(),
    });
    let status = match ok {
        true => StatusCode::OK,
        false => StatusCode::SERVICE_UNAVAILABLE,
    };
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, body.to_string()).into_response()
}
