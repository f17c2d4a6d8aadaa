//! The guides of the region: fetched, checked against the keys that the app is compiled with, and
//! only then read. What is not signed is never shown (law 3).

use super::app::App;
use super::{assets, later};
use crate::device::loose::{ask, get};
use crate::js;
use guide::Pack;
use guide::seal::{self, Claim, Sealed, Unsealed};
use wasm_bindgen::JsValue;

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
pub async fn load(app: App, region: &str) -> Content {
    let mut name = String::from("pack-");
    name.push_str(region);
    let Some(text) = assets::text(&name).await else { return Content::Away };
    match open(app, &text).await {
        // A handful of regions at most in the life of a page: leaking them lets every screen
        // hold steps of the pack without a copy and without a count.
        Some(Ok(pack)) => Content::Good(Box::leak(Box::new(pack))),
        Some(Err(why)) => Content::Refused(why),
        None => Content::Away,
    }
}

/// `None`: nothing here can check the signature now.
async fn open(app: App, text: &str) -> Option<Result<Pack, Unsealed>> {
    let sealed: Sealed = match js::read(text) {
        Ok(sealed) => sealed,
        Err(bad) => return Some(Err(Unsealed::Broken(bad.0))),
    };
    let claim = match seal::claim(&sealed, keys::TRUSTED) {
        Ok(claim) => claim,
        Err(why) => return Some(Err(why)),
    };
    let holds = match by_browser(&claim, &sealed.pack).await {
        Some(holds) => holds,
        None => later::holds(app, &claim, &sealed.pack).await?,
    };
    Some(if holds { seal::read(&sealed.pack) } else { Err(Unsealed::BadSignature) })
}

/// Checks the signature with the browser's own code; `None` where it does not know Ed25519, or the
/// page did not come by a secure way.
async fn by_browser(claim: &Claim, text: &str) -> Option<bool> {
    let subtle = get(&get(&js_sys::global(), "crypto")?, "subtle")?;
    let bytes = |bytes: &[u8]| JsValue::from(js_sys::Uint8Array::from(bytes));
    let name = JsValue::from_str("Ed25519");
    let uses = js_sys::Array::of1(&JsValue::from_str("verify"));
    let format = JsValue::from_str("raw");
    let key = [format, bytes(&claim.key), name.clone(), JsValue::FALSE, uses.into()];
    let key = ask(&subtle, "importKey", &key).await?;
    let with = [name, key, bytes(&claim.sig), bytes(text.as_bytes())];
    ask(&subtle, "verify", &with).await?.as_bool()
}
