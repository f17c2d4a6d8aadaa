//! The single steps of a test run: what is called, with which environment.

use super::count::{self, Tally};
use crate::page::hook::Page;
use crate::page::sizes;
use crate::tools::chromium;
use crate::{content, pages, project, serve, sh, tools};
use anyhow::{Result, bail};
use std::path::PathBuf;
use std::process::Command;

/// One thing that held, for steps that either hold or stop with a sentence.
const ONE: Tally = Tally { passed: 1, failed: 0 };

/// The linter over `content/`.
pub fn content() -> Result<Tally> {
    sh::say("checking content/");
    content::run()?;
    Ok(ONE)
}

/// Unit and property tests of everything that runs outside a browser.
pub fn native() -> Result<Tally> {
    sh::say("unit and property tests (5 to 10 minutes to compile the first time)");
    count::run(sh::cargo().args([
        "test",
        "--workspace",
        "--exclude",
        "nightwatch",
        "--features",
        "vision/bench",
        "--no-fail-fast",
    ]))
}

/// Unit and property tests of the app's pure parts, outside a browser.
pub fn app() -> Result<Tally> {
    sh::say("unit and property tests of the app (2 to 4 minutes to compile the first time)");
    count::run(sh::cargo().args(["test", "-p", "nightwatch", "--lib", "--no-fail-fast"]))
}

/// The service worker's rules, in Node.
pub fn service_worker() -> Result<Tally> {
    tools::node::ensure()?;
    sh::say("the service worker's rules");
    count::run(sh::command("node").args([
        "--test",
        "--test-reporter=tap",
        "xtask/tests/sw.test.mjs",
    ]))
}

/// Tests of `src/` in a real browser, and of the tracker's kernels.
pub fn web() -> Result<Tally> {
    tools::wasm_target::ensure()?;
    let browser = chromium::ensure()?;
    let runner = tools::shim::ensure_test_runner()?;
    sh::say("wasm tests in a browser (3 to 6 minutes to compile the first time)");
    let settings = browser.webdriver_json()?;
    let mut tally = Tally::default();
    // One by one: the other tests of `vision` are not for a browser.
    for (package, test) in [("nightwatch", "*"), ("vision", "kernels")] {
        tally += count::run(
            sh::cargo()
                .args(["test", "-p", package, "--target", "wasm32-unknown-unknown"])
                .args(["--test", test, "--no-fail-fast"])
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", &runner)
                .env("CHROMEDRIVER", &browser.driver)
                .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", &settings)
                .env("WASM_BINDGEN_TEST_TIMEOUT", "120"),
        )?;
    }
    Ok(tally)
}

/// The release build, and each of its parts against its size cap.
pub fn pages() -> Result<Tally> {
    pages::ensure_release()?;
    let mut tally = Tally::default();
    for page in Page::ALL {
        let (fit, over) = sizes::judge(page)?;
        for line in &over {
            eprintln!("✗ over the size cap: {line}");
        }
        tally += Tally { passed: fit, failed: over.len() };
    }
    Ok(tally)
}

/// The vision worker as it is served: its plain API in Node, its messages in Chromium.
pub fn vision_worker() -> Result<Tally> {
    tools::node::ensure()?;
    let browser = chromium::ensure()?;
    sh::say("the vision worker");
    let folder = "crates/vision-worker/tests";
    count::run(
        sh::command("node")
            .args(["--test", "--test-reporter=tap"])
            .args(["plain", "worker"].map(|name| format!("{folder}/{name}.test.mjs")))
            .env("CHROMIUM", browser.chromium),
    )
}

/// Journeys of real users against the built product.
pub fn journeys() -> Result<Tally> {
    let script = "tests/journeys/run.mjs";
    if !project::root().join(script).is_file() {
        bail!("{script} is missing");
    }
    if Page::ALL.iter().any(|page| !pages::dist(*page).join("index.html").is_file()) {
        bail!("the pages are not built, so no journey can be made");
    }
    // The debug server: its parts were compiled for the unit tests already.
    let mut node = with_product(script, serve::build_server(false)?)?;
    sh::say("journeys in Chromium (a few minutes)");
    count::run(&mut node)
}

/// Node on a script that drives the product: it is told where browser, server and pages are.
pub fn with_product(script: &str, server: PathBuf) -> Result<Command> {
    tools::node::ensure()?;
    let browser = chromium::ensure()?;
    let mut node = sh::command("node");
    node.arg(script).env("CHROMIUM", browser.chromium).env("NIGHTWATCH_SERVER", server);
    Ok(node)
}
