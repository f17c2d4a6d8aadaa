//! A long list drawn as far as it is in sight. It keeps its place while lines come and go, brings the
//! case that the keyboard is on into sight, and knows how many lie outside.

use super::super::list::Line;
use super::super::model::Desk;
use super::super::page;
use super::super::window::{Heights, reveal};
use super::list::Search;
use super::row::{head, row};
use leptos::html;
use leptos::prelude::*;
use std::ops::Range;

/// What is drawn beyond the edges, pixels: as much as one turn of a wheel.
const SPARE: i32 = 240;

/// A list in its own scrolling box.
#[derive(Clone, Copy)]
pub struct Window {
    lines: Memo<Vec<Line>>,
    sizes: RwSignal<Heights>,
    top: RwSignal<i32>,
    tall: RwSignal<i32>,
    frame: NodeRef<html::Div>,
}

impl Window {
    /// A window over these lines.
    pub fn new(lines: Memo<Vec<Line>>) -> Window {
        Window {
            lines,
            sizes: RwSignal::new(Heights::default()),
            top: RwSignal::new(0),
            tall: RwSignal::new(0),
            frame: NodeRef::new(),
        }
    }

    /// Cases out of sight: above, below.
    pub fn unseen(self) -> (usize, usize) {
        self.lines.with(|l| self.sizes.get().unseen(l, self.top.get(), self.tall.get()))
    }

    /// Brings a case into sight; whether it is in this list.
    pub fn show(self, case: &str) -> bool {
        let place = self.lines.with_untracked(|l| self.sizes.get_untracked().place(l, case));
        let (Some(place), Some(frame)) = (place, self.frame.get_untracked()) else { return false };
        let top = reveal(place, self.top.get_untracked(), self.tall.get_untracked());
        frame.set_scroll_top(top);
        self.top.set(frame.scroll_top());
        true
    }

    fn measure(self) {
        let Some(frame) = self.frame.get_untracked() else { return };
        let probe =
            |name: &str| frame.query_selector(name).ok().flatten().map_or(0, |e| e.client_height());
        let sizes = Heights { head: probe(".d-probe-head"), case: probe(".d-probe-case") };
        if self.sizes.get_untracked() != sizes {
            self.sizes.set(sizes);
        }
        for (signal, now) in [(self.tall, frame.client_height()), (self.top, frame.scroll_top())] {
            if signal.get_untracked() != now {
                signal.set(now);
            }
        }
    }

    /// The box. What is drawn of it is a link for each case, in the list's order.
    pub fn view(self, desk: Desk, search: Search, label: &'static str) -> impl IntoView {
        // The box may be as high as its lines: it is measured when they change, and when the
        // window does.
        Effect::new(move |_| {
            self.lines.with(Vec::len);
            self.sizes.get();
            request_animation_frame(move || self.measure());
        });
        if let Some(window) = web_sys::window() {
            let frame = self.frame;
            page::listen(&window, "resize", move |_| {
                // The list may be gone with its log-in.
                if frame.try_get_untracked().flatten().is_some() {
                    self.measure();
                }
            });
        }
        let slice = Memo::new(move |_| {
            let (sizes, top, tall) = (self.sizes.get(), self.top.get(), self.tall.get());
            match sizes.case {
                // Not measured yet: a screenful, so that there is something to measure.
                0 => (0..self.lines.with(Vec::len).min(20), 0),
                _ => self.lines.with(|l| sizes.slice(l, top, tall, SPARE)),
            }
        });
        let drawn = Memo::new(move |_| {
            let (range, _): (Range<usize>, i32) = slice.get();
            self.lines.with(|l| l.get(range).map(<[Line]>::to_vec).unwrap_or_default())
        });
        let all = move || self.lines.with(|l| self.sizes.get().all(l));
        let px = |value: i32| super::super::say::int(i64::from(value)) + "px";
        view! {
            <div class="d-window" node_ref=self.frame role="group" aria-label=label on:scroll=move |_| self.measure()>
                <div class="d-probe-head" aria-hidden="true"></div>
                <div class="d-probe-case" aria-hidden="true"></div>
                <div class="d-all" style:height=move || px(all())>
                    <div class="d-rows" style:top=move || px(slice.get().1)>
                        <For each=move || drawn.get() key=Line::clone children=move |line| match line {
                            Line::Head(group, n) => head(group, n).into_any(),
                            Line::Case(case) => row(desk, search, case).into_any(),
                        }/>
                    </div>
                </div>
            </div>
        }
    }
}
