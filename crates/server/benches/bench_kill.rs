//! `cargo bench -p server --bench bench-kill [-- KILLS]`: the server killed so many times, twenty if
//! not said, while fifty clients send; prints one row of the table of figures, and fails when anything was lost or stored twice.

#[path = "../tests/kill/harness.rs"]
mod harness;

use std::process::ExitCode;

fn main() -> ExitCode {
    // `cargo test --benches` asks for a list of tests; there is none here.
    if std::env::args().any(|a| a == "--list") {
        return ExitCode::SUCCESS;
    }
    let kills = std::env::args().find_map(|a| a.parse().ok()).unwrap_or(20);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let program = env!("CARGO_BIN_EXE_nightwatch-server");
    let mut o = runtime.block_on(harness::run(program.as_ref(), 50, kills, (400, 2600)));
    o.recovery.sort();
    let middle = o.recovery[o.recovery.len() / 2].as_millis();
    let slowest = o.recovery.last().map_or(0, |d| d.as_millis());
    println!(
        "| server `kill -9` {} times while {} clients send | {} acknowledged, {} lost, {} twice, \
         {} out of order, {} answered again; up again in {middle} ms (p50), {slowest} ms (max) |",
        o.kills, o.clients, o.acknowledged, o.lost, o.twice, o.disorder, o.duplicates
    );
    match o.lost + o.twice + o.disorder {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
