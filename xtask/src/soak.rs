//! `cargo xtask soak`: the fault runs of the tests at length, one after the other. Each has a checker
//! over both logs and fails when anything was lost, doubled, out of order or seen without consent.

use crate::sh;
use anyhow::{Result, bail};
use std::process::Command;

/// Times the server is killed.
const KILLS: &str = "500";
/// Bad networks.
const SEEDS: &str = "5000";
/// Schedules of the simulator.
const SCHEDULES: &str = "500000";

/// Runs them all, and says at the end which did not hold.
pub fn run() -> Result<()> {
    let mut kill = sh::cargo();
    kill.args(["bench", "--quiet", "-p", "server", "--bench", "bench-kill", "--", KILLS]);
    let mut networks = test(&["--test", "chaos"]);
    networks.env("NIGHTWATCH_SEEDS", SEEDS);
    let mut schedules = test(&["--lib", "live::simulate"]);
    schedules.env("NIGHTWATCH_SCHEDULES", SCHEDULES);
    let mut failed = Vec::new();
    for (what, mut command) in [
        (format!("the server is killed {KILLS} times (13 minutes)"), kill),
        (format!("{SEEDS} bad networks (12 minutes)"), networks),
        (format!("{SCHEDULES} schedules without any network (15 minutes)"), schedules),
    ] {
        sh::say(&what);
        if let Err(error) = sh::run(&mut command) {
            eprintln!("✗ {error:#}");
            failed.push(what);
        }
    }
    match failed.is_empty() {
        true => Ok(()),
        false => bail!("did not hold: {}", failed.join("; ")),
    }
}

/// Optimised as the server that people run is, or it would take hours.
fn test(which: &[&str]) -> Command {
    let mut cargo = sh::cargo();
    cargo.args(["test", "--quiet", "--release", "-p", "server"]).args(which);
    cargo
}
