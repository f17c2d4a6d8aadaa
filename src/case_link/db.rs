//! The store on disk: IndexedDB, database `nightwatch`, through the browser's own requests.
//!
//! Stores: `meta` (text under text), `events` (text under [case, kind, number]) and `photos`
//! (an ArrayBuffer under SHA-256; a Blob read back from IndexedDB can turn unreadable in WebKit
//! once the connection was lost). It is opened when needed, and again when the browser closed
//! it behind our back; every operation has a time limit. What the records mean is not known here.

use super::memory::note_key;
use super::migrations;
use super::records::{Edit, Kind, Record};
use super::store::{Fail, Later, Store, Write};
use super::time::within;
use js_sys::{Array, ArrayBuffer, Function, Promise, Reflect};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbFactory, IdbKeyRange, IdbOpenDbRequest, IdbRequest};
use web_sys::{IdbTransaction, IdbTransactionMode as Mode, IdbVersionChangeEvent};

/// Milliseconds that opening may take.
const OPEN: i32 = 6_000;
/// Milliseconds that one operation may take.
const WORK: i32 = 5_000;

#[wasm_bindgen]
extern "C" {
    /// The database with the form of `transaction` that `web-sys` does not offer yet.
    #[wasm_bindgen(extends = IdbDatabase)]
    type Durable;
    #[wasm_bindgen(method, catch)]
    fn transaction(
        this: &Durable,
        stores: &JsValue,
        mode: &str,
        options: &JsValue,
    ) -> Result<IdbTransaction, JsValue>;
}

type Held = Rc<RefCell<Option<IdbDatabase>>>;

/// The store on disk.
pub struct Db {
    name: String,
    held: Held,
    /// Closes the connection when another tab wants to change the database's form, and lets go
    /// of it when the browser closes it.
    close: Closure<dyn Fn()>,
}

impl Drop for Db {
    fn drop(&mut self) {
        if let Some(db) = self.held.borrow_mut().take() {
            db.set_onversionchange(None);
            db.set_onclose(None);
            db.close();
        }
    }
}

impl Db {
    /// Opens the database, or makes it.
    pub async fn open(name: &str) -> Result<Db, Fail> {
        let held = Held::default();
        let own = held.clone();
        let close = Closure::<dyn Fn()>::new(move || {
            if let Some(db) = own.borrow_mut().take() {
                db.close();
            }
        });
        let name = name.into();
        let db = Db { name, held, close };
        within(OPEN, db.connect()).await.unwrap_or(Err(Fail::Silent))?;
        Ok(db)
    }

    async fn connect(&self) -> Result<IdbDatabase, Fail> {
        if let Some(db) = &*self.held.borrow() {
            return Ok(db.clone());
        }
        let factory = Reflect::get(&js_sys::global(), &"indexedDB".into());
        let factory: IdbFactory =
            factory.ok().and_then(|f| f.dyn_into().ok()).ok_or(Fail::Absent)?;
        let request: IdbOpenDbRequest =
            factory.open_with_u32(&self.name, migrations::VERSION).map_err(|_| Fail::Absent)?;
        let asked = request.clone();
        let upgrade = Closure::<dyn FnMut(_)>::new(move |event: IdbVersionChangeEvent| {
            // When a step fails, the browser undoes all of them and opening fails.
            if let Ok(db) = asked.result() {
                let _ = migrations::run(db.unchecked_ref(), event.old_version() as u32);
            }
        });
        request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
        if JsFuture::from(answer(&request)).await.is_err() {
            let error = request.error().ok().flatten();
            return Err(match error.map(|e| class(&e)) {
                Some(Fail::Full) => Fail::Full,
                // Private modes and embedded views answer with all kinds of errors.
                _ => Fail::Absent,
            });
        }
        let db: IdbDatabase = match request.result() {
            Ok(db) => db.unchecked_into(),
            Err(e) => return Err(class(&e)),
        };
        db.set_onversionchange(Some(self.close.as_ref().unchecked_ref()));
        db.set_onclose(Some(self.close.as_ref().unchecked_ref()));
        *self.held.borrow_mut() = Some(db.clone());
        Ok(db)
    }

    fn begin(&self, db: &IdbDatabase, mode: Mode) -> Result<IdbTransaction, JsValue> {
        let stores = Array::of3(&META.into(), &EVENTS.into(), &PHOTOS.into());
        if mode == Mode::Readonly {
            return db.transaction_with_str_sequence(&stores);
        }
        // Strict: `complete` comes after the data is on the disk, not only with the system.
        let options = js_sys::Object::new();
        let _ = Reflect::set(&options, &"durability".into(), &"strict".into());
        let db: &Durable = db.unchecked_ref();
        db.transaction(&stores, "readwrite", &options)
    }

