//! Node and the development packages of `package.json`: wasm-opt (binaryen) and playwright-core.
//! Node is never part of the product.

use crate::page::hash;
use crate::{project, sh};
use anyhow::{Context as _, Result, bail};
use std::fs;

const LEAST: u32 = 20;

/// Makes sure Node is new enough and `node_modules/` is what `package-lock.json` says.
pub fn ensure() -> Result<()> {
    let version =
        sh::find("node").and_then(|_| sh::output(sh::command("node").arg("--version")).ok());
    match version.as_deref().and_then(major) {
        Some(found) if found >= LEAST => {}
        Some(found) => bail!(
            "Node {LEAST} or newer is needed (wasm-opt and the browser tests run in it), this is {found}"
        ),
        None => bail!(
            "Node {LEAST} or newer is needed (wasm-opt and the browser tests run in it) and `node` was not found: \
             https://nodejs.org, or your distribution's packages nodejs and npm"
        ),
    }
    let lock = project::root().join("package-lock.json");
    let wanted = hash::short(&fs::read(&lock).context("package-lock.json cannot be read")?);
    let stamp = project::root().join("node_modules/.nightwatch-lock");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    sh::say("fetching wasm-opt and the browser driver with npm (about 35 MB, once)");
    sh::run(sh::command("npm").args([
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ]))
    .context("the packages of package-lock.json could not be fetched; is the network there?")?;
    fs::write(stamp, wanted)?;
    Ok(())
}

fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn reads_node_versions() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("nonsense"), None);
    }
}
