//! `post-build`, Trunk's last step for each page: fills the markers of the HTML, adds content and
//! styles under hashed names, generates the service worker and the Content-Security-Policy, and in
//! release compresses everything and holds it against the size caps (the tests enforce them).
//!
//! It reads only the staging folder, `target/content/` and the CSS; it never compiles anything.

mod assets;
mod chunks;
mod compress;
mod csp;
mod css;
mod css_lint;
pub mod hash;
pub mod hook;
mod html;
mod markers;
mod places;
mod service_worker;
pub mod sizes;
mod slim;
mod wasm;

use crate::sh;
use anyhow::{Context as _, Result};
use hook::Hook;
use std::fs;

/// Finishes the page that Trunk has just staged.
pub fn run() -> Result<()> {
    let hook = Hook::from_env()?;
    finish(&hook).with_context(|| {
        let folder = hook.staging.display();
        format!("the page in {folder} was not finished (is another build of it running?)")
    })
}

fn finish(hook: &Hook) -> Result<()> {
    let file = hook.staging.join("index.html");
    let staged =
        fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;

    chunks::carry(hook)?;
    let staged = if hook.release { slim::slim(&hook.staging, &staged)? } else { staged };
    let content = assets::copy_content(hook)?;
    let css = css::build(hook)?;
    let filled = markers::fill(&staged, &markers::Fills::new(hook, &content, &css)?)
        .with_context(|| format!("{}.html", hook.page.source()))?;
    let minified = html::minify(&filled);
    html::lint(&minified).with_context(|| format!("{}.html", hook.page.source()))?;

    // The build id covers every other file, so it is put in last; the service worker looks for it
    // in the page it stores.
    let template = service_worker::template()?;
    let build = assets::build_id(&hook.staging, &minified, &template)?;
    let page = minified.replace(markers::BUILD_ID, &build);
    let policy = csp::policy(&page);
    fs::write(&file, &page)?;
    fs::write(hook.staging.join("headers.json"), csp::headers_json(&policy))?;
    let precache = assets::precache_list(&hook.staging)?;
    fs::write(
        hook.staging.join("sw.js"),
        service_worker::generate(&template, hook.page, &build, &precache)?,
    )?;

    if hook.release {
        let compressed = compress::everything(&hook.staging)?;
        let report = sizes::Report::new(hook.page, &build, &compressed);
        report.write()?;
        sh::say(&format!("{} page, build {build}\n{report}", hook.page.name()));
    }
    Ok(())
}
