//! Photos as files: pieces arrive, the whole is checked against its hash, decoded under limits,
//! and kept as a new JPEG. What a phone sent is never kept and never served.

pub mod picture;
pub mod ranges;

use crate::store::{Result as Stored, Store, StoreError};
use crate::token;
use picture::Unfit;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Pictures decoded at once; each may take 300 MiB for a moment.
const DECODERS: usize = 2;
/// How long a request waits for its picture.
const BUDGET: Duration = Duration::from_secs(5);
/// Finished uploads that may wait for a decoder.
const WAITING: usize = 64;

/// How an upload failed for good. What had arrived is gone.
#[derive(Debug)]
pub enum Failed {
    /// The bytes do not have the hash they were sent under.
    Hash,
    /// No photo, or one over the limits.
    Unfit(Unfit),
    /// Storage; the upload is still there.
    Store(StoreError),
    /// Too many wait; the upload is still there.
    Busy,
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Failed {
        Failed::Store(error)
    }
}

/// See the module.
pub struct Photos {
    incoming: PathBuf,
    ready: PathBuf,
    // One upload of one photo at a time; entries live as long as somebody holds them.
    uploads: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    decoders: Arc<Semaphore>,
    waiting: Semaphore,
}

impl Photos {
    /// Makes the folders below the data folder.
    ///
    /// # Errors
    /// They cannot be made.
    pub fn open(data: &Path) -> io::Result<Photos> {
        let photos = Photos {
            incoming: data.join("incoming"),
            ready: data.join("photos"),
            uploads: Mutex::default(),
            decoders: Arc::new(Semaphore::new(DECODERS)),
            waiting: Semaphore::new(WAITING),
        };
        std::fs::create_dir_all(&photos.incoming)?;
        std::fs::create_dir_all(&photos.ready)?;
        Ok(photos)
    }

    /// The turn of one upload; others for the same photo wait for it.
    pub async fn turn(&self, case: &str, sha: &str) -> tokio::sync::OwnedMutexGuard<()> {
        let name = format!("{case}.{sha}");
        let turn = {
            let mut uploads = match self.uploads.lock() {
                Ok(uploads) => uploads,
                Err(poisoned) => poisoned.into_inner(),
            };
            uploads.retain(|_, turn| Arc::strong_count(turn) > 1);
            uploads.entry(name).or_default().clone()
        };
        turn.lock_owned().await
    }

    fn part(&self, case: &str, sha: &str) -> PathBuf {
        self.incoming.join(format!("{case}.{sha}.part"))
    }

    /// Where the picture of a photo lies once it is ready.
    pub fn file(&self, sha: &str) -> PathBuf {
        let folder = sha.get(..2).unwrap_or("00");
        self.ready.join(folder).join(format!("{sha}.jpg"))
    }

    /// Writes a piece and waits until it is on disk.
    ///
    /// # Errors
    /// Of the disk.
    pub async fn write(&self, case: &str, sha: &str, at: u64, bytes: bytes::Bytes) -> Stored<()> {
        let part = self.part(case, sha);
        blocking(move || {
            let mut file =
                std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(&part)?;
            file.seek(SeekFrom::Start(at))?;
            file.write_all(&bytes)?;
            file.sync_data()
        })
        .await
    }

    /// Forgets what has arrived of a photo.
    ///
    /// # Errors
    /// Of the store.
    pub async fn forget(&self, store: &dyn Store, case: &str, sha: &str) -> Stored<()> {
        store.photo_forget(case, sha).await?;
        let _ = std::fs::remove_file(self.part(case, sha));
        Ok(())
    }

    /// Makes the picture of a complete upload and tells the case.
    ///
    /// # Errors
    /// [`Failed`]. After `Hash` and `Unfit` nothing is left of the upload.
    pub async fn finish(
        &self,
        store: &dyn Store,
        case: &str,
        sha: &str,
        size: u64,
    ) -> Result<(), Failed> {
        let _place = self.waiting.try_acquire().map_err(|_| Failed::Busy)?;
        let (part, ready) = (self.part(case, sha), self.file(sha));
        match self.picture(part, ready, sha, size, BUDGET).await {
            Ok(()) => {}
            Err(failed @ (Failed::Hash | Failed::Unfit(_))) => {
                self.forget(store, case, sha).await?;
                return Err(failed);
            }
            Err(failed) => return Err(failed),
        }
        store.photo_done(case, sha, token::now_ms()).await?;
        let _ = std::fs::remove_file(self.part(case, sha));
        Ok(())
    }

