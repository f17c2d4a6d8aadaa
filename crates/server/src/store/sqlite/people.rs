//! Who may come in: invitations and devices of drivers, agents and their sessions.

use super::apply::Work;
use crate::store::{
    Enrolled, IDLE_MS, INVITE_MS, MAX_DEVICES, MAX_INVITES, MAX_READERS, READER_MS,
};
use crate::token::Hash;

type Result<T> = std::result::Result<T, sqlx::Error>;

impl Work {
    /// See [`crate::store::Store::invite`].
    pub async fn invite(&mut self, case: &str, invite: &Hash, now: i64) -> Result<bool> {
        sqlx::query("DELETE FROM invite WHERE expires <= ?")
            .bind(now)
            .execute(&mut self.conn)
            .await?;
        let waiting: i64 = sqlx::query_scalar("SELECT count(*) FROM invite WHERE case_id = ?")
            .bind(case)
            .fetch_one(&mut self.conn)
            .await?;
        if waiting >= i64::from(MAX_INVITES) {
            return Ok(false);
        }
        // The same token twice is one invitation; somebody else's is left alone.
        sqlx::query(
            "INSERT INTO invite (hash, case_id, expires) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(invite.0.as_slice())
        .bind(case)
        .bind(now + INVITE_MS)
        .execute(&mut self.conn)
        .await?;
        Ok(true)
    }

    /// See [`crate::store::Store::join`].
    pub async fn join(
        &mut self,
        case: &str,
        invite: &Hash,
        device: &Hash,
        now: i64,
    ) -> Result<bool> {
        let there: Option<i64> =
            sqlx::query_scalar("SELECT 1 FROM device WHERE case_id = ? AND hash = ?")
                .bind(case)
                .bind(device.0.as_slice())
                .fetch_optional(&mut self.conn)
                .await?;
        // The answer to an earlier try was lost on its way.
        if there.is_some() {
            return Ok(true);
        }
        let devices: i64 = sqlx::query_scalar("SELECT count(*) FROM device WHERE case_id = ?")
            .bind(case)
            .fetch_one(&mut self.conn)
            .await?;
        let burnt = sqlx::query(
            "DELETE FROM invite WHERE hash = ? AND case_id = ? AND expires > ? AND ? < ?",
        )
        .bind(invite.0.as_slice())
        .bind(case)
        .bind(now)
        .bind(devices)
        .bind(i64::from(MAX_DEVICES))
        .execute(&mut self.conn)
        .await?;
        if burnt.rows_affected() != 1 {
            return Ok(false);
        }
        sqlx::query("INSERT INTO device (case_id, hash, added) VALUES (?, ?, ?)")
            .bind(case)
            .bind(device.0.as_slice())
            .bind(now)
            .execute(&mut self.conn)
            .await?;
        self.lives.forget(case);
        Ok(true)
    }

    /// See [`crate::store::Store::reader`].
    pub async fn reader(&mut self, case: &str, reader: &Hash, now: i64) -> Result<bool> {
        sqlx::query("DELETE FROM reader WHERE expires <= ?")
            .bind(now)
            .execute(&mut self.conn)
            .await?;
        let there: i64 = sqlx::query_scalar("SELECT count(*) FROM reader WHERE case_id = ?")
            .bind(case)
            .fetch_one(&mut self.conn)
            .await?;
        if there >= i64::from(MAX_READERS) {
            return Ok(false);
        }
        sqlx::query(
            "INSERT INTO reader (case_id, hash, expires) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(case)
        .bind(reader.0.as_slice())
        .bind(now + READER_MS)
        .execute(&mut self.conn)
        .await?;
        Ok(true)
    }

    /// See [`crate::store::Store::readers_end`].
    pub async fn readers_end(&mut self, case: &str) -> Result<()> {
        sqlx::query("DELETE FROM reader WHERE case_id = ?")
            .bind(case)
            .execute(&mut self.conn)
            .await
            .map(drop)
    }

    /// See [`crate::store::Store::enrol_token`].
    pub async fn enrol_token(&mut self, token: &Hash, setup: bool, expires: i64) -> Result<()> {
        if setup {
            sqlx::query("DELETE FROM enrol WHERE setup = 1").execute(&mut self.conn).await?;
        }
        sqlx::query("INSERT INTO enrol (hash, setup, expires) VALUES (?, ?, ?)")
            .bind(token.0.as_slice())
            .bind(setup)
            .bind(expires)
            .execute(&mut self.conn)
            .await
            .map(drop)
    }

    /// See [`crate::store::Store::enrol`].
    pub async fn enrol(
        &mut self,
        token: &Hash,
        name: &str,
        password: &str,
        now: i64,
    ) -> Result<Enrolled> {
        let taken: Option<i64> = sqlx::query_scalar("SELECT 1 FROM agent WHERE name = ?")
            .bind(name)
            .fetch_optional(&mut self.conn)
            .await?;
        let good: Option<i64> =
            sqlx::query_scalar("SELECT 1 FROM enrol WHERE hash = ? AND expires > ?")
                .bind(token.0.as_slice())
                .bind(now)
                .fetch_optional(&mut self.conn)
                .await?;
        match (good, taken) {
            (None, _) => return Ok(Enrolled::Expired),
            (_, Some(_)) => return Ok(Enrolled::Taken),
            _ => {}
        }
        sqlx::query("DELETE FROM enrol WHERE hash = ? OR expires <= ?")
            .bind(token.0.as_slice())
            .bind(now)
            .execute(&mut self.conn)
            .await?;
        sqlx::query("INSERT INTO agent (name, password, added) VALUES (?, ?, ?)")
            .bind(name)
            .bind(password)
            .bind(now)
            .execute(&mut self.conn)
            .await?;
        Ok(Enrolled::Yes)
    }

    /// See [`crate::store::Store::session_begin`].
    pub async fn session_begin(&mut self, session: &Hash, agent: &str, now: i64) -> Result<()> {
        sqlx::query("DELETE FROM session WHERE seen <= ?")
            .bind(now - IDLE_MS)
            .execute(&mut self.conn)
            .await?;
        sqlx::query("INSERT INTO session (hash, agent, began, seen) VALUES (?, ?, ?, ?)")
            .bind(session.0.as_slice())
            .bind(agent)
            .bind(now)
            .bind(now)
            .execute(&mut self.conn)
            .await
            .map(drop)
    }

    /// See [`crate::store::Store::session_seen`].
    pub async fn session_seen(&mut self, session: &Hash, now: i64) -> Result<()> {
        sqlx::query("UPDATE session SET seen = max(seen, ?) WHERE hash = ?")
            .bind(now)
            .bind(session.0.as_slice())
            .execute(&mut self.conn)
            .await
            .map(drop)
    }

    /// See [`crate::store::Store::session_end`].
    pub async fn session_end(&mut self, session: &Hash) -> Result<()> {
        sqlx::query("DELETE FROM session WHERE hash = ?")
            .bind(session.0.as_slice())
            .execute(&mut self.conn)
            .await
            .map(drop)
    }
}
