//! What has arrived of photos. The bytes themselves lie in files, see `crate::photos`.

use super::apply::Work;
use crate::store::MAX_PHOTOS;
use case::event::Event;

type Result<T> = std::result::Result<T, sqlx::Error>;

impl Work {
    /// See [`crate::store::Store::photo_piece`].
    pub async fn piece(&mut self, case: &str, sha: &str, size: u64, have: &str) -> Result<bool> {
        let others: i64 =
            sqlx::query_scalar("SELECT count(*) FROM photo WHERE case_id = ? AND sha <> ?")
                .bind(case)
                .bind(sha)
                .fetch_one(&mut self.conn)
                .await?;
        if others >= i64::from(MAX_PHOTOS) {
            return Ok(false);
        }
        sqlx::query(
            "INSERT INTO photo (case_id, sha, size, have) VALUES (?, ?, ?, ?)
             ON CONFLICT (case_id, sha) DO UPDATE SET size = excluded.size, have = excluded.have
             WHERE done = 0",
        )
        .bind(case)
        .bind(sha)
        .bind(size as i64)
        .bind(have)
        .execute(&mut self.conn)
        .await?;
        Ok(true)
    }

    /// See [`crate::store::Store::photo_forget`].
    pub async fn forget(&mut self, case: &str, sha: &str) -> Result<()> {
        sqlx::query("DELETE FROM photo WHERE case_id = ? AND sha = ? AND done = 0")
            .bind(case)
            .bind(sha)
            .execute(&mut self.conn)
            .await
            .map(drop)
    }

    /// See [`crate::store::Store::photo_done`].
    pub async fn photo_done(&mut self, case: &str, sha: &str, now: i64) -> Result<()> {
        sqlx::query("UPDATE photo SET done = 1 WHERE case_id = ? AND sha = ?")
            .bind(case)
            .bind(sha)
            .execute(&mut self.conn)
            .await?;
        let Some(mut live) = self.lives.take(&mut self.conn, case).await? else {
            return Ok(());
        };
        if !live.state.received.iter().any(|s| s == sha) {
            let event = Event::Received { sha: sha.into() };
            self.server_event(case, &mut live, event, now).await?;
        }
        self.lives.put(case, live);
        Ok(())
    }
}
