//! What agents drew on the driver's photos: over the picture wherever it is shown, and one quiet line
//! that leads there. Drawn in the live camera it is by `aim`. It changes nothing of the driver's own.

use crate::driver::app::App;
use crate::driver::route::Route;
use crate::journey::photo;
use crate::react::*;
use crate::ui::El;
use crate::ui::dom::{computed, el, watch};
use crate::ui::parts::link;
use crate::ui::slot::Slot;
use crate::words::{Key, fill, t};
use case::State;
use case::state::Drawing;

/// Places where nobody is led back to the car.
const AWAY: [&str; 2] = ["expressway", "tunnel"];

/// The drawings on a photo.
pub fn on<'a>(state: &'a State, id: &str) -> &'a [Drawing] {
    state.photos.iter().find(|p| p.id == id).map_or(&[], |p| &p.drawn)
}

/// Who drew last; `None` where nobody did.
pub fn who(drawn: &[Drawing]) -> Option<String> {
    let who = drawn.last()?.who.as_str();
    Some(if who.is_empty() { t(Key::Agent).into() } else { who.into() })
}

/// The drawings on a photo of `w` × `h` pixels, to lie over it in the same box.
pub fn over(app: App, w: u32, h: u32, id: impl Fn() -> String + Clone + 'static) -> El {
    layer(app, id, move |drawn| photo::drawings(w, h, drawn))
}

/// As [`over`], for a picture that fills its box and is cut at two sides.
pub fn cut(app: App, w: u32, h: u32, id: impl Fn() -> String + Clone + 'static) -> El {
    layer(app, id, move |drawn| {
        photo::drawings(w, h, drawn).attr("preserveAspectRatio", "xMidYMid slice")
    })
}

fn layer(
    app: App,
    id: impl Fn() -> String + Clone + 'static,
    draw: impl Fn(&[Drawing]) -> El + 'static,
) -> El {
    // Built anew only when something on this photo changes.
    let named = id.clone();
    let key = computed(move || {
        let id = named();
        app.state.with(|s| key(on(s, &id)))
    });
    el("span").dynamic(move || match key.with(String::is_empty) {
        true => el("i").attr("hidden", ""),
        false => {
            let id = untrack(&id);
            app.state.with_untracked(|s| draw(on(s, &id)))
        }
    })
}

/// Differs when the drawings do.
fn key(drawn: &[Drawing]) -> String {
    let mut out = String::new();
    for drawing in drawn {
        out.push_str(&drawing.m);
        let points = drawing.marks.iter().flat_map(|mark| &mark.at);
        let sum = points.fold(0_i64, |sum, v| (sum * 31 + i64::from(*v)) % 1_000_003);
        case::wire::put_int(sum, &mut out);
    }
    out
}

/// The newest drawing that was not looked at: the photo, and who drew it.
fn unseen(state: &State, seen: &[String]) -> Option<(String, String)> {
    // An agent's drawings are named by time.
    let all = state.photos.iter().filter_map(|p| Some((p, p.drawn.last()?)));
    let (photo, last) = all.max_by(|a, b| a.1.m.cmp(&b.1.m))?;
    let fresh = !state.fire && !seen.contains(&last.m);
    fresh.then(|| (photo.id.clone(), who(&photo.drawn).unwrap_or_default()))
}

/// The photo that is on the screen: named in the address, or followed by the camera.
fn looked_at(state: &State, route: &Route) -> String {
    let Route::Photos(rest) = route else { return String::new() };
    let mut parts = rest.split('/');
    match (parts.next(), parts.next().unwrap_or_default()) {
        (Some("mark"), id) => id.into(),
        (Some("aim"), id) if id.is_empty() || !state.still.is_empty() => state.still.clone(),
        (Some("aim"), id) => id.into(),
        _ => String::new(),
    }
}

/// The line; nothing while all was looked at.
pub fn line(app: App) -> El {
    let seen = Slot::new(Vec::<String>::new());
    let looked = seen.clone();
    watch(move || {
        let route = app.route.get();
        let names: Vec<String> =
            app.state.with(|s| on(s, &looked_at(s, &route)).iter().map(|d| d.m.clone()).collect());
        if names.iter().any(|m| !looked.peek().contains(m)) {
            looked.change(|all| all.extend(names));
        }
    });
    let found = computed(move || {
        let seen = seen.get();
        app.state.with(|s| {
            let Some((id, who)) = unseen(s, &seen) else { return String::new() };
            let away = s.fact("place").is_some_and(|p| AWAY.contains(&p.as_str()));
            [if away { "mark/" } else { "aim/" }, &id, " ", &who].concat()
        })
    });
    let line = el("div").attr("aria-live", "polite");
    line.dynamic(move || match found.get().split_once(' ') {
        Some((way, who)) => {
            let href = ["#photos/", way].concat();
            link("drawn-line", &href, &fill(Key::DrawnShow, &[who]))
        }
        None => el("i").attr("hidden", ""),
    })
}
