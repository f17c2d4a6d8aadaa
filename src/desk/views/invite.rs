//! A one-time link by which a colleague makes their own account.

use super::super::api::{Call, Fail};
use super::super::clock::day_time;
use super::super::model::{Desk, Out};
use super::super::page;
use super::super::say;
use crate::words::{Key, fill, t};
use case::message::Invitation;
use leptos::prelude::*;
use leptos::task::spawn_local;

#[derive(Clone, PartialEq)]
enum Shown {
    Nothing,
    Link(Invitation),
    Failed,
}

/// The button, and the link once it is made.
pub fn invite(desk: Desk) -> impl IntoView {
    let shown = RwSignal::new(Shown::Nothing);
    let ask = move |_| {
        spawn_local(async move {
            match Call::default().post::<Invitation>("/v1/desk/invite", "{}").await {
                Ok(invitation) => shown.set(Shown::Link(invitation)),
                Err(Fail::Out) => desk.leave(Out::Ended),
                Err(_) => shown.set(Shown::Failed),
            }
        });
    };
    view! {
        <button class="d-quiet" on:click=ask>{t(Key::DeskInvite)}</button>
        {move || match shown.get() {
            Shown::Nothing => ().into_any(),
            Shown::Failed => view! { <p class="d-said" role="alert">{t(Key::DeskInviteFailed)}</p> }.into_any(),
            Shown::Link(invitation) => link(desk, &invitation, shown).into_any(),
        }}
    }
}

fn link(desk: Desk, invitation: &Invitation, shown: RwSignal<Shown>) -> impl IntoView + use<> {
    let address = [&page::here(), "#setup=", &invitation.token].concat();
    let until = day_time(invitation.expires, desk.clock.now.get_untracked(), say::tag());
    let copied = RwSignal::new(false);
    let copy = {
        let address = address.clone();
        move |_| copied.set(page::copy(&address))
    };
    view! {
        <div class="d-tray d-invite" role="group" aria-label=t(Key::DeskInvite)>
            <p>{fill(Key::DeskInviteNote, &[&until])}</p>
            <p class="d-log">{address}</p>
            <div class="d-actions">
                <button on:click=copy>{move || t(if copied.get() { Key::DeskCopied } else { Key::DeskCopy })}</button>
                <button class="d-quiet" on:click=move |_| shown.set(Shown::Nothing)>{t(Key::DeskShut)}</button>
            </div>
        </div>
    }
}
