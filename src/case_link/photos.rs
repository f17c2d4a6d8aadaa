//! Photos: their bytes are on the shelf before anything is said of them, and go to the server in
//! pieces, each of which may fail and come again. It looks into no picture.

use super::http::{Ask, Reply};
use super::inner::{Inner, PHOTOS};
use super::mint;
use super::outbox::{Try, case_path};
use super::plan::{Heard, judge, patience};
use super::store::{Item, Later, Room, Value};
use super::view::{NotSaved, PhotoAt, PhotoMeta, PhotoProgress};
use case::message::Fault;
use case::wire::put_int;
use case::{Event, id};
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// Bytes of a piece on a good network, and on one that is slow or fails.
const PIECE: u32 = 256 * 1024;
const SMALL_PIECE: u32 = 64 * 1024;
/// A piece that took longer than this, in milliseconds, makes the next ones small.
const SLOW: i64 = 4_000;
/// What the key of a photo's note begins with; its SHA-256 follows.
const PHOTO: &str = "photo:";
/// Bytes that the server takes for one photo.
const MAX: u32 = 12 << 20;

/// How far a photo of this device has come. Kept beside its bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Upload {
    /// SHA-256 of the bytes.
    pub sha: String,
    /// Case.
    pub case: String,
    /// Bytes in all.
    pub size: u32,
    /// Bytes that the server has, as far as known.
    pub sent: u32,
    /// Why the server refused it for good; empty when it did not.
    pub why: String,
    /// On its way at this moment. Not kept.
    pub flying: bool,
}

impl Upload {
    /// Reads the note of a photo; `None` for other entries.
    pub fn read(item: &Item) -> Option<Upload> {
        let sha = item.key.strip_prefix(PHOTO)?.into();
        let mut parts = item.as_text()?.splitn(4, ' ');
        Some(Upload {
            sha,
            case: parts.next()?.into(),
            size: parts.next()?.parse().ok()?,
            sent: parts.next()?.parse().ok()?,
            why: parts.next().unwrap_or_default().into(),
            flying: false,
        })
    }

    fn key(&self) -> String {
        let mut key = String::from(PHOTO);
        key.push_str(&self.sha);
        key
    }

    /// The note as it is kept.
    fn note(&self) -> Item {
        let mut note = self.case.clone();
        for number in [self.size, self.sent] {
            note.push(' ');
            put_int(i64::from(number), &mut note);
        }
        note.push(' ');
        note.push_str(&self.why);
        Item::text(Room::Meta, self.key(), note)
    }

    /// The removal of the photo.
    pub fn gone(&self) -> Vec<Item> {
        let bytes = Item::gone(Room::Photos, self.sha.clone());
        vec![bytes, Item::gone(Room::Meta, self.key())]
    }

    fn open(&self) -> bool {
        self.sent < self.size && self.why.is_empty()
    }
}

/// SHA-256 in hexadecimal by the browser.
pub async fn sha256(bytes: &ArrayBuffer) -> Option<String> {
    let crypto = web_sys::window()?.crypto().ok()?;
    let asked = crypto.subtle().digest_with_str_and_buffer_source("SHA-256", bytes);
    let hash = JsFuture::from(asked.ok()?).await.ok()?;
    Some(id::hex(&Uint8Array::new(&hash).to_vec()))
}

impl Inner {
    /// See `CaseLink::save_photo`.
    pub async fn save_photo(&self, blob: &Blob, meta: PhotoMeta) -> Result<String, NotSaved> {
        let case = self.case().ok_or(NotSaved::NoCase)?;
        if blob.size() > f64::from(MAX) {
            return Err(NotSaved::TooLarge);
        }
        let bytes = JsFuture::from(blob.array_buffer()).await;
        let bytes: ArrayBuffer = match bytes {
            Ok(bytes) => bytes.unchecked_into(),
            Err(_) => return Err(NotSaved::Unreadable),
        };
        let size = bytes.byte_length();
        let sha = sha256(&bytes).await.filter(|_| size > 0);
        let sha = sha.ok_or(NotSaved::Unreadable)?;
        let upload =
            Upload { sha: sha.clone(), case, size, sent: 0, why: String::new(), flying: false };
        let value = Some(Value::Bytes(bytes));
        let item = Item { room: Room::Photos, key: sha.clone(), value };
        let put = &mut |_: &[Item]| vec![item.clone(), upload.note()];
        self.shelf.transact(true, &[], put).await;
        self.forget_upload(&sha);
        self.uploads.borrow_mut().push(upload);
        let id = mint::uuid();
        let event = Event::Photo {
            id: id.clone(),
            sha,
            size,
            w: meta.w,
            h: meta.h,
            shot: meta.shot,
            warn: meta.warn,
        };
        self.record(event, None).await?;
        Ok(id)
    }

