//! The command line.

use crate::page_edit::{Numbers, dialable};
use std::net::SocketAddr;
use std::path::PathBuf;

/// What the person who starts the server wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flags {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Folder of everything that is kept.
    pub data: PathBuf,
    /// Folder of the pages as built: `driver/` and `desk/`.
    pub app: PathBuf,
    /// Region a new driver starts with.
    pub region: String,
    /// Hotline that replaces the built one.
    pub hotline: Option<String>,
    /// Number for text messages.
    pub sms: Option<String>,
    /// HTTPS for phones nearby, with a certificate made here.
    pub lan: bool,
    /// A few invented cases that move.
    pub demo: bool,
    /// A proxy in front does TLS and names the client in `X-Forwarded-For`.
    pub behind_proxy: bool,
    /// The data folder is a restored backup.
    pub restored: bool,
}

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    /// Serve.
    Serve(Box<Flags>),
    /// Print this and end.
    Print(String),
}

/// For `--help`.
pub const HELP: &str = "\
nightwatch-server: cases, photos and pages of Nightwatch

  --listen ADDRESS   where to listen            [127.0.0.1:8080; with --lan 0.0.0.0:8443]
  --data DIR         what is kept               [data]
  --app DIR          the pages as built         [dist]
  --region NAME      rules a new driver starts with: cn, de, fr, gb, no        [cn]
  --hotline NUMBER   hotline shown on the page  [the one built in]
  --sms NUMBER       number for text messages   [none: the phone asks]
  --lan              HTTPS with a certificate made here, for phones nearby
  --demo             invented cases that move, to look at the desk
  --behind-proxy     a proxy in front does TLS and sends X-Forwarded-For
  --restored         the data folder is a restored backup: devices start over
  --help, --version

Logs go to standard error; NIGHTWATCH_LOG=debug shows more.";

/// Reads the command line without the program's name.
///
/// # Errors
/// A sentence for the person who typed it.
pub fn parse(args: impl IntoIterator<Item = std::ffi::OsString>) -> Result<Command, String> {
    use lexopt::prelude::*;
    let mut flags = Flags {
        listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
        data: "data".into(),
        app: "dist".into(),
        region: "cn".into(),
        hotline: None,
        sms: None,
        lan: false,
        demo: false,
        behind_proxy: false,
        restored: false,
    };
    let mut listen = None;
    let mut parser = lexopt::Parser::from_args(args);
    let wrong = |e: lexopt::Error| e.to_string();
    while let Some(arg) = parser.next().map_err(wrong)? {
        match arg {
            Long("listen") => {
                let text = parser.value().and_then(|v| v.string()).map_err(wrong)?;
                let address = text
                    .parse()
                    .map_err(|_| format!("--listen {text}: not an address like 127.0.0.1:8080"))?;
                listen = Some(address);
            }
            Long("data") => flags.data = parser.value().map_err(wrong)?.into(),
            Long("app") => flags.app = parser.value().map_err(wrong)?.into(),
            Long("region") => {
                let region = parser.value().and_then(|v| v.string()).map_err(wrong)?;
                let good = |c: char| c.is_ascii_lowercase() || c == '-';
                if region.is_empty() || region.len() > 16 || !region.chars().all(good) {
                    return Err(format!("--region {region}: not a region like cn"));
                }
                flags.region = region;
            }
            Long("hotline") => flags.hotline = Some(number(&mut parser, "--hotline")?),
            Long("sms") => flags.sms = Some(number(&mut parser, "--sms")?),
            Long("lan") => flags.lan = true,
            Long("demo") => flags.demo = true,
            Long("behind-proxy") => flags.behind_proxy = true,
            Long("restored") => flags.restored = true,
            Long("help") | Short('h') => return Ok(Command::Print(HELP.into())),
            Long("version") | Short('V') => {
                let version = concat!("nightwatch-server ", env!("CARGO_PKG_VERSION"));
                return Ok(Command::Print(version.into()));
            }
            other => return Err(other.unexpected().to_string()),
        }
    }
    let lan = SocketAddr::from(([0, 0, 0, 0], 8443));
    flags.listen = listen.unwrap_or(if flags.lan { lan } else { flags.listen });
    Ok(Command::Serve(Box::new(flags)))
}

fn number(parser: &mut lexopt::Parser, flag: &str) -> Result<String, String> {
    let text = parser.value().map_err(|e| e.to_string())?;
    let text = text.to_string_lossy().trim().to_string();
    match dialable(&text) {
        true => Ok(text),
        false => Err(format!("{flag} {text}: not a number to dial")),
    }
}

impl Flags {
    /// The numbers to put into the page.
    pub fn numbers(&self) -> Numbers {
        Numbers { hotline: self.hotline.clone(), sms: self.sms.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(line: &str) -> Result<Flags, String> {
        match parse(line.split_whitespace().map(Into::into))? {
            Command::Serve(flags) => Ok(*flags),
            Command::Print(text) => Err(text),
        }
    }

    #[test]
    fn defaults_and_lan() {
        assert_eq!(flags("").unwrap().listen.to_string(), "127.0.0.1:8080");
        assert_eq!(flags("--lan").unwrap().listen.to_string(), "0.0.0.0:8443");
        let both = flags("--lan --listen [::]:9000 --data=x --demo --region no").unwrap();
        assert_eq!(both.listen.to_string(), "[::]:9000");
        assert!(both.demo && both.lan && both.region == "no");
    }

    #[test]
    fn nonsense_is_named() {
        assert!(flags("--listen here").unwrap_err().contains("here"));
        assert!(flags("--hotline <b>").unwrap_err().contains("dial"));
        assert!(flags("--region CN").is_err());
        assert!(flags("--wat").unwrap_err().contains("wat"));
        assert!(flags("--help").unwrap_err().contains("--behind-proxy"));
    }
}
