//! x
use crate::app::Shared;
use std::path::PathBuf;
/// x
pub async fn start(_app: Shared, _data: PathBuf) -> std::io::Result<()> {
    Ok(())
}
