//! The list of cases. Red ones have their own section above the scrolling rest, so that no
//! position of the scroll bar hides them; what does not fit there is counted and one press away.

use super::super::code;
use super::super::list::{Filter, Group, Line, Query, Shown, Sort, Whose, arrange};
use super::super::model::Desk;
use super::super::page;
use super::super::route::case_href;
use super::super::say;
use super::filters;
use super::glyph::glyph;
use super::window::Window;
use crate::words::{Key, fill, t};
use leptos::prelude::*;

/// What is searched and filtered for, and where the keyboard is; lives as long as the page.
#[derive(Clone, Copy)]
pub struct Search {
    /// Typed into the search box.
    pub typed: RwSignal<String>,
    /// Only this state, and red.
    pub only: RwSignal<Option<Group>>,
    /// Whose cases.
    pub whose: RwSignal<Whose>,
    /// In which order.
    pub sort: RwSignal<Sort>,
    /// The case that the keyboard is to go to.
    pub cursor: RwSignal<Option<String>>,
    here: StoredValue<Option<String>>,
    /// Every case of the list, from the top.
    order: StoredValue<Vec<String>>,
}

impl Default for Search {
    fn default() -> Search {
        Search {
            typed: RwSignal::new(String::new()),
            only: RwSignal::new(None),
            whose: RwSignal::new(Whose::All),
            sort: RwSignal::new(Sort::Urgency),
            cursor: RwSignal::new(None),
            here: StoredValue::new(None),
            order: StoredValue::new(Vec::new()),
        }
    }
}

impl Search {
    /// Clears what was typed, else the filters; whether there was anything.
    pub fn clear(self) -> bool {
        if !self.typed.get_untracked().is_empty() {
            self.typed.set(String::new());
            return true;
        }
        let whose = self.whose.get_untracked() != Whose::All;
        let had = self.only.get_untracked().is_some() || whose;
        if had {
            self.only.set(None);
            self.whose.set(Whose::All);
        }
        had
    }

    /// The keyboard came to a case by itself.
    pub fn touch(self, case: &str) {
        self.here.set_value(Some(case.into()));
    }

    /// The case that the keyboard was on last.
    pub fn here(self) -> Option<String> {
        self.here.get_value()
    }

    /// Moves the keyboard up or down the list from where it is, or from the case on the screen.
    pub fn walk(self, by: i32, from: Option<String>) {
        let next = self.order.with_value(|order| {
            let at = from.and_then(|case| order.iter().position(|c| *c == case));
            let to = at.map_or(0, |at| at as i32 + by);
            order.get(to.clamp(0, order.len().max(1) as i32 - 1) as usize).cloned()
        });
        self.cursor.set(next);
    }
}

/// The list with its search box.
pub fn list(desk: Desk, search: Search) -> impl IntoView {
    let query = Memo::new(move |_| search.typed.with(|typed| Query::read(typed)));
    let shown = Memo::new(move |_| {
        let filter = Filter {
            only: search.only.get(),
            whose: search.whose.get(),
            sort: search.sort.get(),
            me: desk.agent(),
        };
        desk.rows.with(|rows| arrange(rows.values(), &query.get(), &filter))
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
    let red = Memo::new(move |_| {
        shown.with(|s| s.red.iter().cloned().map(Line::Case).collect::<Vec<_>>())
    });
    let rest = Memo::new(move |_| shown.with(|s| s.rest.clone()));
    let (reds, others) = (Window::new(red), Window::new(rest));
    keyboard(search, shown, [reds, others]);
    view! {
        <nav class="d-list" aria-label=t(Key::DeskList)>
            <div class="d-find">
                <input id="find" type="search" autocomplete="off" spellcheck="false" maxlength="120"
                    aria-label=t(Key::DeskFind) placeholder=t(Key::DeskFindHint)
                    prop:value=search.typed on:input=move |e| search.typed.set(event_target_value(&e)) on:keydown=open_first/>
                <kbd aria-hidden="true">"/"</kbd>
            </div>
            {filters::filters(search)}
            {move || (!told.with(String::is_empty)).then(|| view! { <p class="d-remark" role="alert">{told}</p> })}
            {move || remark(desk, query, shown).map(|text| view! { <p class="d-remark" role="status">{text}</p> })}
            <section class="d-reds" class:d-none=move || red.with(Vec::is_empty) aria-label=say::group(Group::Red)>
                <h2>
                    {glyph(Group::Red)}{say::group(Group::Red)}<b>{move || say::int(red.with(Vec::len) as i64)}</b>
                    {more(desk, search, reds, red)}
                </h2>
                {reds.view(desk, search, say::group(Group::Red))}
            </section>
            <div class="d-rest">{others.view(desk, search, t(Key::DeskList))}</div>
        </nav>
    }
}

/// Lets the keyboard walk through what is shown, in whichever of the windows it is.
pub fn keyboard<const N: usize>(search: Search, shown: Memo<Shown>, windows: [Window; N]) {
    Effect::new(move |_| {
        search.order.set_value(shown.with(|s| s.all().cloned().collect()));
    });
    // Where it was asked to go before this list was there, it does not go now.
    search.cursor.set(None);
    Effect::new(move |_| {
        if let Some(case) = search.cursor.get()
            && windows.iter().any(|window| window.show(&case))
        {
            // The row is drawn by now, and not before.
            request_animation_frame(move || page::focus(&["[data-case='", &case, "']"].concat()));
        }
    });
}

/// How many red cases do not fit into their section: one press leads to the newest.
pub fn more(desk: Desk, search: Search, reds: Window, red: Memo<Vec<Line>>) -> impl IntoView {
    let unseen = Memo::new(move |_| {
        let (above, below) = reds.unseen();
        above + below
    });
    let newest = move || {
        let rows = desk.rows.get_untracked();
        let cases = red.get_untracked();
        let cases = cases.into_iter().filter_map(|line| match line {
            Line::Case(case) => Some(case),
            Line::Head(..) => None,
        });
        cases.max_by_key(|case| rows.get(case).map_or(0, |row| row.opened))
    };
    move || {
        (unseen.get() > 0).then(|| {
            view! {
                <button class="d-more-red" on:click=move |_| search.cursor.set(newest())>
                    {fill(Key::DeskRedMore, &[&say::int(unseen.get() as i64)])}
                </button>
            }
        })
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