    /// See `CaseLink::photo`.
    pub async fn photo(&self, sha: &str) -> Option<Blob> {
        let bytes = self.shelf.photo(sha).await?;
        Blob::new_with_buffer_source_sequence(&js_sys::Array::of1(&bytes)).ok()
    }

    /// What the screens are told about the photos of the case.
    pub fn photo_view(&self) -> Vec<PhotoProgress> {
        use crate::react::WithUntracked as _;
        let uploads = self.uploads.borrow();
        self.state.with_untracked(|state| {
            let view = |p: &case::state::Photo| {
                let upload = uploads.iter().find(|u| u.sha == p.sha);
                let (sent, size) = upload.map_or((0, 1), |u| (u.sent, u.size));
                let at = match upload {
                    _ if state.photo_received(p) => PhotoAt::Received,
                    None => PhotoAt::Elsewhere,
                    Some(u) if !u.why.is_empty() => PhotoAt::Refused(u.why.clone()),
                    Some(u) if !u.open() => PhotoAt::Received,
                    Some(u) if u.flying => PhotoAt::Sending,
                    Some(_) => PhotoAt::Saved,
                };
                let percent = match at {
                    PhotoAt::Received => 100,
                    _ => (u64::from(sent) * 100 / u64::from(size.max(1))) as u8,
                };
                let (id, sha) = (p.id.clone(), p.sha.clone());
                PhotoProgress { id, sha, percent, at }
            };
            state.photos.iter().map(view).collect()
        })
    }

    /// Photos that can be sent now: their events are with the server, their bytes are not.
    pub fn photos_to_send(&self) -> Vec<String> {
        use crate::react::WithUntracked as _;
        let busy = !self.replica.borrow().pending().is_empty();
        let left = self.left.borrow();
        let uploads = self.uploads.borrow();
        let mut todo = Vec::new();
        for upload in uploads.iter().filter(|u| u.open()) {
            let ready = match self.shows(&upload.case) {
                // A photo that was taken out of the case again stays here.
                true => {
                    let wanted = |p: &case::state::Photo| p.sha == upload.sha;
                    !busy && self.state.with_untracked(|s| s.photos.iter().any(wanted))
                }
                false => !left.contains(&upload.case),
            };
            if ready {
                todo.push(upload.sha.clone());
            }
        }
        todo
    }

    /// Sends what can be sent, photo after photo.
    pub async fn send_photos(&self) {
        for sha in self.photos_to_send() {
            self.with_upload(&sha, &|u| u.flying = true).await;
            let done = self.send_photo(&sha).await;
            self.with_upload(&sha, &|u| u.flying = false).await;
            if done.is_none_or(|t| t == Try::Wait) || self.closed.get() {
                return;
            }
        }
    }

    /// Sends one photo from where the server has it. `None` when something more urgent waits.
    async fn send_photo(&self, sha: &str) -> Option<Try> {
        let upload = self.uploads.borrow().iter().find(|u| u.sha == sha).cloned()?;
        let Some(bytes) = self.shelf.photo(sha).await else {
            // The browser threw the bytes away: nothing to send, and the screen says so.
            self.forget_upload(sha);
            self.shelf.put(Item::gone(Room::Meta, upload.key())).await;
            return Some(Try::Empty);
        };
        let mut rest = String::from("/photos/");
        rest.push_str(sha);
        let path = case_path(&upload.case, &rest);
        let tries = self.plans[PHOTOS].borrow().tries();
        let mut piece = if tries > 0 { SMALL_PIECE } else { PIECE };
        let mut at = 0;
        if upload.sent > 0 || tries > 0 {
            let ask = self.photo_ask("HEAD", &path, JsValue::UNDEFINED, None, 10_000);
            let reply = self.send_slot.ask(ask).await;
            at = match reply.as_ref().and_then(offset) {
                Some(at) => at,
                None => return Some(self.photo_failed(reply, sha).await),
            };
        }
        while at < upload.size {
            let end = (at + piece).min(upload.size);
            let range = content_range(at, end, upload.size);
            let part = bytes.slice_with_end(at, end);
            let ms = patience((end - at) as usize);
            let ask = self.photo_ask("PUT", &path, part.into(), Some(&range), ms);
            let reply = self.send_slot.ask(ask).await;
            let next = reply.as_ref().filter(|r| r.status < 300).and_then(offset);
            let Some(next) = next.filter(|next| *next > at) else {
                return Some(self.photo_failed(reply, sha).await);
            };
            at = next.min(upload.size);
            let slow = reply.is_none_or(|r| r.took > SLOW);
            piece = if slow { SMALL_PIECE } else { PIECE };
            self.plans[PHOTOS].borrow_mut().good();
            self.with_upload(sha, &|u| u.sent = at).await;
            let urgent = !self.replica.borrow().pending().is_empty();
            if self.closed.get() || (urgent && at < upload.size) {
                return None;
            }
        }
        self.with_upload(sha, &|u| u.sent = u.size).await;
        Some(Try::Empty)
    }

