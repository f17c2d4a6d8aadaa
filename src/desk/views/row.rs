//! One line of the list: state by shape, colour and word, what, where, how old, how silent.

use super::super::list::Group;
use super::super::model::Desk;
use super::super::route::{Route, case_href};
use super::super::say;
use super::glyph::glyph;
use super::list::Search;
use crate::words::{Key, fill, t};
use case::message::Row;
use case::number::grouped;
use leptos::prelude::*;

/// The heading of a section.
pub fn head(group: Group, n: usize) -> impl IntoView {
    view! { <h2 class="d-group">{glyph(group)}{say::group(group)}<b>{say::int(n as i64)}</b></h2> }
}

/// The row of a case.
pub fn row(desk: Desk, search: Search, case: String) -> impl IntoView {
    let href = case_href(&case);
    let id = case.clone();
    let touched = case.clone();
    let current = {
        let case = case.clone();
        Memo::new(move |_| desk.route.with(|r| matches!(r, Route::Case(open) if *open == case)))
    };
    // A case never leaves the list; should it, the row goes before this is read again.
    let row = Memo::new(move |_| desk.rows.with(|rows| rows.get(&case).cloned()));
    view! {
        <a class="d-row" href=href data-case=id aria-current=move || current.get().then_some("page")
            data-state=move || row.get().map(|row| Group::of_row(&row) as u8)
            on:focus=move |_| search.touch(&touched)>
            {move || row.get().map(|row| cells(desk, &row))}
        </a>
    }
}

fn cells(desk: Desk, row: &Row) -> impl IntoView + use<> {
    let group = Group::of_row(row);
    let now = desk.clock.now;
    let (opened, last, heard) = (row.opened, row.last, row.heard);
    let closed = group == Group::Done;
    let age = move || match closed {
        true => fill(Key::DeskClosedAgo, &[&say::age(now.get() - last)]),
        false => say::age(now.get() - opened),
    };
    let what = say::about(row.fire, &row.what);
    let place =
        if row.place.is_empty() { t(Key::DeskPlaceUnknown).to_owned() } else { row.place.clone() };
    let unread = (row.unread > 0).then(|| {
        view! { <span class="d-badge d-unread">{fill(Key::DeskUnread, &[&say::int(i64::from(row.unread))])}</span> }
    });
    let photos = (row.photos > 0).then(|| {
        view! { <span class="d-badge">{fill(Key::DeskPhotoCount, &[&say::int(i64::from(row.photos))])}</span> }
    });
    view! {
        <span class="d-sign">{glyph(group)}<span class="d-sr">{say::group(group)}</span></span>
        <span class="d-top-line">
            <span class="d-what" class:d-unknown=row.what.is_empty() && !row.fire>{what}</span>
            {unread}{photos}
            {(!row.agent.is_empty()).then(|| view! { <span class="d-who">{row.agent.clone()}</span> })}
        </span>
        <span class="d-age">{age}</span>
        <span class="d-low">
            <span class="d-number">{grouped(&row.number)}</span>
            <span class="d-where-at" class:d-unknown=row.place.is_empty()>{place}</span>
        </span>
        <span class="d-heard" class:d-silent=move || !closed && say::silent(heard, now.get())>
            {move || if closed { String::new() } else { say::heard(heard, now.get()) }}
        </span>
    }
}
