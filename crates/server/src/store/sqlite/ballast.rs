//! A file that only takes up room, so that a server on a full disk can still close its database
//! in order: it deletes this first.

use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Where it lies.
pub fn path(file: &Path) -> PathBuf {
    file.with_extension("ballast")
}

/// Makes it, or leaves the one that is there. Without room there is none, and the server runs.
pub fn keep(file: &Path, bytes: u64) {
    let path = path(file);
    if bytes == 0 || std::fs::metadata(&path).is_ok_and(|m| m.len() == bytes) {
        return;
    }
    if let Err(error) = fill(&path, bytes) {
        tracing::warn!(%error, "no room for the ballast file");
        drop(&path);
    }
}

fn fill(path: &Path, bytes: u64) -> std::io::Result<()> {
    // Written, not set by length: a sparse file reserves nothing.
    let block = [0x5a; 1 << 16];
    let mut file = std::fs::File::create(path)?;
    let mut left = bytes;
    while left > 0 {
        let part = left.min(block.len() as u64) as usize;
        file.write_all(&block[..part])?;
        left -= part as u64;
    }
    file.sync_all()
}

/// Gives its room back.
pub fn drop(path: &Path) {
    let _ = std::fs::remove_file(path);
}
