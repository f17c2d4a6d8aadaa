//! The driver's camera on the desk: what is missing for it, the picture, how good the line is, and
//! the ways to ask for it and to end it. The call lasts as long as consent and the case on the screen.

use super::super::api::Call;
use super::super::clock::time;
use super::super::consent::{Standing, standing};
use super::super::say;
use super::case::Seen;
use crate::live::here;
use crate::rtc::session::{Phase, Ports, Session, Shown};
use crate::rtc::show;
use crate::ui::El;
use crate::ui::dom::{computed, el, leaving, listen, watch, window};
use crate::ui::parts::{button, p};
use crate::ui::slot::Slot;
use crate::words::{self, Key, fill, t};
use case::event::{Event, Role, Scope};
use case::live::{Down, Rung};
use case::state::Status;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlVideoElement;

/// The panel.
pub fn panel(seen: Seen) -> impl IntoView {
    let may = Memo::new(move |_| {
        let me = seen.desk.agent();
        seen.state.with(|s| seen.case.log.with(|log| standing(s, log, &me, Scope::Camera)))
    });
    let allowed = Memo::new(move |_| matches!(may.get(), Standing::Allowed(_)));
    let open = seen.part(|s| s.status != Status::Done);
    view! {
        <section class="d-panel d-video">
            <h2>{t(Key::DeskCall)}</h2>
            {move || match (open.get(), allowed.get()) {
                (false, _) => view! { <p class="d-none">{t(Key::DeskCallClosed)}</p> }.into_any(),
                (true, true) => untrack(|| live(seen)).into_render().into_any(),
                (true, false) => need(seen, may).into_any(),
            }}
        </section>
    }
}

/// What is missing, and the way to ask.
fn need(seen: Seen, may: Memo<Standing>) -> impl IntoView {
    let told = move || match may.get() {
        Standing::Asked(at) => fill(Key::DeskCallAsked, &[&time(at)]),
        Standing::Declined(at) => fill(Key::DeskCallRefused, &[&time(at)]),
        Standing::Ended(at) => fill(Key::DeskCallRevoked, &[&time(at)]),
        Standing::Never | Standing::Allowed(_) => t(Key::DeskCallNeed).into(),
    };
    let ask = move |_| seen.say(Event::Asked { scopes: vec![Scope::Camera] });
    view! {
        <p class="d-hint" role="status">{told}</p>
        {move || may.get().askable().then(|| view! {
            <button class="d-look" on:click=ask>{t(Key::DeskCallAsk)}</button>
        })}
    }
}

/// The call, for as long as it is allowed.
fn live(seen: Seen) -> El {
    let path = seen.case.id.with_value(|id| ["/v1/cases/", id, "/relay"].concat());
    let session = Session::new(Ports {
        side: Role::Agent,
        // Said or lost: what is not answered is said again.
        send: Box::new(|signal| {
            here().send(signal);
        }),
        relay: Box::new(move || {
            let path = path.clone();
            Box::pin(async move { Call::default().get(&path).await.ok() })
        }),
    });
    let heard = Rc::downgrade(&session);
    let ear = here().hear(move |down| {
        if let (Some(session), Down::Signal { by, s, .. }) = (heard.upgrade(), down) {
            session.hear(*by, s);
        }
    });
    let moved = session.clone();
    listen(&window(), "online", move |_| moved.moved());
    session.ask();
    let ending = SendWrapper::new((session.clone(), ear));
    leaving(move || ending.0.end());
    screen(&session)
}

fn screen(session: &Rc<Session>) -> El {
    let video = el("video").attr("playsinline", "").attr("autoplay", "").attr("muted", "");
    let node: HtmlVideoElement = video.node().clone().unchecked_into();
    // Without a tap no browser plays sound, and the voice is on the phone.
    node.set_muted(true);
    let hears = Slot::new(false);
    let (shown, words, keys) = (session.clone(), session.clone(), session.clone());
    let (saying, standing) = (session.clone(), session.clone());
    let stands = computed(move || {
        let up = matches!(standing.shown().phase, Phase::Up | Phase::Broken);
        String::from(if up { "up" } else { "" })
    });
    // Figures change every other second: of those nobody is told aloud.
    let said = p("d-hint", "").attr("role", "status").live(move |e| {
        let text = sentence(&saying.shown());
        if e.text_content().as_deref() != Some(text) {
            e.set_text_content(Some(text));
        }
    });
    let (element, sound) = (node.clone(), hears.clone());
    watch(move || element.set_muted(!sound.get()));
    session.play(&node);
    let video = video.live(move |e| {
        let shown = shown.shown();
        let gone = !matches!(shown.phase, Phase::Up | Phase::Broken) || shown.rung == Rung::None;
        let _ = e.toggle_attribute_with_force("hidden", gone);
    });
    el("div").class("d-call").add(video).add(said).dynamic(move || line(&words.shown())).dynamic(
        move || {
            // Built anew only for other buttons: one that changes under the hand is not pressed.
            let (standing, _, _) = (stands.get(), hears.get(), words::lang());
            untrack(|| buttons(&keys, &hears, standing == "up"))
        },
    )
}

fn sentence(shown: &Shown) -> &'static str {
    match shown.phase {
        Phase::Unable => t(Key::DeskCallUnable),
        Phase::Ended => t(Key::DeskCallEnded),
        Phase::Broken => t(Key::CallBroken),
        Phase::Up if shown.rung == Rung::None => t(Key::DeskCallWait),
        Phase::Up => "",
        _ if shown.hopeless => t(Key::CallHopeless),
        _ => t(Key::DeskCallWait),
    }
}

fn line(shown: &Shown) -> El {
    let theirs = shown
        .theirs
        .map(|(_, _, rung)| el("span").text(&fill(Key::DeskCallTheirs, &[show::rung(rung)])));
    if !matches!(shown.phase, Phase::Up | Phase::Broken) {
        return el("i").attr("hidden", "");
    }
    let n = |n: u32| say::int(i64::from(n));
    let s = &shown.sample;
    el("p")
        .class("call-line")
        .add(show::measured(s, shown.phase == Phase::Up))
        .add(el("span").class("gets").text(&fill(Key::DeskCallReceives, &[show::rung(shown.rung)])))
        .add(
            el("span")
                .class("d-num")
                .text(&fill(Key::DeskCallRate, &[&n(s.kbps), &n(s.rtt), &n(s.lost)])),
        )
        .maybe(theirs)
}

fn buttons(session: &Rc<Session>, hears: &Slot<bool>, up: bool) -> El {
    let unable = session.shown().phase == Phase::Unable;
    let (again, end, hear) = (session.clone(), session.clone(), hears.clone());
    let on = hears.peek();
    let row = el("div").class("d-actions");
    match up {
        _ if unable => row,
        true => row
            .add(
                button("d-hear", t(Key::DeskCallHear), move || hear.set(!on))
                    .attr("aria-pressed", if on { "true" } else { "false" }),
            )
            .add(button("d-end", t(Key::DeskCallEnd), move || end.end())),
        false => row.add(button("d-again", t(Key::DeskCallAgain), move || again.ask())),
    }
}
