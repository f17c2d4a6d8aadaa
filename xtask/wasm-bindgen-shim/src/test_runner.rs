//! `wasm-bindgen-test-runner` of the lock file's version: runs the wasm tests in a browser.
//!
//! The whole work is wasm-bindgen's own; this only makes it part of the workspace, so that it
//! shares its compiled dependencies and never mismatches.

fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::env::args_os())
}
