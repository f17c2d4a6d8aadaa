//! Answers that are not a success: one body for all of them, and the status that goes with it.

use crate::limits::TooFast;
use crate::store::StoreError;
use axum::body::Body;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use case::message::{Fault, Refusal};
use case::wire::{Put, to_json};

/// A refusal with its status.
#[derive(Debug)]
pub struct Refused {
    /// Status.
    pub status: StatusCode,
    /// Body.
    pub body: Refusal,
}

/// A refusal for this reason; `why` is for logs, never for screens.
pub fn refuse(fault: Fault, why: impl Into<String>) -> Refused {
    let status = match fault {
        Fault::Bad => StatusCode::BAD_REQUEST,
        Fault::Denied => StatusCode::FORBIDDEN,
        Fault::Expired => StatusCode::GONE,
        Fault::Missing => StatusCode::NOT_FOUND,
        Fault::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Fault::NotAPhoto => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Fault::Hash => StatusCode::UNPROCESSABLE_ENTITY,
        Fault::Slow => StatusCode::TOO_MANY_REQUESTS,
        Fault::Storage => StatusCode::SERVICE_UNAVAILABLE,
    };
    let body = Refusal { fault, why: why.into(), after: None };
    Refused { status, body }
}

impl Refused {
    /// With seconds after which to try again.
    pub fn after(mut self, seconds: u32) -> Refused {
        self.body.after = Some(seconds);
        self
    }

    /// With another status.
    pub fn status(mut self, status: StatusCode) -> Refused {
        self.status = status;
        self
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Refused {
        match error {
            StoreError::Busy => refuse(Fault::Slow, error.to_string())
                .status(StatusCode::SERVICE_UNAVAILABLE)
                .after(2),
            StoreError::Full => refuse(Fault::Storage, error.to_string()).after(10),
            StoreError::Broken(why) => {
                // Paths and statements stay in the log.
                tracing::error!(why, "the store failed");
                refuse(Fault::Storage, "storage failed").after(10)
            }
        }
    }
}

impl From<TooFast> for Refused {
    fn from(TooFast(after): TooFast) -> Refused {
        refuse(Fault::Slow, "too many requests").after(after)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let after = self.body.after;
        let mut response = (self.status, json(&self.body)).into_response();
        if let Some(after) = after {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(after));
        }
        response
    }
}

/// A value as a JSON answer that nobody keeps.
pub fn json(value: &impl Put) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (headers, to_json(value)).into_response()
}

/// A path of the API that is none.
pub async fn no_such_path(uri: Uri) -> Refused {
    refuse(Fault::Missing, format!("nothing at {}", uri.path()))
}

/// A method that a path does not have.
pub async fn no_such_method(method: Method) -> Refused {
    let why = format!("not with {method}");
    refuse(Fault::Bad, why).status(StatusCode::METHOD_NOT_ALLOWED)
}

/// A handler broke down: the request fails, the server lives.
pub fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response<Body> {
    tracing::error!("a handler panicked");
    refuse(Fault::Storage, "the server made a mistake")
        .status(StatusCode::INTERNAL_SERVER_ERROR)
        .into_response()
}
