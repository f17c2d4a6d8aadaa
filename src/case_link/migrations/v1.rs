//! Version 1: `meta`, `events` and `photos`, all with keys outside their values.

use wasm_bindgen::JsValue;
use web_sys::IdbDatabase;

/// Makes the three stores.
pub fn run(db: &IdbDatabase) -> Result<(), JsValue> {
    for store in ["meta", "events", "photos"] {
        db.create_object_store(store)?;
    }
    Ok(())
}
