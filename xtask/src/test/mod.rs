//! `cargo xtask test`: every kind of test there is, streamed as it runs, and one last line that
//! counts them.
//!
//! A step that breaks without counting (a compile error, a page over its cap) counts as one failure,
//! so that the last line can never be better than what happened.

mod count;
mod steps;

use crate::cli::Part;
use crate::sh;
use anyhow::Result;
use count::Tally;
use std::process::ExitCode;

pub use steps::with_product;

/// Runs the chosen part; the exit code tells whether anything failed.
pub fn run(part: Part) -> ExitCode {
    let mut tally = Tally::default();
    let mut step = |name: &str, result: Result<Tally>| match result {
        Ok(found) => {
            sh::say(&format!("{name}: {found}"));
            tally += found;
        }
        Err(error) => {
            eprintln!("✗ {name}: {error:#}");
            tally += Tally { passed: 0, failed: 1 };
        }
    };
    if matches!(part, Part::All | Part::Unit) {
        step("content", steps::content());
        step("unit tests", steps::native());
        step("app unit tests", steps::app());
        step("service worker", steps::service_worker());
    }
    if matches!(part, Part::All | Part::Web) {
        step("wasm tests in a browser", steps::web());
    }
    if matches!(part, Part::All | Part::Journeys) {
        step("release pages within their caps", steps::pages());
        step("vision worker", steps::vision_worker());
        step("journeys", steps::journeys());
    }
    println!("{tally}");
    if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
