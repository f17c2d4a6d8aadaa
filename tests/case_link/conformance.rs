//! What every store of this device has to do, in one suite that each of them runs.

use js_sys::{ArrayBuffer, Uint8Array};
use nightwatch::case_link::db::Db;
use nightwatch::case_link::memory::Memory;
use nightwatch::case_link::store::{Ask, Fail, Item, Room, Store, Value};
use wasm_bindgen_test::wasm_bindgen_test;

fn text(room: Room, key: &str, text: &str) -> Item {
    Item::text(room, key.into(), text.into())
}

/// Writes entries.
pub async fn write(store: &dyn Store, items: Vec<Item>) -> Result<(), Fail> {
    store.transact(true, &[], &mut |_| items.clone()).await
}

/// Keys and texts of all entries of a room that begin so.
pub async fn read(store: &dyn Store, room: Room, prefix: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let then = &mut |items: &[Item]| {
        let pair = |i: &Item| (i.key.clone(), i.as_text().unwrap_or_default().into());
        found = items.iter().map(pair).collect();
        Vec::new()
    };
    store.transact(false, &[Ask::new(room, prefix)], then).await.expect("read");
    found
}

fn pair(key: &str, text: &str) -> (String, String) {
    (key.into(), text.into())
}

async fn suite(store: &dyn Store) {
    entries(store).await;
    rooms(store).await;
    steps(store).await;
    bytes(store).await;
}

async fn entries(store: &dyn Store) {
    let m = Room::Meta;
    assert_eq!(read(store, m, "").await, []);
    write(store, vec![text(m, "b", "2"), text(m, "ab", "3"), text(m, "a", "夜")])
        .await
        .expect("put");
    assert_eq!(read(store, m, "").await, [pair("a", "夜"), pair("ab", "3"), pair("b", "2")]);
    assert_eq!(read(store, m, "a").await, [pair("a", "夜"), pair("ab", "3")]);
    assert_eq!(read(store, m, "ab").await, [pair("ab", "3")]);
    assert_eq!(read(store, m, "c").await, []);
    let again = vec![text(m, "a", "new"), Item::gone(m, "ab".into()), Item::gone(m, "ab".into())];
    write(store, again).await.expect("put");
    assert_eq!(read(store, m, "").await, [pair("a", "new"), pair("b", "2")]);
}

async fn rooms(store: &dyn Store) {
    let e = Room::Events;
    let keys = [
        "one/p/0000000000000010",
        "one/p/0000000000000009",
        "one/s/0000000000000001",
        "onetwo/p/1",
    ];
    write(store, keys.iter().map(|k| text(e, k, "x")).collect()).await.expect("put");
    let keys = |list: Vec<(String, String)>| list.into_iter().map(|(k, _)| k).collect::<Vec<_>>();
    let pending = keys(read(store, e, "one/p/").await);
    assert_eq!(pending, ["one/p/0000000000000009", "one/p/0000000000000010"]);
    assert_eq!(keys(read(store, e, "one/").await).len(), 3);
    assert_eq!(keys(read(store, Room::Meta, "one").await).len(), 0);
    // Several questions are answered in their order.
    let mut found = Vec::new();
    let then = &mut |items: &[Item]| {
        found = items.iter().map(|i| i.key.clone()).collect();
        Vec::new()
    };
    let asks = [Ask::new(e, "one/s/"), Ask::new(Room::Meta, "b"), Ask::new(e, "onetwo")];
    store.transact(false, &asks, then).await.expect("read");
    assert_eq!(found, ["one/s/0000000000000001", "b", "onetwo/p/1"]);
}

/// What is read and what is written is one step: none of many at once is lost.
async fn steps(store: &dyn Store) {
    let asks = &[Ask::new(Room::Events, "many/")];
    let next = |there: &[Item]| {
        let mut key = String::from("many/");
        key.push_str(&there.len().to_string());
        vec![text(Room::Events, &key, "e")]
    };
    let (mut a, mut b, mut c) = (next, next, next);
    let all = vec![
        store.transact(true, asks, &mut a),
        store.transact(true, asks, &mut b),
        store.transact(true, asks, &mut c),
    ];
    for done in crate::fake::all(all).await {
        assert_eq!(done, Ok(()));
    }
    assert_eq!(read(store, Room::Events, "many/").await.len(), 3);
}

async fn bytes(store: &dyn Store) {
    let bytes: ArrayBuffer = Uint8Array::from(b"picture".as_slice()).buffer();
    let value = Some(Value::Bytes(bytes));
    write(store, vec![Item { room: Room::Photos, key: "aa".into(), value }]).await.expect("put");
    let mut found = None;
    let then = &mut |items: &[Item]| {
        found = items.first().cloned();
        Vec::new()
    };
    store.transact(false, &[Ask::new(Room::Photos, "aa")], then).await.expect("read");
    let Some(Item { value: Some(Value::Bytes(back)), .. }) = found else {
        panic!("not bytes");
    };
    assert_eq!(Uint8Array::new(&back).to_vec(), b"picture");
    write(store, vec![Item::gone(Room::Photos, "aa".into())]).await.expect("removed");
    assert_eq!(read(store, Room::Photos, "").await, []);
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
    write(&db, vec![text(Room::Meta, "a", "kept")]).await.expect("put");
    drop(db);
    let db = Db::open(&name).await.expect("opened again");
    assert_eq!(read(&db, Room::Meta, "").await, [pair("a", "kept")]);
}

#[wasm_bindgen_test]
async fn indexed_db_comes_back_after_the_browser_closed_it() {
    let name = crate::fake::device();
    let db = Db::open(&name).await.expect("opened");
    write(&db, vec![text(Room::Meta, "a", "kept")]).await.expect("put");
    crate::fake::js(
        "{ const real = IDBDatabase.prototype.transaction;
           IDBDatabase.prototype.transaction = function () {
             IDBDatabase.prototype.transaction = real;
             this.close();
             throw new DOMException('the connection is closing', 'InvalidStateError');
           } }",
    );
    assert_eq!(read(&db, Room::Meta, "").await, [pair("a", "kept")]);
}

/// A full disk keeps nothing of the step, not half of it.
#[wasm_bindgen_test]
async fn indexed_db_keeps_all_of_a_step_or_nothing() {
    let db = Db::open(&crate::fake::device()).await.expect("opened");
    crate::fake::js(
        "globalThis.realPut = IDBObjectStore.prototype.put;
         IDBObjectStore.prototype.put = function (value, key) {
           if (key === 'b') throw new DOMException('no room', 'QuotaExceededError');
           return realPut.call(this, value, key);
         }",
    );
    let both = vec![text(Room::Meta, "a", "1"), text(Room::Meta, "b", "2")];
    assert_eq!(write(&db, both).await, Err(Fail::Full));
    crate::fake::js("IDBObjectStore.prototype.put = globalThis.realPut");
    assert_eq!(read(&db, Room::Meta, "").await, []);
}
