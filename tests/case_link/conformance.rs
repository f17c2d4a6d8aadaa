//! What every store of this device has to do, in one suite that each of them runs.

use js_sys::{ArrayBuffer, Uint8Array};
use nightwatch::case_link::db::Db;
use nightwatch::case_link::memory::Memory;
use nightwatch::case_link::records::{Edit, Kind, Record};
use nightwatch::case_link::store::{PHOTO, Store};
use wasm_bindgen_test::wasm_bindgen_test;

fn put(kind: Kind, n: u64, text: &str) -> Edit {
    Edit::Put(Record { kind, n, text: text.into() })
}

fn bytes(text: &str) -> ArrayBuffer {
    Uint8Array::from(text.as_bytes()).buffer()
}

async fn write(store: &dyn Store, case: &str, edits: Vec<Edit>) {
    store.change(case, &[], &mut |_| edits.clone()).await.expect("written");
}

async fn read(store: &dyn Store, case: &str, kinds: &[Kind]) -> Vec<(Kind, u64, String)> {
    let records = store.read(case, kinds).await.expect("read");
    records.into_iter().map(|r| (r.kind, r.n, r.text)).collect()
}

async fn suite(store: &dyn Store) {
    meta(store).await;
    records(store).await;
    transactions(store).await;
    photos(store).await;
}

async fn meta(store: &dyn Store) {
    assert_eq!(store.meta("a").await, Ok(None));
    assert_eq!(store.keep_meta("a", "1").await, Ok("1".into()));
    assert_eq!(store.keep_meta("a", "2").await, Ok("1".into()));
    store.set_meta("a", Some("夜")).await.expect("set");
    store.set_meta("ab", Some("3")).await.expect("set");
    store.set_meta("b", Some("4")).await.expect("set");
    assert_eq!(store.meta("a").await, Ok(Some("夜".into())));
    let found = store.metas("a").await.expect("found");
    assert_eq!(found, [("a".into(), "夜".into()), ("ab".into(), String::from("3"))]);
    store.set_meta("a", None).await.expect("removed");
    store.set_meta("a", None).await.expect("removed twice");
    assert_eq!(store.meta("a").await, Ok(None));
}

async fn records(store: &dyn Store) {
    let edits = vec![
        put(Kind::Pending, 10, "ten"),
        put(Kind::Pending, 9, "nine"),
        put(Kind::Pending, 1 << 40, "far"),
        put(Kind::Stored, 1, "one"),
        put(Kind::Counter, 0, "10"),
    ];
    write(store, "case-1", edits).await;
    write(store, "case-10", vec![put(Kind::Stored, 1, "other")]).await;
    let stored = (Kind::Stored, 1, String::from("one"));
    let nine = (Kind::Pending, 9, String::from("nine"));
    let ten = (Kind::Pending, 10, String::from("ten"));
    let far = (Kind::Pending, 1 << 40, String::from("far"));
    // By kind as asked, then by number, not by text.
    let both = [Kind::Stored, Kind::Pending];
    assert_eq!(read(store, "case-1", &both).await, [stored, nine, ten.clone(), far]);
    assert_eq!(read(store, "case-1", &[]).await, []);
    assert_eq!(read(store, "case", &Kind::ALL).await, []);
    assert_eq!(store.waiting().await, Ok(vec!["case-1".into()]));
    let edits = vec![
        Edit::Delete(Kind::Pending, 9),
        Edit::Delete(Kind::Pending, 9),
        Edit::Delete(Kind::Pending, 1 << 40),
        put(Kind::Pending, 10, "TEN"),
    ];
    write(store, "case-1", edits).await;
    let left = [(Kind::Pending, 10, String::from("TEN"))];
    assert_eq!(read(store, "case-1", &[Kind::Pending]).await, left);
    write(store, "case-1", vec![Edit::Delete(Kind::Pending, 10)]).await;
    assert_eq!(store.waiting().await, Ok(vec![]));
}

/// What is read and what is written is one step: none of many at once is lost.
async fn transactions(store: &dyn Store) {
    let count = |there: &[Record]| {
        let n = there.first().map_or(0, |r| r.text.len() as u64);
        vec![put(Kind::Counter, 0, &"x".repeat(n as usize + 1)), put(Kind::Pending, n + 1, "e")]
    };
    let (mut a, mut b, mut c) = (count, count, count);
    let kinds = &[Kind::Counter];
    let all = vec![
        store.change("many", kinds, &mut a),
        store.change("many", kinds, &mut b),
        store.change("many", kinds, &mut c),
    ];
    for done in crate::fake::all(all).await {
        done.expect("written");
    }
    assert_eq!(read(store, "many", &[Kind::Pending]).await.len(), 3);
}

async fn photos(store: &dyn Store) {
    let note = |sha: &str| [PHOTO, sha].concat();
    assert!(matches!(store.photo("aa").await, Ok(None)));
    store.put_photo("aa", &bytes("picture"), "note").await.expect("put");
    let back = store.photo("aa").await.expect("read").expect("there");
    assert_eq!(Uint8Array::new(&back).to_vec(), b"picture");
    assert_eq!(store.meta(&note("aa")).await, Ok(Some("note".into())));
    store.drop_photo("aa").await.expect("dropped");
    assert!(matches!(store.photo("aa").await, Ok(None)));
    assert_eq!(store.meta(&note("aa")).await, Ok(None));
}

#[wasm_bindgen_test]
async fn memory_conforms() {
    suite(&Memory::default()).await;
}

#[wasm_bindgen_test]
async fn indexed_db_conforms() {
    let db = Db::open(&crate::fake::device()).await.expect("opened");
    suite(&db).await;
}

#[wasm_bindgen_test]
async fn indexed_db_keeps_over_a_reload() {
    let name = crate::fake::device();
    let db = Db::open(&name).await.expect("opened");
    write(&db, "case", vec![put(Kind::Pending, 1, "kept")]).await;
    drop(db);
    let db = Db::open(&name).await.expect("opened again");
    assert_eq!(read(&db, "case", &Kind::ALL).await, [(Kind::Pending, 1, String::from("kept"))]);
}

#[wasm_bindgen_test]
async fn indexed_db_comes_back_after_the_browser_closed_it() {
    let name = crate::fake::device();
    let db = Db::open(&name).await.expect("opened");
    write(&db, "case", vec![put(Kind::Pending, 1, "kept")]).await;
    crate::fake::js(
        "{ const real = IDBDatabase.prototype.transaction;
           IDBDatabase.prototype.transaction = function () {
             IDBDatabase.prototype.transaction = real;
             this.close();
             throw new DOMException('the connection is closing', 'InvalidStateError');
           } }",
    );
    assert_eq!(read(&db, "case", &Kind::ALL).await.len(), 1);
}
