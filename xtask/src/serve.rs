//! `cargo xtask serve`: tools, pages, server, in this order, each step only when needed.

use crate::cli::Serve;
use crate::{pages, project, sh};
use anyhow::{Context as _, Result};
use std::path::PathBuf;
use std::process::Command;

/// Builds what is missing and becomes the server, which then runs until Ctrl-C.
pub fn run(options: &Serve) -> Result<()> {
    pages::ensure_release()?;
    let server = build_server(true)?;
    let mut command = Command::new(server);
    command.current_dir(project::root()).args(["--data", "data", "--app", "dist"]);
    match (options.lan, options.port) {
        (false, port) => command.args(["--listen", &format!("127.0.0.1:{}", port.unwrap_or(8080))]),
        (true, Some(port)) => command.args(["--lan", "--listen", &format!("0.0.0.0:{port}")]),
        (true, None) => command.arg("--lan"),
    };
    if options.demo {
        command.arg("--demo");
    }
    sh::say("starting the server; Ctrl-C stops it");
    become_it(&mut command)
}

/// Builds the server; gives the program. Cargo itself notices when nothing has changed.
pub fn build_server(release: bool) -> Result<PathBuf> {
    let folder = if release { "release" } else { "debug" };
    let program = project::target().join(folder).join("nightwatch-server");
    if !program.is_file() {
        sh::say("building the server (3 to 8 minutes the first time)");
    }
    let mut build = sh::cargo();
    build.args(["build", "--quiet", "--bin", "nightwatch-server"]);
    if release {
        build.args(["-p", "server", "--release"]);
    } else {
        // With the features that the unit tests were compiled with, so that nothing is compiled twice.
        build.args(["--workspace", "--exclude", "nightwatch"]);
    }
    sh::run(&mut build).context("the server was not built")?;
    Ok(program)
}

/// Replaces this process, so that Ctrl-C and a polite kill reach the server and nothing is left behind.
#[cfg(unix)]
fn become_it(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt as _;
    let error = command.exec();
    Err(error).with_context(|| format!("cannot start {}", sh::line(command)))
}

#[cfg(not(unix))]
fn become_it(command: &mut Command) -> Result<()> {
    sh::run(command)
}
