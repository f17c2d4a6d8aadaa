//! Opening connections: settings, the check that they hold, the lock on the folder.

use super::{Settings, broken};
use crate::store::{Result, StoreError};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Row as _, SqlitePool};
use std::path::Path;
use std::time::Duration;

/// The first release without the WAL-reset fault (sqlite.org/wal.html#walresetbug).
const OLDEST: [u32; 3] = [3, 51, 3];

/// Settings of every connection as they read back.
const MUST: [(&str, &str); 10] = [
    ("journal_mode", "wal"),
    ("synchronous", "2"),
    ("foreign_keys", "1"),
    ("busy_timeout", "5000"),
    ("trusted_schema", "0"),
    ("cell_size_check", "1"),
    ("mmap_size", "0"),
    ("secure_delete", "1"),
    ("journal_size_limit", "67108864"),
    ("wal_autocheckpoint", "0"),
];

fn options(settings: &Settings) -> SqliteConnectOptions {
    let mut options = SqliteConnectOptions::new()
        .filename(&settings.file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_millis(5000))
        .pragma("trusted_schema", "OFF")
        .pragma("cell_size_check", "ON")
        .pragma("mmap_size", "0")
        .pragma("secure_delete", "ON")
        .pragma("journal_size_limit", "67108864")
        .pragma("wal_autocheckpoint", "0");
    if let Some(pages) = settings.max_pages {
        options = options.pragma("max_page_count", pages.to_string());
    }
    options.disable_statement_logging()
}

/// Takes the folder for this process; the operating system gives it back when the process ends.
pub fn lock(file: &Path) -> Result<std::fs::File> {
    let name = file.with_extension("lock");
    let wrong = |e: std::io::Error| StoreError::Broken(format!("{}: {e}", name.display()));
    let lock = std::fs::File::create(&name).map_err(wrong)?;
    lock.try_lock().map_err(|_| {
        StoreError::Broken(format!("{}: another server uses this data", name.display()))
    })?;
    Ok(lock)
}

/// The connection that writes, checked; and SQLite's version.
pub async fn writer(settings: &Settings) -> Result<(SqliteConnection, String)> {
    let mut conn = options(settings).connect().await.map_err(broken)?;
    let version = version(&mut conn).await?;
    verify(&mut conn, &MUST).await?;
    let check: String =
        sqlx::query_scalar("PRAGMA quick_check").fetch_one(&mut conn).await.map_err(broken)?;
    if check != "ok" {
        return Err(StoreError::Broken(format!("quick_check: {check}")));
    }
    Ok((conn, version))
}

/// Four connections that can only read.
pub async fn readers(settings: &Settings) -> Result<SqlitePool> {
    let pool = SqlitePoolOptions::new()
        .max_connections(4)
        .connect_with(options(settings).pragma("query_only", "ON"))
        .await
        .map_err(broken)?;
    let mut conn = pool.acquire().await.map_err(broken)?;
    verify(&mut conn, &MUST).await?;
    verify(&mut conn, &[("query_only", "1")]).await?;
    drop(conn);
    Ok(pool)
}

async fn version(conn: &mut SqliteConnection) -> Result<String> {
    let version: String =
        sqlx::query_scalar("SELECT sqlite_version()").fetch_one(conn).await.map_err(broken)?;
    if !new_enough(&version) {
        return Err(StoreError::Broken(format!(
            "SQLite {version} can damage a write-ahead log; 3.51.3 or newer is needed"
        )));
    }
    Ok(version)
}

fn new_enough(version: &str) -> bool {
    let parts: Vec<u32> = version.split('.').filter_map(|p| p.parse().ok()).collect();
    parts.as_slice() >= OLDEST.as_slice()
}

async fn verify(conn: &mut SqliteConnection, must: &[(&str, &str)]) -> Result<()> {
    for (name, value) in must {
        let row = sqlx::query(AssertSqlSafe(format!("PRAGMA {name}")))
            .fetch_one(&mut *conn)
            .await
            .map_err(broken)?;
        let is = row
            .try_get_unchecked::<i64, _>(0)
            .map(|v| v.to_string())
            .ok()
            .filter(|_| value.parse::<i64>().is_ok())
            .or_else(|| row.try_get_unchecked::<String, _>(0).ok())
            .unwrap_or_default();
        if is != *value {
            return Err(StoreError::Broken(format!("PRAGMA {name} is {is:?} and must be {value}")));
        }
    }
    Ok(())
}

/// After a restored backup: what devices hold from after it must not be taken for what is here.
pub async fn new_generation(conn: &mut SqliteConnection) -> Result<()> {
    sqlx::query("UPDATE generation SET n = n + 1").execute(conn).await.map(drop).map_err(broken)
}

#[cfg(test)]
mod tests {
    #[test]
    fn versions_compare_by_number() {
        for (version, good) in [
            ("3.51.3", true),
            ("3.54.1", true),
            ("4.0.0", true),
            ("3.51.2", false),
            ("3.9.9", false),
            ("", false),
        ] {
            assert_eq!(super::new_enough(version), good, "{version}");
        }
    }
}
