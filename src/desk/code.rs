//! Six digits that the driver reads over the phone, typed into the search box: the case opens, and
//! the driver is asked for what an agent needs to go along.

use super::api::{Call, Fail};
use super::model::{Desk, Out};
use super::page;
use super::route::case_href;
use crate::words::{Key, fill, t};
use case::message::{Code, Fault, Opens};
use case::wire::to_json;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Digits of a code.
pub const DIGITS: usize = 6;

/// Opens the case of a code; `told` gets the sentence when there is none. `typed` is emptied when it
/// worked.
pub fn open(desk: Desk, code: String, typed: RwSignal<String>, told: RwSignal<String>) {
    told.set(String::new());
    spawn_local(async move {
        let body = to_json(&Code { code, until: 0 });
        match Call::default().post::<Opens>("/v1/desk/code", &body).await {
            Ok(Opens { case }) => {
                typed.set(String::new());
                page::go(&case_href(&case));
                desk.called.set(case);
            }
            Err(Fail::Out) => desk.leave(Out::Ended),
            Err(fail) => told.set(sentence(&fail)),
        }
    });
}

fn sentence(fail: &Fail) -> String {
    match fail {
        Fail::Refused(refusal) if refusal.fault == Fault::Slow => {
            fill(Key::DeskSlow, &[&super::say::int(i64::from(refusal.after.unwrap_or(60)))])
        }
        Fail::Refused(_) => t(Key::DeskCodeWrong).into(),
        _ => t(Key::DeskAwayLogin).into(),
    }
}
