//! SQLite passes what every store must do, and what only it has: settings, a full disk, one server
//! at a time.

#[cfg(target_os = "linux")]
mod disk;

use async_trait::async_trait;
use case::message::Verdict;
use server::store::conformance::Fixture;
use server::store::conformance::kit::{Device, NOW, log, opened, said};
use server::store::sqlite::{Settings, SqliteStore};
use server::store::{Appended, Health, Incoming, Store, StoreError};
use server::store_conformance;
use sqlx::Connection as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

struct Sqlite {
    folder: PathBuf,
    settings: Settings,
    store: Option<Arc<SqliteStore>>,
    /// Commits of which those who wait were told.
    told: Arc<AtomicUsize>,
}

impl Sqlite {
    async fn new(max_pages: Option<u32>) -> Sqlite {
        let name = format!("nightwatch-store-{}", server::token::uuid(NOW));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let settings = Settings { file: folder.join("test.db"), max_pages, ..Settings::default() };
        let mut fixture = Sqlite { folder, settings, store: None, told: Arc::default() };
        fixture.open().await;
        fixture
    }

    async fn open(&mut self) {
        let told = self.told.clone();
        let on_commit = Arc::new(move |_| {
            told.fetch_add(1, Ordering::SeqCst);
        });
        let store = SqliteStore::open(&self.settings, on_commit).await;
        self.store = Some(Arc::new(store.unwrap()));
    }

    async fn close(&mut self) {
        if let Some(store) = self.store.take() {
            store.close().await;
            assert!(Arc::try_unwrap(store).is_ok(), "the lock is still held");
        }
    }
}

#[async_trait]
impl Fixture for Sqlite {
    fn store(&self) -> Arc<dyn Store> {
        self.store.clone().unwrap()
    }
    async fn reopen(&mut self) {
        self.close().await;
        self.open().await;
    }
    async fn restore(&mut self) {
        self.settings.restored = true;
        self.reopen().await;
        self.settings.restored = false;
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

async fn make() -> Sqlite {
    Sqlite::new(None).await
}

store_conformance!(make);

#[tokio::test]
async fn a_full_disk_refuses_writes_and_goes_on_reading() {
    let fixture = Sqlite::new(Some(64)).await;
    let store = fixture.store();
    let mut phone = opened(&*store).await;
    let long = "x".repeat(4000);
    let mut kept = 1;
    let error = loop {
        let envelope = phone.next(said(&long));
        match store.append(phone.batch(vec![Incoming::Fine(envelope)])).await {
            Ok(_) => kept += 1,
            Err(error) => break error,
        }
        assert!(kept < 200);
    };
    assert_eq!(error, StoreError::Full);
    assert_eq!(store.health(), Health::Full);
    assert_eq!(log(&*store, &phone.case).await.len(), kept);
    // The number of the event that found no room is still free. Whether a short one still fits is
    // the page's affair; it is stored as the next one, or not at all.
    phone.n -= 1;
    let short = phone.next(said("short"));
    match store.append(phone.batch(vec![Incoming::Fine(short)])).await {
        Ok(Appended::Answers { answers, .. }) => {
            assert_eq!(answers[0].verdict, Verdict::Ok);
            assert_eq!(answers[0].o, kept as u64 + 1);
            assert_eq!(store.health(), Health::Good);
        }
        other => assert_eq!(other, Err(StoreError::Full)),
    }
}

#[tokio::test]
async fn a_second_server_on_the_same_data_does_not_start() {
    let fixture = make().await;
    let second = SqliteStore::open(&fixture.settings, Arc::new(|_| {})).await;
    let error = second.err().unwrap().to_string();
    assert!(error.contains("another server"), "{error}");
}

#[tokio::test]
async fn a_damaged_file_is_refused_in_words() {
    let mut fixture = make().await;
    fixture.close().await;
    std::fs::write(&fixture.settings.file, b"this is no database, it only lies here").unwrap();
    let opened = SqliteStore::open(&fixture.settings, Arc::new(|_| {})).await;
    assert!(opened.is_err());
}

#[tokio::test]
async fn what_was_acknowledged_is_there_without_an_orderly_end() {
    let mut fixture = make().await;
    let mut phone: Device = opened(&*fixture.store()).await;
    phone.say(&*fixture.store(), said("kept")).await;
    // A copy of the files while the server runs is what a crash leaves.
    let copy = fixture.folder.join("copy.db");
    for (from, to) in [("test.db", "copy.db"), ("test.db-wal", "copy.db-wal")] {
        std::fs::copy(fixture.folder.join(from), fixture.folder.join(to)).unwrap();
    }
    fixture.settings.file = copy;
    fixture.reopen().await;
    assert_eq!(log(&*fixture.store(), &phone.case).await.len(), 2);
}

#[tokio::test]
async fn a_newer_fold_makes_states_and_lines_anew() {
    let mut fixture = make().await;
    let mut phone = opened(&*fixture.store()).await;
    for i in 0..5 {
        let events: Vec<_> = (0..60).map(|j| phone.next(said(&format!("{i}.{j}")))).collect();
        phone.give(&*fixture.store(), &events).await;
    }
    let rows = fixture.store().rows(0).await.unwrap();
    let whole = fixture.store().slice(&phone.case, 0).await.unwrap().unwrap();
    assert!(whole.snap.is_some());
    fixture.close().await;
    // As an older build left it: a snapshot without a member, a line without one, another mark.
    let url = format!("sqlite:{}", fixture.settings.file.display());
    let mut conn = sqlx::SqliteConnection::connect(&url).await.unwrap();
    for damage in [
        "UPDATE snapshot SET state = replace(state, '\"status\"', '\"state\"')",
        "UPDATE cases SET line = '{}'",
        "UPDATE fold SET mark = 'older'",
    ] {
        let done = sqlx::query(damage).execute(&mut conn).await.unwrap();
        assert!(done.rows_affected() > 0, "{damage}");
    }
    conn.close().await.unwrap();
    fixture.open().await;
    let store = fixture.store();
    assert_eq!(store.rows(0).await.unwrap(), rows);
    assert_eq!(store.slice(&phone.case, 0).await.unwrap().unwrap(), whole);
    assert_eq!(phone.say(&*store, said("on")).await.0, Verdict::Ok);
}
