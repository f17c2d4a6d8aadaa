//! The standard library for wasm32, without which nothing of `src/` compiles.

use crate::sh;
use anyhow::{Context as _, Result, bail};
use std::path::Path;

const TARGET: &str = "wasm32-unknown-unknown";

/// Makes sure the current toolchain can build for the browser.
pub fn ensure() -> Result<()> {
    if present()? {
        return Ok(());
    }
    if sh::find("rustup").is_none() {
        bail!(
            "this Rust has no standard library for {TARGET} and there is no rustup to add it. \
             Install rustup (https://rustup.rs), or your distribution's package (Debian: libstd-rust-dev-wasm32)"
        );
    }
    sh::say("adding the wasm target to your Rust (about 20 MB, once)");
    sh::run(sh::command("rustup").args(["target", "add", TARGET])).context(
        "adding the wasm target needs the network; once it is there it is not asked for again",
    )?;
    if !present()? {
        bail!(
            "rustup added {TARGET}, but to another toolchain than the one in use: see `rustup show`"
        );
    }
    Ok(())
}

fn present() -> Result<bool> {
    let dir =
        sh::output(sh::command("rustc").args(["--print", "target-libdir", "--target", TARGET]))?;
    let Ok(files) = Path::new(&dir).read_dir() else {
        return Ok(false);
    };
    Ok(files.flatten().any(|file| file.file_name().to_string_lossy().starts_with("libcore-")))
}
