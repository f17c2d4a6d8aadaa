//! Events into the log: who may write, in which order, and what is kept of a refusal.

use super::apply::Work;
use super::judge::{SERVER_DEVICE, Writer, answer, body_hash, heir, not_opened, opens, refusal};
use super::live::Live;
use super::read;
use crate::store::{Append, Appended, Author, Incoming, Notice, line};
use crate::token::{self, Hash};
use case::event::{Body, Envelope, Event, Role, Stored};
use case::ledger::{self, Known, uses_up};
use case::message::{Answer, Verdict};
use case::wire::{Node as _, to_json};
use sqlx::Row as _;

/// Events and bytes after which the next commit takes a snapshot.
const SNAPSHOT: (u64, u64) = (200, 64 << 10);

type Result<T> = std::result::Result<T, sqlx::Error>;

impl Work {
    /// See [`crate::store::Store::append`].
    pub async fn append(&mut self, batch: &Append) -> Result<Appended> {
        let taken = self.lives.take(&mut self.conn, &batch.case).await?;
        let (mut live, writer) = match (&batch.author, taken) {
            (Author::Agent(_), None) => return Ok(Appended::Missing),
            (Author::Agent(name), Some(live)) => {
                let writer = Writer {
                    role: Role::Agent,
                    who: name,
                    owner: format!("agent:{name}"),
                    token: None,
                };
                (live, writer)
            }
            (Author::Driver(token), taken) => {
                let live = match taken {
                    Some(live) => live,
                    None if opens(batch) => self.create(batch, token).await?,
                    None => {
                        let (epoch, answers) = (String::new(), not_opened(&batch.events));
                        return Ok(Appended::Answers { epoch, answers });
                    }
                };
                if !live.devices.contains_key(token) {
                    self.lives.put(&batch.case, live);
                    return Ok(Appended::Denied);
                }
                let writer = Writer {
                    role: Role::Driver,
                    who: "",
                    owner: format!("driver:{}", case::id::hex(&token.0[..8])),
                    token: Some(*token),
                };
                (live, writer)
            }
        };
        let before = live.state.top;
        let mut answers = Vec::with_capacity(batch.events.len());
        let mut ledger = ledger::Batch::default();
        for event in &batch.events {
            answers.push(self.one(batch, &mut live, &writer, event, &mut ledger).await?);
        }
        if live.state.top > before {
            self.settle(&batch.case, &mut live).await?;
        }
        let epoch = live.epoch.clone();
        self.lives.put(&batch.case, live);
        Ok(Appended::Answers { epoch, answers })
    }

    async fn create(&mut self, batch: &Append, token: &Hash) -> Result<Live> {
        let epoch = case::id::hex(&token::random::<8>());
        let generation = sqlx::query("SELECT n FROM generation").fetch_one(&mut self.conn).await?;
        let live = Live {
            epoch: read::epoch(generation.get("n"), &epoch),
            demo: batch.demo,
            devices: [(*token, None)].into(),
            ..Live::default()
        };
        // The line is written by `settle`; the row has to be there for the events to refer to.
        self.seq += 1;
        sqlx::query(
            "INSERT INTO cases (id, number, epoch, top, bytes, seq, line, created, demo)
             VALUES (?, '', ?, 0, 0, ?, '', ?, ?)",
        )
        .bind(&batch.case)
        .bind(&epoch)
        .bind(self.seq as i64)
        .bind(batch.now)
        .bind(batch.demo)
        .execute(&mut self.conn)
        .await?;
        sqlx::query("INSERT INTO device (case_id, hash, added) VALUES (?, ?, ?)")
            .bind(&batch.case)
            .bind(token.0.as_slice())
            .bind(batch.now)
            .execute(&mut self.conn)
            .await?;
        Ok(live)
    }

