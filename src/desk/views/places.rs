//! Where the car stands, as far as anybody has said: every report with its basis, who, how old and
//! how exact. The agent can add one; nothing here is made more exact than it was reported.

use super::super::page;
use super::super::say;
use super::super::typed::{BadPlace, place};
use super::case::Seen;
use crate::words::{Key, fill, t};
use case::event::{Event, Role};
use case::state::Placed;
use leptos::prelude::*;

/// The panel.
pub fn panel(seen: Seen) -> impl IntoView {
    let places = seen.part(|s| s.places.clone());
    let shifted =
        seen.part(|s| s.region == "cn" && s.places.iter().any(|p| p.place.lat_e7.is_some()));
    let adding = RwSignal::new(false);
    view! {
        <section class="d-panel">
            <h2>
                {t(Key::DeskPlaces)}
                <button class="d-quiet d-add-place" aria-expanded=move || adding.get().to_string() on:click=move |_| adding.update(|a| *a = !*a)>
                    {t(Key::DeskPlaceAdd)}
                </button>
            </h2>
            {move || adding.get().then(|| form(seen, adding))}
            {move || places.get().is_empty().then(|| view! { <p class="d-none">{t(Key::DeskPlaceUnknown)}</p> })}
            <ul class="d-places">
                // The newest report first.
                {move || places.get().iter().rev().map(|p| report(seen, p)).collect::<Vec<_>>()}
            </ul>
            {move || shifted.get().then(|| view! { <p class="d-hint">{t(Key::DeskDatumCn)}</p> })}
        </section>
    }
}

fn report(seen: Seen, placed: &Placed) -> impl IntoView + use<> {
    let p = &placed.place;
    let words = say::place(p);
    let by = t(if placed.by == Role::Agent { Key::DeskByDesk } else { Key::DeskByDriver });
    let at = placed.at;
    // A fix can be older than the report that carries it.
    let fix = p.fix_at;
    let age = move || match fix {
        Some(fixed) if at - fixed > 60_000 => {
            fill(Key::DeskFixAge, &[&say::age(seen.now() - at), &say::age(at - fixed)])
        }
        _ => fill(Key::DeskAgo, &[&say::age(seen.now() - at)]),
    };
    let point = say::point(p).map(|text| {
        let copied = RwSignal::new(false);
        let copy = {
            let text = text.clone();
            move |_| copied.set(page::copy(&text))
        };
        view! {
            <p class="d-point">
                <b class="d-number">{text}</b><span class="d-datum">"WGS-84"</span>
                <button class="d-quiet" on:click=copy>{move || t(if copied.get() { Key::DeskCopied } else { Key::DeskCopy })}</button>
            </p>
        }
    });
    let exact = p
        .acc_m
        .map(|m| view! { <span>{fill(Key::DeskAccuracy, &[&say::int(i64::from(m))])}</span> });
    view! {
        <li>
            <p class="d-basis"><b>{say::how(p.how)}</b><span>{by}</span><span>{age}</span>{exact}</p>
            {(!words.is_empty()).then(|| view! { <p class="d-place-words">{words}</p> })}
            {point}
        </li>
    }
}

fn form(seen: Seen, adding: RwSignal<bool>) -> impl IntoView {
    let fields: [RwSignal<String>; 5] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let bad = RwSignal::new(None::<BadPlace>);
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let [road, toward, post, point, words] = fields.map(|f| f.get_untracked());
        match place(&road, &toward, &post, &point, &words) {
            Ok(place) => {
                seen.say(Event::Placed { place });
                adding.set(false);
            }
            Err(why) => bad.set(Some(why)),
        }
    };
    let labels = [
        (Key::DeskPlaceRoad, "G2"),
        (Key::DeskPlaceToward, ""),
        (Key::DeskPlacePost, "K123+400"),
        (Key::DeskPlacePoint, "31.23040, 121.47370"),
        (Key::DeskPlaceWords, ""),
    ];
    let inputs = labels.into_iter().zip(fields).map(|((key, example), value)| {
        view! {
            <label><span>{t(key)}</span><input maxlength="200" placeholder=example prop:value=value
                on:input=move |e| value.set(event_target_value(&e))/></label>
        }
    });
    let message = move || {
        bad.get().map(|why| {
            t(match why {
                BadPlace::Empty => Key::DeskPlaceEmpty,
                BadPlace::Point => Key::DeskPlaceBadPoint,
                BadPlace::Post => Key::DeskPlaceBadPost,
            })
        })
    };
    view! {
        <form class="d-tray d-place-form" on:submit=save novalidate>
            {inputs.collect::<Vec<_>>()}
            <p class="d-said" role="alert">{message}</p>
            <div class="d-actions">
                <button class="d-main">{t(Key::DeskSave)}</button>
                <button type="button" class="d-quiet" on:click=move |_| adding.set(false)>{t(Key::DeskCancel)}</button>
            </div>
        </form>
    }
}
