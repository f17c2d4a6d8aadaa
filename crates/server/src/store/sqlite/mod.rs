//! The store of one machine: SQLite in WAL mode with `synchronous=FULL`.
//!
//! One task owns the only connection that writes and checkpoints (`writer`); everything else reads
//! through a pool that cannot write. Opening reads every setting back and refuses to start when
//! one is not what it must be, since a library or a build flag can quietly change any of them.

mod apply;
mod ballast;
mod events;
pub(crate) mod judge;
pub(crate) mod live;
mod migrate;
mod open;
mod people;
mod photos;
mod read;
mod writer;

use super::{
    Access, Append, Appended, Enrolled, Health, OnCommit, PhotoRow, Result, Slice, Store,
    StoreError,
};
use crate::token::Hash;
use async_trait::async_trait;
use case::message::{Colleague, Row};
use case::state::Grant;
use sqlx::SqlitePool;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use tokio::sync::{mpsc, oneshot, watch};
use writer::{Done, Job, Write};

/// How to open.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The database file; its folder exists.
    pub file: PathBuf,
    /// History was lost: every epoch changes.
    pub restored: bool,
    /// Pages the file may grow to; no limit when `None`.
    pub max_pages: Option<u32>,
    /// Bytes of the file that keeps room for an orderly end on a full disk; none when 0.
    pub ballast: u64,
}

/// See the module.
pub struct SqliteStore {
    pool: SqlitePool,
    jobs: mpsc::Sender<Job>,
    health: watch::Receiver<Health>,
    version: String,
    writer: Mutex<Option<tokio::task::JoinHandle<()>>>,
    closing: watch::Sender<bool>,
    // Held, not read: two servers on one folder would be two writers.
    _lock: std::fs::File,
}

/// Jobs that may wait for the writer before a sender is told to come again.
const QUEUE: usize = 1024;

impl SqliteStore {
    /// Opens or makes the database, brings its tables up, checks it and starts the writer.
    ///
    /// # Errors
    /// [`StoreError::Broken`] with the reason in words for the person who starts the server.
    pub async fn open(settings: &Settings, on_commit: OnCommit) -> Result<SqliteStore> {
        let lock = open::lock(&settings.file)?;
        ballast::keep(&settings.file, settings.ballast);
        let (mut conn, version) = open::writer(settings).await?;
        migrate::run(&mut conn).await?;
        migrate::refold(&mut conn).await?;
        if settings.restored {
            open::new_generation(&mut conn).await?;
        }
        let pool = open::readers(settings).await?;
        let (jobs, queue) = mpsc::channel(QUEUE);
        let (health_now, health) = watch::channel(Health::Good);
        let (closing, closed) = watch::channel(false);
        let writer = writer::Writer::new(conn, &settings.file, on_commit, health_now).await?;
        let task = tokio::spawn(writer.run(queue, closed));
        Ok(SqliteStore {
            pool,
            jobs,
            health,
            version,
            writer: Mutex::new(Some(task)),
            closing,
            _lock: lock,
        })
    }

    async fn write(&self, write: Write) -> Result<Done> {
        let (reply, done) = oneshot::channel();
        self.jobs.try_send(Job { write, reply }).map_err(|_| StoreError::Busy)?;
        done.await.unwrap_or_else(|_| Err(StoreError::Broken("the writer has ended".into())))
    }

    /// For a flag that the writer gives.
    async fn write_flag(&self, write: Write) -> Result<bool> {
        Ok(matches!(self.write(write).await?, Done::Flag(true)))
    }
}

