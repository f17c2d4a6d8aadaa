//! The store on disk: IndexedDB, database `nightwatch`, through the browser's own requests.
//!
//! Photos are kept as ArrayBuffer: a Blob read back from IndexedDB can turn unreadable in WebKit
//! once the connection was lost. The database is opened when needed, and again when the browser
//! closed it behind our back; every transaction has a time limit.

use super::migrations;
use super::store::{Ask, Fail, Item, Later, Room, Store, Then, Value};
use super::time::within;
use js_sys::{Array, Promise, Reflect};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbFactory, IdbKeyRange, IdbOpenDbRequest, IdbRequest};
use web_sys::{IdbTransaction, IdbVersionChangeEvent};

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
            return Err(match error.map(|e| class(e.into())) {
                Some(Fail::Full) => Fail::Full,
                // Private modes and embedded views answer with all kinds of errors.
                _ => Fail::Absent,
            });
        }
        let db: IdbDatabase = match request.result() {
            Ok(db) => db.unchecked_into(),
            Err(e) => return Err(class(e)),
        };
        db.set_onversionchange(Some(self.close.as_ref().unchecked_ref()));
        db.set_onclose(Some(self.close.as_ref().unchecked_ref()));
        *self.held.borrow_mut() = Some(db.clone());
        Ok(db)
    }

    fn begin(&self, db: &IdbDatabase, write: bool) -> Result<IdbTransaction, JsValue> {
        let rooms = Array::new();
        for room in [Room::Meta, Room::Events, Room::Photos] {
            rooms.push(&room.name().into());
        }
        // Strict: `complete` comes after the data is on the disk, not only with the system.
        let options = js_sys::Object::new();
        let _ = Reflect::set(&options, &"durability".into(), &"strict".into());
        let mode = if write { "readwrite" } else { "readonly" };
        db.unchecked_ref::<Durable>().transaction(&rooms, mode, &options)
    }

    async fn once(&self, write: bool, asks: &[Ask], then: &mut Then<'_>) -> Result<(), Fail> {
        let db = self.connect().await?;
        let tx = self.begin(&db, write).map_err(class)?;
        let done = JsFuture::from(Promise::new(&mut |resolve, reject| {
            tx.set_oncomplete(Some(&resolve));
            tx.set_onabort(Some(&reject));
        }));
        // Keys and values of each question; the last answer comes last, so that the transaction
        // is still open when it is there.
        let mut requests = Vec::new();
        let mut last = None;
        for ask in asks {
            let store = tx.object_store(ask.room.name()).map_err(class)?;
            let all = range(&ask.prefix);
            let keys = store.get_all_keys_with_key(&all).map_err(class)?;
            let values = store.get_all_with_key(&all).map_err(class)?;
            last = Some(JsFuture::from(answer(&values)));
            requests.push((ask.room, keys, values));
        }
        if let Some(last) = last
            && last.await.is_err()
        {
            return Err(tx.error().map_or(Fail::Gone, |e| class(e.into())));
        }
        let mut items = Vec::new();
        for (room, keys, values) in requests {
            let (Ok(keys), Ok(values)) = (keys.result(), values.result()) else {
                return Err(Fail::Gone);
            };
            let (keys, values) = (Array::from(&keys), Array::from(&values));
            for i in 0..keys.length() {
                if let Some(key) = keys.get(i).as_string() {
                    items.push(Item { room, key, value: value(values.get(i)) });
                }
            }
        }
        for item in then(&items) {
            let store = tx.object_store(item.room.name()).map_err(class)?;
            let key = JsValue::from(item.key);
            let put = match item.value {
                Some(Value::Text(text)) => store.put_with_key(&text.into(), &key),
                Some(Value::Bytes(bytes)) => store.put_with_key(&bytes, &key),
                None => store.delete(&key),
            };
            if let Err(e) = put {
                let _ = tx.abort();
                return Err(class(e));
            }
        }
        match done.await {
            Ok(_) => Ok(()),
            Err(_) => Err(tx.error().map_or(Fail::Gone, |e| class(e.into()))),
        }
    }

    fn let_go(&self) {
        if let Some(db) = self.held.borrow_mut().take() {
            db.close();
        }
    }
}

impl Store for Db {
    fn transact<'a>(
        &'a self,
        write: bool,
        asks: &'a [Ask],
        then: &'a mut Then<'a>,
    ) -> Later<'a, Result<(), Fail>> {
        Box::pin(async move {
            let mut again = true;
            loop {
                let tried = within(WORK, self.once(write, asks, then)).await;
                match tried.unwrap_or(Err(Fail::Silent)) {
                    Err(Fail::Gone) if again => self.let_go(),
                    other => return other,
                }
                again = false;
            }
        })
    }
}

fn value(value: JsValue) -> Option<Value> {
    match value.as_string() {
        Some(text) => Some(Value::Text(text)),
        None => Some(Value::Bytes(value.dyn_into().ok()?)),
    }
}

fn range(prefix: &str) -> JsValue {
    let mut end = String::from(prefix);
    end.push('\u{ffff}');
    IdbKeyRange::bound(&prefix.into(), &end.into()).map_or(JsValue::UNDEFINED, JsValue::from)
}

fn answer(request: &IdbRequest) -> Promise {
    Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    })
}

/// What an exception of IndexedDB means for us.
fn class(error: JsValue) -> Fail {
    let name = Reflect::get(&error, &"name".into()).ok();
    match name.and_then(|n| n.as_string()).as_deref() {
        Some("QuotaExceededError") => Fail::Full,
        Some("InvalidStateError" | "UnknownError" | "AbortError" | "TransactionInactiveError") => {
            Fail::Gone
        }
        _ => Fail::Broken,
    }
}
