//! Where things lie in this checkout. Does no work.

use std::env;
use std::path::{Path, PathBuf};

/// The folder with the workspace's `Cargo.toml`.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// Cargo's target folder, also when moved by `CARGO_TARGET_DIR`.
pub fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// Tools built or fetched for this checkout only.
pub fn tools_bin() -> PathBuf {
    root().join(".tools/bin")
}

/// What `xtask content` writes and `post-build` reads.
pub fn built_content() -> PathBuf {
    target().join("content")
}

/// Commands of the development packages in `package.json`.
pub fn node_bin() -> PathBuf {
    root().join("node_modules/.bin")
}