    /// One transaction: asks, hands the answers to `then`, writes what it gives, and is done
    /// when the transaction is.
    async fn once(&self, mode: Mode, asks: &[Ask], then: &mut Then<'_>) -> Result<(), Fail> {
        let db = self.connect().await?;
        let tx = self.begin(&db, mode).map_err(|e| class(&e))?;
        let done = JsFuture::from(Promise::new(&mut |resolve, reject| {
            tx.set_oncomplete(Some(&resolve));
            tx.set_onabort(Some(&reject));
        }));
        let mut requests = Vec::with_capacity(asks.len());
        for ask in asks {
            let request = ask.put_to(&tx).map_err(|e| class(&e))?;
            requests.push((JsFuture::from(answer(&request)), request));
        }
        let mut answers = Vec::with_capacity(requests.len());
        for (answered, request) in requests {
            if answered.await.is_err() {
                let error = request.error().ok().flatten();
                return Err(error.map_or(Fail::Gone, |e| class(&e)));
            }
            answers.push(request.result().map_err(|e| class(&e))?);
        }
        for (store, key, value) in then(&answers) {
            let store = tx.object_store(store).map_err(|e| class(&e))?;
            let put = match value {
                Some(value) => store.put_with_key(&value, &key),
                None => store.delete(&key),
            };
            if let Err(e) = put {
                let _ = tx.abort();
                return Err(class(&e));
            }
        }
        match done.await {
            Ok(_) => Ok(()),
            Err(_) => Err(tx.error().map_or(Fail::Gone, |e| class(&e))),
        }
    }

    /// As [`Db::once`], with a time limit, and once more when the connection was gone.
    async fn run(&self, mode: Mode, asks: &[Ask], then: &mut Then<'_>) -> Result<(), Fail> {
        for again in [true, false] {
            let tried = within(WORK, self.once(mode, asks, then)).await;
            match tried.unwrap_or(Err(Fail::Silent)) {
                Err(Fail::Gone) if again => self.let_go(),
                other => return other,
            }
        }
        Err(Fail::Gone)
    }

    fn let_go(&self) {
        let closed = self.close.as_ref().unchecked_ref::<Function>();
        let _ = closed.call0(&JsValue::NULL);
    }

    /// Asks one thing and writes nothing.
    async fn get(&self, ask: Ask) -> Result<JsValue, Fail> {
        let mut found = JsValue::UNDEFINED;
        let then = &mut |answers: &[JsValue]| {
            found = answers[0].clone();
            Vec::new()
        };
        self.run(Mode::Readonly, &[ask], then).await?;
        Ok(found)
    }

    async fn put(&self, writes: Vec<Put>) -> Result<(), Fail> {
        self.run(Mode::Readwrite, &[], &mut |_| writes.clone()).await
    }
}

const META: &str = "meta";
const EVENTS: &str = "events";
const PHOTOS: &str = "photos";

