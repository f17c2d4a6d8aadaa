//! The list of cases. Red ones have their own section above the scrolling rest, so that no
//! position of the scroll bar hides them.

use super::super::code;
use super::super::list::{Group, Query, Shown, arrange};
use super::super::model::Desk;
use super::super::page;
use super::super::route::case_href;
use super::super::say;
use super::glyph::glyph;
use super::row::row;
use crate::words::{Key, fill, t};
use leptos::prelude::*;

/// What is searched and filtered for; lives as long as the page.
#[derive(Clone, Copy)]
pub struct Search {
    /// Typed into the search box.
    pub typed: RwSignal<String>,
    /// Only this state, and red.
    pub only: RwSignal<Option<Group>>,
}

impl Default for Search {
    fn default() -> Search {
        Search { typed: RwSignal::new(String::new()), only: RwSignal::new(None) }
    }
}

impl Search {
    /// Clears what was typed, else the filter; whether there was anything.
    pub fn clear(self) -> bool {
        if !self.typed.get_untracked().is_empty() {
            self.typed.set(String::new());
            return true;
        }
        let had = self.only.get_untracked().is_some();
        if had {
            self.only.set(None);
        }
        had
    }
}

/// The list with its search box.
pub fn list(desk: Desk, search: Search) -> impl IntoView {
    let query = Memo::new(move |_| search.typed.with(|typed| Query::read(typed)));
    let shown = Memo::new(move |_| {
        desk.rows.with(|rows| arrange(rows.values(), &query.get(), search.only.get()))
    });
    let told = RwSignal::new(String::new());
    Effect::new(move |_| {
        search.typed.track();
        told.set(String::new());
    });
    // Enter in the box opens what was found: the case of six digits, else the first row.
    let open_first = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" && !event.is_composing() {
            if let Query::Digits(digits) = query.get_untracked()
                && digits.len() == code::DIGITS
            {
                return code::open(desk, digits, search.typed, told);
            }
            let first = shown.with_untracked(|s| s.all().next().cloned());
            if let Some(case) = first.filter(|_| query.get_untracked() != Query::All) {
                page::go(&case_href(&case));
            }
        }
    };
    let red = Memo::new(move |_| shown.with(|s| s.red.clone()));
    view! {
        <nav class="d-list" aria-label=t(Key::DeskList)>
            <div class="d-find">
                <input id="find" type="search" autocomplete="off" spellcheck="false" maxlength="120"
                    aria-label=t(Key::DeskFind) placeholder=t(Key::DeskFindHint)
                    prop:value=search.typed on:input=move |e| search.typed.set(event_target_value(&e)) on:keydown=open_first/>
                <kbd aria-hidden="true">"/"</kbd>
            </div>
            {move || (!told.with(String::is_empty)).then(|| view! { <p class="d-remark" role="alert">{told}</p> })}
            {move || remark(desk, query, shown).map(|text| view! { <p class="d-remark" role="status">{text}</p> })}
            <section class="d-reds" class:d-none=move || red.get().is_empty() aria-label=say::group(Group::Red)>
                <h2>{glyph(Group::Red)}{say::group(Group::Red)}<b>{move || say::int(red.get().len() as i64)}</b></h2>
                <div class="d-rows"><For each=move || red.get() key=String::clone children=move |case| row(desk, case)/></div>
            </section>
            <div class="d-rest">
                {Group::ALL.into_iter().skip(1).map(|group| section(desk, shown, group)).collect::<Vec<_>>()}
            </div>
        </nav>
    }
}

fn section(desk: Desk, shown: Memo<Shown>, group: Group) -> impl IntoView {
    let cases = Memo::new(move |_| {
        shown.with(|s| {
            s.rest.iter().find(|(g, _)| *g == group).map(|(_, c)| c.clone()).unwrap_or_default()
        })
    });
    view! {
        <section class:d-none=move || cases.get().is_empty() aria-label=say::group(group)>
            <h2>{glyph(group)}{say::group(group)}<b>{move || say::int(cases.get().len() as i64)}</b></h2>
            <div class="d-rows"><For each=move || cases.get() key=String::clone children=move |case| row(desk, case)/></div>
        </section>
    }
}

/// What an empty or shortened list means.
fn remark(desk: Desk, query: Memo<Query>, shown: Memo<Shown>) -> Option<String> {
    let (empty, hidden) = shown.with(|s| (s.all().next().is_none(), s.red_hidden));
    if !desk.listed.get() {
        return Some(t(Key::DeskListComing).into());
    }
    let mut out = String::new();
    if empty {
        out.push_str(match query.get() {
            Query::Wrong => t(Key::DeskNumberWrong),
            Query::Number(_) => t(Key::DeskNumberMissing),
            Query::All if desk.rows.with(|r| r.is_empty()) => t(Key::DeskNoCases),
            _ => t(Key::DeskNothingFound),
        });
    }
    if hidden > 0 {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&fill(Key::DeskRedHidden, &[&say::int(hidden as i64)]));
    }
    (!out.is_empty()).then_some(out)
}
