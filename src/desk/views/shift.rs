//! The change of shift: who is here, what each has, what nobody has; and one's own cases handed to
//! a colleague in one go, with a note on each.

use super::super::link;
use super::super::list::Group;
use super::super::model::Desk;
use super::super::people::{self, Post, posts};
use super::super::route::case_href;
use super::super::say;
use super::glyph::glyph;
use super::hand;
use super::wall::post;
use crate::words::{Key, fill, t};
use case::number::grouped;
use leptos::prelude::*;

/// The view.
pub fn shift(desk: Desk) -> impl IntoView {
    let people = people::follow(desk);
    let posts = Memo::new(move |_| {
        let now = desk.clock.now.get();
        people.with(|p| desk.rows.with(|rows| posts(p, rows.values(), now)))
    });
    let mine = Memo::new(move |_| {
        let me = desk.agent();
        posts.with(|all| all.iter().find(|p| p.name == me).map(|p| p.cases.clone()))
    });
    let give = move |to: String, note: String| {
        for case in mine.get_untracked().unwrap_or_default() {
            link::say(desk, desk.case(&case), hand::over(desk, &to, &note));
        }
    };
    let some = Memo::new(move |_| mine.get().is_some_and(|cases| !cases.is_empty()));
    view! {
        <article class="d-shift">
            <h1>{t(Key::DeskShift)}</h1>
            <p class="d-hint">{t(Key::DeskShiftNote)}</p>
            {move || some.get().then(|| view! {
                <section class="d-tray" aria-label=t(Key::DeskHandAll)>
                    <h2>{t(Key::DeskHandAll)}</h2>
                    {hand::form(desk, people, give)}
                </section>
            })}
            <ul class="d-shift-posts">
                {move || posts.get().into_iter().map(|p| section(desk, p)).collect_view()}
            </ul>
        </article>
    }
}

fn section(desk: Desk, who: Post) -> impl IntoView {
    let cases = who.cases.iter().filter_map(|case| {
        let row = desk.rows.with_untracked(|rows| rows.get(case).cloned())?;
        let (group, opened) = (Group::of_row(&row), row.opened);
        let age = move || say::age(desk.clock.now.get() - opened);
        Some(view! {
            <li><a href=case_href(case)>
                {glyph(group)}<span>{say::group(group)}</span><b>{say::about(row.fire, &row.what)}</b>
                <span class="d-number">{grouped(&row.number)}</span><time>{age}</time>
            </a></li>
        })
    });
    let cases = cases.collect::<Vec<_>>();
    let none = cases.is_empty().then(|| view! { <p class="d-none">{t(Key::DeskHasNone)}</p> });
    let last = (!who.on && who.seen > 0).then(|| {
        let seen = who.seen;
        let ago = move || fill(Key::DeskSeenAgo, &[&say::age(desk.clock.now.get() - seen)]);
        view! { <p class="d-hint">{ago}</p> }
    });
    view! {
        <li class="d-shift-post">
            <ul class="d-posts">{post(&who)}</ul>
            {last}{none}
            <ul class="d-shift-cases">{cases}</ul>
        </li>
    }
}
