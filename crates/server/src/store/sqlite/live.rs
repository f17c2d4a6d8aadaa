//! Cases in the writer's memory: the folded state and what admission needs. A bounded copy of what
//! is on disk; a case that is not here is rebuilt from its snapshot and tail.

use super::read;
use crate::token::Hash;
use case::State;
use sqlx::Row as _;
use sqlx::sqlite::SqliteConnection;
use std::collections::{HashMap, HashSet};

/// Cases kept in memory.
const MAX: usize = 1000;

/// One case.
#[derive(Clone, Debug, Default)]
pub struct Live {
    /// As in `Slice::epoch`.
    pub epoch: String,
    /// The fold of the whole log.
    pub state: State,
    /// Bytes of all envelopes.
    pub bytes: u64,
    /// A demonstration.
    pub demo: bool,
    /// Events since the last snapshot.
    pub new_events: u64,
    /// Bytes since the last snapshot.
    pub new_bytes: u64,
    /// Owner and last number of each device.
    pub positions: HashMap<String, (String, u64)>,
    /// Tokens and the device each is bound to.
    pub devices: HashMap<Hash, Option<String>>,
    pub(super) used: u64,
}

/// The cases in memory.
#[derive(Default)]
pub struct Lives {
    map: HashMap<String, Live>,
    touched: HashSet<String>,
    clock: u64,
}

impl Lives {
    /// A transaction begins.
    pub fn begin(&mut self) {
        self.touched.clear();
    }

    /// A transaction failed: what it touched is read from disk again.
    pub fn roll_back(&mut self) {
        for case in self.touched.drain() {
            self.map.remove(&case);
        }
    }

    /// Takes a case out to change it; it comes back by [`Lives::put`], or, after an error, never.
    pub async fn take(
        &mut self,
        conn: &mut SqliteConnection,
        case: &str,
    ) -> Result<Option<Live>, sqlx::Error> {
        self.touched.insert(case.into());
        match self.map.remove(case) {
            Some(live) => Ok(Some(live)),
            None => load(conn, case).await,
        }
    }

    /// Puts a case back.
    pub fn put(&mut self, case: &str, mut live: Live) {
        self.clock += 1;
        live.used = self.clock;
        self.map.insert(case.into(), live);
        if self.map.len() > MAX {
            // Rare and linear: half go at once, the longest unused.
            let mut ages: Vec<u64> = self.map.values().map(|l| l.used).collect();
            ages.sort_unstable();
            let middle = ages[ages.len() / 2];
            self.map.retain(|_, l| l.used > middle);
        }
    }

    /// Forgets a case whose devices changed on disk.
    pub fn forget(&mut self, case: &str) {
        self.map.remove(case);
    }
}

async fn load(conn: &mut SqliteConnection, case: &str) -> Result<Option<Live>, sqlx::Error> {
    let row = sqlx::query("SELECT epoch, bytes, demo, n FROM cases, generation WHERE id = ?")
        .bind(case)
        .fetch_optional(&mut *conn)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let (state, tail) = read::state(conn, case).await?;
    let mut live = Live {
        epoch: read::epoch(row.get("n"), row.get("epoch")),
        state,
        bytes: row.get::<i64, _>("bytes") as u64,
        demo: row.get("demo"),
        new_events: tail.0,
        new_bytes: tail.1,
        ..Live::default()
    };
    let rows = sqlx::query("SELECT d, owner, last_n FROM position WHERE case_id = ?")
        .bind(case)
        .fetch_all(&mut *conn)
        .await?;
    for row in rows {
        let n = row.get::<i64, _>("last_n") as u64;
        live.positions.insert(row.get("d"), (row.get("owner"), n));
    }
    let rows = sqlx::query("SELECT hash, d FROM device WHERE case_id = ?")
        .bind(case)
        .fetch_all(&mut *conn)
        .await?;
    for row in rows {
        if let Ok(hash) = row.get::<Vec<u8>, _>("hash").try_into() {
            live.devices.insert(Hash(hash), row.get("d"));
        }
    }
    Ok(Some(live))
}
