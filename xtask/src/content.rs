//! `cargo xtask content`: lints `content/` and builds what the pages fetch from it.
//!
//! The rules live in `crates/guide`; this shows what they say. As Trunk's hook in a debug build it
//! lets the page be built with the content of before, so that one unfinished guide does not stop
//! everybody; a release is never built from content with a problem.

use crate::{project, sh};
use anyhow::{Result, bail};
use std::env;

/// Checks and writes `target/content/`; an error when there is any problem.
pub fn run() -> Result<()> {
    match guide::build::build(&project::root().join("content"), &project::built_content()) {
        Ok(report) => {
            let steps: usize = report.regions.iter().map(|region| region.steps).sum();
            let regions: Vec<&str> =
                report.regions.iter().map(|region| region.id.as_str()).collect();
            sh::say(&format!(
                "content edition {}: {} words, {steps} steps, regions {}, signed by {}",
                report.edition,
                report.words,
                regions.join(" "),
                report.key
            ));
            Ok(())
        }
        Err(problems) => {
            for problem in &problems {
                eprintln!("content/{problem}");
            }
            let many = if problems.len() == 1 {
                "1 problem".to_owned()
            } else {
                format!("{} problems", problems.len())
            };
            if env::var("TRUNK_PROFILE").is_ok_and(|profile| profile == "debug") {
                sh::say(&format!(
                    "{many} in content/: this debug page is built without its changes"
                ));
                return Ok(());
            }
            bail!("{many} in content/: nothing was written");
        }
    }
}