    async fn photo_failed(&self, reply: Option<Reply>, sha: &str) -> Try {
        let refusal = reply.as_ref().and_then(|r| r.refusal());
        let fault = refusal.as_ref().map(|r| r.fault);
        if let Some(fault @ (Fault::NotAPhoto | Fault::Hash | Fault::TooLarge)) = fault {
            self.with_upload(sha, &|u| u.why = fault.as_str().into()).await;
            return Try::Empty;
        }
        let heard = match &reply {
            // An answer to HEAD has no body to read the reason from.
            Some(r) if refusal.is_none() && matches!(r.status, 403 | 404) => Heard::Missing,
            Some(r) => judge(r.status, refusal.as_ref()),
            None => Heard::Nothing,
        };
        self.not_done(heard, PHOTOS);
        Try::Wait
    }

    fn photo_ask<'a>(
        &'a self,
        method: &'a str,
        path: &'a str,
        body: JsValue,
        range: Option<&'a str>,
        ms: i32,
    ) -> Ask<'a> {
        let token = &self.token;
        Ask { method, path, token, body, range, ms }
    }

    fn forget_upload(&self, sha: &str) {
        self.uploads.borrow_mut().retain(|u| u.sha != sha);
    }

    /// Notes on an upload what became of it.
    fn with_upload<'a>(&'a self, sha: &str, change: &dyn Fn(&mut Upload)) -> Later<'a, ()> {
        let mut note = None;
        for upload in self.uploads.borrow_mut().iter_mut().filter(|u| u.sha == sha) {
            let before = (upload.sent, upload.why.len());
            change(upload);
            note = Some(upload.note()).filter(|_| before != (upload.sent, upload.why.len()));
        }
        self.publish_outbox();
        Box::pin(async move {
            if let Some(note) = note {
                self.shelf.put(note).await;
            }
        })
    }

    /// The server says that it has every byte.
    pub fn photo_arrived(&self, sha: &str) {
        for upload in self.uploads.borrow_mut().iter_mut().filter(|u| u.sha == sha) {
            upload.sent = upload.size;
        }
    }
}

fn offset(reply: &Reply) -> Option<u32> {
    let offset = reply.headers.get("Upload-Offset").ok()??;
    offset.parse().ok()
}

fn content_range(at: u32, end: u32, size: u32) -> String {
    let mut range = String::from("bytes ");
    put_int(i64::from(at), &mut range);
    range.push('-');
    put_int(i64::from(end) - 1, &mut range);
    range.push('/');
    put_int(i64::from(size), &mut range);
    range
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_read_back() {
        let mut upload = Upload {
            sha: "5ha".into(),
            case: "0192-c".into(),
            size: 300_000,
            sent: 65_536,
            why: String::new(),
            flying: false,
        };
        assert_eq!(Upload::read(&upload.note()), Some(upload.clone()));
        upload.why = "not_a_photo".into();
        assert_eq!(Upload::read(&upload.note()), Some(upload));
        assert_eq!(Upload::read(&Item::text(Room::Meta, "photo:5".into(), "rubbish".into())), None);
    }

    #[test]
    fn ranges_are_as_in_the_standard() {
        assert_eq!(content_range(0, 65_536, 100_000), "bytes 0-65535/100000");
    }
}