    async fn one(
        &mut self,
        batch: &Append,
        live: &mut Live,
        writer: &Writer<'_>,
        event: &Incoming,
        ledger: &mut ledger::Batch,
    ) -> Result<Answer> {
        let (k, d, n) = match event {
            Incoming::Fine(e) => (&e.k, &e.d, e.n),
            Incoming::Refused { id: Some((k, d, n)), .. } => (k, d, *n),
            Incoming::Refused { id: None, why } => {
                return Ok(answer("", Verdict::Bad, 0, why));
            }
        };
        if !self.owns(&batch.case, live, writer, d).await? {
            let why = "this device id belongs to another device";
            return Ok(answer(k, Verdict::Denied, 0, why));
        }
        let last_n = live.positions.get(d).map_or(0, |p| p.1);
        let body = match event {
            Incoming::Fine(envelope) => body_hash(envelope),
            Incoming::Refused { .. } => [0; 32],
        };
        let known = self.known(&batch.case, k, &body).await?;
        if let Some((_, Some(verdict))) = known {
            return Ok(answer(k, verdict, 0, "refused before"));
        }
        let known = known.map(|(known, _)| known);
        let refusal = match ledger.admit(last_n, known, n) {
            Ok(_) => match (refusal(live, writer, event), heir(writer, event)) {
                (None, Some(heir)) => self.nobody(heir).await?,
                (refusal, _) => refusal,
            },
            Err((verdict, o)) => {
                if uses_up(last_n, known, n) {
                    self.use_number(&batch.case, live, writer, d, n).await?;
                }
                return Ok(answer(k, verdict, o, ""));
            }
        };
        self.use_number(&batch.case, live, writer, d, n).await?;
        if let Some((verdict, why)) = refusal {
            self.remember(&batch.case, k, &body, 0, verdict).await?;
            return Ok(answer(k, verdict, 0, &why));
        }
        let Incoming::Fine(envelope) = event else {
            return Ok(answer(k, Verdict::Bad, 0, ""));
        };
        let stored = Stored {
            o: live.state.top + 1,
            rx: batch.now,
            skew: batch.skew,
            by: writer.role,
            who: writer.who.into(),
            e: envelope.clone(),
        };
        self.keep(&batch.case, live, &stored, &body).await?;
        Ok(answer(k, Verdict::Ok, stored.o, ""))
    }

    /// Whether the writer may use a device id in this case; binds it at the first use.
    async fn owns(
        &mut self,
        case: &str,
        live: &mut Live,
        writer: &Writer<'_>,
        d: &str,
    ) -> Result<bool> {
        if let Some((owner, _)) = live.positions.get(d) {
            return Ok(*owner == writer.owner);
        }
        let bound_to_other = live.devices.values().any(|b| b.as_deref() == Some(d));
        if d == SERVER_DEVICE || bound_to_other {
            return Ok(false);
        }
        let Some(token) = writer.token else {
            return Ok(true);
        };
        match live.devices.get_mut(&token) {
            Some(bound @ None) => *bound = Some(d.into()),
            _ => return Ok(false),
        }
        sqlx::query("UPDATE device SET d = ? WHERE case_id = ? AND hash = ?")
            .bind(d)
            .bind(case)
            .bind(token.0.as_slice())
            .execute(&mut self.conn)
            .await?;
        // From here on `positions` names the owner.
        self.use_number(case, live, writer, d, 0).await?;
        Ok(true)
    }