    /// Makes the picture, or gives up waiting for it: the sender is told to come again. A thread cannot
    /// be stopped, so it keeps its decoder until it is through; what it made is there the next time.
    async fn picture(
        &self,
        part: PathBuf,
        ready: PathBuf,
        sha: &str,
        size: u64,
        budget: Duration,
    ) -> Result<(), Failed> {
        let decoder = self.decoders.clone().acquire_owned().await.map_err(|_| Failed::Busy)?;
        let name = sha.to_string();
        let making = tokio::task::spawn_blocking(move || {
            let made = make(&part, &ready, &name, size);
            drop(decoder);
            made
        });
        match tokio::time::timeout(budget, making).await {
            Ok(Ok(made)) => made,
            // The decoder panicked.
            Ok(Err(_)) => Err(Failed::Unfit(Unfit::Broken)),
            Err(_) => {
                tracing::warn!(sha, "a photo takes longer than its time to decode");
                Err(Failed::Busy)
            }
        }
    }

    /// The picture of a photo.
    ///
    /// # Errors
    /// It is not there or cannot be read.
    pub async fn read(&self, sha: &str) -> Stored<Vec<u8>> {
        let file = self.file(sha);
        blocking(move || std::fs::read(file)).await
    }

    /// Goes on with what a stop of the server interrupted: complete uploads that were not finished.
    pub async fn resume(&self, store: &dyn Store) {
        let open = store.photos_open().await.unwrap_or_default();
        for (case, sha) in open {
            let _turn = self.turn(&case, &sha).await;
            let Ok(Some(row)) = store.photo(&case, &sha).await else {
                continue;
            };
            let complete = ranges::Ranges::parse(&row.have).prefix() == row.size;
            if complete && !row.done {
                let done = self.finish(store, &case, &sha, row.size).await;
                tracing::info!(case, ok = done.is_ok(), "finished an interrupted upload");
            }
        }
    }
}

fn make(part: &Path, ready: &Path, sha: &str, size: u64) -> Result<(), Failed> {
    let bytes = read_whole(part, size).map_err(|e| disk(&e))?;
    if case::id::hex(&Sha256::digest(&bytes)) != sha {
        return Err(Failed::Hash);
    }
    if ready.exists() {
        return Ok(());
    }
    let jpeg = picture::remake(&bytes).map_err(Failed::Unfit)?;
    drop(bytes);
    keep(ready, &jpeg).map_err(|e| disk(&e))
}

fn read_whole(part: &Path, size: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(part)?.take(size).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Writes a file so that after a loss of power it is whole or not there.
fn keep(ready: &Path, jpeg: &[u8]) -> io::Result<()> {
    let folder = ready.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let draft = ready.with_extension("draft");
    let mut file = std::fs::File::create(&draft)?;
    file.write_all(jpeg)?;
    file.sync_all()?;
    std::fs::rename(&draft, ready)?;
    std::fs::File::open(folder)?.sync_all()?;
    match folder.parent() {
        Some(above) => std::fs::File::open(above)?.sync_all(),
        None => Ok(()),
    }
}

fn disk(error: &io::Error) -> Failed {
    Failed::Store(from_disk(error))
}

fn from_disk(error: &io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full,
        _ => StoreError::Broken(error.to_string()),
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Stored<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(from_disk(&error)),
        Err(_) => Err(StoreError::Broken("a file task ended".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_picture_that_takes_too_long_is_there_the_next_time() {
        let data = std::env::temp_dir().join(format!("nightwatch-slow-{}", std::process::id()));
        let photos = Photos::open(&data).expect("folders");
        let jpeg = picture::encode(&image::DynamicImage::new_rgb8(400, 300)).expect("jpeg");
        let sha = case::id::hex(&Sha256::digest(&jpeg));
        let (part, ready) = (photos.part("c", &sha), photos.file(&sha));
        std::fs::write(&part, &jpeg).expect("part");
        let size = jpeg.len() as u64;
        let picture = |budget| photos.picture(part.clone(), ready.clone(), &sha, size, budget);
        assert!(matches!(picture(Duration::ZERO).await, Err(Failed::Busy)));
        // Both decoders come back although nobody waited.
        let all = photos.decoders.acquire_many(DECODERS as u32).await.expect("open");
        drop(all);
        assert!(ready.exists());
        assert!(picture(BUDGET).await.is_ok());
        std::fs::remove_dir_all(&data).expect("removed");
    }
}
