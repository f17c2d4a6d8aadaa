//! Trunk, the bundler: the one in PATH when its version fits, else one compiled into `.tools/`.

use crate::{project, sh};
use anyhow::{Context as _, Result, bail};

/// The version compiled here. 0.22 needs a newer Rust than this project asks for.
const VERSION: &str = "0.21.14";

/// Makes sure `trunk` can be called.
pub fn ensure() -> Result<()> {
    if fits() {
        return Ok(());
    }
    sh::say(&format!("compiling Trunk {VERSION} into .tools/ (2 to 4 minutes, once)"));
    let mut install = sh::cargo();
    install
        .args(["install", "trunk", "--version", VERSION, "--locked", "--quiet", "--force"])
        // Without its downloader and its update check: all tools are already here.
        .arg("--no-default-features")
        .arg("--root")
        .arg(project::root().join(".tools"))
        // Trunk's own release profile (fat LTO, one unit) takes three times as long and gains nothing here.
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_RELEASE_PANIC", "unwind");
    sh::run(&mut install).context("Trunk could not be compiled; is the network there?")?;
    if !fits() {
        bail!(
            "Trunk was compiled into .tools/bin, but `trunk --version` does not answer {VERSION}"
        );
    }
    Ok(())
}

fn fits() -> bool {
    sh::find("trunk").is_some()
        && sh::output(sh::command("trunk").arg("--version")).is_ok_and(|answer| is_usable(&answer))
}

/// Any 0.21 from the version on that the hooks were written for.
fn is_usable(answer: &str) -> bool {
    let number = answer.trim().trim_start_matches("trunk").trim();
    match number.strip_prefix("0.21.").and_then(|patch| patch.parse::<u32>().ok()) {
        Some(patch) => patch >= 14,
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_usable;

    #[test]
    fn takes_only_the_line_it_knows() {
        assert!(is_usable("trunk 0.21.14"));
        assert!(is_usable("trunk 0.21.15\n"));
        for bad in ["trunk 0.21.1", "trunk 0.22.1", "trunk 0.21.15-alpha.1", "", "trunk"] {
            assert!(!is_usable(bad), "{bad}");
        }
    }
}
