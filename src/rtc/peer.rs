//! The browser's peer connection, called by name: what is used of it is too little for types of its
//! own. It decides nothing; what happens to it is told.

use super::heal::State;
use super::ladder::Send;
use super::measure::{self, Counters};
use crate::device::loose::{ask, call, get};
use crate::react::Owner;
use crate::ui::dom::{listen, task};
use case::Get as _;
use case::message::Relay;
use js_sys::{Array, Function, Object, Reflect};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::MediaStream;

/// What happened.
pub enum Told {
    /// It wants to negotiate.
    Needed,
    /// A candidate of ours.
    Found(String, String),
    /// How it is.
    State(State),
    /// Media of the other side.
    Came(MediaStream),
}

/// A connection.
pub struct Peer {
    pc: JsValue,
    /// Its listeners; gone when it is closed.
    owner: Owner,
}

/// Whether this browser can connect at all; some screens in cars cannot.
pub fn can() -> bool {
    get(&js_sys::global(), "RTCPeerConnection").is_some()
}

fn put(on: &JsValue, name: &str, value: impl Into<JsValue>) {
    let _ = Reflect::set(on, &name.into(), &value.into());
}

fn text(of: &JsValue, name: &str) -> String {
    get(of, name).and_then(|v| v.as_string()).unwrap_or_default()
}

/// The configuration with the server's relays, if it has any.
pub fn configuration(relay: &Relay) -> JsValue {
    let config: JsValue = Object::new().into();
    let servers = Array::new();
    // Browsers refuse one without addresses.
    if !relay.urls.is_empty() {
        let server: JsValue = Object::new().into();
        put(&server, "urls", relay.urls.iter().map(JsValue::from).collect::<Array>());
        put(&server, "username", relay.username.as_str());
        put(&server, "credential", relay.credential.as_str());
        servers.push(&server);
    }
    put(&config, "iceServers", servers);
    config
}

impl Peer {
    /// A new connection. `None` where the browser has none.
    pub fn new(config: &JsValue, told: Rc<dyn Fn(Told)>) -> Option<Peer> {
        let class: Function = get(&js_sys::global(), "RTCPeerConnection")?.dyn_into().ok()?;
        let with = |config: &JsValue| Reflect::construct(&class, &Array::of1(config)).ok();
        // Addresses that the browser does not understand must not cost the whole call.
        let pc = with(config).or_else(|| with(&configuration(&Relay::blank())))?;
        let peer = Peer { pc, owner: Owner::new() };
        peer.owner.with(|| peer.follow(&told));
        Some(peer)
    }

    fn follow(&self, told: &Rc<dyn Fn(Told)>) {
        let target = self.pc.unchecked_ref();
        let tell = told.clone();
        listen(target, "negotiationneeded", move |_| tell(Told::Needed));
        let tell = told.clone();
        listen(target, "icecandidate", move |event| {
            if let Some(candidate) = get(&event, "candidate") {
                tell(Told::Found(text(&candidate, "candidate"), text(&candidate, "sdpMid")));
            }
        });
        let (tell, pc) = (told.clone(), self.pc.clone());
        listen(target, "connectionstatechange", move |_| {
            tell(Told::State(match text(&pc, "connectionState").as_str() {
                "connected" => State::Connected,
                "disconnected" => State::Disconnected,
                "failed" => State::Failed,
                _ => State::Coming,
            }));
        });
        let tell = told.clone();
        listen(target, "track", move |event| {
            let streams = get(&event, "streams").map(|s| Array::from(&s).get(0));
            if let Some(Ok(stream)) = streams.map(JsCast::dyn_into) {
                tell(Told::Came(stream));
            }
        });
    }

    /// A place for media of one kind, filled by [`replace`]; both ways, or only away from here.
    pub fn open(&self, kind: &str, both: bool, stream: &JsValue) -> Option<JsValue> {
        let init: JsValue = Object::new().into();
        put(&init, "direction", if both { "sendrecv" } else { "sendonly" });
        put(&init, "streams", Array::of1(stream));
        get(&call(&self.pc, "addTransceiver", &[kind.into(), init])?, "sender")
    }

    /// Sends a track in a place that the other side opened; by what it is sent.
    pub fn send(&self, track: &JsValue, stream: &JsValue) -> Option<JsValue> {
        call(&self.pc, "addTrack", &[track.clone(), stream.clone()])
    }

    /// Describes this side, as an offer or as an answer, whichever it is time for.
    pub async fn describe(&self) -> Option<String> {
        ask(&self.pc, "setLocalDescription", &[]).await?;
        get(&self.pc, "localDescription").map(|d| text(&d, "sdp"))
    }

    /// Takes the other side's description; `false` when it was refused.
    pub async fn take(&self, offer: bool, sdp: &str) -> bool {
        let description: JsValue = Object::new().into();
        put(&description, "type", if offer { "offer" } else { "answer" });
        put(&description, "sdp", sdp);
        ask(&self.pc, "setRemoteDescription", &[description]).await.is_some()
    }

    /// Takes a candidate of the other side.
    pub fn add(&self, candidate: &str, mid: &str) {
        let init: JsValue = Object::new().into();
        put(&init, "candidate", candidate);
        put(&init, "sdpMid", mid);
        let pc = self.pc.clone();
        // One that does not fit any more is refused, and that is all.
        task(async move { drop(ask(&pc, "addIceCandidate", &[init]).await) });
    }

    /// Looks for another way through the network.
    pub fn restart(&self) {
        call(&self.pc, "restartIce", &[]);
    }

    /// Takes newer credentials of the relays.
    pub fn configure(&self, config: &JsValue) {
        call(&self.pc, "setConfiguration", std::slice::from_ref(config));
    }

    /// Reads the counters of what is sent, or received.
    pub async fn count(&self, sent: bool) -> Option<Counters> {
        let report = ask(&self.pc, "getStats", &[]).await?;
        Some(measure::read(&report, sent, js_sys::Date::now() as i64))
    }

    /// Lets it go, and everything that was sent by it.
    pub fn close(&self) {
        self.owner.cleanup();
        call(&self.pc, "close", &[]);
    }
}

/// Sends another track in the place of the one before, or none.
pub fn replace(sender: &JsValue, track: Option<&JsValue>) {
    let (sender, track) = (sender.clone(), track.cloned().unwrap_or(JsValue::NULL));
    task(async move { drop(ask(&sender, "replaceTrack", &[track]).await) });
}

/// Sends no more than this, of a picture that has `lines`.
pub fn limit(sender: &JsValue, most: Send, lines: f64) {
    let Some(parameters) = call(sender, "getParameters", &[]) else { return };
    let Some(encodings) = get(&parameters, "encodings").map(|e| Array::from(&e)) else { return };
    for encoding in encodings.iter() {
        put(&encoding, "active", most.lines > 0);
        if most.lines > 0 {
            put(&encoding, "maxBitrate", most.bits);
            put(&encoding, "maxFramerate", most.rate);
            put(&encoding, "scaleResolutionDownBy", (lines / f64::from(most.lines)).max(1.0));
        }
    }
    let sender = sender.clone();
    task(async move { drop(ask(&sender, "setParameters", &[parameters]).await) });
}
