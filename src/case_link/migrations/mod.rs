//! The form of the database, one file for each version. A released file is never edited: phones
//! come from every version there ever was.

mod v1;

use wasm_bindgen::JsValue;
use web_sys::IdbDatabase;

/// The version that this build works with.
pub const VERSION: u32 = STEPS.len() as u32;

type Step = fn(&IdbDatabase) -> Result<(), JsValue>;

/// One step for each version, oldest first.
const STEPS: &[Step] = &[v1::run];

/// Brings a database of version `from` (0: new) to [`VERSION`], inside its upgrade transaction.
pub fn run(db: &IdbDatabase, from: u32) -> Result<(), JsValue> {
    STEPS.iter().skip(from as usize).try_for_each(|step| step(db))
}