/// A store, a key, and the value; `None` removes.
type Put = (&'static str, JsValue, Option<JsValue>);
type Then<'a> = dyn FnMut(&[JsValue]) -> Vec<Put> + 'a;

/// One question to a store.
enum Ask {
    One(&'static str, JsValue),
    Values(&'static str, JsValue),
    Keys(&'static str, JsValue),
}

impl Ask {
    fn put_to(&self, tx: &IdbTransaction) -> Result<IdbRequest, JsValue> {
        match self {
            Ask::One(store, key) => tx.object_store(store)?.get(key),
            Ask::Values(store, range) => tx.object_store(store)?.get_all_with_key(range),
            Ask::Keys(store, range) => tx.object_store(store)?.get_all_keys_with_key(range),
        }
    }
}

fn answer(request: &IdbRequest) -> Promise {
    Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    })
}

/// What an exception of IndexedDB means for us.
fn class(error: &JsValue) -> Fail {
    let name = Reflect::get(error, &"name".into()).ok();
    match name.and_then(|n| n.as_string()).as_deref() {
        Some("QuotaExceededError") => Fail::Full,
        Some("InvalidStateError" | "UnknownError" | "AbortError" | "TransactionInactiveError") => {
            Fail::Gone
        }
        _ => Fail::Broken,
    }
}

fn range(lower: &JsValue, upper: &JsValue) -> JsValue {
    IdbKeyRange::bound(lower, upper).map_or(JsValue::UNDEFINED, JsValue::from)
}

fn key(case: &str, kind: Kind, n: u64) -> JsValue {
    let n = JsValue::from_f64(n as f64);
    Array::of3(&case.into(), &kind.code().into(), &n).into()
}

/// The questions for the records of some kinds: for each its keys, then its values.
fn asks(case: &str, kinds: &[Kind]) -> Vec<Ask> {
    let mut asks = Vec::new();
    for kind in kinds {
        // An array is greater than every number: the upper end of all numbers of the kind.
        let code = kind.code().into();
        let upper = Array::of3(&case.into(), &code, &Array::new());
        let all = range(&Array::of2(&case.into(), &code), &upper);
        asks.push(Ask::Keys(EVENTS, all.clone()));
        asks.push(Ask::Values(EVENTS, all));
    }
    asks
}

/// The records in the answers to [`asks`].
fn records(kinds: &[Kind], answers: &[JsValue]) -> Vec<Record> {
    let mut out = Vec::new();
    for (kind, pair) in kinds.iter().zip(answers.chunks(2)) {
        let [keys, values] = pair else { continue };
        let (keys, values) = (Array::from(keys), Array::from(values));
        for (key, value) in keys.iter().zip(values.iter()) {
            let n = Array::from(&key).get(2).as_f64();
            if let (Some(n), Some(text)) = (n, value.as_string()) {
                let (kind, n) = (*kind, n as u64);
                out.push(Record { kind, n, text });
            }
        }
    }
    out
}

fn puts(case: &str, edits: Vec<Edit>) -> Vec<Put> {
    let put = |edit| match edit {
        Edit::Put(r) => (EVENTS, key(case, r.kind, r.n), Some(r.text.into())),
        Edit::Delete(kind, n) => (EVENTS, key(case, kind, n), None),
    };
    edits.into_iter().map(put).collect()
}

impl Store for Db {
    fn meta<'a>(&'a self, key: &'a str) -> Later<'a, Option<String>> {
        Box::pin(async { Ok(self.get(Ask::One(META, key.into())).await?.as_string()) })
    }

    fn metas<'a>(&'a self, prefix: &'a str) -> Later<'a, Vec<(String, String)>> {
        Box::pin(async move {
            let mut end = String::from(prefix);
            end.push('\u{ffff}');
            let all = range(&prefix.into(), &end.into());
            let asks = [Ask::Keys(META, all.clone()), Ask::Values(META, all)];
            let mut found = Vec::new();
            let then = &mut |answers: &[JsValue]| {
                let text = |list: &JsValue| {
                    Array::from(list)
                        .iter()
                        .map(|v| v.as_string().unwrap_or_default())
                        .collect::<Vec<_>>()
                };
                found = text(&answers[0]).into_iter().zip(text(&answers[1])).collect();
                Vec::new()
            };
            self.run(Mode::Readonly, &asks, then).await?;
            Ok(found)
        })
    }

    fn set_meta<'a>(&'a self, key: &'a str, value: Option<&'a str>) -> Later<'a, ()> {
        Box::pin(self.put(vec![(META, key.into(), value.map(JsValue::from))]))
    }

    fn keep_meta<'a>(&'a self, key: &'a str, value: &'a str) -> Later<'a, String> {
        Box::pin(async move {
            let mut kept = String::from(value);
            let then = &mut |answers: &[JsValue]| match answers[0].as_string() {
                Some(there) => {
                    kept = there;
                    Vec::new()
                }
                None => vec![(META, key.into(), Some(value.into()))],
            };
            self.run(Mode::Readwrite, &[Ask::One(META, key.into())], then).await?;
            Ok(kept)
        })
    }

    fn read<'a>(&'a self, case: &'a str, kinds: &'a [Kind]) -> Later<'a, Vec<Record>> {
        Box::pin(async move {
            let mut found = Vec::new();
            let then = &mut |answers: &[JsValue]| {
                found = records(kinds, answers);
                Vec::new()
            };
            self.run(Mode::Readonly, &asks(case, kinds), then).await?;
            Ok(found)
        })
    }

    fn change<'a>(
        &'a self,
        case: &'a str,
        kinds: &'a [Kind],
        write: &'a mut Write<'a>,
    ) -> Later<'a, ()> {
        Box::pin(async move {
            let then = &mut |answers: &[JsValue]| puts(case, write(&records(kinds, answers)));
            self.run(Mode::Readwrite, &asks(case, kinds), then).await
        })
    }

    fn waiting(&self) -> Later<'_, Vec<String>> {
        Box::pin(async move {
            let keys = self.get(Ask::Keys(EVENTS, JsValue::UNDEFINED)).await?;
            let mut cases: Vec<String> = Vec::new();
            for key in Array::from(&keys).iter() {
                let key = Array::from(&key);
                let pending = key.get(1).as_string().as_deref() == Some(Kind::Pending.code());
                if let Some(case) = key.get(0).as_string().filter(|_| pending)
                    && cases.last() != Some(&case)
                {
                    cases.push(case);
                }
            }
            Ok(cases)
        })
    }

    fn put_photo<'a>(
        &'a self,
        sha: &'a str,
        bytes: &'a ArrayBuffer,
        note: &'a str,
    ) -> Later<'a, ()> {
        Box::pin(self.put(vec![
            (PHOTOS, sha.into(), Some(bytes.into())),
            (META, note_key(sha).into(), Some(note.into())),
        ]))
    }

    fn photo<'a>(&'a self, sha: &'a str) -> Later<'a, Option<ArrayBuffer>> {
        Box::pin(async { Ok(self.get(Ask::One(PHOTOS, sha.into())).await?.dyn_into().ok()) })
    }

    fn drop_photo<'a>(&'a self, sha: &'a str) -> Later<'a, ()> {
        Box::pin(self.put(vec![(PHOTOS, sha.into(), None), (META, note_key(sha).into(), None)]))
    }
}
