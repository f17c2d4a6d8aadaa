//! Credentials of relays (TURN) for a call, as coturn's `use-auth-secret` checks them: the user name
//! says until when it is good, the password is its HMAC. They are given to those who may have a call
//! at this moment, and to nobody else: a relay carries anything for whoever has one.

use super::error::{Refused, json, refuse};
use super::guard::{self, Who};
use crate::app::{Config, Shared};
use crate::token;
use axum::extract::{Path, State};
use axum::http::request::Parts;
use axum::response::Response;
use case::event::{Role, Scope};
use case::message::{Fault, Relay};
use case::state::allows;
use ring::hmac;

/// Seconds for which credentials are good. A call that lasts longer fetches new ones; those of an
/// allocation that stands are not asked for again by the relay.
const GOOD: u32 = 600;

/// `GET /v1/cases/{case}/relay`: for the agent who may see the camera, and for the driver's devices
/// while somebody may.
pub async fn relay(
    State(app): State<Shared>,
    Path(case): Path<String>,
    parts: Parts,
) -> Result<Response, Refused> {
    let who = guard::reader(&app, &parts, &case).await?;
    app.limits.read(&who.key())?;
    let grants = app.store.grants(&case).await?;
    let (_, grants) = grants.ok_or_else(|| refuse(Fault::Missing, "no such case"))?;
    let (may, by) = match &who {
        Who::Driver(_) => (grants.iter().any(|g| g.scope == Scope::Camera), Role::Driver),
        Who::Agent(name, _) => (allows(&grants, name, Scope::Camera), Role::Agent),
        Who::Guest(_) => (false, Role::Driver),
    };
    if !may {
        return Err(refuse(Fault::Denied, "no consent to see the camera"));
    }
    // No person's name: what a relay writes down is not ours to keep.
    let name = format!("{}-{case}", by.as_str());
    Ok(json(&credentials(&app.config, &name, token::now_ms() / 1_000)))
}

/// What is given out at `now`, Unix seconds; nothing where no relay is configured.
fn credentials(config: &Config, name: &str, now: i64) -> Relay {
    let none = Relay { urls: vec![], username: "".into(), credential: "".into(), seconds: GOOD };
    let Some(secret) = config.turn_secret.as_ref().filter(|_| !config.turn.is_empty()) else {
        return none;
    };
    let username = format!("{}:{name}", now + i64::from(GOOD));
    // SHA-1 because relays check nothing else; as a keyed hash it is not known to be weak.
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.0.as_bytes());
    let credential = base64(hmac::sign(&key, username.as_bytes()).as_ref());
    Relay { urls: config.turn.clone(), username, credential, seconds: GOOD }
}

/// Base64 with its own alphabet and padding.
fn base64(bytes: &[u8]) -> String {
    let mut text = case::id::base64url(bytes).replace('-', "+").replace('_', "/");
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Secret;

    #[test]
    fn base64_is_that_of_the_rfc() {
        // RFC 4648, section 10, and the two characters in which the alphabets differ.
        for (bytes, text) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")]
        {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
        assert_eq!(base64(&[0xfb, 0xff]), "+/8=");
    }

    #[test]
    fn a_credential_is_what_the_relay_computes() {
        let config = Config {
            turn: vec!["turn:turn.example.org:3478".into()],
            turn_secret: Some(Secret("north".into())),
            ..Config::default()
        };
        let relay = credentials(&config, "driver-a", 1_700_000_000);
        assert_eq!(relay.username, "1700000600:driver-a");
        // echo -n 1700000600:driver-a | openssl dgst -sha1 -hmac north -binary | base64
        assert_eq!(relay.credential, "njmKbrYxLJCuprGwcBreS+Yg+Vc=");
        assert_eq!((relay.seconds, relay.urls), (600, config.turn.clone()));
        let half = Config { turn_secret: None, ..config };
        let nothing = credentials(&half, "driver-a", 0);
        assert!(nothing.urls.is_empty() && nothing.username.is_empty());
    }
}
