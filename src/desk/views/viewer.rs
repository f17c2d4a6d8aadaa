//! One photo in full with its marks, its note, its zoom and the pen, in a dialog that keeps the keyboard.
//! Photo and marks are one SVG in the photo's own pixels, so that they never come apart.

use super::super::draw::Pen;
use super::super::say;
use super::super::trace::Tool;
use super::case::Seen;
use super::pen;
use super::photos::{Shown, address, warnings};
use crate::journey::photo::shot;
use crate::words::{Key, fill, t};
use case::state::Photo;
use leptos::html::Dialog;
use leptos::prelude::*;

/// Zoom steps in percent of the fitting size.
const ZOOMS: [u32; 5] = [100, 150, 200, 300, 400];

/// The dialog; open while `open` names a photo.
pub fn viewer(
    seen: Seen,
    photos: Memo<Vec<Shown>>,
    open: RwSignal<Option<String>>,
) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    let zoom = RwSignal::new(0_usize);
    let tool = RwSignal::new(Tool::Arrow);
    let at = Memo::new(move |_| {
        photos.with(|all| {
            let id = open.get()?;
            all.iter().position(|(p, _)| p.id == id)
        })
    });
    // Marks have their own signals: a new one must not take the pen out of the agent's hand.
    let shown = Memo::new(move |_| {
        let (mut photo, here) = photos.with(|all| all.get(at.get()?).cloned())?;
        photo.marks.clear();
        photo.drawn.clear();
        Some((photo, here))
    });
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match at.get() {
            Some(_) if !dialog.open() => {
                let _ = dialog.show_modal();
            }
            None if dialog.open() => dialog.close(),
            _ => {}
        }
    });
    let turn = move |by: i32| {
        let next =
            at.get_untracked().map(|at| at as i32 + by).and_then(|at| usize::try_from(at).ok());
        let id = photos.with_untracked(|all| Some(all.get(next?)?.0.id.clone()));
        if id.is_some() {
            zoom.set(0);
            open.set(id);
        }
    };
    let step = move |by: i32| {
        zoom.update(|z| *z = (*z as i32 + by).clamp(0, ZOOMS.len() as i32 - 1) as usize)
    };
    let key = move |event: leptos::ev::KeyboardEvent| match event.key().as_str() {
        "ArrowLeft" if zoom.get_untracked() == 0 => turn(-1),
        "ArrowRight" if zoom.get_untracked() == 0 => turn(1),
        "+" | "=" => step(1),
        "-" => step(-1),
        "0" => zoom.set(0),
        // Said by us as well as by the browser, so that the page below does not take it as its own.
        "Escape" => {
            event.stop_propagation();
            open.set(None);
        }
        _ => {}
    };
    view! {
        <dialog class="d-viewer" node_ref=dialog on:close=move |_| open.set(None) on:keydown=key aria-label=t(Key::DeskPhotos)>
            {move || {
                let (photo, here) = shown.get()?;
                let pen = here.then(|| Pen::new(seen, &photo, tool));
                let count = move || say::int(photos.with(Vec::len) as i64);
                Some(view! {
                    <header>
                        <p class="d-number">{move || say::int(at.get().unwrap_or(0) as i64 + 1)}" / "{count}</p>
                        <button on:click=move |_| turn(-1)>{t(Key::DeskPrevious)}</button>
                        <button on:click=move |_| turn(1)>{t(Key::DeskNextPhoto)}</button>
                        <button on:click=move |_| step(-1) aria-label=t(Key::DeskSmaller)>"−"</button>
                        <output>{move || [&say::int(i64::from(ZOOMS[zoom.get()])), "%"].concat()}</output>
                        <button on:click=move |_| step(1) aria-label=t(Key::DeskLarger)>"+"</button>
                        <button class="d-shut" on:click=move |_| open.set(None)>{t(Key::DeskShut)}</button>
                    </header>
                    {pen.map(pen::bar)}
                    <div class="d-stage" tabindex="0">{picture(seen, &photo, pen, zoom)}</div>
                    {words(seen, &photo)}
                })
            }}
        </dialog>
    }
}

fn picture(
    seen: Seen,
    photo: &Photo,
    pen: Option<Pen>,
    zoom: RwSignal<usize>,
) -> impl IntoView + use<> {
    let Some(pen) = pen else {
        return view! { <p class="d-waiting"><b>{t(Key::DeskPhotoNotHere)}</b>{say::bytes(photo.size)}</p> }.into_any();
    };
    let (w, h) = (photo.w, photo.h);
    let width = say::int(i64::from(w));
    let height = say::int(i64::from(h));
    let view_box = ["0 0 ", &width, " ", &height].concat();
    let size = move || [&say::int(i64::from(ZOOMS[zoom.get()])), "%"].concat();
    view! {
        <svg viewBox=view_box style:width=size style:height=size role="group" aria-label=t(Key::DeskPhoto)>
            <image href=address(seen, photo) width=width height=height/>
            <g>{pen::layer(pen)}</g>
        </svg>
    }
    .into_any()
}

fn words(seen: Seen, photo: &Photo) -> impl IntoView + use<> {
    let at = photo.at;
    let mut parts = vec![
        [&say::int(i64::from(photo.w)), "×", &say::int(i64::from(photo.h))].concat(),
        say::bytes(photo.size),
    ];
    if !photo.shot.is_empty() {
        parts.push(t(shot(&photo.shot).title).into());
    }
    parts.extend(warnings(photo));
    let note = photo.note.clone();
    let id = photo.id.clone();
    let followed = seen.part(move |s| s.still == id);
    let follows = move || followed.get().then(|| view! { <b>{t(Key::DeskDrawFollows)}</b> });
    view! {
        <footer>
            {follows}
            <span>{move || fill(Key::DeskAgo, &[&say::age(seen.now() - at)])}</span>
            {parts.into_iter().map(|p| view! { <span>{p}</span> }).collect::<Vec<_>>()}
            {(!note.is_empty()).then(|| view! { <b>{note}</b> })}
        </footer>
    }
}
