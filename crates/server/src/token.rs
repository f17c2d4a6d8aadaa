//! Secrets: 32 random bytes as base64url text. The server keeps only the SHA-256 of that text, so
//! that a copied database opens nothing. A secret has no `Debug` and no `Display` here.

use sha2::{Digest as _, Sha256};

/// Characters of a token: 32 bytes in base64url without padding.
pub const LENGTH: usize = 43;

/// SHA-256 of a token's text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash(pub [u8; 32]);

impl std::fmt::Debug for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hash(…)")
    }
}

impl Hash {
    /// The hash of a token as it came over the wire; `None` when it has not the form of one.
    pub fn of(token: &str) -> Option<Hash> {
        let good = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        (token.len() == LENGTH && token.bytes().all(good)).then(|| Hash(sha256(token.as_bytes())))
    }

    /// A hash that a device computed itself, in lower-case hexadecimal.
    pub fn from_hex(text: &str) -> Option<Hash> {
        if !case::id::is_sha256(text) {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Hash(bytes))
    }
}

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Random bytes of the operating system.
///
/// # Panics
/// When the operating system has none: then no secret can be made and the server must not run.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// A new token and its hash.
pub fn mint() -> (String, Hash) {
    let text = case::id::base64url(&random::<32>());
    let hash = Hash(sha256(text.as_bytes()));
    (text, hash)
}

/// A new UUID of version 7.
pub fn uuid(now: i64) -> String {
    case::id::uuid7(now, random())
}

/// The server's clock, Unix milliseconds.
pub fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |d| d.as_millis() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_hashes_to_what_its_holder_computes() {
        let (text, hash) = mint();
        assert_eq!(text.len(), LENGTH);
        assert_eq!(Hash::of(&text), Some(hash));
        let hex = case::id::hex(&sha256(text.as_bytes()));
        assert_eq!(Hash::from_hex(&hex), Some(hash));
        assert_eq!(Hash::of("short"), None);
        assert_eq!(Hash::of(&"é".repeat(43)), None);
        assert_eq!(Hash::from_hex(&hex.to_uppercase()), None);
        assert_eq!(format!("{hash:?}"), "Hash(…)");
    }
}
