//! Log-in, and set-up by the one-time link. A log-in that is refused says why and keeps the name;
//! a log-in after a lost session leads back to the screen that was open.

use super::super::api::{Call, Fail};
use super::super::link;
use super::super::model::{Desk, Net, Out, Who};
use super::super::page;
use super::super::route::{self, Route};
use super::super::say::int;
use super::bar::tongues;
use crate::words::{Key, fill, t};
use case::message::{Fault, Login, Me};
use case::wire::to_json;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The least length of a new password, characters.
const LEAST: usize = 8;

/// What the form says under its fields.
#[derive(Clone, PartialEq)]
enum Said {
    Nothing,
    Text(Key),
    /// Try again at this time, server's clock.
    Slow(i64),
}

/// The form on its page.
pub fn login(desk: Desk) -> impl IntoView {
    let setup = Memo::new(move |_| matches!(desk.route.get(), Route::Setup(_)));
    view! {
        <div class="d-door">
            <header class="d-door-bar"><span class="d-brand">{t(Key::DeskBrand)}</span>{tongues()}</header>
            <main>{move || form(desk, setup.get())}</main>
        </div>
    }
}

fn form(desk: Desk, setup: bool) -> impl IntoView {
    let (name, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (shown, busy) = (RwSignal::new(false), RwSignal::new(false));
    let said = RwSignal::new(Said::Nothing);
    let wait = move || match said.get() {
        Said::Slow(until) => ((until - desk.clock.now.get()).max(0) + 999) / 1000,
        _ => 0,
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = Login {
            name: name.get_untracked().trim().into(),
            password: password.get_untracked(),
            token: if setup { desk.token.get_untracked() } else { String::new() },
        };
        if body.name.is_empty() || body.password.is_empty() {
            return said.set(Said::Text(Key::DeskLoginEmpty));
        }
        if setup && body.password.chars().count() < LEAST {
            return said.set(Said::Text(Key::DeskPasswordShort));
        }
        if busy.get_untracked() || untrack(wait) > 0 {
            return;
        }
        busy.set(true);
        said.set(Said::Nothing);
        spawn_local(async move {
            match knock(desk, setup, &body).await {
                Ok(name) => {
                    if setup {
                        desk.token.set(String::new());
                        desk.route.set(route::parse(&page::hash()));
                    }
                    link::enter(desk, name);
                }
                Err(fail) => said.set(answer(desk, setup, &fail)),
            }
            busy.set(false);
        });
    };
    let message = move || match said.get() {
        Said::Nothing => String::new(),
        Said::Text(key) => t(key).into(),
        Said::Slow(_) if wait() == 0 => t(Key::DeskSlowOver).into(),
        Said::Slow(_) => fill(Key::DeskSlow, &[&int(wait())]),
    };
    view! {
        <form class="d-login" on:submit=submit novalidate>
            <h1>{t(if setup { Key::DeskSetupHead } else { Key::DeskLoginHead })}</h1>
            {move || note(desk, setup).map(|text| view! { <p class="d-note">{text}</p> })}
            <label for="name">{t(Key::DeskName)}</label>
            <input id="name" name="username" autocomplete="username" autocapitalize="off" spellcheck="false" autofocus
                maxlength="40" prop:value=name on:input=move |e| name.set(event_target_value(&e))/>
            <label for="password">{t(Key::DeskPassword)}</label>
            <div class="d-secret">
                <input id="password" name="password" maxlength="128"
                    autocomplete=if setup { "new-password" } else { "current-password" }
                    type=move || if shown.get() { "text" } else { "password" }
                    aria-describedby="login-said" prop:value=password on:input=move |e| password.set(event_target_value(&e))/>
                <button type="button" class="d-quiet" aria-pressed=move || shown.get().to_string() on:click=move |_| shown.update(|s| *s = !*s)>
                    {move || t(if shown.get() { Key::DeskHide } else { Key::DeskShow })}
                </button>
            </div>
            {setup.then(|| view! { <p class="d-hint">{t(Key::DeskPasswordHint)}</p> })}
            <p id="login-said" class="d-said" role="alert">{message}</p>
            <button class="d-main" prop:disabled=move || busy.get() || (wait() > 0)>
                {move || t(match (busy.get(), setup) {
                    (true, _) => Key::DeskLoginBusy,
                    (false, true) => Key::DeskSetupGo,
                    (false, false) => Key::DeskLoginGo,
                })}
            </button>
            {setup.then(|| view! { <a class="d-quiet" href="#/">{t(Key::DeskSetupSkip)}</a> })}
        </form>
    }
}

/// Why the form is here at all, when there is something to say.
fn note(desk: Desk, setup: bool) -> Option<&'static str> {
    match (desk.net.get(), desk.who.get()) {
        (Net::Away(_), _) => Some(t(Key::DeskAwayLogin)),
        (Net::Rubbish(..), _) => Some(t(Key::DeskRubbishLogin)),
        (_, Who::Nobody(Out::Ended)) => Some(t(Key::DeskSessionEnded)),
        (_, Who::Nobody(Out::Left)) => Some(t(Key::DeskLoggedOut)),
        _ if setup => Some(t(Key::DeskSetupNote)),
        _ => None,
    }
}

/// Asks to be let in; the name under which the server knows the agent.
async fn knock(desk: Desk, setup: bool, body: &Login) -> Result<String, Fail> {
    let path = if setup { "/v1/desk/setup" } else { "/v1/desk/login" };
    Call::default().tell(path, &to_json(body)).await?;
    // The answer that counts is whether the session holds.
    let me = Call::default().get::<Me>("/v1/desk/me").await?;
    desk.heard(me.now);
    Ok(me.name)
}

fn answer(desk: Desk, setup: bool, fail: &Fail) -> Said {
    Said::Text(match fail {
        Fail::Away => Key::DeskAwayLogin,
        Fail::Rubbish(_) => Key::DeskRubbishLogin,
        Fail::Out => Key::DeskWrong,
        Fail::Refused(refusal) => match refusal.fault {
            Fault::Slow => {
                let seconds = i64::from(refusal.after.unwrap_or(30));
                return Said::Slow(desk.clock.at() + seconds * 1000);
            }
            Fault::Expired => Key::DeskLinkOver,
            Fault::Denied if setup => Key::DeskLinkOver,
            Fault::Denied => Key::DeskWrong,
            Fault::Storage => Key::DeskStorage,
            _ if setup => Key::DeskSetupBad,
            _ => Key::DeskWrong,
        },
    })
}
