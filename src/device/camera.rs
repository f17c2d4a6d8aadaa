//! The camera in the page: one stream for the life of the page, asked for once, from a tap, after
//! its reason was shown (iPhones ask again on every new request). A screen uses it, a call, or both
//! at once; it stops when neither does. It knows nothing of photos.

use super::lenses;
use super::loose::{ask, get, navigator};
use js_sys::JSON;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlVideoElement, MediaStream, MediaStreamTrack};

/// Why there is no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The driver or the system said no.
    Refused,
    /// No camera, or the browser keeps it from this page (embedded views, no secure address).
    Absent,
    /// Another app holds it.
    Busy,
    /// It said yes, but no picture came (some embedded views).
    Dead,
}

/// Is told of a new stream.
pub type Told = Rc<dyn Fn(&MediaStream)>;

thread_local! {
    static STREAM: RefCell<Option<MediaStream>> = const { RefCell::new(None) };
    /// A screen uses it.
    static SCREEN: Cell<bool> = const { Cell::new(false) };
    /// A call uses it, and is told of every new stream.
    static CALL: RefCell<Option<Told>> = const { RefCell::new(None) };
    /// The browser is being asked.
    static ASKING: Cell<bool> = const { Cell::new(false) };
}

/// Enough for the 2048 pixels of a photo where the camera has them, and quick to start.
const WISH: &str = r#"{"audio":false,"video":{"facingMode":{"ideal":"environment"},"width":{"ideal":1280},"height":{"ideal":720}}}"#;

/// Whether this page may ask for a camera at all.
pub fn can() -> bool {
    get(&navigator(), "mediaDevices").is_some()
}

/// The stream for a screen: the one that runs, or a new one.
///
/// # Errors
/// [`Trouble`], but never [`Trouble::Dead`]; see [`show`].
pub async fn open() -> Result<MediaStream, Trouble> {
    SCREEN.set(true);
    stream().await
}

/// The stream for a call, which is told of every other one that takes its place.
///
/// # Errors
/// As [`open`].
pub async fn lend(told: Told) -> Result<MediaStream, Trouble> {
    CALL.with(|c| *c.borrow_mut() = Some(told));
    stream().await
}

/// The call needs it no more.
pub fn take_back() {
    CALL.with(|c| c.borrow_mut().take());
    release();
}

async fn stream() -> Result<MediaStream, Trouble> {
    // Two that ask at once get one stream, or one of them would never be stopped.
    while ASKING.get() {
        pause(30).await;
    }
    if let Some(stream) = running() {
        return Ok(stream);
    }
    ASKING.set(true);
    let stream = new_stream().await;
    ASKING.set(false);
    let stream = stream?;
    // Not `stream.clone()`: that is the browser's, a second stream that would run on for ever.
    STREAM.with(|s| *s.borrow_mut() = Some(Clone::clone(&stream)));
    if let Some(told) = CALL.with(|c| c.borrow().clone()) {
        told(&stream);
    }
    Ok(stream)
}

async fn new_stream() -> Result<MediaStream, Trouble> {
    let wish = JSON::parse(WISH).map_err(|_| Trouble::Absent)?;
    let chosen = lenses::kept().and_then(|id| lenses::wish(&id));
    match chosen {
        Some(chosen) => match ask_for(&chosen).await {
            // It is here no more, or does not start: the choice is forgotten.
            Err(Trouble::Absent | Trouble::Busy) => {
                lenses::keep("");
                ask_for(&wish).await
            }
            other => other,
        },
        None => ask_for(&wish).await,
    }
}

async fn ask_for(wish: &JsValue) -> Result<MediaStream, Trouble> {
    let devices: web_sys::MediaDevices =
        get(&navigator(), "mediaDevices").ok_or(Trouble::Absent)?.unchecked_into();
    let asked =
        devices.get_user_media_with_constraints(wish.unchecked_ref()).map_err(|e| trouble(&e))?;
    let stream = wasm_bindgen_futures::JsFuture::from(asked).await.map_err(|e| trouble(&e))?;
    Ok(stream.unchecked_into())
}

/// Shows the stream in a video element and waits until pictures really come.
///
/// # Errors
/// [`Trouble::Dead`] when none came within two seconds.
pub async fn show(stream: &MediaStream, video: &HtmlVideoElement) -> Result<(), Trouble> {
    video.set_muted(true);
    video.set_src_object(Some(stream));
    // It also plays by its attribute; the promise is refused when the element leaves the page.
    ask(video, "play", &[]).await;
    for _ in 0..20 {
        // Two: HAVE_CURRENT_DATA.
        if video.video_width() > 1 && video.ready_state() >= 2 {
            return Ok(());
        }
        pause(100).await;
    }
    Err(Trouble::Dead)
}

/// The stream, while it runs.
pub fn running() -> Option<MediaStream> {
    STREAM.with(|s| s.borrow().clone()).filter(MediaStream::active)
}

/// No screen needs it any more: without a call its light goes out.
pub fn close() {
    SCREEN.set(false);
    release();
}

fn release() {
    if !SCREEN.get() && !lent() {
        stop();
    }
}

/// Whether a call uses it.
fn lent() -> bool {
    CALL.with(|c| c.borrow().is_some())
}

/// Lets pictures flow, or stops them without giving the camera back. What a call shows flows on.
pub fn flow(on: bool) {
    if let Some(track) = running_track().filter(|_| on || !lent()) {
        track.set_enabled(on);
    }
}

/// Stops the camera and lets it go, whoever uses it; its light goes out.
pub fn stop() {
    if let Some(stream) = STREAM.with(|s| s.borrow_mut().take()) {
        for track in stream.get_tracks().iter() {
            track.unchecked_into::<MediaStreamTrack>().stop();
        }
    }
}

/// The picture track of the stream, while it runs.
pub fn running_track() -> Option<MediaStreamTrack> {
    track(&running()?)
}

/// The picture track of a stream.
pub fn track(stream: &MediaStream) -> Option<MediaStreamTrack> {
    stream.get_video_tracks().get(0).dyn_into().ok()
}

fn trouble(error: &JsValue) -> Trouble {
    match get(error, "name").and_then(|n| n.as_string()).as_deref() {
        Some("NotAllowedError" | "SecurityError") => Trouble::Refused,
        Some("NotReadableError" | "AbortError") => Trouble::Busy,
        _ => Trouble::Absent,
    }
}

/// Waits some milliseconds.
pub async fn pause(ms: i32) {
    let wait = js_sys::Promise::new(&mut |done, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&done, ms);
        }
    });
    let _ = wasm_bindgen_futures::JsFuture::from(wait).await;
}
