//! Reads. Whatever belongs together is read in one transaction, so that a position is never newer
//! or older than the data beside it.

use super::broken;
use crate::store::{
    Access, IDLE_MS, MAX_PAGE, MAX_ROWS, MAX_TAIL, PhotoRow, Result, Slice, StoreError,
};
use crate::token::Hash;
use case::event::{Role, Stored};
use case::message::{Colleague, Row as Line};
use case::state::Grant;
use case::{State, upcast};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Row as _, SqlitePool};

/// See [`crate::store::Store::access`].
pub async fn access(pool: &SqlitePool, case: &str, token: &Hash, now: i64) -> Result<Access> {
    let row: Option<i64> = sqlx::query_scalar(
        "SELECT 2 * EXISTS (SELECT 1 FROM device d WHERE d.case_id = c.id AND d.hash = ?1)
              + EXISTS (SELECT 1 FROM reader r
                        WHERE r.case_id = c.id AND r.hash = ?1 AND r.expires > ?2)
         FROM cases c WHERE c.id = ?3",
    )
    .bind(token.0.as_slice())
    .bind(now)
    .bind(case)
    .fetch_optional(pool)
    .await
    .map_err(broken)?;
    Ok(match row {
        None => Access::Missing,
        Some(0) => Access::Denied,
        Some(1) => Access::Reads,
        Some(_) => Access::Granted,
    })
}

/// The mark of a case's history: how often a backup was restored, and the case's own.
pub fn epoch(generation: i64, own: &str) -> String {
    format!("{generation}.{own}")
}

/// Epoch and newest offset of a case; `None` for one that is not known.
async fn head(tx: &mut SqliteConnection, case: &str) -> Result<Option<(String, u64)>> {
    let row = sqlx::query("SELECT epoch, top, n FROM cases, generation WHERE id = ?")
        .bind(case)
        .fetch_optional(tx)
        .await
        .map_err(broken)?;
    Ok(row.map(|row| (epoch(row.get("n"), row.get("epoch")), row.get::<i64, _>("top") as u64)))
}

/// See [`crate::store::Store::slice`].
pub async fn slice(pool: &SqlitePool, case: &str, after: u64) -> Result<Option<Slice>> {
    let mut tx = pool.begin().await.map_err(broken)?;
    let Some((epoch, top)) = head(&mut tx, case).await? else { return Ok(None) };
    let mut slice = Slice { epoch, top, snap: None, events: Vec::new() };
    if after > top || top - after > MAX_TAIL {
        if after > top {
            tracing::warn!(case, after, top, "a device is ahead of the log: history was lost");
        }
        slice.snap = Some(state(&mut tx, case).await.map_err(broken)?.0);
    } else if after < top {
        slice.events = tail(&mut tx, case, after).await.map_err(broken)?;
    }
    Ok(Some(slice))
}

/// See [`crate::store::Store::page`].
pub async fn page(pool: &SqlitePool, case: &str, after: u64) -> Result<Option<Slice>> {
    let mut tx = pool.begin().await.map_err(broken)?;
    let Some((epoch, top)) = head(&mut tx, case).await? else { return Ok(None) };
    let after = after.min(top);
    let events = events(&mut tx, case, after, i64::from(MAX_PAGE)).await.map_err(broken)?;
    Ok(Some(Slice { epoch, top, snap: None, events }))
}

/// See [`crate::store::Store::grants`].
pub async fn grants(pool: &SqlitePool, case: &str) -> Result<Option<(u64, Vec<Grant>)>> {
    let mut tx = pool.begin().await.map_err(broken)?;
    let state = state(&mut tx, case).await.map_err(broken)?.0;
    // A case has at least the event that opened it.
    Ok((state.top > 0).then_some((state.top, state.grants)))
}

/// The whole log's fold, from the newest snapshot on; and how many events and bytes came after it.
pub async fn state(
    conn: &mut SqliteConnection,
    case: &str,
) -> std::result::Result<(State, (u64, u64)), sqlx::Error> {
    let snapshot: Option<String> =
        sqlx::query_scalar("SELECT state FROM snapshot WHERE case_id = ? ORDER BY o DESC LIMIT 1")
            .bind(case)
            .fetch_optional(&mut *conn)
            .await?;
    let mut state = match snapshot {
        Some(text) => serde_json::from_str(&text).map_err(decode)?,
        None => State::default(),
    };
    let mut after = (0, 0);
    for stored in tail(conn, case, state.top).await? {
        after.0 += 1;
        after.1 += case::wire::to_json(&stored.e).len() as u64;
        state.apply(&stored);
    }
    Ok((state, after))
}

async fn tail(
    conn: &mut SqliteConnection,
    case: &str,
    after: u64,
) -> std::result::Result<Vec<Stored>, sqlx::Error> {
    events(conn, case, after, -1).await
}

