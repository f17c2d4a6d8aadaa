//! What every request handler shares.

use crate::codes::Codes;
use crate::hub::Hub;
use crate::limits::Limits;
use crate::live::links::Links;
use crate::pages::Pages;
use crate::photos::Photos;
use crate::store::Store;
use std::sync::Arc;

/// Settings that handlers need.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Region of the rules for a new driver, as in the content.
    pub region: String,
    /// Browsers reach this server by TLS: cookies are `Secure`, and HSTS is sent.
    pub tls: bool,
    /// A proxy in front names the client's address.
    pub behind_proxy: bool,
    /// Addresses of relays for calls, as `RTCIceServer.urls` has them.
    pub turn: Vec<String>,
    /// What the relays know too.
    pub turn_secret: Option<Secret>,
}

/// A secret that no log shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// See the module.
pub struct App {
    /// Cases, agents, what has arrived.
    pub store: Arc<dyn Store>,
    /// Who waits.
    pub hub: Arc<Hub>,
    /// Who is connected.
    pub links: Arc<Links>,
    /// What is read over the phone.
    pub codes: Codes,
    /// How often.
    pub limits: Limits,
    /// Files of photos.
    pub photos: Photos,
    /// The pages as built.
    pub pages: Pages,
    /// Settings.
    pub config: Config,
}

/// What handlers get.
pub type Shared = Arc<App>;
