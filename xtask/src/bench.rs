//! `cargo xtask bench`: every figure of the project's table, each from its own small program.
//!
//! Times are measured and printed, never judged: a slow machine is not a bug. Sizes are judged by
//! the build itself.

use crate::page::hook::Page;
use crate::page::sizes;
use crate::test::with_product;
use crate::tools::chromium;
use crate::{pages, project, serve, sh, tools};
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::fs;

/// One bench: its name on the command line, what it measures, and how.
struct Bench {
    name: &'static str,
    about: &'static str,
    run: fn() -> Result<()>,
}

const BENCHES: [Bench; 5] = [
    Bench {
        name: "sizes",
        about: "bytes of each part of both pages after brotli",
        run: print_sizes,
    },
    Bench {
        name: "pages",
        about: "paint, start, interaction, layout shift, taps, tab kills, in Chromium",
        run: measure_pages,
    },
    Bench {
        name: "vision",
        about: "our tracker, OpenCV.js and jsfeat over the same films in Chromium (some minutes)",
        run: compare_trackers,
    },
    Bench { name: "server", about: "kill -9 of the server while clients send", run: kill_server },
    Bench {
        name: "live",
        about: "10,000 live sockets on one core; all cut and back; 1,000 hostile ones (2 minutes)",
        run: load_server,
    },
];

/// Runs the named benches, or all of them.
pub fn run(names: &[String]) -> Result<()> {
    let chosen: Vec<&Bench> = if names.is_empty() {
        BENCHES.iter().collect()
    } else {
        names.iter().map(|name| find(name)).collect::<Result<_>>()?
    };
    pages::ensure_release()?;
    let mut failed = Vec::new();
    for bench in chosen {
        sh::say(&format!("bench {}: {}", bench.name, bench.about));
        if let Err(error) = (bench.run)() {
            eprintln!("✗ {}: {error:#}", bench.name);
            failed.push(bench.name);
        }
    }
    if !failed.is_empty() {
        bail!("no figures from: {}", failed.join(", "));
    }
    Ok(())
}

fn find(name: &str) -> Result<&'static Bench> {
    BENCHES.iter().find(|bench| bench.name == name).with_context(|| {
        let all: String =
            BENCHES.iter().map(|b| format!("\n  {:<8} {}", b.name, b.about)).collect();
        format!("the benches are{all}\nnot `{name}`")
    })
}

fn print_sizes() -> Result<()> {
    for page in Page::ALL {
        let file = project::target().join(sizes::file_name(page));
        let text =
            fs::read_to_string(&file).with_context(|| format!("{} is missing", file.display()))?;
        let report: Value = serde_json::from_str(&text)?;
        let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
        println!(
            "{} page at {}, build {}",
            page.name(),
            text(&report["commit"]),
            text(&report["build"])
        );
        println!("  {:<15} {:>9} {:>9} {:>9} {:>9}  file", "part", "raw", "brotli", "goal", "cap");
        for part in report["parts"].as_array().into_iter().flatten() {
            let number =
                |key: &str| part[key].as_u64().map_or_else(|| "-".to_owned(), |n| n.to_string());
            println!(
                "  {:<15} {:>9} {:>9} {:>9} {:>9}  {}",
                text(&part["part"]),
                number("raw"),
                number("br"),
                number("goal"),
                number("cap"),
                text(&part["name"])
            );
        }
    }
    Ok(())
}

fn measure_pages() -> Result<()> {
    // Times are those of the server that people run.
    sh::run(&mut with_product("tests/bench/run.mjs", serve::build_server(true)?)?)
}

/// Films with exact truth are drawn anew each time: their generator may have changed.
fn compare_trackers() -> Result<()> {
    tools::node::ensure()?;
    let browser = chromium::ensure()?;
    let films = project::target().join("vision-films");
    sh::say("drawing the films (a minute)");
    sh::run(
        sh::cargo()
            .args(["run", "--quiet", "--release", "-p", "vision-worker", "--features", "bench"])
            .args(["--bin", "vision-films", "--"])
            .arg(&films),
    )?;
    sh::run(
        sh::command("node")
            .arg("tests/bench/vision.mjs")
            .arg(&films)
            .env("CHROMIUM", browser.chromium),
    )
}

fn kill_server() -> Result<()> {
    server("bench-kill", &[])
}

/// The size of the goals. Memory: about 1 GB.
fn load_server() -> Result<()> {
    server("bench-live", &["5000", "30"])
}

fn server(name: &str, args: &[&str]) -> Result<()> {
    let mut bench = sh::cargo();
    bench.args(["bench", "--quiet", "-p", "server", "--bench", name, "--"]).args(args);
    sh::run(&mut bench)
}
