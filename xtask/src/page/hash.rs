//! SHA-256 in the two spellings used here.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// Eight bytes as 16 hex digits: for names of files and builds.
pub fn short(bytes: &[u8]) -> String {
    Sha256::digest(bytes)[..8].iter().map(|b| format!("{b:02x}")).collect()
}

/// As a Content-Security-Policy writes it, without quotes: `sha256-…`.
pub fn csp_source(bytes: &[u8]) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(bytes)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn known_values() {
        // FIPS 180-2, "abc".
        assert_eq!(super::short(b"abc"), "ba7816bf8f01cfea");
        assert_eq!(
            super::csp_source(b"abc"),
            "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
        );
    }
}
