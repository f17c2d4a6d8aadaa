//! Tables, one file for each step. A step that has run is never edited; `user_version` counts them.

use super::broken;
use crate::store::{Result, StoreError};
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection as _};

const STEPS: [&str; 3] = [
    include_str!("../../../migrations/0001_cases.sql"),
    include_str!("../../../migrations/0002_photos.sql"),
    include_str!("../../../migrations/0003_agents.sql"),
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