    /// Why a case cannot be handed to this name.
    async fn nobody(&mut self, name: &str) -> Result<Option<(Verdict, String)>> {
        let there: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM agent WHERE name = ?)")
            .bind(name)
            .fetch_one(&mut self.conn)
            .await?;
        Ok((!there).then(|| (Verdict::Denied, "there is no agent of this name".into())))
    }

    async fn known(
        &mut self,
        case: &str,
        k: &str,
        body: &[u8; 32],
    ) -> Result<Option<(Known, Option<Verdict>)>> {
        let row = sqlx::query("SELECT body, o, verdict FROM idem WHERE case_id = ? AND k = ?")
            .bind(case)
            .bind(k)
            .fetch_optional(&mut self.conn)
            .await?;
        Ok(row.map(|row| {
            let o = row.get::<i64, _>("o") as u64;
            let same_body = row.get::<Vec<u8>, _>("body") == body;
            let verdict = Verdict::parse(&row.get::<String, _>("verdict"));
            (Known { o, same_body }, verdict.filter(|_| o == 0))
        }))
    }

    async fn remember(
        &mut self,
        case: &str,
        k: &str,
        body: &[u8; 32],
        o: u64,
        verdict: Verdict,
    ) -> Result<()> {
        sqlx::query("INSERT INTO idem (case_id, k, body, o, verdict) VALUES (?, ?, ?, ?, ?)")
            .bind(case)
            .bind(k)
            .bind(body.as_slice())
            .bind(o as i64)
            .bind(verdict.as_str())
            .execute(&mut self.conn)
            .await
            .map(drop)
    }

    async fn use_number(
        &mut self,
        case: &str,
        live: &mut Live,
        writer: &Writer<'_>,
        d: &str,
        n: u64,
    ) -> Result<()> {
        live.positions.insert(d.into(), (writer.owner.clone(), n));
        sqlx::query(
            "INSERT INTO position (case_id, d, owner, last_n) VALUES (?, ?, ?, ?)
             ON CONFLICT (case_id, d) DO UPDATE SET last_n = excluded.last_n",
        )
        .bind(case)
        .bind(d)
        .bind(&writer.owner)
        .bind(n as i64)
        .execute(&mut self.conn)
        .await
        .map(drop)
    }

    /// Puts one event into the log and the state.
    async fn keep(
        &mut self,
        case: &str,
        live: &mut Live,
        stored: &Stored,
        body: &[u8; 32],
    ) -> Result<()> {
        let envelope = to_json(&stored.e);
        let kind = match &stored.e.b {
            Body::Known(event) => event.tag().to_string(),
            Body::Unknown(json) => json.field("t").and_then(|t| t.text()).unwrap_or_default(),
        };
        sqlx::query(
            "INSERT INTO event (case_id, o, kind, rx, skew, by, who, envelope)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(case)
        .bind(stored.o as i64)
        .bind(kind)
        .bind(stored.rx)
        .bind(stored.skew)
        .bind(stored.by.as_str())
        .bind(&stored.who)
        .bind(&envelope)
        .execute(&mut self.conn)
        .await?;
        self.remember(case, &stored.e.k, body, stored.o, Verdict::Ok).await?;
        live.bytes += envelope.len() as u64;
        live.new_events += 1;
        live.new_bytes += envelope.len() as u64;
        live.state.apply(stored);
        self.fresh.push(stored.clone());
        Ok(())
    }

    /// Brings the case's line, and when due its snapshot, up to the log.
    async fn settle(&mut self, case: &str, live: &mut Live) -> Result<()> {
        self.seq += 1;
        let row = line::row(case, self.seq, live.demo, &live.state);
        sqlx::query(
            "UPDATE cases SET number = ?, top = ?, bytes = ?, seq = ?, line = ? WHERE id = ?",
        )
        .bind(&live.state.number)
        .bind(live.state.top as i64)
        .bind(live.bytes as i64)
        .bind(self.seq as i64)
        .bind(to_json(&row))
        .bind(case)
        .execute(&mut self.conn)
        .await?;
        if live.new_events >= SNAPSHOT.0 || live.new_bytes >= SNAPSHOT.1 {
            self.snapshot(case, live).await?;
        }
        self.notices.push(Notice {
            case: case.into(),
            top: live.state.top,
            seq: self.seq,
            epoch: live.epoch.clone(),
            grants: live.state.grants.clone(),
            events: std::mem::take(&mut self.fresh),
        });
        Ok(())
    }

    async fn snapshot(&mut self, case: &str, live: &mut Live) -> Result<()> {
        sqlx::query("INSERT OR REPLACE INTO snapshot (case_id, o, state) VALUES (?, ?, ?)")
            .bind(case)
            .bind(live.state.top as i64)
            .bind(to_json(&live.state))
            .execute(&mut self.conn)
            .await?;
        sqlx::query(
            "DELETE FROM snapshot WHERE case_id = ?1 AND o NOT IN
             (SELECT o FROM snapshot WHERE case_id = ?1 ORDER BY o DESC LIMIT 2)",
        )
        .bind(case)
        .execute(&mut self.conn)
        .await?;
        live.new_events = 0;
        live.new_bytes = 0;
        Ok(())
    }

    /// An event of the server itself.
    pub async fn server_event(
        &mut self,
        case: &str,
        live: &mut Live,
        event: Event,
        now: i64,
    ) -> Result<()> {
        let writer = Writer { role: Role::Server, who: "", owner: "server".into(), token: None };
        let n = live.positions.get(SERVER_DEVICE).map_or(0, |p| p.1) + 1;
        let stored = Stored {
            o: live.state.top + 1,
            rx: now,
            skew: 0,
            by: Role::Server,
            who: String::new(),
            e: Envelope {
                v: case::upcast::VERSION,
                k: token::uuid(now),
                d: SERVER_DEVICE.into(),
                n,
                at: now,
                b: event.into(),
            },
        };
        self.use_number(case, live, &writer, SERVER_DEVICE, n).await?;
        let body = body_hash(&stored.e);
        self.keep(case, live, &stored, &body).await?;
        self.settle(case, live).await
    }
}
