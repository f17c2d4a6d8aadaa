//! Keys: which one signs, and which ones the app is compiled to trust.
//!
//! A release is signed with `NIGHTWATCH_SIGNING_KEY` (base64url of the 32-byte seed) from the
//! environment; without it the development key of the repository signs. While a release key is
//! set, the development key is not compiled into the app.

use super::Problem;
use super::load::one;
use crate::seal::{SEAL_VERSION, Sealed, base64, unbase64};
use ed25519_compact::{KeyPair, Seed};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The environment variable that holds a release's key.
pub const SIGNING_KEY: &str = "NIGHTWATCH_SIGNING_KEY";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DevFile {
    id: String,
    seed: String,
}

/// `keys/trusted.toml`: names and public keys, base64url.
type TrustedFile = BTreeMap<String, String>;

/// The key that signs this build.
pub struct Signer {
    /// Its name in `keys/trusted.toml`.
    pub id: String,
    pair: KeyPair,
}

impl Signer {
    /// Signs a pack's JSON text.
    pub fn seal(&self, pack: String) -> Sealed {
        let sig = self.pair.sk.sign(&pack, None);
        Sealed { v: SEAL_VERSION, key: self.id.clone(), sig: base64(sig.as_ref()), pack }
    }
}

/// The signing key: that of the release, else the development key.
pub fn signing(dir: &Path) -> Result<Signer, Problem> {
    signing_with(dir, std::env::var(SIGNING_KEY).ok().filter(|s| !s.is_empty()))
}

fn signing_with(dir: &Path, release: Option<String>) -> Result<Signer, Problem> {
    let trusted: TrustedFile = load(dir, "keys/trusted.toml")?;
    let seed = match &release {
        Some(seed) => seed.trim().to_string(),
        None => load::<DevFile>(dir, "keys/dev.toml")?.seed,
    };
    let from = if release.is_some() { SIGNING_KEY } else { "keys/dev.toml" };
    let Some(seed) = unbase64::<32>(&seed) else {
        return Err(Problem::new(from, "key", "The key is not 32 bytes in base64url."));
    };
    let pair = KeyPair::from_seed(Seed::new(seed));
    let public = base64(pair.pk.as_ref());
    match trusted.into_iter().find(|(_, key)| *key == public) {
        Some((id, _)) => Ok(Signer { id, pair }),
        None => {
            let say = format!(
                "No app would trust this key: its public half {public} is not in keys/trusted.toml."
            );
            Err(Problem::new(from, "key", say))
        }
    }
}

fn load<T: serde::de::DeserializeOwned>(dir: &Path, file: &str) -> Result<T, Problem> {
    let mut problems = Vec::new();
    let doc = one(dir, file, &mut problems);
    doc.map(|d| d.is).ok_or_else(|| {
        problems.pop().unwrap_or_else(|| Problem::new(file, "file", "Cannot be read."))
    })
}

/// Rust source of `TRUSTED`, for the app's build script.
///
/// # Errors
/// The key files, where they cannot be read or hold no keys.
pub fn keys_rs(content_dir: &Path) -> Result<String, Vec<Problem>> {
    let trusted: TrustedFile = load(content_dir, "keys/trusted.toml").map_err(|p| vec![p])?;
    let release = std::env::var(SIGNING_KEY).is_ok_and(|s| !s.is_empty());
    let dev = match release {
        true => load::<DevFile>(content_dir, "keys/dev.toml").ok().map(|d| d.id),
        false => None,
    };
    let mut out = String::from(
        "/// Keys whose signature on content is trusted.\npub const TRUSTED: &[guide::seal::PublicKey] = &[\n",
    );
    for (id, key) in trusted.iter().filter(|(id, _)| Some(*id) != dev.as_ref()) {
        let Some(bytes) = unbase64::<32>(key) else {
            let say = format!("The key {id} is not 32 bytes in base64url.");
            return Err(vec![Problem::new("keys/trusted.toml", "key", say)]);
        };
        out.push_str(&format!("    guide::seal::PublicKey {{ id: {id:?}, bytes: {bytes:?} }},\n"));
    }
    out.push_str("];\n");
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::{PublicKey, Unsealed, open};

    fn content() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content")
    }

    #[test]
    fn what_is_signed_opens_and_what_is_changed_does_not() {
        let signer = signing_with(&content(), None).expect("development key");
        let keys = [PublicKey { id: "dev", bytes: *signer.pair.pk }];
        let sealed = signer.seal("{\"v\":1}".into());
        assert_eq!(open(&sealed, &keys), Ok("{\"v\":1}"));
        let changed = Sealed { pack: "{\"v\":2}".into(), ..sealed.clone() };
        assert_eq!(open(&changed, &keys), Err(Unsealed::BadSignature));
        let cut = Sealed { sig: sealed.sig[..80].into(), ..sealed.clone() };
        assert_eq!(open(&cut, &keys), Err(Unsealed::BadSignature));
        let bare = Sealed { sig: String::new(), ..sealed.clone() };
        assert_eq!(open(&bare, &keys), Err(Unsealed::NotSigned));
        let newer = Sealed { v: 2, ..sealed.clone() };
        assert_eq!(open(&newer, &keys), Err(Unsealed::TooNew(2)));
        assert_eq!(open(&sealed, &[]), Err(Unsealed::UnknownKey));
    }

    #[test]
    fn a_release_key_that_no_app_trusts_is_refused() {
        let key = base64(&[7; 32]);
        let problem = signing_with(&content(), Some(key)).err().expect("refused");
        assert_eq!((problem.file.as_str(), problem.rule), (SIGNING_KEY, "key"));
        assert!(signing_with(&content(), Some("short".into())).is_err());
    }

    #[test]
    fn base64_goes_both_ways() {
        for n in 0u8..40 {
            let bytes: [u8; 32] =
                std::array::from_fn(|i| (i as u8).wrapping_mul(n).wrapping_add(n));
            assert_eq!(unbase64::<32>(&base64(&bytes)), Some(bytes));
        }
        assert_eq!(unbase64::<2>("AB"), None, "too short");
        assert_eq!(unbase64::<1>("AB"), None, "bits left over");
        assert_eq!(unbase64::<1>("A="), None, "padding");
    }
}
