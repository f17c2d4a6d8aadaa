//! The HTTP interface, version 1: paths to handlers, and what holds for every request.
//! `docs/protocol.md` is the description for people.

pub mod cases;
pub mod code;
pub mod desk;
pub mod error;
pub mod guard;
pub mod headers;
pub mod health;
pub mod history;
pub mod join;
pub mod pages;
pub mod photos;
pub mod relay;
pub mod socket;
pub mod stream;

use crate::app::Shared;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, head, post};
use axum::{Router, middleware};
use tower_http::catch_panic::CatchPanicLayer;

/// Everything that is served.
pub fn router(app: Shared) -> Router {
    let api = Router::new()
        .route("/cases/{case}/events", get(cases::read).post(cases::append))
        .route("/cases/{case}/log", get(history::log))
        .route("/cases/{case}/stream", get(stream::stream))
        .route("/cases/{case}/signals", post(stream::signals))
        .route("/cases/{case}/relay", get(relay::relay))
        .route("/live", get(socket::open))
        .route("/cases/{case}/invites", post(join::invite))
        .route("/cases/{case}/code", post(code::show))
        .route("/cases/{case}/readers", post(join::reader).delete(join::readers_end))
        .route(
            "/cases/{case}/photos/{sha}",
            head(photos::stored).get(photos::show).put(photos::piece),
        )
        .route("/join", post(join::join))
        .route("/desk/setup", post(desk::setup))
        .route("/desk/login", post(desk::login))
        .route("/desk/logout", post(desk::logout))
        .route("/desk/invite", post(desk::invite))
        .route("/desk/code", post(code::take))
        .route("/desk/me", get(desk::me))
        .route("/desk/cases", get(desk::cases))
        .route("/desk/people", get(history::people))
        .fallback(error::no_such_path)
        .method_not_allowed_fallback(error::no_such_method)
        .layer(middleware::from_fn_with_state(app.clone(), guard::every))
        // Bodies are read by hand, each against its own limit.
        .layer(DefaultBodyLimit::disable());
    Router::new()
        .nest("/v1", api)
        .route("/healthz", get(health::health))
        .fallback(pages::serve)
        .layer(CatchPanicLayer::custom(error::panicked))
        .layer(middleware::from_fn_with_state(app.clone(), headers::add))
        .with_state(app)
}
