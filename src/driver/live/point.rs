//! An agent points: the step or the answer on the driver's screen lights up, comes into view, and goes
//! dark by itself. Nothing is pressed and nothing is covered; it needs the consent to guide, and ends
//! with it.

use crate::device::loose;
use crate::driver::app::App;
use crate::journey::lead::safe;
use crate::live::here;
use crate::react::*;
use crate::ui::El;
use crate::ui::dom::{computed, el, page, task, watch, window};
use crate::ui::value::Value;
use crate::words::{Key, fill};
use case::event::Scope;
use case::live::{Down, Signal};
use std::cell::Cell;
use web_sys::{Element, ScrollBehavior, ScrollIntoViewOptions, ScrollLogicalPosition};

/// Milliseconds that something stays lit.
const LIT: i32 = 12_000;

/// What is pointed at.
#[derive(Clone, Default, PartialEq)]
struct Pointed {
    who: String,
    /// Counts, so that pointing at the same again is news.
    n: u32,
    g: String,
    q: String,
    id: String,
}

thread_local! {
    static POINTED: Value<Option<Pointed>> = Value::new(None);
    /// What is lit, in words; for those who do not see it.
    static TOLD: Value<String> = Value::new(String::new());
    static COUNT: Cell<u32> = const { Cell::new(0) };
}

fn pointed() -> Value<Option<Pointed>> {
    POINTED.with(|p| *p)
}

/// Listens as long as the page lives.
pub fn listen(app: App) {
    let ear = here().hear(move |down| {
        if let Down::Signal { who, s: Signal::Point { id, g, q }, .. } = down {
            let n = COUNT.get() + 1;
            COUNT.set(n);
            let (who, g, q, id) = (who.clone(), g.clone(), q.clone(), id.clone());
            let some = !g.is_empty() && !q.is_empty();
            pointed().set(some.then_some(Pointed { who, n, g, q, id }));
        }
    });
    // The link lives as long as the page, and so does this.
    std::mem::forget(ear);
    // Whoever may not point, or not any more, points at nothing.
    let at = computed(move || {
        let Some(p) = pointed().get() else { return String::new() };
        let may = app.state.with(|s| safe(s) && s.allows(&p.who, Scope::Guide));
        if may { crate::journey::brief::int(i64::from(p.n)) } else { String::new() }
    });
    let seen = Cell::new(String::new());
    watch(move || {
        let at = at.get();
        // Another screen, or this one built anew.
        app.route.get();
        app.state.track();
        let fresh = !at.is_empty() && seen.replace(at.clone()) != at;
        let now = pointed().get_untracked().filter(|_| !at.is_empty());
        task(async move {
            // What is on the screen is built in the same moment.
            loose::pause(0).await;
            show(now.as_ref(), fresh);
        });
        if fresh {
            task(async move {
                loose::pause(LIT).await;
                let same = |p: &Pointed| crate::journey::brief::int(i64::from(p.n)) == at;
                if pointed().get_untracked().is_some_and(|p| same(&p)) {
                    pointed().set(None);
                }
            });
        }
    });
}

/// Lights it up where it is on the screen, and nothing else.
fn show(pointed: Option<&Pointed>, fresh: bool) {
    let target = pointed.and_then(target);
    let lit = page().query_selector("[data-lit]").ok().flatten();
    if let Some(old) = lit.filter(|old| Some(old) != target.as_ref()) {
        let _ = old.remove_attribute("data-lit");
    }
    let told = TOLD.with(|told| *told);
    let mut words = String::new();
    if let (Some(target), Some(p)) = (&target, pointed) {
        let _ = target.set_attribute("data-lit", &fill(Key::PointLabel, &[&p.who]));
        words = fill(Key::PointHere, &[&p.who]);
        words.push_str(": ");
        words.push_str(target.text_content().unwrap_or_default().trim());
        if fresh {
            bring(target);
        }
    }
    if told.with_untracked(|old| *old != words) {
        told.set(words);
    }
}

/// The answer, or the sentence of the step; what opens it, where it lies folded away.
fn target(p: &Pointed) -> Option<Element> {
    let screen = [r#"[data-q=""#, &p.g, "/", &p.q, r#""]"#].concat();
    let within = match p.id.as_str() {
        "" => String::from(" h1"),
        id => [r#" [data-a=""#, id, r#""]"#].concat(),
    };
    // The server let only names through: nothing in them ends a quote.
    let found = page().query_selector(&(screen + &within)).ok().flatten()?;
    match found.closest("details:not([open])").ok().flatten() {
        Some(fold) => fold.query_selector("summary").ok().flatten(),
        None => Some(found),
    }
}

/// Scrolls it into view if it is not there, without a rush for those who want none.
fn bring(target: &Element) {
    let bar = page().query_selector("nav.calls").ok().flatten();
    let bottom = bar.map_or(f64::MAX, |bar| bar.get_bounding_client_rect().top());
    let place = target.get_bounding_client_rect();
    if place.top() >= 0.0 && place.bottom() <= bottom {
        return;
    }
    let calm = window().match_media("(prefers-reduced-motion: reduce)").ok().flatten();
    let calm = calm.is_some_and(|m| m.matches());
    let options = ScrollIntoViewOptions::new();
    options.set_behavior(if calm { ScrollBehavior::Auto } else { ScrollBehavior::Smooth });
    options.set_block(ScrollLogicalPosition::Center);
    target.scroll_into_view_with_scroll_into_view_options(&options);
}

/// The same in words, for readers of the screen.
pub fn told() -> El {
    let told = TOLD.with(|told| *told);
    el("span").class("sr").live(move |it| it.set_text_content(Some(&told.get())))
}
