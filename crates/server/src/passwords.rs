//! Passwords of agents: argon2id with the parameters of the standard's second choice (RFC 9106, 4:
//! here 19 MiB, two passes, OWASP's floor), two computations at a time.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use std::sync::LazyLock;
use tokio::sync::Semaphore;

/// Characters a password has at least.
pub const MIN: usize = 8;
/// Characters a password has at most.
pub const MAX: usize = 128;

static TWO: Semaphore = Semaphore::const_new(2);

/// A hash of nobody's password: an unknown name takes as long as a known one.
static NOBODY: LazyLock<String> = LazyLock::new(|| compute("nobody").unwrap_or_default());

/// Whether a password may be chosen; if not, why.
pub fn acceptable(name: &str, password: &str) -> Result<(), &'static str> {
    let length = password.chars().count();
    if length < MIN {
        return Err("a password has at least 8 characters");
    }
    if length > MAX {
        return Err("a password has at most 128 characters");
    }
    let first = password.chars().next();
    if password.eq_ignore_ascii_case(name) || password.chars().all(|c| Some(c) == first) {
        return Err("this password is the first that anybody would try");
    }
    Ok(())
}

fn compute(password: &str) -> Option<String> {
    let hash = Argon2::default().hash_password(password.as_bytes()).ok()?;
    Some(hash.to_string())
}

/// The hash to store; `None` when it cannot be computed.
pub async fn hash(password: String) -> Option<String> {
    let _turn = TWO.acquire().await.ok()?;
    tokio::task::spawn_blocking(move || compute(&password)).await.ok()?
}

/// Whether a password fits a stored hash. With none it takes as long, and is wrong.
pub async fn verify(stored: Option<String>, password: String) -> bool {
    let Ok(_turn) = TWO.acquire().await else {
        return false;
    };
    let check = move || {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| NOBODY.clone());
        let Ok(hash) = PasswordHash::new(&stored) else {
            return false;
        };
        let fits = Argon2::default().verify_password(password.as_bytes(), &hash);
        fits.is_ok() && known
    };
    tokio::task::spawn_blocking(check).await.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn fits_or_does_not() {
        let stored = hash("night watch 1".into()).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(verify(Some(stored.clone()), "night watch 1".into()).await);
        assert!(!verify(Some(stored), "night watch 2".into()).await);
        assert!(!verify(None, "nobody".into()).await);
        assert!(!verify(Some("rubbish".into()), "x".into()).await);
    }

    #[test]
    fn short_long_and_obvious_are_refused() {
        assert!(acceptable("li", "7 chars").is_err());
        assert!(acceptable("li", &"ab".repeat(65)).is_err());
        assert!(acceptable("li", "aaaaaaaaaa").is_err());
        assert!(acceptable("Dispatcher", "dispatcher").is_err());
        assert!(acceptable("li", "守夜人的密码很长").is_ok());
    }
}
