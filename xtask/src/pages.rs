//! Release builds of the pages with Trunk, skipped when nothing they are made of has changed.

use crate::page::hash;
use crate::page::hook::Page;
use crate::{project, sh, tools};
use anyhow::{Context as _, Result, bail};
use std::fs::{self, File};
use std::path::Path;

/// What a page is made of. The server and the tests are not in it.
const INPUTS: [&str; 18] = [
    "Cargo.toml",
    "build.rs",
    "Cargo.lock",
    "Trunk.toml",
    "package-lock.json",
    ".cargo/config.toml",
    "index.html",
    "desk.html",
    "src",
    "public",
    "content",
    "crates/case",
    "crates/guide",
    "crates/vision",
    "crates/vision-worker",
    "xtask/src",
    "xtask/Cargo.toml",
    "xtask/wasm-bindgen-shim",
];

/// Names the key of a release, as in `crates/guide`.
const SIGNING_KEY: &str = "NIGHTWATCH_SIGNING_KEY";

/// Written into the built folder, so that a build by hand (which replaces the folder) removes it.
const STAMP: &str = ".built-from";

/// Builds every page that is missing or out of date.
pub fn ensure_release() -> Result<()> {
    let _only_one = only_one()?;
    let wanted = fingerprint()?;
    let stale: Vec<Page> = Page::ALL.into_iter().filter(|page| !is_built(*page, &wanted)).collect();
    if stale.is_empty() {
        sh::say("the pages are up to date");
        return Ok(());
    }
    tools::for_pages()?;
    sh::say("fetching the Rust packages that are not here yet");
    sh::run(sh::cargo().args(["fetch", "--quiet"]))
        .context("the Rust packages could not be fetched")?;
    for page in stale {
        build(page)?;
        fs::write(dist(page).join(STAMP), &wanted)?;
    }
    // A file saved while the build ran is not in what was built.
    if fingerprint()? != wanted {
        sh::say("sources changed during the build: the next run builds again");
        for page in Page::ALL {
            let _ = fs::remove_file(dist(page).join(STAMP));
        }
    }
    Ok(())
}

/// Two builds of one page empty each other's folders: the second waits until the first is done.
fn only_one() -> Result<File> {
    fs::create_dir_all(project::target())?;
    let lock = File::create(project::target().join("pages.lock"))?;
    if lock.try_lock().is_err() {
        sh::say("waiting for another build of the pages");
        lock.lock()?;
    }
    Ok(lock)
}

fn build(page: Page) -> Result<()> {
    sh::say(&format!(
        "building the {} page for release (2 to 5 minutes the first time, half a minute after an edit)",
        page.name()
    ));
    let html = format!("{}.html", page.source());
    if !project::root().join(&html).is_file() {
        bail!("{html} is missing");
    }
    sh::run(
        sh::command("trunk")
            .args(["build", "--release", "--offline", "--log", "warn", &html])
            .args(["--dist".as_ref(), dist(page).as_os_str()])
            .args(["--public-url", page.public_url()])
            // Trunk reads NO_COLOR as a switch that must say true or false.
            .env_remove("NO_COLOR")
            // Its backtraces bury the compiler's message.
            .env("RUST_BACKTRACE", "0"),
    )
    .with_context(|| format!("the {} page was not built", page.name()))
}

/// The folder of a built page.
pub fn dist(page: Page) -> std::path::PathBuf {
    project::root().join("dist").join(page.name())
}

fn is_built(page: Page, wanted: &str) -> bool {
    dist(page).join("index.html").is_file()
        && fs::read_to_string(dist(page).join(STAMP)).is_ok_and(|found| found == wanted)
}

/// Over names and contents, never over times: a fresh checkout of the same sources is the same.
fn fingerprint() -> Result<String> {
    let mut all = Vec::new();
    for input in INPUTS {
        add(&project::root().join(input), &mut all)?;
    }
    // The app trusts other keys and carries other signatures in a release.
    let key = std::env::var(SIGNING_KEY).unwrap_or_default();
    all.extend(hash::short(key.as_bytes()).into_bytes());
    Ok(hash::short(&all))
}

fn add(path: &Path, all: &mut Vec<u8>) -> Result<()> {
    if path.is_dir() {
        let mut entries = fs::read_dir(path)?.map(|e| Ok(e?.path())).collect::<Result<Vec<_>>>()?;
        entries.sort();
        for entry in entries {
            add(&entry, all)?;
        }
    } else if path.is_file() {
        all.extend(path.strip_prefix(project::root())?.to_string_lossy().as_bytes());
        all.push(0);
        all.extend(hash::short(&fs::read(path)?).into_bytes());
    }
    Ok(())
}
