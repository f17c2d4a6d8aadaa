//! A Chromium and its driver, for tests and benches only.

use crate::{project, sh};
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::env;
use std::fs;
use std::path::PathBuf;

/// What the browser tests are given.
pub struct Browser {
    /// The browser itself.
    pub chromium: PathBuf,
    /// Its WebDriver.
    pub driver: PathBuf,
}

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const PACKAGES: [&str; 3] = ["chromium", "chromium-driver", "fonts-noto-cjk"];

/// Finds a browser and its driver, or installs them where that can be done without asking.
pub fn ensure() -> Result<Browser> {
    if let Some(found) = find() {
        return Ok(found);
    }
    let can_install = sh::find("apt-get").is_some() && is_root();
    if !can_install {
        bail!(
            "the browser tests need Chromium and its chromedriver, and they were not found. Install them \
             (Debian, Ubuntu: apt-get install {}) or name them in CHROMIUM and CHROMEDRIVER",
            PACKAGES.join(" ")
        );
    }
    sh::say("installing Chromium, its driver and Chinese fonts with apt-get (about 200 MB, once)");
    let apt = || {
        let mut command = sh::command("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq");
        command
    };
    sh::run(apt().arg("update"))?;
    sh::run(apt().args(["install", "--yes", "--no-install-recommends"]).args(PACKAGES))?;
    find().context(
        "apt-get installed Chromium, but neither `chromium` nor `chromedriver` is in PATH now",
    )
}

fn find() -> Option<Browser> {
    let named = |key: &str| env::var_os(key).map(PathBuf::from).filter(|file| file.is_file());
    let chromium = named("CHROMIUM").or_else(|| NAMES.iter().find_map(|name| sh::find(name)))?;
    let driver = named("CHROMEDRIVER").or_else(|| sh::find("chromedriver"))?;
    Some(Browser { chromium, driver })
}

fn is_root() -> bool {
    sh::output(sh::command("id").arg("-u")).is_ok_and(|id| id == "0")
}

impl Browser {
    /// Writes `webdriver.json` with this browser's path for the runner of wasm tests; gives the file.
    pub fn webdriver_json(&self) -> Result<PathBuf> {
        let source = fs::read_to_string(project::root().join("webdriver.json"))?;
        let mut settings: Value = serde_json::from_str(&source).context("webdriver.json")?;
        settings["goog:chromeOptions"]["binary"] = Value::from(self.chromium.to_string_lossy());
        let file = project::target().join("webdriver.json");
        fs::write(&file, settings.to_string())?;
        Ok(file)
    }
}
