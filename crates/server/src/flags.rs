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
    /// Addresses of relays for calls.
    pub turn: Vec<String>,
    /// File of the secret that is shared with them.
    pub turn_secret: Option<PathBuf>,
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
  --turn URL         a relay for calls, turn:HOST:PORT or turns:…; as often as there are
  --turn-secret FILE the secret that the relays check credentials by
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
        turn: Vec::new(),
        turn_secret: None,
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
            Long("turn") => {
                let url = parser.value().and_then(|v| v.string()).map_err(wrong)?;
                flags.turn.push(relay(url)?);
            }
            Long("turn-secret") => {
                flags.turn_secret = Some(parser.value().map_err(wrong)?.into());
            }
            Long("restored") => flags.restored = true,
            Long("help") | Short('h') => return Ok(Command::Print(HELP.into())),
            Long("version") | Short('V') => {
                let version = concat!("nightwatch-server ", env!("CARGO_PKG_VERSION"));
                return Ok(Command::Print(version.into()));
            }
            other => return Err(other.unexpected().to_string()),
        }
    }
    if flags.turn.is_empty() != flags.turn_secret.is_none() {
        return Err("--turn and --turn-secret: one is of no use without the other".into());
    }
    let lan = SocketAddr::from(([0, 0, 0, 0], 8443));
    flags.listen = listen.unwrap_or(if flags.lan { lan } else { flags.listen });
    Ok(Command::Serve(Box::new(flags)))
}

/// The address of a relay (RFC 7065), as far as a browser would refuse it.
fn relay(url: String) -> Result<String, String> {
    let host = url.strip_prefix("turn:").or_else(|| url.strip_prefix("turns:"));
    let good = |b: u8| b.is_ascii_alphanumeric() || b".-_:[]?=".contains(&b);
    match host.is_some_and(|host| !host.is_empty() && host.bytes().all(good)) {
        true => Ok(url),
        false => Err(format!("--turn {url}: not an address like turn:turn.example.org:3478")),
    }
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
        assert!(flags("--turn http://a --turn-secret f").unwrap_err().contains("turn:turn."));
        assert!(flags("--turn turn:").is_err());
        assert!(flags("--turn turn:a").unwrap_err().contains("without the other"));
        assert!(flags("--turn-secret f").unwrap_err().contains("without the other"));
        let both = flags("--turn turn:a:3478?transport=udp --turn turns:a:443 --turn-secret f");
        assert_eq!(both.unwrap().turn.len(), 2);
        assert!(flags("--help").unwrap_err().contains("--behind-proxy"));
    }
}
