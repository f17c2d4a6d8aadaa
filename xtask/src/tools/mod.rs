//! The tools that building and testing need besides Rust: each is looked for first and fetched or
//! compiled only when missing. Nothing is installed outside `.tools/` and `node_modules/`, but for
//! the wasm target of rustup and, in `chromium`, the distribution's browser package.

pub mod chromium;
pub mod node;
pub mod shim;
pub mod trunk;
pub mod wasm_target;

use anyhow::Result;

/// Everything a release build of the pages needs.
pub fn for_pages() -> Result<()> {
    wasm_target::ensure()?;
    node::ensure()?;
    shim::ensure()?;
    trunk::ensure()
}
