//! Whose cases the list shows and in which order. States are filtered by the counts at the top.

use super::super::list::{Sort, Whose};
use super::list::Search;
use crate::words::{Key, t};
use leptos::prelude::*;

const WHOSE: [(Whose, Key); 3] = [
    (Whose::All, Key::DeskWhoseAll),
    (Whose::Mine, Key::DeskWhoseMine),
    (Whose::Nobodys, Key::DeskWhoseNobodys),
];

const SORTS: [(Sort, Key); 3] = [
    (Sort::Urgency, Key::DeskSortUrgency),
    (Sort::Newest, Key::DeskSortNewest),
    (Sort::Waiting, Key::DeskSortWaiting),
];

/// The row of choices under the search box.
pub fn filters(search: Search) -> impl IntoView {
    let whose = WHOSE.map(|(whose, key)| {
        let pressed = move || (search.whose.get() == whose).to_string();
        view! { <button data-whose=whose as u8 aria-pressed=pressed on:click=move |_| search.whose.set(whose)>{t(key)}</button> }
    });
    let choose = move |event| {
        let value = event_target_value(&event);
        let found = SORTS.iter().enumerate().find(|(i, _)| i.to_string() == value);
        search.sort.set(found.map(|(_, (sort, _))| *sort).unwrap_or_default());
    };
    let sorts = SORTS.iter().enumerate().map(|(i, (sort, key))| {
        view! { <option value=i.to_string() selected=*sort == search.sort.get_untracked()>{t(*key)}</option> }
    });
    view! {
        <div class="d-filters">
            <div class="d-whose" role="group" aria-label=t(Key::DeskWhose)>{whose}</div>
            <select id="sort" aria-label=t(Key::DeskSort) on:change=choose>{sorts.collect_view()}</select>
        </div>
    }
}
