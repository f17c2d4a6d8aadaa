//! Hands out the pages: driver at `/`, desk at `/desk/`. Names that change with their bytes may be
//! kept for ever, everything else is asked for again.

use super::error::refuse;
use crate::app::Shared;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use case::message::Fault;

const FOR_EVER: &str = "public, max-age=31536000, immutable, no-transform";
const ASK_AGAIN: &str = "no-cache, no-transform";

/// Serves a file, or 404.
pub async fn serve(State(app): State<Shared>, request: Request) -> Response {
    let path = request.uri().path();
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return refuse(Fault::Bad, "only GET and HEAD")
            .status(StatusCode::METHOD_NOT_ALLOWED)
            .into_response();
    }
    if path == "/desk" {
        return Redirect::permanent("/desk/").into_response();
    }
    let Some(found) = app.pages.find(path) else {
        return refuse(Fault::Missing, format!("nothing at {path}")).into_response();
    };
    let file = found.file;
    let cache = if file.hashed { FOR_EVER } else { ASK_AGAIN };
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.mime));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    let mut add = |name: &str, value: &str| {
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value))
        {
            headers.insert(name, value);
        }
    };
    for (name, value) in found.headers {
        add(name, value);
    }
    let packed = file.brotli.as_ref().filter(|_| accepts_brotli(request.headers()));
    // Two codings are two representations, and have two validators.
    let etag = match packed {
        Some(_) => format!("{}-br\"", file.etag.trim_end_matches('"')),
        None => file.etag.clone(),
    };
    add("etag", &etag);
    if same(request.headers(), &etag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    if packed.is_some() {
        add("content-encoding", "br");
    }
    let body = packed.unwrap_or(&file.plain).clone();
    let mut response = Response::new(Body::from(body));
    *response.headers_mut() = headers;
    response
}

fn accepts_brotli(headers: &HeaderMap) -> bool {
    let offers = headers.get_all(header::ACCEPT_ENCODING);
    offers.iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(',')).any(|offer| {
        let (name, q) = offer.split_once(';').unwrap_or((offer, ""));
        let zero = q.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()) == Some(0.0);
        name.trim().eq_ignore_ascii_case("br") && !zero
    })
}

fn same(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .any(|v| v.trim().trim_start_matches("W/") == etag)
}
