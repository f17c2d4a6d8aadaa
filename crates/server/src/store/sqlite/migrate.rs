//! Tables, one file for each step: a step that has run is never edited, `user_version` counts
//! them. And what is derived from the log: made anew when this build's fold gives something else.

use super::{broken, read};
use crate::store::{Result, StoreError, line, sample};
use case::wire::to_json;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection as _};

const STEPS: [&str; 5] = [
    include_str!("../../../migrations/0001_cases.sql"),
    include_str!("../../../migrations/0002_photos.sql"),
    include_str!("../../../migrations/0003_agents.sql"),
    include_str!("../../../migrations/0004_fold.sql"),
    include_str!("../../../migrations/0005_readers.sql"),
];

/// Runs the steps that have not run yet, each in its own transaction.
pub async fn run(conn: &mut SqliteConnection) -> Result<()> {
    let done: i64 =
        sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut *conn).await.map_err(broken)?;
    let done = usize::try_from(done).unwrap_or(usize::MAX);
    if done > STEPS.len() {
        return Err(StoreError::Broken(
            "the database was made by a newer version of this server".into(),
        ));
    }
    for (i, step) in STEPS.iter().enumerate().skip(done) {
        let mut tx = conn.begin().await.map_err(broken)?;
        sqlx::raw_sql(*step).execute(&mut *tx).await.map_err(broken)?;
        sqlx::raw_sql(AssertSqlSafe(format!("PRAGMA user_version = {}", i + 1)))
            .execute(&mut *tx)
            .await
            .map_err(broken)?;
        tx.commit().await.map_err(broken)?;
    }
    Ok(())
}

/// Makes snapshots and lines anew if another fold made those on disk. A snapshot is a short cut
/// through the log and nothing more; an old one would leave out what a newer fold finds there.
pub async fn refold(conn: &mut SqliteConnection) -> Result<()> {
    let mark = sample::mark();
    let was: String =
        sqlx::query_scalar("SELECT mark FROM fold").fetch_one(&mut *conn).await.map_err(broken)?;
    if was == mark {
        return Ok(());
    }
    let mut tx = conn.begin().await.map_err(broken)?;
    sqlx::query("DELETE FROM snapshot").execute(&mut *tx).await.map_err(broken)?;
    let cases: Vec<(String, i64, bool)> = sqlx::query_as("SELECT id, seq, demo FROM cases")
        .fetch_all(&mut *tx)
        .await
        .map_err(broken)?;
    if !cases.is_empty() {
        tracing::info!(cases = cases.len(), "a newer fold: states are made anew from the log");
    }
    for (case, seq, demo) in cases {
        let (state, _) = read::state(&mut tx, &case).await.map_err(broken)?;
        sqlx::query("UPDATE cases SET line = ? WHERE id = ?")
            .bind(to_json(&line::row(&case, seq as u64, demo, &state)))
            .bind(&case)
            .execute(&mut *tx)
            .await
            .map_err(broken)?;
    }
    sqlx::query("UPDATE fold SET mark = ?").bind(mark).execute(&mut *tx).await.map_err(broken)?;
    tx.commit().await.map_err(broken)
}
