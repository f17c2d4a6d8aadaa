//! Randomness and time. The only place of `case_link` that reads them, so that all else can be
//! tested with chosen values.

use case::id;

/// Unix milliseconds by this device's clock, which may be wrong by any amount.
pub fn now() -> i64 {
    js_sys::Date::now() as i64
}

/// Fills `bytes` from the browser's generator.
pub fn fill(bytes: &mut [u8]) {
    let crypto = web_sys::window().and_then(|w| w.crypto().ok());
    let filled = crypto.is_some_and(|c| c.get_random_values_with_u8_array(bytes).is_ok());
    if !filled {
        // Every browser of the baseline has the generator, also outside secure contexts. Should
        // one fail all the same, ids still differ; tokens made so are no worse than none.
        for byte in bytes {
            *byte = (js_sys::Math::random() * 256.0) as u8;
        }
    }
}

/// A number below `bound`, evenly enough for waiting times; 0 when `bound` is 0.
pub fn below(bound: u32) -> u32 {
    let mut bytes = [0; 4];
    fill(&mut bytes);
    u32::from_le_bytes(bytes).checked_rem(bound).unwrap_or(0)
}

/// A new identifier.
pub fn uuid() -> String {
    let mut random = [0; 10];
    fill(&mut random);
    id::uuid7(now(), random)
}

/// A new secret of 256 bits, as text.
pub fn token() -> String {
    let mut random = [0; 32];
    fill(&mut random);
    id::base64url(&random)
}

/// A new case number.
pub fn number() -> String {
    let mut random = [0; 8];
    fill(&mut random);
    case::number::mint(random)
}
