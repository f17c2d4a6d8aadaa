//! The copy of the case in memory.

use super::mint;
use super::view::{NotJoined, NotSaved, Outbox, PhotoMeta};
use case::event::{Body, Face};
use case::{Envelope, Event, Replica, Role, State};
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;

pub struct Inner {
    pub state: ArcRwSignal<State>,
    pub outbox: ArcRwSignal<Outbox>,
    device: String,
    case: RefCell<Option<String>>,
    replica: RefCell<Replica>,
    photos: RefCell<Vec<(String, web_sys::Blob)>>,
}

impl Inner {
    pub async fn open() -> Rc<Inner> {
        Rc::new(Inner {
            state: ArcRwSignal::new(State::default()),
            outbox: ArcRwSignal::new(Outbox::default()),
            device: mint::uuid(),
            case: RefCell::default(),
            replica: RefCell::default(),
            photos: RefCell::default(),
        })
    }

    pub fn case(&self) -> Option<String> {
        self.case.borrow().clone()
    }

    pub fn device(&self) -> String {
        self.device.clone()
    }

    pub async fn begin(&self, region: &str, lang: &str, face: Face) -> Result<(), NotSaved> {
        self.new_case().await;
        *self.case.borrow_mut() = Some(mint::uuid());
        let event = Event::Opened {
            number: mint::number(),
            region: region.into(),
            lang: lang.into(),
            face,
        };
        self.record(event, None).await
    }

    pub async fn record(&self, event: Event, at: Option<i64>) -> Result<(), NotSaved> {
        if self.case.borrow().is_none() {
            return Err(NotSaved::NoCase);
        }
        let n = self.replica.borrow().pending().len() as u64 + 1;
        self.replica.borrow_mut().write(Envelope {
            v: case::upcast::VERSION,
            k: mint::uuid(),
            d: self.device.clone(),
            n,
            at: at.unwrap_or_else(mint::now),
            b: Body::Known(event),
        });
        self.state.set(self.replica.borrow().state(Role::Driver));
        self.outbox.update(|o| o.saved = n as u32);
        Ok(())
    }

    pub async fn save_photo(
        &self,
        bytes: &web_sys::Blob,
        meta: PhotoMeta,
    ) -> Result<String, NotSaved> {
        let id = mint::uuid();
        let mut sha = id.replace('-', "");
        sha.push_str(&sha.clone());
        self.photos.borrow_mut().push((sha.clone(), bytes.clone()));
        let event = Event::Photo {
            id: id.clone(),
            sha,
            size: bytes.size() as u32,
            w: meta.w,
            h: meta.h,
            shot: meta.shot,
            warn: meta.warn,
        };
        self.record(event, None).await.map(|()| id)
    }

    pub async fn photo(&self, sha: &str) -> Option<web_sys::Blob> {
        let photos = self.photos.borrow();
        photos.iter().find(|p| p.0 == sha).map(|p| p.1.clone())
    }

    pub async fn invite(&self) -> Result<String, NotJoined> {
        Err(NotJoined::Away)
    }

    pub async fn join(&self, _fragment: &str, _face: Face) -> Result<(), NotJoined> {
        Err(NotJoined::Away)
    }

    pub async fn new_case(&self) {
        *self.case.borrow_mut() = None;
        *self.replica.borrow_mut() = Replica::default();
        self.state.set(State::default());
    }

    pub fn wake(&self) {}
}
