//! Reads the counts that test programs print, while their output goes on to the person.

use anyhow::{Context as _, Result, bail};
use std::fmt;
use std::io::{BufRead as _, BufReader, Write as _};
use std::ops::AddAssign;
use std::process::{Command, Stdio};

/// How many tests did what.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Tests that held.
    pub passed: usize,
    /// Tests that did not.
    pub failed: usize,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Runs a test program to its end and adds up what it counted. An exit code that the counts do not
/// explain is a failure of its own, and so is a program that counted nothing.
pub fn run(command: &mut Command) -> Result<Tally> {
    let name = crate::sh::line(command);
    let mut child =
        command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start {name}"))?;
    let stdout = child.stdout.take().context("no output to read")?;
    let mut tally = Tally::default();
    let mut counted = false;
    for line in BufReader::new(stdout).split(b'\n') {
        let line = line?;
        let text = String::from_utf8_lossy(&line);
        println!("{text}");
        std::io::stdout().flush()?;
        if let Some(found) = read(&text) {
            tally += found;
            counted = true;
        }
    }
    let status = child.wait()?;
    if !status.success() && tally.failed == 0 {
        tally.failed = 1;
        eprintln!("✗ {name} failed without counting a failure ({status})");
    }
    if status.success() && !counted {
        bail!("{name} ran but counted no tests");
    }
    Ok(tally)
}

/// Cargo's and wasm-bindgen's `test result: ok. 5 passed; 0 failed; …`, node's `# pass 5` and
/// `# fail 0`, and the journeys' `5 passed, 0 failed`.
fn read(line: &str) -> Option<Tally> {
    let line = line.trim();
    let number = |text: &str| text.trim().parse::<usize>().ok();
    if let Some(rest) = line.strip_prefix("test result: ") {
        let before = |word: &str| {
            number(rest.split(word).next()?.rsplit([' ', '.', ';']).find(|p| !p.is_empty())?)
        };
        return Some(Tally { passed: before(" passed")?, failed: before(" failed")? });
    }
    if let Some(n) = line.strip_prefix("# pass ") {
        return Some(Tally { passed: number(n)?, failed: 0 });
    }
    if let Some(n) = line.strip_prefix("# fail ") {
        return Some(Tally { passed: 0, failed: number(n)? });
    }
    let (passed, failed) = line.split_once(" passed, ")?;
    Some(Tally { passed: number(passed)?, failed: number(failed.strip_suffix(" failed")?)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_kind_of_count() {
        let t = |passed, failed| Some(Tally { passed, failed });
        assert_eq!(
            read(
                "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s"
            ),
            t(12, 0)
        );
        assert_eq!(read("test result: FAILED. 3 passed; 2 failed; 0 ignored"), t(3, 2));
        assert_eq!(read("# pass 8"), t(8, 0));
        assert_eq!(read("# fail 1"), t(0, 1));
        assert_eq!(read("9 passed, 1 failed"), t(9, 1));
        assert_eq!(read("all 9 passed, 1 failed"), None);
        assert_eq!(read("test a::b ... ok"), None);
    }

    #[test]
    fn a_failing_program_without_a_count_counts_as_one() {
        let shell = |script: &str| {
            let mut command = Command::new("sh");
            command.args(["-c", script]);
            run(&mut command)
        };
        assert_eq!(shell("exit 3").unwrap(), Tally { passed: 0, failed: 1 });
        assert_eq!(
            shell("echo '2 passed, 1 failed'; exit 1").unwrap(),
            Tally { passed: 2, failed: 1 }
        );
        assert!(shell("echo nothing").is_err());
    }
}
