//! The size of each part of a page against its goal and its hard cap. A build over a cap is shown as
//! such and works; the tests fail, and with them CI.
//!
//! Figures are bytes after brotli (quality 11), those of the project's table of figures.

use super::compress::Sized;
use super::hook::Page;
use crate::{project, sh};
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use std::fmt;
use std::fs;

/// Goal and cap of one part.
struct Limit {
    part: &'static str,
    goal: usize,
    cap: usize,
    /// Each file alone has to fit (one of them is what a person downloads), or all together.
    each: bool,
}

const DRIVER: [Limit; 9] = [
    Limit { part: "first response", goal: 9_000, cap: 13_000, each: false },
    Limit { part: "wasm", goal: 85_000, cap: 100_000, each: false },
    // What is fetched after the first screen stands (docs/decisions/0006-chunks.md).
    Limit { part: "later wasm", goal: 80_000, cap: 100_000, each: true },
    Limit { part: "JS", goal: 8_000, cap: 10_000, each: false },
    Limit { part: "CSS", goal: 7_000, cap: 10_000, each: false },
    Limit { part: "words", goal: 6_000, cap: 10_000, each: true },
    Limit { part: "pack", goal: 25_000, cap: 40_000, each: true },
    // Loaded when the camera is: no part of what the driver waits for.
    Limit { part: "vision worker", goal: 50_000, cap: 56_000, each: false },
    Limit { part: "vision JS", goal: 5_000, cap: 8_000, each: false },
];

/// The desk is used on broadband.
const DESK: [Limit; 2] = [
    Limit { part: "wasm", goal: 230_000, cap: 380_000, each: false },
    Limit { part: "JS", goal: 20_000, cap: 20_000, each: false },
];

/// One line of the report.
struct Line {
    part: &'static str,
    name: String,
    raw: usize,
    br: usize,
    limit: Option<(usize, usize)>,
}

/// All parts of one page.
pub struct Report {
    page: Page,
    build: String,
    lines: Vec<Line>,
}

impl Report {
    /// Sorts the files of a page into parts.
    pub fn new(page: Page, build: &str, files: &[Sized]) -> Self {
        let limits: &[Limit] = match page {
            Page::Driver => &DRIVER,
            Page::Desk => &DESK,
        };
        let mut lines: Vec<Line> = Vec::new();
        for file in files {
            let Some(part) = part_of(&file.name) else {
                continue;
            };
            let limit = limits.iter().find(|limit| limit.part == part);
            let alone = limit.is_some_and(|limit| limit.each) || part == "other";
            let same = lines.iter_mut().find(|line| line.part == part && !alone);
            match same {
                Some(line) => {
                    line.name = format!(
                        "{} files",
                        1 + line.name.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(1)
                    );
                    line.raw += file.raw;
                    line.br += file.br;
                }
                None => lines.push(Line {
                    part,
                    name: file.name.clone(),
                    raw: file.raw,
                    br: file.br,
                    limit: limit.map(|limit| (limit.goal, limit.cap)),
                }),
            }
        }
        let order =
            |part: &str| limits.iter().position(|limit| limit.part == part).unwrap_or(limits.len());
        lines.sort_by_key(|line| (order(line.part), line.part, line.name.clone()));
        Self { page, build: build.to_owned(), lines }
    }

    /// Keeps the figures for `cargo xtask bench` and `test` where Trunk's exchange of folders does not
    /// remove them.
    pub fn write(&self) -> Result<()> {
        fs::write(
            project::target().join(file_name(self.page)),
            serde_json::to_string_pretty(&self.json())?,
        )?;
        Ok(())
    }

    fn json(&self) -> Value {
        let commit = sh::output(sh::command("git").args(["rev-parse", "--short", "HEAD"]))
            .unwrap_or_default();
        let parts: Vec<_> = self
            .lines
            .iter()
            .map(|line| {
                json!({ "part": line.part, "name": line.name, "raw": line.raw, "br": line.br,
                        "goal": line.limit.map(|l| l.0), "cap": line.limit.map(|l| l.1) })
            })
            .collect();
        json!({ "page": self.page.name(), "build": self.build, "commit": commit, "parts": parts })
    }
}

/// What the last release build of a page says about each part that has a cap: how many fit, and a
/// sentence for each that does not.
pub fn judge(page: Page) -> Result<(usize, Vec<String>)> {
    let file = project::target().join(file_name(page));
    let text =
        fs::read_to_string(&file).with_context(|| format!("{} is missing", file.display()))?;
    Ok(judge_report(page, &serde_json::from_str(&text)?))
}

fn judge_report(page: Page, report: &Value) -> (usize, Vec<String>) {
    let (mut fit, mut over) = (0, Vec::new());
    for part in report["parts"].as_array().into_iter().flatten() {
        let (Some(br), Some(cap)) = (part["br"].as_u64(), part["cap"].as_u64()) else { continue };
        if br <= cap {
            fit += 1;
        } else {
            let text = |key: &str| part[key].as_str().unwrap_or("?").to_owned();
            let (what, name) = (text("part"), text("name"));
            over.push(format!("{}: {what} ({name}) is {br} bytes, cap {cap}", page.name()));
        }
    }
    (fit, over)
}

