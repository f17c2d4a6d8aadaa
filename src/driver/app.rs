//! What every screen of the driver's page is handed: the case, the guides, the address, and the
//! few things the page itself remembers. It decides nothing.

use super::content::Content;
use super::later::Stage;
use super::route::Route;
use crate::case_link::{CaseLink, Outbox};
use crate::device::battery::Charge;
use crate::device::loose;
use crate::react::*;
use crate::ui::dom::{page, window};
use crate::ui::value::Value;
use crate::words::{self, Key, lang, t};
use case::event::Face;
use case::{Event, State};

/// The driver's page. Copied freely; all of it lives as long as the page.
#[derive(Clone, Copy)]
pub struct App {
    link: Value<CaseLink>,
    writing: Value<bool>,
    /// An answer given on this page is being written: it goes on by itself.
    pub answering: Value<bool>,
    /// The case as it stands, with what is only on this device.
    pub state: ReadSignal<State>,
    /// What is saved, sent and received.
    pub outbox: ReadSignal<Outbox>,
    /// The guides.
    pub content: Value<Content>,
    /// The screen that the address names.
    pub route: Value<Route>,
    /// Region of the rules.
    pub region: Value<String>,
    /// The layout for the screen of a car.
    pub car: Value<bool>,
    /// Charge of the device; `None` where the browser does not tell.
    pub charge: Value<Option<Charge>>,
    /// A line that tells what just happened; empty for none.
    pub notice: Value<String>,
    /// What is being written to the desk; kept while screens come and go.
    pub draft: Value<String>,
    /// A newer build waits for the page to be loaded again.
    pub newer: Value<bool>,
    /// The part of the code that comes after the first screen.
    pub later: Value<Stage>,
}

impl App {
    /// Gathers the parts. Must be called under the owner that lives as long as the page.
    pub fn new(link: CaseLink) -> App {
        App {
            state: link.state(),
            outbox: link.outbox(),
            link: Value::new(link),
            writing: Value::new(false),
            answering: Value::new(false),
            content: Value::new(Content::Loading),
            route: Value::new(Route::parse(&hash())),
            region: Value::new(root_data("region")),
            car: Value::new(root_data("car") == "on"),
            charge: Value::new(None),
            notice: Value::new(String::new()),
            draft: Value::new(String::new()),
            newer: Value::new(false),
            later: Value::new(Stage::Coming),
        }
    }

    /// The link to the case.
    pub fn link(&self) -> CaseLink {
        self.link.get_untracked()
    }

    /// Writes events to the case, in order; the first one opens the case if there is none.
    pub fn record(&self, events: Vec<Event>) {
        let app = *self;
        crate::ui::dom::task(async move {
            app.write(events).await;
        });
    }

    /// Like [`App::record`], for those who go on only when it is written. `false`: not kept; the
    /// driver has been told.
    pub async fn write(&self, events: Vec<Event>) -> bool {
        self.write_at(events, None).await
    }

    /// Like [`App::write`], for something that happened earlier: Unix milliseconds.
    pub async fn write_at(&self, events: Vec<Event>, at: Option<i64>) -> bool {
        self.write_from(Box::new(move |_| events), at).await
    }

    /// Like [`App::write_at`], with events that depend on the case as it is when their turn comes.
    pub async fn write_from(&self, events: Events, at: Option<i64>) -> bool {
        let _turn = self.turn().await;
        if !self.begun().await {
            return false;
        }
        let link = self.link();
        for event in self.state.with_untracked(|s| events(s)) {
            let kept = match at {
                Some(at) => link.record_at(event, at).await,
                None => link.record(event).await,
            };
            if kept.is_err() {
                return self.not_saved();
            }
        }
        true
    }

    /// Opens a case when there is none.
    pub async fn opened(&self) -> bool {
        let _turn = self.turn().await;
        self.begun().await
    }

    async fn begun(&self) -> bool {
        if self.state.with_untracked(|s| !s.number.is_empty()) {
            return true;
        }
        let face = if self.car.get_untracked() { Face::Car } else { Face::Phone };
        let begun =
            self.link().begin(&self.region.get_untracked(), words::known(lang()), face).await;
        begun.is_ok() || self.not_saved()
    }

    fn not_saved(&self) -> bool {
        self.notice.set(t(Key::NotSaved).into());
        false
    }

    /// One writer at a time: two taps in a row must not open two cases, nor change places.
    async fn turn(&self) -> Turn {
        while self.writing.get_untracked() {
            loose::pause(8).await;
        }
        self.writing.set(true);
        Turn(self.writing)
    }

    /// Goes to a screen; the browser's back button comes back from it.
    pub fn go(&self, route: &Route) {
        let _ = window().location().set_hash(&route.hash());
    }

    /// Whether the fire question is answered.
    pub fn fire_asked(&self) -> bool {
        self.state.with(|s| s.fire || s.fact("fire").is_some())
    }

    /// Low-power mode.
    pub fn low(&self) -> bool {
        self.state.with(|s| s.low_power)
    }
}

/// Gives the events to write, from the case as it is.
pub type Events = Box<dyn FnOnce(&State) -> Vec<Event>>;

/// Held while somebody writes.
struct Turn(Value<bool>);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

/// The part of the address that names the screen.
pub fn hash() -> String {
    window().location().hash().unwrap_or_default()
}

/// What the page's root element says under `data-<name>`.
pub fn root_data(name: &str) -> String {
    let root = page().document_element();
    let mut attribute = String::from("data-");
    attribute.push_str(name);
    root.and_then(|r| r.get_attribute(&attribute)).unwrap_or_default()
}

/// Sets `data-<name>` on the page's root element.
pub fn set_root_data(name: &str, value: &str) {
    let mut attribute = String::from("data-");
    attribute.push_str(name);
    if let Some(root) = page().document_element() {
        let _ = root.set_attribute(&attribute, value);
    }
}

/// What this device remembers for the page, and not for the case.
pub fn kept(name: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(&key(name)).ok()?
}

/// Remembers, or forgets with an empty value. A device that keeps nothing loses only comfort.
pub fn keep(name: &str, value: &str) {
    if let Ok(Some(store)) = window().local_storage() {
        let _ = if value.is_empty() {
            store.remove_item(&key(name))
        } else {
            store.set_item(&key(name), value)
        };
    }
}

fn key(name: &str) -> String {
    let mut key = String::from("nw.");
    key.push_str(name);
    key
}

/// The hotline as the page shows it.
pub fn hotline() -> String {
    let shown = page().query_selector("[data-hotline] b").ok().flatten();
    shown.and_then(|b| b.text_content()).unwrap_or_default()
}
