//! The one task that writes. It takes everything that waits, applies it in one transaction, and
//! answers after the commit is on disk; while one flush runs, the next group collects, so groups
//! grow by themselves under load.

use super::apply::Work;
use super::{Result, wal};
use crate::store::{Append, Appended, Enrolled, Health, OnCommit, StoreError};
use crate::token::Hash;
use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};

/// Jobs in one transaction.
const GROUP: usize = 256;
/// Size of the write-ahead log at which it is copied back: 1,000 pages of 4 KiB.
const CHECKPOINT_BYTES: u64 = 1000 * 4096;
/// Quiet time after which the write-ahead log is emptied.
const IDLE: Duration = Duration::from_secs(5);

/// What the writer can do. Fields are those of [`crate::store::Store`]'s methods.
pub enum Write {
    Append(Append),
    Invite { case: String, invite: Hash, now: i64 },
    Join { case: String, invite: Hash, device: Hash, now: i64 },
    Reader { case: String, reader: Hash, now: i64 },
    ReadersEnd { case: String },
    Piece { case: String, sha: String, size: u64, have: String },
    Forget { case: String, sha: String },
    Photo { case: String, sha: String, now: i64 },
    EnrolToken { token: Hash, setup: bool, expires: i64 },
    Enrol { token: Hash, name: String, password: String, now: i64 },
    Begin { session: Hash, agent: String, now: i64 },
    Seen { session: Hash, now: i64 },
    End { session: Hash },
}

/// What came of it.
#[derive(Debug)]
pub enum Done {
    /// Nothing to say.
    Unit,
    /// Yes or no.
    Flag(bool),
    /// Answers to a batch.
    Appended(Appended),
    /// A new agent, or not.
    Enrolled(Enrolled),
}

/// One thing to write and where the answer goes.
pub struct Job {
    /// The thing.
    pub write: Write,
    /// The answer.
    pub reply: oneshot::Sender<Result<Done>>,
}

/// See the module.
pub struct Writer {
    work: Work,
    wal: PathBuf,
    ballast: PathBuf,
    on_commit: OnCommit,
    health: watch::Sender<Health>,
}

impl Writer {
    /// A writer over the connection that may write.
    pub async fn new(
        conn: SqliteConnection,
        file: &Path,
        on_commit: OnCommit,
        health: watch::Sender<Health>,
    ) -> Result<Writer> {
        Ok(Writer {
            work: Work::new(conn).await.map_err(super::broken)?,
            wal: wal(file),
            ballast: super::ballast::path(file),
            on_commit,
            health,
        })
    }

    /// Works until `closed`, then finishes what waits.
    pub async fn run(mut self, mut queue: mpsc::Receiver<Job>, mut closed: watch::Receiver<bool>) {
        loop {
            let job = tokio::select! {
                job = queue.recv() => job,
                () = async { drop(closed.wait_for(|c| *c).await) } => {
                    queue.close();
                    queue.recv().await
                }
                () = tokio::time::sleep(IDLE), if self.wal_bytes() > 0 => {
                    self.checkpoint("PRAGMA wal_checkpoint(TRUNCATE)").await;
                    continue;
                }
            };
            let Some(job) = job else { break };
            let mut jobs = vec![job];
            while jobs.len() < GROUP
                && let Ok(job) = queue.try_recv()
            {
                jobs.push(job);
            }
            self.group(jobs).await;
            if self.wal_bytes() > CHECKPOINT_BYTES {
                self.checkpoint("PRAGMA wal_checkpoint(PASSIVE)").await;
            }
        }
        if *self.health.borrow() == Health::Full {
            super::ballast::drop(&self.ballast);
        }
        if *self.health.borrow() != Health::Stopped {
            self.checkpoint("PRAGMA wal_checkpoint(TRUNCATE)").await;
        }
        let _ = self.work.conn.close().await;
    }

    async fn group(&mut self, jobs: Vec<Job>) {
        let sick = *self.health.borrow() != Health::Good;
        let before = if sick { self.work.changes().await } else { 0 };
        match self.attempt(&jobs).await {
            Ok(dones) => {
                // Answers that needed no writing say nothing about the disk.
                if sick && self.work.changes().await > before {
                    self.set(Health::Good);
                }
                self.answer(jobs, dones);
            }
            Err(error) => {
                let (health, fault) = reading(&error);
                // One job that no database takes must not fail those it came with.
                if jobs.len() > 1 && health == Health::Failing {
                    for job in jobs {
                        Box::pin(self.group(vec![job])).await;
                    }
                    return;
                }
                tracing::error!(%error, jobs = jobs.len(), "a write failed");
                self.set(health);
                for job in jobs {
                    let _ = job.reply.send(Err(fault.clone()));
                }
            }
        }
    }

    async fn attempt(&mut self, jobs: &[Job]) -> std::result::Result<Vec<Done>, sqlx::Error> {
        if *self.health.borrow() == Health::Stopped {
            // After a failed flush the kernel may call lost pages clean: a retry would lie.
            return Err(sqlx::Error::WorkerCrashed);
        }
        self.work.begin().await?;
        let result = self.apply_all(jobs).await;
        if result.is_err() {
            self.work.roll_back().await;
        }
        result
    }

    async fn apply_all(&mut self, jobs: &[Job]) -> std::result::Result<Vec<Done>, sqlx::Error> {
        let mut dones = Vec::with_capacity(jobs.len());
        for job in jobs {
            dones.push(self.work.apply(&job.write).await?);
        }
        self.work.commit().await?;
        Ok(dones)
    }

    fn answer(&mut self, jobs: Vec<Job>, dones: Vec<Done>) {
        for (job, done) in jobs.into_iter().zip(dones) {
            let _ = job.reply.send(Ok(done));
        }
        for notice in self.work.notices() {
            (self.on_commit)(notice);
        }
    }

    fn set(&self, health: Health) {
        self.health.send_if_modified(|now| {
            let changes = *now != health && *now != Health::Stopped;
            if changes {
                *now = health;
            }
            changes
        });
    }

    fn wal_bytes(&self) -> u64 {
        std::fs::metadata(&self.wal).map_or(0, |m| m.len())
    }

    async fn checkpoint(&mut self, statement: &'static str) {
        // A reader in the way or a full disk only postpones it.
        let result = sqlx::query(statement).fetch_one(&mut self.work.conn).await;
        if let Err(error) = result {
            tracing::warn!(%error, "checkpoint postponed");
            if reading(&error).0 == Health::Stopped {
                self.set(Health::Stopped);
            }
        }
    }
}

/// What an error of a write means. Codes: sqlite.org/rescode.html.
fn reading(error: &sqlx::Error) -> (Health, StoreError) {
    const FULL: i64 = 13;
    const CORRUPT: i64 = 11;
    const NOT_A_DATABASE: i64 = 26;
    const IOERR_FSYNC: i64 = 10 | 4 << 8;
    const IOERR_DIR_FSYNC: i64 = 10 | 5 << 8;
    let code: i64 =
        error.as_database_error().and_then(|e| e.code()).and_then(|c| c.parse().ok()).unwrap_or(0);
    let broken = StoreError::Broken(error.to_string());
    match code {
        IOERR_FSYNC | IOERR_DIR_FSYNC => (Health::Stopped, broken),
        _ if matches!(code & 0xff, CORRUPT | NOT_A_DATABASE) => (Health::Stopped, broken),
        _ if code & 0xff == FULL => (Health::Full, StoreError::Full),
        _ if matches!(error, sqlx::Error::WorkerCrashed) => (Health::Stopped, broken),
        _ => (Health::Failing, broken),
    }
}
