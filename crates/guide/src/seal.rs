//! Signed packs: what came over the network or lay in a cache is shown only when its signature
//! fits a key compiled into the app (law 3). Reading JSON and fetching are the caller's.

use crate::model::{PACK_VERSION, Pack};
use case::flat::{Flat, Reader};
use case::wire;
use ed25519_compact::{PublicKey as Ed25519, Signature};

/// The version of the envelope that this code reads.
pub const SEAL_VERSION: u16 = 1;

wire! {
    /// A pack and its signature, as they are delivered.
    pub struct Sealed {
        /// Version of the envelope.
        v: u16,
        /// Name of the key that signed.
        [default] key: String,
        /// Ed25519 over the exact bytes of `pack`, base64url without padding.
        [default] sig: String,
        /// The pack as a text without names (`case::flat`).
        pack: String,
    }
}

/// A key whose signature is trusted.
#[derive(Clone, Copy, Debug)]
pub struct PublicKey {
    /// Its name in the envelope.
    pub id: &'static str,
    /// The Ed25519 public key.
    pub bytes: [u8; 32],
}

/// Why a pack is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsealed {
    /// It carries no signature.
    NotSigned,
    /// Signed by a key this app does not know.
    UnknownKey,
    /// The signature does not fit: the text was changed, or cut off.
    BadSignature,
    /// Made for a newer app; the version it names.
    TooNew(u16),
    /// Signed, but not readable: the part that did not fit.
    Broken(&'static str),
}

/// A trusted key, and the signature that the pack says is its.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// The Ed25519 public key.
    pub key: [u8; 32],
    /// The signature over the bytes of the pack's text.
    pub sig: [u8; 64],
}

impl Claim {
    /// Whether the signature is the key's.
    pub fn holds(&self, text: &str) -> bool {
        Ed25519::new(self.key).verify(text, &Signature::new(self.sig)).is_ok()
    }
}

/// The pack's text, once its signature is found good.
pub fn open<'s>(sealed: &'s Sealed, trusted: &[PublicKey]) -> Result<&'s str, Unsealed> {
    match claim(sealed, trusted)?.holds(&sealed.pack) {
        true => Ok(&sealed.pack),
        false => Err(Unsealed::BadSignature),
    }
}

/// What has to hold before the pack's text may be read; the check itself may be the browser's.
pub fn claim(sealed: &Sealed, trusted: &[PublicKey]) -> Result<Claim, Unsealed> {
    if sealed.v > SEAL_VERSION {
        return Err(Unsealed::TooNew(sealed.v));
    }
    if sealed.sig.is_empty() || sealed.key.is_empty() {
        return Err(Unsealed::NotSigned);
    }
    let key = trusted.iter().find(|k| k.id == sealed.key).ok_or(Unsealed::UnknownKey)?;
    let sig = unbase64(&sealed.sig).ok_or(Unsealed::BadSignature)?;
    Ok(Claim { key: key.bytes, sig })
}

/// Reads the pack from its text.
pub fn read(text: &str) -> Result<Pack, Unsealed> {
    // The version comes first: a newer pack need not have the fields known here.
    let v = Reader::new(text).number();
    if v > u32::from(PACK_VERSION) {
        return Err(Unsealed::TooNew(v as u16));
    }
    let mut from = Reader::new(text);
    let pack = Pack::read(&mut from);
    if from.good() { Ok(pack) } else { Err(Unsealed::Broken("pack")) }
}

/// Decodes base64url without padding into exactly `N` bytes.
pub fn unbase64<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut out = [0u8; N];
    let (mut at, mut bits, mut held) = (0, 0u32, 0u32);
    for c in text.bytes() {
        let six = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        held = (held << 6) | u32::from(six);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            *out.get_mut(at)? = (held >> bits) as u8;
            at += 1;
        }
    }
    let rest_is_zero = held & ((1 << bits) - 1) == 0;
    (at == N && bits < 6 && rest_is_zero).then_some(out)
}

/// Encodes bytes as base64url without padding.
#[cfg(feature = "build")]
pub fn base64(bytes: &[u8]) -> String {
    const SET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let held =
            three.iter().fold(0u32, |h, b| (h << 8) | u32::from(*b)) << (8 * (3 - three.len()));
        for i in 0..=three.len() {
            out.push(SET[(held >> (18 - 6 * i)) as usize & 63] as char);
        }
    }
    out
}
