//! The photos of a case as a grid. One whose bytes have not arrived is a place kept free, with its
//! size, so that the agent knows what is still coming.

use super::super::say;
use super::case::Seen;
use super::viewer;
use crate::words::{Key, fill, t};
use case::state::Photo;
use leptos::prelude::*;

/// A photo and whether its bytes are on the server.
pub type Shown = (Photo, bool);

/// The panel.
pub fn panel(seen: Seen) -> impl IntoView {
    let photos = seen.part(|s| {
        s.photos.iter().map(|p| (p.clone(), s.photo_received(p))).collect::<Vec<Shown>>()
    });
    let open = RwSignal::new(None::<String>);
    let missing = move || photos.with(|all| all.iter().filter(|(_, here)| !here).count());
    view! {
        <section class="d-panel">
            <h2>
                {t(Key::DeskPhotos)}
                <b>{move || say::int(photos.with(Vec::len) as i64)}</b>
                {move || (missing() > 0).then(|| view! { <span class="d-coming">{fill(Key::DeskPhotosComing, &[&say::int(missing() as i64)])}</span> })}
            </h2>
            {move || photos.with(Vec::is_empty).then(|| view! { <p class="d-none">{t(Key::DeskNoPhotos)}</p> })}
            <ul class="d-photos">
                <For each=move || photos.get() key=|(p, here)| (p.id.clone(), *here, count(p), p.note.clone())
                    children=move |shown| thumb(seen, shown, open)/>
            </ul>
            {viewer::viewer(seen, photos, open)}
        </section>
    }
}

/// Marks of both sides.
fn count(photo: &Photo) -> usize {
    photo.marks.len() + photo.drawn.iter().map(|d| d.marks.len()).sum::<usize>()
}

/// The address of a photo's bytes.
pub fn address(seen: Seen, photo: &Photo) -> String {
    let case = seen.case.id.get_value();
    ["/v1/cases/", &case, "/photos/", &photo.sha].concat()
}

fn thumb(seen: Seen, (photo, here): Shown, open: RwSignal<Option<String>>) -> impl IntoView {
    let (id, at) = (photo.id.clone(), photo.at);
    let size = [
        &say::int(i64::from(photo.w)),
        "×",
        &say::int(i64::from(photo.h)),
        " · ",
        &say::bytes(photo.size),
    ]
    .concat();
    let broken = RwSignal::new(false);
    let source = address(seen, &photo);
    let picture = move || {
        match (here, broken.get()) {
        (true, false) => view! {
            <img src=source.clone() alt="" loading="lazy" decoding="async" on:error=move |_| broken.set(true)/>
        }
        .into_any(),
        (true, true) => view! { <span class="d-waiting">{t(Key::DeskPhotoBroken)}</span> }.into_any(),
        (false, _) => view! { <span class="d-waiting"><b>{t(Key::DeskPhotoNotHere)}</b>{size.clone()}</span> }.into_any(),
    }
    };
    let marks = (count(&photo) > 0).then(
        || view! { <span>{fill(Key::DeskMarkCount, &[&say::int(count(&photo) as i64)])}</span> },
    );
    let warn = warnings(&photo);
    let note = photo.note.clone();
    view! {
        <li>
            <button class="d-thumb" on:click=move |_| open.set(Some(id.clone()))>
                {picture}
                <span class="d-caption">
                    <span>{move || fill(Key::DeskAgo, &[&say::age(seen.now() - at)])}</span>
                    {marks}
                    {warn.into_iter().map(|w| view! { <span class="d-warn">{w}</span> }).collect::<Vec<_>>()}
                    {(!note.is_empty()).then(|| view! { <span class="d-photo-note">{note}</span> })}
                </span>
            </button>
        </li>
    }
}

/// The warnings that the driver went on with.
pub fn warnings(photo: &Photo) -> Vec<String> {
    let word = |w: &String| match w.as_str() {
        "blurred" => t(Key::DeskWarnBlurred).to_owned(),
        "dark" => t(Key::DeskWarnDark).to_owned(),
        other => other.to_owned(),
    };
    photo.warn.iter().map(word).collect()
}