/// The write-ahead log beside a database file.
fn wal(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

/// Turns an error of a read into the store's; the writer has its own, stricter reading.
fn broken(error: sqlx::Error) -> StoreError {
    StoreError::Broken(error.to_string())
}

#[async_trait]
impl Store for SqliteStore {
    async fn append(&self, batch: Append) -> Result<Appended> {
        match self.write(Write::Append(batch)).await? {
            Done::Appended(appended) => Ok(appended),
            _ => Err(StoreError::Broken("mixed up answers".into())),
        }
    }
    async fn access(&self, case: &str, token: &Hash, now: i64) -> Result<Access> {
        read::access(&self.pool, case, token, now).await
    }
    async fn slice(&self, case: &str, after: u64) -> Result<Option<Slice>> {
        read::slice(&self.pool, case, after).await
    }
    async fn page(&self, case: &str, after: u64) -> Result<Option<Slice>> {
        read::page(&self.pool, case, after).await
    }
    async fn grants(&self, case: &str) -> Result<Option<(u64, Vec<Grant>)>> {
        read::grants(&self.pool, case).await
    }
    async fn rows(&self, after: u64) -> Result<(u64, Vec<Row>)> {
        read::rows(&self.pool, after).await
    }
    async fn demos(&self) -> Result<Vec<String>> {
        read::demos(&self.pool).await
    }
    async fn invite(&self, case: &str, invite: Hash, now: i64) -> Result<bool> {
        let case = case.into();
        self.write_flag(Write::Invite { case, invite, now }).await
    }
    async fn join(&self, case: &str, invite: Hash, device: Hash, now: i64) -> Result<bool> {
        let case = case.into();
        self.write_flag(Write::Join { case, invite, device, now }).await
    }
    async fn reader(&self, case: &str, reader: Hash, now: i64) -> Result<bool> {
        let case = case.into();
        self.write_flag(Write::Reader { case, reader, now }).await
    }
    async fn readers_end(&self, case: &str) -> Result<()> {
        self.write(Write::ReadersEnd { case: case.into() }).await.map(drop)
    }
    async fn photo(&self, case: &str, sha: &str) -> Result<Option<PhotoRow>> {
        read::photo(&self.pool, case, sha).await
    }
    async fn photo_piece(&self, case: &str, sha: &str, size: u64, have: String) -> Result<bool> {
        let (case, sha) = (case.into(), sha.into());
        self.write_flag(Write::Piece { case, sha, size, have }).await
    }
    async fn photo_forget(&self, case: &str, sha: &str) -> Result<()> {
        let (case, sha) = (case.into(), sha.into());
        self.write(Write::Forget { case, sha }).await.map(drop)
    }
    async fn photo_done(&self, case: &str, sha: &str, now: i64) -> Result<()> {
        let (case, sha) = (case.into(), sha.into());
        self.write(Write::Photo { case, sha, now }).await.map(drop)
    }
    async fn photos_open(&self) -> Result<Vec<(String, String)>> {
        read::photos_open(&self.pool).await
    }
    async fn any_agent(&self) -> Result<bool> {
        read::any_agent(&self.pool).await
    }
    async fn enrol_token(&self, token: Hash, setup: bool, expires: i64) -> Result<()> {
        self.write(Write::EnrolToken { token, setup, expires }).await.map(drop)
    }
    async fn enrol(&self, token: Hash, name: &str, password: &str, now: i64) -> Result<Enrolled> {
        let write = Write::Enrol { token, name: name.into(), password: password.into(), now };
        match self.write(write).await? {
            Done::Enrolled(enrolled) => Ok(enrolled),
            _ => Err(StoreError::Broken("mixed up answers".into())),
        }
    }
    async fn password(&self, name: &str) -> Result<Option<String>> {
        read::password(&self.pool, name).await
    }
    async fn people(&self, now: i64) -> Result<Vec<Colleague>> {
        read::people(&self.pool, now).await
    }
    async fn session_begin(&self, session: Hash, agent: &str, now: i64) -> Result<()> {
        let agent = agent.into();
        self.write(Write::Begin { session, agent, now }).await.map(drop)
    }
    async fn session(&self, session: &Hash, now: i64) -> Result<Option<(String, i64)>> {
        read::session(&self.pool, session, now).await
    }
    async fn session_seen(&self, session: Hash, now: i64) -> Result<()> {
        self.write(Write::Seen { session, now }).await.map(drop)
    }
    async fn session_end(&self, session: Hash) -> Result<()> {
        self.write(Write::End { session }).await.map(drop)
    }
    fn health(&self) -> Health {
        *self.health.borrow()
    }
    fn kind(&self) -> String {
        format!("SQLite {}", self.version)
    }
    async fn close(&self) {
        self.pool.close().await;
        self.closing.send_replace(true);
        let task = self.writer.lock().ok().and_then(|mut t| t.take());
        if let Some(task) = task {
            let _ = task.await;
        }
    }
}
