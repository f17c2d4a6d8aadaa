//! The command line: what may be typed after `cargo xtask`, and nothing about how it is done.

use anyhow::{Result, bail};
use lexopt::{Arg, ValueExt as _};
use std::ffi::OsString;

/// Shown for `help`, for no command and after a mistake.
pub const HELP: &str = "\
cargo xtask <command>

  serve [--lan] [--demo] [--port N]   set up, build and serve the product on http://127.0.0.1:8080
        --lan    HTTPS for phones in the same network, port 8443 (prints address and QR code)
        --demo   a few cases that move, for the desk
  test [unit|web|journeys]            run all tests, or one part; the last line counts them
  bench [name ...]                    print every figure; names: see `cargo xtask bench help`
  soak                                the fault runs at length: 500 kills, 5,000 networks (40 minutes)
  content                             check content/ and build words, packs and pictures
  setup                               only fetch and build the tools that `serve` needs

Trunk's hooks call `content` and `post-build`.";

/// One command, taken apart.
#[derive(Debug, PartialEq)]
pub enum Command {
    /// Print [`HELP`].
    Help,
    /// Lint and build `content/`.
    Content,
    /// Trunk's hook: finish the page in the staging folder.
    PostBuild,
    /// Tools only.
    Setup,
    /// Build and run the product.
    Serve(Serve),
    /// All tests or one part of them.
    Test(Part),
    /// All benches or the named ones.
    Bench(Vec<String>),
    /// The fault runs at length.
    Soak,
}

/// Options of `serve`.
#[derive(Debug, PartialEq)]
pub struct Serve {
    /// HTTPS on all interfaces.
    pub lan: bool,
    /// Fill the desk with example cases.
    pub demo: bool,
    /// TCP port, when it is not the usual one.
    pub port: Option<u16>,
}

/// Which tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Everything.
    All,
    /// Native tests and the content lint.
    Unit,
    /// wasm tests in a browser.
    Web,
    /// Journeys against the built product.
    Journeys,
}

/// Reads the command line (the first item is the program's own name).
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Command> {
    let mut parser = lexopt::Parser::from_iter(args);
    let name = match parser.next()? {
        Some(Arg::Value(name)) => name.string()?,
        None | Some(Arg::Short('h') | Arg::Long("help")) => return Ok(Command::Help),
        Some(other) => return Err(other.unexpected().into()),
    };
    let command = match name.as_str() {
        "help" => Command::Help,
        "content" => Command::Content,
        "post-build" => Command::PostBuild,
        "setup" => Command::Setup,
        "soak" => Command::Soak,
        "serve" => return serve(parser).map(Command::Serve),
        "test" => match values(parser)?.as_slice() {
            [] => return Ok(Command::Test(Part::All)),
            [one] => return part(one).map(Command::Test),
            _ => bail!("one part at a time: unit, web or journeys"),
        },
        "bench" => return values(parser).map(Command::Bench),
        other => bail!("there is no command `{other}`"),
    };
    match parser.next()? {
        None => Ok(command),
        Some(extra) => Err(extra.unexpected().into()),
    }
}

fn serve(mut parser: lexopt::Parser) -> Result<Serve> {
    let mut options = Serve { lan: false, demo: false, port: None };
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("lan") => options.lan = true,
            Arg::Long("demo") => options.demo = true,
            Arg::Long("port") => options.port = Some(parser.value()?.parse()?),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(options)
}

fn part(name: &str) -> Result<Part> {
    Ok(match name {
        "unit" => Part::Unit,
        "web" => Part::Web,
        "journeys" => Part::Journeys,
        other => bail!("there is no part `{other}`: unit, web or journeys"),
    })
}

fn values(mut parser: lexopt::Parser) -> Result<Vec<String>> {
    let mut found = Vec::new();
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Value(value) => found.push(value.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_line(line: &str) -> Result<Command> {
        parse(std::iter::once("xtask").chain(line.split_whitespace()).map(OsString::from))
    }

    #[test]
    fn reads_the_commands() {
        assert_eq!(parse_line("").unwrap(), Command::Help);
        assert_eq!(
            parse_line("serve --lan --port 9000").unwrap(),
            Command::Serve(Serve { lan: true, demo: false, port: Some(9000) })
        );
        assert_eq!(parse_line("soak").unwrap(), Command::Soak);
        assert_eq!(parse_line("test web").unwrap(), Command::Test(Part::Web));
        assert_eq!(parse_line("bench sizes").unwrap(), Command::Bench(vec!["sizes".into()]));
    }

    #[test]
    fn refuses_mistakes() {
        for bad in ["sevre", "serve --prot 1", "serve --port 99999", "test unit web", "content now"]
        {
            assert!(parse_line(bad).is_err(), "{bad}");
        }
    }
}
