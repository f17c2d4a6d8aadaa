//! The program: reads the command line and serves.

#![forbid(unsafe_code)]

use server::flags::{Command, parse};
use std::io::IsTerminal as _;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let flags = match parse(std::env::args_os().skip(1)) {
        Ok(Command::Serve(flags)) => flags,
        Ok(Command::Print(text)) => {
            println!("{text}");
            return ExitCode::SUCCESS;
        }
        Err(why) => {
            eprintln!("{why}\n--help tells what there is");
            return ExitCode::from(2);
        }
    };
    let mut filter = EnvFilter::try_from_env("NIGHTWATCH_LOG").unwrap_or_else(|_| "info".into());
    // Below this level some libraries write down headers and statements, and with them secrets.
    for quiet in ["hyper=info", "hyper_util=info", "h2=info", "rustls=info", "sqlx=info"] {
        if let Ok(directive) = quiet.parse() {
            filter = filter.add_directive(directive);
        }
    }
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(why) => {
            eprintln!("cannot start: {why}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(server::serve::run(&flags)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
