//! The command wall: every case at once in columns by state, counts large enough for the other end
//! of the room, and who has how many. Nothing scrolls out of the counts.

use super::super::list::{Filter, Group, Line, Query, Shown, arrange};
use super::super::model::Desk;
use super::super::people::{self, Post, posts};
use super::super::say;
use super::glyph::glyph;
use super::list::{Search, keyboard, more};
use super::window::Window;
use crate::words::{Key, fill, t};
use leptos::prelude::*;

/// The wall.
pub fn wall(desk: Desk, search: Search) -> impl IntoView {
    let shown = Memo::new(move |_| {
        desk.rows.with(|rows| arrange(rows.values(), &Query::All, &Filter::default()))
    });
    let columns = Group::ALL.map(|group| Memo::new(move |_| shown.with(|s| column(s, group))));
    let windows = columns.map(Window::new);
    keyboard(search, shown, windows);
    let people = people::follow(desk);
    let posts = Memo::new(move |_| {
        let now = desk.clock.now.get();
        people.with(|p| desk.rows.with(|rows| posts(p, rows.values(), now)))
    });
    let sections = Group::ALL.into_iter().zip(columns).zip(windows).map(|((group, lines), window)| {
        let below = Memo::new(move |_| window.unseen());
        view! {
            <section class="d-col" data-state=group as u8 aria-label=say::group(group)>
                <h2>
                    {glyph(group)}<b>{move || say::int(lines.with(Vec::len) as i64)}</b><span>{say::group(group)}</span>
                    {(group == Group::Red).then(|| more(desk, search, window, lines))}
                </h2>
                {window.view(desk, search, say::group(group))}
                {move || {
                    let (above, below) = below.get();
                    (above + below > 0).then(|| view! {
                        <p class="d-out">{fill(Key::DeskOutOfSight, &[&say::int(above as i64), &say::int(below as i64)])}</p>
                    })
                }}
            </section>
        }
    });
    view! {
        <main class="d-wall" tabindex="-1">
            <h1 class="d-sr">{t(Key::DeskWall)}</h1>
            <div class="d-cols">{sections.collect_view()}</div>
            <ul class="d-posts" aria-label=t(Key::DeskShift)>
                {move || posts.get().iter().map(post).collect_view()}
            </ul>
        </main>
    }
}

fn column(shown: &Shown, group: Group) -> Vec<Line> {
    if group == Group::Red {
        return shown.red.iter().cloned().map(Line::Case).collect();
    }
    let start = shown.rest.iter().position(|l| matches!(l, Line::Head(g, _) if *g == group));
    let rest = start.and_then(|at| shown.rest.get(at + 1..)).unwrap_or_default();
    rest.iter().take_while(|l| matches!(l, Line::Case(_))).cloned().collect()
}

/// A name, at work or not by shape and word, and how many cases.
pub fn post(post: &Post) -> impl IntoView + use<> {
    let name = if post.name.is_empty() { t(Key::DeskNobody).to_owned() } else { post.name.clone() };
    let on = (!post.name.is_empty()).then(|| t(if post.on { Key::DeskOn } else { Key::DeskOff }));
    let red = (post.red > 0).then(|| {
        view! { <span class="d-post-red">{glyph(Group::Red)}{say::int(post.red as i64)}</span> }
    });
    view! {
        <li data-on=post.on.to_string()>
            <span class="d-post-name">{name}</span>
            {on.map(|on| view! { <span class="d-post-on">{on}</span> })}
            <b>{say::int(post.cases.len() as i64)}</b>{red}
        </li>
    }
}
