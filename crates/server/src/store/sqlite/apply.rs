//! One transaction: begin, one write after the other, commit or roll back. What a write does lies
//! in `events`, `photos` and `people`.

use super::live::Lives;
use super::writer::{Done, Write};
use crate::store::Notice;
use case::Stored;
use sqlx::sqlite::SqliteConnection;

/// What the writer works on.
pub struct Work {
    /// The only connection that writes.
    pub conn: SqliteConnection,
    /// Cases in memory.
    pub lives: Lives,
    /// Newest change of all cases, this transaction included.
    pub seq: u64,
    committed_seq: u64,
    pub(super) notices: Vec<Notice>,
    /// Events put into the log of the case at hand.
    pub(super) fresh: Vec<Stored>,
}

type Result<T> = std::result::Result<T, sqlx::Error>;

impl Work {
    /// Reads where the stream of changes stands.
    pub async fn new(mut conn: SqliteConnection) -> Result<Work> {
        let seq: i64 = sqlx::query_scalar("SELECT coalesce(max(seq), 0) FROM cases")
            .fetch_one(&mut conn)
            .await?;
        let seq = seq as u64;
        let (lives, notices, fresh) = Default::default();
        Ok(Work { conn, lives, seq, committed_seq: seq, notices, fresh })
    }

    /// Begins.
    pub async fn begin(&mut self) -> Result<()> {
        self.notices.clear();
        self.fresh.clear();
        self.lives.begin();
        sqlx::query("BEGIN IMMEDIATE").execute(&mut self.conn).await.map(drop)
    }

    /// Makes it durable.
    pub async fn commit(&mut self) -> Result<()> {
        sqlx::query("COMMIT").execute(&mut self.conn).await?;
        self.committed_seq = self.seq;
        Ok(())
    }

    /// Rows that were ever written by this connection, undone ones included.
    pub async fn changes(&mut self) -> i64 {
        let asked = sqlx::query_scalar("SELECT total_changes()");
        asked.fetch_one(&mut self.conn).await.unwrap_or(0)
    }

    /// As if nothing had been applied.
    pub async fn roll_back(&mut self) {
        // After some errors SQLite has rolled back by itself; then there is nothing left to undo.
        let _ = sqlx::query("ROLLBACK").execute(&mut self.conn).await;
        self.lives.roll_back();
        self.seq = self.committed_seq;
        self.notices.clear();
    }

    /// The commits to tell of.
    pub fn notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    /// Applies one write.
    pub async fn apply(&mut self, write: &Write) -> Result<Done> {
        match write {
            Write::Append(batch) => self.append(batch).await.map(Done::Appended),
            Write::Invite { case, invite, now } => {
                self.invite(case, invite, *now).await.map(Done::Flag)
            }
            Write::Join { case, invite, device, now } => {
                self.join(case, invite, device, *now).await.map(Done::Flag)
            }
            Write::Reader { case, reader, now } => {
                self.reader(case, reader, *now).await.map(Done::Flag)
            }
            Write::ReadersEnd { case } => self.readers_end(case).await.map(|()| Done::Unit),
            Write::Piece { case, sha, size, have } => {
                self.piece(case, sha, *size, have).await.map(Done::Flag)
            }
            Write::Forget { case, sha } => self.forget(case, sha).await.map(|()| Done::Unit),
            Write::Photo { case, sha, now } => {
                self.photo_done(case, sha, *now).await.map(|()| Done::Unit)
            }
            Write::EnrolToken { token, setup, expires } => {
                self.enrol_token(token, *setup, *expires).await.map(|()| Done::Unit)
            }
            Write::Enrol { token, name, password, now } => {
                self.enrol(token, name, password, *now).await.map(Done::Enrolled)
            }
            Write::Begin { session, agent, now } => {
                self.session_begin(session, agent, *now).await.map(|()| Done::Unit)
            }
            Write::Seen { session, now } => {
                self.session_seen(session, *now).await.map(|()| Done::Unit)
            }
            Write::End { session } => self.session_end(session).await.map(|()| Done::Unit),
        }
    }
}
