//! The guides of the region: fetched, checked against the keys that the app is compiled with, and
//! only then read. What is not signed is never shown (law 3).

use super::assets;
use crate::js;
use guide::Pack;
use guide::seal::{self, Sealed, Unsealed};

mod keys {
    include!(concat!(env!("OUT_DIR"), "/keys.rs"));
}

/// The guides, or why there are none.
#[derive(Clone, Copy, Debug)]
pub enum Content {
    /// On their way.
    Loading,
    /// Checked and read.
    Good(&'static Pack),
    /// Not on this device, and the network does not give them.
    Away,
    /// Here, but not to be shown.
    Refused(Unsealed),
}

impl Content {
    /// The pack, when it is good.
    pub fn pack(self) -> Option<&'static Pack> {
        match self {
            Content::Good(pack) => Some(pack),
            _ => None,
        }
    }
}

/// Fetches and checks the guides of a region.
pub async fn load(region: &str) -> Content {
    let mut name = String::from("pack-");
    name.push_str(region);
    let Some(text) = assets::text(&name).await else { return Content::Away };
    match open(&text) {
        // A handful of regions at most in the life of a page: leaking them lets every screen
        // hold steps of the pack without a copy and without a count.
        Ok(pack) => Content::Good(Box::leak(Box::new(pack))),
        Err(why) => Content::Refused(why),
    }
}

fn open(text: &str) -> Result<Pack, Unsealed> {
    let sealed: Sealed = js::read(text).map_err(|bad| Unsealed::Broken(bad.0))?;
    let inner = seal::open(&sealed, keys::TRUSTED)?;
    seal::read(&js::parse(inner).ok_or(Unsealed::Broken("json"))?)
}