/// Events after an offset; a negative `most` is no limit.
async fn events(
    conn: &mut SqliteConnection,
    case: &str,
    after: u64,
    most: i64,
) -> std::result::Result<Vec<Stored>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT o, rx, skew, by, who, envelope FROM event WHERE case_id = ? AND o > ?
         ORDER BY o LIMIT ?",
    )
    .bind(case)
    .bind(after as i64)
    .bind(most)
    .fetch_all(conn)
    .await?;
    rows.iter().map(stored).collect()
}

fn stored(row: &SqliteRow) -> std::result::Result<Stored, sqlx::Error> {
    let text: &str = row.get("envelope");
    let value: serde_json::Value = serde_json::from_str(text).map_err(decode)?;
    let e = upcast::envelope(&value).map_err(|bad| sqlx::Error::Decode(bad.0.into()))?;
    Ok(Stored {
        o: row.get::<i64, _>("o") as u64,
        rx: row.get("rx"),
        skew: row.get("skew"),
        by: Role::parse(row.get("by")).ok_or_else(|| sqlx::Error::Decode("role".into()))?,
        who: row.get("who"),
        e,
    })
}

fn decode(error: serde_json::Error) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}

/// See [`crate::store::Store::rows`].
pub async fn rows(pool: &SqlitePool, after: u64) -> Result<(u64, Vec<Line>)> {
    let mut tx = pool.begin().await.map_err(broken)?;
    let top: i64 = sqlx::query_scalar("SELECT coalesce(max(seq), 0) FROM cases")
        .fetch_one(&mut *tx)
        .await
        .map_err(broken)?;
    // An asker from before a restored backup starts over.
    let after = i64::try_from(after).ok().filter(|a| *a <= top).unwrap_or(0);
    let lines: Vec<String> =
        sqlx::query_scalar("SELECT line FROM cases WHERE seq > ? ORDER BY seq LIMIT ?")
            .bind(after)
            .bind(MAX_ROWS)
            .fetch_all(&mut *tx)
            .await
            .map_err(broken)?;
    let rows: Vec<Line> = lines
        .iter()
        .map(|line| serde_json::from_str(line))
        .collect::<std::result::Result<_, _>>()
        .map_err(|e| StoreError::Broken(e.to_string()))?;
    let full = rows.len() == MAX_ROWS as usize;
    let seq = match rows.last() {
        Some(last) if full => last.seq,
        _ => top as u64,
    };
    Ok((seq, rows))
}

/// See [`crate::store::Store::demos`].
pub async fn demos(pool: &SqlitePool) -> Result<Vec<String>> {
    sqlx::query_scalar("SELECT id FROM cases WHERE demo = 1 ORDER BY id")
        .fetch_all(pool)
        .await
        .map_err(broken)
}

/// See [`crate::store::Store::photo`].
pub async fn photo(pool: &SqlitePool, case: &str, sha: &str) -> Result<Option<PhotoRow>> {
    let row = sqlx::query("SELECT size, have, done FROM photo WHERE case_id = ? AND sha = ?")
        .bind(case)
        .bind(sha)
        .fetch_optional(pool)
        .await
        .map_err(broken)?;
    Ok(row.map(|row| PhotoRow {
        size: row.get::<i64, _>("size") as u64,
        have: row.get("have"),
        done: row.get("done"),
    }))
}

/// See [`crate::store::Store::photos_open`].
pub async fn photos_open(pool: &SqlitePool) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query("SELECT case_id, sha FROM photo WHERE done = 0")
        .fetch_all(pool)
        .await
        .map_err(broken)?;
    Ok(rows.iter().map(|r| (r.get(0), r.get(1))).collect())
}

/// See [`crate::store::Store::any_agent`].
pub async fn any_agent(pool: &SqlitePool) -> Result<bool> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM agent)").fetch_one(pool).await.map_err(broken)
}

/// See [`crate::store::Store::password`].
pub async fn password(pool: &SqlitePool, name: &str) -> Result<Option<String>> {
    sqlx::query_scalar("SELECT password FROM agent WHERE name = ?")
        .bind(name)
        .fetch_optional(pool)
        .await
        .map_err(broken)
}

/// See [`crate::store::Store::people`].
pub async fn people(pool: &SqlitePool, now: i64) -> Result<Vec<Colleague>> {
    let rows = sqlx::query(
        "SELECT a.name, coalesce(max(s.seen), 0) AS seen FROM agent a
         LEFT JOIN session s ON s.agent = a.name AND s.seen > ?
         GROUP BY a.name ORDER BY a.name",
    )
    .bind(now - IDLE_MS)
    .fetch_all(pool)
    .await
    .map_err(broken)?;
    Ok(rows.iter().map(|r| Colleague { name: r.get("name"), seen: r.get("seen") }).collect())
}

/// See [`crate::store::Store::session`].
pub async fn session(pool: &SqlitePool, session: &Hash, now: i64) -> Result<Option<(String, i64)>> {
    let row = sqlx::query("SELECT agent, seen FROM session WHERE hash = ? AND seen > ?")
        .bind(session.0.as_slice())
        .bind(now - IDLE_MS)
        .fetch_optional(pool)
        .await
        .map_err(broken)?;
    Ok(row.map(|row| (row.get("agent"), row.get("seen"))))
}
