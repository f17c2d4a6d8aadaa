//! The driver's side of a call: the camera goes on by a tap of the driver alone, and what is sent is
//! on the screen for as long as it is. It ends with consent, with the case, with the page, and when
//! people are not safe any more. The voice stays the phone call's; a microphone is a choice.

pub mod door;
mod view;

use super::app::App;
use crate::device::camera::{self, Trouble};
use crate::device::microphone;
use crate::live::{Ear, here};
use crate::react::*;
use crate::rtc::session::{Phase, Ports, Session};
use crate::ui::El;
use crate::ui::dom::{leaving, listen, page, task, watch, window};
use crate::ui::slot::Slot;
use crate::words::Key;
use case::Event;
use case::event::{Role, Scope};
use case::live::Down;
use send_wrapper::SendWrapper;
use std::cell::RefCell;
use std::rc::{Rc, Weak};
use wasm_bindgen::JsCast;
use web_sys::{HtmlVideoElement, MediaStream};

/// What the driver wants.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wish {
    /// Nothing is shown.
    Off,
    /// The camera is shown.
    On,
    /// It was shown and waits for the driver.
    Paused,
}

/// A call that may be.
struct Video {
    app: App,
    agent: String,
    session: Rc<Session>,
    wish: Slot<Wish>,
    /// Why there is no picture, or no sound.
    trouble: Slot<Option<Key>>,
    /// The camera is on, for this call.
    shows: Slot<bool>,
    /// The own picture.
    own: HtmlVideoElement,
    ear: RefCell<Option<Ear>>,
}

/// The bar, and the call it is for. Both last as long as the owner that it is built under.
fn bar(app: App, agent: &str, begin: bool) -> El {
    let own = crate::ui::dom::el("video")
        .attr("playsinline", "")
        .attr("muted", "")
        .attr("autoplay", "")
        .attr("aria-hidden", "true");
    let link = app.link();
    let session = Session::new(Ports {
        side: Role::Driver,
        // Said or lost: what is not answered is said again.
        send: Box::new(|signal| {
            here().send(signal);
        }),
        relay: Box::new(move || {
            let link = link.clone();
            Box::pin(async move { link.relay().await })
        }),
    });
    let video = Rc::new(Video {
        app,
        agent: agent.into(),
        session,
        wish: Slot::new(Wish::Off),
        trouble: Slot::new(None),
        shows: Slot::new(false),
        own: own.node().clone().unchecked_into(),
        ear: RefCell::default(),
    });
    video.follow();
    if begin {
        video.show();
    }
    let ending = SendWrapper::new(video.clone());
    leaving(move || {
        ending.stop();
        ending.ear.borrow_mut().take();
    });
    view::view(&video, own)
}

impl Video {
    /// Follows the line, the page and the network.
    fn follow(self: &Rc<Self>) {
        let me = Rc::downgrade(self);
        let hear = move |down: &Down| {
            if let (Some(me), Down::Signal { by, s, .. }) = (me.upgrade(), down) {
                me.session.hear(*by, s);
            }
        };
        *self.ear.borrow_mut() = Some(here().hear(hear));
        let me = self.clone();
        listen(&page(), "visibilitychange", move |_| {
            // Nobody is shown what the driver does not see, and phones take the camera away anyhow.
            if page().hidden() {
                me.dark();
            } else if me.wish.peek() == Wish::On {
                me.show();
            }
        });
        let me = self.clone();
        listen(&window(), "pagehide", move |_| me.stop());
        let me = self.clone();
        listen(&window(), "online", move |_| me.session.moved());
        let me = self.clone();
        // The agent ended it: the camera is of no use any more.
        watch(move || {
            if matches!(me.session.shown().phase, Phase::Ended | Phase::Unable) {
                untrack(|| me.end());
            }
        });
    }

    /// Shows the camera from now on.
    fn show(self: &Rc<Self>) {
        self.wish.set(Wish::On);
        self.trouble.set(None);
        let me = self.clone();
        task(async move {
            let told = Rc::downgrade(&me);
            let came = camera::lend(Rc::new(move |stream| Video::came(&told, stream))).await;
            if !me.wish.shown() || me.wish.peek() != Wish::On || page().hidden() {
                // It was ended while the browser asked.
                return camera::take_back();
            }
            match came {
                Ok(stream) => {
                    me.take(&stream);
                    me.session.start().await;
                }
                Err(trouble) => {
                    me.end();
                    me.trouble.set(Some(why(trouble)));
                }
            }
        });
    }

    fn came(me: &Weak<Video>, stream: &MediaStream) {
        if let Some(me) = me.upgrade() {
            me.take(stream);
        }
    }

    fn take(self: &Rc<Self>, stream: &MediaStream) {
        let Some(track) = camera::track(stream) else { return };
        track.set_enabled(true);
        self.own.set_muted(true);
        self.own.set_src_object(Some(stream));
        let ended = Rc::downgrade(self);
        let gone = wasm_bindgen::prelude::Closure::once_into_js(move || {
            // Unplugged, or taken by another app; ours to stop it is no event.
            if let Some(me) = ended.upgrade().filter(|me| me.wish.peek() == Wish::On) {
                me.pause();
                me.trouble.set(Some(Key::AimCamEnded));
            }
        });
        let _ = track.add_event_listener_with_callback("ended", gone.unchecked_ref());
        self.session.picture(Some(track));
        self.shows.set(true);
    }

    /// The camera goes off; the call stands.
    fn dark(&self) {
        self.session.picture(None);
        self.own.set_src_object(None);
        self.shows.set(false);
        camera::take_back();
    }

    fn pause(&self) {
        self.wish.set(Wish::Paused);
        self.dark();
        self.session.sound(None);
    }

    /// Nothing is sent any more.
    fn end(&self) {
        self.wish.set(Wish::Off);
        self.dark();
    }

    fn stop(&self) {
        self.end();
        self.session.end();
    }

    /// The driver ends it: what was allowed is taken back with it.
    fn finish(&self) {
        self.stop();
        let event = Event::Revoked { agent: self.agent.clone(), scopes: vec![Scope::Camera] };
        self.app.record(vec![event]);
    }

    /// Switches the microphone.
    fn sound(self: &Rc<Self>, on: bool) {
        if !on {
            return self.session.sound(None);
        }
        let me = self.clone();
        task(async move {
            let track = microphone::track().await;
            match (track, me.wish.shown() && me.wish.peek() == Wish::On) {
                (Some(track), true) => me.session.sound(Some(track)),
                (Some(track), false) => track.stop(),
                (None, _) => me.trouble.set(Some(Key::CallNoMic)),
            }
        });
    }
}

/// Why there is no camera.
fn why(trouble: Trouble) -> Key {
    match trouble {
        Trouble::Refused => Key::AimCamRefused,
        Trouble::Busy => Key::AimCamBusy,
        Trouble::Absent | Trouble::Dead => Key::AimCamAbsent,
    }
}
