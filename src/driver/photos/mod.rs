//! Photos for the case: which ones, the camera or a file, a look before it is kept, marks after.
//! A photo is on this device before anything else is asked about it.

pub(super) mod covers;
pub(super) mod develop;
pub(super) mod drag;
pub(super) mod drawn;
pub(super) mod list;
mod look;
pub(super) mod mark;
mod shoot;
mod take;

use crate::device::camera;
use crate::driver::app::App;
use crate::driver::route::Route;
use crate::react::*;
use crate::ui::El;
use crate::ui::dom::{el, leaving, task};
use crate::ui::slot::Slot;
use send_wrapper::SendWrapper;
use std::cell::RefCell;
use std::rc::Rc;
use web_sys::Url;

/// The screen of `#photos/<rest>`: the list, `take/<shot>`, `mark/<id>`, `aim/<id>`.
pub fn screen(app: App, rest: &str) -> El {
    leaving(move || {
        // One stream from photo to photo, because some phones ask anew for every one; none after.
        if !app.route.with_untracked(|r| matches!(r, Route::Photos(_))) {
            camera::close();
        }
    });
    let (what, name) = rest.split_once('/').unwrap_or((rest, ""));
    match what {
        "take" => {
            let done = move |id: String| {
                let mut rest = String::from("mark/");
                rest.push_str(&id);
                app.go(&Route::Photos(rest));
            };
            take::screen(app, name, Rc::new(done))
        }
        "mark" => mark::screen(app, name),
        "aim" => super::aim::door::screen(app, name),
        _ => list::screen(app),
    }
}

/// A photo step inside a guide; `shot` is the step's name. Calls `done` when it is kept.
pub fn form(app: App, shot: &str, done: impl Fn() + 'static) -> El {
    on_cleanup(camera::close);
    take::form(app, shot, Rc::new(move |_| done()))
}

/// A photo of the case as a picture; while it is fetched, and when it is not on this device, a box
/// of the same shape.
fn picture(app: App, sha: String, alt: &str) -> El {
    let image = el("img").attr("alt", alt).attr("decoding", "async");
    let node = image.node().clone();
    let here = Slot::new(());
    let url = Rc::new(RefCell::new(String::new()));
    let held = SendWrapper::new(url.clone());
    on_cleanup(move || {
        let _ = Url::revoke_object_url(&held.borrow());
    });
    task(async move {
        let Some(blob) = app.link().photo(&sha).await else {
            let _ = node.class_list().add_1("gone");
            return;
        };
        // The screen may have gone while the bytes were read.
        if let (true, Ok(address)) = (here.shown(), Url::create_object_url_with_blob(&blob)) {
            let _ = node.set_attribute("src", &address);
            *url.borrow_mut() = address;
        }
    });
    image
}
