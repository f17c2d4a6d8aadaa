//! The project's one command: `cargo xtask serve | test | bench | soak | content`.
//!
//! It sets up the tools, drives Trunk and the server, runs every test and prints every figure. What
//! is built and how is described in `Trunk.toml` and `Cargo.toml`; this only calls it. `post-build`
//! is Trunk's hook and not meant to be typed by a person.

mod bench;
mod cli;
mod content;
mod page;
mod pages;
mod project;
mod serve;
mod sh;
mod soak;
mod test;
mod tools;

use std::process::ExitCode;

fn main() -> ExitCode {
    let done = match cli::parse(std::env::args_os()) {
        Ok(cli::Command::Help) => {
            println!("{}", cli::HELP);
            Ok(())
        }
        Ok(cli::Command::Content) => content::run(),
        Ok(cli::Command::PostBuild) => page::run(),
        Ok(cli::Command::Setup) => tools::for_pages().map(|_| ()),
        Ok(cli::Command::Serve(options)) => serve::run(&options),
        Ok(cli::Command::Test(part)) => return test::run(part),
        Ok(cli::Command::Bench(names)) => bench::run(&names),
        Ok(cli::Command::Soak) => soak::run(),
        Err(error) => {
            eprintln!("{error}\n\n{}", cli::HELP);
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
