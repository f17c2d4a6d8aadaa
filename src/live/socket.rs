//! The live link over a WebSocket. It opens, says hello, passes texts on; what they mean is known
//! elsewhere.

use super::Hello;
use super::inbox::{Inbox, Piece};
use case::live::{Signal, VERSION};
use case::wire::{Object, Put, to_json};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, WebSocket};

/// An open, or opening, socket; closed when dropped.
pub struct Socket {
    socket: WebSocket,
    _open: Closure<dyn FnMut()>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _end: Closure<dyn FnMut()>,
}

/// Begins to open one. `None` where the browser has none, or does not allow it here.
pub fn dial(hello: &Hello, inbox: &Rc<Inbox>) -> Option<Socket> {
    let origin = web_sys::window()?.location().origin().ok()?;
    // `http` becomes `ws`, `https` becomes `wss`.
    let url = ["ws", origin.strip_prefix("http")?, "/v1/live"].concat();
    let socket = WebSocket::new(&url).ok()?;
    let first = first(hello);
    let opened = socket.clone();
    let open = Closure::<dyn FnMut()>::new(move || {
        let _ = opened.send_with_str(&first);
    });
    let texts = inbox.clone();
    let message = Closure::<dyn FnMut(_)>::new(move |event: MessageEvent| {
        if let Some(text) = event.data().as_string() {
            texts.push(Piece::Text(text));
        }
    });
    let ends = inbox.clone();
    let end = Closure::<dyn FnMut()>::new(move || ends.push(Piece::End));
    socket.set_onopen(Some(open.as_ref().unchecked_ref()));
    socket.set_onmessage(Some(message.as_ref().unchecked_ref()));
    socket.set_onclose(Some(end.as_ref().unchecked_ref()));
    Some(Socket { socket, _open: open, _message: message, _end: end })
}

/// `Up::Hello`. Not written by `Up`: that can write batches too, which nobody sends on this way.
fn first(hello: &Hello) -> String {
    let mut text = String::new();
    let mut o = Object::open(&mut text);
    for (key, value) in [
        ("t", &String::from("hello") as &dyn Put),
        ("v", &VERSION),
        ("case", &hello.case),
        ("token", &hello.token),
        ("after", &hello.after),
        ("epoch", &hello.epoch),
        ("d", &hello.d),
    ] {
        o.member(key, value, true);
    }
    o.close();
    text
}

impl Socket {
    /// Says something; `None` is the beat.
    pub fn say(&self, signal: Option<Signal>) {
        let text = match signal {
            Some(s) => [r#"{"t":"signal","s":"#, &to_json(&s), "}"].concat(),
            None => String::from(r#"{"t":"beat"}"#),
        };
        // One that is closing says so by its own event.
        let _ = self.socket.send_with_str(&text);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use case::live::Up;

    #[test]
    fn the_hello_is_the_one_of_the_protocol() {
        let hello = Hello {
            case: "c".into(),
            token: "t".into(),
            after: 7,
            epoch: "e".into(),
            d: "d".into(),
            floor: 9,
        };
        let agent = Hello { case: "c".into(), ..Hello::default() };
        for hello in [hello, agent] {
            let up = Up::Hello {
                v: VERSION,
                case: hello.case.clone(),
                token: hello.token.clone(),
                after: hello.after,
                epoch: hello.epoch.clone(),
                d: hello.d.clone(),
            };
            assert_eq!(first(&hello), to_json(&up));
        }
    }
}
