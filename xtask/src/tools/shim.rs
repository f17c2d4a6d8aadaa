//! Our own `wasm-bindgen` and its test runner, compiled from this workspace so that their version is
//! the lock file's, and put where Trunk and Cargo look for them.

use crate::{project, sh};
use anyhow::{Context as _, Result};
use std::fs;
use std::path::PathBuf;

/// The `wasm-bindgen` command for Trunk.
pub fn ensure() -> Result<()> {
    if !project::tools_bin().join("wasm-bindgen").exists() {
        sh::say("compiling wasm-bindgen of the lock file's version (about 20 s, once)");
    }
    build("wasm-bindgen", &[]).map(|_| ())
}

/// The runner that carries wasm tests into a browser; gives its path.
pub fn ensure_test_runner() -> Result<PathBuf> {
    if !project::tools_bin().join("wasm-bindgen-test-runner").exists() {
        sh::say("compiling the runner of wasm tests (about 40 s, once)");
    }
    build("wasm-bindgen-test-runner", &["--features", "test-runner"])
}

fn build(binary: &str, extra: &[&str]) -> Result<PathBuf> {
    sh::run(
        sh::cargo()
            .args(["build", "--quiet", "-p", "wasm-bindgen-shim", "--bin", binary])
            .args(extra),
    )?;
    let built = project::target().join("debug").join(binary);
    let wanted = project::tools_bin().join(binary);
    let bytes = fs::read(&built)
        .with_context(|| format!("{} is missing after its build", built.display()))?;
    if fs::read(&wanted).ok().as_deref() == Some(&bytes) {
        return Ok(wanted);
    }
    fs::create_dir_all(project::tools_bin())?;
    // A copy under another name and a rename: a running copy of the old one is not disturbed.
    let fresh = wanted.with_extension("new");
    fs::copy(&built, &fresh)?;
    fs::rename(&fresh, &wanted)?;
    Ok(wanted)
}