/// Name of the figures' file in the target folder.
pub fn file_name(page: Page) -> String {
    format!("sizes-{}.json", page.name())
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "  {:<15} {:>9} {:>9} {:>9} {:>9}  file",
            "part", "raw", "brotli", "goal", "cap"
        )?;
        for line in &self.lines {
            let (goal, cap, mark) = match line.limit {
                Some((goal, cap)) if line.br > cap => {
                    (goal.to_string(), cap.to_string(), "  OVER THE CAP")
                }
                Some((goal, cap)) if line.br > goal => {
                    (goal.to_string(), cap.to_string(), "  over the goal")
                }
                Some((goal, cap)) => (goal.to_string(), cap.to_string(), ""),
                None => ("-".into(), "-".into(), ""),
            };
            write!(
                f,
                "\n  {:<15} {:>9} {:>9} {goal:>9} {cap:>9}  {}{mark}",
                line.part, line.raw, line.br, line.name
            )?;
        }
        Ok(())
    }
}

/// How the names of the vision worker's files begin.
const WORKER: &str = "vision-worker";

/// Files of the page that measures the tracker: fetched by whoever opens it, kept by nobody.
pub fn is_bench(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    file.starts_with("vision-bench") || file.starts_with("bench.")
}

/// Which part a file counts for; what never goes over the air counts for none.
fn part_of(name: &str) -> Option<&'static str> {
    let file = name.rsplit('/').next().unwrap_or(name);
    Some(match file {
        "headers.json" => return None,
        "index.html" => "first response",
        "sw.js" => "service worker",
        _ if is_bench(file) => "bench page",
        _ if file.starts_with(WORKER) && file.ends_with(".wasm") => "vision worker",
        _ if file.starts_with(WORKER) => "vision JS",
        _ if file.ends_with("_bg.wasm") => "wasm",
        _ if file.ends_with(".wasm") => "later wasm",
        _ if file.ends_with(".js") || file.ends_with(".mjs") => "JS",
        _ if file.ends_with(".css") => "CSS",
        _ if file.starts_with("words-") => "words",
        _ if file.starts_with("pack-") => "pack",
        _ => "other",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(files: &[(&str, usize)]) -> Report {
        let files: Vec<Sized> = files
            .iter()
            .map(|(name, br)| Sized { name: (*name).to_owned(), raw: br * 3, br: *br })
            .collect();
        Report::new(Page::Driver, "b", &files)
    }

    #[test]
    fn sums_parts_but_looks_at_each_locale() {
        let fits = report(&[
            ("a.js", 5_000),
            ("snippets/x.js", 4_999),
            ("words-zh.1.json", 9_000),
            ("words-en.2.json", 9_000),
        ]);
        assert_eq!(judge_report(Page::Driver, &fits.json()), (3, Vec::new()), "{fits}");
        assert_eq!(fits.lines.iter().filter(|line| line.part == "words").count(), 2);
        assert!(fits.to_string().contains("over the goal"));
        let js = report(&[("a.js", 5_000), ("b.mjs", 5_001)]);
        let (fit, over) = judge_report(Page::Driver, &js.json());
        assert_eq!((fit, over.len()), (0, 1));
        assert!(over[0].contains("10001 bytes, cap 10000"), "{over:?}");
    }

    #[test]
    fn the_camera_s_worker_is_no_part_of_what_the_driver_waits_for() {
        let both = report(&[("driver-0_bg.wasm", 85_000), ("vision-worker_bg.wasm", 56_001)]);
        let (fit, over) = judge_report(Page::Driver, &both.json());
        assert_eq!((fit, over.len()), (1, 1));
        assert!(over[0].contains("vision worker"), "{over:?}");
        let js = report(&[
            ("driver-0.js", 10_000),
            ("vision-worker.js", 1),
            ("vision-worker_loader.js", 1),
        ]);
        assert_eq!(judge_report(Page::Driver, &js.json()), (2, Vec::new()));
    }

    #[test]
    fn the_page_that_measures_is_no_part_of_the_product_s() {
        let files = [("vision-bench_bg.wasm", 999_999), ("bench.mjs", 99_999), ("a.js", 1)];
        assert_eq!(judge_report(Page::Driver, &report(&files).json()), (1, Vec::new()));
    }

    #[test]
    fn holds_the_first_response_and_forgets_the_servers_notes() {
        let fits = |files: &[(&str, usize)]| judge_report(Page::Driver, &report(files).json());
        assert_eq!(fits(&[("index.html", 13_000), ("headers.json", 99_999)]), (1, Vec::new()));
        assert_eq!(fits(&[("index.html", 13_001)]).0, 0);
    }
}
